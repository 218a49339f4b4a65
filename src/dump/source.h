/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a dump file as its format sees them: the file itself, or the
 * file that makedumpfile -F would have written, put together from its records
 * without being rearranged on disk.
 */
#ifndef DUMP_SOURCE_H
#define DUMP_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/status.h"
#include "dump/extent.h"

struct source {
	struct file *file;
	const char *path;
	uint64_t size; /* UINT64_MAX where the kernel does not say */
	bool flattened;
	bool cut;               /* a flattened file that ends without its end record */
	struct extents records; /* of a flattened file */
	/* What of the mapped file may be in memory: a bit per window, and how many are set. */
	atomic_uchar *touched;
	atomic_size_t n_touched;
};

/* NULL with a message that names the file. Everything but the file itself lives in @a. */
struct source *source_open(struct arena *a, const char *path);
void source_close(struct source *s);

/*
 * Read @size bytes at @offset. READ_LOST when the file ends before, READ_ERROR
 * when it cannot be read; *@done (may be NULL) tells how many bytes were.
 */
enum read_status source_read(struct source *s, uint64_t offset, void *buffer, size_t size, size_t *done);
/* The bytes where they lie, or NULL when they are not mapped in one piece. Valid until source_close(). */
const uint8_t *source_view(struct source *s, uint64_t offset, uint64_t size);
/* As source_view, but copied into @a where need be. NULL without a message when the range is not in the file.
 */
const uint8_t *source_block(struct source *s, struct arena *a, uint64_t offset, uint64_t size);
/* Whether all these bytes exist: what source_read would say, short of an I/O error. */
bool source_holds(const struct source *s, uint64_t offset, uint64_t size);
/* Whether the byte at @offset exists, and where it lies in the file on disk (@where may be NULL). */
bool source_locate(const struct source *s, uint64_t offset, uint64_t *where);

/* The flattened format (flattened.c). */
enum { FLATTENED_HEADER_SIZE = 4096 };
/* Whether a file that begins with these bytes is flattened. */
bool flattened_probe(const uint8_t *head, size_t n);
/* Read the record headers; sets ->records, ->size and ->cut. */
bool flattened_index(struct source *s, struct arena *a);

#endif
