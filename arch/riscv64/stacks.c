/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks of a CPU beside the tasks' own: for interrupts, and for a task stack that overflowed. */
#include "base/error.h"
#include "riscv64.h"

enum { OVERFLOW_STACK_SIZE = 4096 }; /* asm/thread_info.h */

struct riscv64_stacks {
	bool has_irq, has_overflow;
	uint64_t irq_pointer, irq_size; /* a per-CPU pointer to the lowest address (6.5) */
	uint64_t overflow;              /* a per-CPU array (5.14, with VMAP_STACK) */
};

static struct riscv64_stacks *find_stacks(struct target *t)
{
	struct riscv64_data *d = t->arch_data;
	const struct type *thread;
	struct riscv64_stacks *s;

	if (!d)
		return NULL;
	if (d->stacks)
		return d->stacks;
	s = arena_new(t->arena, struct riscv64_stacks);
	s->has_irq = target_symbol(t, "irq_stack_ptr", &s->irq_pointer);
	s->has_overflow = target_symbol(t, "overflow_stack", &s->overflow);
	/* IRQ_STACK_SIZE is THREAD_SIZE. */
	thread = type_find(t->types, TYPE_UNION, "thread_union");
	s->irq_size = thread ? type_size(t->types, thread) : 0;
	if (s->irq_size < 4096 || s->irq_size > 1 << 20)
		s->irq_size = 16384;
	fail_clear();
	return d->stacks = s;
}

size_t riscv64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct riscv64_stacks *s = find_stacks(t);
	uint64_t where, start;
	size_t n = 0;

	if (!s)
		return 0;
	if (s->has_irq && n < max && target_percpu(t, cpu, s->irq_pointer, &where) &&
	    target_read_word(t, where, &start) == READ_OK && start && start + s->irq_size > start)
		list[n++] = (struct stack){start, start + s->irq_size, "IRQ stack"};
	if (s->has_overflow && n < max && target_percpu(t, cpu, s->overflow, &where))
		list[n++] = (struct stack){where, where + OVERFLOW_STACK_SIZE, "overflow stack"};
	fail_clear();
	return n;
}

/* task_pt_regs() (asm/processor.h): the size of struct pt_regs, rounded up to 16 bytes, below the end. */
uint64_t riscv64_user_regs(struct target *t, const struct stack *task_stack)
{
	(void)t;
	return task_stack->end - ((riscv64_pt_regs.size + 15U) & ~15U);
}
