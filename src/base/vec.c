/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

void *vec_grow(struct arena *a, void *items, size_t n, size_t *capacity, size_t item_size)
{
	size_t larger = *capacity ? *capacity * 2 : 8;
	void *copy;

	if (larger > SIZE_MAX / item_size)
		larger = SIZE_MAX; /* too much for any arena: ends with its message */
	else
		larger *= item_size;
	copy = arena_alloc(a, larger);
	if (n)
		memcpy(copy, items, n * item_size);
	*capacity = larger / item_size;
	return copy;
}
