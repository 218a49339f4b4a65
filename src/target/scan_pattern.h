/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a scan of memory looks for, and the loop that looks: over bytes that lie here already. */
#ifndef TARGET_SCAN_PATTERN_H
#define TARGET_SCAN_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

enum { SCAN_MOST_VALUES = 100, SCAN_LONGEST_TEXT = 1024 };

struct scan_text {
	const char *bytes;
	size_t n; /* 1 to SCAN_LONGEST_TEXT */
};

/* Made by one of the two functions below. */
struct scan_pattern {
	unsigned width; /* bytes of an integer: 2, 4 or 8; 0: texts */
	enum byte_order order;
	const struct scan_text *texts;
	size_t n;       /* values or texts, at most SCAN_MOST_VALUES */
	size_t longest; /* bytes of the longest one */
	/* The values as they lie in the target's memory, read as integers of this host, the mask set in each.
	 */
	uint64_t *keys;
	uint64_t mask; /* so too */
	/* Of values of 8 bytes: what is compared first, a half of each. */
	uint64_t *half_keys, *half_masks;
};

struct scan_hit {
	uint32_t offset;
	uint32_t which; /* index of the value or text */
	uint64_t value; /* of an integer: what lies there, with the bits that do not count */
};

/* Integers of @width bytes at addresses that are multiples of it; bits of @mask do not count. */
struct scan_pattern scan_integers(struct arena *a, unsigned width, enum byte_order order, uint64_t mask,
				  const uint64_t *values, size_t n);
/* Texts at any address. @texts must stay valid. */
struct scan_pattern scan_texts(const struct scan_text *texts, size_t n);

/*
 * Look through @size bytes, the first of which is at @address of the target, for what begins at offsets
 * [@from, @before) and ends inside. Up to @max hits (at least as many as there are values) are stored, by
 * offset, then by index. Returns how many; *@next is where to go on: @before when nothing is left.
 */
size_t scan_match(const struct scan_pattern *p, uint64_t address, const uint8_t *data, size_t size,
		  size_t from, size_t before, struct scan_hit *hits, size_t max, size_t *next);

#endif
