/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where command lines come from, and the one command that several of them may make. */
#ifndef SHELL_INPUT_H
#define SHELL_INPUT_H

#include "base/vec.h"
#include "command/session.h"
#include "shell/lineedit.h"

struct input {
	struct session *session; /* who types at a terminal; NULL: none does */
	const char *at, *end;    /* what is left of a file; NULL: standard input */
	struct arena arena;
	VEC(char *) ahead; /* lines read, but not used yet: from ->next on */
	size_t next;
};

/*
 * Read one command. Lines that end in a backslash, and those with an open ( { or quote, go on in the next
 * one. At a terminal there is a prompt for it. Elsewhere, where nobody can answer, what is not closed within
 * some lines is taken as it stands, and the lines behind it are commands of their own.
 */
enum line_result input_read(struct input *in, struct text *command);
/* Forget lines that were read ahead, and free what they took: after Ctrl-C, and at the end. */
void input_forget(struct input *in);

#endif
