/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux's page tables on Book3S: the radix tree that the hardware walks (Power
 * ISA 3.0B, book III, 5.7.10), and those that a kernel with a hash table keeps
 * for itself in the same shape (arch/powerpc/include/asm/book3s/64/). Entries
 * are big-endian in both byte orders since Linux 4.7.
 */
#include "ppc64.h"

static const uint64_t entry_valid = 1ULL << 63, entry_leaf = 1ULL << 62;

enum {
	NEXT_LEVEL_SIZE = 0x1f, /* NLS: index bits of the next table */
	HUGEPD_SHIFT = 0x3f,    /* in a directory of huge pages: their size, as MMU_PAGE_* << 2 */
};

/* asm/mmu.h, MMU_PAGE_4K to MMU_PAGE_64G: the sizes, log2. 64K_AP is a 64K page in a 4K segment. */
static const uint8_t mmu_page_shift[] = {12, 14, 16, 16, 18, 19, 20, 21, 22, 23, 24, 26, 28, 30, 34, 36};

/* Both kinds: what an entry that is valid and no leaf points to. PMD_MASKED_BITS in book3s/64/pgtable.h. */
static uint64_t next_table(uint64_t value)
{
	return value & 0x0fffffffffffff00;
}

/*
 * A page at any level is one whose leaf bit is set; in the last table Linux sets
 * it too, but the hardware does not ask. A table whose size is not what the form
 * says is one that we would read wrongly: it maps nothing.
 */
static struct entry decode_radix(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};
	bool last = level + 1U == form->levels;

	if (!(value & entry_valid))
		return e;
	if (last || value & entry_leaf) {
		e.kind = ENTRY_LEAF;
	} else if ((value & NEXT_LEVEL_SIZE) == form->index_bits[level + 1]) {
		e.kind = ENTRY_TABLE;
		e.address = next_table(value);
	}
	return e;
}

static struct entry decode_hash(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};
	unsigned size = (value & HUGEPD_SHIFT) >> 2;

	if (!(value & entry_valid))
		return e;
	if (level + 1U == form->levels || value & entry_leaf) {
		e.kind = ENTRY_LEAF;
	} else if (value & HUGEPD_SHIFT) {
		/* 4K pages only (hash__hugepd_ok() in hash-4k.h): a table of pages of that size */
		if (size >= sizeof mmu_page_shift || mmu_page_shift[size] < form->page_shift ||
		    mmu_page_shift[size] > form_level_shift(form, level))
			return e;
		e.kind = ENTRY_HUGE_TABLE;
		e.leaf_shift = mmu_page_shift[size];
		e.address = value & 0x0fffffffffffffc0;
	} else {
		e.kind = ENTRY_TABLE;
		e.address = next_table(value);
	}
	return e;
}

/*
 * Until 4.5 (Linux 3.10 is what distributions of big-endian kernels shipped):
 * entries in the kernel's byte order; tables by their address in the linear map;
 * a page's number from a bit on that depends on the page size (PTE_RPN_SHIFT:
 * pte-hash64-64k.h, pgtable-ppc64-4k.h). A huge page's entry has one of its two
 * low bits set, as no table's address has.
 */
static struct entry decode_old_hash(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, 0, 0};
	bool last = level + 1U == form->levels;
	unsigned rpn_shift = form->page_shift == 16 ? 30 : 17;

	if (last || value & 3) {
		if (value & 1) {
			e.kind = ENTRY_LEAF;
			e.address = value >> rpn_shift << form->page_shift;
		}
	} else if (value >= linear_map && value < linear_map_end) {
		/* PMD_MASKED_BITS: what a table's place in its page leaves over */
		e.kind = ENTRY_TABLE;
		e.address = (value - linear_map) & ~0xfffULL;
	}
	return e;
}

/* Names as in book3s/64/pgtable.h, without _PAGE_. */
static const struct flag_name flags[] = {
	{1ULL << 63, 1ULL << 63, "PRESENT"},
	{1ULL << 62, 1ULL << 62, "PTE"},
	{4, 4, "READ"},
	{2, 2, "WRITE"},
	{1, 1, "EXEC"},
	{8, 8, "PRIVILEGED"},
	{0x30, 0x10, "SAO"},
	{0x30, 0x20, "NON_IDEMPOTENT"},
	{0x30, 0x30, "TOLERANT"},
	{0x80, 0x80, "DIRTY"},
	{0x100, 0x100, "ACCESSED"},
	{0x200, 0x200, "SOFT_DIRTY"},
	{0x400, 0x400, "SPECIAL"},
	{0x800, 0x800, "DEVMAP"},
	{0, 0, NULL},
};

/* asm/pte-hash64.h of Linux 3.10. */
static const struct flag_name old_flags[] = {
	{1, 1, "PRESENT"},
	{2, 2, "USER"},
	{0x200, 0x200, "RW"},
	{4, 0, "EXEC"},
	{8, 8, "GUARDED"},
	{0x10, 0x10, "COHERENT"},
	{0x20, 0x20, "NO_CACHE"},
	{0x40, 0x40, "WRITETHRU"},
	{0x80, 0x80, "DIRTY"},
	{0x100, 0x100, "ACCESSED"},
	{0, 0, NULL},
};

/* PTE_RPN_MASK: physical addresses have 53 bits at the most (_PAGE_PA_MAX). */
#define ADDRESS_BITS 0x001ffffffffff000

const struct page_form ppc64_radix = {
	.name = "radix",
	.entry_size = 8,
	.levels = 4,
	.level_name = {"PGD", "PUD", "PMD", "PTE"},
	.index_bits = {13, 9, 9, 5},
	.page_shift = 16,
	.order = ORDER_BIG,
	.address_mask = ADDRESS_BITS,
	.decode = decode_radix,
	.flags = flags,
};

const struct page_form ppc64_hash = {
	.name = "hash",
	.entry_size = 8,
	.levels = 4,
	.level_name = {"PGD", "PUD", "PMD", "PTE"},
	.index_bits = {8, 10, 10, 8},
	.page_shift = 16,
	.order = ORDER_BIG,
	.address_mask = ADDRESS_BITS,
	.decode = decode_hash,
	.flags = flags,
};

const struct page_form ppc64_hash_before_4_5 = {
	.name = "hash, before 4.5",
	.entry_size = 8,
	.levels = 3,
	.level_name = {"PGD", "PMD", "PTE"},
	.index_bits = {12, 10, 8},
	.page_shift = 16,
	.order = ORDER_BIG,
	.address_mask = UINT64_MAX,
	.decode = decode_old_hash,
	.flags = old_flags,
};

bool ppc64_set_widths(struct page_form *form, unsigned page_shift, const uint64_t bits[4])
{
	static const char *const names[] = {"PGD", "PUD", "PMD", "PTE"};
	unsigned n = 0, sum = page_shift;

	for (unsigned i = 0; i < 4; i++) {
		/* a level that was left out: the PUD of kernels with 64K pages before 4.6 */
		if (i == 1 && bits[i] == 0)
			continue;
		if (bits[i] < 4 || bits[i] > 13)
			return false;
		form->level_name[n] = names[i];
		form->index_bits[n++] = (uint8_t)bits[i];
		sum += (unsigned)bits[i];
	}
	if (sum > 60)
		return false;
	form->levels = (uint8_t)n;
	form->page_shift = (uint8_t)page_shift;
	return true;
}

bool ppc64_root_is_radix(struct target *t, uint64_t root, bool *known)
{
	uint8_t bytes[8];
	uint64_t value;

	/* The first entry maps the start of the linear map, which tables of a hash MMU never do. */
	*known = target_read_physical(t, root, bytes, sizeof bytes) == READ_OK;
	value = get_u64(bytes, ORDER_BIG);
	return *known && value & entry_valid && !(value & entry_leaf) && (value & NEXT_LEVEL_SIZE) == 9;
}
