/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF headers of either class and byte order (System V gABI, chapters 4 and 5). */
#ifndef DUMP_ELF_HEADER_H
#define DUMP_ELF_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { ELF_ET_REL = 1, ELF_ET_EXEC = 2, ELF_ET_DYN = 3, ELF_ET_CORE = 4 };
enum { ELF_PT_LOAD = 1, ELF_PT_INTERP = 3, ELF_PT_NOTE = 4 };
enum { ELF_PN_XNUM = 0xffff };
enum { ELF_HEADER_SIZE = 64 }; /* of the larger class */

struct elf_header {
	enum byte_order order;
	uint8_t word_size; /* 4 or 8, the class */
	uint16_t type, machine;
	uint32_t flags;
	uint64_t phoff, shoff;
	uint16_t phentsize, phnum; /* as stored: PN_XNUM sends to section 0 */
	uint16_t shentsize;
};

struct elf_segment {
	uint32_t type;
	uint64_t offset, vaddr, paddr, filesz, memsz;
};

/* False without a message when the bytes are no ELF header. */
bool elf_header_parse(const uint8_t *head, size_t n, struct elf_header *h);
/* Bytes of one program or section header as the class has it. */
size_t elf_segment_size(const struct elf_header *h);
size_t elf_section_size(const struct elf_header *h);
/* @bytes are those of one program header. */
struct elf_segment elf_segment_parse(const struct elf_header *h, const uint8_t *bytes);
/* sh_info of a section header: the number of segments when phnum is PN_XNUM. */
uint32_t elf_section_info(const struct elf_header *h, const uint8_t *bytes);

#endif
