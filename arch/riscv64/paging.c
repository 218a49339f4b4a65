/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of the RISC-V privileged architecture, 10.3 to 10.6 (Sv39, Sv48,
 * Sv57), with Svnapot and Svpbmt, as Linux uses them (arch/riscv/include/asm/pgtable-64.h).
 */
#include "riscv64.h"

enum {
	ENTRY_VALID = 1 << 0,
	ENTRY_LEAF_BITS = 7 << 1, /* R, W, X: any of them makes a leaf, at every level */
	PFN_SHIFT = 10,
	PAGE_SHIFT = 12,
	NAPOT_BITS = 4, /* the only range that Svnapot defines: 64 KB */
};
#define PFN_MASK 0x003ffffffffffc00
#define ENTRY_N  (1ULL << 63)

/*
 * PROT_NONE pages are not valid (bit 5 marks them): they map nothing here, as
 * swap entries do. Bits 54 to 63 are no part of the address: Svpbmt's memory
 * type (62, 61), Svnapot's N (63), or T-Head's own memory type in 59 to 63.
 */
static struct entry decode(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, (value & PFN_MASK) >> PFN_SHIFT << PAGE_SHIFT, 0};
	bool last = level + 1U == form->levels;

	if (!(value & ENTRY_VALID))
		return e;
	if (!(value & ENTRY_LEAF_BITS)) {
		e.kind = last ? ENTRY_NONE : ENTRY_TABLE;
		return e;
	}
	e.kind = ENTRY_LEAF;
	/* The low bits of a range's frame number tell its size: 1000 is 16 pages. */
	if (last && value & ENTRY_N && (value >> PFN_SHIFT & 0xf) == 0x8)
		e.leaf_shift = PAGE_SHIFT + NAPOT_BITS;
	return e;
}

static const struct flag_name flags[] = {
	{1 << 0, 1 << 0, "PRESENT"},      {1 << 1, 1 << 1, "READ"},
	{1 << 2, 1 << 2, "WRITE"},        {1 << 3, 1 << 3, "EXEC"},
	{1 << 4, 1 << 4, "USER"},         {1 << 5 | 1, 1 << 5 | 1, "GLOBAL"},
	{1 << 5 | 1, 1 << 5, "PROTNONE"}, {1 << 6, 1 << 6, "ACCESSED"},
	{1 << 7, 1 << 7, "DIRTY"},        {1 << 8, 1 << 8, "SOFT"},
	{1ULL << 61, 1ULL << 61, "NC"},   {1ULL << 62, 1ULL << 62, "IO"},
	{ENTRY_N, ENTRY_N, "NAPOT"},      {0, 0, NULL},
};

#define FORM_COMMON                                                                                          \
	.entry_size = 8, .page_shift = PAGE_SHIFT, .order = ORDER_LITTLE, .address_mask = PFN_MASK,          \
	.decode = decode, .flags = flags

const struct page_form riscv64_sv39 = {
	.name = "Sv39",
	.levels = 3,
	.level_name = {"PGD", "PMD", "PTE"},
	.index_bits = {9, 9, 9},
	FORM_COMMON,
};

const struct page_form riscv64_sv48 = {
	.name = "Sv48",
	.levels = 4,
	.level_name = {"PGD", "PUD", "PMD", "PTE"},
	.index_bits = {9, 9, 9, 9},
	FORM_COMMON,
};

const struct page_form riscv64_sv57 = {
	.name = "Sv57",
	.levels = 5,
	.level_name = {"PGD", "P4D", "PUD", "PMD", "PTE"},
	.index_bits = {9, 9, 9, 9, 9},
	FORM_COMMON,
};

unsigned riscv64_va_bits(const struct page_form *form)
{
	return PAGE_SHIFT + 9U * form->levels;
}

uint64_t riscv64_user_last(const struct page_form *form)
{
	return (1ULL << (riscv64_va_bits(form) - 1)) - 1;
}
