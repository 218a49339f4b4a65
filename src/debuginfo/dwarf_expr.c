/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_expr.h"

#include <dwarf.h>
#include <string.h>

#include "base/error.h"

enum { STACK = 64, MOST_STEPS = 10000 };

/* Values have a type since DWARF 5: a base type of the program, or the generic one, which is a word. */
struct slot {
	uint64_t value; /* cut to the type's size */
	struct expr_base type;
};

struct machine {
	const struct expr_env *env;
	struct cursor c;
	struct slot stack[STACK];
	size_t n;
	struct expr_base generic;
	struct expr_piece
		now;    /* what the operations since the last piece say; kind EXPR_ADDRESS: top of stack */
	bool described; /* ->now is not the top of the stack */
	struct expr_result *result;
};

static uint64_t cut(const struct expr_base *type, uint64_t value)
{
	return type->size >= 8 ? value : value & ((1ULL << type->size * 8) - 1);
}

static int64_t as_signed(const struct slot *s)
{
	return sign_extend(s->value, s->type.size * 8u);
}

static bool push_typed(struct machine *m, const struct expr_base *type, uint64_t value)
{
	if (m->n == STACK)
		return fail("DWARF expression: stack overflow");
	m->stack[m->n++] = (struct slot){cut(type, value), *type};
	return true;
}

static bool push(struct machine *m, uint64_t value)
{
	return push_typed(m, &m->generic, value);
}

static bool need(const struct machine *m, size_t n, uint8_t op)
{
	return m->n >= n || fail("DWARF expression: operation %#x finds too little on the stack", op);
}

static bool get_register(struct machine *m, uint64_t reg, uint64_t *value)
{
	if (!m->env->reg || !m->env->reg(m->env->context, reg, value))
		return fail("DWARF expression: register %llu is not known", (unsigned long long)reg);
	return true;
}

static bool push_register(struct machine *m, uint64_t reg, int64_t offset)
{
	uint64_t value = 0;

	return get_register(m, reg, &value) && push(m, value + (uint64_t)offset);
}

/* Replace the address on top by the @size bytes that lie there. */
static bool dereference(struct machine *m, uint8_t size, const struct expr_base *type)
{
	struct slot *top = &m->stack[m->n - 1];
	enum read_status status;
	uint8_t bytes[8];

	if (size == 0 || size > type->size || size > sizeof bytes || !m->env->read)
		return fail("DWARF expression: cannot read %u bytes", size);
	status = m->env->read(m->env->context, top->value, bytes, size);
	if (status != READ_OK)
		return fail("DWARF expression: memory at %#llx: %s", (unsigned long long)top->value,
			    read_status_text(status));
	*top = (struct slot){get_uint(bytes, size, m->env->order), *type};
	return true;
}

/* The generic type is signed here, and unsigned for the remainder (DWARF 5, 2.5.1.4). */
static bool divide(struct machine *m, const struct slot *a, const struct slot *b, bool modulo)
{
	bool is_signed = modulo ? a->type.kind == EXPR_SIGNED : a->type.kind != EXPR_UNSIGNED;
	int64_t x = as_signed(a), y = as_signed(b);

	if (b->value == 0)
		return fail("DWARF expression: division by zero");
	if (!is_signed)
		return push_typed(m, &a->type, modulo ? a->value % b->value : a->value / b->value);
	/* the one quotient that does not fit is the dividend itself */
	if (y == -1)
		return push_typed(m, &a->type, modulo ? 0 : 0 - (uint64_t)x);
	return push_typed(m, &a->type, (uint64_t)(modulo ? x % y : x / y));
}

static bool compare(struct machine *m, uint8_t op, const struct slot *a, const struct slot *b)
{
	int64_t x = as_signed(a), y = as_signed(b);
	bool less = a->type.kind == EXPR_UNSIGNED ? a->value < b->value : x < y, equal = a->value == b->value;

	switch (op) {
	case DW_OP_eq: return push(m, equal);
	case DW_OP_ge: return push(m, !less);
	case DW_OP_gt: return push(m, !less && !equal);
	case DW_OP_le: return push(m, less || equal);
	case DW_OP_lt: return push(m, less);
	default: return push(m, !equal);
	}
}

static bool shift(struct machine *m, uint8_t op, const struct slot *a, uint64_t by)
{
	unsigned bits = a->type.size * 8u;

	if (op == DW_OP_shra)
		return push_typed(m, &a->type, (uint64_t)(as_signed(a) >> (by < 63 ? by : 63)));
	if (by >= bits)
		return push_typed(m, &a->type, 0);
	return push_typed(m, &a->type, op == DW_OP_shl ? a->value << by : a->value >> by);
}

/* Operations on the two values on top. */
static bool binary(struct machine *m, uint8_t op)
{
	struct slot b, a;

	if (!need(m, 2, op))
		return false;
	b = m->stack[--m->n];
	a = m->stack[--m->n];
	switch (op) {
	case DW_OP_and: return push_typed(m, &a.type, a.value & b.value);
	case DW_OP_or: return push_typed(m, &a.type, a.value | b.value);
	case DW_OP_xor: return push_typed(m, &a.type, a.value ^ b.value);
	case DW_OP_plus: return push_typed(m, &a.type, a.value + b.value);
	case DW_OP_minus: return push_typed(m, &a.type, a.value - b.value);
	case DW_OP_mul: return push_typed(m, &a.type, a.value * b.value);
	case DW_OP_div: return divide(m, &a, &b, false);
	case DW_OP_mod: return divide(m, &a, &b, true);
	case DW_OP_shl:
	case DW_OP_shr:
	case DW_OP_shra: return shift(m, op, &a, b.value);
	default: return compare(m, op, &a, &b);
	}
}

static bool unary(struct machine *m, uint8_t op)
{
	struct slot *top;

	if (!need(m, 1, op))
		return false;
	top = &m->stack[m->n - 1];
	switch (op) {
	case DW_OP_abs: top->value = as_signed(top) < 0 ? 0 - top->value : top->value; break;
	case DW_OP_neg: top->value = 0 - top->value; break;
	case DW_OP_not: top->value = ~top->value; break;
	default: top->value += cursor_uleb(&m->c); break; /* DW_OP_plus_uconst */
	}
	top->value = cut(&top->type, top->value);
	return true;
}

/* The @index-th value from the top, copied. */
static bool pick(struct machine *m, size_t index, uint8_t op)
{
	const struct slot *s;

	if (!need(m, index + 1, op))
		return false;
	s = &m->stack[m->n - 1 - index];
	return push_typed(m, &s->type, s->value);
}

static bool shuffle(struct machine *m, uint8_t op)
{
	struct slot *top, swap;

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
		*p = (struct expr_piece){.kind = EXPR_ADDRESS, .value = m->stack[--m->n].value};
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

/* The object is a pointer to a variable that lies nowhere: by its entry, and an offset into it. */
static bool implicit_pointer(struct machine *m)
{
	uint64_t entry = cursor_uint(&m->c, m->env->offset_size ? m->env->offset_size : 4);
	int64_t offset = cursor_sleb(&m->c);

	describe(m, EXPR_POINTER, entry);
	m->now.offset = offset;
	return true;
}

/* What an expression, in practice a register, was when the function was entered: the caller may know. */
static bool entry_value(struct machine *m)
{
	uint64_t size = cursor_uleb(&m->c), value;
	const uint8_t *expr = cursor_take(&m->c, size);

	if (!expr)
		return fail("DWARF expression: is cut off");
	if (!m->env->entry_value)
		return fail("DWARF expression: needs a value at the function's entry");
	return m->env->entry_value(m->env->context, expr, (size_t)size, &value) && push(m, value);
}

static bool unsupported(struct machine *m, uint8_t op)
{
	switch (op) {
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer: return implicit_pointer(m);
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value: return entry_value(m);
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

/* The base type that an operation names by its entry's place in the unit; 0: the generic one. */
static bool base_type(struct machine *m, uint64_t entry, struct expr_base *type)
{
	*type = m->generic;
	if (entry == 0)
		return true;
	if (!m->env->base_type || !m->env->base_type(m->env->context, entry, type))
		return fail("DWARF expression: a type is not known");
	if (type->size == 0 || type->size > 8)
		return fail("DWARF expression: a value of %u bytes", type->size);
	return true;
}

/* Integers become wider by their own type's sign, narrower by losing what is above. */
static bool convert(struct machine *m, const struct expr_base *type, bool bits_only, uint8_t op)
{
	struct slot *top;

	if (!need(m, 1, op))
		return false;
	top = &m->stack[m->n - 1];
	if (bits_only && top->type.size != type->size)
		return fail("DWARF expression: bits of one size as a type of another");
	if (top->type.kind == EXPR_SIGNED)
		top->value = (uint64_t)as_signed(top);
	*top = (struct slot){cut(type, top->value), *type};
	return true;
}

static bool typed(struct machine *m, uint8_t op)
{
	struct expr_base type;
	uint64_t reg, size, value = 0;

	switch (op) {
	case DW_OP_const_type:
	case DW_OP_GNU_const_type:
		if (!base_type(m, cursor_uleb(&m->c), &type))
			return false;
		size = cursor_u8(&m->c);
		if (size == 0 || size > 8)
			return fail("DWARF expression: a constant of %llu bytes", (unsigned long long)size);
		return push_typed(m, &type, cursor_uint(&m->c, (size_t)size));
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
		reg = cursor_uleb(&m->c);
		return base_type(m, cursor_uleb(&m->c), &type) && get_register(m, reg, &value) &&
		       push_typed(m, &type, value);
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
		size = cursor_u8(&m->c);
		return base_type(m, cursor_uleb(&m->c), &type) && need(m, 1, op) &&
		       dereference(m, (uint8_t)size, &type);
	default:
		return base_type(m, cursor_uleb(&m->c), &type) &&
		       convert(m, &type, op == DW_OP_reinterpret || op == DW_OP_GNU_reinterpret, op);
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
	case DW_OP_deref: return need(m, 1, op) && dereference(m, m->env->word_size, &m->generic);
	case DW_OP_deref_size: {
		uint8_t size = cursor_u8(&m->c);

		return need(m, 1, op) && dereference(m, size, &m->generic);
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
		return jump(m, m->stack[--m->n].value != 0);
	case DW_OP_regx: return describe(m, EXPR_REGISTER, cursor_uleb(&m->c));
	case DW_OP_bregx: reg = cursor_uleb(&m->c); return push_register(m, reg, cursor_sleb(&m->c));
	case DW_OP_fbreg:
	case DW_OP_call_frame_cfa: return frame_value(m, op);
	case DW_OP_stack_value:
		if (!need(m, 1, op))
			return false;
		m->n--;
		describe(m, EXPR_VALUE, m->stack[m->n].value);
		m->now.size = m->stack[m->n].type.size;
		return true;
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
	struct machine m = {.env = env, .result = result, .generic = {env->word_size, EXPR_GENERIC}};

	*result = (struct expr_result){0};
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
		result->whole = (struct expr_piece){.kind = EXPR_ADDRESS, .value = m.stack[m.n - 1].value};
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
