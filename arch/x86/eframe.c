/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include "x86.h"

/* Bit 1 of EFLAGS is always set; bits 3, 5, 15 and those from 22 on never are (Intel SDM 1, 3.4.3). */
static bool good_flags(uint64_t flags)
{
	return (flags & 0x2) && !(flags & ~0x3f7fd7ULL);
}

/*
 * The kernel runs with the users' DS and ES and its own FS; all are saved. Xen lets kernels run in ring 1, so
 * the privilege level of the kernel's CS may not be 0.
 */
bool x86_plausible_regs(struct target *t, const uint64_t slots[64], bool *user)
{
	uint64_t eip = slots[X86_SLOT_EIP], cs = slots[X86_SLOT_CS];

	if (!good_flags(slots[X86_SLOT_EFLAGS]))
		return false;
	*user = (cs & 3) == 3;
	if (*user)
		return cs == USER_CS && slots[X86_SLOT_SS] == USER_DS && x86_is_user(t, eip) &&
		       x86_is_user(t, slots[X86_SLOT_ESP]);
	return (cs & ~3ULL) == KERNEL_CS && slots[X86_SLOT_DS] == USER_DS && slots[X86_SLOT_ES] == USER_DS &&
	       slots[X86_SLOT_FS] == KERNEL_PERCPU && symbols_is_text(t->symbols, eip);
}

bool x86_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t esp = slots[X86_SLOT_ESP];

	if (!x86_plausible_regs(t, slots, user))
		return false;
	if (*user)
		return true;
	/* The stacks for interrupts and exceptions hold frames whose stack pointer is on another one. */
	return stack->name ? !x86_is_user(t, esp) : esp >= stack->start && esp <= stack->end;
}
