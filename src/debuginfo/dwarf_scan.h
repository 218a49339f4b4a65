/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All names of the top level of DWARF, read on all processors. Inside this room only. */
#ifndef DEBUGINFO_DWARF_SCAN_H
#define DEBUGINFO_DWARF_SCAN_H

#include "base/vec.h"
#include "debuginfo/dwarf_private.h"
#include "debuginfo/index_image.h"

struct scan_result {
	struct arena arena;
	struct arena names[64];       /* of each worker: names that do not lie in .debug_str */
	VEC(struct index_item) items; /* in no order; several of one name and kind */
	VEC(uint64_t) units;          /* offsets of their headers, in no order */
};

/* Other names lie in the file. */
void dwarf_scan(struct dwarf *d, struct scan_result *result);
void dwarf_scan_free(struct scan_result *result);

#endif
