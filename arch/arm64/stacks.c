/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks of a CPU beside the tasks' own: for interrupts, for a stack that overflowed, for events of the
 * firmware (SDEI), and the one that EFI's run-time services are called on.
 */
#include "arm64.h"

#include "base/error.h"

struct arm64_stacks {
	uint64_t thread_size;
	bool has[5];
	uint64_t symbol[5], size[5];
};

/* By a per-CPU pointer to the lowest address, or inside the per-CPU object, or by one pointer for all CPUs.
 */
enum where { BY_POINTER, INSIDE, SHARED_TOP };

static const struct kind {
	const char *symbol, *name;
	enum where where;
	uint64_t size; /* 0: that of a task's stack */
} kinds[] = {
	/* arch/arm64/kernel/irq.c since 4.14 */
	{"irq_stack_ptr", "IRQ stack", BY_POINTER, 0},
	/* arch/arm64/kernel/traps.c, OVERFLOW_STACK_SIZE */
	{"overflow_stack", "Overflow stack", INSIDE, 4096},
	/* arch/arm64/kernel/sdei.c */
	{"sdei_stack_normal_ptr", "SDEI normal stack", BY_POINTER, 0},
	{"sdei_stack_critical_ptr", "SDEI critical stack", BY_POINTER, 0},
	/* arch/arm64/kernel/efi.c, since ff7a167961d1 (6.2) */
	{"efi_rt_stack_top", "EFI stack", SHARED_TOP, 0},
};

enum { N_KINDS = sizeof kinds / sizeof *kinds };

static uint64_t find_thread_size(struct target *t)
{
	static const char *const ends[][2] = {
		{"__start_init_stack", "__end_init_stack"}, /* since 6.10 */
		{"__start_init_task", "__end_init_task"},
	};
	const struct type *type = type_find(t->types, TYPE_UNION, "thread_union");
	uint64_t size = type ? type_size(t->types, type) : 0, start, end;

	for (size_t i = 0; i < 2 && !size; i++) {
		if (target_symbol(t, ends[i][0], &start) && target_symbol(t, ends[i][1], &end) && end > start)
			size = end - start;
	}
	/* THREAD_SHIFT of arch/arm64/include/asm/memory.h: 14, or that of a page; 15 with KASAN */
	if (size < 16384 || size > 1 << 18 || (size & (size - 1)))
		size = t->page_size > 16384 ? t->page_size : 16384;
	return size;
}

static const struct arm64_stacks *find_stacks(struct target *t)
{
	struct arm64_data *d = t->arch_data;
	struct arm64_stacks *s;

	if (!d || d->stacks)
		return d ? d->stacks : NULL;
	s = arena_new(t->arena, struct arm64_stacks);
	s->thread_size = find_thread_size(t);
	for (size_t i = 0; i < N_KINDS; i++) {
		s->has[i] = target_symbol(t, kinds[i].symbol, &s->symbol[i]);
		s->size[i] = kinds[i].size ? kinds[i].size : s->thread_size;
	}
	fail_clear();
	return d->stacks = s;
}

static bool start_of(struct target *t, unsigned cpu, const struct kind *kind, uint64_t symbol, uint64_t size,
		     uint64_t *start)
{
	if (kind->where != SHARED_TOP && !target_percpu(t, cpu, symbol, &symbol))
		return false;
	*start = symbol;
	if (kind->where == INSIDE)
		return true;
	if (target_read_word(t, symbol, start) != READ_OK || !*start)
		return false;
	*start = arm64_untag(t, *start) - (kind->where == SHARED_TOP ? size : 0);
	return true;
}

size_t arm64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct arm64_stacks *s = find_stacks(t);
	uint64_t start;
	size_t n = 0;

	for (size_t i = 0; s && i < N_KINDS && n < max; i++) {
		if (s->has[i] && start_of(t, cpu, &kinds[i], s->symbol[i], s->size[i], &start))
			list[n++] = (struct stack){start, start + s->size[i], kinds[i].name};
	}
	fail_clear();
	return n;
}
