/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values: written as they come in the JSON view, kept for their record's shape in
 * the text view. A value inside objects is kept under its whole path.
 */
#include <stdarg.h>
#include <string.h>

#include "output/json.h"
#include "output/out_internal.h"

struct out_value *out_value(struct out *o, const char *name, enum out_kind kind)
{
	struct out_value *v;
	size_t at;

	if (o->view == OUT_JSON || !o->n_frames)
		return NULL;
	if (o->n_values == o->max_values) {
		o->max_values = o->max_values ? 2 * o->max_values : 64;
		o->values = xrealloc(o->values, o->max_values * sizeof(*o->values));
	}
	v = &o->values[o->n_values++];
	*v = (struct out_value){.kind = kind, .name = name};
	if (out_top(o)->kind != FRAME_OBJECT)
		return v;
	at = o->strings.n;
	for (size_t i = 0; i < o->n_frames; i++) {
		if (o->frames[i].kind == FRAME_OBJECT) {
			text_puts(&o->strings, o->frames[i].name);
			text_putc(&o->strings, '.');
		} else {
			o->strings.n = at;
		}
	}
	text_put(&o->strings, name, strlen(name) + 1);
	v->name = NULL;
	v->name_at = at;
	return v;
}

static void put_text(struct out *o, const char *name, enum out_kind kind, const char *s, size_t n)
{
	struct out_value *v = out_value(o, name, kind);

	if (!v)
		return;
	v->string_at = o->strings.n;
	v->length = n;
	text_put(&o->strings, s, n);
}

void put_strn(struct out *o, const char *name, const char *value, size_t n)
{
	if (o->view == OUT_JSON) {
		if (out_json_value(o, name))
			json_string(&o->buffer, value, n);
		out_flush_some(o);
		return;
	}
	put_text(o, name, OUT_STRING, value, n);
}

void put_str(struct out *o, const char *name, const char *value)
{
	if (value)
		put_strn(o, name, value, strlen(value));
}

void put_fmt(struct out *o, const char *name, const char *format, ...)
{
	struct text t = {0};
	va_list ap;

	va_start(ap, format);
	text_vprintf(&t, format, ap);
	va_end(ap);
	put_strn(o, name, text_str(&t), t.n);
	text_free(&t);
}

static void put_number(struct out *o, const char *name, enum out_kind kind, uint64_t value)
{
	struct out_value *v;

	if (o->view == OUT_JSON) {
		if (!out_json_value(o, name))
			return;
		switch (kind) {
		case OUT_I64: json_i64(&o->buffer, (int64_t)value); break;
		case OUT_U64: json_u64(&o->buffer, value); break;
		case OUT_BOOL: text_puts(&o->buffer, value ? "true" : "false"); break;
		default: json_hex(&o->buffer, value);
		}
		return;
	}
	v = out_value(o, name, kind);
	if (v)
		v->number = value;
}

void put_u64(struct out *o, const char *name, uint64_t value)
{
	put_number(o, name, OUT_U64, value);
}

void put_i64(struct out *o, const char *name, int64_t value)
{
	put_number(o, name, OUT_I64, (uint64_t)value);
}

void put_addr(struct out *o, const char *name, uint64_t value)
{
	put_number(o, name, OUT_ADDRESS, value);
}

void put_hex(struct out *o, const char *name, uint64_t value)
{
	put_number(o, name, OUT_HEX, value);
}

void put_bool(struct out *o, const char *name, bool value)
{
	put_number(o, name, OUT_BOOL, value);
}

void put_f64(struct out *o, const char *name, double value)
{
	struct out_value *v;

	if (o->view == OUT_JSON) {
		if (out_json_value(o, name))
			json_f64(&o->buffer, value);
		return;
	}
	v = out_value(o, name, OUT_F64);
	if (v)
		v->real = value;
}

void out_unknown(struct out *o, const char *name, const char *why)
{
	size_t record = o->n_frames, object;

	/* the record, or document, that will tell it; names of objects on the way become a path */
	while (record > 1 && (o->frames[record - 1].kind == FRAME_OBJECT ||
			      o->frames[record - 1].kind == FRAME_LIST || o->frames[record - 1].transparent))
		record--;
	if (!record)
		return;
	if (o->unknown.n > o->frames[record - 1].first_unknown)
		text_putc(&o->unknown, ',');
	text_putc(&o->unknown, '"');
	for (object = record; object < o->n_frames; object++) {
		if (o->frames[object].kind == FRAME_OBJECT) {
			json_characters(&o->unknown, o->frames[object].name, strlen(o->frames[object].name));
			text_putc(&o->unknown, '.');
		}
	}
	json_characters(&o->unknown, name, strlen(name));
	text_puts(&o->unknown, "\":");
	json_string(&o->unknown, why, strlen(why));
}

void put_missing(struct out *o, const char *name, const char *why)
{
	if (o->view == OUT_JSON) {
		if (!out_json_value(o, name))
			return;
		text_puts(&o->buffer, "null");
		out_unknown(o, name, why);
		return;
	}
	put_text(o, name, OUT_UNKNOWN, why, strlen(why));
}

void put_none(struct out *o, const char *name, enum read_status why)
{
	put_missing(o, name, read_status_text(why));
}
