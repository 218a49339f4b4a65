/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames as they look in a stack that nobody has unwound. */
#include "s390x.h"

/* Places in s390x_pt_regs. */
enum { SLOT_MASK = 0, SLOT_ADDR, SLOT_R15 = 17 };

/* The fields of a PSW mask that programs may see set (asm/ptrace.h): the others are always zero. */
#define PSW_FIELDS   0x47f7ff8180000000ULL
#define PSW_AMODE_64 0x0000000180000000ULL
#define PSW_DAT      0x0400000000000000ULL
#define PSW_IO_EXT   0x0300000000000000ULL
/* What four levels of tables translate; Linux uses the fifth for nobody but those who ask for it. */
#define LAST_ADDRESS ((1ULL << 53) - 1)

bool s390x_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t mask = slots[SLOT_MASK], sp = slots[SLOT_R15];

	if (mask & ~PSW_FIELDS || slots[SLOT_ADDR] & 1 || sp & 7 || sp > LAST_ADDRESS)
		return false;
	*user = mask & PSW_PROBLEM_STATE;
	/* User mode is always translated and open to interrupts. */
	if (*user)
		return (mask & (PSW_DAT | PSW_IO_EXT)) == (PSW_DAT | PSW_IO_EXT) && slots[SLOT_ADDR] &&
		       slots[SLOT_ADDR] <= LAST_ADDRESS && sp;
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return (mask & (PSW_AMODE_64 | PSW_DAT)) == (PSW_AMODE_64 | PSW_DAT) &&
	       symbols_is_text(t->symbols, slots[SLOT_ADDR]);
}
