/* SPDX-License-Identifier: GPL-2.0-or-later */
/* struct page: where the one of a page frame lies, and what it says. */
#ifndef LINUX_PAGE_H
#define LINUX_PAGE_H

#include "linux/kernel.h"

/*
 * Address of the struct page of frame @pfn, for every memory model: sparse
 * (mem_section, include/linux/mmzone.h), with or without vmemmap, and flat
 * (mem_map). False with a message.
 */
bool page_of_pfn(struct kernel *k, uint64_t pfn, uint64_t *page);

struct page_info {
	uint64_t address, flags;
	uint64_t mapping, index; /* as stored; mapping with its low bits */
	int32_t count;
	bool has_mapping, has_index, has_count;
};
/* READ_OK, or why struct page @address cannot be read. */
enum read_status page_read(struct kernel *k, uint64_t address, struct page_info *info);
/* Names of the flags that are set, with commas ("uptodate,lru,active"), from enum pageflags; "" where
 * unknown. */
const char *page_flag_names(struct kernel *k, struct arena *a, uint64_t flags);
/* The head of a compound page, or @address itself. */
uint64_t page_head(struct kernel *k, uint64_t address);

#endif
