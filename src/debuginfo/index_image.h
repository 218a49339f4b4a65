/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index of names of a DWARF file, in the form in which it is used and kept
 * on disk alike. All numbers are little-endian whatever the host: every host
 * reads every other's. Inside this room only.
 *
 * header (INDEX_HEADER bytes, see index_image.c)
 * units:   u64 offset in .debug_info of each unit's header, ascending
 * names:   u32 hash, u32 offset in strings, u32 number of the first entry; by hash, then by text; one more
 *          of which only the last number counts
 * entries: u64 kind << 60 | standing << 58 | offset in .debug_info; ascending for each name
 * strings: NUL-terminated, in the order of names
 */
#ifndef DEBUGINFO_INDEX_IMAGE_H
#define DEBUGINFO_INDEX_IMAGE_H

#include "type/type.h"

enum { INDEX_CHECKSUM_AT = 16, INDEX_HEADER = 208 };

/* What a file must agree in for an index to be its own. */
struct index_key {
	const char *build_id; /* "" unknown */
	uint64_t info_size, abbrev_size, strings_size;
};

/* What an entry is worth; the least is the best. */
enum index_standing {
	STANDING_DEFINITION,
	STANDING_ABSTRACT, /* a function or variable that has no place of its own */
	STANDING_DECLARATION,
};

struct index_item {
	const char *name;
	uint64_t where; /* as in entries */
	uint32_t hash;  /* of the name: index_hash() */
};

struct index_image {
	const uint8_t *data;
	size_t size;
	const uint8_t *units, *names, *entries;
	const char *strings;
	uint32_t n_units, n_names, n_entries, strings_size;
};

static inline uint64_t index_where(enum type_name_kind kind, enum index_standing standing, uint64_t offset)
{
	return (uint64_t)kind << 60 | (uint64_t)standing << 58 | (offset & ((1ULL << 58) - 1));
}

static inline enum type_name_kind where_kind(uint64_t where)
{
	return (enum type_name_kind)(where >> 60);
}

static inline enum index_standing where_standing(uint64_t where)
{
	return (enum index_standing)(where >> 58 & 3);
}

static inline uint64_t where_offset(uint64_t where)
{
	return where & ((1ULL << 58) - 1);
}

uint32_t index_hash(const char *name);
/*
 * What stands at INDEX_CHECKSUM_AT of an image, over all that follows it. Not against forgers, who could
 * write the rest as well: against damage.
 */
uint64_t index_checksum(const uint8_t *image, size_t size);
/*
 * Make an image, to be freed. Of several items of one name and kind the best is kept, of variables and
 * functions all definitions. @items and @units come in any order and are changed. NULL when there is too
 * much.
 */
uint8_t *index_image_make(const struct index_key *key, struct index_item *items, size_t n, uint64_t *units,
			  size_t n_units, size_t *size);
/* Check an image and look into it, as long as @data stays. False without a message: damaged, or another's. */
bool index_image_open(struct index_image *x, const uint8_t *data, size_t size, const struct index_key *key);
/* The number of a name; false when it is not there. */
bool index_image_find(const struct index_image *x, const char *name, uint32_t *number);
/* A name by its number, "" for none; *@first and *@end are its entries. */
const char *index_image_name(const struct index_image *x, uint32_t number, uint32_t *first, uint32_t *end);
uint64_t index_image_entry(const struct index_image *x, uint32_t number);

#endif
