/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/index_image.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/search.h"

enum {
	VERSION = 1, /* of the form and of what is put into it: to be counted up with either */
	/* the header's members */
	AT_VERSION = 8,
	AT_SIZE = INDEX_CHECKSUM_AT + 8,
	AT_INFO = 32,
	AT_ABBREV = 40,
	AT_STRINGS = 48,
	AT_COUNTS = 56, /* units, names, entries, bytes of strings: u32 each */
	AT_BUILD_ID = 72,
	BUILD_ID_ROOM = INDEX_HEADER - AT_BUILD_ID,
	NAME_SIZE = 12,
};

static const char magic[8] = "inqindex";

uint32_t index_hash(const char *name)
{
	return hash_bytes(name, strlen(name));
}

uint64_t index_checksum(const uint8_t *image, size_t size)
{
	uint64_t sum = size;
	size_t i = AT_SIZE;

	for (; size - i >= 8; i += 8) {
		sum = (sum ^ get_u64(image + i, ORDER_LITTLE)) * 0x9e3779b97f4a7c15ULL;
		sum ^= sum >> 32;
	}
	return hash_u64(sum ^ get_uint(image + i, size - i, ORDER_LITTLE));
}

/* --- making --- */

/* By hash, in three passes: keys are hash << 32 | number of the item. */
static uint64_t *sort_by_hash(const struct index_item *items, size_t n)
{
	enum { DIGIT = 11, PASSES = 3 };
	uint64_t *keys = xcalloc(n ? n : 1, sizeof(*keys)), *other = xcalloc(n ? n : 1, sizeof(*other));

	for (size_t i = 0; i < n; i++)
		keys[i] = (uint64_t)items[i].hash << 32 | i;
	for (unsigned pass = 0; pass < PASSES; pass++) {
		uint32_t place[1 << DIGIT] = {0}, sum = 0;
		unsigned shift = 32 + pass * DIGIT, mask = (1u << DIGIT) - 1;
		uint64_t *swap = keys;

		for (size_t i = 0; i < n; i++)
			place[keys[i] >> shift & mask]++;
		for (unsigned d = 0; d <= mask; d++) {
			uint32_t count = place[d];

			place[d] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			other[place[keys[i] >> shift & mask]++] = keys[i];
		keys = other;
		other = swap;
	}
	free(other);
	return keys;
}

static int compare_items(const void *a, const void *b)
{
	const struct index_item *x = a, *y = b;
	int order = x->name == y->name ? 0 : strcmp(x->name, y->name);

	return order ? order : (x->where > y->where) - (x->where < y->where);
}

static bool same_name(const struct index_item *a, const struct index_item *b)
{
	return a->name == b->name || (a->hash == b->hash && strcmp(a->name, b->name) == 0);
}

/* Is @item to be kept besides @before, of the same name, which is better? */
static bool is_another(const struct index_item *before, const struct index_item *item)
{
	enum type_name_kind kind = where_kind(item->where);

	if (kind != where_kind(before->where))
		return true;
	return (kind == NAME_VARIABLE || kind == NAME_FUNCTION) &&
	       where_standing(item->where) == STANDING_DEFINITION && item->where != before->where;
}

struct counts {
	size_t names, entries, strings;
};

/* All of one hash get their order, and what is not worth keeping goes. Returns how many are left. */
static size_t choose(struct index_item *items, size_t n, struct counts *counts)
{
	size_t kept = 0;

	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && items[end].hash == items[i].hash; end++)
			;
		if (end - i > 1)
			qsort(items + i, end - i, sizeof(*items), compare_items);
		for (size_t at = i; at < end; at++) {
			bool known = at > i && same_name(&items[kept - 1], &items[at]);

			if (known && !is_another(&items[kept - 1], &items[at]))
				continue;
			items[kept] = items[at];
			kept++;
			counts->entries++;
			if (!known) {
				counts->names++;
				counts->strings += strlen(items[at].name) + 1;
			}
		}
	}
	return kept;
}

static int compare_offsets(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void put_tables(uint8_t *at, const struct index_item *items, size_t n, const struct counts *counts)
{
	uint8_t *entries = at + (counts->names + 1) * NAME_SIZE;
	char *strings = (char *)entries + counts->entries * 8;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !same_name(&items[i - 1], &items[i])) {
			size_t length = strlen(items[i].name) + 1;

			put_uint(at, 4, items[i].hash, ORDER_LITTLE);
			put_uint(at + 4, 4, used, ORDER_LITTLE);
			put_uint(at + 8, 4, i, ORDER_LITTLE);
			at += NAME_SIZE;
			memcpy(strings + used, items[i].name, length);
			used += length;
		}
		put_uint(entries + i * 8, 8, items[i].where, ORDER_LITTLE);
	}
	memset(at, 0xff, 8);
	put_uint(at + 8, 4, n, ORDER_LITTLE);
}

static void put_header(uint8_t *image, size_t size, const struct index_key *key, size_t n_units,
		       const struct counts *counts)
{
	memset(image, 0, INDEX_HEADER);
	memcpy(image, magic, sizeof(magic));
	put_uint(image + AT_VERSION, 4, VERSION, ORDER_LITTLE);
	put_uint(image + AT_SIZE, 8, size, ORDER_LITTLE);
	put_uint(image + AT_INFO, 8, key->info_size, ORDER_LITTLE);
	put_uint(image + AT_ABBREV, 8, key->abbrev_size, ORDER_LITTLE);
	put_uint(image + AT_STRINGS, 8, key->strings_size, ORDER_LITTLE);
	put_uint(image + AT_COUNTS, 4, n_units, ORDER_LITTLE);
	put_uint(image + AT_COUNTS + 4, 4, counts->names, ORDER_LITTLE);
	put_uint(image + AT_COUNTS + 8, 4, counts->entries, ORDER_LITTLE);
	put_uint(image + AT_COUNTS + 12, 4, counts->strings, ORDER_LITTLE);
	memcpy(image + AT_BUILD_ID, key->build_id, strnlen(key->build_id, BUILD_ID_ROOM - 1));
}

static uint64_t size_of(uint64_t units, uint64_t names, uint64_t entries, uint64_t strings)
{
	return INDEX_HEADER + units * 8 + (names + 1) * NAME_SIZE + entries * 8 + strings;
}

uint8_t *index_image_make(const struct index_key *key, struct index_item *items, size_t n, uint64_t *units,
			  size_t n_units, size_t *size)
{
	struct counts counts = {0};
	struct index_item *sorted;
	uint64_t *keys, whole;
	uint8_t *image = NULL;

	if (n >= UINT32_MAX || n_units >= UINT32_MAX)
		return NULL;
	if (n_units)
		qsort(units, n_units, sizeof(*units), compare_offsets);
	keys = sort_by_hash(items, n);
	sorted = xmalloc((n ? n : 1) * sizeof(*sorted));
	for (size_t i = 0; i < n; i++)
		sorted[i] = items[(uint32_t)keys[i]];
	free(keys);
	n = choose(sorted, n, &counts);
	whole = size_of(n_units, counts.names, counts.entries, counts.strings);
	if (counts.strings < UINT32_MAX && whole < SIZE_MAX / 2) {
		*size = (size_t)whole;
		image = xmalloc(*size);
		put_header(image, *size, key, n_units, &counts);
		for (size_t i = 0; i < n_units; i++)
			put_uint(image + INDEX_HEADER + i * 8, 8, units[i], ORDER_LITTLE);
		put_tables(image + INDEX_HEADER + n_units * 8, sorted, n, &counts);
		put_uint(image + INDEX_CHECKSUM_AT, 8, index_checksum(image, *size), ORDER_LITTLE);
	}
	free(sorted);
	return image;
}

/* --- reading --- */

static bool is_of(const uint8_t *image, const struct index_key *key)
{
	const char *build_id = (const char *)image + AT_BUILD_ID;

	return image[AT_BUILD_ID + BUILD_ID_ROOM - 1] == 0 && strcmp(build_id, key->build_id) == 0 &&
	       get_u64(image + AT_INFO, ORDER_LITTLE) == key->info_size &&
	       get_u64(image + AT_ABBREV, ORDER_LITTLE) == key->abbrev_size &&
	       get_u64(image + AT_STRINGS, ORDER_LITTLE) == key->strings_size;
}

bool index_image_open(struct index_image *x, const uint8_t *data, size_t size, const struct index_key *key)
{
	*x = (struct index_image){.data = data, .size = size};
	if (size < INDEX_HEADER || memcmp(data, magic, sizeof(magic)) != 0 ||
	    get_u32(data + AT_VERSION, ORDER_LITTLE) != VERSION ||
	    get_u32(data + AT_VERSION + 4, ORDER_LITTLE) != 0 ||
	    get_u64(data + AT_SIZE, ORDER_LITTLE) != size || !is_of(data, key))
		return false;
	x->n_units = get_u32(data + AT_COUNTS, ORDER_LITTLE);
	x->n_names = get_u32(data + AT_COUNTS + 4, ORDER_LITTLE);
	x->n_entries = get_u32(data + AT_COUNTS + 8, ORDER_LITTLE);
	x->strings_size = get_u32(data + AT_COUNTS + 12, ORDER_LITTLE);
	if (size_of(x->n_units, x->n_names, x->n_entries, x->strings_size) != size ||
	    (x->strings_size && data[size - 1] != 0) ||
	    get_u64(data + INDEX_CHECKSUM_AT, ORDER_LITTLE) != index_checksum(data, size))
		return false;
	x->units = data + INDEX_HEADER;
	x->names = x->units + (size_t)x->n_units * 8;
	x->entries = x->names + ((size_t)x->n_names + 1) * NAME_SIZE;
	x->strings = (const char *)x->entries + (size_t)x->n_entries * 8;
	return true;
}

static uint32_t name_word(const struct index_image *x, size_t number, size_t word)
{
	return get_u32(x->names + number * NAME_SIZE + word * 4, ORDER_LITTLE);
}

const char *index_image_name(const struct index_image *x, uint32_t number, uint32_t *first, uint32_t *end)
{
	uint32_t offset;

	*first = *end = 0;
	if (number >= x->n_names)
		return "";
	offset = name_word(x, number, 1);
	*first = name_word(x, number, 2);
	*end = name_word(x, (size_t)number + 1, 2);
	if (*first > *end || *end > x->n_entries)
		*first = *end = 0;
	return offset < x->strings_size ? x->strings + offset : "";
}

bool index_image_find(const struct index_image *x, const char *name, uint32_t *number)
{
	uint32_t hash = index_hash(name), first, end;
	size_t at = partition_point(x->n_names, i, name_word(x, i, 0) < hash);

	for (; at < x->n_names && name_word(x, at, 0) == hash; at++) {
		if (strcmp(index_image_name(x, (uint32_t)at, &first, &end), name) == 0) {
			*number = (uint32_t)at;
			return true;
		}
	}
	return false;
}

uint64_t index_image_entry(const struct index_image *x, uint32_t number)
{
	return number < x->n_entries ? get_u64(x->entries + (size_t)number * 8, ORDER_LITTLE) : 0;
}
