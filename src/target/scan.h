/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that memory holds of a pattern: areas of an address space become runs of physical memory, runs
 * become chunks, all processors look through chunks, and what they find is told in order of address.
 */
#ifndef TARGET_SCAN_H
#define TARGET_SCAN_H

#include "target/scan_pattern.h"
#include "target/target.h"

struct scan_area {
	uint64_t start, last; /* inclusive */
};

struct scan_found {
	size_t area; /* index */
	uint64_t address;
	size_t which;   /* index of the value or text */
	uint64_t value; /* of an integer: what lies there */
};

/* Bytes of the areas, by what became of them. Addresses that nothing maps, and what is not RAM, do not count.
 */
struct scan_tally {
	uint64_t searched;
	uint64_t missing[READ_ERROR + 1]; /* by enum read_status */
	uint64_t no_table; /* addresses whose page tables are missing: what they mapped is not known */
	uint64_t repeated; /* addresses that tables map again and again to the same, searched once */
	bool loops;        /* the tables map many times more than there is memory: given up */
};

struct scan {
	const struct space *space; /* NULL: the areas are physical memory */
	const struct scan_pattern *pattern;
	const struct scan_area *areas; /* told in this order */
	size_t n_areas;
	/* Takes what was found, on the caller's thread. False ends the scan. */
	bool (*found)(void *context, const struct scan_found *f);
	void *context;
	struct scan_tally tally; /* filled in */
};

/*
 * Run it. Integers are looked for at multiples of their width, texts anywhere, also across pages that do not
 * follow each other in memory; both lie wholly in their area. A physical page that is mapped several times is
 * found at each address. False when it ended early: by @found, or by Ctrl-C.
 */
bool scan_run(struct target *t, struct scan *scan);

#endif
