/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From DWARF entries to types. Inside this room only. */
#ifndef DEBUGINFO_DWARF_MAKE_H
#define DEBUGINFO_DWARF_MAKE_H

#include "debuginfo/dwarf_private.h"

struct dwarf_types {
	struct type_source source;
	struct dwarf *d;
	struct arena *arena;
	struct num_map made; /* offset of the entry -> struct dwarf_made * */
	struct type void_type;
};

/* A type that was asked for, with its members, enumerators or parameters once those were. */
struct dwarf_made {
	struct type type;
	const void *list;
	size_t n;
	bool listed;
};

/* The type that an entry describes; void for what is none. What it points to is made with it. */
const struct type *dwarf_make(struct dwarf_types *ts, Dwarf_Die *die);
/* The type that DW_AT_type of an entry names, void without one. */
const struct type *dwarf_make_type_of(struct dwarf_types *ts, Dwarf_Die *die);
/* The members, enumerators or parameters of a type of ours, read once. */
bool dwarf_make_list(struct dwarf_types *ts, const struct type *t, const void **list, size_t *n);

#endif
