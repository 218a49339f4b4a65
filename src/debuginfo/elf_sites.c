/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/elf_sites.h"

#include <elf.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/vec.h"
#include "debuginfo/elf_reloc.h"
#include "debuginfo/elf_symtab.h"

#ifndef R_PPC64_ENTRY
#define R_PPC64_ENTRY 118
#endif

/* Relocations that reach further than the instruction they stand at. */
static const struct reach {
	uint16_t machine, type;
	uint8_t size;
	bool loader;
} reaches[] = {
	{EM_RISCV, 18, 8, false}, /* CALL: auipc and jalr */
	{EM_RISCV, 19, 8, false}, /* CALL_PLT */
	{EM_PPC64, R_PPC64_REL24, 4, false},
	{EM_PPC64, R_PPC64_ENTRY, 8, true}, /* two instructions become two others: module_64.c */
	/* whole addresses are data */
	{EM_ARM, 2, 4, true},
	{EM_AARCH64, 257, 8, true},
	{EM_MIPS, 2, 4, true},
	{EM_MIPS, 18, 8, true},
	{EM_PPC64, 38, 8, true},
	{EM_RISCV, 1, 4, true},
	{EM_RISCV, 2, 8, true},
	{EM_S390, 22, 8, true},
};

/* The site of a call to another module's or the kernel's code is followed by a nop that becomes "ld
 * r2,24(r1)". */
static bool restores_toc(uint16_t machine, uint32_t type)
{
	return machine == EM_PPC64 && type == R_PPC64_REL24;
}

static int by_offset(const void *a, const void *b)
{
	const struct elf_site *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

typedef VEC(struct elf_site) site_list;

static void add(struct arena *a, site_list *list, uint16_t machine, uint64_t offset, uint32_t type,
		const char *symbol)
{
	struct elf_site site = {.offset = offset, .size = 1, .symbol = symbol};

	for (size_t i = 0; i < sizeof(reaches) / sizeof(*reaches); i++) {
		if (reaches[i].machine == machine && reaches[i].type == type) {
			site.size = reaches[i].size;
			site.loader = reaches[i].loader;
		}
	}
	*vec_push(a, list) = site;
	if (restores_toc(machine, type))
		*vec_push(a, list) =
			(struct elf_site){.offset = offset + 4, .size = 4, .loader = true, .symbol = ""};
}

static bool read_table(struct elf_file *e, const struct elf_section *table, struct elf_symtab *symbols,
		       struct arena *a, site_list *list)
{
	uint8_t word = elf_file_word_size(e);
	size_t step = (table->type == SHT_RELA ? 3 : 2) * (size_t)word, n;
	const uint8_t *at = elf_file_data(e, table, &n);

	if (!at)
		return false;
	for (; n >= step; n -= step, at += step) {
		const char *name = "";
		struct elf_sym sym;
		uint64_t symbol;
		uint32_t type;

		elf_reloc_info(e, at + word, &symbol, &type);
		if (!type)
			continue;
		if (symbol && symbol < symbols->n) {
			elf_symtab_get(symbols, (size_t)symbol, &sym);
			name = elf_symtab_name(symbols, &sym);
		}
		add(a, list, elf_file_machine(e), get_uint(at, word, elf_file_order(e)), type, name);
	}
	return true;
}

bool elf_sites(struct elf_file *e, const struct elf_section *section, struct arena *a,
	       const struct elf_site **list, size_t *n)
{
	const struct elf_section *all;
	size_t count = elf_file_sections(e, &all);
	struct elf_symtab symbols;
	site_list found = {0};

	if (!elf_symtab_open(e, &symbols))
		return false;
	for (size_t i = 0; i < count; i++)
		if ((all[i].type == SHT_RELA || all[i].type == SHT_REL) && all[i].info == section->index &&
		    !read_table(e, &all[i], &symbols, a, &found))
			return false;
	if (found.n)
		qsort(found.items, found.n, sizeof(*found.items), by_offset);
	*list = found.items;
	*n = found.n;
	return true;
}
