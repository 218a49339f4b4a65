/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening a dump: which format, and what all formats have in common. */
#include "dump/dump.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "dump/format.h"

static const struct dump_format *const formats[] = {&elf_format, &kdump_format};

static const struct dump_format *format_of(struct source *s)
{
	uint8_t head[PROBE_SIZE];
	size_t n;

	source_read(s, 0, head, sizeof(head), &n);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i]->probe(head, n))
			return formats[i];
	return NULL;
}

/* One more file; @format is NULL where its content tells. */
static bool add_source(struct dump *d, const char *name, const char *path, const struct dump_format *format)
{
	struct source *s = source_open(&d->arena, path);

	if (!s)
		return false;
	d->sources[d->n_sources++] = s;
	s->path = name;
	if (!format)
		format = format_of(s);
	if (!format)
		return fail("%s: is not a dump of a known format", s->path);
	if (d->format && format != d->format)
		return fail("%s: is a dump of another format than the files before it", s->path);
	d->format = format;
	if (s->flattened)
		d->info.flags |= DUMP_FLATTENED;
	if (s->cut)
		d->info.flags |= DUMP_INCOMPLETE;
	return true;
}

static bool open_sources(struct dump *d, const char *const *paths, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++) {
		most++;
		for (const char *c = paths[i]; *c; c++)
			most += *c == ',';
	}
	d->sources = arena_new_n(&d->arena, most, struct source *);
	for (size_t i = 0; i < n; i++) {
		struct raw_spec *list;
		size_t parts;

		if (!raw_is_spec(paths[i])) {
			if (!add_source(d, arena_strdup(&d->arena, paths[i]), paths[i], NULL))
				return false;
			continue;
		}
		parts = raw_split(&d->arena, paths[i], &list);
		for (size_t j = 0; j < parts; j++) {
			if (!add_source(d, list[j].text, list[j].file, &raw_format))
				return false;
		}
	}
	return true;
}

struct dump *dump_open(const char *const *paths, size_t n)
{
	struct dump *d = xcalloc(1, sizeof(*d));

	pthread_mutex_init(&d->lock, NULL);
	d->info.format = "";
	d->info.uts_machine = d->info.uts_release = d->info.uts_version = d->info.uts_nodename = "";
	d->info.dump_level = -1;
	if (!n)
		fail("no dump file was named");
	if (!n || !open_sources(d, paths, n) || !d->format->open(d)) {
		dump_close(d);
		return NULL;
	}
	d->paths = arena_new_n(&d->arena, d->n_sources, const char *);
	for (size_t i = 0; i < d->n_sources; i++)
		d->paths[i] = d->sources[i]->path;
	if (d->info.flags & DUMP_FLATTENED)
		d->info.format = arena_printf(&d->arena, "%s, flattened", d->info.format);
	return d;
}

void dump_close(struct dump *d)
{
	if (!d)
		return;
	if (d->format && d->format->close && d->state)
		d->format->close(d);
	for (size_t i = 0; i < d->n_sources; i++)
		source_close(d->sources[i]);
	pthread_mutex_destroy(&d->lock);
	arena_free(&d->arena);
	free(d);
}

const struct dump_info *dump_info(const struct dump *d)
{
	return &d->info;
}

size_t dump_paths(const struct dump *d, const char *const **paths)
{
	*paths = d->paths;
	return d->n_sources;
}

enum read_status dump_read(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done)
{
	size_t ignored = 0;

	return d->format->read(d, paddr, buffer, size, done ? done : &ignored);
}

enum read_status dump_read_once(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done)
{
	size_t ignored = 0;

	return (d->format->peek ? d->format->peek : d->format->read)(d, paddr, buffer, size,
								     done ? done : &ignored);
}

enum read_status dump_page_status(struct dump *d, uint64_t paddr)
{
	return d->format->status(d, paddr);
}

void ranges_push(struct dump *d, uint64_t start, uint64_t end)
{
	if (start >= end)
		return;
	if (d->ranges.n && d->ranges.items[d->ranges.n - 1].end == start)
		d->ranges.items[d->ranges.n - 1].end = end;
	else
		*vec_push(&d->arena, &d->ranges) = (struct dump_range){start, end};
}

size_t dump_ranges(struct dump *d, const struct dump_range **ranges)
{
	if (!atomic_load_explicit(&d->have_ranges, memory_order_acquire)) {
		pthread_mutex_lock(&d->lock);
		if (!atomic_load(&d->have_ranges)) {
			d->format->ranges(d);
			atomic_store_explicit(&d->have_ranges, true, memory_order_release);
		}
		pthread_mutex_unlock(&d->lock);
	}
	*ranges = d->ranges.items;
	return d->ranges.n;
}

size_t dump_notes(struct dump *d, const struct dump_note **notes)
{
	*notes = d->notes.items;
	return d->notes.n;
}

const char *dump_vmcoreinfo(struct dump *d)
{
	return d->vmcoreinfo;
}

bool dump_file_offset(struct dump *d, uint64_t paddr, uint64_t *offset)
{
	return d->format->file_offset(d, paddr, offset);
}

enum read_status dump_read_file(struct dump *d, uint64_t offset, void *buffer, size_t size, size_t *done)
{
	return source_read(d->sources[0], offset, buffer, size, done);
}
