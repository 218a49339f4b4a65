/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work over a range of indices on all processors. */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stddef.h>

/* How many workers parallel_for uses at most: the processors this process may run on, up to 64. */
unsigned parallel_width(void);

/*
 * Call fn(context, begin, end, worker) over all of 0..n in pieces of at most
 * @grain, handed out in order to parallel_width() workers (numbered from 0;
 * the caller's thread is one of them). Returns when all are done. The error
 * chain of a worker is not that of the caller: keep messages in @context.
 */
void parallel_for(size_t n, size_t grain,
		  void (*fn)(void *context, size_t begin, size_t end, unsigned worker), void *context);

#endif
