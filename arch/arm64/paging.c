/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMSAv8-64 translation tables (Arm ARM, D8.3) as Linux uses them
 * (arch/arm64/include/asm/pgtable-hwdef.h). The granule says how many bits a
 * level resolves; the root level takes what is left of the virtual address.
 */
#include "arm64.h"

enum {
	ENTRY_VALID = 1 << 0,
	ENTRY_TABLE_BIT = 1 << 1, /* in the last level: set for every page */
};

/* Bits of an entry that hold address bits 51:48 (64K pages) or 51:50 (LPA2). */
#define HIGH_64K  0xf000ULL
#define HIGH_LPA2 0x300ULL

/*
 * An entry that is not valid maps nothing here, although Linux keeps something in it: swap entries,
 * PROT_NONE pages. The contiguous bit is only a hint: each entry of such a group has its whole address.
 */
static struct entry decode(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask & ~((1ULL << form->page_shift) - 1), 0};
	unsigned above_pte = form->levels - 1U - level;
	bool lpa2 = (form->address_mask & HIGH_LPA2) == HIGH_LPA2;
	/* The highest level with blocks: 1G of 4K pages, 32M, and 4T of 64K pages; one more with LPA2. */
	unsigned block = (form->page_shift == 14 ? 1 : 2) + lpa2;

	if (form->page_shift == 16)
		e.address |= (value & form->address_mask & HIGH_64K) << 36;
	else
		e.address |= (value & form->address_mask & HIGH_LPA2) << 42;
	if (!(value & ENTRY_VALID))
		return e;
	if (above_pte == 0)
		e.kind = value & ENTRY_TABLE_BIT ? ENTRY_LEAF : ENTRY_NONE;
	else if (value & ENTRY_TABLE_BIT)
		e.kind = ENTRY_TABLE;
	else if (above_pte <= block)
		e.kind = ENTRY_LEAF;
	return e;
}

/* pgtable-hwdef.h and pgtable-prot.h; with LPA2 bits 8 and 9 are address bits instead. */
#define LOW_FLAGS                                                                                            \
	{1 << 0, 1 << 0, "VALID"}, {1 << 6, 1 << 6, "USER"},                                                 \
	{                                                                                                    \
		1 << 7, 1 << 7, "RDONLY"                                                                     \
	}
#define HIGH_FLAGS                                                                                           \
	{1 << 10, 1 << 10, "AF"}, {1 << 11, 1 << 11, "NG"}, {1ULL << 50, 1ULL << 50, "GP"},                  \
		{1ULL << 51, 1ULL << 51, "DBM"}, {1ULL << 52, 1ULL << 52, "CONT"},                           \
		{1ULL << 53, 1ULL << 53, "PXN"}, {1ULL << 54, 1ULL << 54, "UXN"},                            \
		{1ULL << 55, 1ULL << 55, "DIRTY"}, {1ULL << 56, 1ULL << 56, "SPECIAL"},                      \
	{                                                                                                    \
		0, 0, NULL                                                                                   \
	}

const struct flag_name arm64_flags[] = {LOW_FLAGS, {3 << 8, 3 << 8, "SHARED"}, HIGH_FLAGS};
static const struct flag_name lpa2_flags[] = {LOW_FLAGS, HIGH_FLAGS};

static void name_levels(struct page_form *form)
{
	static const char *const names[5][5] = {
		{"PTE"},
		{"PGD", "PTE"},
		{"PGD", "PMD", "PTE"},
		{"PGD", "PUD", "PMD", "PTE"},
		{"PGD", "P4D", "PUD", "PMD", "PTE"},
	};

	for (unsigned i = 0; i < form->levels; i++)
		form->level_name[i] = names[form->levels - 1][i];
}

/*
 * 64K kernels for 52 bits keep the layout of their tables on a machine with 48 (c812026c54cf, 5.4);
 * those with 4K and 16K pages leave out a level (0dd4f60a2c76, 6.9).
 */
void arm64_form(struct target *t, const struct arm64_va *va, struct page_form *form)
{
	unsigned bits = va->page_shift == 16 ? va->bits : va->actual, per_level = va->page_shift - 3U;
	bool lpa2 = va->page_shift != 16 && va->actual == 52;
	uint64_t mask;

	*form = (struct page_form){
		.entry_size = 8,
		.page_shift = va->page_shift,
		.order = t->order,
		.decode = decode,
		.flags = lpa2 ? lpa2_flags : arm64_flags,
	};
	bits -= va->page_shift;
	form->levels = (uint8_t)((bits + per_level - 1) / per_level);
	for (unsigned i = form->levels; i-- > 0; bits -= form->index_bits[i])
		form->index_bits[i] = (uint8_t)(bits < per_level ? bits : per_level);
	mask = (1ULL << (lpa2 ? 50 : 48)) - (1ULL << va->page_shift);
	form->address_mask = mask | (lpa2 ? HIGH_LPA2 : va->page_shift == 16 ? HIGH_64K : 0);
	name_levels(form);
	form->name = arena_printf(t->arena, "arm64 %uK %u-level%s", 1U << (va->page_shift - 10), form->levels,
				  lpa2 ? " (LPA2)" : "");
}
