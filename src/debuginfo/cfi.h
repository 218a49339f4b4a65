/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call frame information (DWARF 5, 6.4; .eh_frame: LSB, 10.6) in any word size
 * and byte order. An own reader, because libdw's makes an object of every entry
 * up to the one looked for: here one pass makes an index of 16 bytes an entry.
 */
#ifndef DEBUGINFO_CFI_H
#define DEBUGINFO_CFI_H

#include "base/arena.h"
#include "base/bytes.h"
#include "debuginfo/unwind_row.h"

struct cfi;

struct cfi_section {
	const uint8_t *data; /* must stay */
	size_t size;
	uint64_t address; /* where the section lies, for place-relative pointers (.eh_frame) */
	bool is_eh;       /* .eh_frame, else .debug_frame */
	enum byte_order order;
	uint8_t word_size;
};

/* Never NULL; a section without a usable entry is one that finds nothing. The index is made at the first
 * look-up. */
struct cfi *cfi_open(struct arena *a, const struct cfi_section *section);
/* The row at @address, in the section's own addresses; false without a message when there is none. */
bool cfi_row(struct cfi *c, uint64_t address, struct unwind_row *row);
/* False when the table shows that the function at @address does not return: it never undoes its frame. */
bool cfi_returns(struct cfi *c, uint64_t address);
/* How many entries for functions there are. */
size_t cfi_entries(struct cfi *c);

#endif
