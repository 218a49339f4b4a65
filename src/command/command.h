/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One entry per command. A command parses its words, asks src/linux, and emits
 * records; what it returns becomes the exit status.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct session;

enum command_flag {
	COMMAND_MINIMAL = 1, /* works with --minimal: no kernel types needed */
	COMMAND_RAW = 2,     /* argv[1] is the rest of the line, unsplit: expressions */
	COMMAND_FORMAT = 4,  /* takes gdb's "/x" right behind its name; the words then begin with it */
};

struct command {
	const char *name;
	const char *summary;  /* half a line, for lists */
	const char *synopsis; /* "[-k|-u|-G] [-s] [pid | task | command] ..." */
	const char *help;     /* description and options; plain text, 80 columns */
	const char *example;  /* a real one, from a real dump */
	unsigned flags;
	/*
	 * argv[0] is the name; argv[argc] is NULL. Words are split at blanks outside "..", '..' and ( );
	 * double quotes are taken away, a word in single quotes (a regular expression) keeps them. False: it
	 * failed, and out_error() said why.
	 */
	bool (*run)(struct session *s, int argc, char **argv);
};

extern const struct command *const command_table[]; /* sorted by name, ends with NULL */

/* By exact name; NULL when there is none. */
const struct command *command_find(const char *name);
/* The nearest name to a mistyped one, or NULL when none is near. */
const char *command_suggest(const char *name);
/* "Usage:" on standard error as crash prints it. Always false. */
bool command_usage(struct session *s, const struct command *c);

#endif
