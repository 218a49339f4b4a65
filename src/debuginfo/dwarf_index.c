/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_index.h"

#include <dwarf.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "debuginfo/dwarf_scan.h"
#include "debuginfo/index_cache.h"
#include "debuginfo/index_image.h"

struct dwarf_index {
	struct index_image image;
	struct file *file; /* NULL: made here, in ->made */
	uint8_t *made;
	struct dwarf_index *older; /* one that proved wrong; names of it may still be in use */
};

static uint64_t section_size(struct dwarf *d, const char *name)
{
	struct elf_section s;

	return elf_file_section(d->elf, name, &s) ? s.size : 0;
}

/* A relocatable file is small, and its build-id is of the module that it belongs to: another may be loaded.
 */
static struct index_key key_of(struct dwarf *d)
{
	const char *build_id = elf_file_type(d->elf) == ET_REL ? NULL : elf_file_build_id(d->elf);

	return (struct index_key){
		.build_id = build_id ? build_id : "",
		.info_size = section_size(d, ".debug_info"),
		.abbrev_size = section_size(d, ".debug_abbrev"),
		.strings_size = section_size(d, ".debug_str"),
	};
}

static bool open_kept(struct dwarf *d, struct dwarf_index *x)
{
	struct index_key key = key_of(d);
	const uint8_t *data;

	x->file = index_cache_open(key.build_id);
	if (!x->file)
		return false;
	data = file_block(x->file, 0, x->file->size);
	if (data && index_image_open(&x->image, data, (size_t)x->file->size, &key))
		return true;
	fail_clear();
	file_close(x->file);
	x->file = NULL;
	return false;
}

static void make(struct dwarf *d, struct dwarf_index *x)
{
	struct index_key key = key_of(d);
	struct scan_result found;
	size_t size = 0;

	dwarf_scan(d, &found);
	x->made = index_image_make(&key, found.items.items, found.items.n, found.units.items, found.units.n,
				   &size);
	dwarf_scan_free(&found);
	if (!x->made || !index_image_open(&x->image, x->made, size, &key)) {
		x->image = (struct index_image){0};
		return;
	}
	if (*key.build_id)
		index_cache_save(key.build_id, x->made, size);
}

static struct dwarf_index *index_of(struct dwarf *d)
{
	if (!d->index) {
		d->index = xcalloc(1, sizeof(*d->index));
		if (!open_kept(d, d->index))
			make(d, d->index);
	}
	return d->index;
}

/* What was kept is not of this file after all, though it says so. */
static bool make_anew(struct dwarf *d)
{
	struct dwarf_index *x;

	if (!d->index->file)
		return false;
	x = xcalloc(1, sizeof(*x));
	x->older = d->index;
	d->index = x;
	make(d, x);
	return true;
}

void dwarf_index_close(struct dwarf_index *x)
{
	while (x) {
		struct dwarf_index *older = x->older;

		file_close(x->file);
		free(x->made);
		free(x);
		x = older;
	}
}

static bool has_enumerator(Dwarf_Die *enumeration, const char *name)
{
	enum { MOST = 1 << 20 };
	unsigned n = 0;
	Dwarf_Die die;

	for (int status = dwarf_child(enumeration, &die); status == 0 && n < MOST;
	     status = dwarf_siblingof(&die, &die), n++) {
		const char *its = dwarf_diename(&die);

		if (its && strcmp(its, name) == 0)
			return true;
	}
	return false;
}

static bool is_tag_of(int tag, enum type_name_kind kind)
{
	switch (kind) {
	case NAME_STRUCT: return tag == DW_TAG_structure_type || tag == DW_TAG_class_type;
	case NAME_UNION: return tag == DW_TAG_union_type;
	case NAME_ENUM:
	case NAME_ENUMERATOR: return tag == DW_TAG_enumeration_type;
	case NAME_TYPEDEF: return tag == DW_TAG_typedef;
	case NAME_BASE: return tag == DW_TAG_base_type;
	case NAME_VARIABLE: return tag == DW_TAG_variable;
	case NAME_FUNCTION: return tag == DW_TAG_subprogram;
	default: return false;
	}
}

/* An index is believed only as far as the entry itself bears it out. */
static bool entry_at(struct dwarf *d, uint64_t where, const char *name, Dwarf_Die *die)
{
	enum type_name_kind kind = where_kind(where);
	const char *its;

	if (!dwarf_die_at(d, where_offset(where), die) || !is_tag_of(dwarf_tag(die), kind))
		return false;
	if (kind == NAME_ENUMERATOR)
		return has_enumerator(die, name);
	its = dwarf_diename(die);
	if (kind == NAME_BASE)
		its = type_integer_name(its);
	return its && strcmp(its, name) == 0;
}

/* The entries of a name of one kind: first ones to *@end. */
static uint32_t entries_of(const struct index_image *x, enum type_name_kind kind, const char *name,
			   uint32_t *end)
{
	uint32_t number, at, last;

	*end = 0;
	if (!index_image_find(x, name, &number))
		return 0;
	index_image_name(x, number, &at, &last);
	while (at < last && where_kind(index_image_entry(x, at)) < kind)
		at++;
	*end = at;
	while (*end < last && where_kind(index_image_entry(x, *end)) == kind)
		++*end;
	return at;
}

bool dwarf_index_find(struct dwarf *d, enum type_name_kind kind, const char *name, Dwarf_Die *die)
{
	do {
		const struct index_image *x = &index_of(d)->image;
		uint32_t end, at = entries_of(x, kind, name, &end);

		if (at >= end)
			return false;
		if (entry_at(d, index_image_entry(x, at), name, die))
			return true;
	} while (make_anew(d));
	return false;
}

void dwarf_index_definitions(struct dwarf *d, enum type_name_kind kind, const char *name,
			     bool (*fn)(void *context, Dwarf_Die *die), void *context)
{
	const struct index_image *x;
	uint32_t at, end;
	Dwarf_Die die;

	/* the first is checked before others are given: an index that is not of this file is made anew */
	if (!dwarf_index_find(d, kind, name, &die))
		return;
	x = &d->index->image;
	for (at = entries_of(x, kind, name, &end); at < end; at++) {
		uint64_t where = index_image_entry(x, at);

		if (where_standing(where) == STANDING_DEFINITION && entry_at(d, where, name, &die) &&
		    !fn(context, &die))
			return;
	}
}

bool dwarf_index_each(struct dwarf *d, const char *prefix, unsigned kinds, type_name_fn *fn, void *context)
{
	const struct index_image x = index_of(d)->image; /* what @fn asks may replace the index */
	size_t length = strlen(prefix);

	for (uint32_t i = 0; i < x.n_names; i++) {
		uint32_t at, end;
		const char *name = index_image_name(&x, i, &at, &end);
		int before = -1;

		if (strncmp(name, prefix, length) != 0)
			continue;
		for (; at < end; at++) {
			enum type_name_kind kind = where_kind(index_image_entry(&x, at));

			if ((int)kind == before || kind >= NAME_KINDS || !(kinds >> kind & 1))
				continue;
			before = (int)kind;
			if (!fn(context, kind, name))
				return false;
		}
	}
	return true;
}
