/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is freed all at once. One arena lives as long as the session,
 * one as long as a command; a thread that builds an index has one of its own
 * (malloc of the static C library is slow under threads). Running out of
 * memory ends the program with a message: there is nothing sensible left to do.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* newest */
	char *at, *end;
	size_t total; /* bytes obtained from the system */
};

/* A zero-filled struct arena is an empty one. */
void *arena_alloc(struct arena *a, size_t size); /* not cleared, aligned for any type */
void *arena_zalloc(struct arena *a, size_t size);
/* n * size with the overflow check, cleared. */
void *arena_array(struct arena *a, size_t n, size_t size);
void *arena_copy(struct arena *a, const void *data, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list ap);
/* Free everything; the arena is empty and usable afterwards. */
void arena_free(struct arena *a);

#define arena_new(A, T)      ((T *)arena_zalloc((A), sizeof(T)))
#define arena_new_n(A, N, T) ((T *)arena_array((A), (N), sizeof(T)))

/* malloc family that never fails, for buffers that grow and shrink. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t size);

#endif
