/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open documents, lists, records and objects form a stack of frames. The JSON
 * view writes values as they come; the text view keeps those of the open records
 * until their shape is rendered.
 */
#include "output/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "output/json.h"
#include "output/out_internal.h"

enum { BUFFER_SIZE = 65536 };

struct out *out_open(enum out_view view, int fd)
{
	struct out *o = xcalloc(1, sizeof(*o));

	o->view = view;
	o->fd = o->first_fd = fd;
	o->style.digits = 16;
	text_reserve(&o->buffer, BUFFER_SIZE + 4096);
	return o;
}

void out_close(struct out *o)
{
	if (!o)
		return;
	out_flush(o);
	out_messages(o, MESSAGES_DEFAULT, -1);
	arena_free(&o->arena);
	text_free(&o->buffer);
	text_free(&o->strings);
	text_free(&o->unknown);
	text_free(&o->notes);
	text_free(&o->errors);
	free(o->values);
	free(o->frames);
	free(o);
}

enum out_view out_view(const struct out *o)
{
	return o->view;
}

void out_set_digits(struct out *o, unsigned digits)
{
	o->style.digits = digits;
}

bool out_set_colour(struct out *o, bool colour)
{
	bool old = o->style.colour;

	o->style.colour = colour;
	return old;
}

int out_redirect(struct out *o, int fd)
{
	int old = o->fd;

	out_flush(o);
	o->fd = fd;
	o->error = 0;
	return old;
}

void out_divert(struct out *o, bool (*take)(void *context, const char *data, size_t n), void *context,
		bool messages)
{
	out_flush(o);
	o->take = take;
	o->taker = context;
	o->takes_messages = messages;
	o->error = 0;
}

void out_write(struct out *o, const char *data, size_t n)
{
	if (o->take) {
		if (!o->error && !o->take(o->taker, data, n))
			o->error = errno ? errno : EIO;
		return;
	}
	if (!o->error && !file_write_all(o->fd, data, n))
		o->error = errno;
}

bool out_flush(struct out *o)
{
	if (o->buffer.n)
		out_write(o, o->buffer.data, o->buffer.n);
	text_clear(&o->buffer);
	return o->error ? fail("cannot write results: %s", strerror(o->error)) : true;
}

bool out_broken(const struct out *o)
{
	return o->error != 0;
}

int out_errno(const struct out *o)
{
	return o->error;
}

void out_flush_some(struct out *o)
{
	if (o->buffer.n >= BUFFER_SIZE)
		out_flush(o);
}

/* ---- frames ---- */

struct frame *out_top(struct out *o)
{
	return o->n_frames ? &o->frames[o->n_frames - 1] : NULL;
}

static struct frame *push(struct out *o, enum frame_kind kind)
{
	struct frame *f;

	if (o->n_frames == o->max_frames) {
		o->max_frames = o->max_frames ? 2 * o->max_frames : 16;
		o->frames = xrealloc(o->frames, o->max_frames * sizeof(*o->frames));
	}
	f = &o->frames[o->n_frames++];
	*f = (struct frame){.kind = kind,
			    .first_value = o->n_values,
			    .first_string = o->strings.n,
			    .first_unknown = o->unknown.n,
			    .first_note = o->notes.n,
			    .first_error = o->errors.n};
	return f;
}

/* The values of what ended are gone. What was unknown in it, and messages, were told or belong to the frame
 * around. */
static void pop(struct out *o, const struct frame *f)
{
	o->n_values = f->first_value;
	o->strings.n = f->first_string;
	o->n_frames--;
}

/* The frame whose braces are open: records that stand in no list have none. */
static struct frame *braces(struct out *o)
{
	size_t i = o->n_frames;

	while (i > 1 && o->frames[i - 1].transparent)
		i--;
	return i ? &o->frames[i - 1] : NULL;
}

bool out_json_value(struct out *o, const char *name)
{
	struct frame *f = braces(o);

	if (!f)
		return false;
	if (f->any)
		text_putc(&o->buffer, ',');
	f->any = true;
	if (f->kind != FRAME_LIST) {
		json_string(&o->buffer, name, strlen(name));
		text_putc(&o->buffer, ':');
	}
	return true;
}

static const struct compiled *compile(struct out *o, const struct shape *shape)
{
	struct compiled *c;
	uint64_t known;

	if (num_map_get(&o->shapes, (uintptr_t)shape, &known)) {
		c = (struct compiled *)(uintptr_t)known;
		if (c->source.head == shape->head && c->source.tail == shape->tail)
			return c;
	}
	c = arena_new(&o->arena, struct compiled);
	c->source = *shape;
	if ((shape->head && !template_compile(&o->arena, shape->head, &c->head)) ||
	    (shape->tail && !template_compile(&o->arena, shape->tail, &c->tail))) {
		/* a mistake in a command's constant data */
		fprintf(stderr, "inquest: %s\n", fail_text());
		abort();
	}
	num_map_put(&o->arena, &o->shapes, (uintptr_t)shape, (uintptr_t)c);
	return c;
}

static void render(struct out *o, const struct frame *f, const struct template *t)
{
	if (!o->error)
		template_render(t, o->values + f->first_value, o->n_values - f->first_value,
				text_str(&o->strings), &o->style, &o->buffer);
	out_flush_some(o);
}

/* Write the heads of the open records, outermost first: something that follows them is about to be written.
 */
static void render_heads(struct out *o)
{
	for (size_t i = 0; i < o->n_frames; i++) {
		struct frame *f = &o->frames[i];

		if (f->kind != FRAME_RECORD || f->head_done)
			continue;
		f->head_done = true;
		if (f->shape)
			render(o, f, &f->shape->head);
	}
}

void list_begin(struct out *o, const char *name)
{
	if (o->view == OUT_JSON) {
		if (out_json_value(o, name))
			text_putc(&o->buffer, '[');
	} else {
		render_heads(o);
	}
	push(o, FRAME_LIST);
}

void list_end(struct out *o)
{
	struct frame *f = out_top(o);

	if (!f || f->kind != FRAME_LIST)
		return;
	if (o->view == OUT_JSON)
		text_putc(&o->buffer, ']');
	pop(o, f);
}

void rec_begin(struct out *o, const struct shape *shape)
{
	struct frame *parent = out_top(o), *f;
	bool transparent = parent && parent->kind != FRAME_LIST;

	if (o->view == OUT_JSON) {
		if (!transparent && out_json_value(o, ""))
			text_putc(&o->buffer, '{');
	} else {
		render_heads(o);
	}
	f = push(o, FRAME_RECORD);
	f->transparent = transparent;
	if (shape && o->view == OUT_TEXT)
		f->shape = compile(o, shape);
}

/* A last value, of pieces that were collected since @start and are then forgotten. */
static void json_extra(struct out *o, struct frame *f, const char *name, struct text *from, size_t start,
		       const char *brackets)
{
	if (from->n == start)
		return;
	if (f->any)
		text_putc(&o->buffer, ',');
	f->any = true;
	text_printf(&o->buffer, "\"%s\":%c", name, brackets[0]);
	text_put(&o->buffer, from->data + start, from->n - start);
	text_putc(&o->buffer, brackets[1]);
	from->n = start;
}

void rec_end(struct out *o)
{
	struct frame *f = out_top(o);

	if (!f || f->kind != FRAME_RECORD)
		return;
	if (o->view == OUT_TEXT) {
		if (f->shape) {
			if (!f->head_done)
				render(o, f, &f->shape->head);
			render(o, f, &f->shape->tail);
		}
	} else if (!f->transparent) {
		json_extra(o, f, "unknown", &o->unknown, f->first_unknown, "{}");
		text_putc(&o->buffer, '}');
	}
	pop(o, f);
	out_flush_some(o);
}

void obj_begin(struct out *o, const char *name)
{
	struct frame *f;

	if (o->view == OUT_JSON && out_json_value(o, name))
		text_putc(&o->buffer, '{');
	f = push(o, FRAME_OBJECT);
	f->name = name;
}

void obj_end(struct out *o)
{
	struct frame *f = out_top(o);

	if (!f || f->kind != FRAME_OBJECT)
		return;
	if (o->view == OUT_JSON)
		text_putc(&o->buffer, '}');
	/* the values stay: they are the record's, under "name.value" */
	o->n_frames--;
}

static void end_any(struct out *o)
{
	switch (out_top(o)->kind) {
	case FRAME_LIST: list_end(o); break;
	case FRAME_RECORD: rec_end(o); break;
	case FRAME_OBJECT: obj_end(o); break;
	case FRAME_DOCUMENT: break;
	}
}

void out_begin(struct out *o, const char *words)
{
	struct frame *f;
	size_t n = strcspn(words, " \t");

	if (o->view == OUT_JSON && (!o->n_frames || out_json_value(o, "output"))) {
		text_putc(&o->buffer, '{');
		text_puts(&o->buffer, "\"command\":");
		json_string(&o->buffer, words, strlen(words));
	}
	f = push(o, FRAME_DOCUMENT);
	f->any = true;
	snprintf(f->command, sizeof(f->command), "%.*s",
		 (int)(n < sizeof(f->command) ? n : sizeof(f->command) - 1), words);
}

void out_name(struct out *o, const char *name)
{
	for (size_t i = o->n_frames; i; i--) {
		struct frame *f = &o->frames[i - 1];

		if (f->kind != FRAME_DOCUMENT)
			continue;
		snprintf(f->command, sizeof(f->command), "%s", name);
		return;
	}
}

void out_end(struct out *o, bool ok)
{
	struct frame *f;

	while (o->n_frames && out_top(o)->kind != FRAME_DOCUMENT)
		end_any(o);
	f = out_top(o);
	if (!f)
		return;
	if (o->view == OUT_JSON) {
		json_extra(o, f, "unknown", &o->unknown, f->first_unknown, "{}");
		json_extra(o, f, "notes", &o->notes, f->first_note, "[]");
		json_extra(o, f, "errors", &o->errors, f->first_error, "[]");
		text_puts(&o->buffer, ok ? ",\"ok\":true}" : ",\"ok\":false}");
		if (o->n_frames == 1)
			text_putc(&o->buffer, '\n');
	}
	pop(o, f);
	out_flush_some(o);
}

/* ---- titles ---- */

void out_title(struct out *o, const char *format, ...)
{
	struct text title = {0};
	va_list ap;

	if (o->view != OUT_TEXT)
		return;
	render_heads(o);
	va_start(ap, format);
	text_vprintf(&title, format, ap);
	va_end(ap);
	if (!o->error)
		text_printf(&o->buffer,
			    o->style.colour && title.n ? COLOUR_TITLE "%s" COLOUR_NONE "\n" : "%s\n",
			    text_str(&title));
	text_free(&title);
	out_flush_some(o);
}
