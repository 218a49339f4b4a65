/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Target bytes. Every integer that comes out of a dump, a vmlinux or a module
 * goes through these functions; the host's byte order, alignment and integer
 * sizes never matter.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum byte_order { ORDER_LITTLE, ORDER_BIG };

static inline uint16_t get_u16(const void *from, enum byte_order order)
{
	const uint8_t *p = from;

	return (uint16_t)(order == ORDER_BIG ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static inline uint32_t get_u32(const void *from, enum byte_order order)
{
	const uint8_t *p = from;

	if (order == ORDER_BIG)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t get_u64(const void *from, enum byte_order order)
{
	const uint8_t *p = from;
	uint64_t first = get_u32(p, order);
	uint64_t second = get_u32(p + 4, order);

	return order == ORDER_BIG ? first << 32 | second : second << 32 | first;
}

/* An unsigned integer of @size bytes, 1 to 8. */
static inline uint64_t get_uint(const void *from, size_t size, enum byte_order order)
{
	const uint8_t *p = from;
	uint64_t value = 0;

	for (size_t i = 0; i < size && i < 8; i++)
		value |= (uint64_t)p[order == ORDER_BIG ? size - 1 - i : i] << (8 * i);
	return value;
}

/* The low @bits bits of @value, read as a signed number. @bits is 0 (no bits: 0) to 64. */
static inline int64_t sign_extend(uint64_t value, unsigned bits)
{
	uint64_t sign;

	if (bits == 0)
		return 0;
	sign = 1ULL << (bits - 1);
	if (bits < 64)
		value &= (1ULL << bits) - 1;
	return (int64_t)((value ^ sign) - sign);
}

/* A signed integer of @size bytes, 1 to 8. */
static inline int64_t get_int(const void *from, size_t size, enum byte_order order)
{
	return sign_extend(get_uint(from, size, order), (unsigned)(size < 8 ? size : 8) * 8);
}

/* Store the low @size bytes (1 to 8) of @value in target order. */
static inline void put_uint(void *to, size_t size, uint64_t value, enum byte_order order)
{
	uint8_t *p = to;

	for (size_t i = 0; i < size && i < 8; i++)
		p[order == ORDER_BIG ? size - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

/*
 * A cursor over a block of target bytes. Reading past the end gives zero, sets
 * ->failed and leaves the cursor at the end; a parser may therefore read a
 * whole structure and test ->failed once.
 */
struct cursor {
	const uint8_t *start, *at, *end;
	enum byte_order order;
	uint8_t word_size; /* size of the target's pointer: 4 or 8 */
	bool failed;
};

static inline struct cursor cursor_over(const void *data, size_t size, enum byte_order order,
					uint8_t word_size)
{
	const uint8_t *p = data;

	return (struct cursor){p, p, p ? p + size : p, order, word_size, false};
}

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

static inline size_t cursor_offset(const struct cursor *c)
{
	return (size_t)(c->at - c->start);
}

/* Step over @size bytes and return their address, or NULL (and ->failed). */
const uint8_t *cursor_take(struct cursor *c, uint64_t size);
/* Go to an absolute offset; one past the last byte is allowed. */
bool cursor_seek(struct cursor *c, uint64_t offset);
/* Go up to the next multiple of @alignment (a power of two) from the start. */
bool cursor_align(struct cursor *c, unsigned alignment);
uint64_t cursor_uint(struct cursor *c, size_t size);
int64_t cursor_int(struct cursor *c, size_t size);
uint64_t cursor_uleb(struct cursor *c);
int64_t cursor_sleb(struct cursor *c);
/* A NUL-terminated string inside the block, or NULL (and ->failed). */
const char *cursor_string(struct cursor *c);

static inline uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)cursor_uint(c, 1);
}
static inline uint16_t cursor_u16(struct cursor *c)
{
	return (uint16_t)cursor_uint(c, 2);
}
static inline uint32_t cursor_u32(struct cursor *c)
{
	return (uint32_t)cursor_uint(c, 4);
}
static inline uint64_t cursor_u64(struct cursor *c)
{
	return cursor_uint(c, 8);
}
/* A target pointer or unsigned long. */
static inline uint64_t cursor_word(struct cursor *c)
{
	return cursor_uint(c, c->word_size);
}

#endif
