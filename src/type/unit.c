/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "type/unit.h"

#include <string.h>

#include "type/node.h"

static void put_binary(struct text *out, uint64_t value, size_t size, bool padded)
{
	size_t n = padded ? size * 8 : 1;

	while (n < 64 && value >> n)
		n++;
	while (n--)
		text_putc(out, value >> n & 1 ? '1' : '0');
}

static void put_float(struct text *out, uint64_t value, size_t size)
{
	if (size == 4) {
		uint32_t word = (uint32_t)value;
		float f;

		memcpy(&f, &word, sizeof(f));
		text_printf(out, "%.9g", (double)f);
	} else {
		double d;

		memcpy(&d, &value, sizeof(d));
		text_printf(out, "%.17g", d);
	}
}

void text_unit(struct text *out, char letter, uint64_t value, size_t size, bool padded)
{
	uint64_t mask = size >= 8 ? ~0ULL : (1ULL << size * 8) - 1;
	uint64_t low = value & mask, sign = (mask >> 1) + 1;
	int64_t is_signed = (int64_t)(low & sign ? low | ~mask : low);

	if (letter == 'f' && size < 4)
		letter = 'd';
	switch (letter) {
	case 'd': text_printf(out, "%lld", (long long)is_signed); break;
	case 'u': text_dec(out, low); break;
	case 'o': text_printf(out, low ? "0%llo" : "0", (unsigned long long)low); break;
	case 't': put_binary(out, low, size, padded); break;
	case 'c':
		text_printf(out, "%lld '", (long long)is_signed);
		put_character(out, (uint8_t)low, '\'');
		text_putc(out, '\'');
		break;
	case 'f': put_float(out, low, size); break;
	default:
		text_puts(out, "0x");
		text_hex(out, low, padded || letter == 'z' ? (unsigned)size * 2 : 0);
		break;
	}
}

void text_unit_character(struct text *out, uint8_t c, char quote)
{
	put_character(out, c, quote);
}
