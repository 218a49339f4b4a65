/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "type/ptype.h"

#include "type/declare.h"

enum {
	MARGIN = 27, /* columns of offset and size */
	DEPTH_MAX = 32,
	CHAIN = 16, /* of pointers and arrays around what is laid out */
	TEXT_MAX = 4 << 20,
};

struct layout {
	struct types *ts;
	struct text *out;
	bool hex;
	int depth;
};

static void write_body(struct layout *l, const struct type *t, unsigned level, uint64_t bit_base);

/* A structure or union, or an array of one without a name: what is written out where it is a member. */
static const struct type *body_of(const struct type *t)
{
	bool array = false;

	for (int i = 0; i < CHAIN && t && (t->kind == TYPE_QUALIFIER || t->kind == TYPE_ARRAY); i++) {
		array |= t->kind == TYPE_ARRAY;
		t = t->target;
	}
	if (!t || (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || (array && t->name))
		return NULL;
	return t;
}

static void put_columns(struct layout *l, const struct type_member *m, bool in_union, uint64_t bit)
{
	unsigned long long size = type_size(l->ts, m->type), byte = bit / 8;
	struct text *out = l->out;

	if (in_union)
		text_puts(out, "/*              ");
	else if (m->bit_size && l->hex)
		text_printf(out, "/* 0x%04llx:%2u   |", byte, (unsigned)(bit % 8));
	else if (m->bit_size)
		text_printf(out, "/* %6llu:%2u   |", byte, (unsigned)(bit % 8));
	else
		text_printf(out, l->hex ? "/* 0x%04llx      |" : "/* %6llu      |", byte);
	text_printf(out, l->hex ? "  0x%04llx */" : "%8llu */", size);
}

static void put_hole(struct layout *l, uint64_t bits, const char *what)
{
	if (bits % 8)
		text_printf(l->out, "/* XXX %2u-bit %-7s    */\n", (unsigned)(bits % 8), what);
	if (bits / 8)
		text_printf(l->out, "/* XXX %2llu-byte %-7s   */\n", (unsigned long long)(bits / 8), what);
}

/* What stands behind a body: the name with its dimensions. */
static void put_declarator(struct text *out, const struct type *t, const char *name)
{
	if (name)
		text_printf(out, " %s", name);
	for (int i = 0; i < CHAIN && t && (t->kind == TYPE_QUALIFIER || t->kind == TYPE_ARRAY); i++) {
		if (t->kind == TYPE_ARRAY && t->incomplete)
			text_puts(out, "[]");
		else if (t->kind == TYPE_ARRAY)
			text_printf(out, "[%llu]", (unsigned long long)t->count);
		t = t->target;
	}
}

static void put_member(struct layout *l, const struct type_member *m, unsigned level, uint64_t bit)
{
	const struct type *body = body_of(m->type);

	text_fill(l->out, ' ', level);
	if (!body || l->depth >= DEPTH_MAX) {
		type_declare(l->ts, m->type, m->name, l->out);
		if (m->bit_size)
			text_printf(l->out, " : %u", m->bit_size);
	} else {
		if (m->type->kind == TYPE_QUALIFIER && m->type->qualifiers & QUALIFIER_CONST)
			text_puts(l->out, "const ");
		if (m->type->kind == TYPE_QUALIFIER && m->type->qualifiers & QUALIFIER_VOLATILE)
			text_puts(l->out, "volatile ");
		write_body(l, type_strip(l->ts, body), level, bit);
		put_declarator(l->out, m->type, m->name);
	}
	text_puts(l->out, ";\n");
}

/* "struct x {", the members, and "}" at @level; the first line's place is the caller's. */
static void write_body(struct layout *l, const struct type *t, unsigned level, uint64_t bit_base)
{
	bool is_union = t->kind == TYPE_UNION;
	uint64_t size = type_size(l->ts, t), end = 0;
	const struct type_member *list = NULL;
	size_t n = 0, shown = 0;

	text_puts(l->out, is_union ? "union " : "struct ");
	if (t->name)
		text_printf(l->out, "%s ", t->name);
	text_puts(l->out, "{\n");
	type_members(l->ts, t, &list, &n);
	l->depth++;
	for (size_t i = 0; i < n && l->out->n < TEXT_MAX; i++) {
		const struct type_member *m = &list[i];
		uint64_t bits = m->bit_size ? m->bit_size : type_size(l->ts, m->type) * 8;

		if (!m->name && m->bit_size)
			continue; /* as gdb, which takes it for a hole */
		if (!is_union && end && end < m->bit_offset)
			put_hole(l, m->bit_offset - end, "hole");
		put_columns(l, m, is_union, bit_base + m->bit_offset);
		put_member(l, m, level + 4, bit_base + m->bit_offset);
		if (m->bit_offset + bits > end || !is_union)
			end = m->bit_offset + bits;
		shown++;
	}
	l->depth--;
	if (!shown) {
		text_fill(l->out, ' ', MARGIN + level + 4);
		text_puts(l->out, t->incomplete ? "<incomplete type>\n" : "<no data fields>\n");
	} else if (!is_union && end < size * 8) {
		put_hole(l, size * 8 - end, "padding");
	}
	text_putc(l->out, '\n');
	text_fill(l->out, ' ', MARGIN + level + 4);
	text_printf(l->out,
		    l->hex ? "/* total size (bytes): 0x%04llx */\n" : "/* total size (bytes): %4llu */\n",
		    (unsigned long long)size);
	/* the body that was asked for stands two columns in */
	text_fill(l->out, ' ', level ? MARGIN + level : MARGIN + 2);
	text_putc(l->out, '}');
}

/* Pointers to it and arrays of it stand behind the body. */
static const struct type *around(struct types *ts, const struct type *t, struct text *suffix)
{
	t = type_strip(ts, t);
	for (int i = 0; i < CHAIN && (t->kind == TYPE_POINTER || t->kind == TYPE_ARRAY); i++) {
		if (t->kind == TYPE_POINTER)
			text_puts(suffix, suffix->n ? "*" : " *");
		else
			text_printf(suffix, suffix->n ? "[%llu]" : " [%llu]", (unsigned long long)t->count);
		t = type_strip(ts, t->target);
	}
	return t;
}

bool type_layout(struct types *ts, const struct type *t, bool hex, struct text *out)
{
	struct layout l = {.ts = ts, .out = out, .hex = hex};
	struct text suffix = {0};
	const struct type *base = around(ts, t, &suffix);
	bool is_body = base->kind == TYPE_STRUCT || base->kind == TYPE_UNION;

	if (is_body) {
		write_body(&l, base, 0, 0);
		text_puts(out, text_str(&suffix));
	}
	text_free(&suffix);
	return is_body;
}
