/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/search.h"
#include "debuginfo/dwarf_private.h"

#include <dwarf.h>
#include <elf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vec.h"
#include "debuginfo/dwarf_index.h"
#include "debuginfo/elf_reloc.h"

enum { MOST_RANGES = 1 << 22 };

struct dwarf *dwarf_open(struct elf_file *elf, uint64_t slide, section_address_fn *section_address,
			 void *context)
{
	bool is_object = elf_file_type(elf) == ET_REL;
	struct dwarf *d;

	if (!elf_file_has_dwarf(elf)) {
		fail("%s: has no DWARF debug information", elf_file_path(elf));
		return NULL;
	}
	d = xcalloc(1, sizeof(*d));
	d->elf = elf;
	d->slide = is_object ? 0 : slide;
	if (!elf_handle_open(elf, is_object, &d->handle) ||
	    (is_object && !elf_relocate(elf, &d->handle, section_address, context))) {
		dwarf_close(d);
		return NULL;
	}
	d->dw = dwarf_begin_elf(d->handle.elf, DWARF_C_READ, NULL);
	if (!d->dw) {
		fail("%s: %s", elf_file_path(elf), dwarf_errmsg(-1));
		dwarf_close(d);
		return NULL;
	}
	return d;
}

void dwarf_close(struct dwarf *d)
{
	if (!d)
		return;
	if (d->lines)
		dwarf_end(d->lines);
	if (d->dw)
		dwarf_end(d->dw);
	elf_handle_end(&d->handle);
	dwarf_index_close(d->index);
	arena_free(&d->arena);
	free(d);
}

/* Units are spread over the whole section, and each touches some pages around it. */
bool unit_walk_next(struct dwarf *d, Dwarf *dw, struct unit_walk *walk, uint8_t *type, Dwarf_Die *die)
{
	enum { AT_ONCE = 8 << 20 };

	if (walk->all || dwarf_get_units(dw, walk->last, &walk->last, NULL, type, die, NULL) != 0) {
		walk->all = true;
		return false;
	}
	walk->reached = dwarf_dieoffset(die);
	if (walk->reached - walk->forgotten >= AT_ONCE) {
		elf_file_forget(d->elf, ".debug_info", walk->forgotten, walk->reached);
		walk->forgotten = walk->reached;
	}
	return true;
}

/* libdw looks at the headers of all units before the one that it is asked for. */
static void reach(struct dwarf *d, Dwarf *dw, struct unit_walk *walk, uint64_t offset)
{
	Dwarf_Die die;

	while (walk->reached <= offset && unit_walk_next(d, dw, walk, NULL, &die))
		;
}

bool dwarf_die_in(struct dwarf *d, Dwarf *dw, struct unit_walk *walk, uint64_t offset, Dwarf_Die *die)
{
	reach(d, dw, walk, offset);
	return dwarf_offdie(dw, offset, die);
}

bool dwarf_die_at(struct dwarf *d, uint64_t offset, Dwarf_Die *die)
{
	return dwarf_die_in(d, d->dw, &d->walk, offset, die);
}

const uint8_t *dwarf_section(struct dwarf *d, const char *name, size_t *size, uint64_t *address)
{
	struct elf_section section;
	GElf_Shdr header;
	Elf_Data *data;
	Elf_Scn *scn;

	if (!elf_file_section(d->elf, name, &section) || section.type == SHT_NOBITS)
		return NULL;
	/* libdw decompressed it when it began, if it had to */
	scn = elf_getscn(d->handle.elf, section.index);
	if (!scn || !gelf_getshdr(scn, &header) || header.sh_flags & SHF_COMPRESSED)
		return NULL;
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf)
		return NULL;
	*size = data->d_size;
	*address = section.address;
	return data->d_buf;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct cu_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

typedef VEC(struct cu_range) range_list;

static void keep_ranges(struct cu_ranges *ranges, range_list *list)
{
	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items), compare_ranges);
	ranges->list = list->items;
	ranges->n = list->n;
}

/* One unit's set of addresses (DWARF 5, 6.1.2). */
static bool read_arange_set(struct dwarf *d, struct cursor *c, range_list *list)
{
	size_t start = cursor_offset(c);
	uint64_t length = cursor_u32(c), unit;
	uint8_t offset_size = 4, address_size, selector_size;
	struct cursor set;

	if (length == UINT32_MAX) {
		length = cursor_u64(c);
		offset_size = 8;
	}
	if (c->failed || length > cursor_left(c))
		return false;
	set = cursor_over(c->start, cursor_offset(c) + (size_t)length, c->order, c->word_size);
	cursor_seek(&set, cursor_offset(c));
	cursor_seek(c, cursor_offset(&set) + length);
	if (cursor_u16(&set) != 2)
		return true; /* only version 2 was ever defined */
	unit = cursor_uint(&set, offset_size);
	address_size = cursor_u8(&set);
	selector_size = cursor_u8(&set);
	if (selector_size || (address_size != 4 && address_size != 8))
		return true;
	/* pairs are aligned to their size, counted from the start of the set */
	cursor_take(&set, (2u * address_size - (cursor_offset(&set) - start) % (2u * address_size)) %
				  (2u * address_size));
	while (cursor_left(&set) >= 2u * address_size && list->n < MOST_RANGES) {
		uint64_t address = cursor_uint(&set, address_size), size = cursor_uint(&set, address_size);

		if (size && size <= UINT64_MAX - address)
			*vec_push(&d->arena, list) = (struct cu_range){address, address + size, unit};
	}
	return true;
}

/* libdw's own reader looks at every unit's header besides, which are spread over the whole file. */
static void read_aranges(struct dwarf *d)
{
	range_list list = {0};
	uint64_t address;
	struct cursor c;
	size_t size;
	const uint8_t *data = dwarf_section(d, ".debug_aranges", &size, &address);

	d->aranges.done = true;
	if (!data)
		return;
	c = cursor_over(data, size, elf_file_order(d->elf), elf_file_word_size(d->elf));
	while (cursor_left(&c) && read_arange_set(d, &c, &list))
		;
	keep_ranges(&d->aranges, &list);
}

/* clang makes no .debug_aranges: take the ranges that each unit's entry gives. */
static void read_ranges(struct dwarf *d)
{
	range_list list = {0};
	struct unit_walk walk = {0};
	Dwarf_Die die;
	uint8_t type;

	d->ranges.done = true;
	while (unit_walk_next(d, d->dw, &walk, &type, &die)) {
		Dwarf_Addr base, start, end;
		ptrdiff_t at = 0;

		if (type != DW_UT_compile && type != DW_UT_skeleton)
			continue;
		while (list.n < MOST_RANGES && (at = dwarf_ranges(&die, at, &base, &start, &end)) > 0) {
			if (start < end)
				*vec_push(&d->arena, &list) =
					(struct cu_range){start, end, dwarf_dieoffset(&die)};
		}
	}
	keep_ranges(&d->ranges, &list);
}

static const struct cu_range *range_at(const struct cu_ranges *ranges, uint64_t address)
{
	size_t n = partition_point(ranges->n, i, ranges->list[i].start <= address);

	return n && address < ranges->list[n - 1].end ? &ranges->list[n - 1] : NULL;
}

bool dwarf_cu_at(struct dwarf *d, uint64_t address, Dwarf_Die *cu)
{
	const struct cu_range *range;
	Dwarf_Off next;
	size_t header;

	if (!d->aranges.done)
		read_aranges(d);
	range = range_at(&d->aranges, address);
	if (range)
		reach(d, d->dw, &d->walk, range->cu);
	if (range && dwarf_nextcu(d->dw, range->cu, &next, &header, NULL, NULL, NULL) == 0 &&
	    dwarf_offdie(d->dw, range->cu + header, cu))
		return true;
	if (!d->ranges.done)
		read_ranges(d);
	range = range_at(&d->ranges, address);
	return range && dwarf_die_at(d, range->cu, cu);
}

const char *dwarf_path(struct dwarf *d, Dwarf_Die *cu, const char *name)
{
	const char *dir, *path;
	Dwarf_Attribute attr;
	struct text whole = {0};
	uint64_t known;

	if (!name)
		return NULL;
	dir = name[0] == '/' ? NULL : dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &attr));
	/* libdw itself puts the compile directory in front of some names */
	if (dir && (strncmp(name, dir, strlen(dir)) != 0 || name[strlen(dir)] != '/'))
		text_printf(&whole, "%s/", dir);
	text_puts(&whole, name);
	if (str_map_get(&d->paths, text_str(&whole), &known)) {
		path = (const char *)(uintptr_t)known;
	} else {
		path = arena_strdup(&d->arena, text_str(&whole));
		str_map_put(&d->arena, &d->paths, path, (uint64_t)(uintptr_t)path);
	}
	text_free(&whole);
	return path;
}

static struct cfi *open_cfi(struct dwarf *d, const char *name, bool is_eh)
{
	struct cfi_section section = {
		.is_eh = is_eh, .order = elf_file_order(d->elf), .word_size = elf_file_word_size(d->elf)};

	section.data = dwarf_section(d, name, &section.size, &section.address);
	if (!section.data && !is_eh)
		section.data = dwarf_section(d, ".zdebug_frame", &section.size, &section.address);
	return section.data ? cfi_open(&d->arena, &section) : NULL;
}

bool dwarf_cfi_row(struct dwarf *d, uint64_t address, struct unwind_row *row)
{
	if (!d->cfi_done) {
		d->cfi_done = true;
		d->cfi[0] = open_cfi(d, ".debug_frame", false);
		d->cfi[1] = open_cfi(d, ".eh_frame", true);
	}
	address -= d->slide;
	return (d->cfi[0] && cfi_row(d->cfi[0], address, row)) ||
	       (d->cfi[1] && cfi_row(d->cfi[1], address, row));
}

bool dwarf_cfi_returns(struct dwarf *d, uint64_t address)
{
	address -= d->slide;
	return (!d->cfi[0] || cfi_returns(d->cfi[0], address)) &&
	       (!d->cfi[1] || cfi_returns(d->cfi[1], address));
}
