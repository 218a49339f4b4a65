/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All names of the top level of DWARF, read on all processors. Inside this room only. */
#ifndef DEBUGINFO_DWARF_SCAN_H
#define DEBUGINFO_DWARF_SCAN_H

#include "base/vec.h"
#include "debuginfo/dwarf_private.h"
#include "debuginfo/index_image.h"

struct scan_result {
	struct arena arena;
	VEC(struct index_item) items; /* in no order; several of one name and kind */
	VEC(uint64_t) units;          /* offsets of their headers, in no order */
};

/* Free @result->arena when it is no longer needed; names lie in the file. */
void dwarf_scan(struct dwarf *d, struct scan_result *result);

#endif
