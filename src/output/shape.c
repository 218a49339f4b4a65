/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/shape.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/vec.h"

enum op_kind { OP_TEXT, OP_FIELD, OP_IF };

struct shape_op {
	enum op_kind kind;
	const char *text; /* OP_TEXT: literal; else the name */
	size_t length;
	char align; /* '<', '>', '^', 0 by type */
	bool zero, star, has_precision, negate, alert;
	char conversion; /* x d s f q, 0 by type */
	unsigned width, precision;
	size_t skip; /* OP_IF: the operation after its end */
	size_t hint; /* where the name was found last: records of a kind put the same values in the same order
		      */
};

enum { MAX_DEPTH = 16, MAX_WIDTH = 1000 };

static bool read_spec(const char *at, const char *end, struct shape_op *op)
{
	if (at < end && strchr("<>^", *at))
		op->align = *at++;
	if (at < end && *at == '0') {
		op->zero = true;
		at++;
	}
	if (at < end && *at == '*') {
		op->star = true;
		at++;
	}
	while (at < end && isdigit((unsigned char)*at) && op->width < MAX_WIDTH)
		op->width = op->width * 10 + (unsigned)(*at++ - '0');
	if (at < end && *at == '.') {
		op->has_precision = true;
		at++;
		while (at < end && isdigit((unsigned char)*at) && op->precision < MAX_WIDTH)
			op->precision = op->precision * 10 + (unsigned)(*at++ - '0');
	}
	if (at < end && strchr("xdsfq", *at))
		op->conversion = *at++;
	if (at < end && *at == '!') {
		op->alert = true;
		at++;
	}
	return at == end;
}

bool template_compile(struct arena *a, const char *text, struct template *t)
{
	VEC(struct shape_op) ops = {0};
	size_t open[MAX_DEPTH];
	unsigned depth = 0;
	const char *at = text;

	while (*at) {
		const char *end, *colon;
		struct shape_op *op;
		size_t plain = strcspn(at, "{}");

		if (plain || (at[0] == at[1])) {
			/* a doubled brace is one character of text */
			size_t n = plain ? plain : 1;

			op = vec_push(a, &ops);
			*op = (struct shape_op){.kind = OP_TEXT, .text = at, .length = n};
			at += plain ? plain : 2;
			continue;
		}
		if (*at == '}')
			return fail("template \"%s\": a single } at offset %zu", text, (size_t)(at - text));
		end = strchr(at, '}');
		if (!end)
			return fail("template \"%s\": { at offset %zu is not closed", text,
				    (size_t)(at - text));
		if (at[1] == '/' && end == at + 2) {
			if (!depth)
				return fail("template \"%s\": {/} without {?", text);
			ops.items[open[--depth]].skip = ops.n;
			at = end + 1;
			continue;
		}
		op = vec_push(a, &ops);
		*op = (struct shape_op){.kind = OP_FIELD, .text = at + 1, .length = (size_t)(end - at - 1)};
		if (at[1] == '?' || at[1] == '!') {
			op->kind = OP_IF;
			op->negate = at[1] == '!';
			op->text++;
			op->length--;
			if (depth == MAX_DEPTH)
				return fail("template \"%s\": conditions nest too deep", text);
			open[depth++] = ops.n - 1;
		} else {
			colon = memchr(op->text, ':', op->length);
			if (colon) {
				op->length = (size_t)(colon - op->text);
				if (!read_spec(colon + 1, end, op))
					return fail("template \"%s\": bad format in {%.*s}", text,
						    (int)(end - at - 1), at + 1);
			}
		}
		if (!op->length)
			return fail("template \"%s\": no name at offset %zu", text, (size_t)(at - text));
		at = end + 1;
	}
	if (depth)
		return fail("template \"%s\": {? is not closed", text);
	t->ops = ops.items;
	t->n = ops.n;
	return true;
}

static bool named(const struct out_value *v, const char *strings, const struct shape_op *op)
{
	const char *name = v->name ? v->name : strings + v->name_at;

	return strncmp(name, op->text, op->length) == 0 && name[op->length] == '\0';
}

static const struct out_value *lookup(struct shape_op *op, const struct out_value *values, size_t n,
				      const char *strings)
{
	if (op->hint < n && named(&values[op->hint], strings, op))
		return &values[op->hint];
	for (size_t i = 0; i < n; i++) {
		if (named(&values[i], strings, op)) {
			op->hint = i;
			return &values[i];
		}
	}
	return NULL;
}

static bool is_true(const struct out_value *v)
{
	if (!v)
		return false;
	switch (v->kind) {
	case OUT_STRING: return v->length != 0;
	case OUT_F64: return v->real != 0;
	case OUT_UNKNOWN:
	case OUT_NODE: return true;
	default: return v->number != 0;
	}
}

size_t utf8_length(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t length;
	uint32_t c;

	if (!n)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (length > n)
		return 0;
	c = p[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	/* no overlong forms, surrogates or numbers beyond Unicode (RFC 3629) */
	if ((length == 3 && c < 0x800) || (length == 4 && (c < 0x10000 || c > 0x10ffff)) ||
	    (c >= 0xd800 && c < 0xe000))
		return 0;
	return length;
}

void put_clean(struct text *to, const char *s, size_t n)
{
	size_t done = 0, i = 0;

	while (i < n) {
		unsigned char c = (unsigned char)s[i];
		size_t length = 1;

		if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t') {
			i++;
			continue;
		}
		/* U+0080 to U+009F are control characters too */
		if (c >= 0x80)
			length = utf8_length(s + i, n - i);
		if (length > 1 && !(c == 0xc2 && (unsigned char)s[i + 1] < 0xa0)) {
			i += length;
			continue;
		}
		text_put(to, s + done, i - done);
		text_putc(to, '.');
		i += length ? length : 1;
		done = i;
	}
	text_put(to, s + done, n - done);
}

/* Characters, for padding: UTF-8 continuation bytes and our own colours (data holds no escapes) take no room.
 */
static size_t columns(const char *s, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\033')
			while (i < n && s[i] != 'm')
				i++;
		else
			columns += ((unsigned char)s[i] & 0xc0) != 0x80;
	}
	return columns;
}

static void put_number(const struct shape_op *op, const struct out_value *v, unsigned digits, struct text *to)
{
	char conversion = op->conversion;

	if (!conversion)
		conversion = v->kind == OUT_ADDRESS || v->kind == OUT_HEX ? 'x' : 'd';
	if (conversion == 'x') {
		text_hex(to, v->number, v->kind == OUT_ADDRESS && !op->conversion ? digits : 0);
	} else if (v->kind == OUT_I64 && (int64_t)v->number < 0) {
		text_putc(to, '-');
		text_dec(to, 0 - v->number);
	} else {
		text_dec(to, v->number);
	}
}

/* Move what was put from @start on to its place in a field of @width columns. */
static void pad(const struct shape_op *op, bool is_number, unsigned width, size_t start, struct text *to)
{
	size_t length = to->n - start, wide = columns(to->data + start, length), before, fill;
	char align = op->align ? op->align : is_number ? '>' : '<';
	bool zero = op->zero && is_number && align == '>';

	if (wide >= width)
		return;
	fill = width - wide;
	before = align == '>' ? fill : align == '^' ? fill / 2 : 0;
	text_fill(to, ' ', fill);
	if (!before)
		return;
	if (zero && to->data[start] == '-') {
		start++;
		length--;
	}
	memmove(to->data + start + before, to->data + start, length);
	memset(to->data + start, zero ? '0' : ' ', before);
}

static void put_field(const struct shape_op *op, const struct out_value *v, const char *strings,
		      const struct style *style, struct text *to)
{
	unsigned width = op->star ? style->digits : op->width;
	size_t start = to->n, length;
	bool is_number = false, coloured = false;

	text_reserve(to, 1);
	if (style->colour && v && (op->alert || v->kind == OUT_UNKNOWN)) {
		text_puts(to, v->kind == OUT_UNKNOWN ? COLOUR_UNKNOWN : COLOUR_ALERT);
		coloured = true;
	}
	if (v) {
		switch (v->kind) {
		case OUT_STRING:
			length = v->length;
			if (op->has_precision && op->precision < length)
				length = op->precision;
			if (op->conversion == 'q')
				text_putc(to, '"');
			put_clean(to, strings + v->string_at, length);
			if (op->conversion == 'q')
				text_putc(to, '"');
			break;
		case OUT_UNKNOWN:
			text_putc(to, '<');
			put_clean(to, strings + v->string_at, v->length);
			text_putc(to, '>');
			break;
		case OUT_F64:
			is_number = true;
			text_printf(to, "%.*f", op->has_precision ? (int)op->precision : 2, v->real);
			break;
		case OUT_BOOL: text_puts(to, v->number ? "true" : "false"); break;
		case OUT_NODE: v->write(v->node, op->width, to); return;
		default: is_number = true; put_number(op, v, style->digits, to);
		}
	}
	if (coloured)
		text_puts(to, COLOUR_NONE);
	if (width)
		pad(op, is_number, width, start, to);
}

void template_render(const struct template *t, const struct out_value *values, size_t n, const char *strings,
		     const struct style *style, struct text *to)
{
	size_t i = 0;

	while (i < t->n) {
		struct shape_op *op = &t->ops[i++];

		if (op->kind == OP_TEXT) {
			text_put(to, op->text, op->length);
		} else if (op->kind == OP_IF) {
			if (is_true(lookup(op, values, n, strings)) == op->negate)
				i = op->skip;
		} else {
			put_field(op, lookup(op, values, n, strings), strings, style, to);
		}
	}
}
