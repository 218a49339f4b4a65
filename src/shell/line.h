/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command line taken apart: comment, shell escape, redirection, pipe, words. */
#ifndef SHELL_LINE_H
#define SHELL_LINE_H

#include <stdbool.h>

#include "base/arena.h"

enum line_kind {
	LINE_EMPTY,   /* nothing, or a comment */
	LINE_COMMAND, /* an inquest command */
	LINE_SHELL,   /* !command: @command for the shell */
	LINE_FILE,    /* < file: commands from @input */
};

enum line_output { OUTPUT_HERE, OUTPUT_FILE, OUTPUT_APPEND, OUTPUT_PIPE };

struct line {
	enum line_kind kind;
	const char *command;     /* without redirection and outer blanks */
	bool literal;            /* a leading backslash: no alias */
	enum line_output output; /* where the results go ... */
	const char *to;          /* ... file name or shell command */
	const char *input;       /* cmd < file: run once per line of it, which is appended to the command */
};

/*
 * Take @text apart. | > and < count only outside quotes and parentheses, and not
 * in "->". False with a message.
 */
bool line_parse(struct arena *a, const char *text, struct line *line);

/*
 * Split into words: at blanks outside "..", '..' and ( ). Double quotes are
 * removed, single quotes stay (they mark regular expressions). False with a
 * message (a quote or parenthesis that is not closed). argv ends with NULL.
 */
bool line_words(struct arena *a, const char *text, int *argc, char ***argv);

#endif
