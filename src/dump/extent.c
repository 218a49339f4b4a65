/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dump/extent.h"

#include <string.h>

#include "base/search.h"
#include "base/vec.h"

/* A piece with its rank among overlapping ones: the greatest wins. */
struct ranked {
	struct extent piece;
	uint64_t rank;
};

static bool already_disjoint(const struct extent *items, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (items[i].start < items[i - 1].end)
			return false;
	return true;
}

/* Bottom-up merge sort by start: stable, and no worse on hostile input. */
static struct ranked *sort_by_start(struct ranked *from, struct ranked *to, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		struct ranked *swap = from;

		for (size_t low = 0; low < n; low += 2 * width) {
			size_t middle = n - low > width ? low + width : n;
			size_t high = n - low > 2 * width ? low + 2 * width : n;
			size_t left = low, right = middle;

			for (size_t k = low; k < high; k++) {
				bool take_left =
					right >= high ||
					(left < middle && from[left].piece.start <= from[right].piece.start);

				to[k] = from[take_left ? left++ : right++];
			}
		}
		from = to;
		to = swap;
	}
	return from;
}

/* A binary heap of the pieces that hold the present address, the winner on top. */
static void heap_push(struct ranked **heap, size_t *n, struct ranked *r)
{
	size_t i = (*n)++;

	while (i && heap[(i - 1) / 2]->rank < r->rank) {
		heap[i] = heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap[i] = r;
}

static void heap_pop(struct ranked **heap, size_t *n)
{
	struct ranked *last = heap[--*n];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= *n)
			break;
		if (child + 1 < *n && heap[child + 1]->rank > heap[child]->rank)
			child++;
		if (heap[child]->rank <= last->rank)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = last;
}

static struct extents sweep(struct arena *a, struct ranked *sorted, struct ranked **heap, size_t n)
{
	VEC(struct extent) out = {0};
	const struct ranked *before = NULL; /* what the last piece of out was cut from */
	uint64_t at = 0;
	size_t next = 0, active = 0;

	for (;;) {
		const struct ranked *top;
		uint64_t end;

		while (active && heap[0]->piece.end <= at)
			heap_pop(heap, &active);
		if (!active) {
			if (next == n)
				break;
			if (sorted[next].piece.start > at)
				at = sorted[next].piece.start;
		}
		while (next < n && sorted[next].piece.start <= at)
			heap_push(heap, &active, &sorted[next++]);
		if (heap[0]->piece.end <= at)
			continue;
		top = heap[0];
		end = top->piece.end;
		if (next < n && sorted[next].piece.start < end)
			end = sorted[next].piece.start;
		if (before == top && out.n && out.items[out.n - 1].end == at) {
			out.items[out.n - 1].end = end;
		} else {
			*vec_push(a, &out) = (struct extent){
				at, end, top->piece.offset + (at - top->piece.start), top->piece.saved};
			before = top;
		}
		at = end;
	}
	return (struct extents){out.items, out.n};
}

struct extents extents_settle(struct arena *a, struct extent *items, size_t n, bool last_wins)
{
	struct arena scratch = {0};
	struct ranked *from, *to;
	struct extents result;

	if (already_disjoint(items, n))
		return (struct extents){items, n};
	from = arena_array(&scratch, n, sizeof(*from));
	to = arena_array(&scratch, n, sizeof(*to));
	for (size_t i = 0; i < n; i++) {
		uint64_t rank = last_wins ? i : n - 1 - i;

		from[i] = (struct ranked){items[i], items[i].saved ? rank + n : rank};
	}
	result = sweep(a, sort_by_start(from, to, n), arena_array(&scratch, n, sizeof(struct ranked *)), n);
	arena_free(&scratch);
	return result;
}

const struct extent *extents_find(const struct extents *e, uint64_t address)
{
	size_t at = partition_point(e->n, i, e->items[i].end <= address);

	return at < e->n ? &e->items[at] : NULL;
}
