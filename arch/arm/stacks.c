/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks of a CPU beside the tasks' own: for interrupts, and the one to die on after an overflow. */
#include "arm.h"

#include "base/error.h"

/* arch/arm/include/asm/thread_info.h: OVERFLOW_STACK_SIZE, and what is left free at a task stack's top. */
enum { OVERFLOW_SIZE = 4096, STACK_TOP_FREE = 8 };

struct arm_stacks {
	uint64_t irq, overflow; /* per-CPU pointers to the top; 0: none */
	uint64_t thread_size;
};

static struct arm_stacks *find_stacks(struct target *t)
{
	struct arm_data *d = t->arch_data;
	const struct type *thread = type_find(t->types, TYPE_UNION, "thread_union");
	struct arm_stacks *s;

	if (!d)
		return NULL;
	if (d->stacks)
		return d->stacks;
	s = arena_new(t->arena, struct arm_stacks);
	s->thread_size = thread ? type_size(t->types, thread) : 0;
	if (s->thread_size < 4096 || s->thread_size > 1 << 17)
		s->thread_size = 8192; /* 16384 with KASAN */
	/* d4664b6c987f (IRQ stacks) and a1c510d0adc6 (overflow stacks), both 5.18 */
	target_symbol(t, "irq_stack_ptr", &s->irq);
	target_symbol(t, "overflow_stack_ptr", &s->overflow);
	return d->stacks = s;
}

static void put(struct target *t, unsigned cpu, uint64_t pointer, uint64_t size, const char *name,
		struct stack *list, size_t max, size_t *n)
{
	uint64_t where, top;

	if (*n < max && pointer && target_percpu(t, cpu, pointer, &where) &&
	    target_read_word(t, where, &top) == READ_OK && top > size)
		list[(*n)++] = (struct stack){top - size, top, name};
}

size_t arm_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct arm_stacks *s = find_stacks(t);
	size_t n = 0;

	if (!s)
		return 0;
	put(t, cpu, s->irq, s->thread_size, "IRQ stack", list, max, &n);
	put(t, cpu, s->overflow, OVERFLOW_SIZE, "Overflow stack", list, max, &n);
	fail_clear();
	return n;
}

uint64_t arm_user_regs(struct target *t, const struct stack *task_stack)
{
	(void)t;
	return task_stack->end - STACK_TOP_FREE - arm_pt_regs.size;
}
