/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the frame number stands in a page-table entry depends on six options of
 * the kernel's configuration, and nothing in a dump says which were set. So all
 * places are tried on something known: the list of modules begins in the image
 * and goes through mapped memory, and each element must point back. A kernel
 * without modules is told by its entries' flags: all pages of its data have the
 * same ones, and a frame number must be one of memory.
 */
#include "mips.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

enum {
	LEAST_CACHE_SHIFT = 3, /* GLOBAL, VALID, DIRTY below it */
	MOST_CACHE_SHIFT = 13, /* five software bits, HUGE, SPECIAL, NO_EXEC, NO_READ: 12 */
	MOST_SAMPLES = 4096,
	MOST_TABLES = 4096,
	MOST_EMPTY = 64,
	CHUNK = 512,
};

struct candidate {
	enum mips_pte pte;
	unsigned pgd_bits, pfn_shift;
};

struct candidates {
	struct candidate list[40];
	size_t n;
};

static unsigned log2_of(uint64_t value)
{
	unsigned n = 0;

	while (value >>= 1)
		n++;
	return n;
}

/* swapper_pg_dir is an array of PTRS_PER_PGD entries: only its size says how many. */
static unsigned root_bits(struct target *t)
{
	const struct symbol *root = symbol_find(t->symbols, "swapper_pg_dir");
	uint64_t entries = root ? root->size / t->word_size : 0;

	if (entries >= 2 && entries <= 1 << 16 && (entries & (entries - 1)) == 0)
		return log2_of(entries);
	return 0;
}

static void put(struct candidates *c, enum mips_pte pte, unsigned pgd_bits, unsigned pfn_shift)
{
	if (c->n < sizeof c->list / sizeof *c->list)
		c->list[c->n++] = (struct candidate){pte, pgd_bits, pfn_shift};
}

static void put_words(struct candidates *c, const struct target *t, unsigned pgd_bits)
{
	unsigned base = t->page_shift - 12U + 3;

	for (unsigned cache = LEAST_CACHE_SHIFT; cache <= MOST_CACHE_SHIFT; cache++)
		put(c, MIPS_PTE_WORD, pgd_bits, base + cache);
}

static void candidates_32(struct target *t, struct candidates *c)
{
	unsigned bits = root_bits(t), narrow = 32 - (2U * t->page_shift - 2);

	/* PGDIR_SHIFT is 2 * PAGE_SHIFT - log2(entry size), and one less with huge pages. */
	if (!bits || bits == narrow)
		put_words(c, t, narrow);
	if (!bits || bits == narrow + 1) {
		put(c, MIPS_PTE_XPA, narrow + 1, 8);
		put(c, MIPS_PTE_PHYS64, narrow + 1, 6);
	}
	if (bits == narrow + 1)
		put_words(c, t, bits);
	if (c->n == 0) /* a size that no configuration has */
		put_words(c, t, narrow);
}

static void candidates_64(struct target *t, unsigned levels, struct candidates *c)
{
	unsigned bits = root_bits(t);

	if (!bits) {
		bits = t->page_shift - 3U;
		/* PGD_TABLE_ORDER is 1 with pages of 4K in three levels: the usual 40 bits. */
		if (t->page_shift == 12 && levels == 3)
			bits++;
	}
	put_words(c, t, bits);
}

static void use(struct target *t, struct mips_data *d, const struct candidate *c)
{
	mips_form_init(&d->form, t, c->pte, c->pgd_bits, d->levels, c->pfn_shift);
	t->kernel.form = &d->form.form;
}

/* Does the list of modules lead through mapped memory, and back? */
static bool leads_to_modules(struct target *t, struct mips_data *d, uint64_t head, uint64_t first)
{
	uint64_t physical, back;
	uint8_t bytes[8];

	/* not by target_read(): its memory of translations does not know that the form changes */
	struct walk walk;

	(void)d;
	space_walk(t, &t->kernel, first + t->word_size, false, &walk);
	if (walk.status != READ_OK)
		return false;
	physical = walk.address;
	if (target_read_physical(t, physical, bytes, t->word_size) != READ_OK)
		return false;
	back = get_uint(bytes, t->word_size, t->order);
	return back == head;
}

static bool by_modules(struct target *t, struct mips_data *d, const struct candidates *c)
{
	uint64_t head, first;

	if (!target_symbol(t, "modules", &head) || target_read_word(t, head, &first) != READ_OK ||
	    first == head || mips_is_user(t, first) || mips_unmapped(t->word_size, first, &(uint64_t){0}))
		return false;
	for (size_t i = 0; i < c->n; i++) {
		use(t, d, &c->list[i]);
		if (leads_to_modules(t, d, head, first))
			return true;
	}
	return false;
}

struct samples {
	struct target *t;
	const struct page_form *form;
	uint64_t value[MOST_SAMPLES];
	size_t n, tables;
	uint64_t empty[MOST_EMPTY]; /* invalid_pte_table and the like, which most entries lead to */
	size_t n_empty;
};

static bool is_empty(const struct samples *s, uint64_t table)
{
	for (size_t i = 0; i < s->n_empty; i++) {
		if (s->empty[i] == table)
			return true;
	}
	return false;
}

/* Entries of the last level below @table; recursion is as deep as the tables. */
static void collect(struct samples *s, unsigned level, uint64_t table)
{
	const struct page_form *f = s->form;
	bool last = level + 1U == f->levels;
	unsigned size = last ? f->leaf_entry_size : f->entry_size;
	uint64_t entries = 1ULL << f->index_bits[level];
	size_t before = s->n;
	uint8_t chunk[CHUNK];

	if (++s->tables > MOST_TABLES)
		return;
	for (uint64_t i = 0; i < entries && s->n < MOST_SAMPLES; i++) {
		size_t at = (size_t)(i * size % CHUNK);
		struct entry e;
		uint64_t value;

		if (at == 0 && target_read_physical(s->t, table + i * size, chunk,
						    entries * size < CHUNK ? (size_t)(entries * size)
									   : CHUNK) != READ_OK)
			return;
		value = get_uint(chunk + at, size, f->order);
		if (last) {
			if (value)
				s->value[s->n++] = value;
			continue;
		}
		e = f->decode(f, level, value);
		if (e.kind == ENTRY_TABLE && !is_empty(s, e.address))
			collect(s, level + 1, e.address);
	}
	if (s->n == before && s->n_empty < MOST_EMPTY)
		s->empty[s->n_empty++] = table;
}

static bool in_memory(struct target *t, uint64_t physical)
{
	const struct dump_range *ranges;
	size_t n = t->dump ? dump_ranges(t->dump, &ranges) : 0;

	for (size_t i = 0; i < n; i++) {
		if (physical >= ranges[i].start && physical < ranges[i].end)
			return true;
	}
	return n == 0;
}

/*
 * PAGE_KERNEL: all of PRESENT, (NO_READ not,) WRITE, ACCESSED, MODIFIED, then nothing up to GLOBAL, VALID,
 * DIRTY. So GLOBAL is the lowest bit set above the software's.
 */
static bool fits(struct target *t, const struct candidate *c, uint64_t value)
{
	unsigned cache = c->pfn_shift - (t->page_shift - 12U) - 3, global = cache - 3;
	unsigned software = (value & 0x1f) == 0xf ? 4 : (value & 0x1d) == 0x1d ? 5 : 0;

	/* The R3000 has them at 10:8, and one bit for the cache. */
	if (software == 5 && c->pfn_shift == t->page_shift && (value >> 5 & 0x7f) == 0x38)
		return in_memory(t, value >> c->pfn_shift << t->page_shift);
	/* HUGE and SPECIAL, and NO_EXEC and NO_READ behind four bits only, may lie between */
	if (!software || global < software || global > (software == 4 ? 8 : 7) ||
	    (value >> global & 7) != 7 || (value & ((1ULL << global) - 1)) >> software)
		return false;
	return in_memory(t, value >> c->pfn_shift << t->page_shift);
}

/* Votes of the entries; a candidate wins that half of them agree with. */
static bool by_flags(struct target *t, struct mips_data *d, const struct candidates *c, struct samples *s)
{
	size_t best = 0, most = 0;

	for (size_t i = 0; i < c->n; i++) {
		size_t votes = 0;

		if (c->list[i].pte != MIPS_PTE_WORD)
			continue;
		for (size_t j = 0; j < s->n; j++)
			votes += fits(t, &c->list[i], s->value[j]);
		if (votes > most) {
			most = votes;
			best = i;
		}
	}
	if (!most)
		return false;
	use(t, d, &c->list[best]);
	target_evidence(t, "page table entries", "flags of kernel pages", "%zu of %zu agree", most, s->n);
	return true;
}

static void say(struct target *t, const struct mips_data *d, const char *from)
{
	static const char *const kinds[] = {"", ", 64-bit physical addresses", ", XPA"};

	target_evidence(t, "pfn_shift", from, "%u (%s%s)", d->form.pfn_shift, d->form.form.name,
			kinds[d->form.pte]);
}

/* The flags that a page of the kernel's own data has: where the names of bits come from. */
static void name_flags(struct target *t, struct mips_data *d, const struct samples *s)
{
	struct candidate c = {d->form.pte, 0, d->form.pfn_shift};

	for (size_t i = 0; i < s->n; i++) {
		if (d->form.pte == MIPS_PTE_WORD && fits(t, &c, s->value[i])) {
			mips_form_flags(&d->form, s->value[i]);
			return;
		}
	}
}

static bool told(struct target *t, struct mips_data *d, const struct candidates *c)
{
	const char *vm = target_option_text(t, "vm");
	uint64_t shift;
	struct candidate one = c->list[0];

	if (vm && strcmp(vm, "xpa") == 0)
		one = (struct candidate){MIPS_PTE_XPA, 33 - (2U * t->page_shift - 2), 8};
	else if (vm && strcmp(vm, "phys64") == 0)
		one = (struct candidate){MIPS_PTE_PHYS64, 33 - (2U * t->page_shift - 2), 6};
	else if (!target_option(t, "pfn_shift", &shift) ||
		 shift < t->page_shift - 12U + 3 + LEAST_CACHE_SHIFT ||
		 shift > t->page_shift - 12U + 3 + MOST_CACHE_SHIFT)
		return false;
	else
		one = (struct candidate){MIPS_PTE_WORD, c->list[0].pgd_bits, (unsigned)shift};
	use(t, d, &one);
	return true;
}

void mips_probe(struct target *t, struct mips_data *d)
{
	struct candidates c = {.n = 0};
	struct samples *s = arena_new(t->arena, struct samples);

	if (t->word_size == 8)
		candidates_64(t, d->levels, &c);
	else
		candidates_32(t, &c);
	s->t = t;
	if (told(t, d, &c)) {
		say(t, d, "-m");
	} else if (by_modules(t, d, &c)) {
		say(t, d, "the list of modules");
	} else {
		use(t, d, &c.list[0]);
		s->form = t->kernel.form;
		collect(s, 0, t->kernel.root);
		if (by_flags(t, d, &c, s)) {
			say(t, d, "flags of kernel pages");
		} else {
			use(t, d, &c.list[c.n / 2]);
			say(t, d, "a guess: nothing is mapped that could tell");
		}
	}
	if (!s->form) {
		s->form = t->kernel.form;
		collect(s, 0, t->kernel.root);
	}
	name_flags(t, d, s);
	fail_clear();
}
