/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to the room: where a target's types come from. */
#ifndef TARGET_SOURCES_H
#define TARGET_SOURCES_H

#include "target/target.h"

/*
 * BTF of the vmlinux, else of the kernel's memory; then DWARF, which is opened
 * when something is asked that BTF does not have. Never fails: there may be none.
 */
void target_add_type_sources(struct target *t);

#endif
