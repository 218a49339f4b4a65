/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel lies. Physical memory is mapped from PAGE_OFFSET on, in
 * order, the kernel image with it: KASLR moves the image in physical memory, and
 * so by the same distance in virtual memory. What finds no room below the end of
 * the address space is high memory and has no address.
 */
#include "x86.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "target/early.h"

/* arch/x86/Kconfig, PAGE_OFFSET: what CONFIG_VMSPLIT_* can choose. */
static const uint64_t page_offsets[] = {0xc0000000, 0xb0000000, 0x80000000, 0x78000000, 0x40000000};

bool x86_is_user(const struct target *t, uint64_t address)
{
	const struct x86_data *d = t->arch_data;

	return address < (d && d->page_offset ? d->page_offset : page_offsets[0]);
}

/* Do these tables map the kernel's code to where it would be with this @page_offset? */
static bool maps_code(struct target *t, const struct page_form *form, uint64_t page_offset, uint64_t root,
		      uint64_t code)
{
	struct space s = {.name = "kernel", .form = form, .root = root - page_offset, .has_root = true};
	uint64_t physical;

	if (root < page_offset || code < page_offset)
		return false;
	space_add(&s, &(struct space_range){page_offset, UINT32_MAX, SPACE_TABLE, 0, "kernel"});
	return space_translate(t, &s, code, &physical, NULL) == READ_OK && physical == code - page_offset;
}

/* -m vm=pae, -m vm=2level */
static bool form_allowed(struct target *t, const struct page_form *form)
{
	const char *vm = target_option_text(t, "vm");

	return !vm || (strcmp(vm, "pae") == 0) == (form == &x86_pae);
}

static bool try_page_offset(struct target *t, struct x86_data *d, uint64_t page_offset, uint64_t root,
			    uint64_t code)
{
	static const struct page_form *const forms[] = {&x86_pae, &x86_2level};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (!form_allowed(t, forms[i]) || !maps_code(t, forms[i], page_offset, root, code))
			continue;
		d->page_offset = page_offset;
		t->kernel.form = forms[i];
		t->kernel.root = root - page_offset;
		t->kernel.has_root = true;
		return true;
	}
	return false;
}

bool x86_settle(struct target *t, struct x86_data *d, uint64_t slide)
{
	uint64_t root, code, page_offset;

	if (!early_symbol(t, "swapper_pg_dir", slide, &root) || !early_symbol(t, "_stext", slide, &code))
		return fail("the kernel's page tables were not found: no symbols swapper_pg_dir and _stext");
	if (target_option(t, "page_offset", &page_offset))
		return try_page_offset(t, d, page_offset, root, code) ||
		       fail("with page_offset 0x%" PRIx64 " the kernel's page tables do not map its code",
			    page_offset);
	for (size_t i = 0; i < sizeof page_offsets / sizeof *page_offsets; i++) {
		if (try_page_offset(t, d, page_offsets[i], root, code))
			return true;
	}
	return fail("no page tables that map the kernel's code at 0x%" PRIx64, code);
}

uint64_t x86_vmalloc_start(const struct x86_data *d)
{
	/* arch/x86/include/asm/pgtable_32_areas.h: VMALLOC_OFFSET, VMALLOC_START. */
	enum { GAP = 8 << 20 };

	return d->high_memory ? (d->high_memory + 2 * GAP - 1) & ~(uint64_t)(GAP - 1) & UINT32_MAX : 0;
}

static void add_ranges(struct target *t, struct x86_data *d)
{
	uint64_t address, vmalloc;

	space_add(&t->kernel, &(struct space_range){d->page_offset, UINT32_MAX, SPACE_TABLE, 0, "kernel"});
	if (!early_symbol(t, "high_memory", t->slide, &address) ||
	    target_read_word(t, address, &d->high_memory) != READ_OK || d->high_memory <= d->page_offset ||
	    d->high_memory & (t->page_size - 1)) {
		d->high_memory = 0;
		return;
	}
	target_evidence(t, "high_memory", "the kernel's variable", "0x%" PRIx64, d->high_memory);
	vmalloc = x86_vmalloc_start(d);
	if (vmalloc > d->high_memory)
		space_add(&t->kernel, &(struct space_range){vmalloc, UINT32_MAX, SPACE_TABLE, 0, "vmalloc"});
	space_add(&t->kernel, &(struct space_range){d->page_offset, d->high_memory - 1, SPACE_LINEAR,
						    -(int64_t)d->page_offset, "direct map"});
}

bool x86_setup(struct target *t)
{
	struct x86_data *d = arena_new(t->arena, struct x86_data);
	uint64_t slide = 0;

	t->arch_data = d;
	if (!(early_slide(t, &slide) && x86_settle(t, d, slide)) && !x86_locate(t, d, &slide))
		return false;
	fail_clear();
	t->slide = slide;
	symbols_set_slide(t->symbols, slide);
	target_evidence(t, "page_offset",
			target_option_text(t, "page_offset") ? "-m page_offset=" : "page tables",
			"0x%" PRIx64, d->page_offset);
	target_evidence(t, "page tables",
			target_option_text(t, "vm") ? "-m vm=" : "they map the kernel's code",
			"%s, root at 0x%" PRIx64, t->kernel.form->name, t->kernel.root);
	add_ranges(t, d);
	return true;
}

bool x86_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	const struct x86_data *d = t->arch_data;

	/*
	 * With page table isolation the users' half of the pair is in the next page; this one is the
	 * kernel's and maps the users' memory as well. The root of PAE is 32 bytes anywhere in a page.
	 */
	return target_user_tables(t, pgd, d ? d->page_offset - 1 : 0, s);
}
