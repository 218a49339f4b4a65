/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types, members, enumerators and parameters from BTF records. */
#include "debuginfo/btf_record.h"

/* Is a 4-byte enumeration signed? Producers before pahole 1.24 did not say; then its values tell. */
static bool enum_is_signed(const struct record *r)
{
	if (r->flag || r->owner->signs_enums || r->kind == KIND_ENUM64)
		return r->flag;
	for (uint32_t i = 0; i < r->vlen; i++) {
		if (u32(r->owner, r->data + 8 * (size_t)i + 4) >> 31)
			return true;
	}
	return false;
}

/* Fill in @t from @r; returns the id of the type it points to, 0 for none or void. */
static uint32_t fill_type(const struct record *r, struct type *t)
{
	t->name = *r->name ? r->name : NULL;
	switch (r->kind) {
	case KIND_INT: {
		uint32_t encoding = u32(r->owner, r->data) >> 24;

		t->kind = TYPE_INT;
		t->name = type_integer_name(t->name);
		t->size = r->size;
		t->is_signed = encoding & INT_SIGNED;
		t->is_bool = encoding & INT_BOOL;
		t->is_char = encoding & INT_CHAR || (r->size == 1 && !t->is_bool);
		return 0;
	}
	case KIND_FLOAT:
		t->kind = TYPE_FLOAT;
		t->size = r->size;
		return 0;
	case KIND_PTR:
		t->kind = TYPE_POINTER;
		t->size = r->owner->word_size;
		return r->size;
	case KIND_ARRAY:
		t->kind = TYPE_ARRAY;
		t->count = u32(r->owner, r->data + 8);
		t->incomplete = t->count == 0;
		return u32(r->owner, r->data);
	case KIND_STRUCT:
	case KIND_UNION:
		t->kind = r->kind == KIND_STRUCT ? TYPE_STRUCT : TYPE_UNION;
		t->size = r->size;
		return 0;
	case KIND_FWD:
		t->kind = r->flag ? TYPE_UNION : TYPE_STRUCT;
		t->incomplete = true;
		return 0;
	case KIND_ENUM:
	case KIND_ENUM64:
		t->kind = TYPE_ENUM;
		t->size = r->size;
		t->is_signed = enum_is_signed(r);
		t->incomplete = r->vlen == 0;
		return 0;
	case KIND_TYPEDEF: t->kind = TYPE_TYPEDEF; return r->size;
	case KIND_VOLATILE:
	case KIND_CONST:
	case KIND_RESTRICT:
		t->kind = TYPE_QUALIFIER;
		t->name = NULL;
		t->qualifiers = r->kind == KIND_CONST      ? QUALIFIER_CONST
				: r->kind == KIND_VOLATILE ? QUALIFIER_VOLATILE
							   : QUALIFIER_RESTRICT;
		return r->size;
	case KIND_FUNC_PROTO:
		t->kind = TYPE_FUNCTION;
		/* the last parameter of a variadic function has neither name nor type */
		t->variadic = r->vlen && !u32(r->owner, r->data + 8 * (size_t)r->vlen - 8) &&
			      !u32(r->owner, r->data + 8 * (size_t)r->vlen - 4);
		return r->size;
	default: return 0;
	}
}

/* The record that stands for a type: functions, variables and tags stand for what they name. */
static bool get_type_record(const struct btf *b, uint32_t id, struct record *r)
{
	for (int i = 0; i < CHAIN_MAX; i++) {
		if (!id || !btf_record(b, id, r))
			return false;
		if (r->kind != KIND_TYPE_TAG && r->kind != KIND_FUNC && r->kind != KIND_VAR)
			return r->kind != KIND_DATASEC && r->kind != KIND_DECL_TAG && r->kind < BTF_KINDS;
		id = r->size;
	}
	return false;
}

/*
 * The type of that id, as split BTF @b numbers it. What it points to is made
 * with it, one after the other, until something is met that exists already or
 * that has no target; a pointer's chain is short, unless somebody made it up.
 */
const struct type *btf_type(struct btf *b, uint32_t id)
{
	const struct type *result = NULL, **link = &result;

	for (int i = 0;; i++) {
		struct btf *owner;
		struct btf_made *made;
		struct record r;
		uint64_t known;

		if (i == CHAIN_MAX || !get_type_record(b, id, &r)) {
			*link = &b->void_type;
			return result;
		}
		owner = (struct btf *)r.owner;
		if (num_map_get(&owner->made, r.id, &known)) {
			*link = (const struct type *)(uintptr_t)known;
			return result;
		}
		made = arena_new(owner->arena, struct btf_made);
		made->type.source = &owner->source;
		made->type.id = r.id;
		num_map_put(owner->arena, &owner->made, r.id, (uintptr_t)made);
		id = fill_type(&r, &made->type);
		*link = &made->type;
		if (made->type.kind != TYPE_POINTER && made->type.kind != TYPE_ARRAY &&
		    made->type.kind != TYPE_TYPEDEF && made->type.kind != TYPE_QUALIFIER &&
		    made->type.kind != TYPE_FUNCTION)
			return result;
		link = &made->type.target;
		b = owner;
	}
}

/* A bit-field as described before 4.20 (kind flag unset): the type is an INT with fewer bits than bytes. */
static void old_bit_field(struct btf *b, uint32_t id, struct type_member *m)
{
	struct record r;
	uint32_t word, bits;

	for (int i = 0; i < CHAIN_MAX; i++) {
		if (!get_type_record(b, id, &r))
			return;
		if (r.kind != KIND_TYPEDEF && r.kind != KIND_CONST && r.kind != KIND_VOLATILE)
			break;
		id = r.size;
	}
	if (r.kind != KIND_INT)
		return;
	word = u32(r.owner, r.data);
	bits = word & 0xff;
	if (bits && (uint64_t)r.size * 8 != bits) {
		m->bit_size = bits;
		m->bit_offset += word >> 16 & 0xff;
	}
}

static struct type_member *read_members(struct btf *b, const struct record *r)
{
	struct type_member *list = arena_new_n(b->arena, r->vlen, struct type_member);

	for (uint32_t i = 0; i < r->vlen; i++) {
		const uint8_t *p = r->data + 12 * (size_t)i;
		const char *name = btf_string(b, u32(b, p));
		uint32_t id = u32(b, p + 4), offset = u32(b, p + 8);

		list[i].name = *name ? name : NULL;
		list[i].type = btf_type(b, id);
		list[i].bit_offset = r->flag ? offset & 0xffffff : offset;
		if (r->flag)
			list[i].bit_size = offset >> 24;
		else
			old_bit_field(b, id, &list[i]);
	}
	return list;
}

static struct type_enumerator *read_enumerators(struct btf *b, const struct record *r, bool is_signed)
{
	struct type_enumerator *list = arena_new_n(b->arena, r->vlen, struct type_enumerator);
	size_t step = r->kind == KIND_ENUM64 ? 12 : 8;

	for (uint32_t i = 0; i < r->vlen; i++) {
		const uint8_t *p = r->data + step * i;
		uint32_t low = u32(b, p + 4);

		list[i].name = btf_string(b, u32(b, p));
		if (r->kind == KIND_ENUM64)
			list[i].value = (int64_t)((uint64_t)u32(b, p + 8) << 32 | low);
		else
			list[i].value = is_signed ? (int32_t)low : (int64_t)low;
	}
	return list;
}

static struct type_parameter *read_parameters(struct btf *b, const struct record *r, size_t n)
{
	struct type_parameter *list = arena_new_n(b->arena, n, struct type_parameter);

	for (size_t i = 0; i < n; i++) {
		const char *name = btf_string(b, u32(b, r->data + 8 * i));

		list[i].name = *name ? name : NULL;
		list[i].type = btf_type(b, u32(b, r->data + 8 * i + 4));
	}
	return list;
}

/* Read the list of a type of ours once. */
bool btf_get_list(struct btf *b, const struct type *t, const void **list, size_t *n)
{
	struct btf_made *made = (struct btf_made *)t; /* every type with our source is one */
	struct record r;

	if (!made->listed && btf_record(b, (uint32_t)t->id, &r)) {
		made->listed = true;
		made->n = r.vlen;
		if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) {
			made->list = read_members(b, &r);
		} else if (t->kind == TYPE_ENUM) {
			made->list = read_enumerators(b, &r, t->is_signed);
		} else {
			made->n -= t->variadic;
			made->list = read_parameters(b, &r, made->n);
		}
	}
	*list = made->list;
	*n = made->n;
	return made->listed;
}
