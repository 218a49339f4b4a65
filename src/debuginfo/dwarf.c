/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_private.h"

#include <dwarf.h>
#include <elf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/vec.h"
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
	if (d->dw)
		dwarf_end(d->dw);
	elf_handle_end(&d->handle);
	arena_free(&d->arena);
	free(d);
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

/* clang makes no .debug_aranges: take the ranges that each unit's entry gives. */
static void read_ranges(struct dwarf *d)
{
	VEC(struct cu_range) list = {0};
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	uint8_t type;

	d->ranges_done = true;
	while (dwarf_get_units(d->dw, cu, &cu, NULL, &type, &die, NULL) == 0) {
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
	if (list.n)
		qsort(list.items, list.n, sizeof(*list.items), compare_ranges);
	d->ranges = list.items;
	d->n_ranges = list.n;
}

static bool cu_by_ranges(struct dwarf *d, uint64_t address, Dwarf_Die *cu)
{
	size_t low = 0, high;

	if (!d->ranges_done)
		read_ranges(d);
	high = d->n_ranges;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (d->ranges[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < d->ranges[low - 1].end && dwarf_offdie(d->dw, d->ranges[low - 1].cu, cu);
}

bool dwarf_cu_at(struct dwarf *d, uint64_t address, Dwarf_Die *cu)
{
	Dwarf_Aranges *aranges;
	Dwarf_Off offset;
	size_t n;

	if (dwarf_getaranges(d->dw, &aranges, &n) == 0 && n) {
		Dwarf_Arange *range = dwarf_getarange_addr(aranges, address);

		if (range && dwarf_getarangeinfo(range, NULL, NULL, &offset) == 0 &&
		    dwarf_offdie(d->dw, offset, cu))
			return true;
	}
	return cu_by_ranges(d, address, cu);
}

const char *dwarf_path(struct dwarf *d, Dwarf_Die *cu, const char *name)
{
	uint64_t key = (uint64_t)(uintptr_t)name, known;
	const char *dir, *path = name;
	Dwarf_Attribute attr;

	if (!name || num_map_get(&d->paths, key, &known))
		return name ? (const char *)(uintptr_t)known : NULL;
	dir = name[0] == '/' ? NULL : dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &attr));
	if (dir) {
		size_t n = strlen(dir);

		/* libdw itself puts the compile directory in front of some names */
		if (strncmp(name, dir, n) != 0 || name[n] != '/')
			path = arena_printf(&d->arena, "%s/%s", dir, name);
	}
	num_map_put(&d->arena, &d->paths, key, (uint64_t)(uintptr_t)path);
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
