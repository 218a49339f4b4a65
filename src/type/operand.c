/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operands of expressions: literals, names, registers, values of the history. */
#include <string.h>

#include "base/error.h"
#include "type/eval.h"

uint64_t eval_wrap(struct eval *ev, const struct type *t, uint64_t number)
{
	uint64_t size = type_size(ev->ts, t);

	t = type_strip(ev->ts, t);
	if (t->kind == TYPE_INT && t->is_bool)
		return number != 0;
	if (size == 0 || size >= 8)
		return number;
	if (type_is_signed(ev->ts, t))
		return (uint64_t)sign_extend(number, (unsigned)size * 8);
	return number & ((1ULL << size * 8) - 1);
}

void eval_set_number(struct eval *ev, struct value *v, const struct type *t, uint64_t number)
{
	*v = (struct value){.type = t, .number = eval_wrap(ev, t, number)};
}

static const struct type *literal_type(struct eval *ev, const struct token *t)
{
	uint8_t word = types_word_size(ev->ts);
	uint8_t sizes[3] = {4, word, 8};
	int first = t->is_long_long ? 2 : t->is_long ? 1 : 0;

	if (t->is_char)
		return type_find(ev->ts, TYPE_INT, "char");
	for (int i = first; i < 3; i++) {
		unsigned bits = sizes[i] * 8u;

		if (!t->is_unsigned && t->number >> (bits - 1) == 0)
			return type_integer(ev->ts, sizes[i], true);
		if ((t->is_unsigned || !t->is_decimal) && (bits == 64 || t->number >> bits == 0))
			return type_integer(ev->ts, sizes[i], false);
	}
	return type_integer(ev->ts, 8, false);
}

/* As crash does, a long enough run of hexadecimal digits is an address, though 0x is missing. */
static bool bare_address(struct eval *ev, const char *name, struct value *v)
{
	uint64_t number;

	if (strlen(name) != 2u * types_word_size(ev->ts) || !parse_number(name, 16, &number))
		return false;
	eval_set_number(ev, v, type_integer(ev->ts, types_word_size(ev->ts), false), number);
	return true;
}

static bool eval_name(struct eval *ev, const struct expr *e, struct value *v)
{
	const struct type_env *env = ev->env;
	const struct type *type = NULL;
	uint64_t address, where;
	int64_t number;

	if (env->local && env->local(env->context, e->name, v))
		return true;
	if (env->symbol && env->symbol(env->context, e->name, &address, &type)) {
		const char *colon = strrchr(e->name, ':');

		if (!type)
			type = type_of_symbol(ev->ts, colon ? colon + 1 : e->name);
		if (env->percpu &&
		    env->percpu(env->context, env->on_cpu ? (int)env->cpu : -1, address, &where))
			address = where;
		*v = (struct value){
			.type = type ? type : type_void(ev->ts), .in_memory = true, .address = address};
		return true;
	}
	if (type_find_enumerator(ev->ts, e->name, &number, &type)) {
		eval_set_number(ev, v, type, (uint64_t)number);
		return true;
	}
	if (strcmp(e->name, "true") == 0 || strcmp(e->name, "false") == 0) {
		eval_set_number(ev, v, type_integer(ev->ts, 4, true), e->name[0] == 't');
		return true;
	}
	if (strcmp(e->name, "NULL") == 0) {
		eval_set_number(ev, v, type_pointer_to(ev->ts, type_void(ev->ts)), 0);
		return true;
	}
	if (bare_address(ev, e->name, v))
		return true;
	return fail_at(ev->text, e->at, "unknown symbol %.100s", e->name);
}

/* As gdb has it: the program counter points to code, the stack and frame pointers to something. */
static const struct type *register_type(struct eval *ev, const char *name)
{
	static const char *const code[] = {"pc", "rip", "eip"};
	static const char *const data[] = {"sp", "rsp", "esp", "fp", "rbp", "ebp"};
	const struct type *nothing = type_void(ev->ts);

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		if (strcmp(name, code[i]) == 0)
			return type_pointer_to(ev->ts, type_function_of(ev->ts, nothing, NULL, 0, false));
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
		if (strcmp(name, data[i]) == 0)
			return type_pointer_to(ev->ts, nothing);
	return type_integer(ev->ts, types_word_size(ev->ts), true);
}

static bool eval_register(struct eval *ev, const struct expr *e, struct value *v)
{
	const struct type *type = NULL;
	uint64_t number;

	fail_clear();
	if (!ev->env->reg || !ev->env->reg(ev->env->context, e->name, &number, &type))
		return fail_at(ev->text, e->at, "%s",
			       *fail_text() ? fail_text()
					    : arena_printf(ev->env->arena, "register %.40s is not known here",
							   e->name));
	eval_set_number(ev, v, type ? type : register_type(ev, e->name), number);
	return true;
}

static bool eval_history(struct eval *ev, const struct expr *e, struct value *v)
{
	const struct token *t = &e->token;

	if (ev->env->history && ev->env->history(ev->env->context, t->back, t->number, v))
		return true;
	if (t->back && t->number == 0)
		return fail_at(ev->text, e->at, "no value was shown yet");
	return fail_at(ev->text, e->at, "the history has no value $%s%llu", t->back ? "$" : "",
		       (unsigned long long)t->number);
}

static void set_string(struct eval *ev, struct value *v, const struct expr *e)
{
	const struct type *t = type_find(ev->ts, TYPE_INT, "char");

	*v = (struct value){.type = type_array_of(ev->ts, t, e->token.number),
			    .bytes = (const uint8_t *)e->name};
}

bool eval_operand(struct eval *ev, const struct expr *e, struct value *v)
{
	switch (e->kind) {
	case EXPR_NUMBER: eval_set_number(ev, v, literal_type(ev, &e->token), e->token.number); return true;
	case EXPR_STRING: set_string(ev, v, e); return true;
	case EXPR_HISTORY: return eval_history(ev, e, v);
	case EXPR_REGISTER: return eval_register(ev, e, v);
	default: return eval_name(ev, e, v);
	}
}
