/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the DWARF reader share. Inside this room only. */
#ifndef DEBUGINFO_DWARF_PRIVATE_H
#define DEBUGINFO_DWARF_PRIVATE_H

#include <elfutils/libdw.h>

#include "base/arena.h"
#include "base/hash.h"
#include "debuginfo/cfi.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/elf_handle.h"

struct cu_range {
	uint64_t start, end;
	Dwarf_Off cu;
};

struct cu_ranges {
	struct cu_range *list; /* sorted */
	size_t n;
	bool done;
};

enum { DWARF_LINE_UNITS = 64 };

/* How far a handle of libdw's was led through the units; zero-filled in the beginning. */
struct unit_walk {
	Dwarf_CU *last;
	uint64_t reached;   /* offset of its first entry */
	uint64_t forgotten; /* of what was read to get there this much was given back */
	bool all;
};

struct dwarf {
	struct arena arena;
	struct elf_file *elf;
	struct elf_handle handle;
	Dwarf *dw;
	uint64_t slide;
	struct cfi *cfi[2]; /* .debug_frame, .eh_frame */
	bool cfi_done;
	struct cu_ranges aranges; /* of .debug_aranges; ->cu is the unit's header */
	struct cu_ranges ranges;  /* of all compile units' entries; made where the other does not help */
	struct str_map paths;     /* whole paths of source files that were given out; the value is the text */
	Dwarf *lines;             /* through this handle line tables are read; see dwarf_rows.c */
	Dwarf_Off line_units[DWARF_LINE_UNITS]; /* the units whose tables it may hold */
	size_t n_line_units;
	struct dwarf_index *index;
	struct unit_walk walk, lines_walk; /* of ->dw and ->lines */
	struct type_source *local_types;   /* of local variables; made when first needed */
};

/*
 * The next unit's own entry, and what kind of unit it is (@type may be NULL); false at the end. Memory that
 * the pages of units take which were passed is given back on the way.
 */
bool unit_walk_next(struct dwarf *d, Dwarf *dw, struct unit_walk *walk, uint8_t *type, Dwarf_Die *die);
/* The entry at an offset of .debug_info. False without a message. */
bool dwarf_die_at(struct dwarf *d, uint64_t offset, Dwarf_Die *die);
/* The same by another handle of the file. */
bool dwarf_die_in(struct dwarf *d, Dwarf *dw, struct unit_walk *walk, uint64_t offset, Dwarf_Die *die);
/* The compile unit of a file address. False without a message. */
bool dwarf_cu_at(struct dwarf *d, uint64_t address, Dwarf_Die *cu);
/*
 * The function at a file address, and the inlined calls (with @blocks, also the blocks) inside it that hold
 * it, outermost first. Returns how many of at most @max.
 */
size_t dwarf_scope_chain(Dwarf_Die *cu, uint64_t address, bool blocks, Dwarf_Die *scopes, size_t max);
/* Contents of a section as libdw sees it (decompressed, relocated), or NULL. */
const uint8_t *dwarf_section(struct dwarf *d, const char *name, size_t *size, uint64_t *address);
/* A name of libdw's for a source file of @cu, whole: relative ones begin at the compile directory. A copy. */
const char *dwarf_path(struct dwarf *d, Dwarf_Die *cu, const char *name);
/*
 * The unit of @cu in the handle for line tables and tables of files. Such entries, and names from them, are
 * good until the next call.
 */
bool dwarf_line_unit(struct dwarf *d, Dwarf_Die *cu, Dwarf_Die *unit);

#endif
