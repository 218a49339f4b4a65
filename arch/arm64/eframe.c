/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include "arm64.h"

/* Places in arm64_pt_regs. */
enum { SLOT_FP = 29, SLOT_LR, SLOT_SP, SLOT_PC, SLOT_PSTATE };

enum {
	PSTATE_DAIF = 0x3c0, /* never set in user mode; the upper three in 32-bit code */
	PSTATE_E = 0x200,    /* big-endian data, of 32-bit code */
	/* SPSR_EL1 from AArch64: NZCV, TCO, DIT, UAO, PAN, SS, IL, ALLINT, SSBS, BTYPE, DAIF, M. */
	PSTATE_DEFINED = 0xf3f03fdf,
	LOWEST_USER = 0x1000, /* nothing runs in the first page */
};

static bool is_user_frame(const struct target *t, const uint64_t slots[64])
{
	uint64_t sp = slots[SLOT_SP], pc = slots[SLOT_PC], pstate = slots[SLOT_PSTATE];
	bool narrow = pstate & PSTATE_AARCH32;

	/* pc is aligned; no address of the kernel's half gets out to users. */
	if (pc < LOWEST_USER || (pc & (narrow ? 1 : 3)) || !arm64_is_user(t, pc) ||
	    slots[SLOT_FP] >> 55 & 1 || slots[SLOT_LR] >> 55 & 1)
		return false;
	if (narrow)
		return !(pstate & (PSTATE_DAIF & ~PSTATE_E)) && !(pc >> 32);
	return !(pstate & (PSTATE_DAIF | ~(uint64_t)PSTATE_DEFINED)) && sp >= LOWEST_USER &&
	       arm64_is_user(t, sp);
}

/* Modes of PSTATE: EL1h, EL2h of a kernel that runs there (VHE). With SP_EL0 as its stack (EL1t) none runs.
 */
static bool is_kernel_mode(uint64_t mode)
{
	return mode == 5 || mode == 9;
}

/* Only 32-bit code has one. */
const char *arm64_eframe_title(const uint64_t slots[64])
{
	bool narrow = (slots[SLOT_PSTATE] & (PSTATE_AARCH32 | PSTATE_EL_MASK)) == PSTATE_AARCH32;

	return narrow ? "AArch32" : NULL;
}

bool arm64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t sp = slots[SLOT_SP], pc = slots[SLOT_PC], pstate = slots[SLOT_PSTATE];
	uint64_t mode = pstate & (PSTATE_AARCH32 | PSTATE_EL_MASK);

	/* Bits above the low word are of extensions that Linux's kernel does not run with. */
	if (pstate >> 32)
		return false;
	*user = (mode & PSTATE_EL_MASK) == 0;
	/* Entry from user mode is on the task's own stack. */
	if (*user)
		return !stack->name && is_user_frame(t, slots);
	/* An interrupt's stack holds frames whose stack pointer is on another one. */
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return is_kernel_mode(mode) && !(sp & 15) && !arm64_is_user(t, sp) && symbols_is_text(t->symbols, pc);
}
