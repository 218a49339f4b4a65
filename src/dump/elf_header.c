/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dump/elf_header.h"

#include <string.h>

bool elf_header_parse(const uint8_t *head, size_t n, struct elf_header *h)
{
	struct cursor c;

	*h = (struct elf_header){0};
	/* EI_CLASS 1 or 2, EI_DATA 1 or 2, EI_VERSION 1 */
	if (n < 16 || memcmp(head, "\177ELF", 4) != 0 || head[4] < 1 || head[4] > 2 || head[5] < 1 ||
	    head[5] > 2 || head[6] != 1)
		return false;
	h->word_size = head[4] == 2 ? 8 : 4;
	h->order = head[5] == 2 ? ORDER_BIG : ORDER_LITTLE;
	c = cursor_over(head, n, h->order, h->word_size);
	cursor_take(&c, 16);
	h->type = cursor_u16(&c);
	h->machine = cursor_u16(&c);
	cursor_u32(&c);  /* e_version */
	cursor_word(&c); /* e_entry */
	h->phoff = cursor_word(&c);
	h->shoff = cursor_word(&c);
	h->flags = cursor_u32(&c);
	cursor_u16(&c); /* e_ehsize */
	h->phentsize = cursor_u16(&c);
	h->phnum = cursor_u16(&c);
	h->shentsize = cursor_u16(&c);
	return !c.failed;
}

size_t elf_segment_size(const struct elf_header *h)
{
	return h->word_size == 8 ? 56 : 32;
}

size_t elf_section_size(const struct elf_header *h)
{
	return h->word_size == 8 ? 64 : 40;
}

struct elf_segment elf_segment_parse(const struct elf_header *h, const uint8_t *bytes)
{
	struct cursor c = cursor_over(bytes, elf_segment_size(h), h->order, h->word_size);
	struct elf_segment s = {.type = cursor_u32(&c)};

	if (h->word_size == 8)
		cursor_u32(&c); /* p_flags; the 32-bit class has it further on */
	s.offset = cursor_word(&c);
	s.vaddr = cursor_word(&c);
	s.paddr = cursor_word(&c);
	s.filesz = cursor_word(&c);
	s.memsz = cursor_word(&c);
	return s;
}

uint32_t elf_section_info(const struct elf_header *h, const uint8_t *bytes)
{
	return get_u32(bytes + (h->word_size == 8 ? 44 : 28), h->order);
}
