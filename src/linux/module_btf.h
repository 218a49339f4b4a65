/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_MODULE_BTF_H
#define LINUX_MODULE_BTF_H

#include "linux/kernel.h"

/*
 * Add the types that modules carry in the kernel's memory (split BTF,
 * 36e68442d1af, v5.11) to the graph, as one source that reads them when it is
 * first asked. Nothing happens where the kernel has none, or its own BTF is not there.
 */
void module_btf_add(struct kernel *k);

#endif
