/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include "arm64.h"

/* Places in arm64_pt_regs. */
enum { SLOT_SP = 31, SLOT_PC, SLOT_PSTATE };

/* Modes of PSTATE: EL1t and EL1h, EL2t and EL2h of a kernel that runs there (VHE). */
static bool is_kernel_mode(uint64_t mode)
{
	return mode == 4 || mode == 5 || mode == 8 || mode == 9;
}

bool arm64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t sp = slots[SLOT_SP], pc = slots[SLOT_PC], pstate = slots[SLOT_PSTATE];
	uint64_t mode = pstate & (PSTATE_AARCH32 | PSTATE_EL_MASK);

	/* Bits above the low word are of extensions that Linux's kernel does not run with. */
	if (pstate >> 32)
		return false;
	*user = (mode & PSTATE_EL_MASK) == 0;
	if (*user)
		return pc && sp && !(pc & (mode ? 1 : 3)) && arm64_is_user(t, pc) && arm64_is_user(t, sp);
	/* An interrupt's stack holds frames whose stack pointer is on another one. */
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return is_kernel_mode(mode) && !(sp & 15) && !arm64_is_user(t, sp) && symbols_is_text(t->symbols, pc);
}
