/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"

#include <string.h>

/* Finaliser of splitmix64: every input bit reaches every output bit. */
uint64_t hash_u64(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ULL;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* FNV-1a: the keys are short names. */
uint32_t hash_bytes(const void *data, size_t size)
{
	const uint8_t *p = data;
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < size; i++)
		h = (h ^ p[i]) * 16777619u;
	return h;
}

static size_t num_map_find(const struct num_map *m, uint64_t key)
{
	size_t i = hash_u64(key) & (m->capacity - 1);

	while (m->used[i] && m->slots[i].key != key)
		i = (i + 1) & (m->capacity - 1);
	return i;
}

static void num_map_grow(struct arena *a, struct num_map *m)
{
	struct num_map old = *m;

	m->capacity = old.capacity ? old.capacity * 2 : 64;
	m->slots = arena_new_n(a, m->capacity, struct num_map_slot);
	m->used = arena_new_n(a, m->capacity, uint8_t);
	for (size_t i = 0; i < old.capacity; i++) {
		if (old.used[i]) {
			size_t to = num_map_find(m, old.slots[i].key);

			m->slots[to] = old.slots[i];
			m->used[to] = 1;
		}
	}
}

bool num_map_put(struct arena *a, struct num_map *m, uint64_t key, uint64_t value)
{
	bool is_new;
	size_t i;

	if (m->n >= m->capacity / 4 * 3)
		num_map_grow(a, m);
	i = num_map_find(m, key);
	is_new = !m->used[i];
	m->n += is_new;
	m->used[i] = 1;
	m->slots[i] = (struct num_map_slot){key, value};
	return is_new;
}

bool num_map_get(const struct num_map *m, uint64_t key, uint64_t *value)
{
	size_t i;

	if (!m->n)
		return false;
	i = num_map_find(m, key);
	if (!m->used[i])
		return false;
	if (value)
		*value = m->slots[i].value;
	return true;
}

static size_t str_map_find(const struct str_map *m, const char *key, uint32_t hash)
{
	size_t i = hash & (m->capacity - 1);

	while (m->slots[i].key && (m->slots[i].hash != hash || strcmp(m->slots[i].key, key) != 0))
		i = (i + 1) & (m->capacity - 1);
	return i;
}

static void str_map_resize(struct arena *a, struct str_map *m, size_t capacity)
{
	struct str_map old = *m;

	m->capacity = capacity;
	m->slots = arena_new_n(a, capacity, struct str_map_slot);
	for (size_t i = 0; i < old.capacity; i++) {
		size_t to;

		if (!old.slots[i].key)
			continue;
		/* keys differ from one another: the first free place will do */
		for (to = old.slots[i].hash & (capacity - 1); m->slots[to].key;
		     to = (to + 1) & (capacity - 1))
			;
		m->slots[to] = old.slots[i];
	}
}

void str_map_reserve(struct arena *a, struct str_map *m, size_t n)
{
	size_t capacity = m->capacity ? m->capacity : 64;

	while (n >= capacity / 4 * 3)
		capacity *= 2;
	if (capacity != m->capacity)
		str_map_resize(a, m, capacity);
}

bool str_map_put(struct arena *a, struct str_map *m, const char *key, uint64_t value)
{
	uint32_t hash = hash_bytes(key, strlen(key));
	size_t i;

	str_map_reserve(a, m, m->n + 1);
	i = str_map_find(m, key, hash);
	if (m->slots[i].key)
		return false;
	m->slots[i] = (struct str_map_slot){key, hash, value};
	m->n++;
	return true;
}

bool str_map_get(const struct str_map *m, const char *key, uint64_t *value)
{
	size_t i;

	if (!m->n)
		return false;
	i = str_map_find(m, key, hash_bytes(key, strlen(key)));
	if (!m->slots[i].key)
		return false;
	if (value)
		*value = m->slots[i].value;
	return true;
}
