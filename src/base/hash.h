/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two hash maps in an arena: from a 64-bit number and from a string. Both keep
 * a 64-bit value (often a pointer or an index). Nothing is ever removed. A
 * zero-filled map is an empty one.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct num_map_slot {
	uint64_t key, value;
};

struct num_map {
	struct num_map_slot *slots;
	uint8_t *used;
	size_t n, capacity;
};

/* Set @key to @value; true when the key is new (used for loop detection). */
bool num_map_put(struct arena *a, struct num_map *m, uint64_t key, uint64_t value);
bool num_map_get(const struct num_map *m, uint64_t key, uint64_t *value);

struct str_map_slot {
	const char *key; /* NULL: free */
	uint32_t hash;
	uint64_t value;
};

struct str_map {
	struct str_map_slot *slots;
	size_t n, capacity;
};

uint32_t hash_bytes(const void *data, size_t size);
uint64_t hash_u64(uint64_t x);

/* The key is not copied. An existing key keeps its first value: false. */
bool str_map_put(struct arena *a, struct str_map *m, const char *key, uint64_t value);
bool str_map_get(const struct str_map *m, const char *key, uint64_t *value);
/* Make room for @n keys at once. */
void str_map_reserve(struct arena *a, struct str_map *m, size_t n);

#endif
