/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Templates of output/out.h, compiled, and the values they are rendered over. */
#ifndef OUTPUT_SHAPE_H
#define OUTPUT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct node;

enum out_kind {
	OUT_STRING,
	OUT_U64,
	OUT_I64,
	OUT_ADDRESS,
	OUT_HEX,
	OUT_F64,
	OUT_BOOL,
	OUT_UNKNOWN, /* the string is the reason */
	OUT_NODE,
};

struct out_value {
	enum out_kind kind;
	const char *name;         /* NULL: at @name_at of the strings */
	size_t name_at;           /* offset in the strings */
	size_t string_at, length; /* OUT_STRING, OUT_UNKNOWN: in the strings */
	uint64_t number;          /* OUT_BOOL: 0 or 1; OUT_I64: as two's complement */
	double real;              /* OUT_F64 */
	const struct node *node;  /* OUT_NODE ... */
	void (*write)(const struct node *node, unsigned indent, struct text *to); /* ... and what writes it */
};

struct shape_op;

struct template
{
	struct shape_op *ops;
	size_t n;
};

/* Compile @text, which must stay valid. False with a message that says what is wrong with it. */
bool template_compile(struct arena *a, const char *text, struct template *t);
/* How values are written: the width of a target address, and whether colours are wanted. */
struct style {
	unsigned digits;
	bool colour;
};

/* Select Graphic Rendition (ECMA-48, 8.3.117). */
#define COLOUR_TITLE   "\033[1m"
#define COLOUR_ALERT   "\033[1;31m"
#define COLOUR_UNKNOWN "\033[33m"
#define COLOUR_NONE    "\033[m"

/* Render over @n values whose strings lie in @strings. */
void template_render(const struct template *t, const struct out_value *values, size_t n, const char *strings,
		     const struct style *style, struct text *to);
/* Put a string from the target: control characters and bytes that are no UTF-8 become dots. */
void put_clean(struct text *to, const char *s, size_t n);
/* Length in bytes of the UTF-8 character at @s, 0 when it is none. */
size_t utf8_length(const char *s, size_t n);

#endif
