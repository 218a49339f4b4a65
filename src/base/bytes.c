/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/bytes.h"

#include <string.h>

const uint8_t *cursor_take(struct cursor *c, uint64_t size)
{
	const uint8_t *p = c->at;

	if (size > cursor_left(c)) {
		c->failed = true;
		c->at = c->end;
		return NULL;
	}
	c->at += size;
	return p;
}

bool cursor_seek(struct cursor *c, uint64_t offset)
{
	if (offset > (size_t)(c->end - c->start)) {
		c->failed = true;
		c->at = c->end;
		return false;
	}
	c->at = c->start + offset;
	return true;
}

bool cursor_align(struct cursor *c, unsigned alignment)
{
	size_t offset = cursor_offset(c);

	return cursor_seek(c, (offset + alignment - 1) / alignment * alignment);
}

uint64_t cursor_uint(struct cursor *c, size_t size)
{
	const uint8_t *p = cursor_take(c, size);

	return p ? get_uint(p, size, c->order) : 0;
}

int64_t cursor_int(struct cursor *c, size_t size)
{
	const uint8_t *p = cursor_take(c, size);

	return p ? get_int(p, size, c->order) : 0;
}

/* Ten groups of seven bits hold any 64-bit number; more are skipped, not stored. */
static uint64_t leb(struct cursor *c, unsigned *bits)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = cursor_u8(c);
		if (shift < 64) {
			value |= (uint64_t)(byte & 0x7f) << shift;
			shift += 7;
		}
	} while ((byte & 0x80) && !c->failed);
	*bits = shift;
	return value;
}

uint64_t cursor_uleb(struct cursor *c)
{
	unsigned bits;

	return leb(c, &bits);
}

int64_t cursor_sleb(struct cursor *c)
{
	unsigned bits;
	uint64_t value = leb(c, &bits);

	return bits < 64 ? sign_extend(value, bits) : (int64_t)value;
}

const char *cursor_string(struct cursor *c)
{
	const uint8_t *nul = cursor_left(c) ? memchr(c->at, 0, cursor_left(c)) : NULL;
	const char *s = (const char *)c->at;

	if (!nul) {
		c->failed = true;
		c->at = c->end;
		return NULL;
	}
	c->at = nul + 1;
	return s;
}
