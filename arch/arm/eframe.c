/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include <stdio.h>

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
	/* nothing is masked in user mode */
	if (*user)
		return !(psr & (PSR_ABORT_OFF | PSR_IRQ_OFF | PSR_FIQ_OFF)) && pc && arm_is_user(t, pc) &&
		       sp && arm_is_user(t, sp) && !(sp & 3) && !(pc & (psr & PSR_THUMB ? 1 : 3));
	/* The overflow stack holds frames whose stack pointer is on another one. */
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return (psr & PSR_MODE) == PSR_SVC && !(sp & 3) && !arm_is_user(t, sp) &&
	       symbols_is_text(t->symbols, pc);
}

/* The status register in words, as crash and the kernel's __show_regs() (arch/arm/kernel/process.c) show it.
 */
const char *arm_eframe_title(const uint64_t slots[64])
{
	static const char *const modes[32] = {
		[0x00] = "USER_26", [0x01] = "FIQ_26", [0x02] = "IRQ_26", [0x03] = "SVC_26",
		[0x10] = "USER_32", [0x11] = "FIQ_32", [0x12] = "IRQ_32", [0x13] = "SVC_32",
		[0x16] = "MON_32",  [0x17] = "ABT_32", [0x1a] = "HYP_32", [0x1b] = "UND_32",
		[0x1f] = "SYS_32",
	};
	static const char *const sets[4] = {"ARM", "Thumb", "Jazelle", "ThumbEE"};
	static _Thread_local char text[80];
	uint64_t psr = slots[SLOT_PSR];
	const char *mode = modes[psr & PSR_MODE];

	snprintf(text, sizeof text, "%c%c%c%c  IRQs %s  FIQs %s  Mode %s  ISA %s", psr >> 31 & 1 ? 'N' : 'n',
		 psr >> 30 & 1 ? 'Z' : 'z', psr >> 29 & 1 ? 'C' : 'c', psr >> 28 & 1 ? 'V' : 'v',
		 psr & PSR_IRQ_OFF ? "off" : "on", psr & PSR_FIQ_OFF ? "off" : "on", mode ? mode : "unknown",
		 sets[(psr & PSR_JAZELLE ? 2 : 0) | (psr & PSR_THUMB ? 1 : 0)]);
	return text;
}
