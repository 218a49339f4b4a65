/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bare memory, as boot loaders, debug probes and QEMU's pmemsave write it: a file
 * is a piece of RAM, and only the user knows where it was. So it is named
 * FILE@ADDRESS, in hexadecimal, as crash has it; several, or a list with commas,
 * make one dump.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "dump/format.h"

enum { MOST_PIECES = 256 };

struct raw_piece {
	uint64_t start, end;
	struct source *source;
};

struct raw_dump {
	struct raw_piece *pieces; /* sorted, not overlapping */
	size_t n;
};

/* The '@' of FILE@ADDRESS; NULL when the word of @n bytes is none. */
static const char *find_at(const char *word, size_t n, uint64_t *address)
{
	const char *at = memrchr(word, '@', n);
	char digits[24];
	size_t left = at ? n - (size_t)(at + 1 - word) : 0;

	if (!at || at == word || left == 0 || left >= sizeof digits)
		return NULL;
	memcpy(digits, at + 1, left);
	digits[left] = '\0';
	return parse_number(digits, 16, address) ? at : NULL;
}

bool raw_is_spec(const char *word)
{
	uint64_t address;

	/* a file may have any name */
	if (access(word, F_OK) == 0)
		return false;
	for (;;) {
		size_t n = strcspn(word, ",");

		if (!find_at(word, n, &address))
			return false;
		if (!word[n])
			return true;
		word += n + 1;
	}
}

size_t raw_split(struct arena *a, const char *spec, struct raw_spec **list)
{
	size_t n = 1, i = 0;

	for (const char *c = spec; *c; c++)
		n += *c == ',';
	*list = arena_new_n(a, n, struct raw_spec);
	for (; i < n; i++) {
		size_t size = strcspn(spec, ",");
		struct raw_spec *s = &(*list)[i];
		const char *at = find_at(spec, size, &s->address);

		s->text = arena_strndup(a, spec, size);
		s->file = at ? arena_strndup(a, spec, (size_t)(at - spec)) : s->text;
		spec += size + 1;
	}
	return n;
}

static bool probe(const uint8_t *head, size_t n)
{
	(void)head;
	(void)n;
	return false; /* only its name tells */
}

static int compare(const void *a, const void *b)
{
	const struct raw_piece *one = a, *other = b;

	return one->start < other->start ? -1 : one->start > other->start;
}

static bool open_raw(struct dump *d)
{
	struct raw_dump *raw = arena_new(&d->arena, struct raw_dump);

	d->state = raw;
	if (d->n_sources > MOST_PIECES)
		return fail("more than %d pieces of memory", MOST_PIECES);
	raw->n = d->n_sources;
	raw->pieces = arena_new_n(&d->arena, raw->n, struct raw_piece);
	for (size_t i = 0; i < raw->n; i++) {
		struct source *s = d->sources[i];
		struct raw_piece *p = &raw->pieces[i];

		find_at(s->path, strlen(s->path), &p->start);
		p->source = s;
		/* the very last byte stays out, so that ends can be told */
		p->end = s->size > UINT64_MAX - p->start ? UINT64_MAX : p->start + s->size;
	}
	qsort(raw->pieces, raw->n, sizeof *raw->pieces, compare);
	for (size_t i = 1; i < raw->n; i++) {
		if (raw->pieces[i].start < raw->pieces[i - 1].end)
			return fail("%s: overlaps %s", raw->pieces[i].source->path,
				    raw->pieces[i - 1].source->path);
	}
	d->info.format = "raw memory";
	return true;
}

static const struct raw_piece *find_piece(const struct raw_dump *raw, uint64_t address)
{
	for (size_t i = 0; i < raw->n; i++) {
		if (address >= raw->pieces[i].start && address < raw->pieces[i].end)
			return &raw->pieces[i];
	}
	return NULL;
}

static enum read_status read_raw(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done)
{
	*done = 0;
	while (*done < size) {
		uint64_t at = paddr + *done, left = size - *done;
		const struct raw_piece *p = at < paddr ? NULL : find_piece(d->state, at);
		enum read_status status;
		size_t n;

		if (!p)
			return READ_NOT_RAM;
		if (left > p->end - at)
			left = p->end - at;
		status = source_read(p->source, at - p->start, (uint8_t *)buffer + *done, (size_t)left, &n);
		*done += n;
		if (status != READ_OK)
			return status;
	}
	return READ_OK;
}

static enum read_status status_raw(struct dump *d, uint64_t paddr)
{
	return find_piece(d->state, paddr) ? READ_OK : READ_NOT_RAM;
}

static void ranges_raw(struct dump *d)
{
	const struct raw_dump *raw = d->state;

	for (size_t i = 0; i < raw->n; i++)
		ranges_push(d, raw->pieces[i].start, raw->pieces[i].end);
}

/* Of the first file only: rd -f reads no other. */
static bool file_offset_raw(struct dump *d, uint64_t paddr, uint64_t *offset)
{
	const struct raw_piece *p = find_piece(d->state, paddr);

	return p && p->source == d->sources[0] && source_locate(p->source, paddr - p->start, offset);
}

const struct dump_format raw_format = {
	.name = "raw memory",
	.probe = probe,
	.open = open_raw,
	.read = read_raw,
	.status = status_raw,
	.ranges = ranges_raw,
	.file_offset = file_offset_raw,
};
