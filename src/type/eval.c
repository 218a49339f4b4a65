/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evaluation of C expressions by the target's rules: int has 4 bytes, long and
 * pointers have the target's word size. There are no side effects.
 */
#include <string.h>

#include "base/error.h"
#include "type/declare.h"
#include "type/eval.h"

static bool eval(struct eval *ev, const struct expr *e, struct value *v);

/* Put the place under what failed inside. Always false. */
static bool failed_at(const struct eval *ev, const struct expr *e)
{
	return fail_at(ev->text, e->at, "%s", fail_text());
}

static void set_int(struct eval *ev, struct value *v, int64_t number)
{
	eval_set_number(ev, v, type_integer(ev->ts, 4, true), (uint64_t)number);
}

static bool is_pointer(struct eval *ev, const struct value *v)
{
	return type_strip(ev->ts, v->type)->kind == TYPE_POINTER;
}

/* The size that arithmetic steps by; gdb counts void and functions as 1. */
static uint64_t step_of(struct eval *ev, const struct type *pointer)
{
	uint64_t size = type_size(ev->ts, type_strip(ev->ts, pointer)->target);

	return size ? size : 1;
}

/* A value as a number that is not in memory: arrays and functions become pointers. */
static bool scalar(struct eval *ev, const struct expr *e, struct value *v)
{
	const struct type *t = type_strip(ev->ts, v->type);
	uint64_t number;

	if (ev->unevaluated && v->in_memory)
		number = 0;
	else if (!value_number(ev->env, v, &number))
		return failed_at(ev, e);
	if (t->kind == TYPE_ARRAY)
		t = type_pointer_to(ev->ts, t->target);
	else if (t->kind == TYPE_FUNCTION)
		t = type_pointer_to(ev->ts, v->type);
	else if (v->bit_size && v->bit_size < 32)
		t = type_integer(ev->ts, 4, true);
	else
		t = v->type;
	eval_set_number(ev, v, t, number);
	return true;
}

/* Integer promotion. */
static const struct type *promoted(struct eval *ev, const struct type *t)
{
	uint64_t size = type_size(ev->ts, t);

	if (size < 4)
		return type_integer(ev->ts, 4, true);
	return type_integer(ev->ts, (uint8_t)size, type_is_signed(ev->ts, t));
}

/* The usual arithmetic conversions: the wider one, unsigned if one of that size is. */
static const struct type *common(struct eval *ev, const struct type *a, const struct type *b)
{
	a = promoted(ev, a);
	b = promoted(ev, b);
	if (a->size != b->size)
		return a->size > b->size ? a : b;
	return a->is_signed ? b : a;
}

/* Element @index of an array that is not in memory. */
static bool element(struct eval *ev, const struct expr *e, uint64_t index, struct value *v)
{
	const struct type *t = type_strip(ev->ts, v->type);

	if (t->kind != TYPE_ARRAY || !v->bytes)
		return fail_at(ev->text, e->at, "only arrays and pointers can be indexed");
	if (index >= t->count)
		return fail_at(ev->text, e->at, "an array of %llu elements that is not in memory",
			       (unsigned long long)t->count);
	v->bytes += index * type_size(ev->ts, t->target);
	if (v->lost)
		v->lost += index * type_size(ev->ts, t->target);
	v->type = t->target;
	return true;
}

static bool dereference(struct eval *ev, const struct expr *e, struct value *v)
{
	const struct type *t = type_strip(ev->ts, v->type);

	if (t->kind == TYPE_FUNCTION)
		return true; /* *f is f */
	if (t->kind == TYPE_ARRAY && !v->in_memory)
		return element(ev, e, 0, v);
	if (!scalar(ev, e, v))
		return false;
	t = type_strip(ev->ts, v->type);
	if (t->kind == TYPE_POINTER) {
		if (type_strip(ev->ts, t->target)->kind == TYPE_VOID)
			return fail_at(ev->text, e->at, "a void pointer points to nothing known: cast it");
		t = t->target;
	} else {
		/* gdb reads a word there */
		t = type_integer(ev->ts, types_word_size(ev->ts), true);
	}
	*v = (struct value){.type = t, .in_memory = true, .address = v->number};
	return true;
}

static bool address_of(struct eval *ev, const struct expr *e, struct value *v)
{
	if (!v->in_memory)
		return fail_at(ev->text, e->at, "only what is in memory has an address");
	if (v->bit_size)
		return fail_at(ev->text, e->at, "a bit-field has no address");
	eval_set_number(ev, v, type_pointer_to(ev->ts, v->type), v->address);
	return true;
}

static bool eval_unary(struct eval *ev, const struct expr *e, struct value *v)
{
	if (!eval(ev, e->a, v))
		return false;
	if (e->code == '&')
		return address_of(ev, e, v);
	if (e->code == '*')
		return dereference(ev, e, v);
	if (!scalar(ev, e->a, v))
		return false;
	if (e->code == '!') {
		set_int(ev, v, !v->number);
		return true;
	}
	if (is_pointer(ev, v))
		return fail_at(ev->text, e->at, "a pointer cannot be negated");
	if (e->code == '-')
		v->number = 0 - v->number;
	else if (e->code == '~')
		v->number = ~v->number;
	eval_set_number(ev, v, promoted(ev, v->type), v->number);
	return true;
}

static bool divide(struct eval *ev, const struct expr *e, const struct type *t, uint64_t a, uint64_t b,
		   uint64_t *result)
{
	bool remainder = e->code == '%';

	if (b == 0 && !ev->unevaluated)
		return fail_at(ev->text, e->at, "division by zero");
	if (b == 0)
		b = 1;
	if (!t->is_signed)
		*result = remainder ? a % b : a / b;
	else if (b == UINT64_MAX)
		*result = remainder ? 0 : 0 - a; /* also for the most negative number */
	else
		*result = (uint64_t)(remainder ? (int64_t)a % (int64_t)b : (int64_t)a / (int64_t)b);
	return true;
}

static bool compare(int code, bool is_signed, uint64_t a, uint64_t b)
{
	bool less = is_signed ? (int64_t)a < (int64_t)b : a < b;

	switch (code) {
	case '<': return less;
	case '>': return !less && a != b;
	case P_LE: return less || a == b;
	case P_GE: return !less;
	case P_EQ: return a == b;
	default: return a != b;
	}
}

static bool is_comparison(int code)
{
	return code == '<' || code == '>' || code == P_LE || code == P_GE || code == P_EQ || code == P_NE;
}

static bool pointer_arithmetic(struct eval *ev, const struct expr *e, const struct value *a,
			       const struct value *b, struct value *v)
{
	bool a_points = is_pointer(ev, a), b_points = is_pointer(ev, b);
	const struct value *pointer = a_points ? a : b, *number = a_points ? b : a;
	uint64_t step = step_of(ev, pointer->type), distance;

	if (is_comparison(e->code)) {
		set_int(ev, v, compare(e->code, false, a->number, b->number));
		return true;
	}
	if (e->code == '-' && a_points && b_points) {
		distance = a->number - b->number;
		if (types_word_size(ev->ts) == 4)
			distance = (uint64_t)sign_extend(distance, 32);
		eval_set_number(ev, v, type_integer(ev->ts, types_word_size(ev->ts), true),
				(uint64_t)((int64_t)distance / (int64_t)step));
		return true;
	}
	if ((a_points && b_points) || (e->code != '+' && !(e->code == '-' && a_points)))
		return fail_at(ev->text, e->at,
			       "a pointer does not allow this operator: cast it to a number");
	distance = step * number->number;
	eval_set_number(ev, v, pointer->type,
			e->code == '-' ? pointer->number - distance : pointer->number + distance);
	return true;
}

static bool arithmetic(struct eval *ev, const struct expr *e, struct value *a, struct value *b,
		       struct value *v)
{
	const struct type *t = common(ev, a->type, b->type);
	uint64_t x = eval_wrap(ev, t, a->number), y = eval_wrap(ev, t, b->number), result = 0;
	uint64_t bits;

	if (is_comparison(e->code)) {
		set_int(ev, v, compare(e->code, t->is_signed, x, y));
		return true;
	}
	switch (e->code) {
	case '+': result = x + y; break;
	case '-': result = x - y; break;
	case '*': result = x * y; break;
	case '&': result = x & y; break;
	case '|': result = x | y; break;
	case '^': result = x ^ y; break;
	case '/':
	case '%':
		if (!divide(ev, e, t, x, y, &result))
			return false;
		break;
	default: /* shifts: the result has the left operand's type */
		t = promoted(ev, a->type);
		bits = t->size * 8;
		x = eval_wrap(ev, t, a->number);
		y = b->number;
		if (y >= bits)
			result = e->code == P_SHR && t->is_signed && (int64_t)x < 0 ? UINT64_MAX : 0;
		else if (e->code == P_SHL)
			result = x << y;
		else
			result = t->is_signed ? (uint64_t)((int64_t)x >> y) : x >> y;
		break;
	}
	eval_set_number(ev, v, t, result);
	return true;
}

/* a@n: n objects in a row from a on. */
static bool repeat(struct eval *ev, const struct expr *e, struct value *v, const struct value *count)
{
	if (!v->in_memory || v->bit_size)
		return fail_at(ev->text, e->at, "only what is in memory can be repeated with @");
	if (count->number == 0 && ev->unevaluated)
		return true;
	if (count->number == 0 || count->number > 1u << 24)
		return fail_at(ev->text, e->b->at, "@ takes 1 to %u elements", 1u << 24);
	v->type = type_array_of(ev->ts, v->type, count->number);
	return true;
}

static bool eval_binary(struct eval *ev, const struct expr *e, struct value *v)
{
	struct value a, b;

	if (!eval(ev, e->a, &a))
		return false;
	if (e->code == ',')
		return eval(ev, e->b, v);
	if (e->code == '@') {
		if (!eval(ev, e->b, &b) || !scalar(ev, e->b, &b) || !repeat(ev, e, &a, &b))
			return false;
		*v = a;
		return true;
	}
	if (!scalar(ev, e->a, &a))
		return false;
	if ((e->code == P_AND && !a.number) || (e->code == P_OR && a.number)) {
		set_int(ev, v, e->code == P_OR);
		return true;
	}
	if (!eval(ev, e->b, &b) || !scalar(ev, e->b, &b))
		return false;
	if (e->code == P_AND || e->code == P_OR) {
		set_int(ev, v, b.number != 0);
		return true;
	}
	if (is_pointer(ev, &a) || is_pointer(ev, &b))
		return pointer_arithmetic(ev, e, &a, &b, v);
	return arithmetic(ev, e, &a, &b, v);
}

static bool eval_member(struct eval *ev, const struct expr *e, struct value *v)
{
	struct type_place place;
	const struct type *t;
	uint64_t bits;

	if (!eval(ev, e->a, v))
		return false;
	t = type_strip(ev->ts, v->type);
	if (t->kind == TYPE_VOID && v->in_memory)
		return fail_at(ev->text, e->a->at,
			       "its type is not known: cast it, as in (*(struct x *)&y).z");
	/* "." through a pointer is taken for "->", as gdb does, and the other way round */
	if ((t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY) && !dereference(ev, e->a, v))
		return false;
	if (!type_path(ev->ts, v->type, e->name, &place))
		return failed_at(ev, e);
	bits = v->bit_offset + place.bit_offset;
	v->type = place.type;
	v->bit_size = place.bit_size;
	v->bit_offset = place.bit_size ? (uint32_t)(bits % 8) : 0;
	if (v->in_memory)
		v->address = eval_wrap(ev, type_pointer_to(ev->ts, NULL), v->address + bits / 8);
	else if (v->bytes)
		v->bytes += bits / 8;
	else
		return fail_at(ev->text, e->at, "this structure is not in memory");
	if (v->lost)
		v->lost += bits / 8;
	return true;
}

static bool eval_index(struct eval *ev, const struct expr *e, struct value *v)
{
	struct value index;

	if (!eval(ev, e->a, v) || !eval(ev, e->b, &index) || !scalar(ev, e->b, &index))
		return false;
	if (!v->in_memory && !is_pointer(ev, v))
		return element(ev, e, index.number, v);
	if (!scalar(ev, e->a, v))
		return false;
	if (!is_pointer(ev, v))
		return fail_at(ev->text, e->at, "only arrays and pointers can be indexed");
	eval_set_number(ev, v, v->type, v->number + step_of(ev, v->type) * index.number);
	return dereference(ev, e, v);
}

static bool cast(struct eval *ev, const struct expr *e, const struct type *t, struct value *v)
{
	const struct type *to = type_strip(ev->ts, t), *from = type_strip(ev->ts, v->type);

	if (to->kind == TYPE_VOID) {
		*v = (struct value){.type = t};
		return true;
	}
	/* a symbol whose type nobody knows is what the cast says */
	if (from->kind == TYPE_VOID && v->in_memory) {
		v->type = t;
		return true;
	}
	if (to->kind == TYPE_STRUCT || to->kind == TYPE_UNION || to->kind == TYPE_ARRAY) {
		if (!v->in_memory || type_size(ev->ts, to) != type_size(ev->ts, from)) {
			struct text name = {0};

			type_name(ev->ts, t, &name);
			fail_at(ev->text, e->at, "a cast to %s needs something of that size in memory",
				text_str(&name));
			text_free(&name);
			return false;
		}
		v->type = t;
		return true;
	}
	if (to->kind != TYPE_INT && to->kind != TYPE_ENUM && to->kind != TYPE_POINTER)
		return fail_at(ev->text, e->at, "a cast to this type is not supported");
	if (to->size > 8)
		return fail_at(ev->text, e->at, "integers of more than 8 bytes are not supported");
	if (!scalar(ev, e->a, v))
		return false;
	eval_set_number(ev, v, t, v->number);
	return true;
}

static bool eval_container_of(struct eval *ev, const struct expr *e, struct value *v)
{
	struct type_place place;

	if (!eval(ev, e->a, v) || !scalar(ev, e->a, v))
		return false;
	if (!type_path(ev->ts, e->type, e->name, &place))
		return failed_at(ev, e);
	eval_set_number(ev, v, type_pointer_to(ev->ts, e->type), v->number - place.bit_offset / 8);
	return true;
}

/* Evaluate for the type alone. */
static bool eval_unevaluated(struct eval *ev, const struct expr *e, struct value *v)
{
	bool good;

	ev->unevaluated++;
	good = eval(ev, e, v);
	ev->unevaluated--;
	return good;
}

static bool eval_sizes(struct eval *ev, const struct expr *e, struct value *v)
{
	const struct type *t = type_integer(ev->ts, types_word_size(ev->ts), false);
	struct type_place place;
	uint64_t size;

	if (e->kind == EXPR_OFFSETOF) {
		if (!type_path(ev->ts, e->type, e->name, &place))
			return failed_at(ev, e);
		if (place.bit_size)
			return fail_at(ev->text, e->at, "a bit-field has no offset in bytes");
		size = place.bit_offset / 8;
	} else if (e->kind == EXPR_SIZEOF) {
		if (!eval_unevaluated(ev, e->a, v))
			return false;
		size = type_size(ev->ts, v->type);
	} else {
		size = type_size(ev->ts, e->type);
		if (!size && type_strip(ev->ts, e->type)->incomplete)
			return fail_at(ev->text, e->at, "the type is declared but defined nowhere");
	}
	eval_set_number(ev, v, t, size);
	return true;
}

static bool eval_conditional(struct eval *ev, const struct expr *e, struct value *v)
{
	struct value condition;

	if (!eval(ev, e->c, v))
		return false;
	condition = *v;
	if (!scalar(ev, e->c, &condition))
		return false;
	if (condition.number && !e->a)
		return true;
	return eval(ev, condition.number ? e->a : e->b, v);
}

static bool eval(struct eval *ev, const struct expr *e, struct value *v)
{
	switch (e->kind) {
	case EXPR_NUMBER:
	case EXPR_NAME:
	case EXPR_STRING:
	case EXPR_HISTORY:
	case EXPR_REGISTER: *v = (struct value){0}; return eval_operand(ev, e, v);
	case EXPR_VALUE: *v = *e->value; return true;
	case EXPR_UNARY: return eval_unary(ev, e, v);
	case EXPR_BINARY: return eval_binary(ev, e, v);
	case EXPR_CONDITIONAL: return eval_conditional(ev, e, v);
	case EXPR_MEMBER: return eval_member(ev, e, v);
	case EXPR_INDEX: return eval_index(ev, e, v);
	case EXPR_CAST: return eval(ev, e->a, v) && cast(ev, e, e->type, v);
	case EXPR_SIZEOF_TYPE:
	case EXPR_SIZEOF:
	case EXPR_OFFSETOF: return eval_sizes(ev, e, v);
	case EXPR_CONTAINER_OF: return eval_container_of(ev, e, v);
	}
	return fail("an expression of unknown kind");
}

bool eval_expression(const struct type_env *env, const char *text, const struct expr *e, struct value *result)
{
	struct eval ev = {env, env->types, text, 0};

	return eval(&ev, e, result);
}

const struct type *eval_type(const struct type_env *env, const char *text, const struct expr *e)
{
	struct eval ev = {env, env->types, text, 1};
	struct value v = {0};

	return eval(&ev, e, &v) ? v.type : NULL;
}
