/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/elf_reloc.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "debuginfo/elf_symtab.h"

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

enum operation {
	OP_ABSOLUTE, /* S + A */
	OP_RELATIVE, /* S + A - P */
	OP_ADD,      /* V + S + A, V being what stands there */
	OP_SUBTRACT, /* V - S - A */
	OP_ADD6,     /* the same in the low six bits of a byte */
	OP_SUBTRACT6,
	OP_SET6,
};

/* What compilers and assemblers use in debug sections; numbers from each machine's psABI. */
static const struct relocation {
	uint16_t machine, type;
	uint8_t size, operation;
} known[] = {
	{EM_X86_64, 1, 8, OP_ABSOLUTE},
	{EM_X86_64, 2, 4, OP_RELATIVE},
	{EM_X86_64, 10, 4, OP_ABSOLUTE},
	{EM_X86_64, 11, 4, OP_ABSOLUTE},
	{EM_X86_64, 24, 8, OP_RELATIVE},
	{EM_386, 1, 4, OP_ABSOLUTE},
	{EM_386, 2, 4, OP_RELATIVE},
	{EM_ARM, 2, 4, OP_ABSOLUTE},
	{EM_ARM, 3, 4, OP_RELATIVE},
	{EM_AARCH64, 257, 8, OP_ABSOLUTE},
	{EM_AARCH64, 258, 4, OP_ABSOLUTE},
	{EM_AARCH64, 260, 8, OP_RELATIVE},
	{EM_AARCH64, 261, 4, OP_RELATIVE},
	{EM_PPC64, 1, 4, OP_ABSOLUTE},
	{EM_PPC64, 26, 4, OP_RELATIVE},
	{EM_PPC64, 38, 8, OP_ABSOLUTE},
	{EM_PPC64, 44, 8, OP_RELATIVE},
	{EM_PPC, 1, 4, OP_ABSOLUTE},
	{EM_PPC, 26, 4, OP_RELATIVE},
	{EM_S390, 4, 4, OP_ABSOLUTE},
	{EM_S390, 5, 4, OP_RELATIVE},
	{EM_S390, 22, 8, OP_ABSOLUTE},
	{EM_S390, 23, 8, OP_RELATIVE},
	{EM_MIPS, 2, 4, OP_ABSOLUTE},
	{EM_MIPS, 18, 8, OP_ABSOLUTE},
	{EM_MIPS, 248, 4, OP_RELATIVE},
	{EM_RISCV, 1, 4, OP_ABSOLUTE},
	{EM_RISCV, 2, 8, OP_ABSOLUTE},
	{EM_RISCV, 33, 1, OP_ADD},
	{EM_RISCV, 34, 2, OP_ADD},
	{EM_RISCV, 35, 4, OP_ADD},
	{EM_RISCV, 36, 8, OP_ADD},
	{EM_RISCV, 37, 1, OP_SUBTRACT},
	{EM_RISCV, 38, 2, OP_SUBTRACT},
	{EM_RISCV, 39, 4, OP_SUBTRACT},
	{EM_RISCV, 40, 8, OP_SUBTRACT},
	{EM_RISCV, 52, 1, OP_SUBTRACT6},
	{EM_RISCV, 53, 1, OP_SET6},
	{EM_RISCV, 54, 1, OP_ABSOLUTE},
	{EM_RISCV, 55, 2, OP_ABSOLUTE},
	{EM_RISCV, 56, 4, OP_ABSOLUTE},
	{EM_RISCV, 57, 4, OP_RELATIVE},
	{EM_LOONGARCH, 1, 4, OP_ABSOLUTE},
	{EM_LOONGARCH, 2, 8, OP_ABSOLUTE},
	{EM_LOONGARCH, 47, 1, OP_ADD},
	{EM_LOONGARCH, 48, 2, OP_ADD},
	{EM_LOONGARCH, 50, 4, OP_ADD},
	{EM_LOONGARCH, 51, 8, OP_ADD},
	{EM_LOONGARCH, 52, 1, OP_SUBTRACT},
	{EM_LOONGARCH, 53, 2, OP_SUBTRACT},
	{EM_LOONGARCH, 55, 4, OP_SUBTRACT},
	{EM_LOONGARCH, 56, 8, OP_SUBTRACT},
	{EM_LOONGARCH, 99, 4, OP_RELATIVE},
	{EM_LOONGARCH, 105, 1, OP_ADD6},
	{EM_LOONGARCH, 106, 1, OP_SUBTRACT6},
};

struct relocator {
	struct elf_file *file;
	struct elf_handle *handle;
	struct elf_symtab symbols;
	uint64_t *addresses; /* of the sections */
	size_t n_sections;
	uint16_t machine;
	uint8_t word_size;
	enum byte_order order;
};

static const struct relocation *find_kind(uint16_t machine, uint32_t type)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].machine == machine && known[i].type == type)
			return &known[i];
	}
	return NULL;
}

static uint64_t symbol_value(const struct relocator *r, uint64_t index)
{
	struct elf_sym sym;

	if (index == 0 || index >= r->symbols.n)
		return 0;
	elf_symtab_get(&r->symbols, (size_t)index, &sym);
	if (sym.special)
		return sym.section == SHN_ABS ? sym.value : 0;
	if (sym.section == SHN_UNDEF || sym.section >= r->n_sections)
		return 0;
	return r->addresses[sym.section] + sym.value;
}

static void put6(uint8_t *place, unsigned value)
{
	*place = (uint8_t)((*place & 0xc0) | (value & 0x3f));
}

static void apply(const struct relocator *r, const struct relocation *kind, uint8_t *place, uint64_t address,
		  uint64_t value)
{
	uint64_t there = get_uint(place, kind->size, r->order);

	switch ((enum operation)kind->operation) {
	case OP_ABSOLUTE: put_uint(place, kind->size, value, r->order); break;
	case OP_RELATIVE: put_uint(place, kind->size, value - address, r->order); break;
	case OP_ADD: put_uint(place, kind->size, there + value, r->order); break;
	case OP_SUBTRACT: put_uint(place, kind->size, there - value, r->order); break;
	case OP_ADD6: put6(place, (unsigned)(there + value)); break;
	case OP_SUBTRACT6: put6(place, (unsigned)(there - value)); break;
	case OP_SET6: put6(place, (unsigned)value); break;
	}
}

/* r_info is a number, but on little-endian 64-bit MIPS a number of 32 bits and four bytes (its psABI
 * supplement). */
void elf_reloc_info(const struct elf_file *e, const uint8_t *at, uint64_t *symbol, uint32_t *type)
{
	enum byte_order order = elf_file_order(e);
	uint64_t info;

	if (elf_file_word_size(e) == 4) {
		info = get_u32(at, order);
		*symbol = info >> 8;
		*type = info & 0xff;
	} else if (elf_file_machine(e) == EM_MIPS) {
		*symbol = get_u32(at, order);
		*type = at[7];
	} else {
		info = get_u64(at, order);
		*symbol = info >> 32;
		*type = (uint32_t)info;
	}
}

static bool relocate_section(const struct relocator *r, const struct elf_section *table,
			     const struct elf_section *target, uint8_t *bytes, size_t size)
{
	bool with_addend = table->type == SHT_RELA;
	size_t step = (with_addend ? 3 : 2) * (size_t)r->word_size, n;
	const uint8_t *at = elf_file_data(r->file, table, &n);

	if (!at)
		return false;
	for (; n >= step; n -= step, at += step) {
		uint64_t offset = get_uint(at, r->word_size, r->order), symbol, value;
		const struct relocation *kind;
		uint32_t type;

		elf_reloc_info(r->file, at + r->word_size, &symbol, &type);
		if (type == 0)
			continue;
		kind = find_kind(r->machine, type);
		if (!kind)
			return fail("%s: section %s: relocation type %u of machine %u is unknown",
				    elf_file_path(r->file), table->name, type, r->machine);
		if (offset > size || kind->size > size - offset)
			return fail("%s: section %s: a relocation lies outside %s", elf_file_path(r->file),
				    table->name, target->name);
		value = symbol_value(r, symbol);
		if (with_addend)
			value += get_uint(at + 2 * (size_t)r->word_size, r->word_size, r->order);
		else if (kind->operation == OP_ABSOLUTE || kind->operation == OP_RELATIVE)
			value += (uint64_t)get_int(bytes + offset, kind->size, r->order);
		apply(r, kind, bytes + offset, r->addresses[target->index] + offset, value);
	}
	return true;
}

static bool is_wanted(const struct elf_section *s)
{
	return strncmp(s->name, ".debug_", 7) == 0 || strncmp(s->name, ".zdebug_", 8) == 0 ||
	       strcmp(s->name, ".eh_frame") == 0;
}

static bool relocate_all(struct relocator *r, const struct elf_section *list)
{
	for (size_t i = 1; i < r->n_sections; i++) {
		const struct elf_section *table = &list[i], *target;
		Elf_Scn *scn;
		Elf_Data *data;

		if ((table->type != SHT_RELA && table->type != SHT_REL) || table->info == 0 ||
		    table->info >= r->n_sections)
			continue;
		target = &list[table->info];
		if (!is_wanted(target) || target->type == SHT_NOBITS)
			continue;
		scn = elf_getscn(r->handle->elf, target->index);
		if (!scn)
			return fail("%s: section %s: %s", elf_file_path(r->file), target->name,
				    elf_errmsg(-1));
		if (target->flags & SHF_COMPRESSED && elf_compress(scn, 0, 0) < 0)
			return fail("%s: section %s: %s", elf_file_path(r->file), target->name,
				    elf_errmsg(-1));
		if (strncmp(target->name, ".z", 2) == 0 && elf_compress_gnu(scn, 0, 0) < 0)
			return fail("%s: section %s: %s", elf_file_path(r->file), target->name,
				    elf_errmsg(-1));
		data = elf_rawdata(scn, NULL);
		if (!data || (data->d_size && !data->d_buf))
			return fail("%s: section %s: %s", elf_file_path(r->file), target->name,
				    elf_errmsg(-1));
		if (!relocate_section(r, table, target, data->d_buf, data->d_size))
			return false;
	}
	return true;
}

bool elf_relocate(struct elf_file *e, struct elf_handle *h, section_address_fn *address, void *context)
{
	struct relocator r = {
		.file = e,
		.handle = h,
		.machine = elf_file_machine(e),
		.word_size = elf_file_word_size(e),
		.order = elf_file_order(e),
	};
	const struct elf_section *list;
	bool done;

	r.n_sections = elf_file_sections(e, &list);
	if (!elf_symtab_open(e, &r.symbols))
		return false;
	r.addresses = xcalloc(r.n_sections, sizeof(*r.addresses));
	for (size_t i = 1; i < r.n_sections; i++) {
		if (list[i].flags & SHF_ALLOC &&
		    (!address || !address(context, list[i].name, &r.addresses[i])))
			r.addresses[i] = 0;
	}
	done = relocate_all(&r, list);
	free(r.addresses);
	return done;
}
