/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nearly all memory holds nothing of what is looked for, so what counts is how fast that is seen: blocks are
 * compared as a whole, in the compiler's vectors, each value in turn while the block is in the cache next to
 * the processor, and looked at unit by unit only when something is in them. Words are never turned into this
 * host's order: the values are turned into the target's, once.
 */
#include "target/scan_pattern.h"

#include <string.h>

enum { LANES = 16, BLOCK = 16 * LANES };

/*
 * Is one of the units of a block, the bits of @mask set, equal to @key? Differences are not looked at one by
 * one: that would be a branch for each. Of units of 8 bytes only a half is compared, since not every
 * processor has an instruction for more: @key and @mask are then such that the other half equals nothing.
 */
#define DEFINE_ANY(name, type)                                                                               \
	typedef type name __attribute__((vector_size(LANES), aligned(1), may_alias));                        \
                                                                                                             \
	static bool any_##name(const uint8_t *block, uint64_t key, uint64_t mask)                            \
	{                                                                                                    \
		name keys = (type)key - (name){0}, masks = (type)mask - (name){0}, found = {0};              \
		uint64_t halves[2];                                                                          \
                                                                                                             \
		for (size_t i = 0; i < BLOCK; i += LANES) {                                                  \
			name lanes = *(const name *)(block + i);                                             \
                                                                                                             \
			found |= (name)((lanes | masks) == keys);                                            \
		}                                                                                            \
		memcpy(halves, &found, sizeof(halves));                                                      \
		return (halves[0] | halves[1]) != 0;                                                         \
	}

DEFINE_ANY(bytes_2, uint16_t)
DEFINE_ANY(bytes_4, uint32_t)

/* The two halves of a unit of 8 bytes as they follow each other in memory, in each of the vector's lanes. */
static bool any_bytes_8(const uint8_t *block, uint64_t key, uint64_t mask)
{
	typedef uint64_t wide __attribute__((vector_size(LANES)));
	bytes_4 keys = (bytes_4)(key - (wide){0}), masks = (bytes_4)(mask - (wide){0}), found = {0};
	uint64_t halves[2];

	for (size_t i = 0; i < BLOCK; i += LANES) {
		bytes_4 lanes = *(const bytes_4 *)(block + i);

		found |= (bytes_4)((lanes | masks) == keys);
	}
	memcpy(halves, &found, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

typedef uint8_t bytes_1 __attribute__((vector_size(LANES), aligned(1), may_alias));

/* May a text begin in the block? Its first and its last byte are where they would be. */
static bool any_text(const uint8_t *block, const struct scan_text *text)
{
	bytes_1 first = (uint8_t)text->bytes[0] - (bytes_1){0};
	bytes_1 last = (uint8_t)text->bytes[text->n - 1] - (bytes_1){0};
	bytes_1 found = {0};
	uint64_t halves[2];

	for (size_t i = 0; i < BLOCK; i += LANES) {
		bytes_1 here = *(const bytes_1 *)(block + i);
		bytes_1 there = *(const bytes_1 *)(block + i + text->n - 1);

		found |= (bytes_1)((here == first) & (there == last));
	}
	memcpy(halves, &found, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

/* An integer of this host from memory as it is. */
static uint64_t load(const uint8_t *at, unsigned width)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (width) {
	case 2: memcpy(&two, at, sizeof(two)); return two;
	case 4: memcpy(&four, at, sizeof(four)); return four;
	default: memcpy(&eight, at, sizeof(eight)); return eight;
	}
}

static uint64_t as_in_memory(uint64_t value, unsigned width, enum byte_order order)
{
	uint8_t bytes[8];

	put_uint(bytes, width, value, order);
	return load(bytes, width);
}

/*
 * Which half of a key of 8 bytes is to be compared? One that memory is not full of: of a pointer, the low
 * one. In place of the other goes what no lane equals: zero, where all bits of the mask are set.
 */
static void choose_half(struct scan_pattern *p, size_t i)
{
	const uint64_t first =
		as_in_memory(0xffffffff, 8, p->order); /* the low half of the target's integer */
	uint64_t half = first, key = p->keys[i];
	bool is_common = (key & half) == (p->mask & half) || (key & half) == half;

	if (is_common)
		half = ~first;
	p->half_masks[i] = p->mask | ~half;
	p->half_keys[i] = key & half;
}

struct scan_pattern scan_integers(struct arena *a, unsigned width, enum byte_order order, uint64_t mask,
				  const uint64_t *values, size_t n)
{
	struct scan_pattern p = {.width = width,
				 .order = order,
				 .n = n,
				 .longest = width,
				 .keys = arena_array(a, n, sizeof(uint64_t)),
				 .mask = as_in_memory(mask, width, order)};

	if (width == 8) {
		p.half_keys = arena_array(a, n, sizeof(uint64_t));
		p.half_masks = arena_array(a, n, sizeof(uint64_t));
	}
	for (size_t i = 0; i < n; i++) {
		p.keys[i] = as_in_memory(values[i], width, order) | p.mask;
		if (width == 8)
			choose_half(&p, i);
	}
	return p;
}

struct scan_pattern scan_texts(const struct scan_text *texts, size_t n)
{
	struct scan_pattern p = {.texts = texts, .n = n};

	for (size_t i = 0; i < n; i++)
		if (texts[i].n > p.longest)
			p.longest = texts[i].n;
	return p;
}

/* What is in a whole block, if anything; all units of all texts lie inside what was given. */
static bool is_in_block(const struct scan_pattern *p, const uint8_t *block)
{
	for (size_t i = 0; i < p->n; i++) {
		bool any;

		switch (p->width) {
		case 0: any = any_text(block, &p->texts[i]); break;
		case 2: any = any_bytes_2(block, p->keys[i], p->mask); break;
		case 4: any = any_bytes_4(block, p->keys[i], p->mask); break;
		default: any = any_bytes_8(block, p->half_keys[i], p->half_masks[i]); break;
		}
		if (any)
			return true;
	}
	return false;
}

/* The hits at one offset. @left: bytes from there on. */
static size_t match_at(const struct scan_pattern *p, const uint8_t *at, size_t left, uint32_t offset,
		       struct scan_hit *hits)
{
	size_t n = 0;

	if (p->width) {
		uint64_t word = load(at, p->width) | p->mask;

		for (size_t i = 0; i < p->n; i++)
			if (word == p->keys[i])
				hits[n++] = (struct scan_hit){offset, (uint32_t)i,
							      get_uint(at, p->width, p->order)};
		return n;
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct scan_text *text = &p->texts[i];

		if (*at == (uint8_t)text->bytes[0] && text->n <= left &&
		    memcmp(at, text->bytes, text->n) == 0)
			hits[n++] = (struct scan_hit){offset, (uint32_t)i, 0};
	}
	return n;
}

size_t scan_match(const struct scan_pattern *p, uint64_t address, const uint8_t *data, size_t size,
		  size_t from, size_t before, struct scan_hit *hits, size_t max, size_t *next)
{
	size_t step = p->width ? p->width : 1, at = from, n = 0;

	/* the first unit that is aligned */
	at += (size_t)(-(address + at) & (step - 1));
	if (before > size)
		before = size;
	while (at < before) {
		/* a block with what may stand behind it */
		bool whole = before - at >= BLOCK && size - at >= BLOCK + p->longest;
		size_t end = before - at >= BLOCK ? at + BLOCK : before;

		if (whole && !is_in_block(p, data + at)) {
			at = end;
			continue;
		}
		for (; at < end && size - at >= step; at += step) {
			if (max - n < p->n) {
				*next = at;
				return n;
			}
			n += match_at(p, data + at, size - at, (uint32_t)at, hits + n);
		}
		/* not even one unit is left */
		if (at < end)
			break;
	}
	*next = before;
	return n;
}
