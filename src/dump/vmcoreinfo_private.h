/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DUMP_VMCOREINFO_PRIVATE_H
#define DUMP_VMCOREINFO_PRIVATE_H

#include "dump/vmcoreinfo.h"

struct vmcoreinfo *vmcoreinfo_make(struct arena *a, const char *text, bool scanned, enum byte_order order);

#endif
