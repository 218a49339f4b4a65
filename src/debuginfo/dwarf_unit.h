/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One unit of .debug_info, read entry by entry for its names only. Inside this room only. */
#ifndef DEBUGINFO_DWARF_UNIT_H
#define DEBUGINFO_DWARF_UNIT_H

#include "base/bytes.h"
#include "debuginfo/dwarf_abbrev.h"

struct unit_section {
	const uint8_t *data;
	size_t size;
};

/* Sections as libdw has them: decompressed, relocated. Those that are not there have size 0. */
struct unit_sections {
	enum byte_order order;
	struct unit_section info, abbrev;
	struct unit_section strings, line_strings; /* end in a NUL */
	struct unit_section string_offsets;
};

struct unit {
	const struct unit_sections *s;
	struct abbrev_table *abbrevs;
	uint64_t offset, end; /* in .debug_info */
	uint8_t type;         /* DW_UT_*; DW_UT_compile before DWARF 5 */
	struct abbrev_sizes sizes;
	uint64_t abbrev_offset, strings_base;
	const uint8_t *at, *limit; /* the next entry; NULL after damage */
};

enum origin_kind { ORIGIN_NONE, ORIGIN_HERE, ORIGIN_FAR };

struct entry {
	uint64_t offset; /* in .debug_info */
	uint16_t tag;
	bool children;
	uint8_t marks;    /* enum abbrev_mark */
	const char *name; /* NULL: none, or far away */
	bool inline_name; /* stands in the entry: others of that text stand elsewhere */
	uint8_t origin;   /* enum origin_kind */
	uint64_t origin_offset;
	const uint8_t *sibling; /* NULL: not told */
};

/*
 * The header of the unit at @offset of .debug_info. False at the end of the section, and where what follows
 * makes no sense. A unit that cannot be read otherwise has type 0.
 */
bool unit_open(const struct unit_sections *s, uint64_t offset, struct unit *u);
/* Go to the first entry below the unit's own. False when there is none, or the unit cannot be read. */
bool unit_begin(struct unit *u, struct abbrev_table *abbrevs);
/* The next entry of this level; false at its end (the one above goes on behind it) and after damage. */
bool unit_entry(struct unit *u, struct entry *e);
/* Go over the children of the entry that was read last. */
void unit_skip_children(struct unit *u, const struct entry *e);

#endif
