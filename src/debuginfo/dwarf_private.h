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
	struct num_map paths;     /* from libdw's file name to the whole path */
	struct dwarf_index *index;
	Dwarf_CU *last_unit; /* the one that libdw was led to last, see dwarf_die_at() */
	uint64_t reached;    /* offset of its first entry */
	uint64_t forgotten;  /* of what was read to get there this much was given back */
	bool all_reached;
};

/* The entry at an offset of .debug_info. False without a message. */
bool dwarf_die_at(struct dwarf *d, uint64_t offset, Dwarf_Die *die);
/* The compile unit of a file address. False without a message. */
bool dwarf_cu_at(struct dwarf *d, uint64_t address, Dwarf_Die *cu);
/* Contents of a section as libdw sees it (decompressed, relocated), or NULL. */
const uint8_t *dwarf_section(struct dwarf *d, const char *name, size_t *size, uint64_t *address);
/* A name of libdw's for a source file of @cu, whole: relative ones begin at the compile directory. */
const char *dwarf_path(struct dwarf *d, Dwarf_Die *cu, const char *name);

#endif
