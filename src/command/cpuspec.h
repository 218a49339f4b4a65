/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COMMAND_CPUSPEC_H
#define COMMAND_CPUSPEC_H

#include "command/session.h"

/*
 * The CPUs that @spec names: "1,3-5", "a" or "all", "" the current task's CPU.
 * *@list has one byte per CPU, 0 or 1, *@n of them. False with a message when a
 * number is none, or no such CPU exists.
 */
bool cpuspec_parse(struct session *s, const char *spec, uint8_t **list, unsigned *n);

/* A per-CPU variable with a list of CPUs inside an expression: "runqueues:1,3.nr_running". */
struct cpuspec_use {
	size_t at, length; /* of the name in the text */
	const char *name, *spec;
};

/* Cut the first such list out of @text; false when there is none. */
bool cpuspec_cut(struct session *s, char *text, struct cpuspec_use *use);

#endif
