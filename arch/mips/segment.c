/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address space is cut into segments by the architecture (MIPS32 and MIPS64
 * Privileged Resource Architecture, chapter 4): some show physical memory as it
 * is, the others go through the TLB, which Linux fills from page tables. So the
 * first kind cannot be wrong, whatever is known of the dead kernel.
 */
#include "mips.h"

#include "debuginfo/elf_file.h"

/* KSEG0 (cached) and KSEG1 (not), 512 MB each; CKSEG0 and CKSEG1 are their sign-extended addresses. */
#define KSEG0     0x80000000ULL
#define KSEG1     0xa0000000ULL
#define KSEG2     0xc0000000ULL
#define KSEG_SIZE 0x20000000ULL
#define SIGN      0xffffffff00000000ULL
#define XKPHYS    0x8000000000000000ULL
#define XKSEG     0xc000000000000000ULL
enum { XKPHYS_SHIFT = 59 }; /* bits 61:59 say how the window is cached */

static uint64_t sign(unsigned word_size)
{
	return word_size == 8 ? SIGN : 0;
}

bool mips_unmapped(unsigned word_size, uint64_t address, uint64_t *physical)
{
	uint64_t kseg0 = KSEG0 | sign(word_size), kseg2 = KSEG2 | sign(word_size);

	if (address >= kseg0 && address < kseg2) {
		*physical = address & (KSEG_SIZE - 1);
		return true;
	}
	if (word_size == 8 && address >= XKPHYS && address < XKSEG) {
		*physical = address & ((1ULL << XKPHYS_SHIFT) - 1);
		return true;
	}
	return false;
}

/* useg, xuseg */
bool mips_is_user(const struct target *t, uint64_t address)
{
	return address < (t->word_size == 8 ? 0x4000000000000000ULL : KSEG0);
}

uint64_t mips64_page_offset(struct target *t)
{
	/* What points into it: __va() of the end of low memory (gone in 6.16), the array of pages. */
	static const char *const pointers[] = {"high_memory", "mem_map", "saved_command_line"};
	uint64_t value;

	if (target_option(t, "page_offset", &value)) {
		target_evidence(t, "PAGE_OFFSET", "-m page_offset=", "0x%llx", (unsigned long long)value);
		return value;
	}
	for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
		if (!target_symbol(t, pointers[i], &value) || target_read_word(t, value, &value) != READ_OK ||
		    value < XKPHYS || value >= XKSEG)
			continue;
		value &= ~((1ULL << XKPHYS_SHIFT) - 1);
		target_evidence(t, "PAGE_OFFSET", pointers[i], "0x%llx", (unsigned long long)value);
		return value;
	}
	return XKPHYS | 3ULL << XKPHYS_SHIFT; /* cached, not coherent: mach-generic/spaces.h */
}

static void add(struct target *t, uint64_t start, uint64_t last, enum space_method method, uint64_t physical,
		const char *what)
{
	space_add(&t->kernel,
		  &(struct space_range){start, last, method,
					method == SPACE_LINEAR ? (int64_t)(physical - start) : 0, what});
}

void mips_add_segments(struct target *t, const struct mips_data *d)
{
	/* not cached, or cached in a way that the kernel did not choose */
	static const char *const mirrors[] = {"XKPHYS", "CKSEG1", "KSEG1", NULL};
	bool wide = t->word_size == 8;
	uint64_t high = sign(t->word_size);

	t->kernel.linear_only = true;
	t->kernel.mirrors = mirrors;
	for (uint64_t i = 0; wide && i < 8; i++) {
		uint64_t start = XKPHYS | i << XKPHYS_SHIFT;

		add(t, start, start + ((1ULL << XKPHYS_SHIFT) - 1), SPACE_LINEAR, 0,
		    start == d->page_offset ? "direct map" : "XKPHYS");
	}
	if (wide && d->va_bits)
		add(t, XKSEG, XKSEG + ((1ULL << d->va_bits) - 1), SPACE_TABLE, 0, "vmalloc");
	add(t, high | KSEG0, high | (KSEG1 - 1), SPACE_LINEAR, 0, wide ? "CKSEG0" : "direct map");
	add(t, high | KSEG1, high | (KSEG2 - 1), SPACE_LINEAR, 0, wide ? "CKSEG1" : "KSEG1");
	/* Modules of 64-bit kernels, to be in reach of 32-bit calls; vmalloc and all of 32-bit ones. */
	add(t, high | KSEG2, high | 0xffffffff, SPACE_TABLE, 0, wide ? "modules" : "vmalloc");
}
