/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_SLAB_NAME_H
#define LINUX_SLAB_NAME_H

#include "linux/kernel.h"

/*
 * Name of the slab cache that owns the page at kernel address @address; NULL, without a message, when it is
 * no slab page, or that cannot be told. Lives as long as the kernel. What was found of a page is remembered,
 * except in a live kernel: thousands of words may be asked for.
 */
const char *slab_cache_name(struct kernel *k, uint64_t address);

#endif
