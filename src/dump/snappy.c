/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The raw block format of Snappy, from its specification: "Snappy compressed
 * format description", format_description.txt in the google/snappy repository.
 * A preamble with the uncompressed length (base-128 varint), then elements
 * whose first byte carries the kind in its low two bits.
 */
#include "dump/snappy.h"

#include <string.h>

#include "base/bytes.h"

enum { LITERAL, COPY_1, COPY_2, COPY_4 };

/* Length of a literal: up to 60 in the tag, else in the next 1 to 4 bytes, minus one each time. */
static uint64_t literal_size(struct cursor *c, unsigned tag)
{
	unsigned n = tag >> 2;

	return n < 60 ? n + 1 : cursor_uint(c, n - 59) + 1;
}

bool snappy_decompress(const uint8_t *in, size_t in_size, uint8_t *out, size_t out_size)
{
	struct cursor c = cursor_over(in, in_size, ORDER_LITTLE, 8);
	size_t n = 0;

	if (cursor_uleb(&c) != out_size || c.failed)
		return false;
	while (cursor_left(&c)) {
		unsigned tag = cursor_u8(&c);
		uint64_t size, distance = 0;

		switch (tag & 3) {
		case LITERAL:
			size = literal_size(&c, tag);
			if (size <= out_size - n) {
				const uint8_t *from = cursor_take(&c, size);

				if (!from)
					return false;
				memcpy(out + n, from, (size_t)size);
				n += (size_t)size;
				continue;
			}
			return false;
		case COPY_1:
			size = 4 + (tag >> 2 & 7);
			distance = (uint64_t)(tag >> 5) << 8 | cursor_u8(&c);
			break;
		case COPY_2:
			size = 1 + (tag >> 2);
			distance = cursor_u16(&c);
			break;
		default:
			size = 1 + (tag >> 2);
			distance = cursor_u32(&c);
			break;
		}
		if (c.failed || !distance || distance > n || size > out_size - n)
			return false;
		/* byte by byte: source and destination may overlap, and then the bytes repeat */
		for (; size; size--, n++)
			out[n] = out[n - (size_t)distance];
	}
	return n == out_size;
}
