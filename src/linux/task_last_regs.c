/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where nobody saved the registers of a CPU, as in bare memory: the task that it
 * ran has the registers of its exceptions on its stack. The innermost of them,
 * from which the stack unwinds to its very end, is where the task was last seen;
 * a dying kernel still takes interrupts while it waits in panic().
 */
#include <stdlib.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "linux/task.h"
#include "target/arch.h"

enum { STACK_MOST = 1 << 20, MOST_TRIES = 64 };

/* What an older, deeper call left behind leads into frames that were overwritten: not all are behind calls.
 */
static bool is_whole(struct target *t, const struct trace *trace)
{
	if (trace->n < 2 || (trace->end != UNWIND_USER && trace->end != UNWIND_KTHREAD))
		return false;
	for (size_t i = 0; i < trace->n; i++) {
		const struct frame *f = &trace->frames[i];

		if (!f->reliable ||
		    (i > 0 && !f->exact_pc && t->arch->is_call && !t->arch->is_call(t, f->pc, 0)))
			return false;
	}
	return true;
}

bool task_last_regs(struct target *t, const struct stack *stack, unsigned cpu, struct arena *a,
		    struct regs *r, const char **from)
{
	const struct reg_layout *layout = t->arch->pt_regs;
	size_t size = (size_t)(stack->end - stack->start);
	unsigned tries = 0;
	uint8_t *bytes;
	bool found = false;

	if (!t->arch->is_eframe || !layout || stack->end < stack->start || size > STACK_MOST ||
	    size < layout->size)
		return false;
	bytes = xcalloc(1, size);
	target_read_some(t, NULL, stack->start, bytes, size, NULL);
	for (size_t at = 0; at + layout->size <= size && tries < MOST_TRIES && !interrupted() && !found;
	     at += t->word_size) {
		uint64_t slots[EFRAME_MAX_SLOTS];
		struct trace trace;
		bool user;

		*r = (struct regs){0};
		regs_from_layout(layout, bytes + at, t->order, r, slots);
		if (!t->arch->is_eframe(t, stack, slots, &user) || user ||
		    target_pt_regs(t, stack->start + at, r, slots) != READ_OK)
			continue;
		tries++;
		unwind(t, r, stack, cpu, a, &trace);
		found = is_whole(t, &trace);
		if (found)
			*from = arena_printf(a, "the innermost exception frame on its stack, at 0x%llx",
					     (unsigned long long)(stack->start + at));
	}
	free(bytes);
	return found;
}
