/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of ARMv7-A (ARM ARM, B3.5 short descriptors, B3.6 long descriptors)
 * as Linux uses them (arch/arm/include/asm/pgtable-2level.h and pgtable-3level.h).
 */
#include "arm.h"

/* Bits 1 and 0 of a first-level short descriptor. 3 is a section too, with "privileged execute never". */
enum { SHORT_FAULT = 0, SHORT_TABLE = 1, SHORT_TYPE = 3 };
enum { SUPERSECTION = 1 << 18, SUPERSECTION_SHIFT = 24 };

/* A first-level entry; its second level begins at the hardware's table. */
static struct entry first_level(uint32_t value)
{
	struct entry e = {ENTRY_NONE, 0, 0};

	switch (value & SHORT_TYPE) {
	case SHORT_FAULT: break;
	case SHORT_TABLE:
		e.kind = ENTRY_TABLE;
		e.address = value & 0xfffffc00;
		break;
	default:
		e.kind = ENTRY_LEAF;
		if (value & SUPERSECTION) {
			/* 16 MB; PA[35:32] are bits 23 to 20, PA[39:36] bits 8 to 5 */
			e.leaf_shift = SUPERSECTION_SHIFT;
			e.address = (value & 0xff000000) | (uint64_t)(value >> 20 & 0xf) << 32 |
				    (uint64_t)(value >> 5 & 0xf) << 36;
		} else {
			e.address = value & 0xfff00000;
		}
		break;
	}
	return e;
}

/*
 * The hardware's entry of a page is zero until the page was accessed, for Linux
 * keeps "young" and "dirty" of its own: a page of tables is two of the
 * hardware's and the two of Linux's that they are made from, half a page away.
 * Linux's come first since d30e45eeabef (2.6.38); before, the hardware's did.
 */
enum { LINUX_HALF = 2048 };

enum { LINUX_PRESENT = 1 << 0 };

static struct entry decode_linux(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e;

	(void)form;
	if (level > 0)
		return (struct entry){value & LINUX_PRESENT ? ENTRY_LEAF : ENTRY_NONE, value & 0xfffff000, 0};
	e = first_level((uint32_t)value);
	if (e.kind == ENTRY_TABLE)
		e.address ^= LINUX_HALF;
	return e;
}

/* What the hardware sees: the same tables in the dump of something that is not Linux's, -m vm=hardware. */
static struct entry decode_hardware(const struct page_form *form, unsigned level, uint64_t value)
{
	(void)form;
	if (level == 0)
		return first_level((uint32_t)value);
	switch (value & SHORT_TYPE) {
	case 0: return (struct entry){ENTRY_NONE, 0, 0};
	case 1: return (struct entry){ENTRY_LEAF, value & 0xffff0000, 16};
	default: return (struct entry){ENTRY_LEAF, value & 0xfffff000, 0};
	}
}

/* arch/arm/include/asm/pgtable-2level.h, L_PTE_*. */
static const struct flag_name linux_flags[] = {
	{1 << 0, 1 << 0, "PRESENT"},  {1 << 1, 1 << 1, "YOUNG"},  {1 << 6, 1 << 6, "DIRTY"},
	{1 << 7, 1 << 7, "RDONLY"},   {1 << 8, 1 << 8, "USER"},   {1 << 9, 1 << 9, "XN"},
	{1 << 10, 1 << 10, "SHARED"}, {1 << 11, 1 << 11, "NONE"}, {0, 0, NULL},
};

static const struct flag_name hardware_flags[] = {
	{2, 2, "SMALL"},
	{3, 1, "LARGE"},
	{1 << 2, 1 << 2, "B"},
	{1 << 3, 1 << 3, "C"},
	{3, 3, "XN"},
	{1 << 9, 1 << 9, "RDONLY"},
	{1 << 10, 1 << 10, "SHARED"},
	{1 << 11, 1 << 11, "NG"},
	{0, 0, NULL},
};

/* arch/arm/include/asm/pgtable-2level-hwdef.h, PMD_SECT_*. */
static const struct flag_name section_flags[] = {
	{2, 2, "SECTION"},
	{1 << 18, 1 << 18, "SUPER"},
	{1 << 2, 1 << 2, "BUFFERABLE"},
	{1 << 3, 1 << 3, "CACHEABLE"},
	{1 << 4, 1 << 4, "XN"},
	{1 << 10, 1 << 10, "AP_WRITE"},
	{1 << 11, 1 << 11, "AP_READ"},
	{1 << 15, 1 << 15, "APX"},
	{1 << 16, 1 << 16, "SHARED"},
	{1 << 17, 1 << 17, "NG"},
	{0, 0, NULL},
};

const struct page_form arm_short = {
	.name = "ARM short descriptors",
	.entry_size = 4,
	.levels = 2,
	.level_name = {"PGD", "PTE"},
	.index_bits = {12, 8},
	.page_shift = 12,
	.order = ORDER_LITTLE,
	.decode = decode_linux,
	.flags = linux_flags,
	.block_flags = section_flags,
};

const struct page_form arm_hardware = {
	.name = "ARM short descriptors (hardware tables)",
	.entry_size = 4,
	.levels = 2,
	.level_name = {"PGD", "PTE"},
	.index_bits = {12, 8},
	.page_shift = 12,
	.order = ORDER_LITTLE,
	.decode = decode_hardware,
	.flags = hardware_flags,
	.block_flags = section_flags,
};

/* Bit 0 says valid; pages of PROT_NONE keep bit 1 and have bit 57 set instead (L_PTE_NONE). */
enum { LPAE_VALID = 1, LPAE_TABLE = 2 };
#define LPAE_NONE (1ULL << 57)

static struct entry decode_lpae(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};

	if (level == 2) {
		if ((value & LPAE_TABLE) && (value & LPAE_VALID || value & LPAE_NONE))
			e.kind = ENTRY_LEAF;
	} else if (value & LPAE_VALID) {
		/* blocks of 1 GB and 2 MB: PMD_SECT_* of pgtable-3level-hwdef.h */
		e.kind = value & LPAE_TABLE ? ENTRY_TABLE : ENTRY_LEAF;
	}
	return e;
}

/* arch/arm/include/asm/pgtable-3level.h, L_PTE_*. */
static const struct flag_name lpae_flags[] = {
	{3, 3, "PRESENT"},
	{1 << 6, 1 << 6, "USER"},
	{1 << 7, 1 << 7, "RDONLY"},
	{3 << 8, 3 << 8, "SHARED"},
	{1 << 10, 1 << 10, "YOUNG"},
	{1 << 11, 1 << 11, "NG"},
	{1ULL << 54, 1ULL << 54, "XN"},
	{1ULL << 55, 1ULL << 55, "DIRTY"},
	{1ULL << 56, 1ULL << 56, "SPECIAL"},
	{LPAE_NONE, LPAE_NONE, "NONE"},
	{0, 0, NULL},
};

const struct page_form arm_lpae = {
	.name = "ARM LPAE 3-level",
	.entry_size = 8,
	.levels = 3,
	.level_name = {"PGD", "PMD", "PTE"},
	.index_bits = {2, 9, 9},
	.page_shift = 12,
	.order = ORDER_LITTLE,
	.address_mask = 0xfffffff000,
	.decode = decode_lpae,
	.flags = lpae_flags,
};
