/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols of the kernel that share a name: static ones of several source files.
 * "file.c:name" says which is meant; as much of the path may stand before
 * file.c as is needed.
 */
#ifndef COMMAND_NAMESAKES_H
#define COMMAND_NAMESAKES_H

#include "command/session.h"

struct namesake {
	uint64_t address;
	const char *file;        /* "kernel/sched/core.c", or without its folders; NULL unknown */
	const struct type *type; /* NULL unknown */
	bool global;
};

/* Is it "file.c:name"? */
bool namesake_names_file(const char *name);
/* What "file.c:name" stands for; NULL without a message when there is no such symbol. */
const struct namesake *namesake_in_file(struct session *s, const char *name);
/*
 * The one at @address of several symbols called @name; NULL when there is only one. Tells the user, once in a
 * command, which one it is and how the others are called.
 */
const struct namesake *namesake_chosen(struct session *s, const char *name, uint64_t address);

#endif
