/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of the program. */
#ifndef SHELL_ARGS_H
#define SHELL_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "command/session.h"
#include "target/target.h"

enum args_action {
	ARGS_SESSION,
	ARGS_HELP,
	ARGS_VERSION,
	ARGS_OSRELEASE, /* --osrelease DUMP: in @files */
	ARGS_BUILD_ID,
	ARGS_LOG,
};

/* -c COMMAND and -i FILE, in the order given. */
struct args_input {
	bool is_file;
	const char *text;
};

struct args {
	enum args_action action;
	const char *topic;        /* of --help, NULL: of the program */
	const char *const *files; /* vmlinux, dumps, System.map: not told apart yet */
	size_t n_files;
	const struct args_input *inputs;
	size_t n_inputs;
	bool has_commands; /* at least one -c: the session ends after them */
	bool silent, verbose, json, minimal, no_rc, no_scroll, zero_excluded, hide_offline, hex, no_cache;
	enum edit_mode edit;
	const char *module_dir, *source_dir, *target, *kaslr;
	const char *const *machdep;
	size_t n_machdep;
};

/* False with a message. */
bool args_parse(struct arena *a, int argc, char **argv, struct args *args);
/* Sort the files by what is in them. False with a message that names the file. */
bool args_files(struct arena *a, const struct args *args, struct target_options *options);
/* The text of --help. */
extern const char args_help[];

#endif
