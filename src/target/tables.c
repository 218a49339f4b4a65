/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which unwind table knows an address: the kernel's own, those of modules, and debug information. */
#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/orc.h"
#include "target/arch.h"
#include "target/unwind.h"

enum { ORC_ENTRY_SIZE = 6, ORC_MAX_ENTRIES = 8 << 20 };

struct module_orc {
	const struct symbol_area *areas;
	size_t n_areas;
	uint64_t ip, entries;
	size_t n;
	bool read, good;
	struct orc_table table;
};

struct module_dwarf {
	uint16_t module;
	const struct symbol_area *areas;
	size_t n_areas;
	struct dwarf *dwarf;
};

struct unwind_tables {
	bool image_tried, image_good;
	struct orc_table image;
	VEC(struct module_orc) orc;
	VEC(struct module_dwarf) dwarf;
};

static struct unwind_tables *tables_of(struct target *t)
{
	if (!t->unwind)
		t->unwind = arena_new(t->arena, struct unwind_tables);
	return t->unwind;
}

static bool in_areas(const struct symbol_area *areas, size_t n, uint64_t address)
{
	for (size_t i = 0; i < n; i++) {
		if (address >= areas[i].start && address < areas[i].end)
			return true;
	}
	return false;
}

void target_set_module_dwarf(struct target *t, uint16_t module, const struct symbol_area *areas,
			     size_t n_areas, struct dwarf *d)
{
	struct unwind_tables *u = tables_of(t);
	struct module_dwarf new = {module, arena_copy(t->arena, areas, n_areas * sizeof *areas), n_areas, d};

	for (size_t i = 0; i < u->dwarf.n; i++) {
		if (u->dwarf.items[i].module == module) {
			u->dwarf.items[i] = new;
			return;
		}
	}
	*vec_push(t->arena, &u->dwarf) = new;
}

struct dwarf *target_dwarf_at(struct target *t, uint64_t address)
{
	struct unwind_tables *u = tables_of(t);
	struct dwarf *d;

	for (size_t i = 0; i < u->dwarf.n; i++) {
		if (in_areas(u->dwarf.items[i].areas, u->dwarf.items[i].n_areas, address))
			return u->dwarf.items[i].dwarf;
	}
	d = target_dwarf(t);
	fail_clear();
	return d;
}

void target_add_orc(struct target *t, const struct symbol_area *areas, size_t n_areas, uint64_t ip,
		    uint64_t entries, size_t n)
{
	struct module_orc *m = vec_push(t->arena, &tables_of(t)->orc);

	*m = (struct module_orc){.areas = arena_copy(t->arena, areas, n_areas * sizeof *areas),
				 .n_areas = n_areas,
				 .ip = ip,
				 .entries = entries,
				 .n = n};
}

/* Both parts of a table out of the kernel's memory. */
static bool read_table(struct target *t, uint64_t ip, uint64_t entries, size_t n, struct orc_table *table)
{
	uint8_t *bytes;

	if (n == 0 || n > ORC_MAX_ENTRIES)
		return false;
	bytes = arena_alloc(t->arena, n * (4 + ORC_ENTRY_SIZE));
	if (target_read(t, ip, bytes, n * 4) != READ_OK ||
	    target_read(t, entries, bytes + n * 4, n * ORC_ENTRY_SIZE) != READ_OK)
		return false;
	*table = (struct orc_table){
		.ip = bytes, .entries = bytes + n * 4, .n = n, .ip_address = ip, .order = t->order};
	return true;
}

/* The bytes of the file will do: ORC is place-relative, and sorted when the kernel is linked. */
static bool image_from_file(struct target *t, struct orc_table *table, const uint8_t **header, size_t *size)
{
	struct elf_section ip, entries, head;
	size_t ip_size, entries_size;

	if (!t->vmlinux || !elf_file_section(t->vmlinux, ".orc_unwind_ip", &ip) ||
	    !elf_file_section(t->vmlinux, ".orc_unwind", &entries))
		return false;
	table->ip = elf_file_data(t->vmlinux, &ip, &ip_size);
	table->entries = elf_file_data(t->vmlinux, &entries, &entries_size);
	if (!table->ip || !table->entries || ip_size / 4 != entries_size / ORC_ENTRY_SIZE)
		return false;
	table->n = ip_size / 4;
	table->ip_address = ip.address + t->slide;
	table->order = t->order;
	if (elf_file_section(t->vmlinux, ".orc_header", &head))
		*header = elf_file_data(t->vmlinux, &head, size);
	return table->n > 0;
}

static bool image_from_memory(struct target *t, struct orc_table *table, const uint8_t **header, size_t *size)
{
	uint64_t ip, ip_end, entries, head;
	uint8_t *hash;

	if (!target_symbol(t, "__start_orc_unwind_ip", &ip) ||
	    !target_symbol(t, "__stop_orc_unwind_ip", &ip_end) ||
	    !target_symbol(t, "__start_orc_unwind", &entries) || ip_end <= ip ||
	    !read_table(t, ip, entries, (size_t)((ip_end - ip) / 4), table))
		return false;
	if (target_symbol(t, "__start_orc_header", &head)) {
		hash = arena_alloc(t->arena, 20);
		if (target_read(t, head, hash, 20) == READ_OK) {
			*header = hash;
			*size = 20;
		}
	}
	return true;
}

static const struct orc_table *image_table(struct target *t)
{
	struct unwind_tables *u = tables_of(t);
	const uint8_t *header = NULL;
	size_t size = 0;
	bool from_file;

	if (u->image_tried)
		return u->image_good ? &u->image : NULL;
	u->image_tried = true;
	from_file = image_from_file(t, &u->image, &header, &size);
	if (!from_file && !image_from_memory(t, &u->image, &header, &size)) {
		fail_clear();
		return NULL;
	}
	u->image.version = header ? orc_version_of_header(header, size) : ORC_UNKNOWN;
	/* A release only suggests a layout: distributions carry newer ones. */
	if (u->image.version == ORC_UNKNOWN)
		u->image.version = orc_version_check(&u->image, orc_version_of_release(t->release));
	u->image_good = u->image.version != ORC_UNKNOWN;
	if (u->image_good)
		target_evidence(t, "ORC", from_file ? "vmlinux" : "kernel memory", "version %d, %zu entries",
				(int)u->image.version, u->image.n);
	fail_clear();
	return u->image_good ? &u->image : NULL;
}

bool target_has_orc(struct target *t)
{
	return image_table(t) != NULL;
}

bool target_orc_row(struct target *t, uint64_t pc, struct unwind_row *row)
{
	struct unwind_tables *u = tables_of(t);
	const struct orc_table *image = image_table(t);

	if (!image)
		return false;
	for (size_t i = 0; i < u->orc.n; i++) {
		struct module_orc *m = &u->orc.items[i];

		if (!in_areas(m->areas, m->n_areas, pc))
			continue;
		if (!m->read) {
			m->read = true;
			m->good = read_table(t, m->ip, m->entries, m->n, &m->table);
			m->table.version = image->version;
		}
		return m->good && orc_row(&m->table, pc, row);
	}
	return orc_row(image, pc, row);
}

static bool is_listed(const char *const *names, const char *name)
{
	for (; names && *names; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

static const struct entry_code *entry_of(const struct entry_code *list, const char *name)
{
	for (; list && list->symbol; list++) {
		if (strcmp(list->symbol, name) == 0)
			return list;
	}
	return NULL;
}

bool target_is_returned_to(struct target *t, uint64_t address)
{
	const struct symbol *symbol;
	uint64_t offset;

	return t->arch->returned_to && (symbol = symbol_text_at(t->symbols, address, &offset)) && !offset &&
	       entry_of(t->arch->returned_to, symbol->name);
}

/* Interrupted registers that entry code keeps on its stack. */
static bool entry_row(struct target *t, uint64_t pc, struct unwind_row *row)
{
	const struct arch *arch = t->arch;
	const struct entry_code *e = NULL;
	const struct symbol *symbol;
	uint64_t offset;

	if (!arch->entries || !(symbol = symbol_text_at(t->symbols, pc, &offset)))
		return false;
	if (offset == 0)
		e = entry_of(arch->returned_to, symbol->name);
	if (!e)
		e = entry_of(arch->entries, symbol->name);
	if (!e)
		return false;
	row->kind = FRAME_REGS;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = arch->sp, .offset = e->offset};
	row->origin = "entry code";
	return true;
}

/* Nothing is further out. */
static bool outermost_row(struct target *t, uint64_t pc, struct unwind_row *row)
{
	const struct symbol *symbol = t->arch->outermost ? symbol_text_at(t->symbols, pc, NULL) : NULL;

	if (!symbol || !is_listed(t->arch->outermost, symbol->name))
		return false;
	row->kind = FRAME_END;
	row->origin = "entry code";
	return true;
}

bool target_row(struct target *t, uint64_t pc, struct unwind_row *row)
{
	struct dwarf *d;

	if (outermost_row(t, pc, row))
		return true;
	if (t->arch->row && t->arch->row(t, pc, row))
		return true;
	if (entry_row(t, pc, row))
		return true;
	d = target_dwarf_at(t, pc);
	return d && dwarf_cfi_row(d, pc, row);
}
