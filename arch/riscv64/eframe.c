/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include "riscv64.h"

/* Places in riscv64_pt_regs. */
enum { SLOT_EPC = 0, SLOT_RA, SLOT_SP, SLOT_STATUS = 32, SLOT_BADADDR, SLOT_CAUSE };

enum {
	STATUS_SPIE = 1 << 5, /* interrupts were on: in user mode they always are */
	STATUS_SPP = 1 << 8,
	CAUSE_USER_CALL = 8,
	CAUSES = 64, /* privileged architecture, table of scause: those above are for custom use */
};

/*
 * sstatus (privileged architecture, "Supervisor Status Register"): bits that are always zero, and UXL, which
 * says that user mode has 64 bits.
 */
static bool good_status(uint64_t status)
{
	const uint64_t fields = 1ULL << 63 | 3ULL << 32 | 0x018de762;

	return !(status & ~fields) && (status >> 32 & 3) == 2;
}

bool riscv64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t sp = slots[SLOT_SP], epc = slots[SLOT_EPC], cause = slots[SLOT_CAUSE];

	if (!good_status(slots[SLOT_STATUS]) || (cause & ~(1ULL << 63)) >= CAUSES || epc & 1)
		return false;
	*user = !(slots[SLOT_STATUS] & STATUS_SPP);
	if (*user)
		return slots[SLOT_STATUS] & STATUS_SPIE && epc && sp && riscv64_is_user(t, epc) &&
		       riscv64_is_user(t, sp);
	/* The registers of a stack that overflowed are on another one. */
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return cause != CAUSE_USER_CALL && !(sp & 15) && !riscv64_is_user(t, sp) &&
	       symbols_is_text(t->symbols, epc);
}
