/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decompressed pages, shared by all threads. */
#ifndef DUMP_CACHE_H
#define DUMP_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page_cache;

/* Takes memory as pages come, up to about @most bytes. */
struct page_cache *cache_new(size_t page_size, size_t most);
void cache_free(struct page_cache *c);
/* Copy @size bytes at @offset of the page; false when it is not there. */
bool cache_get(struct page_cache *c, uint64_t pfn, size_t offset, void *buffer, size_t size);
void cache_put(struct page_cache *c, uint64_t pfn, const void *page);

#endif
