/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel lies (Documentation/arch/riscv/vm-layout.rst): the image at the
 * top of the address space, moved by KASLR since 6.6, apart from the linear map of all memory.
 */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "riscv64.h"
#include "target/early.h"

bool riscv64_is_user(const struct target *t, uint64_t address)
{
	const struct riscv64_data *d = t->arch_data;

	return address <= riscv64_user_last(d && d->form ? d->form : &riscv64_sv39);
}

static const struct page_form *form_of_bits(int64_t bits)
{
	static const struct page_form *const forms[] = {&riscv64_sv39, &riscv64_sv48, &riscv64_sv57};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (riscv64_va_bits(forms[i]) == (uint64_t)bits)
			return forms[i];
	return NULL;
}

/* False with a message when what the user said is no form; d->form stays NULL when nobody tells. */
static bool told_form(struct target *t, struct riscv64_data *d)
{
	const char *vm = target_option_text(t, "vm");
	int64_t number;
	uint64_t bits;

	if (vm) {
		if (strncmp(vm, "sv", 2) == 0 && parse_number(vm + 2, 10, &bits))
			d->form = form_of_bits((int64_t)bits);
		if (!d->form)
			return fail("-m vm=%s: page tables of riscv64 are sv39, sv48 or sv57", vm);
		target_evidence(t, "paging", "-m vm=", "%s", d->form->name);
		return true;
	}
	/* What the kernel chose at boot. */
	if (vmcoreinfo_number(t->vmcoreinfo, "VA_BITS", &number) && form_of_bits(number)) {
		d->form = form_of_bits(number);
		target_evidence(t, "paging", "VMCOREINFO VA_BITS", "%s", d->form->name);
	}
	return true;
}

static bool told_image_offset(struct target *t, uint64_t *offset)
{
	int64_t number;

	if (target_option(t, "kimage_voffset", offset)) {
		target_evidence(t, "va_kernel_pa_offset", "-m kimage_voffset=", "0x%" PRIx64, *offset);
		return true;
	}
	if (vmcoreinfo_number(t->vmcoreinfo, "va_kernel_pa_offset", &number)) { /* 6.5 */
		*offset = (uint64_t)number;
		target_evidence(t, "va_kernel_pa_offset", "VMCOREINFO", "0x%" PRIx64, *offset);
		return true;
	}
	return false;
}

/* bool pgtable_l4_enabled, pgtable_l5_enabled (mm/init.c, 5.17): what a kernel without VA_BITS chose. */
static void form_of_variables(struct target *t, struct riscv64_data *d, uint64_t slide)
{
	uint64_t address;
	uint8_t four = 0, five = 0;

	if (early_symbol(t, "pgtable_l4_enabled", slide, &address))
		target_read_physical(t, address - d->image_offset, &four, 1);
	if (early_symbol(t, "pgtable_l5_enabled", slide, &address))
		target_read_physical(t, address - d->image_offset, &five, 1);
	d->form = five ? &riscv64_sv57 : four ? &riscv64_sv48 : &riscv64_sv39;
	target_evidence(t, "paging", "pgtable_l4_enabled, pgtable_l5_enabled", "%s", d->form->name);
}

static bool find_image(struct target *t, struct riscv64_data *d, uint64_t *slide)
{
	uint64_t top;

	if (!told_form(t, d))
		return false;
	if (!early_slide(t, slide) || !told_image_offset(t, &d->image_offset)) {
		uint64_t said = t->options->kaslr ? *slide : 0;

		if (!riscv64_locate(t, d, slide))
			return false;
		if (t->options->kaslr && strcmp(t->options->kaslr, "auto") != 0)
			*slide = said;
		return true;
	}
	if (!early_symbol(t, "swapper_pg_dir", *slide, &top))
		return fail("the kernel's page tables were not found: no symbol swapper_pg_dir");
	if (!d->form)
		form_of_variables(t, d, *slide);
	t->kernel.form = d->form;
	t->kernel.root = top - d->image_offset;
	t->kernel.has_root = true;
	return true;
}

static void add(struct target *t, uint64_t start, uint64_t last, enum space_method method, uint64_t offset,
		const char *what)
{
	space_add(&t->kernel, &(struct space_range){start, last, method, (int64_t)offset, what});
}

static void linear_map(struct target *t, struct riscv64_data *d)
{
	uint64_t max_pfn = dump_info(t->dump)->max_pfn, end = max_pfn << 12, size;
	int64_t page_offset, ram_base;

	if (vmcoreinfo_number(t->vmcoreinfo, "PAGE_OFFSET", &page_offset) &&
	    vmcoreinfo_number(t->vmcoreinfo, "phys_ram_base", &ram_base)) {
		d->page_offset = (uint64_t)page_offset;
		d->phys_ram_base = (uint64_t)ram_base;
		target_evidence(t, "linear map", "VMCOREINFO", "0x%" PRIx64 " is 0x%" PRIx64, d->page_offset,
				d->phys_ram_base);
	} else {
		riscv64_find_linear_map(t, d);
	}
	if (target_option(t, "page_offset", &d->page_offset))
		target_evidence(t, "PAGE_OFFSET", "-m page_offset=", "0x%" PRIx64, d->page_offset);
	if (target_option(t, "phys_offset", &d->phys_ram_base))
		target_evidence(t, "phys_ram_base", "-m phys_offset=", "0x%" PRIx64, d->phys_ram_base);
	if (!d->page_offset || max_pfn >= 1ULL << 44 || end <= d->phys_ram_base)
		return;
	size = end - d->phys_ram_base;
	/* Half of the kernel's half is as large as the linear map of any form may be. */
	if (size - 1 <= riscv64_user_last(d->form) / 2 && d->page_offset <= UINT64_MAX - (size - 1))
		add(t, d->page_offset, d->page_offset + (size - 1), SPACE_LINEAR,
		    d->phys_ram_base - d->page_offset, "linear map");
}

/* A region by two lines of VMCOREINFO; the later kernels leave out what follows from others. */
static uint64_t region(struct target *t, const char *start, const char *end, const char *what)
{
	int64_t first, last;

	if (!vmcoreinfo_number(t->vmcoreinfo, start, &first))
		return 0;
	if (vmcoreinfo_number(t->vmcoreinfo, end, &last) && (uint64_t)last > (uint64_t)first)
		add(t, (uint64_t)first, (uint64_t)last - 1, SPACE_TABLE, 0, what);
	return (uint64_t)first;
}

void riscv64_regions(struct target *t)
{
	struct riscv64_data *d = t->arch_data;

	d->vmalloc = region(t, "VMALLOC_START", "VMALLOC_END", "vmalloc");
	d->vmemmap = region(t, "VMEMMAP_START", "VMEMMAP_END", "vmemmap");
	d->modules = region(t, "MODULES_VADDR", "MODULES_END", "modules");
}

static void add_ranges(struct target *t, struct riscv64_data *d)
{
	uint64_t start, end;

	add(t, ~riscv64_user_last(d->form), UINT64_MAX, SPACE_TABLE, 0, "kernel");
	riscv64_regions(t);
	if (t->vmlinux && elf_file_symbol(t->vmlinux, "_start", &start) &&
	    elf_file_symbol(t->vmlinux, "_end", &end) && start < end && end - start <= 1ULL << 31)
		add(t, start + t->slide, end + t->slide - 1, SPACE_LINEAR, -d->image_offset, "kernel image");
	linear_map(t, d);
}

bool riscv64_setup(struct target *t)
{
	struct riscv64_data *d = arena_new(t->arena, struct riscv64_data);
	uint64_t slide = 0;

	t->arch_data = d;
	if (!find_image(t, d, &slide)) {
		t->arch_data = NULL;
		return false;
	}
	t->slide = slide;
	symbols_set_slide(t->symbols, slide);
	target_evidence(t, "page tables", "kernel image", "%s, root at 0x%" PRIx64, d->form->name,
			t->kernel.root);
	add_ranges(t, d);
	return true;
}

bool riscv64_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	const struct riscv64_data *d = t->arch_data;

	return target_user_tables(t, pgd, d ? riscv64_user_last(d->form) : 0, s);
}
