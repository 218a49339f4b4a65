/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory for tests of the target room, written as text: lines of
 *
 *	ADDRESS: WORD WORD*COUNT ...       words of entry_size bytes, in the memory's byte order
 *	ADDRESS: excluded SIZE             a read of any byte of it is READ_EXCLUDED; also: lost, error
 *
 * Numbers are hexadecimal; COUNT is decimal. "+" between words is the running
 * number of a repeated word: 1000+1000*4 is 1000 2000 3000 4000. What no line
 * mentions is READ_NOT_RAM.
 */
#ifndef TESTS_UNIT_FAKE_MEMORY_H
#define TESTS_UNIT_FAKE_MEMORY_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/vec.h"
#include "target/target.h"

struct fake_piece {
	uint64_t start, end;
	enum read_status status;
	uint8_t *data;
};

static struct fake_memory {
	struct arena arena;
	VEC(struct fake_piece) pieces;
	size_t reads;
} fake_memory;

__attribute__((unused)) static void fake_memory_clear(void)
{
	arena_free(&fake_memory.arena);
	memset(&fake_memory, 0, sizeof fake_memory);
}

static struct fake_piece *fake_memory_put(uint64_t start, uint64_t size, enum read_status status)
{
	struct fake_piece *p = vec_push(&fake_memory.arena, &fake_memory.pieces);

	*p = (struct fake_piece){start, start + size, status, NULL};
	if (status == READ_OK)
		p->data = arena_zalloc(&fake_memory.arena, size);
	return p;
}

static enum read_status fake_memory_status(const char *word)
{
	if (strncmp(word, "excluded", 8) == 0)
		return READ_EXCLUDED;
	if (strncmp(word, "lost", 4) == 0)
		return READ_LOST;
	return strncmp(word, "error", 5) == 0 ? READ_ERROR : READ_OK;
}

/* Later lines cover earlier ones. */
__attribute__((unused)) static void fake_memory_text(const char *text, unsigned entry_size,
						     enum byte_order order)
{
	while (*text) {
		const char *end = strchr(text, '\n');
		char *line = end ? strndup(text, (size_t)(end - text)) : strdup(text);
		char *at, *next, *colon = strchr(line, ':');

		text = end ? end + 1 : text + strlen(text);
		if (colon) {
			uint64_t start = strtoull(line, NULL, 16), n = 0;
			struct fake_piece *piece;
			uint8_t *words = NULL;

			at = colon + 1 + strspn(colon + 1, " \t");
			if (fake_memory_status(at) != READ_OK) {
				fake_memory_put(start, strtoull(strchr(at, ' '), NULL, 16),
						fake_memory_status(at));
				free(line);
				continue;
			}
			for (; *at; at += strspn(at, " \t")) {
				uint64_t word = strtoull(at, &next, 16), step = 0, count = 1;

				if (next == at)
					break;
				if (*next == '+')
					step = strtoull(next + 1, &next, 16);
				if (*next == '*')
					count = strtoull(next + 1, &next, 10);
				at = next;
				words = xrealloc(words, (n + count) * entry_size);
				for (; count; count--, word += step, n++)
					put_uint(words + n * entry_size, entry_size, word, order);
			}
			piece = fake_memory_put(start, n * entry_size, READ_OK);
			if (n)
				memcpy(piece->data, words, n * entry_size);
			free(words);
		}
		free(line);
	}
}

__attribute__((unused)) static enum read_status fake_memory_read(struct target *t, uint64_t address,
								 void *buffer, size_t size, size_t *done)
{
	uint8_t *out = buffer;
	enum read_status status = READ_OK;
	size_t sum = 0;

	(void)t;
	fake_memory.reads++;
	while (sum < size && status == READ_OK) {
		size_t i = fake_memory.pieces.n;

		while (i > 0 && (address + sum < fake_memory.pieces.items[i - 1].start ||
				 address + sum >= fake_memory.pieces.items[i - 1].end))
			i--;
		if (i == 0) {
			status = READ_NOT_RAM;
			break;
		}
		status = fake_memory.pieces.items[i - 1].status;
		if (status == READ_OK) {
			const struct fake_piece *p = &fake_memory.pieces.items[i - 1];

			out[sum] = p->data[address + sum - p->start];
			sum++;
		}
	}
	if (done)
		*done = sum;
	return status;
}

#endif
