/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_make.h"

#include <dwarf.h>

enum {
	CHAIN_MAX = 64, /* pointers, qualifiers and typedefs in a row that are made at once */
	DIMENSIONS_MAX = 8,
	CHILDREN_MAX = 1 << 20,
};

static bool get_number(Dwarf_Die *die, unsigned name, uint64_t *value)
{
	Dwarf_Attribute attr;
	Dwarf_Word word;

	if (!dwarf_attr_integrate(die, name, &attr) || dwarf_formudata(&attr, &word) != 0)
		return false;
	*value = word;
	return true;
}

static uint64_t number(Dwarf_Die *die, unsigned name, uint64_t otherwise)
{
	uint64_t value;

	return get_number(die, name, &value) ? value : otherwise;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *target)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, target);
}

static void fill_base(Dwarf_Die *die, struct type *t)
{
	uint64_t encoding = number(die, DW_AT_encoding, DW_ATE_unsigned);

	t->kind = encoding == DW_ATE_float || encoding == DW_ATE_complex_float ? TYPE_FLOAT : TYPE_INT;
	t->size = number(die, DW_AT_byte_size, 0);
	if (t->name)
		t->name = type_integer_name(t->name);
	t->is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	t->is_bool = encoding == DW_ATE_boolean;
	t->is_char = encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char;
}

/* Enumerations say what they are by their underlying type (DWARF 3), else by a negative value. */
static bool enum_is_signed(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Sword value;
	Dwarf_Die target;
	unsigned n = 0;

	if (type_of(die, &target)) {
		uint64_t encoding = number(&target, DW_AT_encoding, DW_ATE_unsigned);

		return encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	}
	for (int status = dwarf_child(die, &target); status == 0 && n < CHILDREN_MAX;
	     status = dwarf_siblingof(&target, &target), n++) {
		if (dwarf_attr(&target, DW_AT_const_value, &attr) && dwarf_whatform(&attr) == DW_FORM_sdata &&
		    dwarf_formsdata(&attr, &value) == 0 && value < 0)
			return true;
	}
	return false;
}

/* The lengths of an array's dimensions, outermost first; false in *known when there is none. */
static size_t dimensions(Dwarf_Die *array, uint64_t *counts, bool *known)
{
	Dwarf_Die die;
	size_t n = 0;
	unsigned seen = 0;

	for (int status = dwarf_child(array, &die); status == 0 && n < DIMENSIONS_MAX && seen < CHILDREN_MAX;
	     status = dwarf_siblingof(&die, &die), seen++) {
		uint64_t value;

		if (dwarf_tag(&die) != DW_TAG_subrange_type)
			continue;
		known[n] = true;
		if (get_number(&die, DW_AT_count, &value))
			counts[n] = value;
		else if (get_number(&die, DW_AT_upper_bound, &value))
			counts[n] = value + 1; /* -1: none */
		else
			known[n] = false, counts[n] = 0;
		n++;
	}
	return n;
}

static struct type *new_type(struct dwarf_types *ts, uint64_t id)
{
	struct dwarf_made *made = arena_new(ts->arena, struct dwarf_made);

	made->type.source = &ts->source;
	made->type.id = id;
	return &made->type;
}

/* An array of arrays for each further dimension; gives where the element type belongs. */
static const struct type **fill_array(struct dwarf_types *ts, Dwarf_Die *die, struct type *t)
{
	uint64_t counts[DIMENSIONS_MAX];
	bool known[DIMENSIONS_MAX];
	size_t n = dimensions(die, counts, known);

	t->kind = TYPE_ARRAY;
	t->name = NULL;
	t->count = n ? counts[0] : 0;
	t->incomplete = t->count == 0;
	for (size_t i = 1; i < n; i++) {
		struct type *inner = new_type(ts, t->id);

		inner->kind = TYPE_ARRAY;
		inner->count = counts[i];
		inner->incomplete = inner->count == 0;
		t->target = inner;
		t = inner;
	}
	return &t->target;
}

static bool is_variadic(Dwarf_Die *function)
{
	Dwarf_Die die;
	unsigned n = 0;

	for (int status = dwarf_child(function, &die); status == 0 && n < CHILDREN_MAX;
	     status = dwarf_siblingof(&die, &die), n++) {
		if (dwarf_tag(&die) == DW_TAG_unspecified_parameters)
			return true;
	}
	return false;
}

static uint8_t qualifier_of(int tag)
{
	switch (tag) {
	case DW_TAG_const_type: return QUALIFIER_CONST;
	case DW_TAG_volatile_type: return QUALIFIER_VOLATILE;
	case DW_TAG_restrict_type: return QUALIFIER_RESTRICT;
	case DW_TAG_atomic_type: return QUALIFIER_ATOMIC;
	default: return 0;
	}
}

/*
 * Fill in @t from @die. Gives where the type that it points to belongs, NULL
 * when it points to none; *@good is false for what is no type.
 */
static const struct type **fill(struct dwarf_types *ts, Dwarf_Die *die, struct type *t, bool *good)
{
	int tag = dwarf_tag(die);

	*good = true;
	t->name = dwarf_diename(die);
	t->incomplete = dwarf_hasattr(die, DW_AT_declaration) > 0;
	switch (tag) {
	case DW_TAG_base_type: fill_base(die, t); return NULL;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		t->kind = tag == DW_TAG_union_type ? TYPE_UNION : TYPE_STRUCT;
		t->size = number(die, DW_AT_byte_size, 0);
		return NULL;
	case DW_TAG_enumeration_type:
		t->kind = TYPE_ENUM;
		t->size = number(die, DW_AT_byte_size, 0);
		t->is_signed = enum_is_signed(die);
		return NULL;
	case DW_TAG_pointer_type:
		t->kind = TYPE_POINTER;
		t->name = NULL;
		t->size = number(die, DW_AT_byte_size, elf_file_word_size(ts->d->elf));
		return &t->target;
	case DW_TAG_typedef: t->kind = TYPE_TYPEDEF; return &t->target;
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		t->kind = TYPE_QUALIFIER;
		t->name = NULL;
		t->qualifiers = qualifier_of(tag);
		return &t->target;
	case DW_TAG_array_type: return fill_array(ts, die, t);
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
		t->kind = TYPE_FUNCTION;
		t->name = NULL;
		t->incomplete = false;
		t->variadic = is_variadic(die);
		return &t->target;
	default: *good = false; return NULL;
	}
}

const struct type *dwarf_make(struct dwarf_types *ts, Dwarf_Die *die)
{
	const struct type *result = NULL, **link = &result;
	Dwarf_Die at = *die;

	for (int i = 0;; i++) {
		uint64_t known, id = dwarf_dieoffset(&at);
		struct type *t;
		bool good;

		if (num_map_get(&ts->made, id, &known)) {
			*link = (const struct type *)(uintptr_t)known;
			return result;
		}
		t = new_type(ts, id);
		*link = t;
		link = i < CHAIN_MAX ? fill(ts, &at, t, &good) : (good = false, NULL);
		if (!good) {
			*t = ts->void_type;
			return result;
		}
		num_map_put(ts->arena, &ts->made, id, (uint64_t)(uintptr_t)t);
		if (!link)
			return result;
		if (!type_of(&at, &at)) {
			*link = &ts->void_type;
			return result;
		}
	}
}

const struct type *dwarf_make_type_of(struct dwarf_types *ts, Dwarf_Die *die)
{
	Dwarf_Die target;

	return type_of(die, &target) ? dwarf_make(ts, &target) : &ts->void_type;
}

/* Byte offset of a member: a number, or until DWARF 3 the expression "add a number". */
static uint64_t member_offset(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;
	Dwarf_Op *ops;
	size_t n;

	if (!dwarf_attr(die, DW_AT_data_member_location, &attr))
		return 0;
	if (dwarf_whatform(&attr) != DW_FORM_exprloc && dwarf_formudata(&attr, &value) == 0)
		return value;
	if (dwarf_getlocation(&attr, &ops, &n) == 0 && n == 1 && ops[0].atom == DW_OP_plus_uconst)
		return ops[0].number;
	return 0;
}

static uint64_t size_of(const struct type *t)
{
	for (int i = 0; i < CHAIN_MAX && (t->kind == TYPE_TYPEDEF || t->kind == TYPE_QUALIFIER); i++)
		t = t->target;
	return t->size;
}

static void fill_member(struct dwarf_types *ts, Dwarf_Die *die, struct type_member *m)
{
	uint64_t value, storage;

	m->name = dwarf_diename(die);
	m->type = dwarf_make_type_of(ts, die);
	m->bit_size = (uint32_t)number(die, DW_AT_bit_size, 0);
	if (get_number(die, DW_AT_data_bit_offset, &value)) {
		m->bit_offset = value;
		return;
	}
	m->bit_offset = member_offset(die) * 8;
	/* DWARF 2 and 3: counted from the most significant bit of the storage unit, on every machine */
	if (!m->bit_size || !get_number(die, DW_AT_bit_offset, &value))
		return;
	storage = number(die, DW_AT_byte_size, size_of(m->type)) * 8;
	if (elf_file_order(ts->d->elf) == ORDER_BIG)
		m->bit_offset += value;
	else
		m->bit_offset += storage - value - m->bit_size;
}

static void fill_enumerator(Dwarf_Die *die, struct type_enumerator *e, const struct type *t)
{
	Dwarf_Attribute attr;
	Dwarf_Sword value = 0;
	Dwarf_Word word;

	e->name = dwarf_diename(die);
	if (!e->name)
		e->name = "";
	if (!dwarf_attr(die, DW_AT_const_value, &attr))
		return;
	/* fixed-size forms have no sign of their own */
	if (t->is_signed && dwarf_formsdata(&attr, &value) == 0)
		e->value = value;
	else if (!t->is_signed && dwarf_formudata(&attr, &word) == 0)
		e->value = (int64_t)word;
}

static int child_tag(const struct type *t)
{
	return t->kind == TYPE_ENUM       ? DW_TAG_enumerator
	       : t->kind == TYPE_FUNCTION ? DW_TAG_formal_parameter
					  : DW_TAG_member;
}

static size_t read_children(struct dwarf_types *ts, Dwarf_Die *parent, const struct type *t, void *list)
{
	int wanted = child_tag(t);
	Dwarf_Die die;
	size_t n = 0;
	unsigned seen = 0;

	for (int status = dwarf_child(parent, &die); status == 0 && seen < CHILDREN_MAX;
	     status = dwarf_siblingof(&die, &die), seen++) {
		if (dwarf_tag(&die) != wanted)
			continue;
		if (list && t->kind == TYPE_ENUM) {
			fill_enumerator(&die, (struct type_enumerator *)list + n, t);
		} else if (list && t->kind == TYPE_FUNCTION) {
			struct type_parameter *p = (struct type_parameter *)list + n;

			p->name = dwarf_diename(&die);
			p->type = dwarf_make_type_of(ts, &die);
		} else if (list) {
			fill_member(ts, &die, (struct type_member *)list + n);
		}
		n++;
	}
	return n;
}

bool dwarf_make_list(struct dwarf_types *ts, const struct type *t, const void **list, size_t *n)
{
	struct dwarf_made *made = (struct dwarf_made *)t; /* every type with our source is one */
	Dwarf_Die die;

	if (!made->listed && dwarf_die_at(ts->d, t->id, &die)) {
		size_t size = t->kind == TYPE_ENUM       ? sizeof(struct type_enumerator)
			      : t->kind == TYPE_FUNCTION ? sizeof(struct type_parameter)
							 : sizeof(struct type_member);
		void *items;

		made->listed = true;
		made->n = read_children(ts, &die, t, NULL);
		items = arena_array(ts->arena, made->n, size);
		read_children(ts, &die, t, items);
		made->list = items;
	}
	*list = made->list;
	*n = made->n;
	return made->listed;
}
