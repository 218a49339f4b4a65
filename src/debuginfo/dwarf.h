/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DWARF on demand: lines, inlined calls, types and variables, read by compile
 * unit when something is asked. Addresses given and returned are run-time ones.
 */
#ifndef DEBUGINFO_DWARF_H
#define DEBUGINFO_DWARF_H

#include "debuginfo/elf_file.h"
#include "debuginfo/unwind_row.h"
#include "type/type.h"

struct dwarf;

/*
 * @slide is added to the file's addresses. For a module (ET_REL) @section_address
 * gives the run-time address of each section by name; its relocations are applied
 * to a private copy of the debug sections. NULL with a message.
 */
struct dwarf *dwarf_open(struct elf_file *elf, uint64_t slide,
			 bool (*section_address)(void *context, const char *section, uint64_t *address),
			 void *context);
void dwarf_close(struct dwarf *d);

/* Source file (as the compiler recorded it, directory included) and line of an address. */
bool dwarf_line(struct dwarf *d, uint64_t address, const char **file, unsigned *line);

/* A row of the line table: the code from @start to @end is of that line. */
struct dwarf_row {
	uint64_t start, end;
	const char *file; /* as dwarf_line() gives it */
	unsigned line;
};

bool dwarf_row_at(struct dwarf *d, uint64_t address, struct dwarf_row *row);
/*
 * The rows where code of a line begins; @file may be the end of a recorded path, from a slash on. Where the
 * line has none, the next one that has: *@found. Returns how many there are, stores at most @max.
 */
size_t dwarf_rows_of(struct dwarf *d, const char *file, unsigned line, struct dwarf_row *list, size_t max,
		     unsigned *found);
/* Is @named the recorded path, or its end from a slash on? */
bool dwarf_same_file(const char *recorded, const char *named);

struct dwarf_inline {
	const char *function; /* the inlined function */
	const char *file;     /* where, inside it, the address belongs (innermost) or the next call stands */
	unsigned line;
};

/*
 * Functions inlined at @address, innermost first; the last entry is the real
 * function. Returns how many there are (0: unknown), stores at most @max.
 */
size_t dwarf_inlines(struct dwarf *d, uint64_t address, struct dwarf_inline *list, size_t max);

/*
 * Is the function at @address declared as one that does not return? Such a function need not save the
 * registers that it changes, and its call frame information does not tell of them.
 */
bool dwarf_is_noreturn(struct dwarf *d, uint64_t address);
/*
 * False when its call frame information never gives the frame back, as in functions that compilers found out
 * about by themselves.
 */
bool dwarf_cfi_returns(struct dwarf *d, uint64_t address);

/* A producer of types, enumerators and types of symbols. Never NULL. */
struct type_source *dwarf_types(struct dwarf *d, struct arena *a, const char *label);

/* The row of .debug_frame or .eh_frame at @address; false without a message when there is none. */
bool dwarf_cfi_row(struct dwarf *d, uint64_t address, struct unwind_row *row);

#endif
