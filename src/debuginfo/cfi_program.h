/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The instructions of call frame information. Inside this room only. */
#ifndef DEBUGINFO_CFI_PROGRAM_H
#define DEBUGINFO_CFI_PROGRAM_H

#include "debuginfo/cfi.h"

/* A common information entry. */
struct cfi_cie {
	bool valid, has_size, signal;
	size_t offset;
	uint8_t address_size, encoding;
	uint64_t code_factor, return_reg;
	int64_t data_factor;
	const uint8_t *program;
	size_t program_size;
};

/*
 * Carry out the CIE's instructions, then those of @fde for a function at @start,
 * up to @address, and give the row. False when they make no sense.
 */
bool cfi_run(const struct cfi_cie *cie, const struct cfi_section *section, uint64_t start, struct cursor *fde,
	     uint64_t address, struct unwind_row *row);
/*
 * False when the function makes a frame and nowhere undoes it: it does not return. Of one that begins with a
 * frame, the cold part of another, nothing can be said.
 */
bool cfi_gives_frame_back(const struct cfi_cie *cie, const struct cfi_section *section, uint64_t start,
			  struct cursor *fde);

#endif
