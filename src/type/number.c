/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Integers out of target bytes, and the values that are looked at as numbers. */
#include "base/error.h"
#include "type/expr.h"

bool type_is_signed(struct types *ts, const struct type *t)
{
	t = type_strip(ts, t);
	return (t->kind == TYPE_INT || t->kind == TYPE_ENUM) && t->is_signed;
}

/*
 * @bytes begin at the storage unit; a bit-field's offset counts from its first
 * byte in target order: from the least significant bit on little-endian targets,
 * from the most significant one on big-endian ones.
 */
uint64_t number_from_bytes(struct types *ts, const struct type *t, const uint8_t *bytes, uint64_t size,
			   uint32_t bit_offset, uint32_t bit_size)
{
	bool is_signed = type_is_signed(ts, t);
	uint64_t value = 0;

	if (!bit_size) {
		value = get_uint(bytes, (size_t)size, types_order(ts));
		return is_signed && size && size < 8 ? (uint64_t)sign_extend(value, (unsigned)size * 8)
						     : value;
	}
	for (uint32_t i = 0; i < bit_size && i < 64; i++) {
		uint32_t bit = bit_offset + i;

		if (types_order(ts) == ORDER_BIG)
			value = value << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1);
		else
			value |= (uint64_t)(bytes[bit / 8] >> bit % 8 & 1) << i;
	}
	return is_signed && bit_size < 64 ? (uint64_t)sign_extend(value, bit_size) : value;
}

/* Read the bytes of an integer, pointer, enum or bit-field. */
static bool read_number(const struct type_env *env, const struct value *v, uint64_t size, uint64_t *number)
{
	uint64_t first = v->address + v->bit_offset / 8;
	uint32_t bits = v->bit_offset % 8;
	uint8_t buffer[16];
	enum read_status status;

	if (v->bit_size)
		size = (bits + (uint64_t)v->bit_size + 7) / 8;
	if (size > sizeof(buffer) || v->bit_size > 64)
		return fail("a number of %llu bytes", (unsigned long long)size);
	status = env->read ? env->read(env->context, first, buffer, (size_t)size) : READ_NOT_RAM;
	if (status != READ_OK)
		return fail("cannot read %llu bytes at 0x%llx: %s", (unsigned long long)size,
			    (unsigned long long)first, read_status_text(status));
	*number = number_from_bytes(env->types, v->type, buffer, size, bits, v->bit_size);
	return true;
}

bool value_number(const struct type_env *env, const struct value *v, uint64_t *number)
{
	const struct type *t = type_strip(env->types, v->type);
	uint64_t size = type_size(env->types, t);

	switch (t->kind) {
	case TYPE_ARRAY:
	case TYPE_FUNCTION:
		if (!v->in_memory)
			return fail("an array that is not in memory has no address");
		*number = v->address;
		return true;
	case TYPE_INT:
	case TYPE_ENUM:
	case TYPE_POINTER: break;
	case TYPE_VOID: return fail("a value of unknown type: cast it, as in *(int *)&name");
	case TYPE_FLOAT: return fail("a floating point number is no integer");
	default: return fail("a structure is no number");
	}
	if (size == 0 || (size > 8 && !v->bit_size))
		return fail("an integer of %llu bytes is no number that fits", (unsigned long long)size);
	if (v->in_memory)
		return read_number(env, v, size, number);
	for (uint64_t i = 0; v->lost && i < size; i++) {
		if (!v->bytes || v->lost[i])
			return fail("its value is not known: %s", v->why ? v->why : "optimized out");
	}
	if (v->bytes)
		*number = number_from_bytes(env->types, t, v->bytes, size, v->bit_offset, v->bit_size);
	else
		*number = v->number;
	return true;
}

bool value_eval(const struct type_env *env, const char *expression, struct value *result)
{
	struct expr *e = parse_expression(env, expression, NULL);

	return e && eval_expression(env, expression, e, result);
}

bool value_member(const struct type_env *env, const struct value *v, const char *path, struct value *member)
{
	struct expr *e = parse_expression(env, path, v);

	return e && eval_expression(env, path, e, member);
}
