/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ELF file that carries symbols or debug information: a vmlinux, a module, a separate debug file. */
#ifndef DEBUGINFO_ELF_FILE_H
#define DEBUGINFO_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct elf_file;

struct elf_section {
	const char *name;
	uint32_t type;
	uint64_t flags, address, size;
	uint64_t offset;
	uint64_t entry_size, alignment;
	uint32_t link, info;
	size_t index;
};

/* NULL with a message that names the file. Checks that the machine, class and tables are sane. */
struct elf_file *elf_file_open(const char *path);
void elf_file_close(struct elf_file *e);
const char *elf_file_path(const struct elf_file *e);
uint16_t elf_file_machine(const struct elf_file *e); /* EM_* */
uint32_t elf_file_flags(const struct elf_file *e);   /* EF_* */
uint16_t elf_file_type(const struct elf_file *e);    /* ET_* */
uint8_t elf_file_word_size(const struct elf_file *e);
enum byte_order elf_file_order(const struct elf_file *e);
/* GNU build-id as lower-case hexadecimal, or NULL. */
const char *elf_file_build_id(struct elf_file *e);
bool elf_file_section(struct elf_file *e, const char *name, struct elf_section *section);
size_t elf_file_sections(struct elf_file *e, const struct elf_section **list);
/* Contents, decompressed when the section is compressed; NULL with a message. Lives as long as the file. */
const uint8_t *elf_file_data(struct elf_file *e, const struct elf_section *section, size_t *size);
/*
 * The file's bytes of @size at link-time address @address; NULL if not there. Goes by the sections (in a
 * separate debug file the program headers promise bytes that were left out), and by the program headers of a
 * file without sections.
 */
const uint8_t *elf_file_at_address(struct elf_file *e, uint64_t address, size_t size);
bool elf_file_has_symbols(struct elf_file *e);
/* .debug_info with contents. */
bool elf_file_has_dwarf(struct elf_file *e);
/*
 * Link-time address of a symbol, by a scan of the symbol table (about half a millisecond for a vmlinux):
 * for the few symbols that must be known before the slide is. Global symbols win. False without a message.
 */
bool elf_file_symbol(struct elf_file *e, const char *name, uint64_t *address);
/* The text "Linux version ..." of linux_banner without its newline, or NULL. Needs no symbols. */
const char *elf_file_banner(struct elf_file *e);

#endif
