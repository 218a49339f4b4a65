/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dynamic address translation (z/Architecture Principles of Operation, chapter 3,
 * "Translation Tables") as Linux uses it (arch/s390/include/asm/pgtable.h). The root
 * table may be of any type but a page table: 2 to 5 levels.
 */
#include "s390x.h"

enum {
	TABLE_TYPE = 0xc,     /* TT, of region and segment entries: 3 region-first ... 0 segment */
	TABLE_INVALID = 0x20, /* I */
	TABLE_FIRST = 0xc0,   /* TF, of region entries: blocks of 512 entries that the next table lacks */
	TABLE_LENGTH = 0x3,   /* TL: blocks of the next table, less one */
	TABLE_LARGE = 0x400,  /* FC, of region-third and segment entries: EDAT */
	BLOCK = 512,
	PAGE_INVALID = 0x400,
	PAGE_ZERO = 0x800,       /* must be zero */
	PAGE_SOFT_PRESENT = 0x1, /* what Linux keeps in bits that the machine ignores, since 3.12 */
	PAGE_SOFT_READ = 0x10,
};

/* The page table's entries: pages that Linux has not seen used for a while are invalid, but there. */
static struct entry page_entry(uint64_t value)
{
	const uint64_t soft = PAGE_SOFT_PRESENT | PAGE_SOFT_READ;
	struct entry e = {.address = value & ~0xfffULL};

	if (!(value & PAGE_ZERO) && (!(value & PAGE_INVALID) || (value & soft) == soft))
		e.kind = ENTRY_LEAF;
	return e;
}

static struct entry decode(const struct page_form *form, unsigned level, uint64_t value)
{
	unsigned above_page = form->levels - 1U - level; /* 1: a segment entry */
	struct entry e = {0};

	if (above_page == 0)
		return page_entry(value);
	if (value & TABLE_INVALID || (value & TABLE_TYPE) >> 2 != above_page - 1)
		return e;
	if (above_page <= 2 && value & TABLE_LARGE) {
		e.kind = ENTRY_LEAF; /* 1 MB or 2 GB; the low bits say other things */
		e.address = value & ~0xfffULL;
		return e;
	}
	e.kind = ENTRY_TABLE;
	if (above_page == 1) {
		e.address = value & ~0x7ffULL;
		return e;
	}
	e.address = value & ~0xfffULL;
	return e;
}

/* Region entries tell which blocks of the next table there are. */
static bool is_beyond(const struct page_form *form, unsigned level, uint64_t value, uint64_t index)
{
	unsigned above_page = form->levels - 1U - level;

	return above_page >= 2 &&
	       (index / BLOCK < (value & TABLE_FIRST) >> 6 || index / BLOCK > (value & TABLE_LENGTH));
}

/* Bits that mean the same in page, segment and region entries. */
static const struct flag_name flags[] = {
	{0x200, 0x200, "PROTECTION"}, {0x100, 0x100, "NOEXEC"}, {0, 0, NULL}};

#define FORM_COMMON                                                                                          \
	.entry_size = 8, .page_shift = 12, .order = ORDER_BIG, .address_mask = ~0xfffULL, .decode = decode,  \
	.is_beyond = is_beyond, .flags = flags

const struct page_form s390x_forms[4] = {
	{
		.name = "segment table, 2 levels",
		.levels = 2,
		.level_name = {"STE", "PTE"},
		.index_bits = {11, 8},
		FORM_COMMON,
	},
	{
		.name = "region-third table, 3 levels",
		.levels = 3,
		.level_name = {"RTTE", "STE", "PTE"},
		.index_bits = {11, 11, 8},
		FORM_COMMON,
	},
	{
		.name = "region-second table, 4 levels",
		.levels = 4,
		.level_name = {"RSTE", "RTTE", "STE", "PTE"},
		.index_bits = {11, 11, 11, 8},
		FORM_COMMON,
	},
	{
		.name = "region-first table, 5 levels",
		.levels = 5,
		.level_name = {"RFTE", "RSTE", "RTTE", "STE", "PTE"},
		.index_bits = {11, 11, 11, 11, 8},
		FORM_COMMON,
	},
};

const struct page_form *s390x_form_of_entry(uint64_t entry)
{
	return &s390x_forms[(entry & TABLE_TYPE) >> 2];
}

uint64_t s390x_last(const struct page_form *form)
{
	unsigned bits = 20 + 11U * (form->levels - 1U);

	return bits >= 64 ? UINT64_MAX : (1ULL << bits) - 1;
}
