/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maple tree (include/linux/maple_tree.h, 54a611b60590, v6.1): ranges of indices to entries. */
#ifndef LINUX_MAPLE_H
#define LINUX_MAPLE_H

#include "linux/kernel.h"

/* The entry whose range holds @index in the tree at @tree; 0 when there is none. False with a message. */
bool maple_find(struct target *t, uint64_t tree, uint64_t index, uint64_t *entry);

#endif
