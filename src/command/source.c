/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/source.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "debuginfo/dwarf.h"

enum { AROUND = 5 };

bool source_line(struct session *s, uint64_t address, const char **file, unsigned *line)
{
	struct dwarf *dwarf = target_dwarf_at(s->target, address);

	return dwarf && dwarf_line(dwarf, address, file, line);
}

/* The file under --src: by its whole recorded path, then with directories taken off its front. */
static struct file *find(struct session *s, const char *recorded)
{
	const char *tail = recorded;
	struct file *f;

	if (!s->settings.source_dir)
		return file_open(recorded);
	while (tail) {
		tail += *tail == '/';
		f = file_open(arena_printf(&s->scratch, "%s/%s", s->settings.source_dir, tail));
		if (f)
			return f;
		tail = strchr(tail, '/');
	}
	return NULL;
}

static const struct shape head_shape = {"FILE: {file}\nLINE: {line}\n\n", NULL};
static const struct shape line_shape = {"{?current}* {/}{!current}  {/}{number:<5} {text}\n", NULL};

static void show_lines(struct session *s, const uint8_t *data, size_t size, unsigned first, unsigned last,
		       unsigned current)
{
	const uint8_t *end = data + size;
	unsigned number = 1;

	list_begin(s->out, "lines");
	for (const uint8_t *at = data; at < end && number <= last && !interrupted(); number++) {
		const uint8_t *newline = memchr(at, '\n', (size_t)(end - at));
		size_t n = newline ? (size_t)(newline - at) : (size_t)(end - at);

		if (number >= first) {
			rec_begin(s->out, &line_shape);
			put_u64(s->out, "number", number);
			put_strn(s->out, "text", (const char *)at, n);
			put_bool(s->out, "current", number == current);
			rec_end(s->out);
		}
		at += n + 1;
	}
	list_end(s->out);
}

bool source_show(struct session *s, const char *word, uint64_t address, uint64_t count)
{
	const char *file;
	unsigned line, first, last;
	struct file *f;
	const uint8_t *data;
	size_t size;

	if (!source_line(s, address, &file, &line))
		return out_error(s->out, "%s: its source line is not known", word);
	rec_begin(s->out, &head_shape);
	put_str(s->out, "file", file);
	put_u64(s->out, "line", line);
	f = find(s, file);
	size = f ? (size_t)f->size : 0;
	data = f ? file_block(f, 0, size) : NULL;
	if (data) {
		first = count || line <= AROUND ? (count ? line : 1) : line - AROUND;
		last = count ? (count < UINT32_MAX - line ? line + (unsigned)count - 1 : UINT32_MAX)
			     : line + AROUND;
		show_lines(s, data, size, first, last, line);
	}
	rec_end(s->out);
	if (f)
		file_close(f);
	return data || out_error(s->out, "%s: source code is not available", word);
}
