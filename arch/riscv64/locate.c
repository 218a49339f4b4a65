/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the kernel in a dump that says nothing: boot loaders put the image at
 * a multiple of 2 MB, and the kernel's page tables, a part of it, map themselves.
 */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "debuginfo/elf_file.h"
#include "riscv64.h"
#include "target/early.h"

enum { IMAGE_ALIGN = 2 << 20 };
#define MOST_SLIDE (1ULL << 30)

static const struct page_form *const forms[] = {&riscv64_sv39, &riscv64_sv48, &riscv64_sv57};

/* Do tables at @root map @address to @physical? */
static bool maps(struct target *t, const struct page_form *form, uint64_t root, uint64_t address,
		 uint64_t physical)
{
	struct space s = {.name = "kernel", .form = form, .root = root, .has_root = true};
	uint64_t got;

	space_add(&s, &(struct space_range){~riscv64_user_last(form), UINT64_MAX, SPACE_TABLE, 0, "kernel"});
	return space_translate(t, &s, address, &got, NULL) == READ_OK && got == physical;
}

static bool take(struct target *t, struct riscv64_data *d, const struct page_form *form, uint64_t root,
		 uint64_t image_offset)
{
	d->form = form;
	d->image_offset = image_offset;
	t->kernel.form = form;
	t->kernel.root = root;
	t->kernel.has_root = true;
	return true;
}

/* The root table's run-time address is known, only its physical one is not. */
static bool by_root(struct target *t, struct riscv64_data *d, uint64_t top)
{
	const struct dump_range *ranges;
	size_t n = dump_ranges(t->dump, &ranges);

	for (size_t i = 0; i < n; i++) {
		uint64_t at = (ranges[i].start & ~(uint64_t)(IMAGE_ALIGN - 1)) + (top & (IMAGE_ALIGN - 1));

		for (; at < ranges[i].end && !interrupted(); at += IMAGE_ALIGN) {
			for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
				if (at >= ranges[i].start && (!d->form || d->form == forms[f]) &&
				    maps(t, forms[f], at, top, at))
					return take(t, d, forms[f], at, top - at);
			}
		}
	}
	return false;
}

/* The image is at @delta from its link-time addresses to physical ones: which slide do its tables show? */
static bool slide_of(struct target *t, struct riscv64_data *d, uint64_t top, uint64_t delta, uint64_t *slide)
{
	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
		if (d->form && d->form != forms[f])
			continue;
		for (*slide = 0; *slide < MOST_SLIDE; *slide += IMAGE_ALIGN) {
			if (maps(t, forms[f], top - delta, top + *slide, top - delta))
				return take(t, d, forms[f], top - delta, delta + *slide);
		}
	}
	return false;
}

struct search {
	struct target *t;
	struct riscv64_data *d;
	const struct banner *b;
	uint64_t top, slide;
};

static bool take_banner(void *context, uint64_t physical)
{
	struct search *s = context;

	return slide_of(s->t, s->d, s->top, s->b->address - physical, &s->slide);
}

static bool by_banner(struct target *t, struct riscv64_data *d, uint64_t top, uint64_t *slide)
{
	struct banner b;
	struct search s = {t, d, &b, top, 0};

	if (!banner_of_vmlinux(t, &b))
		return false;
	if (!banner_search(t, &b, IMAGE_ALIGN, UINT64_MAX, take_banner, &s))
		return banner_not_found(t, &b);
	*slide = s.slide;
	return true;
}

bool riscv64_locate(struct target *t, struct riscv64_data *d, uint64_t *slide)
{
	uint64_t top, link;

	if (t->vmcoreinfo && vmcoreinfo_symbol(t->vmcoreinfo, "swapper_pg_dir", &top)) {
		if (!by_root(t, d, top))
			return fail(
				"the dump's memory holds no page tables that map themselves at 0x%" PRIx64,
				top);
		*slide = 0;
		if (t->vmlinux && elf_file_symbol(t->vmlinux, "swapper_pg_dir", &link))
			*slide = top - link;
		target_evidence(t, "va_kernel_pa_offset", "page tables that map themselves", "0x%" PRIx64,
				d->image_offset);
		return true;
	}
	if (!t->vmlinux)
		return fail("neither the dump nor its memory says where the kernel lies, and there is no "
			    "vmlinux to look for");
	if (!elf_file_symbol(t->vmlinux, "swapper_pg_dir", &top))
		return fail("%s has no symbol swapper_pg_dir", elf_file_path(t->vmlinux));
	if (!by_banner(t, d, top, slide))
		return false;
	target_evidence(t, "va_kernel_pa_offset", "the banner in memory", "0x%" PRIx64, d->image_offset);
	return true;
}

/*
 * struct kernel_mapping (asm/page.h, since 5.14) begins with page_offset and has va_pa_offset directly before
 * va_kernel_pa_offset, which is known; what stands between was added in time.
 */
static bool from_kernel_map(struct target *t, struct riscv64_data *d)
{
	enum { WORDS = 10 };
	uint64_t address, words[WORDS];

	if (!t->vmlinux || !elf_file_symbol(t->vmlinux, "kernel_map", &address))
		return false;
	for (unsigned i = 0; i < WORDS; i++)
		if (target_read_word(t, address + t->slide + i * 8ULL, &words[i]) != READ_OK)
			return false;
	for (unsigned i = 4; i < WORDS; i++) {
		if (words[i] != d->image_offset || words[0] <= riscv64_user_last(d->form) ||
		    words[i - 1] > words[0])
			continue;
		d->page_offset = words[0];
		d->phys_ram_base = words[0] - words[i - 1];
		target_evidence(t, "linear map", "the kernel's kernel_map", "0x%" PRIx64 " is 0x%" PRIx64,
				d->page_offset, d->phys_ram_base);
		return true;
	}
	return false;
}

bool riscv64_find_linear_map(struct target *t, struct riscv64_data *d)
{
	/* PAGE_OFFSET of each form (asm/page.h); Sv39's moved down with 6.10. */
	static const struct {
		const struct page_form *form;
		uint64_t start;
	} starts[] = {
		{&riscv64_sv39, 0xffffffd600000000},
		{&riscv64_sv39, 0xffffffd800000000},
		{&riscv64_sv48, 0xffffaf8000000000},
		{&riscv64_sv57, 0xff60000000000000},
	};

	if (from_kernel_map(t, d))
		return true;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		if (starts[i].form != d->form ||
		    space_translate(t, &t->kernel, starts[i].start, &d->phys_ram_base, NULL) != READ_OK)
			continue;
		d->page_offset = starts[i].start;
		target_evidence(t, "linear map", "page tables", "0x%" PRIx64 " is 0x%" PRIx64, d->page_offset,
				d->phys_ram_base);
		return true;
	}
	return false;
}
