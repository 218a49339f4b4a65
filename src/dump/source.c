/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dump/source.h"

#include <string.h>
#include <sys/mman.h>

#include "base/error.h"

/*
 * A mapped file counts as memory of this process as far as it was touched, so
 * a walk over all memory would grow it to the size of the dump. A read marks
 * its windows, as large as what Linux maps around a fault; when too many are
 * marked, the mapping is emptied (the page cache keeps the data).
 */
enum { WINDOW_SHIFT = 16, MOST_WINDOWS = (16 << 20) >> WINDOW_SHIFT };

enum { LARGEST_BLOCK = 256 << 20 };

static void touch(struct source *s, uint64_t offset, uint64_t size)
{
	uint64_t last = (offset + size - 1) >> WINDOW_SHIFT;

	if (!size)
		return;
	for (uint64_t w = offset >> WINDOW_SHIFT; w <= last; w++) {
		unsigned char bit = (unsigned char)(1u << (w & 7));
		atomic_uchar *byte = &s->touched[w >> 3];

		if (atomic_load_explicit(byte, memory_order_relaxed) & bit)
			continue;
		if (!(atomic_fetch_or_explicit(byte, bit, memory_order_relaxed) & bit))
			atomic_fetch_add_explicit(&s->n_touched, 1, memory_order_relaxed);
	}
	if (atomic_load_explicit(&s->n_touched, memory_order_relaxed) <= MOST_WINDOWS)
		return;
	/* one thread empties it; another that reads meanwhile only faults again */
	if (atomic_exchange(&s->n_touched, 0) > MOST_WINDOWS) {
		uint64_t bytes = (s->file->size >> (WINDOW_SHIFT + 3)) + 1;

		for (uint64_t i = 0; i < bytes; i++)
			if (atomic_load_explicit(&s->touched[i], memory_order_relaxed))
				atomic_store_explicit(&s->touched[i], 0, memory_order_relaxed);
		madvise((void *)(uintptr_t)s->file->map, (size_t)s->file->size, MADV_DONTNEED);
	}
}

static enum read_status read_file(struct source *s, uint64_t offset, void *buffer, size_t size, size_t *done)
{
	int64_t n;

	if (s->file->map && offset < s->file->size)
		touch(s, offset, size < s->file->size - offset ? size : s->file->size - offset);
	n = file_read_some(s->file, offset, buffer, size);
	*done = n > 0 ? (size_t)n : 0;
	if (n < 0)
		return READ_ERROR;
	return *done == size ? READ_OK : READ_LOST;
}

enum read_status source_read(struct source *s, uint64_t offset, void *buffer, size_t size, size_t *done)
{
	size_t ignored;

	if (!done)
		done = &ignored;
	*done = 0;
	if (!s->flattened)
		return read_file(s, offset, buffer, size, done);
	while (*done < size) {
		uint64_t at = offset + *done, left = size - *done;
		const struct extent *r;
		enum read_status status;
		size_t n;

		if (at < offset || at >= s->size)
			return READ_LOST;
		r = extents_find(&s->records, at);
		if (!r)
			return READ_LOST;
		if (at < r->start) {
			/* never written: a hole of the file that makedumpfile -R makes, if it is all there */
			if (s->cut)
				return READ_LOST;
			if (left > r->start - at)
				left = r->start - at;
			memset((uint8_t *)buffer + *done, 0, (size_t)left);
			*done += (size_t)left;
			continue;
		}
		if (left > r->end - at)
			left = r->end - at;
		status = read_file(s, r->offset + (at - r->start), (uint8_t *)buffer + *done, (size_t)left,
				   &n);
		*done += n;
		if (status != READ_OK)
			return status;
	}
	return READ_OK;
}

const uint8_t *source_view(struct source *s, uint64_t offset, uint64_t size)
{
	const uint8_t *view;

	if (s->flattened) {
		const struct extent *r = extents_find(&s->records, offset);

		if (!r || offset < r->start || size > r->end - offset)
			return NULL;
		offset = r->offset + (offset - r->start);
	}
	view = file_at(s->file, offset, size);
	if (view)
		touch(s, offset, size);
	return view;
}

const uint8_t *source_block(struct source *s, struct arena *a, uint64_t offset, uint64_t size)
{
	const uint8_t *view = source_view(s, offset, size);
	uint8_t *copy;

	if (view)
		return view;
	if (size > LARGEST_BLOCK || offset > s->size || size > s->size - offset ||
	    (s->file->size && size > s->file->size))
		return NULL;
	copy = arena_alloc(a, (size_t)size);
	return source_read(s, offset, copy, (size_t)size, NULL) == READ_OK ? copy : NULL;
}

bool source_holds(const struct source *s, uint64_t offset, uint64_t size)
{
	if (offset > s->size || size > s->size - offset)
		return false;
	/* only a flattened file that was cut has holes that are not zeros */
	while (s->cut && size) {
		const struct extent *r = extents_find(&s->records, offset);
		uint64_t n;

		if (!r || offset < r->start)
			return false;
		n = r->end - offset < size ? r->end - offset : size;
		offset += n;
		size -= n;
	}
	return true;
}

bool source_locate(const struct source *s, uint64_t offset, uint64_t *where)
{
	if (offset >= s->size)
		return false;
	if (s->flattened) {
		const struct extent *r = extents_find(&s->records, offset);

		if (!r || offset < r->start)
			return false;
		offset = r->offset + (offset - r->start);
	}
	if (where)
		*where = offset;
	return true;
}

struct source *source_open(struct arena *a, const char *path)
{
	struct file *file = file_open(path);
	uint8_t head[FLATTENED_HEADER_SIZE];
	struct source *s;
	int64_t n;

	if (!file)
		return NULL;
	s = arena_new(a, struct source);
	s->file = file;
	s->path = arena_strdup(a, path);
	s->size = file->size ? file->size : UINT64_MAX;
	if (file->map)
		s->touched = arena_zalloc(a, (size_t)(file->size >> (WINDOW_SHIFT + 3)) + 1);
	n = file_read_some(file, 0, head, sizeof(head));
	if (n <= 0) {
		fail("%s: %s", path, n < 0 ? "cannot be read" : "is empty");
		source_close(s);
		return NULL;
	}
	if (flattened_probe(head, (size_t)n) && !flattened_index(s, a)) {
		fail_in("%s", path);
		source_close(s);
		return NULL;
	}
	return s;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	file_close(s->file);
	s->file = NULL;
}
