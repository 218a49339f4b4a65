/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where no CFI knows the pc: the kernel's own tables, then frame pointers. */
#include "arm.h"

#include <string.h>

/* Nothing was done yet: the caller's stack pointer, and the return address in lr. */
static void at_entry(struct unwind_row *row)
{
	memset(row, 0, sizeof *row);
	row->kind = FRAME_CALL;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = ARM_SP};
	row->return_reg = ARM_LR;
	row->n_regs = ARM_PC;
	for (unsigned n = 0; n < ARM_PC; n++)
		row->regs[n].kind = RULE_ABI;
	row->origin = "function entry";
}

bool arm_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t pc = r->value[ARM_PC], start;

	if (arm_exidx_row(t, r->pc_is_return ? pc - 1 : pc, row, &start) == EXIDX_UNWINDS) {
		if (!r->pc_is_return && pc == start)
			at_entry(row);
		return true;
	}
	return false;
}
