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
#include "debuginfo/elf_file.h"
#include "target/early.h"
#include "x86_state.h"

enum { IMAGE_ALIGN = 2 << 20 };

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
		if (target_read_some(t, s, address, got, b->size, NULL) == READ_OK &&
		    memcmp(got, b->text, b->size) == 0)
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

struct search {
	struct target *t;
	struct x86_64_data *d;
	const struct banner *b;
	uint64_t top;   /* link-time address of the root table */
	uint64_t slide; /* found */
};

static bool take(void *context, uint64_t physical)
{
	struct search *s = context;

	return try_root(s->t, s->d, s->b, physical + (s->top - s->b->address), physical, &s->slide);
}

/* By the banner, which lies at the same place within 2 MB as in the vmlinux. */
static bool by_banner(struct target *t, struct x86_64_data *d, const struct banner *b, uint64_t *slide)
{
	static const char *const names[] = {"init_top_pgt", "swapper_pg_dir", "init_level4_pgt"};
	struct search s = {t, d, b, 0, 0};

	for (size_t i = 0; i < sizeof names / sizeof *names && !s.top; i++)
		elf_file_symbol(t->vmlinux, names[i], &s.top);
	if (!s.top || !banner_search(t, b, IMAGE_ALIGN, UINT64_MAX, take, &s))
		return false;
	*slide = s.slide;
	target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
	target_evidence(t, "phys_base", "the banner in memory", "0x%" PRIx64, d->phys_base);
	return true;
}

bool x86_64_locate(struct target *t, struct x86_64_data *d, uint64_t *slide)
{
	struct banner b;

	if (!banner_of_vmlinux(t, &b))
		return false;
	return by_cr3(t, d, &b, slide) || by_banner(t, d, &b, slide) || banner_not_found(t, &b);
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
