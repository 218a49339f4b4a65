/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/code/source.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/vec.h"
#include "command/code/code.h"
#include "debuginfo/dwarf.h"
#include "linux/module.h"

enum {
	BEFORE = 5,         /* lines shown in front of the one asked for */
	AFTER = 5,          /* and behind it, where the function's end is not known */
	LONGEST = 2000,     /* lines of one function */
	MOST_ROWS = 100000, /* of one function's line table */
	MOST_BYTES = 64 << 20,
};

struct dwarf *source_dwarf(struct session *s, uint64_t address)
{
	struct dwarf *dwarf;

	/* a module's symbols and areas are read at the first question */
	if (s->kernel && !symbol_at(s->target->symbols, address, NULL))
		module_at(s->kernel, address);
	dwarf = target_dwarf_at(s->target, address);
	fail_clear();
	return dwarf;
}

bool source_line(struct session *s, uint64_t address, const char **file, unsigned *line)
{
	struct dwarf *dwarf = source_dwarf(s, address);

	return dwarf && dwarf_line(dwarf, address, file, line);
}

/* ---- files ---- */

/* Without "." and "name/..": directories between them may be missing. */
static char *without_dots(struct arena *a, const char *path)
{
	char *clean = arena_alloc(a, strlen(path) + 2), *end = clean;

	while (*path) {
		size_t n = strcspn(path, "/"), slashes = strspn(path + n, "/");
		char *last;

		if (n == 2 && path[0] == '.' && path[1] == '.' && end > clean + 1) {
			/* back over the slash and the name before it */
			for (last = end - 1; last > clean && last[-1] != '/'; last--)
				;
			end = last;
		} else if (!(n == 1 && path[0] == '.')) {
			memcpy(end, path, n);
			end += n;
			if (slashes)
				*end++ = '/';
		}
		path += n + slashes;
	}
	*end = '\0';
	return clean;
}

static struct file *find(struct session *s, const char *recorded)
{
	const char *tail = without_dots(&s->scratch, recorded);
	struct file *f;

	if (!s->settings.source_dir)
		return file_open(tail);
	while (tail) {
		tail += *tail == '/';
		f = file_open(arena_printf(&s->scratch, "%s/%s", s->settings.source_dir, tail));
		if (f)
			return f;
		tail = strchr(tail, '/');
	}
	return NULL;
}

static void index_lines(struct session *s, struct source_file *f, size_t size)
{
	VEC(size_t) starts = {0};

	for (size_t at = 0; at < size;) {
		const char *newline = memchr(f->data + at, '\n', size - at);

		*vec_push(&s->scratch, &starts) = at;
		at = newline ? (size_t)(newline - f->data) + 1 : size;
	}
	f->n = (unsigned)starts.n;
	*vec_push(&s->scratch, &starts) = size;
	f->starts = starts.items;
}

bool source_file_open(struct session *s, const char *recorded, struct source_file *f)
{
	size_t size;

	*f = (struct source_file){.file = find(s, recorded)};
	if (!f->file)
		return fail(s->settings.source_dir ? "no %s under %s"
						   : "no %s here: --src or \"set src\" "
						     "tells where the sources are",
			    recorded, s->settings.source_dir);
	size = f->file->size < MOST_BYTES ? (size_t)f->file->size : MOST_BYTES;
	f->data = size ? (const char *)file_block(f->file, 0, size) : "";
	if (!f->data) {
		source_file_close(f);
		return fail("%s cannot be read", recorded);
	}
	index_lines(s, f, size);
	return true;
}

void source_file_close(struct source_file *f)
{
	if (f->file)
		file_close(f->file);
	f->file = NULL;
}

const char *source_file_line(const struct source_file *f, unsigned number, size_t *length)
{
	size_t end;

	if (!number || number > f->n)
		return NULL;
	end = f->starts[number];
	while (end > f->starts[number - 1] && (f->data[end - 1] == '\n' || f->data[end - 1] == '\r'))
		end--;
	*length = end - f->starts[number - 1];
	return f->data + f->starts[number - 1];
}

/* ---- dis -s ---- */

static const struct shape head_shape = {"FILE: {file}\nLINE: {line}\n\n", NULL};
static const struct shape line_shape = {"{?current}* {/}{!current}  {/}{number:<5} {text}\n", NULL};

/* The last line of the function around @address, as far as its code tells. */
static unsigned last_line(struct session *s, uint64_t address, const char *file, unsigned line)
{
	struct dwarf *dwarf = source_dwarf(s, address);
	struct code_range f;
	struct dwarf_row row;
	unsigned last = line;

	if (!code_function(s, address, &f)) {
		fail_clear();
		return line + AFTER;
	}
	for (unsigned i = 0; f.start < f.end && i < MOST_ROWS && dwarf_row_at(dwarf, f.start, &row); i++) {
		if (row.file == file && row.line > last && row.line < line + LONGEST)
			last = row.line;
		if (row.end <= f.start)
			break;
		f.start = row.end;
	}
	return last > line ? last : line + AFTER;
}

static void show_lines(struct session *s, const struct source_file *f, unsigned first, unsigned last,
		       unsigned current)
{
	list_begin(s->out, "lines");
	for (unsigned number = first; number <= last && !interrupted() && !out_broken(s->out); number++) {
		size_t length;
		const char *text = source_file_line(f, number, &length);

		if (!text)
			break;
		rec_begin(s->out, &line_shape);
		put_u64(s->out, "number", number);
		put_strn(s->out, "text", text, length);
		put_bool(s->out, "current", number == current);
		rec_end(s->out);
	}
	list_end(s->out);
}

bool source_show(struct session *s, const char *word, uint64_t address, uint64_t count)
{
	const char *file;
	unsigned line, last;
	struct source_file f;
	bool there;

	if (!source_line(s, address, &file, &line))
		return out_error(s->out, "%s: its source line is not known", word);
	rec_begin(s->out, &head_shape);
	put_str(s->out, "file", file);
	put_u64(s->out, "line", line);
	there = source_file_open(s, file, &f);
	if (there) {
		if (count)
			last = count < UINT32_MAX - line ? line + (unsigned)count : UINT32_MAX;
		else
			last = last_line(s, address, file, line);
		show_lines(s, &f, line > BEFORE ? line - BEFORE : 1, last, line);
		source_file_close(&f);
	}
	rec_end(s->out);
	return there || out_error(s->out, "%s: source code is not available: %s", word, fail_text());
}
