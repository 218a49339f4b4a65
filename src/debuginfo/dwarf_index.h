/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where each name of the top level of DWARF is defined. Inside this room only. */
#ifndef DEBUGINFO_DWARF_INDEX_H
#define DEBUGINFO_DWARF_INDEX_H

#include "debuginfo/dwarf_private.h"

enum index_kind {
	INDEX_STRUCT,
	INDEX_UNION,
	INDEX_ENUM,
	INDEX_TYPEDEF,
	INDEX_BASE,
	INDEX_VARIABLE,
	INDEX_FUNCTION,
	INDEX_ENUMERATOR, /* gives its enumeration */
	INDEX_KINDS,
};

struct index_entry {
	uint64_t offset; /* of the entry in .debug_info */
	bool declaration;
};

/* Read all compile units' top levels on all processors. Never NULL; made once and kept in @d. */
struct dwarf_index *dwarf_index(struct dwarf *d);
/* A definition, or a declaration when there is no more; NULL when the name is not there. Lowest offset first.
 */
const struct index_entry *dwarf_index_find(struct dwarf_index *x, enum index_kind kind, const char *name);
/* The names of a kind, in no order. */
const struct str_map *dwarf_index_names(struct dwarf_index *x, enum index_kind kind);

#endif
