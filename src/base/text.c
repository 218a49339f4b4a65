/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void text_free(struct text *t)
{
	free(t->data);
	*t = (struct text){0};
}

void text_clear(struct text *t)
{
	t->n = 0;
	if (t->data)
		t->data[0] = '\0';
}

/* Always leaves room for the terminating NUL. */
void text_reserve(struct text *t, size_t more)
{
	size_t want = t->n + more + 1;

	if (want <= t->capacity)
		return;
	if (want < t->capacity * 2)
		want = t->capacity * 2;
	if (want < 64)
		want = 64;
	t->data = xrealloc(t->data, want);
	t->capacity = want;
}

void text_put(struct text *t, const char *s, size_t n)
{
	text_reserve(t, n);
	if (n)
		memcpy(t->data + t->n, s, n);
	t->n += n;
	t->data[t->n] = '\0';
}

void text_putc(struct text *t, char c)
{
	text_put(t, &c, 1);
}

void text_puts(struct text *t, const char *s)
{
	text_put(t, s, strlen(s));
}

void text_fill(struct text *t, char c, size_t n)
{
	text_reserve(t, n);
	memset(t->data + t->n, c, n);
	t->n += n;
	t->data[t->n] = '\0';
}

void text_vprintf(struct text *t, const char *format, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	if (n > 0) {
		text_reserve(t, (size_t)n);
		vsnprintf(t->data + t->n, (size_t)n + 1, format, again);
		t->n += (size_t)n;
	}
	va_end(again);
}

void text_printf(struct text *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	text_vprintf(t, format, ap);
	va_end(ap);
}

void text_hex(struct text *t, uint64_t value, unsigned digits)
{
	char buffer[16];
	unsigned n = 0;

	if (digits > sizeof(buffer))
		digits = sizeof(buffer);
	do {
		buffer[sizeof(buffer) - ++n] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value || n < digits);
	text_put(t, buffer + sizeof(buffer) - n, n);
}

void text_dec(struct text *t, uint64_t value)
{
	char buffer[20];
	unsigned n = 0;

	do {
		buffer[sizeof(buffer) - ++n] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	text_put(t, buffer + sizeof(buffer) - n, n);
}

const char *text_str(const struct text *t)
{
	return t->data ? t->data : "";
}

const char *text_of_bytes(struct arena *a, const uint8_t *bytes, size_t n)
{
	char *text = arena_alloc(a, n * 2 + 1);

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	text[n * 2] = '\0';
	return text;
}

const char *text_centred(struct arena *a, const char *word, size_t width, bool odd_left)
{
	size_t n = strlen(word), room = n < width ? width - n : 0, left = (room + odd_left) / 2;

	return arena_printf(a, "%*s%s%*s", (int)left, "", word, (int)(room - left), "");
}

bool parse_number(const char *s, unsigned base, uint64_t *value)
{
	char *end;

	/* strtoull takes blanks and signs, which no caller wants */
	if (!((*s >= '0' && *s <= '9') ||
	      (base == 16 && ((*s >= 'a' && *s <= 'f') || (*s >= 'A' && *s <= 'F')))))
		return false;
	errno = 0;
	*value = strtoull(s, &end, (int)base);
	return !errno && *end == '\0';
}
