/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bitmap of pages in a file, least significant bit first, with the rank of
 * its bits: how many are set before one. Nothing of it is read before it is
 * asked for, and then only up to the page asked for.
 */
#ifndef DUMP_BITMAP_H
#define DUMP_BITMAP_H

#include <pthread.h>
#include <stdatomic.h>

#include "dump/source.h"

struct bitmap {
	struct source *source;
	uint64_t offset;     /* of the bit 0 in the file */
	uint64_t n;          /* bits; fewer than asked for when the file is cut short */
	uint64_t first;      /* ranks count from here */
	uint64_t *ranks;     /* by block, from the one that holds first; NULL: no bit has a rank */
	atomic_size_t built; /* of ranks */
	pthread_mutex_t lock;
};

/* @n bits at @offset; ranks of bits before @first are not asked for. */
void bitmap_init(struct bitmap *b, struct source *s, uint64_t offset, uint64_t n, uint64_t first);
void bitmap_free(struct bitmap *b);
/* READ_LOST when the bit lies beyond the end of the file. */
enum read_status bitmap_test(struct bitmap *b, uint64_t bit, bool *set);
/* The number of set bits in [first, bit). */
enum read_status bitmap_rank(struct bitmap *b, uint64_t bit, uint64_t *rank);
/*
 * The next run of set bits at or behind @from, [*start, *end); false when there
 * is none (or the file ends).
 */
bool bitmap_run(struct bitmap *b, uint64_t from, uint64_t *start, uint64_t *end);

#endif
