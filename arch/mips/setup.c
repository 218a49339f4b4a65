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

enum { SLIDE_STEP = 0x10000, IMAGE_SPACE = 0x20000000, BANNER_MAX = 256 };

static bool read_image(struct target *t, uint64_t address, void *buffer, size_t size)
{
	uint64_t physical;

	return mips_unmapped(t->word_size, address & target_word_mask(t), &physical) &&
	       target_read_physical(t, physical, buffer, size) == READ_OK;
}

static bool has_banner(struct target *t, uint64_t address, const char *banner)
{
	char got[BANNER_MAX];
	size_t n = strlen(banner);

	if (n > sizeof got)
		n = sizeof got;
	return read_image(t, address, got, n) && memcmp(got, banner, n) == 0;
}

/*
 * By the banner. The image was first loaded where it is linked, and what it left there may still be in
 * memory: so the place where it was not linked is believed first, and __kaslr_offset (5.1), which is set in
 * the moved copy only, more than the banner.
 */
static bool find_slide(struct target *t, uint64_t *slide)
{
	const char *banner = elf_file_banner(t->vmlinux);
	uint64_t at, variable = 0;
	bool has_variable = elf_file_symbol(t->vmlinux, "__kaslr_offset", &variable);

	if (!banner || strlen(banner) < 32 || !elf_file_symbol(t->vmlinux, "linux_banner", &at))
		return fail("%s has no linux_banner to look for in memory", elf_file_path(t->vmlinux));
	for (*slide = SLIDE_STEP; *slide < IMAGE_SPACE; *slide += SLIDE_STEP) {
		uint8_t word[8];

		if (has_variable && (!read_image(t, variable + *slide, word, t->word_size) ||
				     get_uint(word, t->word_size, t->order) != *slide))
			continue;
		if (has_banner(t, at + *slide, banner))
			return true;
	}
	*slide = 0;
	if (has_banner(t, at, banner))
		return true;
	return fail("the dump's memory holds no kernel with the banner of %s, \"%s\"",
		    elf_file_path(t->vmlinux), banner);
}

static bool decide_slide(struct target *t, uint64_t *slide)
{
	const char *kaslr = t->options->kaslr, *from = NULL;
	uint64_t stext, link;

	*slide = 0;
	if (kaslr && strcmp(kaslr, "off") == 0)
		from = "--kaslr";
	else if (kaslr && strcmp(kaslr, "auto") != 0 && parse_number(kaslr, 0, slide))
		from = "--kaslr";
	else if (!t->vmlinux)
		return true; /* all addresses come from the kernel itself */
	else if (t->vmcoreinfo && vmcoreinfo_kernel_offset(t->vmcoreinfo, slide))
		from = "VMCOREINFO KERNELOFFSET";
	else if (t->vmcoreinfo && vmcoreinfo_symbol(t->vmcoreinfo, "_stext", &stext) &&
		 elf_file_symbol(t->vmlinux, "_stext", &link)) {
		*slide = (stext - link) & target_word_mask(t);
		from = "VMCOREINFO SYMBOL(_stext)";
	} else if (find_slide(t, slide))
		from = "the banner in memory";
	else
		return false;
	target_evidence(t, "KASLR", from, "0x%" PRIx64, *slide);
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

bool mips_setup(struct target *t)
{
	struct mips_data *d = arena_new(t->arena, struct mips_data);
	uint64_t slide, root;

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
