/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks besides the task's: one per CPU for hard and soft interrupts each, and three for emergencies. */
#include "ppc64.h"

#include "base/error.h"

struct ppc64_stacks {
	uint64_t size, pt_regs;           /* of any stack; sizeof(struct pt_regs) */
	uint64_t hardirq, softirq;        /* addresses of arrays of pointers, 0: none */
	uint64_t pacas;                   /* of an array of pointers to struct paca_struct */
	uint64_t emergency, nmi, machine; /* members of it, and whether they exist */
	bool has_emergency, has_nmi, has_machine;
};

static uint64_t find_size(struct target *t)
{
	const struct type *type = type_find(t->types, TYPE_UNION, "thread_union");
	uint64_t size = type ? type_size(t->types, type) : 0;
	const struct symbol *symbol;

	/* THREAD_SHIFT is 14, and more with KASAN and 64K pages (asm/thread_info.h). */
	if (!size) {
		symbol = symbol_find(t->symbols, "init_thread_union");
		if (!symbol)
			symbol = symbol_find(t->symbols, "init_stack");
		size = symbol ? symbol->size : 0;
	}
	return size >= 1 << 12 && size <= 1 << 20 && !(size & (size - 1)) ? size : 1 << 14;
}

static bool member(struct target *t, const char *name, uint64_t *offset)
{
	uint64_t size;

	return target_member(t, TYPE_STRUCT, "paca_struct", name, offset, &size);
}

static struct ppc64_stacks *find_stacks(struct target *t)
{
	struct ppc64_data *d = t->arch_data;
	struct ppc64_stacks *s;
	const struct type *type;
	uint64_t pointer;

	if (!d || d->stacks)
		return d ? d->stacks : NULL;
	s = arena_new(t->arena, struct ppc64_stacks);
	s->size = find_size(t);
	type = type_find(t->types, TYPE_STRUCT, "pt_regs");
	s->pt_regs = type ? type_size(t->types, type) : 0;
	target_symbol(t, "hardirq_ctx", &s->hardirq);
	target_symbol(t, "softirq_ctx", &s->softirq);
	/* Pointers since d2e60075a3d4 (4.18); before, an array of structures. */
	if (target_variable(t, "paca_ptrs", 8, &pointer))
		s->pacas = pointer;
	s->has_emergency = member(t, "emergency_sp", &s->emergency);
	s->has_nmi = member(t, "nmi_emergency_sp", &s->nmi);
	s->has_machine = member(t, "mc_emergency_sp", &s->machine);
	fail_clear();
	return d->stacks = s;
}

static void put(struct stack *list, size_t max, size_t *n, uint64_t start, uint64_t size, const char *name)
{
	if (*n < max && start >= linear_map && start + size > start)
		list[(*n)++] = (struct stack){start, start + size, name};
}

size_t ppc64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct ppc64_stacks *s = find_stacks(t);
	uint64_t at, paca;
	size_t n = 0;

	if (!s)
		return 0;
	if (s->hardirq && target_read_word(t, s->hardirq + cpu * 8ULL, &at) == READ_OK)
		put(list, max, &n, at, s->size, "hard IRQ stack");
	if (s->softirq && target_read_word(t, s->softirq + cpu * 8ULL, &at) == READ_OK)
		put(list, max, &n, at, s->size, "soft IRQ stack");
	if (!s->pacas || target_read_word(t, s->pacas + cpu * 8ULL, &paca) != READ_OK)
		return n;
	/* These point at the top. */
	if (s->has_emergency && target_read_word(t, paca + s->emergency, &at) == READ_OK)
		put(list, max, &n, at - s->size, s->size, "emergency stack");
	if (s->has_nmi && target_read_word(t, paca + s->nmi, &at) == READ_OK)
		put(list, max, &n, at - s->size, s->size, "NMI emergency stack");
	if (s->has_machine && target_read_word(t, paca + s->machine, &at) == READ_OK)
		put(list, max, &n, at - s->size, s->size, "machine check emergency stack");
	return n;
}

uint64_t ppc64_pt_regs_size(struct target *t)
{
	const struct ppc64_stacks *s = find_stacks(t);

	return s && s->pt_regs >= PT_REGS_SIZE ? s->pt_regs : PT_REGS_SIZE;
}

uint64_t ppc64_user_regs(struct target *t, const struct stack *task_stack)
{
	return task_stack->end - ppc64_pt_regs_size(t);
}
