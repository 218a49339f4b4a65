/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command's answer. Commands emit records: named, typed values, and lists of
 * further records. Two views are made from them. The JSON view writes one
 * document on one line per command; the text view renders each record by a
 * shape, a template over the names of its values, in crash's layout. Both come
 * from the same values, so they cannot disagree.
 *
 * Template language of shapes:
 *	{name}		the value, as its type says (addresses in hexadecimal)
 *	{name:SPEC}	SPEC is [<>^][0][WIDTH][.PRECISION][x|d|s|f|q][!]; > and < align
 *			to the right and left, ^ centres, 0 fills with zeros, x is
 *			hexadecimal without 0x, q puts a string in quotes,
 *			! makes it stand out where there are colours
 *	{name:>*}	width of a target address (set by out_set_digits)
 *	{?name}..{/}	only when the record has that value and it is not false, 0 or ""
 *	{!name}..{/}	only when not; both nest
 *	{{ and }}	a brace
 * Templates write their own newlines. Without < > ^ strings stand to the left
 * and numbers to the right of their width. A precision cuts a string. A value
 * that the record does not have is blank (filled to the width); one that is not
 * known (put_none) is rendered as <reason>, and counts as there for {?name}.
 * For a C value (put_node) WIDTH is the depth of its first brace, in levels of two columns.
 *
 * Strings come out of hostile memory: the text view writes control characters
 * (but not newlines and tabs) and bytes that are no UTF-8 as dots.
 *
 * In JSON, addresses and bit masks are strings "0xffff..." (a double holds only
 * 53 bits), numbers are numbers, unknown values are null with the reason under
 * "unknown" of the same record. A byte that is no UTF-8 becomes \u00XX, the
 * character of the same number. Each name stands once in a record; "command",
 * "notes", "errors", "ok" and "unknown" are taken. In C values a pointer is the
 * string "0xffff... <symbol>" and members of anonymous structures are those of
 * the structure around them.
 */
#ifndef OUTPUT_OUT_H
#define OUTPUT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct out;
struct node;

enum out_view { OUT_TEXT, OUT_JSON };

/* How a kind of record looks as text. Constant data of a command; checked when first used. */
struct shape {
	const char *head; /* rendered before the record's first list, or at its end */
	const char *tail; /* rendered at its end, after its lists; may be NULL */
};

/* Results go to @fd (buffered), messages to standard error. */
struct out *out_open(enum out_view view, int fd);
void out_close(struct out *o);
enum out_view out_view(const struct out *o);
/* Width of a target address in digits: 8 or 16. */
void out_set_digits(struct out *o, unsigned digits);
/* Send the results elsewhere (a pipe, a file) until set back; flushes. Returns the old descriptor. */
int out_redirect(struct out *o, int fd);
/*
 * Where messages go: to standard error; with the results while those are redirected (of the text view: JSON
 * has them in its document); or to a file, whose descriptor @fd (else -1) is closed when it is no longer
 * needed.
 */
enum out_messages { MESSAGES_DEFAULT, MESSAGES_REDIRECT, MESSAGES_FILE };
void out_messages(struct out *o, enum out_messages where, int fd);
/* Colours in the text view: of titles, alerts ({name:!}) and what is not known. Returns what was before. */
bool out_set_colour(struct out *o, bool colour);
/*
 * Give the results to @take (NULL: to the descriptor again) until called again; flushes. With @messages, what
 * would go to standard error too. @take returns false with errno when it cannot take them.
 */
void out_divert(struct out *o, bool (*take)(void *context, const char *data, size_t n), void *context,
		bool messages);
/* Write what is buffered. False with a message when it cannot be written (disk full, closed pipe). */
bool out_flush(struct out *o);
/* True once writing failed: commands may stop early. Until out_redirect(). */
bool out_broken(const struct out *o);
/* The errno of that failure (EPIPE: whoever reads has had enough), 0 none. */
int out_errno(const struct out *o);

/*
 * A command's document. @words is the command line as typed; its first word
 * stands before messages. Inside a list of another document it is a record of
 * that list (repeat, command files).
 */
void out_begin(struct out *o, const char *words);
/* What stands before the open document's messages from now on, instead of the command's name. */
void out_name(struct out *o, const char *name);
/* Ends the document, with whatever is still open in it; @ok is false when the command failed. */
void out_end(struct out *o, bool ok);

/*
 * A list in the current record (or document), and its records. Lists and records
 * nest. A record that is in no list has a text of its own, but in JSON its values
 * are those of the record or document it stands in: for answers that are one record.
 * Names must stay valid until the record ends.
 */
void list_begin(struct out *o, const char *name);
void list_end(struct out *o);
void rec_begin(struct out *o, const struct shape *shape);
void rec_end(struct out *o);
/* A nested object under a name, without text of its own; its values are "name.value" in templates. */
void obj_begin(struct out *o, const char *name);
void obj_end(struct out *o);

void put_str(struct out *o, const char *name, const char *value);            /* NULL: absent; copied */
void put_strn(struct out *o, const char *name, const char *value, size_t n); /* may hold any bytes */
void put_fmt(struct out *o, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
void put_u64(struct out *o, const char *name, uint64_t value);
void put_i64(struct out *o, const char *name, int64_t value);
void put_addr(struct out *o, const char *name, uint64_t value); /* target address: fixed width in text */
void put_hex(struct out *o, const char *name, uint64_t value);  /* mask or number in hexadecimal */
void put_f64(struct out *o, const char *name, double value);
void put_bool(struct out *o, const char *name, bool value);
void put_none(struct out *o, const char *name, enum read_status why); /* wanted, but unreadable */
void put_missing(struct out *o, const char *name,
		 const char *why); /* wanted, but not known for another reason */
/* A C value: JSON gets the nested values; {name} gives gdb's text of it. */
void put_node(struct out *o, const char *name, const struct node *tree);

/* Text view only: one line (the newline is added): column titles, blank lines, which the data do not hold. */
void out_title(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A remark about the answer (what was left out, and why): "name: text" on standard error, and "notes" in
 * JSON. */
void out_note(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The command, or a part of it, failed: "name: text" on standard error, and "errors" in JSON. Always false.
 */
bool out_error(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
