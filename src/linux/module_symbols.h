/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbols and unwind tables that a loaded module carries in the kernel's memory. */
#ifndef LINUX_MODULE_SYMBOLS_H
#define LINUX_MODULE_SYMBOLS_H

#include "linux/module.h"

/*
 * Add the module's symbols (its kallsyms in memory) and unwind tables to the
 * target. A module whose symbols cannot be read is added with its areas alone,
 * so that its addresses are known to be its own.
 */
void module_symbols_add(struct kernel *k, struct module *m);

#endif
