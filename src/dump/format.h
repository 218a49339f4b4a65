/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dump format implements, and the open dump as the formats see it.
 * Private to this room.
 */
#ifndef DUMP_FORMAT_H
#define DUMP_FORMAT_H

#include <pthread.h>

#include "base/arena.h"
#include "base/vec.h"
#include "dump/dump.h"
#include "dump/source.h"

enum { PROBE_SIZE = 64 }; /* bytes at the start of a file that tell its format */

struct dump_format {
	const char *name;
	/* Whether a file that begins with these bytes is of the format. */
	bool (*probe)(const uint8_t *head, size_t n);
	/*
	 * Read the headers of d->sources: fill d->info, the notes and d->state.
	 * False with a message (that names the file, when there are several).
	 */
	bool (*open)(struct dump *d);
	void (*close)(struct dump *d); /* what is not in d->arena; may be NULL */
	/* As dump_read(); *done is never NULL. */
	enum read_status (*read)(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done);
	/*
	 * As read, for a look at the beginning of every page: what has to be
	 * decompressed for it is not kept. NULL: read does it.
	 */
	enum read_status (*peek)(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done);
	enum read_status (*status)(struct dump *d, uint64_t paddr);
	/* Push the physical ranges, sorted, not touching each other. Called once. */
	void (*ranges)(struct dump *d);
	bool (*file_offset)(struct dump *d, uint64_t paddr, uint64_t *offset);
};

struct dump {
	struct arena arena; /* used while opening, later only under the lock */
	pthread_mutex_t lock;
	const struct dump_format *format;
	struct dump_info info;
	struct source **sources;
	const char **paths;
	size_t n_sources;
	void *state; /* the format's own */
	VEC(struct dump_note) notes;
	const char *vmcoreinfo;
	VEC(struct dump_range) ranges;
	atomic_bool have_ranges;
};

extern const struct dump_format elf_format, kdump_format, raw_format;

/* raw.c: is it FILE@ADDRESS, or several with commas, rather than the name of a file? */
bool raw_is_spec(const char *word);
struct raw_spec {
	const char *text, *file;
	uint64_t address;
};
/* The parts of such a word. */
size_t raw_split(struct arena *a, const char *spec, struct raw_spec **list);

/* Take the notes out of a block; what is damaged ends the list (notes.c). */
void notes_parse(struct dump *d, const uint8_t *block, size_t size);
/* Set d->vmcoreinfo, flags and counts from the notes that were found. */
void notes_settle(struct dump *d);
/* Add [start, end) to d->ranges, joined with the last one where they touch. */
void ranges_push(struct dump *d, uint64_t start, uint64_t end);

#endif
