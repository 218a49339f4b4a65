/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel lies. Segments are fixed; CONFIG_RANDOMIZE_BASE moves the
 * image inside KSEG0 by a multiple of 64 KB (arch/mips/kernel/relocate.c), and
 * VMCOREINFO has no line about it.
 */
#include "mips.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "target/early.h"

enum { XKSEG_BITS = 62, SLIDE_STEP = 0x10000, IMAGE_SPACE = 0x20000000 };

static bool read_image(struct target *t, uint64_t address, void *buffer, size_t size)
{
	uint64_t physical;

	return mips_unmapped(t->word_size, address & target_word_mask(t), &physical) &&
	       target_read_physical(t, physical, buffer, size) == READ_OK;
}

static bool has_banner(struct target *t, uint64_t address, const struct banner *b)
{
	uint64_t physical;

	return mips_unmapped(t->word_size, address & target_word_mask(t), &physical) &&
	       banner_is_at(t, b, physical);
}

/*
 * By the banner. The image was first loaded where it is linked, and what it left there may still be in
 * memory: so the place where it was not linked is believed first, and __kaslr_offset (5.1), which is set in
 * the moved copy only, more than the banner.
 */
static bool find_slide(struct target *t, uint64_t *slide)
{
	uint64_t variable = 0;
	struct banner b;
	bool has_variable = elf_file_symbol(t->vmlinux, "__kaslr_offset", &variable);

	if (!banner_of_vmlinux(t, &b))
		return false;
	for (*slide = SLIDE_STEP; *slide < IMAGE_SPACE; *slide += SLIDE_STEP) {
		uint8_t word[8];

		if (has_variable && (!read_image(t, variable + *slide, word, t->word_size) ||
				     get_uint(word, t->word_size, t->order) != *slide))
			continue;
		if (has_banner(t, b.address + *slide, &b))
			return true;
	}
	*slide = 0;
	return has_banner(t, b.address, &b) || banner_not_found(t, &b);
}

static bool decide_slide(struct target *t, uint64_t *slide)
{
	*slide = 0;
	/* Without a vmlinux all addresses come from the kernel itself. */
	if (early_kaslr_option(t, slide) || !t->vmlinux || early_slide(t, slide))
		return true;
	if (!find_slide(t, slide))
		return false;
	target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
	return true;
}

/* When nothing tells the size of pages: invalid_pte_table fills one (but half of one with huge pages on 32
 * bits). */
static void page_size_of_table(struct target *t)
{
	const struct symbol *table = symbol_find(t->symbols, "invalid_pte_table");

	if (t->vmcoreinfo || dump_info(t->dump)->page_size || !table)
		return;
	for (uint8_t shift = 12; shift <= 16; shift += 2) {
		if (table->size != 1ULL << shift)
			continue;
		t->page_shift = shift;
		t->page_size = 1U << shift;
		target_evidence(t, "page size", "invalid_pte_table", "%u", t->page_size);
	}
}

/* Each level that exists has a table of its own for what is empty. */
static unsigned count_levels(struct target *t)
{
	if (t->word_size == 4)
		return 2;
	if (symbol_find(t->symbols, "invalid_pud_table"))
		return 4;
	if (symbol_find(t->symbols, "invalid_pmd_table"))
		return 3;
	/* CONFIG_PGTABLE_LEVELS, without CONFIG_MIPS_VA_BITS_48 */
	return t->page_shift == 16 ? 2 : 3;
}

/* What the dump or the user says and MIPS cannot have. */
static bool is_possible(struct target *t)
{
	static const char *const forms[] = {"word", "phys64", "xpa"};
	const char *vm = target_option_text(t, "vm");

	if (t->page_shift < 12 || t->page_shift > 16)
		return fail("a page size of %u is none that MIPS has", t->page_size);
	/* entries of 64-bit kernels are words */
	for (size_t i = 0; vm && i < (t->word_size == 8 ? 1 : sizeof forms / sizeof *forms); i++) {
		if (strcmp(vm, forms[i]) == 0)
			return true;
	}
	return !vm ||
	       fail("-m vm=%s is not known: it is word%s", vm, t->word_size == 8 ? "" : ", phys64 or xpa");
}

bool mips_setup(struct target *t)
{
	struct mips_data *d = arena_new(t->arena, struct mips_data);
	uint64_t slide, root;

	if (!is_possible(t))
		return false;
	t->arch_data = d;
	if (!decide_slide(t, &slide))
		return false;
	t->slide = slide;
	symbols_set_slide(t->symbols, slide);
	page_size_of_table(t);
	d->levels = count_levels(t);
	/* now what the hardware maps can be read; how far the tables reach is told by their form */
	d->va_bits = 48;
	mips_add_segments(t, d);
	if (t->word_size == 8)
		d->page_offset = mips64_page_offset(t);
	if (target_symbol(t, "swapper_pg_dir", &root) && mips_unmapped(t->word_size, root, &t->kernel.root)) {
		t->kernel.has_root = true;
		mips_probe(t, d);
		d->va_bits = d->form.form.page_shift;
		for (unsigned i = 0; i < d->levels; i++)
			d->va_bits += d->form.form.index_bits[i];
		if (d->va_bits > XKSEG_BITS)
			d->va_bits = XKSEG_BITS;
		target_evidence(t, "page tables", "swapper_pg_dir", "%s, root at 0x%" PRIx64,
				d->form.form.name, t->kernel.root);
	} else {
		target_evidence(t, "page tables", "no symbol swapper_pg_dir",
				"unknown: only unmapped segments can be read");
	}
	t->kernel.n_ranges = 0;
	mips_add_segments(t, d);
	return true;
}

bool mips_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	const struct mips_data *d = t->arch_data;
	uint64_t last;

	if (!d || !t->kernel.form)
		return fail("the form of the kernel's page tables was not found");
	if (!mips_unmapped(t->word_size, pgd, &s->root))
		return fail("the process's page tables are not at 0x%" PRIx64, pgd);
	s->form = t->kernel.form;
	s->has_root = true;
	last = t->word_size == 8 ? (1ULL << d->va_bits) - 1 : 0x7fffffff;
	return space_add(s, &(struct space_range){0, last, SPACE_TABLE, 0, "user"});
}
