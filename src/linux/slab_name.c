/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/slab_name.h"

#include "base/error.h"
#include "linux/fields.h"
#include "linux/page.h"

enum { SLAB_CACHE, N_SLAB };
static const char *const slab_names[N_SLAB] = {[SLAB_CACHE] = "slab_cache"};

enum { CACHE_NAME, N_CACHE };
static const char *const cache_names[N_CACHE] = {[CACHE_NAME] = "name"};

enum { TYPE_WORD, N_TYPE_WORD };
static const char *const type_word_names[N_TYPE_WORD] = {[TYPE_WORD] = "page_type"};

/*
 * A slab page has the flag PG_slab, or, since 46df8e73a4a3 (v6.10), a page type:
 * until v6.11 a cleared bit of page_type, then PGTY_slab in its top byte.
 */
static bool is_slab(struct kernel *k, uint64_t page, const struct page_info *info)
{
	struct target *t = k->target;
	struct fields f;
	const struct type *unused;
	int64_t value;
	uint64_t word;

	if (type_find_enumerator(t->types, "PG_slab", &value, &unused) && value >= 0 && value < 64)
		return info->flags >> value & 1;
	if (!fields_resolve(t, &f, "page", type_word_names, N_TYPE_WORD) ||
	    field_read(t, &f, TYPE_WORD, page, &word) != READ_OK)
		return false;
	if (type_find_enumerator(t->types, "PGTY_slab", &value, &unused))
		return (word >> 24 & 0xff) == (uint64_t)value;
	return (word & 0xf0000000) == 0xf0000000 && !(word & 0x1000);
}

const char *slab_cache_name(struct kernel *k, struct arena *a, uint64_t address)
{
	struct target *t = k->target;
	struct page_info info;
	struct fields slab, cache;
	uint64_t physical, page, owner, name;
	char text[64];

	if (space_translate(t, &t->kernel, address, &physical, NULL) != READ_OK ||
	    !page_of_pfn(k, physical >> t->page_shift, &page))
		goto none;
	page = page_head(k, page);
	if (page_read(k, page, &info) != READ_OK || !is_slab(k, page, &info))
		goto none;
	/* struct slab stands apart from struct page since d122019bf061 (v5.17); before, in it */
	if (!fields_resolve(t, &slab, "slab", slab_names, N_SLAB) || !slab.list[SLAB_CACHE].there)
		if (!fields_resolve(t, &slab, "page", slab_names, N_SLAB))
			goto none;
	if (field_read(t, &slab, SLAB_CACHE, page, &owner) != READ_OK ||
	    !fields_resolve(t, &cache, "kmem_cache", cache_names, N_CACHE) ||
	    field_read(t, &cache, CACHE_NAME, owner, &name) != READ_OK ||
	    target_read_string(t, name, text, sizeof(text)) != READ_OK || !text[0])
		goto none;
	return arena_strdup(a, text);
none:
	fail_clear();
	return NULL;
}
