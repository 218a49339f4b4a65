/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines taken apart: several commands, comments, shell escape, redirection, pipe, words. */
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
	enum line_output output; /* where the results go ... */
	const char *to;          /* ... file name or shell command */
	const char *input;       /* cmd < file: run once per line of it, which is appended to the command */
};

/*
 * The first command of @text, without outer blanks and a comment behind it ("bt # why"); *rest is what comes
 * after its ; and NULL when there is none. A line for the shell (!command) is one command whatever is in it.
 */
char *line_first(struct arena *a, const char *text, const char **rest);

enum line_more {
	LINE_WHOLE,
	LINE_CONTINUED, /* a backslash at its end, which goes away: the next line follows at once */
	LINE_OPEN,      /* ( { or a quote is not closed: the next line follows after a blank */
};

/* Is there more to come? An apostrophe inside a word (don't) opens nothing, except for the shell after a |.
 */
enum line_more line_more(const char *text);

enum line_place { PLACE_COMMAND, PLACE_FILE };

/*
 * What stands at the end of @text, a line as far as it is typed: part of a command of ours, which begins at
 * *start, or something where only a file's name can be offered (redirection, a command of the system's
 * shell).
 */
enum line_place line_place(const char *text, const char **start);

/*
 * Take one command apart. | > and < count only outside quotes and parentheses, and not
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
