/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/elf_symtab.h"

#include <elf.h>
#include <string.h>

#include "base/error.h"

bool elf_symtab_open(struct elf_file *e, struct elf_symtab *t)
{
	const struct elf_section *list, *symbols = NULL, *extended = NULL;
	size_t n = elf_file_sections(e, &list), size;

	*t = (struct elf_symtab){.order = elf_file_order(e), .word_size = elf_file_word_size(e)};
	t->entry_size = t->word_size == 8 ? 24 : 16;
	for (size_t i = 0; i < n; i++) {
		if (list[i].type == SHT_SYMTAB && !symbols)
			symbols = &list[i];
	}
	if (!symbols)
		return fail("%s: has no symbol table", elf_file_path(e));
	for (size_t i = 0; i < n; i++) {
		if (list[i].type == SHT_SYMTAB_SHNDX && list[i].link == symbols->index)
			extended = &list[i];
	}
	if (symbols->link >= n || (symbols->entry_size && symbols->entry_size != t->entry_size))
		return fail("%s: the symbol table is damaged", elf_file_path(e));
	t->entries = elf_file_data(e, symbols, &size);
	if (!t->entries)
		return false;
	t->n = size / t->entry_size;
	t->first_global = symbols->info < t->n ? symbols->info : t->n;
	t->strings = (const char *)elf_file_data(e, &list[symbols->link], &t->strings_size);
	if (!t->strings)
		return false;
	/* one terminator at the end makes every name in the table a terminated one */
	while (t->strings_size && t->strings[t->strings_size - 1])
		t->strings_size--;
	if (extended) {
		t->extended = elf_file_data(e, extended, &size);
		t->n_extended = t->extended ? size / 4 : 0;
	}
	return true;
}

void elf_symtab_get(const struct elf_symtab *t, size_t i, struct elf_sym *sym)
{
	const uint8_t *p = t->entries + i * t->entry_size;
	uint8_t info;

	sym->name_offset = get_u32(p, t->order);
	if (t->word_size == 8) {
		info = p[4];
		sym->other = p[5];
		sym->section = get_u16(p + 6, t->order);
		sym->value = get_u64(p + 8, t->order);
		sym->size = get_u64(p + 16, t->order);
	} else {
		sym->value = get_u32(p + 4, t->order);
		sym->size = get_u32(p + 8, t->order);
		info = p[12];
		sym->other = p[13];
		sym->section = get_u16(p + 14, t->order);
	}
	sym->type = info & 15;
	sym->binding = info >> 4;
	sym->special = sym->section >= SHN_LORESERVE;
	if (sym->section == SHN_XINDEX && i < t->n_extended) {
		sym->section = get_u32(t->extended + 4 * i, t->order);
		sym->special = false;
	}
}

const char *elf_symtab_name(const struct elf_symtab *t, const struct elf_sym *sym)
{
	return sym->name_offset < t->strings_size ? t->strings + sym->name_offset : "";
}
