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

enum { NODE_MEM_MAP, NODE_START_PFN, N_NODE };
static const char *const node_names[N_NODE] = {
	[NODE_MEM_MAP] = "node_mem_map",
	[NODE_START_PFN] = "node_start_pfn",
};

/* How mem_section holds the sections (mm/sparse.c). */
enum section_form {
	SECTIONS_BY_POINTER, /* a pointer to pointers to roots: SPARSEMEM_EXTREME since 83e3c48729d9 (v4.15)
			      */
	SECTIONS_BY_ROOTS,   /* an array of pointers to roots: SPARSEMEM_EXTREME before */
	SECTIONS_IN_PLACE,   /* an array of arrays of one section: static SPARSEMEM */
};

/* What does not change while a dump is open: layouts, and the memory model. */
struct page_facts {
	bool known; /* struct page is */
	struct fields page, section;
	bool sparse;
	/* sparse */
	uint64_t mem_section; /* the symbol */
	enum section_form form;
	uint64_t length;                      /* of the array, 0 unknown */
	unsigned shift;                       /* frames of a section, as a shift */
	uint64_t section_number, section_map; /* the last one that was looked up */
	bool has_section;
	/* flat */
	bool has_map;
	uint64_t mem_map, first; /* the array, and the frame of its first entry */
};

/* The frames of one section, as a shift: from VMCOREINFO, else what the architecture had before it told. */
static unsigned section_shift(struct target *t)
{
	int64_t bits;

	if (!vmcoreinfo_number(t->vmcoreinfo, "SECTION_SIZE_BITS", &bits) || bits < t->page_shift ||
	    bits > 60)
		bits = t->arch && t->arch->section_bits ? t->arch->section_bits : 27;
	return (unsigned)bits - t->page_shift;
}

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

/*
 * The only node's map, which begins with its first frame (alloc_node_mem_map() of mm/page_alloc.c); else
 * mem_map, which begins with ARCH_PFN_OFFSET.
 */
static void find_flat(struct target *t, struct page_facts *p)
{
	struct fields node;
	uint64_t at, start = 0;

	if (target_symbol(t, "contig_page_data", &at) &&
	    fields_resolve(t, &node, "pglist_data", node_names, N_NODE) &&
	    field_read(t, &node, NODE_MEM_MAP, at, &p->mem_map) == READ_OK &&
	    field_read(t, &node, NODE_START_PFN, at, &p->first) == READ_OK && p->mem_map) {
		p->has_map = true;
		return;
	}
	p->has_map = target_variable(t, "mem_map", t->word_size, &p->mem_map);
	target_option(t, "phys_offset", &start);
	p->first = start >> t->page_shift;
}

static struct page_facts *find_facts(struct kernel *k)
{
	struct target *t = k->target;
	struct page_facts *p = arena_new(k->arena, struct page_facts);

	p->known = fields_resolve(t, &p->page, "page", page_names, N_PAGE) && p->page.size;
	p->sparse = target_symbol(t, "mem_section", &p->mem_section);
	if (p->sparse) {
		fields_resolve(t, &p->section, "mem_section", section_names, N_SECTION);
		p->form = section_form(t, &p->length);
		p->shift = section_shift(t);
	} else {
		find_flat(t, p);
	}
	fail_clear();
	return p;
}

/* NULL with a message when struct page is not known. */
static struct page_facts *page_facts(struct kernel *k)
{
	if (!k->pages)
		k->pages = find_facts(k);
	if (!k->pages->known)
		fail("struct page is not known");
	return k->pages->known ? k->pages : NULL;
}

static bool read_pointer(struct target *t, uint64_t at, uint64_t *value)
{
	enum read_status status = target_read_word(t, at, value);

	return status == READ_OK || target_read_failed(t, "mem_section", at, status);
}

/* Where the struct mem_section of @section lies. */
static bool find_section(struct target *t, const struct page_facts *p, uint64_t section, uint64_t *at)
{
	uint64_t size = p->section.size, per_root = t->page_size / size;

	if (!per_root)
		return fail("struct mem_section is larger than a page");
	if (p->length && (p->form == SECTIONS_IN_PLACE ? section : section / per_root) >= p->length)
		return fail("memory section %llu lies behind all others", (unsigned long long)section);
	*at = p->mem_section;
	if (p->form == SECTIONS_IN_PLACE) {
		*at += section * size;
		return true;
	}
	if (p->form == SECTIONS_BY_POINTER && !read_pointer(t, *at, at))
		return false;
	if (!read_pointer(t, *at + section / per_root * t->word_size, at))
		return false;
	if (!*at)
		return fail("there is no memory section %llu", (unsigned long long)section);
	*at += section % per_root * size;
	return true;
}

/* The memory map of @section as the kernel keeps it: for a frame number that counts from 0. */
static bool section_map(struct target *t, struct page_facts *p, uint64_t section, uint64_t *map)
{
	uint64_t at = 0, coded = 0;
	enum read_status status;

	if (p->has_section && p->section_number == section && !t->volatile_memory) {
		*map = p->section_map;
		return true;
	}
	if (!p->section.size || !p->section.list[SECTION_MAP].there)
		return fail("struct mem_section is not known");
	if (!find_section(t, p, section, &at))
		return false;
	status = field_read(t, &p->section, SECTION_MAP, at, &coded);
	if (status != READ_OK)
		return target_read_failed(t, "mem_section", at, status);
	if (!(coded & 1)) /* SECTION_MARKED_PRESENT */
		return fail("its section is not present");
	/* flags stand in the low bits; the map itself is aligned to pages */
	*map = coded & ~(uint64_t)(t->page_size - 1);
	p->has_section = true;
	p->section_number = section;
	p->section_map = *map;
	return true;
}

bool page_of_pfn(struct kernel *k, uint64_t pfn, uint64_t *address)
{
	struct page_facts *p = page_facts(k);
	uint64_t map = 0;

	if (!p)
		return false;
	if (p->sparse) {
		if (!section_map(k->target, p, pfn >> p->shift, &map))
			return fail_in("page frame %llx", (unsigned long long)pfn);
		*address = (map + pfn * p->page.size) & target_word_mask(k->target);
		return true;
	}
	if (!p->has_map)
		return fail("the kernel's memory map is not known");
	*address = (p->mem_map + (pfn - p->first) * p->page.size) & target_word_mask(k->target);
	return true;
}

enum read_status page_read(struct kernel *k, uint64_t address, struct page_info *info)
{
	struct target *t = k->target;
	struct arena scratch = {0};
	const struct page_facts *p = page_facts(k);
	struct object o;
	enum read_status status;

	*info = (struct page_info){.address = address};
	if (!p)
		return READ_ERROR;
	object_read(t, &scratch, &p->page, address, &o);
	status = object_uint(&o, t, PAGE_FLAGS, &info->flags);
	info->has_mapping = object_uint(&o, t, PAGE_MAPPING, &info->mapping) == READ_OK;
	info->has_index = object_uint(&o, t, PAGE_INDEX, &info->index) == READ_OK;
	info->count = (int32_t)object_get(&o, t, PAGE_COUNT, 0);
	info->has_count = p->page.list[PAGE_COUNT].there && o.status == READ_OK;
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
	const struct page_facts *p = page_facts(k);
	uint64_t head;

	if (!p || !p->page.list[PAGE_HEAD].there ||
	    field_read(k->target, &p->page, PAGE_HEAD, address, &head) != READ_OK || !(head & 1))
		return address;
	/*
	 * compound_info holds a mask instead of the address where the memory map was
	 * optimised away (v7.1, when struct page is a power of two): the head is
	 * then this page's address rounded down by it.
	 */
	if (strcmp(p->page.list[PAGE_HEAD].name, "compound_info") == 0 &&
	    (head >> 1) >= (target_word_mask(k->target) >> 16))
		return address & (head - 1);
	return head - 1;
}
