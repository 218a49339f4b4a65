/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_abbrev.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Compilers number from 1 without gaps; what a damaged file may make us allocate is limited. */
enum { MOST_CODES = 1 << 16 };

uint8_t abbrev_form_size(unsigned form, const struct abbrev_sizes *sizes)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const: return 0;
	case DW_FORM_data1:
	case DW_FORM_ref1:
	case DW_FORM_flag:
	case DW_FORM_strx1:
	case DW_FORM_addrx1: return 1;
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2: return 2;
	case DW_FORM_strx3:
	case DW_FORM_addrx3: return 3;
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
	case DW_FORM_ref_sup4: return 4;
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sig8:
	case DW_FORM_ref_sup8: return 8;
	case DW_FORM_data16: return 16;
	case DW_FORM_addr: return sizes->address;
	case DW_FORM_ref_addr: return sizes->version < 3 ? sizes->address : sizes->offset;
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_strp_sup:
	case DW_FORM_sec_offset:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt: return sizes->offset;
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
	case DW_FORM_string:
	case DW_FORM_block:
	case DW_FORM_block1:
	case DW_FORM_block2:
	case DW_FORM_block4:
	case DW_FORM_exprloc:
	case DW_FORM_indirect: return FORM_VARIES;
	default: return FORM_UNKNOWN;
	}
}

static enum abbrev_role role_of(uint64_t attribute)
{
	switch (attribute) {
	case DW_AT_name: return ROLE_NAME;
	case DW_AT_sibling: return ROLE_SIBLING;
	case DW_AT_abstract_origin:
	case DW_AT_specification: return ROLE_ORIGIN;
	case DW_AT_str_offsets_base: return ROLE_STRINGS_BASE;
	default: return ROLE_NONE;
	}
}

static uint8_t mark_of(uint64_t attribute)
{
	switch (attribute) {
	case DW_AT_declaration: return MARK_DECLARATION;
	case DW_AT_low_pc:
	case DW_AT_ranges: return MARK_CODE;
	case DW_AT_location:
	case DW_AT_const_value: return MARK_VALUE;
	default: return 0;
	}
}

static void put_step(struct abbrev_table *t, struct abbrev_step step)
{
	if (t->n_steps == t->steps_capacity) {
		t->steps_capacity = t->steps_capacity ? t->steps_capacity * 2 : 1024;
		t->steps = xrealloc(t->steps, t->steps_capacity * sizeof(*t->steps));
	}
	t->steps[t->n_steps++] = step;
}

static struct abbrev *new_abbrev(struct abbrev_table *t, uint64_t code)
{
	if (code >= MOST_CODES)
		return NULL;
	if (code >= t->capacity) {
		size_t capacity = t->capacity ? t->capacity : 256;

		while (capacity <= code)
			capacity *= 2;
		t->list = xrealloc(t->list, capacity * sizeof(*t->list));
		t->capacity = capacity;
	}
	if (code >= t->n) {
		memset(t->list + t->n, 0, (code + 1 - t->n) * sizeof(*t->list));
		t->n = code + 1;
	}
	return &t->list[code];
}

/* The attributes of one abbreviation. */
static bool read_steps(struct abbrev_table *t, struct abbrev *abbrev, const uint8_t **at, const uint8_t *end)
{
	uint64_t attribute, form;
	uint32_t skip = 0;

	for (;;) {
		enum abbrev_role role;
		uint8_t size;

		attribute = read_uleb(at, end);
		form = read_uleb(at, end);
		if (!*at)
			return false;
		if (!attribute && !form)
			break;
		if (form == DW_FORM_implicit_const)
			read_uleb(at, end); /* a signed one is as long */
		size = form > UINT16_MAX ? FORM_UNKNOWN : abbrev_form_size((unsigned)form, &t->sizes);
		if (size == FORM_UNKNOWN)
			return false;
		abbrev->marks |= mark_of(attribute);
		role = role_of(attribute);
		if (role == ROLE_NONE && size != FORM_VARIES) {
			skip += size;
			continue;
		}
		put_step(t, (struct abbrev_step){skip, (uint16_t)form, (uint8_t)role});
		skip = 0;
	}
	put_step(t, (struct abbrev_step){.skip = skip});
	return true;
}

static bool read_table(struct abbrev_table *t, const uint8_t *at, const uint8_t *end)
{
	uint64_t code;

	while ((code = read_uleb(&at, end)) != 0) {
		uint64_t tag = read_uleb(&at, end);
		struct abbrev *abbrev = new_abbrev(t, code);
		bool first = abbrev && !abbrev->defined;

		if (!at || at >= end || !abbrev)
			return false;
		/* of two with one code the first counts */
		if (first)
			*abbrev = (struct abbrev){.tag = tag > UINT16_MAX ? 0 : (uint16_t)tag,
						  .defined = true,
						  .children = *at,
						  .first = (uint32_t)t->n_steps};
		at++;
		if (!read_steps(t, first ? abbrev : &(struct abbrev){0}, &at, end))
			return false;
	}
	return true;
}

bool abbrev_table_read(struct abbrev_table *t, const uint8_t *section, size_t size, uint64_t offset,
		       const struct abbrev_sizes *sizes)
{
	if (t->ready && t->offset == offset && memcmp(&t->sizes, sizes, sizeof(*sizes)) == 0)
		return true;
	t->ready = false;
	t->n = t->n_steps = 0;
	t->offset = offset;
	t->sizes = *sizes;
	if (offset >= size)
		return false;
	t->ready = read_table(t, section + offset, section + size);
	return t->ready;
}

void abbrev_table_free(struct abbrev_table *t)
{
	free(t->list);
	free(t->steps);
	*t = (struct abbrev_table){0};
}
