/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include "arm.h"

/* Places in arm_pt_regs. */
enum { SLOT_SP = 13, SLOT_PC = 15, SLOT_PSR = 16 };

/* Bits 20 to 23 of the status register are reserved (ARM ARM, B1.3.3), and Linux sets J (bit 24) never. */
static bool good_psr(uint64_t psr)
{
	return (psr & 0x01f00000) == 0;
}

bool arm_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t pc = slots[SLOT_PC], sp = slots[SLOT_SP], psr = slots[SLOT_PSR];

	if (!good_psr(psr))
		return false;
	*user = (psr & PSR_MODE) == PSR_USR;
	if (*user)
		return !(psr & PSR_IRQ_OFF) && arm_is_user(t, pc) && arm_is_user(t, sp) && pc && !(sp & 3);
	/* The overflow stack holds frames whose stack pointer is on another one. */
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return (psr & PSR_MODE) == PSR_SVC && !(sp & 3) && !arm_is_user(t, sp) &&
	       symbols_is_text(t->symbols, pc);
}
