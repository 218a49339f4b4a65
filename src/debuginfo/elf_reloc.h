/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Relocations of a module's file: of its debug sections, which libdw expects done. Inside this room only. */
#ifndef DEBUGINFO_ELF_RELOC_H
#define DEBUGINFO_ELF_RELOC_H

#include "debuginfo/elf_handle.h"

typedef bool section_address_fn(void *context, const char *section, uint64_t *address);

/* Symbol and type of a relocation, of its r_info at @at. */
void elf_reloc_info(const struct elf_file *e, const uint8_t *at, uint64_t *symbol, uint32_t *type);
/*
 * Apply the relocations of the .debug_* sections and of .eh_frame of @e (ET_REL)
 * to @h, which must be writable. Sections that @address does not know lie at 0.
 * False with a message when the machine's relocations are not known or the file
 * is damaged.
 */
bool elf_relocate(struct elf_file *e, struct elf_handle *h, section_address_fn *address, void *context);

#endif
