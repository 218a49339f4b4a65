/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exception index tables of 32-bit ARM (Exception Handling ABI for the ARM
 * Architecture, IHI 0038): .ARM.exidx and .ARM.extab, which Linux calls
 * .ARM.unwind_idx and .ARM.unwind_tab. They describe a function as it is between
 * its prologue and its epilogue: true of every return address.
 */
#ifndef DEBUGINFO_EXIDX_H
#define DEBUGINFO_EXIDX_H

#include "base/bytes.h"
#include "debuginfo/unwind_row.h"

/* A table of @n entries of 8 bytes, which stood at @address at run time; the bytes must stay. */
struct exidx {
	const uint8_t *index;
	size_t n;
	uint64_t address;
	enum byte_order order;
	bool unsorted; /* see exidx_check() */
	/* Bytes of the other table, at their run-time address; false when they cannot be had. */
	bool (*read)(void *context, uint64_t address, uint8_t *bytes, size_t size);
	void *context;
};

enum exidx_answer {
	EXIDX_NONE,    /* no entry, or one that cannot be read or understood */
	EXIDX_CANNOT,  /* the table says that this function cannot be unwound */
	EXIDX_UNWINDS, /* the row is filled in */
};

/* See whether the entries are in order, as linkers leave them; searches take longer when they are not. */
void exidx_check(struct exidx *x);
/*
 * The row for @pc, with DWARF register numbers of ARM, and where the function begins (@start may be NULL).
 * The last entry goes on without end: the caller knows where code ends.
 */
enum exidx_answer exidx_row(const struct exidx *x, uint64_t pc, struct unwind_row *row, uint64_t *start);

#endif
