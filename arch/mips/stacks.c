/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks of a CPU beside the tasks' own, and register frames by their looks. */
#include "mips.h"

#include "base/error.h"

enum { THREAD_SIZE_MAX = 1 << 20, TOP_GAP = 32 };

static uint64_t thread_size(struct target *t)
{
	const struct type *thread = type_find(t->types, TYPE_UNION, "thread_union");
	uint64_t size = thread ? type_size(t->types, thread) : 0;

	fail_clear();
	if (size >= 4096 && size <= THREAD_SIZE_MAX && (size & (size - 1)) == 0)
		return size;
	/* THREAD_SIZE_ORDER: 8 KB with pages of 4 KB and 32 bits, 16 KB with 64; else one page. */
	return t->page_size > 4096 ? t->page_size : t->word_size == 8 ? 16384 : 8192;
}

/* void *irq_stack[NR_CPUS], each of THREAD_SIZE (arch/mips/kernel/irq.c, 4.11). */
size_t mips_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct symbol *array = symbol_find(t->symbols, "irq_stack");
	uint64_t at;

	if (!max || !array || (array->size && cpu >= array->size / t->word_size) ||
	    target_read_word(t, array->address + (uint64_t)cpu * t->word_size, &at) != READ_OK || !at)
		return 0;
	list[0] = (struct stack){at, at + thread_size(t), "IRQ stack"};
	return 1;
}

/* arch/mips/include/asm/processor.h, __KSTK_TOS(): 32 bytes stay free above the registers. */
uint64_t mips_user_regs(struct target *t, const struct stack *task_stack)
{
	const struct type *type = type_find(t->types, TYPE_STRUCT, "pt_regs");
	uint64_t size = type ? type_size(t->types, type) : 0;

	fail_clear();
	if (size < t->arch->pt_regs->size || size > 1024)
		size = t->arch->pt_regs->size;
	return task_stack->end - TOP_GAP - size;
}

/* Places in the layouts of pt_regs. */
enum { SLOT_SP = 29, SLOT_STATUS = 32, SLOT_CAUSE = 36, SLOT_EPC = 37 };

/*
 * Entry code stores Status as the exception left it: Status.EXL, bit 1, is set. $0 is stored as a zero. Bits
 * 22:16 of Cause hold nothing but 0 in releases 1 to 5 (MIPS32 PRA, 9.37), bits 31:23 and 15:2 do, and 1:0
 * are 0.
 */
bool mips_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t status = slots[SLOT_STATUS], epc = slots[SLOT_EPC], sp = slots[SLOT_SP];

	if (slots[0] || !(status & 2) || status >> 32 || (slots[SLOT_CAUSE] & 0x3) ||
	    slots[SLOT_CAUSE] >> 32 > 0)
		return false;
	*user = (status & 0x18) == 0x10;
	if (*user)
		return mips_is_user(t, epc) && mips_is_user(t, sp) && !(epc & 3);
	if ((status & 0x18) || (sp & (t->word_size - 1U)))
		return false;
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return !(epc & 3) && symbols_is_text(t->symbols, epc);
}
