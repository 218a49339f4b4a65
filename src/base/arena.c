/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 16 << 10, LARGEST_CHUNK = 1 << 20 };

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	_Alignas(max_align_t) char data[];
};

static _Noreturn void out_of_memory(size_t size)
{
	fprintf(stderr, "inquest: out of memory (%zu bytes wanted)\n", size);
	exit(2);
}

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory(n * size);
	return p;
}

void *xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

/*
 * Chunks grow with the arena, so that a small one stays small and a large one
 * costs few calls. A large object gets a chunk of its own behind the current
 * one, whose free space stays in use.
 */
static void *new_chunk(struct arena *a, size_t size)
{
	size_t usual = a->total < FIRST_CHUNK ? FIRST_CHUNK : a->total;
	struct arena_chunk *chunk;
	bool alone;

	if (usual > LARGEST_CHUNK)
		usual = LARGEST_CHUNK;
	alone = size > usual / 2;
	if (size > SIZE_MAX / 2)
		out_of_memory(size);
	chunk = xmalloc(sizeof(*chunk) + (alone ? size : usual));
	chunk->size = alone ? size : usual;
	a->total += chunk->size;
	if (alone && a->chunk) {
		chunk->older = a->chunk->older;
		a->chunk->older = chunk;
		return chunk->data;
	}
	chunk->older = a->chunk;
	a->chunk = chunk;
	a->at = chunk->data + size;
	a->end = chunk->data + chunk->size;
	return chunk->data;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t aligned = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	void *p = a->at;

	if (aligned < size)
		out_of_memory(size);
	if (!p || (size_t)(a->end - a->at) < aligned)
		return new_chunk(a, aligned);
	a->at += aligned;
	return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		out_of_memory(n);
	return arena_zalloc(a, n * size);
}

void *arena_copy(struct arena *a, const void *data, size_t size)
{
	void *p = arena_alloc(a, size);

	return size ? memcpy(p, data, size) : p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t length = strnlen(s, n);
	char *copy = arena_alloc(a, length + 1);

	memcpy(copy, s, length);
	copy[length] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s) + 1);
}

char *arena_vprintf(struct arena *a, const char *format, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	text = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
	vsnprintf(text, (size_t)(n < 0 ? 0 : n) + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	text = arena_vprintf(a, format, ap);
	va_end(ap);
	return text;
}

void arena_free(struct arena *a)
{
	struct arena_chunk *chunk = a->chunk;

	while (chunk) {
		struct arena_chunk *older = chunk->older;

		free(chunk);
		chunk = older;
	}
	*a = (struct arena){0};
}
