/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A described dump, between mkdump.c, which reads descriptions, and mkdump_write.c, which lays out files. */
#ifndef TESTS_UNIT_MKDUMP_PRIVATE_H
#define TESTS_UNIT_MKDUMP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { MOST_PAGES = 256, MOST_NOTES = 16, MOST_SEGMENTS = 64, MOST_POKES = 8, PAGE = 4096, LINE = 8192 };

struct page {
	uint64_t pfn;
	int flags; /* compression, as a page descriptor has it */
	bool text, lost;
	uint8_t data[PAGE];
};

struct description {
	bool elf, diskdump;
	enum byte_order order;
	unsigned word, align8, time; /* sizes of long and time_t, alignment of 64-bit integers */
	uint32_t block, version, status, level, bitmaps;
	uint64_t max, phys_base;
	char machine[65], release[65];
	bool split;
	uint64_t split_start, split_end;
	struct {
		uint64_t from, to;
	} excluded[8];
	size_t n_excluded;
	char vmcoreinfo[LINE], eraseinfo[LINE];
	int compress;
	struct page pages[MOST_PAGES];
	size_t n_pages;
	uint8_t notes[4 * LINE];
	size_t notes_size;
	struct {
		uint64_t paddr, filesz, memsz;
	} segments[MOST_SEGMENTS];
	size_t n_segments;
	uint32_t e_machine, e_flags;
	bool xnum, flat;
	uint64_t flat_cut, truncate;
	struct {
		uint64_t offset, size, value;
	} pokes[MOST_POKES];
	size_t n_pokes;
	/* the file */
	uint8_t *out;
	size_t size, capacity;
};

_Noreturn void mkdump_mistake(const char *what, const char *line);
/* @size bytes at @offset of the file, which grows with zeros. */
uint8_t *mkdump_at(struct description *d, uint64_t offset, uint64_t size);
void mkdump_elf(struct description *d);
void mkdump_kdump(struct description *d);
/* Records out of order, of a size that cuts pages, the first one overwritten by a later one. */
void mkdump_flatten(struct description *d);

#endif
