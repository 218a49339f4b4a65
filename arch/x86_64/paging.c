/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables in long mode (Intel SDM 3A, 4.5; AMD64 APM 2, 5.3) as Linux uses
 * them (arch/x86/include/asm/pgtable_types.h).
 */
#include "x86_64.h"

enum {
	ENTRY_PRESENT = 1 << 0,
	ENTRY_PSE = 1 << 7, /* in a PMD or PUD: a large page; in a PTE it is the PAT bit */
};

/*
 * Entries that are not present map nothing here, although Linux keeps something
 * in them: swap entries, migration entries, and PROT_NONE pages, whose frame
 * number is stored inverted since 6b28baca9b1f (4.19).
 */
static struct entry decode(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};
	unsigned above_pte = form->levels - 1U - level;

	if (!(value & ENTRY_PRESENT))
		return e;
	if (above_pte == 0)
		e.kind = ENTRY_LEAF;
	else if (!(value & ENTRY_PSE))
		e.kind = ENTRY_TABLE;
	else if (above_pte <= 2)
		e.kind = ENTRY_LEAF; /* 2 MB or 1 GB; PSE is reserved further up */
	return e;
}

const struct flag_name x86_64_flags[] = {
	{1 << 0, 1 << 0, "PRESENT"},      {1 << 1, 1 << 1, "RW"},         {1 << 2, 1 << 2, "USER"},
	{1 << 3, 1 << 3, "PWT"},          {1 << 4, 1 << 4, "PCD"},        {1 << 5, 1 << 5, "ACCESSED"},
	{1 << 6, 1 << 6, "DIRTY"},        {1 << 7, 1 << 7, "PSE"},        {1 << 8 | 1, 1 << 8 | 1, "GLOBAL"},
	{1 << 8 | 1, 1 << 8, "PROTNONE"}, {1ULL << 63, 1ULL << 63, "NX"}, {0, 0, NULL},
};

#define ADDRESS_BITS 0x000ffffffffff000

const struct page_form x86_64_4level = {
	.name = "x86_64 4-level",
	.entry_size = 8,
	.levels = 4,
	.level_name = {"PGD", "PUD", "PMD", "PTE"},
	.index_bits = {9, 9, 9, 9},
	.page_shift = 12,
	.order = ORDER_LITTLE,
	.address_mask = ADDRESS_BITS,
	.decode = decode,
	.flags = x86_64_flags,
};

const struct page_form x86_64_5level = {
	.name = "x86_64 5-level",
	.entry_size = 8,
	.levels = 5,
	.level_name = {"PGD", "P4D", "PUD", "PMD", "PTE"},
	.index_bits = {9, 9, 9, 9, 9},
	.page_shift = 12,
	.order = ORDER_LITTLE,
	.address_mask = ADDRESS_BITS,
	.decode = decode,
	.flags = x86_64_flags,
};

uint64_t x86_64_user_last(bool five_level)
{
	return (1ULL << (five_level ? 56 : 47)) - 1;
}

uint64_t x86_64_kernel_half(bool five_level)
{
	return ~x86_64_user_last(five_level);
}
