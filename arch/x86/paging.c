/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 32-bit paging and PAE paging (Intel SDM 3A, 4.3 and 4.4) as Linux uses them
 * (arch/x86/include/asm/pgtable_types.h).
 */
#include "x86.h"

enum {
	ENTRY_PRESENT = 1 << 0,
	ENTRY_PSE = 1 << 7, /* above the PTE: a large page; in a PTE it is the PAT bit */
};

/*
 * A large page has 4 MB; bits 13 to 20 of its entry are bits 32 to 39 of the address (PSE-36; where a CPU has
 * none, they are zero).
 */
static struct entry decode_2level(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};

	if (!(value & ENTRY_PRESENT))
		return e;
	e.kind = level == 1 || value & ENTRY_PSE ? ENTRY_LEAF : ENTRY_TABLE;
	if (level == 0 && value & ENTRY_PSE)
		e.address = (value & 0xffc00000) | (value & 0x1fe000) << 19;
	return e;
}

/* The four entries of the root have no bit for large pages: 2 MB is the only size beside 4 KB. */
static struct entry decode_pae(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};

	if (!(value & ENTRY_PRESENT))
		return e;
	e.kind = level == 2 || (level == 1 && value & ENTRY_PSE) ? ENTRY_LEAF : ENTRY_TABLE;
	return e;
}

static const struct flag_name flags[] = {
	{1 << 0, 1 << 0, "PRESENT"},      {1 << 1, 1 << 1, "RW"},         {1 << 2, 1 << 2, "USER"},
	{1 << 3, 1 << 3, "PWT"},          {1 << 4, 1 << 4, "PCD"},        {1 << 5, 1 << 5, "ACCESSED"},
	{1 << 6, 1 << 6, "DIRTY"},        {1 << 7, 1 << 7, "PSE"},        {1 << 8 | 1, 1 << 8 | 1, "GLOBAL"},
	{1 << 8 | 1, 1 << 8, "PROTNONE"}, {1ULL << 63, 1ULL << 63, "NX"}, {0, 0, NULL},
};

const struct page_form x86_2level = {
	.name = "x86 2-level",
	.entry_size = 4,
	.levels = 2,
	.level_name = {"PGD", "PTE"},
	.index_bits = {10, 10},
	.page_shift = 12,
	.order = ORDER_LITTLE,
	.address_mask = 0xfffff000,
	.decode = decode_2level,
	.flags = flags,
};

const struct page_form x86_pae = {
	.name = "x86 PAE",
	.entry_size = 8,
	.levels = 3,
	.level_name = {"PGD", "PMD", "PTE"},
	.index_bits = {2, 9, 9},
	.page_shift = 12,
	.order = ORDER_LITTLE,
	.address_mask = 0x000ffffffffff000,
	.decode = decode_pae,
	.flags = flags,
};
