/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include "x86_64.h"

/* Places in x86_64_pt_regs. */
enum { SLOT_RIP = 16, SLOT_CS, SLOT_RFLAGS, SLOT_RSP, SLOT_SS };

/* Bit 1 of RFLAGS is always set; bits 3, 5, 15 and those from 22 on never are (Intel SDM 1, 3.4.3). */
static bool good_flags(uint64_t flags)
{
	return (flags & 0x2) && !(flags & ~0x3f7fd7ULL);
}

/*
 * arch/x86/include/asm/segment.h: kernel code is selector 0x10; in kernel mode
 * SS is 0x18, or 0 when the exception came from a null SS. User code is 0x33,
 * compatibility mode 0x23; user data is 0x2b.
 */
bool x86_64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t rip = slots[SLOT_RIP], rsp = slots[SLOT_RSP], cs = slots[SLOT_CS], ss = slots[SLOT_SS];

	if (!good_flags(slots[SLOT_RFLAGS]))
		return false;
	*user = (cs & 3) == 3;
	if (*user)
		return (cs == 0x33 || cs == 0x23) && ss == 0x2b && x86_64_is_user(t, rip) &&
		       x86_64_is_user(t, rsp);
	/* An exception stack holds frames whose stack pointer is on another one. */
	if (!stack->name && (rsp < stack->start || rsp > stack->end))
		return false;
	return cs == 0x10 && (ss == 0x18 || ss == 0) && !(rsp & 7) && !x86_64_is_user(t, rsp) &&
	       symbols_is_text(t->symbols, rip);
}
