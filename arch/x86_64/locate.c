/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the kernel in a dump that says nothing: the banner of the vmlinux must
 * be in memory, KASLR moves the image by multiples of 2 MB, and the kernel's own
 * page tables map the one to the other.
 */
#include "x86_64.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "debuginfo/elf_file.h"
#include "x86_state.h"

enum { IMAGE_ALIGN = 2 << 20 };

struct banner {
	const char *text;
	size_t size;
	uint64_t address; /* link time */
};

static bool is_banner(const struct banner *b, const char *got)
{
	return memcmp(got, b->text, b->size) == 0;
}

static struct space tables_at(uint64_t root, const struct page_form *form)
{
	struct space s = {.name = "kernel", .form = form, .root = root, .has_root = true};

	space_add(&s, &(struct space_range){x86_64_kernel_half(form->levels == 5), UINT64_MAX, SPACE_TABLE, 0,
					    "kernel"});
	return s;
}

/* The slide at which the tables show the banner, at @physical unless that is 0. */
static bool slide_of_tables(struct target *t, const struct banner *b, const struct space *s,
			    uint64_t physical, uint64_t *slide, uint64_t *found)
{
	char got[256];

	for (*slide = 0; *slide < 1ULL << 30; *slide += IMAGE_ALIGN) {
		uint64_t address = b->address + *slide;

		if (space_translate(t, s, address, found, NULL) != READ_OK ||
		    (physical && *found != physical))
			continue;
		if (target_read_some(t, s, address, got, b->size, NULL) == READ_OK && is_banner(b, got))
			return true;
	}
	return false;
}

/* Try a root table in both forms. */
static bool try_root(struct target *t, struct x86_64_data *d, const struct banner *b, uint64_t root,
		     uint64_t physical, uint64_t *slide)
{
	static const struct page_form *const forms[] = {&x86_64_4level, &x86_64_5level};
	uint64_t mask = d->form.address_mask, found;

	for (size_t i = 0; i < 2; i++) {
		struct space s;

		d->form = *forms[i];
		d->form.address_mask = mask;
		d->five_level = i == 1;
		s = tables_at(root, &d->form);
		if (!slide_of_tables(t, b, &s, physical, slide, &found))
			continue;
		d->phys_base = found - (b->address + *slide - start_kernel_map);
		t->kernel.form = &d->form;
		t->kernel.root = root;
		t->kernel.has_root = true;
		return true;
	}
	return false;
}

/*
 * By the CR3 of a CPU. With page table isolation a CPU in user mode has the
 * user half of a pair of tables, at bit 12 (arch/x86/include/asm/pgtable.h,
 * PTI_PGTABLE_SWITCH_BIT).
 */
static bool by_cr3(struct target *t, struct x86_64_data *d, const struct banner *b, uint64_t *slide)
{
	const struct dump_note *notes;
	size_t n = dump_notes(t->dump, &notes);

	for (size_t i = 0; i < n; i++) {
		uint64_t cr3;

		if (strcmp(notes[i].name, "QEMU") != 0 || !x86_is_qemu_state(notes[i].desc, notes[i].size))
			continue;
		cr3 = x86_qemu_control(notes[i].desc, 3) & d->form.address_mask;
		if (try_root(t, d, b, cr3, 0, slide) || try_root(t, d, b, cr3 & ~0x1000ULL, 0, slide)) {
			target_evidence(t, "KASLR", "CR3 in a QEMU note", "0x%" PRIx64, *slide);
			target_evidence(t, "phys_base", "CR3 in a QEMU note", "0x%" PRIx64, d->phys_base);
			return true;
		}
	}
	return false;
}

/* By the banner, which lies at the same place within 2 MB as in the vmlinux. */
static bool by_banner(struct target *t, struct x86_64_data *d, const struct banner *b, uint64_t *slide)
{
	static const char *const names[] = {"init_top_pgt", "swapper_pg_dir", "init_level4_pgt"};
	const struct dump_range *ranges;
	size_t n = dump_ranges(t->dump, &ranges);
	uint64_t inside = b->address & (IMAGE_ALIGN - 1), top = 0;
	char got[256];

	for (size_t i = 0; i < sizeof names / sizeof *names && !top; i++)
		elf_file_symbol(t->vmlinux, names[i], &top);
	for (size_t i = 0; i < n && top; i++) {
		uint64_t at = (ranges[i].start & ~(uint64_t)(IMAGE_ALIGN - 1)) + inside;

		for (; at < ranges[i].end && !interrupted(); at += IMAGE_ALIGN) {
			if (at < ranges[i].start || target_read_physical(t, at, got, b->size) != READ_OK ||
			    !is_banner(b, got) || !try_root(t, d, b, at + (top - b->address), at, slide))
				continue;
			target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
			target_evidence(t, "phys_base", "the banner in memory", "0x%" PRIx64, d->phys_base);
			return true;
		}
	}
	return false;
}

bool x86_64_locate(struct target *t, struct x86_64_data *d, uint64_t *slide)
{
	struct banner b = {0};

	if (!t->vmlinux)
		return fail("neither the dump nor its memory says where the kernel lies, and there is no "
			    "vmlinux to look for");
	b.text = elf_file_banner(t->vmlinux);
	b.size = b.text ? strlen(b.text) : 0;
	if (b.size < 32 || !elf_file_symbol(t->vmlinux, "linux_banner", &b.address))
		return fail("%s has no linux_banner to look for in memory", elf_file_path(t->vmlinux));
	if (b.size > 255)
		b.size = 255;
	if (by_cr3(t, d, &b, slide) || by_banner(t, d, &b, slide))
		return true;
	return fail("the dump's memory holds no kernel with the banner of %s, \"%s\"",
		    elf_file_path(t->vmlinux), b.text);
}

bool x86_64_find_direct_map(struct target *t, const struct x86_64_data *d, uint64_t *page_offset)
{
	uint64_t at = x86_64_kernel_half(d->five_level), last = 0xffffe8ffffffffff, run_last, physical;
	enum read_status status;

	/* It begins at a multiple of 1 GB and maps physical memory in order; LDTs may be mapped before it. */
	for (; space_next_run(t, &t->kernel, at, last, &run_last, &physical, &status); at = run_last + 1) {
		if (status == READ_OK && run_last - at >= 0xffff && ((at - physical) & 0x3fffffff) == 0 &&
		    physical < at) {
			*page_offset = at - physical;
			return true;
		}
		if (run_last == last)
			break;
	}
	return false;
}
