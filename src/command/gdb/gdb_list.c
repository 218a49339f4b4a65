/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gdb's list: source lines. The command of that name without "gdb" in front walks linked lists. */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/code/source.h"
#include "command/gdb/gdb.h"
#include "command/gdb/gdb_place.h"

enum { LINES = 10, MOST_LINES = 100000 };

static const struct shape line_shape = {"{number}\t{text}\n", NULL};
static const struct shape head_shape = {"0x{address:x} is in {function} ({file}:{line}).\n", NULL};

static bool show(struct session *s, const char *file, unsigned first, unsigned last)
{
	struct gdb_places *places = gdb_places(s);
	struct source_file f;
	unsigned number = first;

	if (!source_file_open(s, file, &f))
		return out_error(s->out, "source code is not available: %s", fail_text());
	if (first > f.n) {
		source_file_close(&f);
		return out_error(s->out, "line number %u out of range; %s has %u lines", first, file, f.n);
	}
	put_str(s->out, "file", file);
	list_begin(s->out, "lines");
	for (; number <= last && number <= f.n && !interrupted() && !out_broken(s->out); number++) {
		size_t length;
		const char *text = source_file_line(&f, number, &length);

		rec_begin(s->out, &line_shape);
		put_u64(s->out, "number", number);
		put_strn(s->out, "text", text, length);
		rec_end(s->out);
	}
	list_end(s->out);
	source_file_close(&f);
	if (!places->file || strcmp(places->file, file) != 0)
		places->file = arena_strdup(&s->arena, file);
	places->first = first;
	places->last = number - 1;
	return true;
}

static bool around(struct session *s, const char *file, unsigned line)
{
	unsigned first = line > LINES / 2 ? line - LINES / 2 : 1;

	return show(s, file, first, first + LINES - 1);
}

/* Nothing or "-": on from what was listed, or what lies before it. */
static bool go_on(struct session *s, bool backward)
{
	struct gdb_places *places = gdb_places(s);
	struct gdb_place place;

	if (!places->file) {
		if (!gdb_place_of_frame(s, &place))
			return out_error(s->out, "%s", fail_text());
		return around(s, place.file, place.line);
	}
	if (!backward)
		return show(s, places->file, places->last + 1, places->last + LINES);
	if (places->first <= 1)
		return out_error(s->out, "already at the start of %s", places->file);
	return show(s, places->file, places->first > LINES ? places->first - LINES : 1, places->first - 1);
}

/* "A,B", ",B", "A,": from a line to a line. */
static bool range(struct session *s, const char *text, const char *comma)
{
	const char *second = comma + 1 + strspn(comma + 1, " \t");
	char *first = arena_strndup(&s->scratch, text, (size_t)(comma - text));
	struct gdb_place a = {0}, b = {0};

	if (*first && !gdb_place(s, first, &a))
		return out_error(s->out, "%s", fail_text());
	/* a bare number is a line of the same file */
	if (*second && !gdb_place_in(s, second, *first ? a.file : NULL, &b))
		return out_error(s->out, "%s", fail_text());
	if (!*first && !*second)
		return go_on(s, false);
	if (!*first)
		return show(s, b.file, b.line > LINES ? b.line - LINES + 1 : 1, b.line);
	if (!*second)
		return show(s, a.file, a.line, a.line + LINES - 1);
	if (strcmp(a.file, b.file) != 0)
		return out_error(s->out, "the two places are in different files: %s, %s", a.file, b.file);
	if (b.line < a.line || b.line - a.line > MOST_LINES)
		return out_error(s->out, "the second place does not follow the first");
	return show(s, a.file, a.line, b.line);
}

bool gdb_list(struct session *s, const char *text)
{
	const char *comma = strchr(text, ',');
	struct gdb_place place;

	if (!session_target(s))
		return false;
	if (!*text || strcmp(text, "-") == 0)
		return go_on(s, *text == '-');
	if (comma && !memchr(text, '(', (size_t)(comma - text)))
		return range(s, text, comma);
	if (!gdb_place(s, text, &place))
		return out_error(s->out, "%s", fail_text());
	if (*text == '*') {
		rec_begin(s->out, &head_shape);
		put_addr(s->out, "address", place.address);
		put_str(s->out, "function", place.function);
		put_str(s->out, "file", place.file);
		put_u64(s->out, "line", place.line);
		rec_end(s->out);
	}
	return around(s, place.file, place.line);
}
