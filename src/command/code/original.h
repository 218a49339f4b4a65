/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code that the kernel was loaded with, next to the code that it ran: alternatives, static keys, ftrace
 * and kprobes change instructions while it runs. What only its place in memory changed (KASLR, the module
 * loader) counts as the same.
 */
#ifndef COMMAND_ORIGINAL_H
#define COMMAND_ORIGINAL_H

#include "command/session.h"
#include "target/insn.h"

struct original;

/*
 * From the vmlinux, or the file of the module that @start is in, for a walk that begins there; @d must stay
 * open. NULL without a message when there is no such file, or it has no code.
 */
struct original *original_open(struct session *s, struct disassembler *d, uint64_t start);
/*
 * Does the file have something else than @insn, whose bytes in memory are @bytes? Instructions are asked for
 * in the order of their addresses. *@text is the file's instruction, or NULL when none begins at that
 * address; *@traced tells that it is a call for ftrace which is not there.
 */
bool original_differs(struct original *o, const struct insn *insn, const uint8_t *bytes, const char **text,
		      bool *traced);

#endif
