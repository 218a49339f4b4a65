/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "info" tells of, one word each. */
#ifndef COMMAND_INFO_H
#define COMMAND_INFO_H

#include <stdbool.h>

struct session;

struct info_word {
	const char *name;
	const char *synopsis; /* of what follows the word; NULL: nothing */
	const char *summary;  /* half a line */
	/* argv[0] is the word. False: it failed, and out_error() said why. */
	bool (*run)(struct session *s, int argc, char **argv);
};

/* info_frame.c */
extern const struct info_word info_args, info_frame, info_locals, info_registers;
/* info_code.c */
extern const struct info_word info_line, info_symbol;
/* info_scope.c */
extern const struct info_word info_scope;

#endif
