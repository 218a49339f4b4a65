/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/slab_name.h"

#include "base/error.h"
#include "base/hash.h"
#include "linux/fields.h"
#include "linux/page.h"

enum { SLAB_CACHE, N_SLAB };
static const char *const slab_fields[N_SLAB] = {[SLAB_CACHE] = "slab_cache"};

enum { CACHE_NAME, N_CACHE };
static const char *const cache_fields[N_CACHE] = {[CACHE_NAME] = "name"};

enum { TYPE_WORD, N_TYPE_WORD };
static const char *const type_word_fields[N_TYPE_WORD] = {[TYPE_WORD] = "page_type"};

/*
 * How a slab page is told: by the flag PG_slab, or, since 46df8e73a4a3 (v6.10), by a page type: until v6.11 a
 * cleared bit of page_type, then PGTY_slab in its top byte.
 */
enum slab_mark { MARK_FLAG, MARK_CLEARED_BIT, MARK_TYPE, MARK_UNKNOWN };

struct slab_names {
	enum slab_mark mark;
	uint64_t number; /* the flag's, or the type */
	struct fields slab, cache, type_word;
	struct num_map pages, caches; /* frame, struct kmem_cache -> name, 0: none */
};

static void find_mark(struct target *t, struct slab_names *n)
{
	const struct type *unused;
	int64_t value;

	n->mark = MARK_UNKNOWN;
	if (type_find_enumerator(t->types, "PG_slab", &value, &unused) && value >= 0 && value < 64) {
		n->mark = MARK_FLAG;
		n->number = (uint64_t)value;
	} else if (fields_resolve(t, &n->type_word, "page", type_word_fields, N_TYPE_WORD) &&
		   n->type_word.list[TYPE_WORD].there) {
		n->mark = MARK_CLEARED_BIT;
		if (type_find_enumerator(t->types, "PGTY_slab", &value, &unused)) {
			n->mark = MARK_TYPE;
			n->number = (uint64_t)value;
		}
	}
}

static struct slab_names *names_of(struct kernel *k)
{
	struct target *t = k->target;
	struct slab_names *n = k->slabs;

	if (n)
		return n;
	n = k->slabs = arena_new(k->arena, struct slab_names);
	find_mark(t, n);
	/* struct slab stands apart from struct page since d122019bf061 (v5.17); before, in it */
	if (!fields_resolve(t, &n->slab, "slab", slab_fields, N_SLAB) || !n->slab.list[SLAB_CACHE].there)
		fields_resolve(t, &n->slab, "page", slab_fields, N_SLAB);
	fields_resolve(t, &n->cache, "kmem_cache", cache_fields, N_CACHE);
	fail_clear();
	return n;
}

static bool is_slab(struct kernel *k, const struct slab_names *n, uint64_t page)
{
	struct page_info info;
	uint64_t word;

	if (n->mark == MARK_FLAG)
		return page_read(k, page, &info) == READ_OK && info.flags >> n->number & 1;
	if (n->mark == MARK_UNKNOWN ||
	    field_read(k->target, &n->type_word, TYPE_WORD, page, &word) != READ_OK)
		return false;
	if (n->mark == MARK_TYPE)
		return (word >> 24 & 0xff) == n->number;
	return (word & 0xf0000000) == 0xf0000000 && !(word & 0x1000);
}

static const char *cache_name(struct kernel *k, struct slab_names *n, uint64_t cache)
{
	struct target *t = k->target;
	const char *name = NULL;
	uint64_t at, known;
	char text[64];

	if (!t->volatile_memory && num_map_get(&n->caches, cache, &known))
		return (const char *)(uintptr_t)known;
	if (field_read(t, &n->cache, CACHE_NAME, cache, &at) == READ_OK &&
	    target_read_string(t, at, text, sizeof(text)) == READ_OK && text[0])
		name = arena_strdup(k->arena, text);
	num_map_put(k->arena, &n->caches, cache, (uintptr_t)name);
	return name;
}

static const char *name_of_frame(struct kernel *k, struct slab_names *n, uint64_t pfn)
{
	uint64_t page, cache;

	if (!page_of_pfn(k, pfn, &page))
		return NULL;
	page = page_head(k, page);
	if (!is_slab(k, n, page) || field_read(k->target, &n->slab, SLAB_CACHE, page, &cache) != READ_OK)
		return NULL;
	return cache_name(k, n, cache);
}

const char *slab_cache_name(struct kernel *k, uint64_t address)
{
	struct target *t = k->target;
	struct slab_names *n = names_of(k);
	uint64_t physical, pfn, known;
	const char *name;

	if (space_translate(t, &t->kernel, address, &physical, NULL) != READ_OK)
		return NULL;
	pfn = physical >> t->page_shift;
	if (!t->volatile_memory && num_map_get(&n->pages, pfn, &known))
		return (const char *)(uintptr_t)known;
	name = name_of_frame(k, n, pfn);
	num_map_put(k->arena, &n->pages, pfn, (uintptr_t)name);
	fail_clear();
	return name;
}
