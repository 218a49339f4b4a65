/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel lies: KASLR moves the image (virtually and physically) and
 * the direct map, vmalloc and vmemmap regions, each on its own.
 * Documentation/arch/x86/x86_64/mm.rst has the map.
 */
#include "x86_64.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "target/early.h"

bool x86_64_is_user(const struct target *t, uint64_t address)
{
	const struct x86_64_data *d = t->arch_data;

	return address <= x86_64_user_last(d && d->five_level);
}

/* False: not told. */
static bool five_level(struct target *t, bool *five)
{
	const char *vm = target_option_text(t, "vm");
	int64_t number;

	if (vm) {
		*five = strcmp(vm, "5level") == 0;
		target_evidence(t, "paging", "-m vm=", "%s", vm);
		return true;
	}
	/* Kernels that choose at boot tell their choice in VMCOREINFO. */
	if (vmcoreinfo_number(t->vmcoreinfo, "pgtable_l5_enabled", &number)) {
		*five = number != 0;
		target_evidence(t, "paging", "VMCOREINFO", "%d-level", *five ? 5 : 4);
		return true;
	}
	*five = false;
	return false;
}

static void set_form(struct target *t, struct x86_64_data *d, bool five)
{
	int64_t sme_mask;

	d->five_level = five;
	d->form = five ? x86_64_5level : x86_64_4level;
	/* The bit that marks encrypted memory is no part of the address (AMD64 APM 2, 7.10). */
	if (vmcoreinfo_number(t->vmcoreinfo, "sme_mask", &sme_mask) && sme_mask)
		d->form.address_mask &= ~(uint64_t)sme_mask;
	t->kernel.form = &d->form;
}

/* Is the vmlinux's banner in memory where the image would have it? True too where that cannot be asked. */
static bool banner_fits(struct target *t, uint64_t slide, uint64_t phys_base)
{
	const char *banner = t->vmlinux ? elf_file_banner(t->vmlinux) : NULL;
	uint64_t address;
	char got[256];
	size_t n = banner ? strlen(banner) : 0;

	if (n == 0 || n > sizeof got || !elf_file_symbol(t->vmlinux, "linux_banner", &address))
		return true;
	return target_read_physical(t, address + slide - start_kernel_map + phys_base, got, n) == READ_OK &&
	       memcmp(got, banner, n) == 0;
}

static bool told_phys_base(struct target *t, uint64_t slide, uint64_t *phys_base)
{
	const struct dump_info *info = dump_info(t->dump);
	int64_t number;

	if (target_option(t, "phys_base", phys_base)) {
		target_evidence(t, "phys_base", "-m phys_base=", "0x%" PRIx64, *phys_base);
		return true;
	}
	/* In VMCOREINFO since 401721ecd1dc (4.10). */
	if (vmcoreinfo_number(t->vmcoreinfo, "phys_base", &number)) {
		*phys_base = (uint64_t)number;
		target_evidence(t, "phys_base", "VMCOREINFO", "0x%" PRIx64, *phys_base);
		return true;
	}
	if (info->has_phys_base && banner_fits(t, slide, (uint64_t)info->phys_base)) {
		*phys_base = (uint64_t)info->phys_base;
		target_evidence(t, "phys_base", "the dump's header", "0x%" PRIx64, *phys_base);
		return true;
	}
	return false;
}

static bool find_root(struct target *t, struct x86_64_data *d, uint64_t slide)
{
	/* swapper_pg_dir is a macro for init_top_pgt (65ade2f872b4, 4.13), before init_level4_pgt. */
	static const char *const names[] = {"swapper_pg_dir", "init_top_pgt", "init_level4_pgt"};
	uint64_t address;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!early_symbol(t, names[i], slide, &address))
			continue;
		t->kernel.root = address - start_kernel_map + d->phys_base;
		t->kernel.has_root = true;
		return true;
	}
	return fail("the kernel's page tables were not found: no symbol swapper_pg_dir");
}

static bool find_image(struct target *t, struct x86_64_data *d, uint64_t *slide)
{
	bool told_five, five;

	told_five = five_level(t, &five);
	set_form(t, d, five);
	if (early_slide(t, slide) && told_phys_base(t, *slide, &d->phys_base) && find_root(t, d, *slide)) {
		uint64_t enabled, value;

		/* Kernels before 4.16 know no five levels; a later one without VMCOREINFO tells by itself. */
		if (!told_five && early_symbol(t, "__pgtable_l5_enabled", *slide, &enabled) &&
		    target_read_physical(t, enabled - start_kernel_map + d->phys_base, &value, 4) == READ_OK)
			set_form(t, d, get_u32(&value, ORDER_LITTLE) == 1);
		return true;
	}
	return x86_64_locate(t, d, slide);
}

static void add(struct target *t, uint64_t start, uint64_t last, enum space_method method, uint64_t offset,
		const char *what)
{
	space_add(&t->kernel, &(struct space_range){start, last, method, (int64_t)offset, what});
}

static uint64_t region_base(struct target *t, const char *name)
{
	uint64_t address, value;

	/* Variables since 0483e1fa6e09 (4.8) where CONFIG_RANDOMIZE_MEMORY is set, and for five levels. */
	if (!early_symbol(t, name, t->slide, &address) || target_read_word(t, address, &value) != READ_OK ||
	    value < x86_64_kernel_half(true))
		return 0;
	target_evidence(t, name, "the kernel's variable", "0x%" PRIx64, value);
	return value;
}

static void add_ranges(struct target *t, struct x86_64_data *d)
{
	uint64_t half = x86_64_kernel_half(d->five_level);
	uint64_t max_pfn = dump_info(t->dump)->max_pfn;
	uint64_t end = 0, start = 0;
	int64_t number;

	d->image_size = 1ULL << 30;
	if (vmcoreinfo_number(t->vmcoreinfo, "KERNEL_IMAGE_SIZE", &number) && number > 0)
		d->image_size = (uint64_t)number;
	add(t, half, UINT64_MAX, SPACE_TABLE, 0, "kernel");
	if (early_symbol(t, "_stext", t->slide, &start) && t->vmlinux &&
	    elf_file_symbol(t->vmlinux, "_end", &end)) {
		end += t->slide;
		start &= ~0x1fffffULL; /* _text is aligned to 2 MB; _stext may come after it */
		if (start < end && end - start <= d->image_size)
			add(t, start, end - 1, SPACE_LINEAR, d->phys_base - start_kernel_map, "kernel image");
	}
	if (start_kernel_map + d->image_size > start_kernel_map)
		add(t, start_kernel_map + d->image_size, 0xffffffffff5fffff, SPACE_TABLE, 0, "modules");
	d->page_offset = region_base(t, "page_offset_base");
	d->vmalloc = region_base(t, "vmalloc_base");
	d->vmemmap = region_base(t, "vmemmap_base");
	if (!d->page_offset && x86_64_find_direct_map(t, d, &d->page_offset))
		target_evidence(t, "page_offset_base", "page tables", "0x%" PRIx64, d->page_offset);
	if (d->vmalloc)
		add(t, d->vmalloc, d->vmalloc + (d->five_level ? 12800ULL << 40 : 32ULL << 40) - 1,
		    SPACE_TABLE, 0, "vmalloc");
	if (d->vmemmap)
		add(t, d->vmemmap, d->vmemmap + (1ULL << 40) - 1, SPACE_TABLE, 0, "vmemmap");
	if (d->page_offset && max_pfn && max_pfn <= 1ULL << (52 - 12))
		add(t, d->page_offset, d->page_offset + (max_pfn << 12) - 1, SPACE_LINEAR, -d->page_offset,
		    "direct map");
}

bool x86_64_setup(struct target *t)
{
	struct x86_64_data *d = arena_new(t->arena, struct x86_64_data);
	uint64_t slide;

	t->arch_data = d;
	if (!find_image(t, d, &slide))
		return false;
	t->slide = slide;
	symbols_set_slide(t->symbols, slide);
	target_evidence(t, "page tables", "kernel image", "%s, root at 0x%" PRIx64, d->form.name,
			t->kernel.root);
	add_ranges(t, d);
	return true;
}

bool x86_64_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	const struct x86_64_data *d = t->arch_data;

	return target_user_tables(t, pgd, d ? x86_64_user_last(d->five_level) : 0, s);
}
