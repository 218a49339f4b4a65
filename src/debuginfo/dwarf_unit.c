/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_unit.h"

#include <dwarf.h>
#include <string.h>

enum { MOST_ORIGINS = 4 };

bool unit_open(const struct unit_sections *s, uint64_t offset, struct unit *u)
{
	struct cursor c = cursor_over(s->info.data, s->info.size, s->order, 8);
	uint64_t length;

	if (offset >= s->info.size || !cursor_seek(&c, offset))
		return false;
	*u = (struct unit){.s = s, .offset = offset, .type = DW_UT_compile, .sizes.offset = 4};
	length = cursor_u32(&c);
	if (length == UINT32_MAX) {
		length = cursor_u64(&c);
		u->sizes.offset = 8;
	}
	if (c.failed || !length || length > cursor_left(&c))
		return false;
	u->end = cursor_offset(&c) + length;
	u->limit = s->info.data + u->end;
	u->sizes.version = (uint8_t)cursor_u16(&c);
	if (u->sizes.version >= 5) {
		u->type = cursor_u8(&c);
		u->sizes.address = cursor_u8(&c);
		u->abbrev_offset = cursor_uint(&c, u->sizes.offset);
	} else {
		u->abbrev_offset = cursor_uint(&c, u->sizes.offset);
		u->sizes.address = cursor_u8(&c);
	}
	/* where a unit without DW_AT_str_offsets_base has its strings: behind the header of the section */
	u->strings_base = u->sizes.offset == 8 ? 16 : 8;
	u->at = s->info.data + cursor_offset(&c);
	if (c.failed || u->at > u->limit || u->sizes.version < 2 || u->sizes.version > 5 ||
	    (u->sizes.address != 4 && u->sizes.address != 8))
		u->type = 0;
	return true;
}

static bool has(const struct unit *u, const uint8_t *at, uint64_t size)
{
	return at && (uint64_t)(u->limit - at) >= size;
}

/* A value of fixed size, or an LEB128. */
static uint64_t take(struct unit *u, unsigned form)
{
	uint8_t size = abbrev_form_size(form, &u->sizes);
	const uint8_t *at = u->at;

	if (size == FORM_VARIES)
		return read_uleb(&u->at, u->limit);
	if (size > 8 || !has(u, at, size)) {
		u->at = NULL;
		return 0;
	}
	u->at += size;
	return size == 4 ? get_u32(at, u->s->order) : get_uint(at, size, u->s->order);
}

static void skip(struct unit *u, uint64_t size)
{
	u->at = has(u, u->at, size) ? u->at + size : NULL;
}

static const char *text(struct unit *u)
{
	const char *start = (const char *)u->at;
	const uint8_t *end = u->at ? memchr(u->at, '\0', (size_t)(u->limit - u->at)) : NULL;

	u->at = end ? end + 1 : NULL;
	return end ? start : NULL;
}

static void skip_value(struct unit *u, unsigned form)
{
	switch (form) {
	case DW_FORM_string: text(u); break;
	case DW_FORM_block:
	case DW_FORM_exprloc: skip(u, take(u, DW_FORM_udata)); break;
	case DW_FORM_block1: skip(u, take(u, DW_FORM_data1)); break;
	case DW_FORM_block2: skip(u, take(u, DW_FORM_data2)); break;
	case DW_FORM_block4: skip(u, take(u, DW_FORM_data4)); break;
	case DW_FORM_data16: skip(u, 16); break;
	default: take(u, form); break;
	}
}

static const char *string_at(const struct unit_section *strings, uint64_t offset)
{
	return offset < strings->size ? (const char *)strings->data + offset : NULL;
}

static const char *indexed_string(const struct unit *u, uint64_t index)
{
	const struct unit_section *table = &u->s->string_offsets;
	uint8_t size = u->sizes.offset;

	if (u->strings_base > table->size || index >= (table->size - u->strings_base) / size)
		return NULL;
	return string_at(&u->s->strings,
			 get_uint(table->data + u->strings_base + index * size, size, u->s->order));
}

static void take_name(struct unit *u, struct entry *e, unsigned form)
{
	switch (form) {
	case DW_FORM_string:
		e->name = text(u);
		e->inline_name = true;
		break;
	case DW_FORM_strp: e->name = string_at(&u->s->strings, take(u, form)); break;
	case DW_FORM_line_strp:
		e->name = string_at(&u->s->line_strings, take(u, form));
		e->inline_name = true;
		break;
	case DW_FORM_strx:
	case DW_FORM_GNU_str_index:
	case DW_FORM_strx1:
	case DW_FORM_strx2:
	case DW_FORM_strx3:
	case DW_FORM_strx4: e->name = indexed_string(u, take(u, form)); break;
	default: skip_value(u, form); break; /* in another file */
	}
	if (e->name && !*e->name)
		e->name = NULL;
}

static bool is_reference(unsigned form)
{
	return form == DW_FORM_ref1 || form == DW_FORM_ref2 || form == DW_FORM_ref4 || form == DW_FORM_ref8 ||
	       form == DW_FORM_ref_udata;
}

static void take_origin(struct unit *u, struct entry *e, unsigned form)
{
	if (is_reference(form)) {
		e->origin = ORIGIN_HERE;
		e->origin_offset = u->offset + take(u, form);
	} else if (form == DW_FORM_ref_addr) {
		e->origin = ORIGIN_FAR;
		e->origin_offset = take(u, form);
	} else {
		skip_value(u, form);
	}
}

static void take_sibling(struct unit *u, struct entry *e, unsigned form)
{
	uint64_t offset;

	if (!is_reference(form)) {
		skip_value(u, form);
		return;
	}
	offset = u->offset + take(u, form);
	if (offset <= u->end)
		e->sibling = u->s->info.data + offset;
}

static void take_value(struct unit *u, struct entry *e, const struct abbrev_step *step)
{
	unsigned form = step->form;

	if (form == DW_FORM_indirect) {
		uint64_t real = read_uleb(&u->at, u->limit);

		form = real > UINT16_MAX || real == DW_FORM_indirect || real == DW_FORM_implicit_const
			       ? 0
			       : (unsigned)real;
		if (!u->at || abbrev_form_size(form, &u->sizes) == FORM_UNKNOWN) {
			u->at = NULL;
			return;
		}
	}
	switch ((enum abbrev_role)step->role) {
	case ROLE_NONE: skip_value(u, form); break;
	case ROLE_NAME: take_name(u, e, form); break;
	case ROLE_SIBLING: take_sibling(u, e, form); break;
	case ROLE_ORIGIN: take_origin(u, e, form); break;
	case ROLE_STRINGS_BASE: u->strings_base = take(u, form); break;
	}
}

/* One entry, whatever its level; false for the one that ends a level, and after damage. */
static bool read_entry(struct unit *u, struct entry *e)
{
	const struct abbrev *abbrev;
	uint64_t code;

	if (!u->at || u->at >= u->limit)
		return false;
	e->offset = (uint64_t)(u->at - u->s->info.data);
	code = read_uleb(&u->at, u->limit);
	if (!u->at || !code)
		return false;
	abbrev = code < u->abbrevs->n ? &u->abbrevs->list[code] : NULL;
	if (!abbrev || !abbrev->defined) {
		u->at = NULL;
		return false;
	}
	e->tag = abbrev->tag;
	e->children = abbrev->children;
	e->marks = abbrev->marks;
	e->name = NULL;
	e->inline_name = false;
	e->origin = ORIGIN_NONE;
	e->sibling = NULL;
	for (const struct abbrev_step *step = &u->abbrevs->steps[abbrev->first];; step++) {
		skip(u, step->skip);
		if (!step->form || !u->at)
			break;
		take_value(u, e, step);
	}
	/* only forward: a walk ends */
	if (e->sibling && (!u->at || e->sibling < u->at))
		e->sibling = NULL;
	return u->at != NULL;
}

bool unit_begin(struct unit *u, struct abbrev_table *abbrevs)
{
	struct entry own;

	u->abbrevs = abbrevs;
	if (!u->type ||
	    !abbrev_table_read(abbrevs, u->s->abbrev.data, u->s->abbrev.size, u->abbrev_offset, &u->sizes))
		return false;
	return read_entry(u, &own) && own.children;
}

/* A concrete instance is named by its abstract one, a definition by its declaration. */
static void name_by_origin(const struct unit *u, struct entry *e)
{
	struct entry from = *e;

	for (int i = 0; i < MOST_ORIGINS && from.origin == ORIGIN_HERE && !from.name; i++) {
		struct unit there = *u;

		if (from.origin_offset <= u->offset || from.origin_offset >= u->end)
			return;
		there.at = u->s->info.data + from.origin_offset;
		if (!read_entry(&there, &from))
			return;
	}
	e->name = from.name;
	e->inline_name = from.inline_name;
	e->origin = from.origin;
	e->origin_offset = from.origin_offset;
}

bool unit_entry(struct unit *u, struct entry *e)
{
	if (!read_entry(u, e))
		return false;
	if (!e->name && e->origin == ORIGIN_HERE &&
	    (e->tag == DW_TAG_subprogram || e->tag == DW_TAG_variable))
		name_by_origin(u, e);
	return true;
}

void unit_skip_children(struct unit *u, const struct entry *e)
{
	size_t depth = 1;

	if (!e->children)
		return;
	if (e->sibling) {
		u->at = e->sibling;
		return;
	}
	while (depth && u->at && u->at < u->limit) {
		struct entry inner;

		if (!read_entry(u, &inner))
			depth--;
		else if (inner.children && inner.sibling)
			u->at = inner.sibling;
		else if (inner.children)
			depth++;
	}
}
