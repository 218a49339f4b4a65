/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types as C text in gdb's layout. Whether the body of a structure is written
 * follows gdb's rule: a number, "show", is 1 at the definition asked for, falls
 * by one with each named member and stays with unnamed ones (that is crash's
 * change to gdb); above 0 every body is written, at 0 that of types without a
 * name, below 0 none ("{...}").
 */
#include "type/declare.h"

#include <string.h>

#include "base/error.h"
#include "type/ptype.h"

enum {
	LAYERS_MAX = 64, /* pointers, arrays and functions around a base type */
	DEPTH_MAX = 32,  /* types written inside one another */
	TEXT_MAX = 4 << 20,
};

struct writer {
	struct types *ts;
	struct text *out;
	int depth;
	/* for definitions with offsets */
	const struct type_define_options *options;
	unsigned width;  /* of the offset column; 0: no offsets */
	bool in_pointer; /* what a pointer points to has no offset here */
};

static void write_type(struct writer *w, const struct type *t, const char *name, int show, unsigned level,
		       uint64_t bit_offset);

/* Types made up by somebody may be endless: stop, visibly. */
static bool too_much(const struct writer *w)
{
	return w->depth > DEPTH_MAX || w->out->n > TEXT_MAX;
}

static void prepend(struct text *t, const char *s)
{
	size_t n = strlen(s), old = t->n;

	text_fill(t, ' ', n);
	memmove(t->data + n, t->data, old);
	memcpy(t->data, s, n);
}

static void put_qualifiers(struct text *out, unsigned qualifiers)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {
		{QUALIFIER_CONST, "const"},
		{QUALIFIER_VOLATILE, "volatile"},
		{QUALIFIER_RESTRICT, "restrict"},
		{QUALIFIER_ATOMIC, "_Atomic"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (qualifiers & names[i].bit) {
			text_puts(out, names[i].name);
			text_putc(out, ' ');
		}
	}
}

static void put_parameters(struct writer *w, const struct type *t, struct text *out)
{
	struct writer inner = {.ts = w->ts, .out = out, .depth = w->depth + 1};
	const struct type_parameter *list;
	size_t n, i;

	text_putc(out, '(');
	type_parameters(w->ts, t, &list, &n);
	for (i = 0; i < n && !too_much(&inner); i++) {
		if (i)
			text_puts(out, ", ");
		write_type(&inner, list[i].type, NULL, 0, 0, 0);
	}
	if (i < n || t->variadic)
		text_puts(out, n ? ", ..." : "...");
	else if (n == 0)
		text_puts(out, "void");
	text_putc(out, ')');
}

/*
 * Put the pointers, arrays and functions of @t around the name in @d; returns
 * the base type and its qualifiers.
 */
static const struct type *put_layers(struct writer *w, const struct type *t, struct text *d,
				     unsigned *qualifiers)
{
	bool after_pointer = false;

	*qualifiers = 0;
	for (int i = 0; i < LAYERS_MAX && t; i++, t = t->target) {
		if ((t->kind == TYPE_ARRAY || t->kind == TYPE_FUNCTION) && after_pointer) {
			prepend(d, "(");
			text_putc(d, ')');
		}
		after_pointer = t->kind == TYPE_POINTER || (after_pointer && t->kind == TYPE_QUALIFIER);
		switch (t->kind) {
		case TYPE_QUALIFIER: *qualifiers |= t->qualifiers; break;
		case TYPE_POINTER:
			if (*qualifiers) {
				struct text words = {0};

				put_qualifiers(&words, *qualifiers);
				if (!d->n || d->data[0] == '(' || d->data[0] == '[')
					words.data[--words.n] = '\0';
				prepend(d, text_str(&words));
				prepend(d, "* ");
				text_free(&words);
			} else {
				prepend(d, "*");
			}
			*qualifiers = 0;
			break;
		case TYPE_ARRAY:
			if (t->incomplete)
				text_puts(d, "[]");
			else
				text_printf(d, "[%llu]", (unsigned long long)t->count);
			break;
		case TYPE_FUNCTION:
			put_parameters(w, t, d);
			*qualifiers = 0;
			break;
		default: return t;
		}
	}
	return t ? t : type_void(w->ts);
}

/* The column in front of a line of a definition: "   [16]", or blanks. */
static void put_offset(struct writer *w, bool known, uint64_t bit_offset)
{
	uint64_t offset = bit_offset / 8;
	struct text t = {0};

	if (!w->width)
		return;
	if (known && !w->in_pointer) {
		if (w->options->address)
			text_printf(&t, "[%llx]", (unsigned long long)(w->options->address + offset));
		else
			text_printf(&t, w->options->hex ? "[0x%llx]" : "[%llu]", (unsigned long long)offset);
	}
	text_fill(w->out, ' ', t.n < w->width ? w->width - t.n : 0);
	text_puts(w->out, text_str(&t));
	text_free(&t);
}

/* Where a line of the body begins: the offset column takes the place of three of the blanks. */
static void put_indent(struct writer *w, unsigned level, bool known, uint64_t bit_offset)
{
	if (!level)
		return;
	put_offset(w, known, bit_offset);
	text_fill(w->out, ' ', w->width ? level - 3 : level);
}

/* Is a body written out for a member of type @t, with "show" as it is for that member? */
static bool is_body(const struct type *t, int show)
{
	for (int i = 0; i < LAYERS_MAX && t && (t->kind == TYPE_QUALIFIER || t->kind == TYPE_ARRAY); i++)
		t = t->target;
	return t && (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) &&
	       (show > 0 || (show == 0 && !t->name));
}

static bool has_pointer(const struct type *t)
{
	for (int i = 0; i < LAYERS_MAX && t && t->kind != TYPE_TYPEDEF; i++, t = t->target) {
		if (t->kind == TYPE_POINTER)
			return true;
	}
	return false;
}

static void write_members(struct writer *w, const struct type *t, int show, unsigned level,
			  uint64_t bit_offset)
{
	const struct type_member *list;
	size_t n = 0;

	if (!type_members(w->ts, t, &list, &n)) {
		put_indent(w, level + 4, false, 0);
		text_puts(w->out, t->incomplete ? "<incomplete type>\n" : "<no data fields>\n");
		return;
	}
	if (n == 0) {
		put_indent(w, level + 4, false, 0);
		text_puts(w->out, "<no data fields>\n");
	}
	for (size_t i = 0; i < n && !too_much(w); i++) {
		const struct type_member *m = &list[i];
		uint64_t at = bit_offset + m->bit_offset;
		int inner = m->name ? show - 1 : show;

		if (!m->name && m->bit_size)
			continue; /* gdb does not know unnamed bit-fields */
		/* a body carries the offset on its last line, where the name stands */
		put_indent(w, level + 4, m->name && !is_body(m->type, inner), at);
		write_type(w, m->type, m->name, inner, level + 4, at);
		if (m->bit_size)
			text_printf(w->out, " : %u", m->bit_size);
		text_puts(w->out, ";\n");
	}
}

/* "{A = 1, B, C = 5}": a value is written where it is not one more than the last. */
static void write_enumerators(struct writer *w, const struct type *t)
{
	const struct type_enumerator *list;
	int64_t expected = 0;
	size_t n = 0;

	type_enumerators(w->ts, t, &list, &n);
	text_putc(w->out, '{');
	for (size_t i = 0; i < n && !too_much(w); i++) {
		text_puts(w->out, i ? ", " : "");
		text_puts(w->out, list[i].name);
		if (list[i].value != expected) {
			if (t->is_signed)
				text_printf(w->out, " = %lld", (long long)list[i].value);
			else
				text_printf(w->out, " = %llu", (unsigned long long)list[i].value);
		}
		expected = (int64_t)((uint64_t)list[i].value + 1);
	}
	text_putc(w->out, '}');
}

static void write_base(struct writer *w, const struct type *t, int show, unsigned level, uint64_t bit_offset,
		       bool named)
{
	bool is_enum = t->kind == TYPE_ENUM;

	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION && !is_enum) {
		text_puts(w->out, t->name ? t->name : t->kind == TYPE_VOID ? "void" : "<unnamed>");
		return;
	}
	text_puts(w->out, is_enum ? "enum " : t->kind == TYPE_UNION ? "union " : "struct ");
	if (t->name)
		text_puts(w->out, t->name);
	if (t->name && show <= 0)
		return;
	if (show < 0 || too_much(w)) {
		text_puts(w->out, "{...}");
		return;
	}
	if (t->name)
		text_putc(w->out, ' ');
	if (is_enum) {
		write_enumerators(w, t);
		return;
	}
	text_puts(w->out, "{\n");
	w->depth++;
	write_members(w, t, show, level, bit_offset);
	w->depth--;
	put_indent(w, level, named, bit_offset);
	text_putc(w->out, '}');
}

/* @level is how far a body is indented, @bit_offset where the type begins in what is defined. */
static void write_type(struct writer *w, const struct type *t, const char *name, int show, unsigned level,
		       uint64_t bit_offset)
{
	bool outside = w->in_pointer;
	struct text d = {0};
	unsigned qualifiers;

	if (name)
		text_puts(&d, name);
	w->in_pointer |= has_pointer(t);
	t = put_layers(w, t, &d, &qualifiers);
	put_qualifiers(w->out, qualifiers);
	write_base(w, t, show, level, bit_offset, d.n > 0);
	w->in_pointer = outside;
	if (d.n) {
		text_putc(w->out, ' ');
		text_put(w->out, d.data, d.n);
	}
	text_free(&d);
}

void type_declare(struct types *ts, const struct type *t, const char *name, struct text *out)
{
	struct writer w = {.ts = ts, .out = out};

	write_type(&w, t, name, 0, 0, 0);
}

void type_name(struct types *ts, const struct type *t, struct text *out)
{
	struct writer w = {.ts = ts, .out = out};

	write_type(&w, t, NULL, -1, 0, 0);
}

void type_expand(struct types *ts, const struct type *t, struct text *out)
{
	struct writer w = {.ts = ts, .out = out};
	const struct type *base = type_strip(ts, t);
	struct text d = {0};
	unsigned qualifiers;

	for (int i = 0; i < LAYERS_MAX; i++) {
		if (d.n && d.data[0] == '*' && (base->kind == TYPE_ARRAY || base->kind == TYPE_FUNCTION)) {
			prepend(&d, "(");
			text_putc(&d, ')');
		}
		base = put_layers(&w, base, &d, &qualifiers);
		if (base->kind != TYPE_TYPEDEF)
			break;
		base = type_strip(ts, base);
	}
	put_qualifiers(out, qualifiers);
	write_base(&w, base, 1, 0, 0, false);
	if (d.n) {
		text_putc(out, ' ');
		text_put(out, d.data, d.n);
	}
	text_free(&d);
}

/* crash leaves room for the size of the structure (or for an address) and four more. */
static unsigned offset_width(const struct type_define_options *o, uint64_t size)
{
	struct text t = {0};
	size_t n;

	if (o->address)
		text_printf(&t, "%llx", (unsigned long long)o->address);
	else
		text_printf(&t, o->hex ? "0x%llx" : "%llu", (unsigned long long)size);
	n = t.n;
	text_free(&t);
	return (unsigned)n + 4;
}

static void define_member(struct writer *w, const struct type *t)
{
	const char *path = w->options->only, *dot = strrchr(path, '.');
	struct type_place place;

	if (!type_path(w->ts, t, path, &place))
		return;
	text_printf(w->out, "%s %s {\n", t->kind == TYPE_UNION ? "union" : "struct",
		    t->name ? t->name : "{...}");
	put_indent(w, 4, !is_body(place.type, 0), place.bit_offset);
	write_type(w, place.type, dot ? dot + 1 : path, 0, 4, place.bit_offset);
	if (place.bit_size)
		text_printf(w->out, " : %u", place.bit_size);
	text_puts(w->out, ";\n}\n");
}

void type_define(struct types *ts, const struct type *t, const struct type_define_options *options,
		 struct text *out)
{
	const struct type_define_options none = {0};
	const struct type_define_options *o = options ? options : &none;
	struct writer w = {.ts = ts, .out = out, .options = o};
	const struct type *base = type_strip(ts, t);
	uint64_t size = type_size(ts, t);

	if (t->kind == TYPE_TYPEDEF && !o->only) {
		if (o->offsets)
			w.width = offset_width(o, size);
		text_puts(out, "typedef ");
		write_type(&w, t->target, t->name, 1, 0, 0);
		text_putc(out, ';');
	} else if (base->kind == TYPE_STRUCT || base->kind == TYPE_UNION) {
		if (o->offsets || o->only)
			w.width = offset_width(o, size);
		if (o->only) {
			define_member(&w, base);
			return;
		}
		/* the first line has no offset: level 0 keeps put_indent() away from it */
		write_base(&w, base, 1, 0, 0, false);
	} else {
		write_type(&w, base, NULL, 1, 0, 0);
		text_putc(out, ';');
	}
	text_printf(out, o->hex ? "\nSIZE: 0x%llx\n" : "\nSIZE: %llu\n", (unsigned long long)size);
}
