/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_SLAB_NAME_H
#define LINUX_SLAB_NAME_H

#include "linux/kernel.h"

/*
 * Name of the slab cache that owns the page at kernel address @address, in the
 * arena or older; NULL when it is no slab page, or that cannot be told.
 */
const char *slab_cache_name(struct kernel *k, struct arena *a, uint64_t address);

#endif
