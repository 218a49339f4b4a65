/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vtop command's answer, for foreach too. */
#ifndef COMMAND_VTOP_H
#define COMMAND_VTOP_H

#include "command/session.h"
#include "linux/task.h"

struct vtop_options {
	bool user, kernel;
	struct task *context; /* -c; NULL: not given */
	char **words;         /* the addresses */
	int n;
};

/* False with an out_error(). */
bool vtop_parse(struct session *s, int argc, char **argv, struct vtop_options *o);
/* The translations, in a list "addresses"; user addresses in the address space of @context (may be NULL). */
bool vtop_show(struct session *s, const struct vtop_options *o, const struct task *context);

#endif
