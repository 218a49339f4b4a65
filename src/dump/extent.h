/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the pieces of an address space lie in a file: the segments of an ELF
 * core (physical memory in the file), the records of a flattened file (the
 * file inside the file).
 */
#ifndef DUMP_EXTENT_H
#define DUMP_EXTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct extent {
	uint64_t start, end; /* [start, end), never empty */
	uint64_t offset;     /* where the byte at start lies in the file */
	bool saved;          /* false: known to exist, but its bytes are not in the file */
};

struct extents {
	struct extent *items; /* sorted by start */
	size_t n;
};

/*
 * Sort @n pieces and cut them where they overlap, so that every address
 * belongs to one: to a saved piece rather than one that is not, then to the
 * last in the list (@last_wins) or to the first. @items is reordered; the
 * result may share its memory.
 */
struct extents extents_settle(struct arena *a, struct extent *items, size_t n, bool last_wins);

/* The piece that holds @address, or the next one behind it, or NULL. */
const struct extent *extents_find(const struct extents *e, uint64_t address);

#endif
