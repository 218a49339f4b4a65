/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which exception index table knows an address: the kernel's, from its file or memory, or a module's. */
#include "arm.h"

#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "debuginfo/elf_file.h"

enum { ENTRY_SIZE = 8, MOST_ENTRIES = 1 << 20, MOST_TABLES = 1 << 12 };

struct table {
	uint64_t first, last; /* what it covers, inclusive */
	struct exidx x;
};

struct arm_tables {
	struct exidx image;
	bool has_image;
	VEC(struct table) modules;
};

static bool from_memory(void *context, uint64_t address, uint8_t *bytes, size_t size)
{
	return target_read(context, address, bytes, size) == READ_OK;
}

/* The file's bytes do not change at run time; pages of memory may be missing. */
static bool from_file(void *context, uint64_t address, uint8_t *bytes, size_t size)
{
	struct target *t = context;
	const uint8_t *found = elf_file_at_address(t->vmlinux, address, size);

	if (!found)
		return from_memory(context, address, bytes, size);
	memcpy(bytes, found, size);
	return true;
}

static bool read_index(struct target *t, uint64_t start, uint64_t stop, struct exidx *x)
{
	uint8_t *bytes;

	if (stop <= start || (stop - start) / ENTRY_SIZE > MOST_ENTRIES)
		return false;
	bytes = arena_alloc(t->arena, (size_t)(stop - start));
	if (target_read(t, start, bytes, (size_t)(stop - start)) != READ_OK)
		return false;
	*x = (struct exidx){.index = bytes,
			    .n = (size_t)((stop - start) / ENTRY_SIZE),
			    .address = start,
			    .order = t->order,
			    .read = from_memory,
			    .context = t};
	return true;
}

/* arch/arm/include/asm/vmlinux.lds.h, ARM_UNWIND_SECTIONS. */
static bool image_index(struct target *t, struct exidx *x)
{
	uint64_t start, stop;
	struct elf_section s;
	size_t size;

	if (t->vmlinux && elf_file_section(t->vmlinux, ".ARM.unwind_idx", &s)) {
		x->index = elf_file_data(t->vmlinux, &s, &size);
		/* a separate debug file has the section, but not its contents */
		if (x->index && size >= ENTRY_SIZE &&
		    elf_file_at_address(t->vmlinux, s.address, ENTRY_SIZE)) {
			*x = (struct exidx){.index = x->index,
					    .n = size / ENTRY_SIZE,
					    .address = s.address,
					    .order = t->order,
					    .read = from_file,
					    .context = t};
			return true;
		}
	}
	return target_symbol(t, "__start_unwind_idx", &start) &&
	       target_symbol(t, "__stop_unwind_idx", &stop) && read_index(t, start, stop, x);
}

/*
 * struct unwind_table of arch/arm/include/asm/unwind.h, of which modules have one for each section of code,
 * in a list of all. "origin" came with de66a979012d (3.2).
 */
enum { TABLE_LIST, TABLE_START, TABLE_STOP, TABLE_BEGIN, TABLE_END, N_TABLE };

static bool table_offsets(struct target *t, uint64_t offsets[N_TABLE])
{
	static const char *const names[N_TABLE] = {"list", "start", "stop", "begin_addr", "end_addr"};
	uint64_t size;

	for (size_t i = 0; i < N_TABLE; i++) {
		if (!target_member(t, TYPE_STRUCT, "unwind_table", names[i], &offsets[i], &size))
			return false;
	}
	return true;
}

static void read_modules(struct target *t, struct arm_tables *tables)
{
	uint64_t head, at, offsets[N_TABLE], value[N_TABLE];

	if (!target_symbol(t, "unwind_tables", &head) || !table_offsets(t, offsets) ||
	    target_read_word(t, head, &at) != READ_OK)
		return;
	for (unsigned n = 0; at != head && n < MOST_TABLES; n++) {
		struct table *table;
		struct exidx x;

		for (size_t i = 0; i < N_TABLE; i++) {
			if (target_read_word(t, at - offsets[TABLE_LIST] + offsets[i], &value[i]) != READ_OK)
				return;
		}
		if (read_index(t, value[TABLE_START], value[TABLE_STOP], &x)) {
			exidx_check(&x);
			table = vec_push(t->arena, &tables->modules);
			*table = (struct table){value[TABLE_BEGIN], value[TABLE_END], x};
		}
		at = value[TABLE_LIST];
	}
}

static const struct arm_tables *find_tables(struct target *t)
{
	struct arm_data *d = t->arch_data;

	if (!d)
		return NULL;
	if (!d->tables) {
		d->tables = arena_new(t->arena, struct arm_tables);
		d->tables->has_image = image_index(t, &d->tables->image);
		if (d->tables->has_image) {
			exidx_check(&d->tables->image);
			target_evidence(t, "EXIDX",
					d->tables->image.read == from_file ? "vmlinux" : "kernel memory",
					"%zu entries", d->tables->image.n);
		}
		read_modules(t, d->tables);
		fail_clear();
	}
	return d->tables;
}

bool arm_has_exidx(struct target *t)
{
	const struct arm_tables *tables = find_tables(t);

	return tables && tables->has_image;
}

enum exidx_answer arm_exidx_row(struct target *t, uint64_t pc, struct unwind_row *row, uint64_t *start)
{
	const struct arm_tables *tables = find_tables(t);
	const struct arm_data *d = t->arch_data;

	if (!tables)
		return EXIDX_NONE;
	for (size_t i = 0; i < tables->modules.n; i++) {
		const struct table *table = &tables->modules.items[i];

		if (pc >= table->first && pc <= table->last)
			return exidx_row(&table->x, pc, row, start);
	}
	if (!tables->has_image || pc < d->page_offset)
		return EXIDX_NONE;
	return exidx_row(&tables->image, pc, row, start);
}
