/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results of one command that go elsewhere: into a file, to a shell command, or to a pager if they are long.
 */
#ifndef SHELL_DETOUR_H
#define SHELL_DETOUR_H

#include <sys/types.h>

#include "command/session.h"
#include "shell/line.h"

struct detour {
	struct out *out;
	int old;     /* the descriptor results went to before; -1: they still do */
	bool colour; /* as it was before */
	pid_t pid;   /* of the shell command behind a pipe, 0 none */
	const struct line *line;
	/* paging: what fits the screen is held back until it is known to be all */
	const char *pager; /* NULL: no paging */
	struct text held;
	unsigned rows, columns;
	int to_pager; /* -1: not started */
};

/* @top: the line was typed, not run by another command or file. False with a message. */
bool detour_begin(struct session *s, const struct line *line, bool top, struct detour *d);
/* False with a message when the results could not be written, or when the shell command could not be run. */
bool detour_end(struct detour *d);

#endif
