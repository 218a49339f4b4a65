/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the evaluator share. Inside the type room only. */
#ifndef TYPE_EVAL_H
#define TYPE_EVAL_H

#include "type/expr.h"

struct eval {
	const struct type_env *env;
	struct types *ts;
	const char *text;
	int unevaluated; /* in sizeof and typeof: only types matter, memory need not be there */
};

/* What @number becomes when it is stored as @t. */
uint64_t eval_wrap(struct eval *ev, const struct type *t, uint64_t number);
/* Make @v a number that is not in memory. */
void eval_set_number(struct eval *ev, struct value *v, const struct type *t, uint64_t number);
/* What stands for a value by itself: a literal, a name, a register, a value of the history. */
bool eval_operand(struct eval *ev, const struct expr *e, struct value *v);

#endif
