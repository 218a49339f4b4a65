/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Set-associative, as processors do it: a page may lie in one of a few ways of
 * its set, and the way longest unused gives room. Sets share a number of
 * locks, held for a copy only.
 */
#include "dump/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/hash.h"

enum { WAYS = 8, LOCKS = 64 };

struct way {
	uint64_t pfn_plus_1; /* 0: free */
	uint64_t used;
};

struct set {
	struct way ways[WAYS];
	uint64_t clock;
};

struct page_cache {
	size_t page_size, n_sets; /* a power of two */
	size_t bytes;
	struct set *sets;
	uint8_t *pages; /* not touched before a page is put there, so not in memory */
	pthread_mutex_t locks[LOCKS];
};

struct page_cache *cache_new(size_t page_size, size_t most)
{
	struct page_cache *c = xcalloc(1, sizeof(*c));
	void *pages;

	c->page_size = page_size;
	c->n_sets = 1;
	while (c->n_sets * 2 * WAYS * page_size <= most)
		c->n_sets *= 2;
	c->bytes = c->n_sets * WAYS * page_size;
	pages = mmap(NULL, c->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		     0);
	if (pages != MAP_FAILED) {
		c->pages = pages;
		/* pages come one at a time and anywhere: a huge one would be taken for each */
		madvise(pages, c->bytes, MADV_NOHUGEPAGE);
	}
	c->sets = xcalloc(c->n_sets, sizeof(*c->sets));
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&c->locks[i], NULL);
	return c;
}

void cache_free(struct page_cache *c)
{
	if (!c)
		return;
	if (c->pages)
		munmap(c->pages, c->bytes);
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&c->locks[i]);
	free(c->sets);
	free(c);
}

static size_t set_of(const struct page_cache *c, uint64_t pfn)
{
	return (size_t)hash_u64(pfn) & (c->n_sets - 1);
}

static uint8_t *page_of(const struct page_cache *c, size_t set, size_t way)
{
	return c->pages + (set * WAYS + way) * c->page_size;
}

bool cache_get(struct page_cache *c, uint64_t pfn, size_t offset, void *buffer, size_t size)
{
	size_t set = set_of(c, pfn);
	struct set *s = &c->sets[set];
	bool found = false;

	if (!c->pages)
		return false;
	pthread_mutex_lock(&c->locks[set % LOCKS]);
	for (size_t i = 0; i < WAYS && !found; i++) {
		if (s->ways[i].pfn_plus_1 != pfn + 1)
			continue;
		s->ways[i].used = ++s->clock;
		memcpy(buffer, page_of(c, set, i) + offset, size);
		found = true;
	}
	pthread_mutex_unlock(&c->locks[set % LOCKS]);
	return found;
}

void cache_put(struct page_cache *c, uint64_t pfn, const void *page)
{
	size_t set = set_of(c, pfn), oldest = 0;
	struct set *s = &c->sets[set];

	if (!c->pages)
		return;
	pthread_mutex_lock(&c->locks[set % LOCKS]);
	for (size_t i = 0; i < WAYS; i++) {
		/* another thread may have been as fast */
		if (s->ways[i].pfn_plus_1 == pfn + 1) {
			oldest = i;
			break;
		}
		if (s->ways[i].used < s->ways[oldest].used)
			oldest = i;
	}
	s->ways[oldest] = (struct way){pfn + 1, ++s->clock};
	memcpy(page_of(c, set, oldest), page, c->page_size);
	pthread_mutex_unlock(&c->locks[set % LOCKS]);
}
