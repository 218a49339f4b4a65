/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files about completion share. */
#ifndef COMMAND_COMPLETE_PRIVATE_H
#define COMMAND_COMPLETE_PRIVATE_H

#include "base/vec.h"
#include "command/complete/complete.h"

/* Kinds of names that may stand at a place. */
enum {
	NAMES_COMMANDS = 1,
	NAMES_ALIASES = 2,
	NAMES_SYMBOLS = 4, /* of the kernel and its modules */
	NAMES_TYPES = 8,
	NAMES_PIDS = 16,
	NAMES_TASKS = 32, /* by what they run: COMM */
	NAMES_MODULES = 64,
	NAMES_FILES = 128,
	NAMES_VARIABLES = 256, /* of set */
	NAMES_MEMBERS = 1024,  /* of struct task_struct */
	NAMES_STRUCTURE = 512, /* a type, and then a symbol where one lies */
};

struct words {
	struct arena *arena;
	const char *prefix;
	size_t length;
	VEC(const char *) list;
};

/* Add @word if it begins with the prefix. */
void words_add(struct words *w, const char *word);
/* Add the names of the kinds. */
void words_of_kinds(struct words *w, struct session *s, unsigned kinds);
/*
 * Add the members that may follow @base, an expression or the name of a type, pointers and arrays being
 * followed
 * ("init_task.mm->", "task_struct.se."). @types: a name is that of a type before it is that of a variable.
 */
void words_of_members(struct words *w, struct session *s, const char *base, bool types);
/* Where the expression begins that ends at @end, just before "." or "->": "a->b[2].c" or "((struct s *)x)".
 */
const char *member_base(const char *line, const char *end);

#endif
