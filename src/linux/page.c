/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/page.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "linux/fields.h"
#include "target/arch.h"

enum { PAGE_FLAGS, PAGE_MAPPING, PAGE_INDEX, PAGE_COUNT, PAGE_HEAD, N_PAGE };

static const char *const page_names[N_PAGE] = {
	[PAGE_FLAGS] = "flags.f|flags", /* memdesc_flags_t since v6.18 */
	[PAGE_MAPPING] = "mapping",
	[PAGE_INDEX] = "__folio_index|index", /* renamed in v6.16 */
	[PAGE_COUNT] = "_refcount.counter|_count.counter",
	[PAGE_HEAD] = "compound_info|compound_head|first_page",
};

enum { SECTION_MAP, N_SECTION };
static const char *const section_names[N_SECTION] = {[SECTION_MAP] = "section_mem_map"};

static bool page_fields(struct kernel *k, struct fields *f)
{
	return fields_resolve(k->target, f, "page", page_names, N_PAGE) && f->size;
}

static bool flat(struct kernel *k, const struct fields *page, uint64_t pfn, uint64_t *address)
{
	struct target *t = k->target;
	uint64_t map, first = 0;

	if (!target_variable(t, "mem_map", t->word_size, &map))
		return false;
	/* ARCH_PFN_OFFSET: the first frame of RAM where physical memory does not begin at 0 */
	target_option(t, "phys_offset", &first);
	*address = map + (pfn - (first >> t->page_shift)) * page->size;
	return true;
}

/* The frames of one section, as a shift: from VMCOREINFO, else what the architecture had before it told. */
static unsigned section_shift(struct target *t)
{
	int64_t bits;

	if (!vmcoreinfo_number(t->vmcoreinfo, "SECTION_SIZE_BITS", &bits) || bits < t->page_shift ||
	    bits > 60)
		bits = t->arch && t->arch->section_bits ? t->arch->section_bits : 27;
	return (unsigned)bits - t->page_shift;
}

/* How mem_section holds the sections (mm/sparse.c). */
enum section_form {
	SECTIONS_BY_POINTER, /* a pointer to pointers to roots: SPARSEMEM_EXTREME since 83e3c48729d9 (v4.15)
			      */
	SECTIONS_BY_ROOTS,   /* an array of pointers to roots: SPARSEMEM_EXTREME before */
	SECTIONS_IN_PLACE,   /* an array of arrays of one section: static SPARSEMEM */
};

static enum section_form section_form(struct target *t, uint64_t *length)
{
	const struct symbol *symbol = symbol_find(t->symbols, "mem_section");
	const struct type *type;

	*length = 0;
	/* the symbol's size tells a pointer from an array without a look at debug information */
	if (!symbol || !symbol->size || symbol->size == t->word_size)
		return SECTIONS_BY_POINTER;
	type = type_of_symbol(t->types, "mem_section");
	type = type ? type_strip(t->types, type) : NULL;
	if (!type || type->kind != TYPE_ARRAY)
		return SECTIONS_BY_ROOTS;
	*length = type->count;
	return type_strip(t->types, type->target)->kind == TYPE_POINTER ? SECTIONS_BY_ROOTS
									: SECTIONS_IN_PLACE;
}

static bool read_pointer(struct target *t, uint64_t at, uint64_t *value)
{
	enum read_status status = target_read_word(t, at, value);

	return status == READ_OK || target_read_failed(t, "mem_section", at, status);
}

/* Where the struct mem_section of @section lies. */
static bool find_section(struct target *t, uint64_t symbol, uint64_t section, uint64_t size, uint64_t *at)
{
	uint64_t length, per_root = t->page_size / size;
	enum section_form form = section_form(t, &length);

	if (!per_root)
		return fail("struct mem_section is larger than a page");
	if (length && (form == SECTIONS_IN_PLACE ? section : section / per_root) >= length)
		return fail("memory section %llu lies behind all others", (unsigned long long)section);
	if (form == SECTIONS_IN_PLACE) {
		*at = symbol + section * size;
		return true;
	}
	*at = symbol;
	if (form == SECTIONS_BY_POINTER && !read_pointer(t, symbol, at))
		return false;
	if (!read_pointer(t, *at + section / per_root * t->word_size, at))
		return false;
	if (!*at)
		return fail("there is no memory section %llu", (unsigned long long)section);
	*at += section % per_root * size;
	return true;
}

static bool sparse(struct kernel *k, const struct fields *page, uint64_t symbol, uint64_t pfn,
		   uint64_t *address)
{
	struct target *t = k->target;
	uint64_t at = 0, coded = 0;
	enum read_status status;
	struct fields f;

	if (!fields_resolve(t, &f, "mem_section", section_names, N_SECTION) || !f.size ||
	    !f.list[SECTION_MAP].there)
		return fail("struct mem_section is not known");
	if (!find_section(t, symbol, pfn >> section_shift(t), f.size, &at))
		return fail_in("page frame %llx", (unsigned long long)pfn);
	status = field_read(t, &f, SECTION_MAP, at, &coded);
	if (status != READ_OK)
		return target_read_failed(t, "mem_section", at, status);
	if (!(coded & 1)) /* SECTION_MARKED_PRESENT */
		return fail("page frame %llx is in a section that is not present", (unsigned long long)pfn);
	/* flags stand in the low bits; the map itself is aligned to pages */
	*address = ((coded & ~(uint64_t)(t->page_size - 1)) + pfn * page->size) & target_word_mask(t);
	return true;
}

bool page_of_pfn(struct kernel *k, uint64_t pfn, uint64_t *address)
{
	struct fields page;
	uint64_t symbol;

	if (!page_fields(k, &page))
		return fail_in("struct page is not known");
	if (target_symbol(k->target, "mem_section", &symbol))
		return sparse(k, &page, symbol, pfn, address);
	return flat(k, &page, pfn, address);
}

enum read_status page_read(struct kernel *k, uint64_t address, struct page_info *info)
{
	struct target *t = k->target;
	struct arena scratch = {0};
	struct fields f;
	struct object o;
	enum read_status status;

	*info = (struct page_info){.address = address};
	if (!page_fields(k, &f))
		return READ_ERROR;
	object_read(t, &scratch, &f, address, &o);
	status = object_uint(&o, t, PAGE_FLAGS, &info->flags);
	info->has_mapping = object_uint(&o, t, PAGE_MAPPING, &info->mapping) == READ_OK;
	info->has_index = object_uint(&o, t, PAGE_INDEX, &info->index) == READ_OK;
	info->count = (int32_t)object_get(&o, t, PAGE_COUNT, 0);
	info->has_count = f.list[PAGE_COUNT].there && o.status == READ_OK;
	arena_free(&scratch);
	return status;
}

const char *page_flag_names(struct kernel *k, struct arena *a, uint64_t flags)
{
	const struct type *type = type_find(k->target->types, TYPE_ENUM, "pageflags");
	const struct type_enumerator *list;
	struct text names = {0};
	uint64_t seen = 0;
	const char *copy;
	size_t n, i;

	if (!type || !type_enumerators(k->target->types, type, &list, &n))
		return "";
	for (i = 0; i < n; i++) {
		/* the names after this one are other names of the bits before it */
		if (strcmp(list[i].name, "__NR_PAGEFLAGS") == 0)
			break;
		if (list[i].value < 0 || list[i].value > 63 || !(flags >> list[i].value & 1) ||
		    (seen >> list[i].value & 1) || strncmp(list[i].name, "PG_", 3) != 0)
			continue;
		seen |= 1ULL << list[i].value;
		if (names.n)
			text_putc(&names, ',');
		text_puts(&names, list[i].name + 3);
	}
	copy = arena_strdup(a, text_str(&names));
	text_free(&names);
	return copy;
}

uint64_t page_head(struct kernel *k, uint64_t address)
{
	struct fields f;
	uint64_t head;

	if (!page_fields(k, &f) || !f.list[PAGE_HEAD].there ||
	    field_read(k->target, &f, PAGE_HEAD, address, &head) != READ_OK || !(head & 1))
		return address;
	/*
	 * compound_info holds a mask instead of the address where the memory map was
	 * optimised away (v7.1, when struct page is a power of two): the head is
	 * then this page's address rounded down by it.
	 */
	if (strcmp(f.list[PAGE_HEAD].name, "compound_info") == 0 &&
	    (head >> 1) >= (target_word_mask(k->target) >> 16))
		return address & (head - 1);
	return head - 1;
}
