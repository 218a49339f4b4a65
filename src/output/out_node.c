/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C values in the two views. */
#include <stdlib.h>
#include <string.h>

#include "output/json.h"
#include "output/out_internal.h"
#include "type/value.h"

enum {
	MAX_DEPTH = 200, /* of nested values; the formatter's own limit is lower */
	MAX_REPEATS =
		256, /* longer runs of equal elements stay one: a hostile length must not fill the disk */
};

struct writer {
	struct out *o;
	struct text path; /* to the value that is being written: for "unknown" */
};

static void write_value(struct writer *w, const struct node *n, unsigned depth);

/* Members of anonymous structures and unions belong to the one around them. */
static void write_members(struct writer *w, const struct node *n, unsigned depth, bool *any)
{
	struct text *to = &w->o->buffer;

	for (const struct node *c = n->children; c; c = c->next) {
		size_t length = w->path.n;

		if (!c->name) {
			if (c->kind == NODE_STRUCT && depth < MAX_DEPTH)
				write_members(w, c, depth + 1, any);
			continue;
		}
		if (*any)
			text_putc(to, ',');
		*any = true;
		json_string(to, c->name, strlen(c->name));
		text_putc(to, ':');
		text_printf(&w->path, ".%s", c->name);
		write_value(w, c, depth + 1);
		w->path.n = length;
	}
}

static void write_elements(struct writer *w, const struct node *n, unsigned depth)
{
	struct text *to = &w->o->buffer;
	uint64_t index = 0;

	for (const struct node *c = n->children; c; c = c->next) {
		uint64_t times = c->repeats ? c->repeats : 1;
		size_t length = w->path.n;

		if (c != n->children)
			text_putc(to, ',');
		text_printf(&w->path, "[%llu]", (unsigned long long)index);
		index += times;
		if (c->kind == NODE_MORE) {
			text_printf(to, "{\"more\":%llu}", (unsigned long long)c->number);
		} else if (times > MAX_REPEATS) {
			text_printf(to, "{\"repeats\":%llu,\"value\":", (unsigned long long)times);
			write_value(w, c, depth + 1);
			text_putc(to, '}');
		} else {
			for (uint64_t i = 0; i < times; i++) {
				if (i)
					text_putc(to, ',');
				write_value(w, c, depth + 1);
			}
		}
		w->path.n = length;
	}
}

/* Without the type that stands in front of it at the outermost level. */
static void write_pointer(struct text *to, const struct node *n)
{
	struct text hex = {0};
	const char *at;

	text_puts(&hex, "0x");
	text_hex(&hex, n->number, 0);
	at = n->text ? strstr(n->text, hex.data) : NULL;
	if (!at)
		at = hex.data;
	json_string(to, at, strlen(at));
	text_free(&hex);
}

/* The text holds more than 64 bits where the type does. */
static void write_number(struct text *to, const struct node *n)
{
	if (n->text && n->text[0] && strspn(n->text, "-0123456789") == strlen(n->text))
		text_puts(to, n->text);
	else if (n->is_signed)
		json_i64(to, (int64_t)n->number);
	else
		json_u64(to, n->number);
}

/* As a JSON number when it looks like one, else (inf, nan) as a string. */
static void write_float(struct text *to, const char *s)
{
	size_t n = strspn(s, "+-.0123456789e");
	char *end;
	double value = strtod(s, &end);

	if (n == strlen(s) && *end == '\0')
		json_f64(to, value);
	else
		json_string(to, s, strlen(s));
}

static void write_value(struct writer *w, const struct node *n, unsigned depth)
{
	struct text *to = &w->o->buffer;
	bool any = false;
	size_t length = n->length;

	if (depth > MAX_DEPTH) {
		text_puts(to, "null");
		out_unknown(w->o, text_str(&w->path), "nested too deep");
		return;
	}
	switch (n->kind) {
	case NODE_NUMBER: write_number(to, n); break;
	case NODE_POINTER: write_pointer(to, n); break;
	case NODE_BOOL: text_puts(to, n->number ? "true" : "false"); break;
	case NODE_ENUM: json_string(to, n->text, strlen(n->text)); break;
	case NODE_STRING:
		while (length && n->string[length - 1] == '\0')
			length--;
		json_string(to, n->string, length);
		break;
	case NODE_FLOAT: write_float(to, n->text); break;
	case NODE_STRUCT:
		text_putc(to, '{');
		write_members(w, n, depth, &any);
		text_putc(to, '}');
		break;
	case NODE_ARRAY:
		text_putc(to, '[');
		write_elements(w, n, depth);
		text_putc(to, ']');
		break;
	case NODE_UNREADABLE:
		text_puts(to, "null");
		out_unknown(w->o, text_str(&w->path), n->why ? n->why : read_status_text(n->status));
		break;
	case NODE_MORE: text_puts(to, "null"); break;
	}
}

void put_node(struct out *o, const char *name, const struct node *tree)
{
	struct writer w = {.o = o};
	struct out_value *v;

	if (o->view == OUT_JSON) {
		if (!out_json_value(o, name))
			return;
		text_puts(&w.path, name);
		write_value(&w, tree, 0);
		text_free(&w.path);
		return;
	}
	v = out_value(o, name, OUT_NODE);
	if (v) {
		v->node = tree;
		v->write = node_write;
	}
}
