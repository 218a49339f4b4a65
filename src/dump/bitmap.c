/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dump/bitmap.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/*
 * A rank is kept for every block of 4096 bits: 1/64 of the bitmap's size, and
 * at most 512 bytes to count for a rank.
 */
enum { BLOCK_SHIFT = 12, BLOCK_BITS = 1 << BLOCK_SHIFT, BLOCK_BYTES = BLOCK_BITS / 8 };

void bitmap_init(struct bitmap *b, struct source *s, uint64_t offset, uint64_t n, uint64_t first)
{
	uint64_t bytes = offset < s->size ? s->size - offset : 0;

	if (bytes < n / 8 + 1 && n > bytes * 8)
		n = bytes * 8;
	b->source = s;
	b->offset = offset;
	b->n = n;
	b->first = first < n ? first : n;
	b->ranks = NULL;
	atomic_init(&b->built, 0);
	pthread_mutex_init(&b->lock, NULL);
}

void bitmap_free(struct bitmap *b)
{
	if (!b->source)
		return;
	free(b->ranks);
	pthread_mutex_destroy(&b->lock);
}

/* The C library of static binaries has no fast popcount, and the processor may have none. */
static unsigned count_bits(uint64_t x)
{
	x -= (x >> 1) & 0x5555555555555555;
	x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (unsigned)((x * 0x0101010101010101) >> 56);
}

/* How many of the first @n bits of @bytes are set. */
static unsigned count_first(const uint8_t *bytes, unsigned n)
{
	unsigned count = 0, i = 0;

	for (; i + 64 <= n; i += 64)
		count += count_bits(get_u64(bytes + i / 8, ORDER_LITTLE));
	for (; i + 8 <= n; i += 8)
		count += count_bits(bytes[i / 8]);
	if (i < n)
		count += count_bits(bytes[i / 8] & ((1u << (n - i)) - 1));
	return count;
}

/* One block into @bytes, zero-filled behind the end of the bitmap. */
static bool read_block(struct bitmap *b, uint64_t block, uint8_t *bytes)
{
	uint64_t at = block * BLOCK_BYTES, size = (b->n + 7) / 8;

	memset(bytes, 0, BLOCK_BYTES);
	if (at >= size)
		return false;
	size = size - at < BLOCK_BYTES ? size - at : BLOCK_BYTES;
	return source_read(b->source, b->offset + at, bytes, (size_t)size, NULL) == READ_OK;
}

enum read_status bitmap_test(struct bitmap *b, uint64_t bit, bool *set)
{
	uint8_t byte;
	enum read_status status;

	*set = false;
	if (bit >= b->n)
		return READ_LOST;
	status = source_read(b->source, b->offset + bit / 8, &byte, 1, NULL);
	if (status == READ_OK)
		*set = byte >> (bit & 7) & 1;
	return status;
}

/* Make ranks[0..block] known. */
static bool build(struct bitmap *b, uint64_t first_block, size_t block)
{
	size_t built;
	bool good = true;

	pthread_mutex_lock(&b->lock);
	built = atomic_load(&b->built);
	if (!b->ranks) {
		b->ranks = xcalloc((size_t)((b->n >> BLOCK_SHIFT) - first_block + 1), sizeof(*b->ranks));
		built = 1; /* nothing comes before the first */
	}
	while (good && built <= block) {
		uint8_t bytes[BLOCK_BYTES];

		good = read_block(b, first_block + built - 1, bytes);
		if (!good)
			break;
		b->ranks[built] = b->ranks[built - 1] + count_first(bytes, BLOCK_BITS);
		if (built == 1)
			b->ranks[1] -= count_first(bytes, b->first & (BLOCK_BITS - 1));
		built++;
	}
	atomic_store_explicit(&b->built, built, memory_order_release);
	pthread_mutex_unlock(&b->lock);
	return good;
}

enum read_status bitmap_rank(struct bitmap *b, uint64_t bit, uint64_t *rank)
{
	uint64_t first_block = b->first >> BLOCK_SHIFT;
	uint8_t bytes[BLOCK_BYTES];
	size_t block;

	if (bit < b->first || bit >= b->n)
		return READ_LOST;
	block = (size_t)((bit >> BLOCK_SHIFT) - first_block);
	if (atomic_load_explicit(&b->built, memory_order_acquire) <= block && !build(b, first_block, block))
		return READ_LOST;
	if (!read_block(b, bit >> BLOCK_SHIFT, bytes))
		return READ_LOST;
	*rank = b->ranks[block] + count_first(bytes, bit & (BLOCK_BITS - 1));
	if (!block)
		*rank -= count_first(bytes, b->first & (BLOCK_BITS - 1));
	return READ_OK;
}

/* The first bit in [from, n) that is @set, or n. */
static uint64_t find(struct bitmap *b, uint64_t from, bool set)
{
	while (from < b->n) {
		uint8_t bytes[BLOCK_BYTES];
		uint64_t block = from >> BLOCK_SHIFT;
		unsigned i = from & (BLOCK_BITS - 1);

		if (!read_block(b, block, bytes))
			return b->n;
		while (i < BLOCK_BITS) {
			uint64_t word = get_u64(bytes + (size_t)(i / 64) * 8, ORDER_LITTLE);

			word = (set ? word : ~word) >> (i & 63);
			if (word) {
				from = (block << BLOCK_SHIFT) + i + (unsigned)__builtin_ctzll(word);
				return from < b->n ? from : b->n;
			}
			i = (i | 63) + 1;
		}
		from = (block + 1) << BLOCK_SHIFT;
	}
	return b->n;
}

bool bitmap_run(struct bitmap *b, uint64_t from, uint64_t *start, uint64_t *end)
{
	*start = find(b, from, true);
	if (*start >= b->n)
		return false;
	*end = find(b, *start, false);
	return true;
}
