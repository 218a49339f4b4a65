/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing array in an arena:
 *
 *	VEC(struct note) notes = {0};
 *	*vec_push(arena, &notes) = (struct note){...};
 *	for (size_t i = 0; i < notes.n; i++)
 *		use(&notes.items[i]);
 *
 * Growing copies; addresses of items do not survive a push.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>

#include "base/arena.h"

#define VEC(T)                                                                                               \
	struct {                                                                                             \
		T *items;                                                                                    \
		size_t n, capacity;                                                                          \
	}

void *vec_grow(struct arena *a, void *items, size_t n, size_t *capacity, size_t item_size);

/* The address of a new, not cleared, last item. */
#define vec_push(A, V)                                                                                       \
	((V)->n == (V)->capacity ? (void)((V)->items = vec_grow((A), (V)->items, (V)->n, &(V)->capacity,     \
								sizeof(*(V)->items)))                        \
				 : (void)0,                                                                  \
	 &(V)->items[(V)->n++])

#endif
