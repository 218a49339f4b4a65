/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel lies. The image is mapped apart from the linear map since
 * 4.6, anywhere both virtually and physically; how wide addresses are is decided
 * when the kernel is built and once more when it boots. Whatever is told or
 * guessed is tried on the page tables: they must map the kernel's root table at
 * the address it lies at.
 */
#include "arm64.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "target/early.h"

static uint64_t top_of(unsigned bits)
{
	return ~((1ULL << bits) - 1);
}

/* Bit 55 tells the two halves apart, whatever tags and codes stand above (Arm ARM, D8.2). */
static bool is_upper(uint64_t address)
{
	return address >> 55 & 1;
}

bool arm64_is_user(const struct target *t, uint64_t address)
{
	const struct arm64_data *d = t->arch_data;

	return address >> (d && d->va.actual ? d->va.actual : 52) == 0;
}

/*
 * Tags are in the top byte, authentication codes in all bits above the address but bit 55
 * (KERNELPACMASK tells the same). User pointers keep what is below the top byte.
 */
uint64_t arm64_untag(const struct target *t, uint64_t address)
{
	const struct arm64_data *d = t->arch_data;

	if (!is_upper(address))
		return address & ~(0xffULL << 56);
	return address | top_of(d && d->va.actual ? d->va.actual : 55);
}

static bool told_voffset(struct target *t, uint64_t *voffset)
{
	int64_t number;

	if (target_option(t, "kimage_voffset", voffset)) {
		target_evidence(t, "kimage_voffset", "-m kimage_voffset=", "0x%" PRIx64, *voffset);
		return true;
	}
	if (vmcoreinfo_number(t->vmcoreinfo, "kimage_voffset", &number)) {
		*voffset = (uint64_t)number;
		target_evidence(t, "kimage_voffset", "VMCOREINFO", "0x%" PRIx64, *voffset);
		return true;
	}
	return false;
}

static void set_page_shift(struct target *t, unsigned shift)
{
	t->page_shift = (uint8_t)shift;
	t->page_size = 1U << shift;
}

enum { MAX_CANDIDATES = 16 };

struct candidates {
	struct arm64_va list[MAX_CANDIDATES];
	size_t n;
};

static void add_candidate(struct candidates *c, unsigned page_shift, unsigned bits, unsigned actual)
{
	if (c->n < MAX_CANDIDATES && bits > page_shift && bits <= 52 && actual > page_shift && actual <= bits)
		c->list[c->n++] = (struct arm64_va){(uint8_t)page_shift, (uint8_t)bits, (uint8_t)actual};
}

/* arch/arm64/Kconfig: what each page size may be combined with; the fallbacks are VA_BITS_MIN. */
static void all_of(struct candidates *c, unsigned page_shift)
{
	static const uint8_t of_4k[][2] = {{48, 48}, {39, 39}, {52, 52}};
	static const uint8_t of_16k[][2] = {{47, 47}, {48, 48}, {36, 36}, {52, 52}};
	static const uint8_t of_64k[][2] = {{48, 48}, {42, 42}, {52, 48}};
	const uint8_t(*list)[2] = page_shift == 12 ? of_4k : page_shift == 14 ? of_16k : of_64k;

	for (size_t i = 0; i < (page_shift == 14 ? 4 : 3); i++)
		add_candidate(c, page_shift, list[i][0], list[i][1]);
}

/* Lowest vabits_actual of a kernel for @bits: VA_BITS_MIN. */
static unsigned va_bits_min(unsigned page_shift, unsigned bits)
{
	return bits <= 48 ? bits : page_shift == 14 ? 47 : 48;
}

/* What the user, VMCOREINFO or a variable says comes first; then all that can be. */
static void collect(struct target *t, const struct arm64_data *d, uint64_t slide, struct candidates *c)
{
	uint64_t bits = 0, actual = 0, at;
	int64_t number;
	const char *from = NULL;
	bool page_known = t->vmcoreinfo && vmcoreinfo_get(t->vmcoreinfo, "PAGESIZE");

	if (vmcoreinfo_number(t->vmcoreinfo, "VA_BITS", &number) && number > 0)
		bits = (uint64_t)number;
	if (target_option(t, "vabits_actual", &actual)) {
		from = "-m vabits_actual=";
	} else if (vmcoreinfo_number(t->vmcoreinfo, "TCR_EL1_T1SZ", &number) && number > 0 && number < 64) {
		actual = 64 - (uint64_t)number; /* bbdbc11804ff (5.9) */
		from = "VMCOREINFO TCR_EL1_T1SZ";
	} else if (early_symbol(t, "vabits_actual", slide, &at)) {
		uint8_t value[8];

		/* A variable from 5.4 on; since 5.19 only of 52-bit kernels, since 6.9 of none. */
		if (target_read_physical(t, at - d->kimage_voffset, value, 8) == READ_OK)
			actual = get_u64(value, t->order);
		from = "the kernel's variable vabits_actual";
	}
	if (actual > 64 || actual < 16)
		actual = 0;
	if (actual)
		target_evidence(t, "vabits_actual", from, "%" PRIu64, actual);
	if (bits)
		target_evidence(t, "VA_BITS", "VMCOREINFO", "%" PRIu64, bits);
	if (!bits)
		bits = actual;
	if (bits && bits <= 52) {
		unsigned min = va_bits_min(t->page_shift, (unsigned)bits);

		add_candidate(c, t->page_shift, (unsigned)bits, actual ? (unsigned)actual : min);
		if (!actual)
			add_candidate(c, t->page_shift, (unsigned)bits, (unsigned)bits);
		if (actual == 48 && t->page_shift == 16)
			add_candidate(c, 16, 52, 48); /* where VA_BITS was not told */
	}
	all_of(c, t->page_shift);
	for (unsigned shift = 12; shift <= 16 && !page_known; shift += 2) {
		if (shift != t->page_shift)
			all_of(c, shift);
	}
}

/* Do the tables at the root, read like this, map the root itself where it is? */
static bool form_fits(struct target *t, struct arm64_data *d, const struct arm64_va *va,
		      uint64_t root_address)
{
	struct walk walk;

	d->va = *va;
	arm64_form(t, va, &d->form);
	t->kernel.form = &d->form;
	t->kernel.n_ranges = 0;
	space_add(&t->kernel,
		  &(struct space_range){top_of(va->actual), UINT64_MAX, SPACE_TABLE, 0, "kernel"});
	space_walk(t, &t->kernel, root_address, true, &walk);
	return walk.status == READ_OK && walk.address == t->kernel.root;
}

static bool find_form(struct target *t, struct arm64_data *d, uint64_t slide)
{
	struct candidates c = {0};
	uint64_t root;
	bool fits = false;

	if (!early_symbol(t, "swapper_pg_dir", slide, &root))
		return fail("the kernel's page tables were not found: no symbol swapper_pg_dir");
	t->kernel.root = root - d->kimage_voffset;
	t->kernel.has_root = true;
	collect(t, d, slide, &c);
	for (size_t i = 0; i < c.n && !fits; i++)
		fits = form_fits(t, d, &c.list[i], root);
	if (!fits)
		form_fits(t, d, &c.list[0], root);
	set_page_shift(t, d->va.page_shift);
	target_evidence(t, "page tables",
			fits ? "the kernel's own tables" : "a guess: no form fits the tables",
			"%s, VA_BITS %u, in use %u, root at 0x%" PRIx64, d->form.name, d->va.bits,
			d->va.actual, t->kernel.root);
	return true;
}

static void add(struct target *t, uint64_t start, uint64_t last, enum space_method method, uint64_t offset,
		const char *what)
{
	space_add(&t->kernel, &(struct space_range){start, last, method, (int64_t)offset, what});
}

/* Named by VMCOREINFO since 2369f171d5c5 (5.18). */
static void add_region(struct target *t, const char *first, const char *end, const char *what)
{
	int64_t start, behind;

	if (vmcoreinfo_number(t->vmcoreinfo, first, &start) &&
	    vmcoreinfo_number(t->vmcoreinfo, end, &behind) && is_upper((uint64_t)start) &&
	    (uint64_t)behind > (uint64_t)start)
		add(t, (uint64_t)start, (uint64_t)behind - 1, SPACE_TABLE, 0, what);
}

static void add_ranges(struct target *t, const struct arm64_data *d)
{
	uint64_t memory_end = dump_info(t->dump)->max_pfn << t->page_shift;
	uint64_t start, end = 0, last;

	add_region(t, "VMALLOC_START", "VMALLOC_END", "vmalloc");
	add_region(t, "MODULES_VADDR", "MODULES_END", "modules");
	add_region(t, "VMEMMAP_START", "VMEMMAP_END", "vmemmap");
	if (early_symbol(t, "_stext", t->slide, &start) && t->vmlinux &&
	    elf_file_symbol(t->vmlinux, "_end", &end)) {
		start &= ~0xffffULL; /* _text is aligned to 64K, and _stext less than that behind it */
		end += t->slide;
		if (start < end && end - start < 1ULL << 30)
			add(t, start, end - 1, SPACE_LINEAR, 0 - d->kimage_voffset, "kernel image");
	}
	if (!d->has_linear || !memory_end)
		return;
	last = memory_end - d->linear_offset - 1;
	if (last >= d->linear_start)
		add(t, d->linear_start, last < d->linear_last ? last : d->linear_last, SPACE_LINEAR,
		    d->linear_offset, "direct map");
}

/* Kernels whose pointers carry KASAN's tags run with TBI1: the top byte does not count. */
static void find_tags(struct target *t)
{
	uint64_t unused;

	if (!early_symbol(t, "kasan_init_sw_tags", 0, &unused) &&
	    !early_symbol(t, "kasan_init_hw_tags", 0, &unused))
		return;
	t->ignored_bits = 0xffULL << 56;
	target_evidence(t, "pointer tags", "a function of KASAN's", "ignored");
}

bool arm64_setup(struct target *t)
{
	struct arm64_data *d = arena_new(t->arena, struct arm64_data);
	uint64_t slide = 0;
	bool told;

	t->arch_data = d;
	told = told_voffset(t, &d->kimage_voffset);
	if (told && !early_slide(t, &slide) && t->vmlinux)
		told = false;
	if (!told && !arm64_locate(t, d, &slide))
		return false;
	t->slide = slide;
	symbols_set_slide(t->symbols, slide);
	if (!find_form(t, d, slide))
		return false;
	arm64_find_linear(t, d);
	add_ranges(t, d);
	find_tags(t);
	return true;
}

bool arm64_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	const struct arm64_data *d = t->arch_data;

	return target_user_tables(t, pgd, d ? (1ULL << d->va.actual) - 1 : 0, s);
}
