/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Units of memory as gdb's x shows them. */
#ifndef TYPE_UNIT_H
#define TYPE_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * Put the low @size bytes (1 to 8) of @value: x hexadecimal, z the same with all zeros, d signed, u unsigned,
 * o octal, t binary, c as a character, f as a floating-point number, if there are any of that size. @padded:
 * as gdb's x does it, x and t with zeros in front. Other letters are as x.
 */
void text_unit(struct text *out, char letter, uint64_t value, size_t size, bool padded);
/* Put a character as it stands between @quote characters: "\\n", "\\377". */
void text_unit_character(struct text *out, uint8_t c, char quote);

#endif
