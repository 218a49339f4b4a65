/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/symbol_set.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/search.h"

/*
 * The kernel's own backtraces choose among aliases as scripts/kallsyms.c sorts
 * them: not weak, no linker-script label, fewer leading underscores, then by
 * name, as nm sorts what it is fed. Labels are recognised here by having neither size nor kind.
 */
uint8_t symbol_rank(const char *name, char type, bool is_object, uint64_t size)
{
	unsigned underscores = 0, rank = size ? (is_object ? 0 : 64) : 128;

	while (underscores < 15 && name[underscores] == '_')
		underscores++;
	if (type == 'W' || type == 'w' || type == 'V' || type == 'v')
		rank += 32;
	else if (islower((unsigned char)type))
		rank += 16;
	return (uint8_t)(rank + underscores);
}

enum { DIGIT = 11 };

static unsigned digit_of(const struct symbol_key *k, unsigned pass)
{
	return pass == 0 ? k->rank : k->address >> ((pass - 1) * DIGIT) & ((1u << DIGIT) - 1);
}

/* One stable pass of a radix sort, from @from to @to. */
static void distribute(const struct symbol_key *from, struct symbol_key *to, size_t n, unsigned pass)
{
	uint32_t place[1 << DIGIT] = {0}, sum = 0;

	for (size_t i = 0; i < n; i++)
		place[digit_of(&from[i], pass)]++;
	for (unsigned d = 0; d < 1u << DIGIT; d++) {
		uint32_t count = place[d];

		place[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[place[digit_of(&from[i], pass)]++] = from[i];
}

/* Least significant digit first; digits that never differ cost nothing. The result is in @keys. */
static void radix_sort(struct symbol_key *keys, struct symbol_key *spare, size_t n)
{
	struct symbol_key *at = keys, *other = spare;
	uint64_t differs = 0;

	for (size_t i = 1; i < n; i++)
		differs |= keys[i].address ^ keys[0].address;
	for (unsigned pass = 0; pass <= (64 + DIGIT - 1) / DIGIT; pass++) {
		struct symbol_key *swap = at;

		if (pass && !(differs >> ((pass - 1) * DIGIT) & ((1u << DIGIT) - 1)))
			continue;
		distribute(at, other, n, pass);
		at = other;
		other = swap;
	}
	if (at != keys)
		memcpy(keys, at, n * sizeof(*keys));
}

/*
 * Per-CPU offsets and absolute values are small, all else lies high: sorted
 * apart, each half differs in few digits only.
 */
void symbol_keys_sort(struct symbol_key *keys, size_t n)
{
	struct symbol_key *spare = keys + n;
	size_t low = 0, high = 0;

	for (size_t i = 0; i < n; i++) {
		if (keys[i].address >> 63)
			spare[high++] = keys[i];
		else
			keys[low++] = keys[i];
	}
	memcpy(keys + low, spare, high * sizeof(*keys));
	radix_sort(keys, spare, low);
	radix_sort(keys + low, spare, high);
}

/*
 * Eight bytes at a time: names are short and many. The bytes of a name always
 * hash alike, whatever lies behind it.
 */
static uint32_t hash_name(const char *name)
{
	uint64_t h = 0x9e3779b97f4a7c15ULL;
	size_t n = strlen(name);

	for (; n > 8; n -= 8, name += 8) {
		h = (h ^ get_u64(name, ORDER_LITTLE)) * 0xbf58476d1ce4e5b9ULL;
		h ^= h >> 32;
	}
	h = (h ^ get_uint(name, n, ORDER_LITTLE)) * 0x94d049bb133111ebULL;
	return (uint32_t)(h >> 32);
}

static void index_names(struct symbol_set *set, struct arena *a)
{
	set->n_heads = 64;
	while (set->n_heads < set->n)
		set->n_heads *= 2;
	set->heads = arena_new_n(a, set->n_heads, uint32_t);
	set->next = arena_new_n(a, set->n, uint32_t);
	/* from the end, so that chains run in address order */
	for (size_t i = set->n; i-- > 0;) {
		uint32_t *head = &set->heads[hash_name(set->list[i].name) & (set->n_heads - 1)];

		set->next[i] = *head;
		*head = (uint32_t)i + 1;
	}
}

const struct symbol *symbol_set_find(struct symbol_set *set, struct arena *a, const char *name,
				     uint32_t *cookie)
{
	uint32_t at;

	if (!set->n)
		return NULL;
	if (!set->n_heads)
		index_names(set, a);
	at = *cookie ? set->next[*cookie - 1] : set->heads[hash_name(name) & (set->n_heads - 1)];
	while (at && strcmp(set->list[at - 1].name, name) != 0)
		at = set->next[at - 1];
	if (!at)
		return NULL;
	*cookie = at;
	return &set->list[at - 1];
}

size_t symbol_set_at(const struct symbol_set *set, uint64_t address)
{
	/* the first of the symbols above @address, ... */
	size_t above = partition_point(set->n, i, set->list[i].address <= address);
	uint64_t at;

	if (above == 0)
		return set->n;
	/* ... then the first at the address of the one before */
	at = set->list[above - 1].address;
	return partition_point(above, i, set->list[i].address < at);
}
