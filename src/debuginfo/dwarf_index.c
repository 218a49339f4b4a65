/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two thousand compile units repeat the same few thousand types: each worker
 * first tells by the address of a name (one for all units, in .debug_str)
 * whether it has it already, and only new ones are merged by text.
 */
#include "debuginfo/dwarf_index.h"

#include <dwarf.h>
#include <elf.h>

#include "base/parallel.h"
#include "base/vec.h"
#include "type/type.h"

enum { MOST_WORKERS = 64, UNITS_AT_ONCE = 16, MOST_SIBLINGS = 1 << 22 };

struct dwarf_index {
	struct str_map names[INDEX_KINDS]; /* to struct index_entry * */
};

struct worker {
	struct elf_handle handle;
	Dwarf *dw;
	bool failed;
	struct arena arena;
	/* address of the name * 16 + kind, to offset * 2 + whether it is a declaration */
	struct num_map seen;
};

struct scan {
	struct dwarf *d;
	const Dwarf_Off *units;
	struct worker workers[MOST_WORKERS];
};

static void note(struct worker *w, enum index_kind kind, const char *name, Dwarf_Die *die, Dwarf_Off offset)
{
	uint64_t key = (uint64_t)(uintptr_t)name << 4 | kind, value;
	bool known = num_map_get(&w->seen, key, &value), declaration;

	if (known && !(value & 1))
		return;
	declaration = dwarf_hasattr(die, DW_AT_declaration) > 0;
	if (!known || !declaration)
		num_map_put(&w->arena, &w->seen, key, offset << 1 | declaration);
}

static void note_enumerators(struct worker *w, Dwarf_Die *enumeration, Dwarf_Off offset)
{
	Dwarf_Die die;
	unsigned n = 0;

	for (int status = dwarf_child(enumeration, &die); status == 0 && n < MOST_SIBLINGS;
	     status = dwarf_siblingof(&die, &die), n++) {
		const char *name = dwarf_tag(&die) == DW_TAG_enumerator ? dwarf_diename(&die) : NULL;

		if (!name)
			continue;
		/* the same enumeration again, from another unit */
		if (n == 0 && num_map_get(&w->seen, (uint64_t)(uintptr_t)name << 4 | INDEX_ENUMERATOR, NULL))
			return;
		note(w, INDEX_ENUMERATOR, name, &die, offset);
	}
}

static int kind_of(int tag)
{
	switch (tag) {
	case DW_TAG_structure_type:
	case DW_TAG_class_type: return INDEX_STRUCT;
	case DW_TAG_union_type: return INDEX_UNION;
	case DW_TAG_enumeration_type: return INDEX_ENUM;
	case DW_TAG_typedef: return INDEX_TYPEDEF;
	case DW_TAG_base_type: return INDEX_BASE;
	case DW_TAG_variable: return INDEX_VARIABLE;
	case DW_TAG_subprogram: return INDEX_FUNCTION;
	default: return -1;
	}
}

static void scan_unit(struct worker *w, Dwarf_Off unit)
{
	Dwarf_Die cu, die;
	unsigned n = 0;

	if (!dwarf_offdie(w->dw, unit, &cu))
		return;
	for (int status = dwarf_child(&cu, &die); status == 0 && n < MOST_SIBLINGS;
	     status = dwarf_siblingof(&die, &die), n++) {
		int kind = kind_of(dwarf_tag(&die));
		const char *name = kind < 0 ? NULL : dwarf_diename(&die);

		if (name)
			note(w, (enum index_kind)kind, name, &die, dwarf_dieoffset(&die));
		if (kind == INDEX_ENUM)
			note_enumerators(w, &die, dwarf_dieoffset(&die));
	}
}

static void scan_units(void *context, size_t begin, size_t end, unsigned number)
{
	struct scan *scan = context;
	struct worker *w = &scan->workers[number];

	if (!w->dw && !w->failed) {
		/* a module's relocated copy exists only once: a module is small, and one worker does it all
		 */
		if (elf_file_type(scan->d->elf) == ET_REL)
			w->dw = scan->d->dw;
		else if (elf_handle_open(scan->d->elf, false, &w->handle))
			w->dw = dwarf_begin_elf(w->handle.elf, DWARF_C_READ, NULL);
		w->failed = !w->dw;
	}
	for (size_t i = begin; i < end && w->dw; i++)
		scan_unit(w, scan->units[i]);
}

/* Definitions win; of several, the one in the file's first unit, whichever worker met it. */
static void merge_one(struct dwarf *d, struct dwarf_index *x, uint64_t key, uint64_t value)
{
	const char *name = (const char *)(uintptr_t)(key >> 4);
	struct str_map *names = &x->names[key & 15];
	struct index_entry *entry, found = {value >> 1, value & 1};
	uint64_t known;

	if ((key & 15) == INDEX_BASE)
		name = type_integer_name(name);
	if (str_map_get(names, name, &known)) {
		entry = (struct index_entry *)(uintptr_t)known;
		if (entry->declaration == found.declaration ? found.offset < entry->offset
							    : entry->declaration)
			*entry = found;
		return;
	}
	entry = arena_copy(&d->arena, &found, sizeof(found));
	str_map_put(&d->arena, names, arena_strdup(&d->arena, name), (uint64_t)(uintptr_t)entry);
}

static void finish_worker(struct scan *scan, struct dwarf_index *x, struct worker *w)
{
	for (size_t i = 0; i < w->seen.capacity; i++) {
		if (w->seen.used[i])
			merge_one(scan->d, x, w->seen.slots[i].key, w->seen.slots[i].value);
	}
	arena_free(&w->arena);
	if (w->dw && w->dw != scan->d->dw)
		dwarf_end(w->dw);
	elf_handle_end(&w->handle);
}

struct dwarf_index *dwarf_index(struct dwarf *d)
{
	VEC(Dwarf_Off) units = {0};
	struct arena scratch = {0};
	struct scan scan = {.d = d};
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	uint8_t type;

	if (d->index)
		return d->index;
	d->index = arena_new(&d->arena, struct dwarf_index);
	while (dwarf_get_units(d->dw, cu, &cu, NULL, &type, &die, NULL) == 0) {
		if (type == DW_UT_compile || type == DW_UT_partial)
			*vec_push(&scratch, &units) = dwarf_dieoffset(&die);
	}
	scan.units = units.items;
	parallel_for(units.n, elf_file_type(d->elf) == ET_REL ? units.n + 1 : UNITS_AT_ONCE, scan_units,
		     &scan);
	for (size_t i = 0; i < MOST_WORKERS; i++)
		finish_worker(&scan, d->index, &scan.workers[i]);
	arena_free(&scratch);
	elf_file_forget(d->elf, ".debug_info");
	elf_file_forget(d->elf, ".debug_abbrev");
	return d->index;
}

const struct index_entry *dwarf_index_find(struct dwarf_index *x, enum index_kind kind, const char *name)
{
	uint64_t value;

	return str_map_get(&x->names[kind], name, &value) ? (const struct index_entry *)(uintptr_t)value
							  : NULL;
}

const struct str_map *dwarf_index_names(struct dwarf_index *x, enum index_kind kind)
{
	return &x->names[kind];
}
