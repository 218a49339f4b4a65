/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leaves of a value as gdb spells them. */
#include <string.h>

#include "type/node.h"

static const char *keep(struct tree *tree, struct text *t)
{
	const char *copy = arena_strndup(tree->env->arena, text_str(t), t->n);

	text_free(t);
	return copy;
}

bool is_text_type(struct types *ts, const struct type *t)
{
	t = type_strip(ts, t);
	return t->kind == TYPE_INT && t->size == 1 && !t->is_bool;
}

void put_character(struct text *out, uint8_t c, char quote)
{
	static const char special[] = "\a\b\f\n\r\t\v", letters[] = "abfnrtv";
	const char *found = c ? strchr(special, c) : NULL;

	if (found) {
		text_putc(out, '\\');
		text_putc(out, letters[found - special]);
	} else if (c < 0x20 || c > 0x7e) {
		text_printf(out, "\\%03o", c);
	} else {
		if (c == (uint8_t)quote || c == '\\')
			text_putc(out, '\\');
		text_putc(out, (char)c);
	}
}

/*
 * The limit counts characters, but a run of equal ones is written as a whole, as
 * gdb does. @more tells that the string goes on behind the @n bytes.
 */
void put_string(struct text *out, const uint8_t *s, size_t n, unsigned print_max, bool more)
{
	size_t i = 0;

	text_putc(out, '"');
	while (i < n && i < print_max) {
		uint8_t c = s[i];

		for (; i < n && s[i] == c; i++)
			put_character(out, c, '"');
	}
	text_putc(out, '"');
	if (i < n || more)
		text_puts(out, "...");
}

static void put_wide(struct text *out, const uint8_t *bytes, enum byte_order order, bool is_signed, bool hex)
{
	uint64_t low = get_u64(bytes + (order == ORDER_BIG ? 8 : 0), order);
	uint64_t high = get_u64(bytes + (order == ORDER_BIG ? 0 : 8), order);
	uint32_t limbs[4]; /* most significant first: not every host has an integer this wide */
	uint64_t rest;
	bool more = true;
	char digits[40];
	size_t n = sizeof(digits);

	if (hex) {
		text_puts(out, "0x");
		if (high) {
			text_hex(out, high, 0);
			text_hex(out, low, 16);
		} else {
			text_hex(out, low, 0);
		}
		return;
	}
	if (is_signed && high >> 63) {
		text_putc(out, '-');
		low = 0 - low;
		high = ~high + (low == 0);
	}
	limbs[0] = (uint32_t)(high >> 32);
	limbs[1] = (uint32_t)high;
	limbs[2] = (uint32_t)(low >> 32);
	limbs[3] = (uint32_t)low;
	while (more) {
		rest = 0;
		more = false;
		for (size_t i = 0; i < 4; i++) {
			rest = rest << 32 | limbs[i];
			limbs[i] = (uint32_t)(rest / 10);
			more |= limbs[i] != 0;
			rest %= 10;
		}
		digits[--n] = (char)('0' + (char)rest);
	}
	text_put(out, digits + n, sizeof(digits) - n);
}

void leaf_integer(struct tree *tree, struct node *n, const struct type *t, const uint8_t *bytes,
		  uint32_t bit_offset, uint32_t bit_size)
{
	const struct type *base = type_strip(tree->ts, t);
	bool hex = tree->options->hex || tree->options->format == 'x' || tree->options->format == 'z';
	struct text out = {0};

	n->kind = NODE_NUMBER;
	n->is_signed = base->is_signed;
	if (base->size == 16 && !bit_size) {
		put_wide(&out, bytes, types_order(tree->ts), base->is_signed, hex);
		n->number =
			get_u64(bytes + (types_order(tree->ts) == ORDER_BIG ? 8 : 0), types_order(tree->ts));
		n->text = keep(tree, &out);
		return;
	}
	n->number = number_from_bytes(tree->ts, t, bytes, base->size, bit_offset, bit_size);
	if (base->is_bool && n->number <= 1) {
		n->kind = NODE_BOOL;
		n->text = hex ? (n->number ? "0x1" : "0x0") : n->number ? "true" : "false";
		return;
	}
	if (hex) {
		text_puts(&out, "0x");
		text_hex(&out, base->size < 8 ? n->number & ((1ULL << base->size * 8) - 1) : n->number, 0);
	} else if (base->is_signed) {
		text_printf(&out, "%lld", (long long)n->number);
	} else {
		text_printf(&out, "%llu", (unsigned long long)n->number);
	}
	if (is_text_type(tree->ts, base) && !hex) {
		text_puts(&out, " '");
		put_character(&out, (uint8_t)n->number, '\'');
		text_putc(&out, '\'');
	}
	n->text = keep(tree, &out);
}

/*
 * An enumeration of flags, as gdb sees it: no negative value, and none with more
 * than one bit set.
 */
static bool is_flags(const struct type_enumerator *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].value < 0 || __builtin_popcountll((uint64_t)list[i].value) > 1)
			return false;
	}
	return n > 0;
}

void leaf_enum(struct tree *tree, struct node *n, const struct type *t, uint64_t value)
{
	const struct type_enumerator *list;
	const char *separator = "(";
	uint64_t left = value;
	struct text out = {0};
	size_t count, i;

	t = type_strip(tree->ts, t);
	n->kind = NODE_ENUM;
	n->number = value;
	n->is_signed = t->is_signed;
	type_enumerators(tree->ts, t, &list, &count);
	for (i = 0; i < count && (uint64_t)list[i].value != value; i++)
		;
	if (i < count) {
		n->text = list[i].name;
		return;
	}
	if (!is_flags(list, count)) {
		text_printf(&out, "%lld", (long long)value);
		n->text = keep(tree, &out);
		return;
	}
	for (i = 0; i < count; i++) {
		if (!(left & (uint64_t)list[i].value))
			continue;
		text_puts(&out, separator);
		text_puts(&out, list[i].name);
		left &= ~(uint64_t)list[i].value;
		separator = " | ";
	}
	if (left)
		text_printf(&out, "%sunknown: 0x%llx", separator, (unsigned long long)left);
	text_puts(&out, out.n ? ")" : "0");
	n->text = keep(tree, &out);
}

void leaf_float(struct tree *tree, struct node *n, uint64_t bits, uint64_t size)
{
	struct text out = {0};

	n->kind = NODE_FLOAT;
	n->number = bits;
	if (size == 4) {
		uint32_t word = (uint32_t)bits;
		float f;

		memcpy(&f, &word, sizeof(f));
		text_printf(&out, "%.9g", (double)f);
	} else if (size == 8) {
		double d;

		memcpy(&d, &bits, sizeof(d));
		text_printf(&out, "%.17g", d);
	} else {
		/* no kernel keeps others in memory: the bits, rather than a wrong number */
		text_printf(&out, "<%llu bytes of floating point>", (unsigned long long)size);
	}
	n->text = keep(tree, &out);
}

/* The string at @address: up to a NUL or the limit, in pieces that do not cross a page. */
static void put_string_at(struct tree *tree, struct node *n, uint64_t address, struct text *out)
{
	enum { PIECE = 64 };
	size_t limit = (size_t)tree->print_max + 1, length = 0;
	uint8_t *buffer;
	enum read_status status = READ_OK;
	bool ended = false;

	if (!tree->string)
		tree->string = arena_alloc(tree->env->arena, limit + PIECE);
	buffer = tree->string;
	while (length < limit && !ended) {
		size_t piece = PIECE - (size_t)((address + length) % PIECE);
		const uint8_t *nul;

		status = tree->env->read(tree->env->context, address + length, buffer + length, piece);
		if (status != READ_OK)
			break;
		nul = memchr(buffer + length, 0, piece);
		ended = nul != NULL;
		length = nul ? (size_t)(nul - buffer) : length + piece;
	}
	text_putc(out, ' ');
	if (status == READ_OK || length) {
		bool more = !ended && length >= limit;

		if (more)
			length = limit - 1;
		put_string(out, buffer, length, tree->print_max, more);
		n->string = arena_strndup(tree->env->arena, (const char *)buffer, length);
		n->length = length;
	}
	if (status != READ_OK)
		text_printf(out, "<%s>", read_status_text(status));
}

void leaf_pointer(struct tree *tree, struct node *n, const struct type *target, uint64_t address)
{
	const struct type_env *env = tree->env;
	struct text out = {0};
	const char *name;
	uint64_t offset;

	n->kind = NODE_POINTER;
	n->number = address;
	text_puts(&out, "0x");
	text_hex(&out, address, 0);
	if (address && env->symbol_at && env->symbol_at(env->context, address, &name, &offset)) {
		text_printf(&out, " <%s", name);
		if (offset)
			text_printf(&out, "+%llu", (unsigned long long)offset);
		text_putc(&out, '>');
	}
	if (address && target && is_text_type(tree->ts, target) && env->read)
		put_string_at(tree, n, address, &out);
	n->text = keep(tree, &out);
}
