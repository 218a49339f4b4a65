/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The format of makedumpfile -F, for pipes: a header block, then records of
 * {offset, size} and the bytes to put there, in any order; a later record
 * overwrites an earlier one (makedumpfile, IMPLEMENTATION, "The flattened
 * format"; struct makedumpfile_header and makedumpfile_data_header). All
 * numbers are 64-bit big-endian. An offset of -1 ends the file.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/vec.h"
#include "dump/source.h"

static const char signature[16] = "makedumpfile";

enum { TYPE_FLAT_HEADER = 1, RECORD_HEADER_SIZE = 16 };

bool flattened_probe(const uint8_t *head, size_t n)
{
	return n >= 32 && memcmp(head, signature, sizeof(signature)) == 0 &&
	       get_u64(head + 16, ORDER_BIG) == TYPE_FLAT_HEADER;
}

bool flattened_index(struct source *s, struct arena *a)
{
	VEC(struct extent) records = {0};
	uint64_t at = FLATTENED_HEADER_SIZE;
	uint64_t end = 0;

	s->cut = true;
	for (;;) {
		uint8_t header[RECORD_HEADER_SIZE];
		uint64_t offset, size, there;

		if (source_read(s, at, header, sizeof(header), NULL) != READ_OK)
			break;
		offset = get_u64(header, ORDER_BIG);
		size = get_u64(header + 8, ORDER_BIG);
		if (offset == UINT64_MAX) {
			s->cut = false;
			break;
		}
		if (offset > INT64_MAX || size > INT64_MAX || offset + size > INT64_MAX)
			return fail("damaged flattened file: the record at %#llx puts %#llx bytes at %#llx",
				    (unsigned long long)at, (unsigned long long)size,
				    (unsigned long long)offset);
		at += sizeof(header);
		if (offset + size > end)
			end = offset + size;
		there = size;
		if (s->file->size && there > s->file->size - at)
			there = s->file->size - at;
		if (there)
			*vec_push(a, &records) = (struct extent){
				.start = offset, .end = offset + there, .offset = at, .saved = true};
		if (there < size)
			break;
		at += size;
	}
	s->records = extents_settle(a, records.items, records.n, true);
	s->flattened = true;
	s->size = end;
	return true;
}
