/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json.h"

#include <math.h>
#include <stdio.h>

#include "output/shape.h"

void json_characters(struct text *to, const char *s, size_t n)
{
	size_t done = 0, i = 0;

	while (i < n) {
		unsigned char c = (unsigned char)s[i];
		size_t length = 1;

		if (c >= 0x80)
			length = utf8_length(s + i, n - i);
		if (length && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			i += length;
			continue;
		}
		text_put(to, s + done, i - done);
		done = ++i;
		switch (c) {
		case '"': text_put(to, "\\\"", 2); break;
		case '\\': text_put(to, "\\\\", 2); break;
		case '\n': text_put(to, "\\n", 2); break;
		case '\t': text_put(to, "\\t", 2); break;
		case '\r': text_put(to, "\\r", 2); break;
		default: text_put(to, "\\u00", 4); text_hex(to, c, 2);
		}
	}
	text_put(to, s + done, n - done);
}

void json_string(struct text *to, const char *s, size_t n)
{
	text_putc(to, '"');
	json_characters(to, s, n);
	text_putc(to, '"');
}

void json_u64(struct text *to, uint64_t value)
{
	text_dec(to, value);
}

void json_i64(struct text *to, int64_t value)
{
	if (value < 0)
		text_putc(to, '-');
	text_dec(to, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_hex(struct text *to, uint64_t value)
{
	text_put(to, "\"0x", 3);
	text_hex(to, value, 0);
	text_putc(to, '"');
}

void json_f64(struct text *to, double value)
{
	if (isfinite(value))
		text_printf(to, "%.15g", value);
	else
		text_puts(to, "null");
}
