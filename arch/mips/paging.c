/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of Linux on MIPS. The hardware knows none: the kernel's TLB refill
 * code walks them (arch/mips/mm/tlbex.c), so what an entry looks like is the
 * kernel's own matter, and its configuration's (arch/mips/include/asm/pgtable-bits.h,
 * pgtable-32.h, pgtable-64.h). Upper levels hold addresses of tables in an
 * unmapped segment; where nothing is mapped, of a table of zeros.
 */
#include "mips.h"

#include <string.h>

enum {
	PHYS64_PRESENT = 6, /* in pte_low */
	PHYS64_PFN = 6,     /* in pte_high; with pages of 4K */
	XPA_PRESENT = 24,
	XPA_PFN = 8,
};

/* struct { unsigned long pte_low, pte_high; } in either byte order. */
static void halves(const struct page_form *form, uint64_t value, uint32_t *low, uint32_t *high)
{
	*low = (uint32_t)(form->order == ORDER_BIG ? value >> 32 : value);
	*high = (uint32_t)(form->order == ORDER_BIG ? value : value >> 32);
}

static struct entry decode_leaf(const struct mips_form *f, uint64_t value)
{
	struct entry e = {ENTRY_NONE, 0, 0};
	uint64_t pfn;
	uint32_t low, high;
	bool present;

	halves(&f->form, value, &low, &high);
	switch (f->pte) {
	case MIPS_PTE_PHYS64:
		present = low >> PHYS64_PRESENT & 1;
		pfn = high >> PHYS64_PFN;
		break;
	case MIPS_PTE_XPA:
		present = low >> XPA_PRESENT & 1;
		pfn = high >> XPA_PFN | (uint64_t)(low & ((1U << XPA_PRESENT) - 1)) << XPA_PRESENT;
		break;
	default:
		present = value & 1;
		pfn = value >> f->pfn_shift;
		break;
	}
	if (present) {
		e.kind = ENTRY_LEAF;
		e.address = pfn << f->form.page_shift;
	}
	return e;
}

/*
 * An entry of an upper level is the address of a table, which begins a page; a
 * large page has its flags there, in the level above the last only.
 */
static struct entry decode(const struct page_form *form, unsigned level, uint64_t value)
{
	const struct mips_form *f = (const struct mips_form *)form;
	struct entry e = {ENTRY_NONE, 0, 0};

	if (level + 1U == form->levels)
		return decode_leaf(f, value);
	if ((value & ((1ULL << form->page_shift) - 1)) == 0) {
		if (mips_unmapped(form->entry_size, value, &e.address))
			e.kind = ENTRY_TABLE;
		return e;
	}
	if (level + 2U == form->levels && f->pte == MIPS_PTE_WORD)
		return decode_leaf(f, value);
	return e;
}

static unsigned table_bits(const struct page_form *form)
{
	return form->page_shift - (form->entry_size == 8 ? 3 : 2);
}

void mips_form_init(struct mips_form *f, const struct target *t, enum mips_pte pte, unsigned pgd_bits,
		    unsigned levels, unsigned pfn_shift)
{
	static const char *const names[] = {"PGD", "PUD", "PMD", "PTE"};
	struct page_form *form = &f->form;

	memset(f, 0, sizeof *f);
	f->pte = pte;
	f->pfn_shift = (uint8_t)pfn_shift;
	form->name = levels == 2 ? "MIPS 2-level" : levels == 3 ? "MIPS 3-level" : "MIPS 4-level";
	form->entry_size = t->word_size;
	form->leaf_entry_size = pte == MIPS_PTE_WORD ? t->word_size : 8;
	form->levels = (uint8_t)levels;
	form->page_shift = t->page_shift;
	form->order = t->order;
	form->address_mask = ~0ULL;
	form->decode = decode;
	form->flags = f->flags;
	for (unsigned i = 0; i < levels; i++) {
		/* PGD, then the lowest of the others: two levels are PGD and PTE. */
		form->level_name[i] = names[i ? i + 4 - levels : 0];
		form->index_bits[i] = (uint8_t)table_bits(form);
	}
	form->index_bits[0] = (uint8_t)pgd_bits;
	/* 32 bits are shared between the two; the table of entries may be half used
	 * (CONFIG_MIPS_HUGE_TLB_SUPPORT). */
	if (t->word_size == 4)
		form->index_bits[1] = (uint8_t)(32 - t->page_shift - pgd_bits);
	mips_form_flags(f, 0);
}

static void flag(struct mips_form *f, size_t *n, unsigned bit, const char *name)
{
	uint64_t mask = 1ULL << bit;

	if (f->pte != MIPS_PTE_WORD && f->form.order == ORDER_BIG)
		mask = mask << 32 | mask >> 32;
	f->flags[(*n)++] = (struct flag_name){mask, mask, name};
}

/*
 * enum pgtable_bits of 6.1. Between the software's bits and the hardware's (DIRTY, VALID and GLOBAL stand
 * right below the cache's three) lie those that only some kernels have. The first that a page of the kernel
 * has set above ACCESSED and MODIFIED is GLOBAL.
 */
static void word_flags(struct mips_form *f, uint64_t kernel_pte)
{
	static const char *const rixi[] = {"PRESENT", "WRITE", "ACCESSED", "MODIFIED"};
	static const char *const classic[] = {"PRESENT", "NO_READ", "WRITE", "ACCESSED", "MODIFIED"};
	unsigned cache = f->pfn_shift - (f->form.page_shift - 12U) - 3, global = cache - 3, bit = 0, spare;
	bool has_rixi = kernel_pte ? kernel_pte & 2 : global >= 6;
	bool r3k = f->pfn_shift == f->form.page_shift && kernel_pte && !(kernel_pte & 0xe2);
	size_t n = 0;

	if (r3k)
		global = 8;
	for (; bit < (has_rixi ? 4 : 5); bit++)
		flag(f, &n, bit, has_rixi ? rixi[bit] : classic[bit]);
	spare = global > bit ? global - bit : 0;
	if (has_rixi && spare >= 2)
		spare -= 2;
	/* one of them alone is HUGE on 64-bit kernels without pte_special(), SPECIAL elsewhere */
	if (!r3k && (spare >= 2 || (spare == 1 && f->form.entry_size == 8)))
		flag(f, &n, bit, "HUGE");
	if (!r3k && (spare >= 2 || (spare == 1 && f->form.entry_size == 4)))
		flag(f, &n, bit + spare - 1, "SPECIAL");
	if (has_rixi && global >= 6) {
		flag(f, &n, global - 2, "NO_EXEC");
		flag(f, &n, global - 1, "NO_READ");
	}
	flag(f, &n, global, "GLOBAL");
	flag(f, &n, global + 1, "VALID");
	flag(f, &n, global + 2, "DIRTY");
	f->flags[n] = (struct flag_name){0, 0, NULL};
}

void mips_form_flags(struct mips_form *f, uint64_t kernel_pte)
{
	static const char *const software[] = {"PRESENT", "NO_READ", "WRITE", "ACCESSED", "MODIFIED"};
	static const char *const hardware[] = {"GLOBAL", "VALID", "DIRTY"};
	static const char *const xpa_software[] = {"PRESENT", "WRITE", "ACCESSED", "MODIFIED"};
	static const char *const xpa_hardware[] = {"NO_EXEC", "NO_READ", "GLOBAL", "VALID", "DIRTY"};
	size_t n = 0;

	switch (f->pte) {
	case MIPS_PTE_WORD: word_flags(f, kernel_pte); return;
	case MIPS_PTE_PHYS64:
		for (unsigned i = 0; i < 5; i++)
			flag(f, &n, PHYS64_PRESENT + i, software[i]);
		for (unsigned i = 0; i < 3; i++)
			flag(f, &n, 32 + i, hardware[i]);
		break;
	case MIPS_PTE_XPA:
		for (unsigned i = 0; i < 4; i++)
			flag(f, &n, XPA_PRESENT + i, xpa_software[i]);
		for (unsigned i = 0; i < 5; i++)
			flag(f, &n, 32 + i, xpa_hardware[i]);
		break;
	}
	f->flags[n] = (struct flag_name){0, 0, NULL};
}
