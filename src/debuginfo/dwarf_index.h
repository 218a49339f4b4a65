/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where each name of the top level of DWARF is defined. Inside this room only. */
#ifndef DEBUGINFO_DWARF_INDEX_H
#define DEBUGINFO_DWARF_INDEX_H

#include "debuginfo/dwarf_private.h"

/*
 * All this opens the index at the first call: from disk (debuginfo/index_cache.h) or, where there is none, by
 * reading the top levels of all compile units, after which it is kept there.
 */

/*
 * The entry of that name: a definition, or a declaration when there is no more; the first of several in the
 * file. For an enumerator it is its enumeration's. False when the name is not there.
 */
bool dwarf_index_find(struct dwarf *d, enum type_name_kind kind, const char *name, Dwarf_Die *die);
/* Call @fn for each definition of a variable or function, until it returns false. */
void dwarf_index_definitions(struct dwarf *d, enum type_name_kind kind, const char *name,
			     bool (*fn)(void *context, Dwarf_Die *die), void *context);
/* As ->each_name of struct type_source_ops. */
bool dwarf_index_each(struct dwarf *d, const char *prefix, unsigned kinds, type_name_fn *fn, void *context);
void dwarf_index_close(struct dwarf_index *x);

#endif
