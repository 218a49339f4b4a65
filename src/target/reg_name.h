/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers by the names that gdb and the kernel have for them. */
#ifndef TARGET_REG_NAME_H
#define TARGET_REG_NAME_H

#include "target/target.h"

/* The DWARF number of a register: gdb's name, struct pt_regs' name, or pc, sp, fp. False without a message.
 */
bool reg_number(const struct target *t, const char *name, unsigned *number);
/* The @i-th register of the target in gdb's order; NULL behind the last one. */
const char *reg_name_at(const struct target *t, size_t i, unsigned *number);

#endif
