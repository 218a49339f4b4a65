/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ELF symbol table read in place: no allocation, no conversion of the whole table. */
#ifndef DEBUGINFO_ELF_SYMTAB_H
#define DEBUGINFO_ELF_SYMTAB_H

#include "debuginfo/elf_file.h"

struct elf_symtab {
	const uint8_t *entries;
	size_t n, entry_size;
	size_t first_global; /* local symbols come before it */
	const char *strings;
	size_t strings_size;
	const uint8_t *extended; /* SHT_SYMTAB_SHNDX: 32-bit section numbers, or NULL */
	size_t n_extended;
	enum byte_order order;
	uint8_t word_size;
};

struct elf_sym {
	uint32_t name_offset; /* not checked */
	uint32_t section;     /* SHN_XINDEX is resolved */
	bool special;         /* the section is SHN_ABS, SHN_COMMON, ... */
	uint8_t type, binding, other;
	uint64_t value, size;
};

/* The SHT_SYMTAB of @e. False with a message when there is none, or it is damaged. */
bool elf_symtab_open(struct elf_file *e, struct elf_symtab *t);
/* Entry @i, below ->n. */
void elf_symtab_get(const struct elf_symtab *t, size_t i, struct elf_sym *sym);
/* The name, or "" when it lies outside the string table or is not terminated. */
const char *elf_symtab_name(const struct elf_symtab *t, const struct elf_sym *sym);

#endif
