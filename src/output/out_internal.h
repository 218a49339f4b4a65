/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share about an open output. */
#ifndef OUTPUT_OUT_INTERNAL_H
#define OUTPUT_OUT_INTERNAL_H

#include "base/hash.h"
#include "output/out.h"
#include "output/shape.h"

enum frame_kind { FRAME_DOCUMENT, FRAME_LIST, FRAME_RECORD, FRAME_OBJECT };

struct compiled {
	struct shape source;
	struct template head, tail;
};

struct frame {
	enum frame_kind kind;
	const struct compiled *shape; /* FRAME_RECORD in the text view; NULL: no text */
	const char *name;             /* FRAME_OBJECT */
	bool head_done;
	bool transparent; /* a record in no list: its JSON values are those of the frame around */
	bool any;         /* JSON: a comma comes before the next value */
	size_t first_value, first_string, first_unknown, first_note, first_error;
	char command[48]; /* FRAME_DOCUMENT: what stands before messages */
};

struct out {
	enum out_view view;
	int fd;
	int first_fd; /* before any redirection */
	enum out_messages messages;
	int message_fd; /* MESSAGES_FILE */
	int error;      /* errno of the write that failed, 0 none */
	struct style style;
	bool (*take)(void *context, const char *data, size_t n); /* where results go instead, or NULL */
	void *taker;
	bool takes_messages;
	struct text buffer; /* not yet written */
	struct arena arena; /* compiled shapes */
	struct num_map shapes;
	struct frame *frames;
	size_t n_frames, max_frames;
	struct out_value *values;
	size_t n_values, max_values;
	struct text strings;
	struct text unknown, notes, errors; /* JSON so far of the open frames */
};

/* The innermost open frame; NULL when none is. */
struct frame *out_top(struct out *o);
/* Write it all where results go. */
void out_write(struct out *o, const char *data, size_t n);
/* Write what is buffered once that is much. */
void out_flush_some(struct out *o);
/* A new value of the innermost record, named, for the text view; NULL where the view does not keep it. */
struct out_value *out_value(struct out *o, const char *name, enum out_kind kind);
/* Comma and name for a JSON value that the caller appends to ->buffer; false when nothing is open. */
bool out_json_value(struct out *o, const char *name);
/* Say why @name is null, under "unknown" of the innermost record. */
void out_unknown(struct out *o, const char *name, const char *why);

#endif
