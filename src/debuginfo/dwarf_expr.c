/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_expr.h"

#include <dwarf.h>
#include <string.h>

#include "base/error.h"

enum { STACK = 64, MOST_STEPS = 10000 };

struct machine {
	const struct expr_env *env;
	struct cursor c;
	uint64_t stack[STACK];
	size_t n;
	uint64_t mask;
	unsigned bits;
	struct expr_piece
		now;    /* what the operations since the last piece say; kind EXPR_ADDRESS: top of stack */
	bool described; /* ->now is not the top of the stack */
	struct expr_result *result;
};

static bool push(struct machine *m, uint64_t value)
{
	if (m->n == STACK)
		return fail("DWARF expression: stack overflow");
	m->stack[m->n++] = value & m->mask;
	return true;
}

static bool need(const struct machine *m, size_t n, uint8_t op)
{
	return m->n >= n || fail("DWARF expression: operation %#x finds too little on the stack", op);
}

static bool push_register(struct machine *m, uint64_t reg, int64_t offset)
{
	uint64_t value;

	if (!m->env->reg || !m->env->reg(m->env->context, reg, &value))
		return fail("DWARF expression: register %llu is not known", (unsigned long long)reg);
	return push(m, value + (uint64_t)offset);
}

static bool dereference(struct machine *m, uint8_t size)
{
	uint64_t address = m->stack[m->n - 1];
	enum read_status status;
	uint8_t bytes[8];

	if (size == 0 || size > m->env->word_size || !m->env->read)
		return fail("DWARF expression: cannot read %u bytes", size);
	status = m->env->read(m->env->context, address, bytes, size);
	if (status != READ_OK)
		return fail("DWARF expression: memory at %#llx: %s", (unsigned long long)address,
			    read_status_text(status));
	m->stack[m->n - 1] = get_uint(bytes, size, m->env->order);
	return true;
}

static bool divide(struct machine *m, uint64_t a, uint64_t b, bool modulo)
{
	int64_t x = sign_extend(a, m->bits), y = sign_extend(b, m->bits);

	if (b == 0)
		return fail("DWARF expression: division by zero");
	if (modulo)
		return push(m, a % b);
	/* the one quotient that does not fit is the dividend itself */
	return push(m, y == -1 ? 0 - (uint64_t)x : (uint64_t)(x / y));
}

/* Operations on the two values on top. */
static bool binary(struct machine *m, uint8_t op)
{
	uint64_t b, a;
	int64_t x, y;

	if (!need(m, 2, op))
		return false;
	b = m->stack[--m->n];
	a = m->stack[--m->n];
	x = sign_extend(a, m->bits);
	y = sign_extend(b, m->bits);
	switch (op) {
	case DW_OP_and: return push(m, a & b);
	case DW_OP_or: return push(m, a | b);
	case DW_OP_xor: return push(m, a ^ b);
	case DW_OP_plus: return push(m, a + b);
	case DW_OP_minus: return push(m, a - b);
	case DW_OP_mul: return push(m, a * b);
	case DW_OP_div: return divide(m, a, b, false);
	case DW_OP_mod: return divide(m, a, b, true);
	case DW_OP_shl: return push(m, b < m->bits ? a << b : 0);
	case DW_OP_shr: return push(m, b < m->bits ? a >> b : 0);
	case DW_OP_shra: return push(m, (uint64_t)(x >> (b < 63 ? b : 63)));
	case DW_OP_eq: return push(m, x == y);
	case DW_OP_ge: return push(m, x >= y);
	case DW_OP_gt: return push(m, x > y);
	case DW_OP_le: return push(m, x <= y);
	case DW_OP_lt: return push(m, x < y);
	default: return push(m, x != y);
	}
}

static bool unary(struct machine *m, uint8_t op)
{
	uint64_t *top;

	if (!need(m, 1, op))
		return false;
	top = &m->stack[m->n - 1];
	switch (op) {
	case DW_OP_abs: *top = sign_extend(*top, m->bits) < 0 ? 0 - *top : *top; break;
	case DW_OP_neg: *top = 0 - *top; break;
	case DW_OP_not: *top = ~*top; break;
	default: *top += cursor_uleb(&m->c); break; /* DW_OP_plus_uconst */
	}
	*top &= m->mask;
	return true;
}

/* The @index-th value from the top, copied. */
static bool pick(struct machine *m, size_t index, uint8_t op)
{
	return need(m, index + 1, op) && push(m, m->stack[m->n - 1 - index]);
}

static bool shuffle(struct machine *m, uint8_t op)
{
	uint64_t *top, swap;

	switch (op) {
	case DW_OP_dup: return pick(m, 0, op);
	case DW_OP_over: return pick(m, 1, op);
	case DW_OP_pick: return pick(m, cursor_u8(&m->c), op);
	case DW_OP_drop:
		if (!need(m, 1, op))
			return false;
		m->n--;
		return true;
	case DW_OP_swap:
		if (!need(m, 2, op))
			return false;
		top = &m->stack[m->n - 1];
		swap = top[0];
		top[0] = top[-1];
		top[-1] = swap;
		return true;
	default: /* DW_OP_rot: the top becomes the third */
		if (!need(m, 3, op))
			return false;
		top = &m->stack[m->n - 1];
		swap = top[0];
		top[0] = top[-1];
		top[-1] = top[-2];
		top[-2] = swap;
		return true;
	}
}

static bool jump(struct machine *m, bool taken)
{
	int64_t distance = cursor_int(&m->c, 2);
	int64_t to = (int64_t)cursor_offset(&m->c) + distance;

	if (!taken)
		return true;
	if (to < 0 || !cursor_seek(&m->c, (uint64_t)to))
		return fail("DWARF expression: a jump leaves it");
	return true;
}

static bool describe(struct machine *m, enum expr_kind kind, uint64_t value)
{
	m->now = (struct expr_piece){.kind = kind, .value = value};
	m->described = true;
	return true;
}

/* Close a part of a composed object. */
static bool piece(struct machine *m, uint64_t bits, uint64_t offset)
{
	struct expr_piece *p;

	if (m->result->n_pieces == EXPR_MAX_PIECES)
		return fail("DWARF expression: the object has too many pieces");
	p = &m->result->pieces[m->result->n_pieces++];
	if (m->described)
		*p = m->now;
	else if (m->n)
		*p = (struct expr_piece){.kind = EXPR_ADDRESS, .value = m->stack[--m->n]};
	else
		*p = (struct expr_piece){.kind = EXPR_LOST};
	p->bit_size = bits;
	p->bit_offset = offset;
	m->described = false;
	return true;
}

static bool implicit_bytes(struct machine *m, uint64_t size)
{
	const uint8_t *bytes = cursor_take(&m->c, size);

	describe(m, EXPR_BYTES, 0);
	m->now.bytes = bytes;
	m->now.size = (size_t)size;
	return true;
}

static bool constant(struct machine *m, uint8_t op)
{
	switch (op) {
	case DW_OP_const1u: return push(m, cursor_u8(&m->c));
	case DW_OP_const1s: return push(m, (uint64_t)cursor_int(&m->c, 1));
	case DW_OP_const2u: return push(m, cursor_u16(&m->c));
	case DW_OP_const2s: return push(m, (uint64_t)cursor_int(&m->c, 2));
	case DW_OP_const4u: return push(m, cursor_u32(&m->c));
	case DW_OP_const4s: return push(m, (uint64_t)cursor_int(&m->c, 4));
	case DW_OP_const8u:
	case DW_OP_const8s: return push(m, cursor_u64(&m->c));
	case DW_OP_constu: return push(m, cursor_uleb(&m->c));
	default: return push(m, (uint64_t)cursor_sleb(&m->c));
	}
}

/* What needs more than a frame: other frames, other entries, threads. */
static bool unsupported(struct machine *m, uint8_t op)
{
	switch (op) {
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer: m->c.at = m->c.end; return describe(m, EXPR_LOST, 0);
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value: return fail("DWARF expression: needs a value at the function's entry");
	default: return fail("DWARF expression: operation %#x is not supported", op);
	}
}

static bool frame_value(struct machine *m, uint8_t op)
{
	if (op == DW_OP_call_frame_cfa)
		return m->env->has_cfa ? push(m, m->env->cfa)
				       : fail("DWARF expression: the CFA is not known");
	if (!m->env->has_frame_base)
		return fail("DWARF expression: the frame base is not known");
	return push(m, m->env->frame_base + (uint64_t)cursor_sleb(&m->c));
}

static bool typed(struct machine *m, uint8_t op)
{
	uint64_t reg, size;

	switch (op) {
	case DW_OP_const_type:
	case DW_OP_GNU_const_type:
		cursor_uleb(&m->c);
		size = cursor_u8(&m->c);
		if (size == 0 || size > 8)
			return fail("DWARF expression: a constant of %llu bytes", (unsigned long long)size);
		return push(m, cursor_uint(&m->c, (size_t)size));
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
		reg = cursor_uleb(&m->c);
		cursor_uleb(&m->c);
		return push_register(m, reg, 0);
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
		size = cursor_u8(&m->c);
		cursor_uleb(&m->c);
		return need(m, 1, op) && dereference(m, (uint8_t)size);
	default:
		/* back to the generic type, in which everything here is computed */
		if (cursor_uleb(&m->c) == 0)
			return true;
		return fail("DWARF expression: conversion to a type is not supported");
	}
}

static bool step(struct machine *m, uint8_t op)
{
	uint64_t reg;

	if (op >= DW_OP_lit0 && op <= DW_OP_lit31)
		return push(m, op - DW_OP_lit0);
	if (op >= DW_OP_reg0 && op <= DW_OP_reg31)
		return describe(m, EXPR_REGISTER, op - DW_OP_reg0);
	if (op >= DW_OP_breg0 && op <= DW_OP_breg31)
		return push_register(m, op - DW_OP_breg0, cursor_sleb(&m->c));
	if (op >= DW_OP_const1u && op <= DW_OP_consts)
		return constant(m, op);
	switch (op) {
	case DW_OP_nop: return true;
	case DW_OP_addr: return push(m, cursor_word(&m->c) + m->env->slide);
	case DW_OP_deref: return need(m, 1, op) && dereference(m, m->env->word_size);
	case DW_OP_deref_size: {
		uint8_t size = cursor_u8(&m->c);

		return need(m, 1, op) && dereference(m, size);
	}
	case DW_OP_dup:
	case DW_OP_drop:
	case DW_OP_over:
	case DW_OP_pick:
	case DW_OP_swap:
	case DW_OP_rot: return shuffle(m, op);
	case DW_OP_abs:
	case DW_OP_neg:
	case DW_OP_not:
	case DW_OP_plus_uconst: return unary(m, op);
	case DW_OP_and:
	case DW_OP_or:
	case DW_OP_xor:
	case DW_OP_plus:
	case DW_OP_minus:
	case DW_OP_mul:
	case DW_OP_div:
	case DW_OP_mod:
	case DW_OP_shl:
	case DW_OP_shr:
	case DW_OP_shra:
	case DW_OP_eq:
	case DW_OP_ge:
	case DW_OP_gt:
	case DW_OP_le:
	case DW_OP_lt:
	case DW_OP_ne: return binary(m, op);
	case DW_OP_skip: return jump(m, true);
	case DW_OP_bra:
		if (!need(m, 1, op))
			return false;
		return jump(m, m->stack[--m->n] != 0);
	case DW_OP_regx: return describe(m, EXPR_REGISTER, cursor_uleb(&m->c));
	case DW_OP_bregx: reg = cursor_uleb(&m->c); return push_register(m, reg, cursor_sleb(&m->c));
	case DW_OP_fbreg:
	case DW_OP_call_frame_cfa: return frame_value(m, op);
	case DW_OP_stack_value:
		if (!need(m, 1, op))
			return false;
		return describe(m, EXPR_VALUE, m->stack[--m->n]);
	case DW_OP_implicit_value: return implicit_bytes(m, cursor_uleb(&m->c));
	case DW_OP_piece: return piece(m, cursor_uleb(&m->c) * 8, 0);
	case DW_OP_bit_piece: {
		uint64_t bits = cursor_uleb(&m->c);

		return piece(m, bits, cursor_uleb(&m->c));
	}
	case DW_OP_const_type:
	case DW_OP_GNU_const_type:
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
	case DW_OP_convert:
	case DW_OP_GNU_convert:
	case DW_OP_reinterpret:
	case DW_OP_GNU_reinterpret: return typed(m, op);
	default: return unsupported(m, op);
	}
}

bool expr_eval(const struct expr_env *env, const uint8_t *expr, size_t size, const uint64_t *first,
	       struct expr_result *result)
{
	struct machine m = {.env = env, .result = result, .bits = env->word_size * 8u};

	*result = (struct expr_result){0};
	m.mask = env->word_size == 8 ? UINT64_MAX : UINT32_MAX;
	m.c = cursor_over(expr, size, env->order, env->word_size);
	if (first)
		push(&m, *first);
	for (unsigned steps = 0; cursor_left(&m.c); steps++) {
		uint8_t op = cursor_u8(&m.c);

		if (steps == MOST_STEPS)
			return fail("DWARF expression: does not end");
		if (!step(&m, op))
			return false;
		if (m.c.failed)
			return fail("DWARF expression: is cut off");
	}
	if (result->n_pieces)
		return true;
	if (m.described)
		result->whole = m.now;
	else if (m.n)
		result->whole = (struct expr_piece){.kind = EXPR_ADDRESS, .value = m.stack[m.n - 1]};
	else
		result->whole =
			(struct expr_piece){.kind = EXPR_LOST}; /* an empty expression says just this */
	return true;
}

bool expr_number(const struct expr_env *env, const uint8_t *expr, size_t size, const uint64_t *first,
		 uint64_t *number)
{
	struct expr_result result;

	if (!expr_eval(env, expr, size, first, &result))
		return false;
	if (result.n_pieces || (result.whole.kind != EXPR_ADDRESS && result.whole.kind != EXPR_VALUE))
		return fail("DWARF expression: gives no number");
	*number = result.whole.value;
	return true;
}
