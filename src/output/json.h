/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of JSON (RFC 8259). */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* A string with its quotes. Bytes that are no UTF-8 are written as \u00XX. */
void json_string(struct text *to, const char *s, size_t n);
/* The same without quotes. */
void json_characters(struct text *to, const char *s, size_t n);
void json_u64(struct text *to, uint64_t value);
void json_i64(struct text *to, int64_t value);
/* "0x1f", with quotes. */
void json_hex(struct text *to, uint64_t value);
/* A number; null when it is infinite or none. */
void json_f64(struct text *to, double value);

#endif
