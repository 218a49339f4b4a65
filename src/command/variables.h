/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The variables of set. */
#ifndef COMMAND_VARIABLES_H
#define COMMAND_VARIABLES_H

#include "command/session.h"

struct variable;

/* By name; NULL when there is none. */
const struct variable *variable_find(const char *name);
/* The name of the variable number @i, from 0; NULL behind the last. */
const char *variable_name(size_t i);
/* False with an out_error(). */
bool variable_set(struct session *s, const struct variable *v, const char *word);
void variable_show(struct session *s, const struct variable *v);
/* All, in a list "variables". */
void variables_show(struct session *s);

#endif
