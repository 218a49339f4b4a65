/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_object.h"

#include <stdlib.h>

#include "base/arena.h"

static void set_bit(uint8_t *bytes, uint64_t bit, bool on, enum byte_order order)
{
	uint8_t mask = (uint8_t)(order == ORDER_BIG ? 0x80 >> bit % 8 : 1 << bit % 8);

	if (on)
		bytes[bit / 8] |= mask;
	else
		bytes[bit / 8] &= (uint8_t)~mask;
}

static bool get_bit(const uint8_t *bytes, uint64_t bit, enum byte_order order)
{
	return bytes[bit / 8] >> (order == ORDER_BIG ? 7 - bit % 8 : bit % 8) & 1;
}

/* @bits of @number, from @from on counted from the least significant one, at @at of the object. */
static void put_number(struct expr_object *o, uint64_t at, uint64_t number, uint64_t from, uint64_t bits,
		       enum byte_order order)
{
	for (uint64_t i = 0; i < bits; i++) {
		uint64_t place = at + (order == ORDER_BIG ? bits - 1 - i : i);

		set_bit(o->bytes, place, from + i < 64 && number >> (from + i) & 1, order);
	}
}

static void put_bytes(struct expr_object *o, uint64_t at, const uint8_t *bytes, uint64_t from, uint64_t bits,
		      enum byte_order order)
{
	for (uint64_t i = 0; i < bits; i++)
		set_bit(o->bytes, at + i, get_bit(bytes, from + i, order), order);
}

static void lose(struct expr_object *o, uint64_t at, uint64_t bits, const char *why)
{
	for (uint64_t i = at / 8; i < (at + bits + 7) / 8; i++)
		o->lost[i] = 1;
	if (why && !o->why)
		o->why = why;
}

static void put_memory(const struct expr_env *env, struct expr_object *o, const struct expr_piece *p,
		       uint64_t at, uint64_t bits)
{
	uint64_t first = p->value + p->bit_offset / 8, from = p->bit_offset % 8;
	size_t size = (size_t)((from + bits + 7) / 8);
	uint8_t *bytes = xmalloc(size);
	enum read_status status = env->read ? env->read(env->context, first, bytes, size) : READ_NOT_RAM;

	if (status == READ_OK)
		put_bytes(o, at, bytes, from, bits, env->order);
	else
		lose(o, at, bits, read_status_text(status));
	free(bytes);
}

/* Are there @bits from the piece's offset on in @all? */
static bool fits(const struct expr_piece *p, uint64_t bits, uint64_t all)
{
	return p->bit_offset <= all && bits <= all - p->bit_offset;
}

/* One part of the object: @bits of it, at @at. */
static void put_piece(const struct expr_env *env, struct expr_object *o, const struct expr_piece *p,
		      uint64_t at, uint64_t bits)
{
	uint64_t value;

	switch (p->kind) {
	case EXPR_ADDRESS: put_memory(env, o, p, at, bits); return;
	case EXPR_REGISTER:
		if (!env->reg || !env->reg(env->context, p->value, &value))
			lose(o, at, bits, "in a register that was not saved");
		else if (fits(p, bits, env->word_size * 8u))
			put_number(o, at, value, p->bit_offset, bits, env->order);
		else
			lose(o, at, bits, NULL);
		return;
	case EXPR_VALUE:
		if (fits(p, bits, p->size * 8))
			put_number(o, at, p->value, p->bit_offset, bits, env->order);
		else
			lose(o, at, bits, NULL);
		return;
	case EXPR_BYTES:
		if (p->bytes && fits(p, bits, p->size * 8))
			put_bytes(o, at, p->bytes, p->bit_offset, bits, env->order);
		else
			lose(o, at, bits, NULL);
		return;
	case EXPR_POINTER: lose(o, at, bits, "synthetic pointer"); return;
	case EXPR_LOST: lose(o, at, bits, NULL); return;
	}
}

void expr_assemble(const struct expr_env *env, const struct expr_result *result, struct expr_object *o)
{
	uint64_t at = 0, all = o->size * 8;

	if (!result->n_pieces) {
		put_piece(env, o, &result->whole, 0, all);
		return;
	}
	for (size_t i = 0; i < result->n_pieces && at < all; i++) {
		uint64_t bits = result->pieces[i].bit_size;

		if (bits > all - at)
			bits = all - at;
		put_piece(env, o, &result->pieces[i], at, bits);
		at += bits;
	}
	if (at < all)
		lose(o, at, all - at, NULL);
}
