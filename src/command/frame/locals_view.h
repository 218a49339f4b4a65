/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Local variables and arguments of a frame as records. */
#ifndef COMMAND_LOCALS_VIEW_H
#define COMMAND_LOCALS_VIEW_H

#include "command/session.h"
#include "target/locals.h"

enum locals_which { LOCALS_ALL, LOCALS_ARGUMENTS, LOCALS_VARIABLES };

/* How a list of them looks as text. */
struct locals_style {
	/* Of the function {function}; {inlined} and {interrupted} tell which kind. */
	struct shape scope;
	/* {name}, {type}, {declaration}, {value}; by whether it is of the frame's function or an inlined one.
	 */
	struct shape variable[2];
};

/*
 * The variables of the scopes in a list "scopes", the frame's function first, then what was put into it from
 * the outside in. Returns how many variables there were.
 */
size_t locals_put(struct session *s, const struct locals_style *style, const struct local_scope *scopes,
		  size_t n, enum locals_which which, bool hex, bool interrupted);
/* "lock=0xffff..., state=2": the arguments of a scope as gdb writes them in a frame's line. In scratch. */
const char *locals_arguments(struct session *s, const struct local_scope *scope);

#endif
