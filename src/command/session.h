/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands share: the kernel that was opened, the current task, settings, and where answers go. */
#ifndef COMMAND_SESSION_H
#define COMMAND_SESSION_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"
#include "command/history.h"
#include "linux/kernel.h"
#include "output/out.h"
#include "target/target.h"
#include "type/value.h"

enum edit_mode { EDIT_UNSET, EDIT_EMACS, EDIT_VI }; /* unset: as ~/.inputrc says */

struct settings {
	unsigned radix;     /* 10 or 16: default of struct, p, ... */
	unsigned print_max; /* 256, as in crash */
	bool null_stop;     /* arrays of characters end at their first NUL */
	bool print_array;   /* each element of an array on a line of its own */
	bool scroll;
	bool verbose; /* -v: show evidence */
	bool offline_hide;
	bool silent; /* -s */
	bool zero_excluded;
	const char *pager; /* "less", "more"; NULL: that of the environment */
	unsigned debug;
	const char *error; /* where messages go, as it was typed; NULL: default */
	/* kept for who asks, and nothing more */
	bool refresh, core, hash, gdb, redzone;
	const char *console, *namelist;
	uint64_t scope;
	bool colour;
	enum edit_mode edit;
	const char *module_dir; /* --mod DIR */
	const char *source_dir; /* --src DIR */
};

struct session {
	struct arena arena;   /* lives as long as the session */
	struct arena scratch; /* freed after each command */
	struct out *out;
	struct target *target; /* NULL only before a dump is open */
	struct kernel *kernel; /* NULL with --minimal or when even the basics are missing */
	struct task *current;  /* ask session_context() */
	bool current_decided;
	struct selected *selected; /* ask session_frame() (command/frame.h) */
	struct settings settings;
	unsigned bug_bytes;                 /* that dis leaves out behind ud2 */
	struct original_section *originals; /* code of files that was compared with the memory's */
	struct gdb_places *gdb;             /* where x and gdb's list go on; NULL: nowhere yet */
	bool quit;                          /* exit was typed */
	bool interactive;                   /* a prompt is shown */
	VEC(struct value) history;          /* $1, $2, ...: what p showed */
	struct str_map namesakes;           /* symbols that share a name, by it */
	unsigned n_commands;                /* run so far */
	struct alias *aliases;              /* in the order they are listed */
	const char *alias_origin;           /* of those defined now: the file being read; NULL: the prompt */
	struct history typed;               /* the commands given so far */
	const char *const *dumps;           /* as given */
	size_t n_dumps;
	/* Runs one command line; set by the shell so that foreach and repeat can use it. */
	bool (*run_line)(struct session *s, const char *line);
};

struct alias {
	struct alias *next;
	const char *origin; /* "builtin", a file's name, or "runtime" for one defined at the prompt */
	const char *name, *command;
};

/* Built-in aliases, as crash has them. */
void alias_builtin(struct session *s);
/* What @name stands for, or NULL. */
const char *alias_find(const struct session *s, const char *name);

/*
 * The address of a symbol of the kernel, else of a module; "module:name" and "file.c:name" restrict. False
 * without a message.
 */
bool session_symbol(struct session *s, const char *name, uint64_t *address);
/*
 * An address as a user may write it: hexadecimal with or without 0x, a symbol,
 * symbol+offset, "(expression)". False with a message in the error chain.
 */
bool session_address(struct session *s, const char *word, uint64_t *address);
/* A count or size: decimal (hexadecimal when it has letters), 0x hexadecimal or (expression). */
bool session_number(struct session *s, const char *word, uint64_t *number);
/*
 * A pid (decimal) or task address (hexadecimal) as crash takes it; false with a
 * message. A pid has one task here; several words may be given to commands.
 */
bool session_task(struct session *s, const char *word, struct task **task);
/* Types, symbols and memory for the expression evaluator and the value formatter; results live in scratch. */
const struct type_env *session_env(struct session *s);
/*
 * Make @v the last of the history; returns its number. What is not in the kernel's memory is kept as bytes,
 * read through @env.
 */
size_t session_remember(struct session *s, const struct type_env *env, const struct value *v);
/* How C values are shown, as the settings say. */
struct node_options session_node_options(const struct session *s);
/* Is it the address, as a symbol has it, of a variable that each CPU has a copy of? */
bool session_is_percpu(struct session *s, uint64_t address);
/*
 * The context task, NULL unknown: until the user sets one, the task that crashed, looked for at the first
 * question, because finding tasks needs types, which may have to be searched for. Without a message.
 */
struct task *session_context(struct session *s);
/* The same, or an out_error() that there is none and false. */
bool session_current(struct session *s, struct task **task);
/* Is there any source of the kernel's types? */
bool session_has_types(const struct session *s);
/* The kernel with its types, or an out_error() that says what is missing and false. */
bool session_kernel(struct session *s);
/* The dump, or an out_error() that none is open and false. */
bool session_target(struct session *s);
/*
 * 64-bit arithmetic over numbers (decimal, 0x, with K M G T), symbols and + - * / % & | ^ ~ << >> ( ).
 * False with a message.
 */
bool session_arithmetic(struct session *s, const char *text, uint64_t *value);

#endif
