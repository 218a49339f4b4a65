/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing text buffer with the few fast formatters that bulk output needs.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data; /* NUL-terminated once something was put */
	size_t n, capacity;
};

/* A zero-filled struct text is empty. */
void text_free(struct text *t);
void text_clear(struct text *t);
void text_reserve(struct text *t, size_t more);
void text_putc(struct text *t, char c);
void text_put(struct text *t, const char *s, size_t n);
void text_puts(struct text *t, const char *s);
void text_fill(struct text *t, char c, size_t n);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *t, const char *format, va_list ap);
/* Hexadecimal without 0x, zero-filled to @digits (0: as many as needed). */
void text_hex(struct text *t, uint64_t value, unsigned digits);
void text_dec(struct text *t, uint64_t value);
/* Never NULL. */
const char *text_str(const struct text *t);

struct arena;
/* @word in the middle of @width columns, blanks on both sides; an odd blank goes to the right, or to the
 * left. */
const char *text_centred(struct arena *a, const char *word, size_t width, bool odd_left);

/* @n bytes as lower-case hexadecimal, as build-ids are written. */
const char *text_of_bytes(struct arena *a, const uint8_t *bytes, size_t n);

/*
 * A number as people write it: decimal, 0x hexadecimal, 0 octal. The whole
 * string must be the number. @base 0 decides by prefix, 16 takes bare digits
 * too. False without a message when it is none.
 */
bool parse_number(const char *s, unsigned base, uint64_t *value);

#endif
