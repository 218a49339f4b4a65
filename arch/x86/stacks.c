/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks of a CPU beside the tasks' own: for hard and for soft interrupts, for
 * double faults, and the small one that entry code starts on.
 */
#include "x86.h"

#include <stdio.h>

#include "base/error.h"

/* A per-CPU pointer to the lower end of a stack. */
struct pointer {
	bool there;
	uint64_t address;
};

struct x86_stacks {
	struct pointer hard, soft;
	uint64_t irq_size;
	/* The CPUs' entry areas lie one after the other. */
	uint64_t entry_areas, entry_area_size;
	bool has_fault, has_entry;
	uint64_t fault, fault_size, entry, entry_size; /* in an entry area */
	uint64_t padding;                              /* above the users' registers */
};

/*
 * hardirq_stack_ptr since 758a2e312228 (5.2), in pcpu_hot from 6.2 (d7b6d709a76a) to 6.14; hardirq_stack
 * since 3.15, and hardirq_ctx before.
 */
static void find_irq(struct target *t, struct pointer *p, const char *kind)
{
	static const char *const names[] = {"%sirq_stack_ptr", "%sirq_stack", "%sirq_ctx"};
	uint64_t offset, size;
	char name[32];

	for (size_t i = 0; i < sizeof names / sizeof *names && !p->there; i++) {
		const char *end = names[i] + 2;

		snprintf(name, sizeof name, "%s%s", kind, end);
		if (i == 0 && target_symbol(t, "pcpu_hot", &p->address) &&
		    target_member(t, TYPE_STRUCT, "pcpu_hot", name, &offset, &size)) {
			p->address += offset;
			p->there = true;
			return;
		}
		p->there = target_symbol(t, name, &p->address);
	}
}

/* arch/x86/include/asm/cpu_entry_area.h */
static void find_entry_areas(struct target *t, struct x86_stacks *s)
{
	const struct type *area = type_find(t->types, TYPE_STRUCT, "cpu_entry_area");
	uint64_t descriptor;

	s->entry_area_size = area ? type_size(t->types, area) : 0;
	/* struct desc_ptr: a limit of 16 bits, the address. The page before the areas maps the IDT. */
	if (!s->entry_area_size || !target_symbol(t, "idt_descr", &descriptor) ||
	    target_read_uint(t, descriptor + 2, 4, &s->entry_areas) != READ_OK)
		return;
	s->entry_areas += t->page_size;
	s->has_fault = target_member(t, TYPE_STRUCT, "cpu_entry_area", "doublefault_stack", &s->fault,
				     &s->fault_size);
	s->has_entry = target_member(t, TYPE_STRUCT, "cpu_entry_area", "entry_stack_page", &s->entry,
				     &s->entry_size);
}

static uint64_t thread_size(struct target *t)
{
	const struct type *thread = type_find(t->types, TYPE_UNION, "thread_union");
	uint64_t size = thread ? type_size(t->types, thread) : 0;

	return size >= 4096 && size <= 1 << 20 ? size : 8192;
}

static struct x86_stacks *find_stacks(struct target *t)
{
	struct x86_data *d = t->arch_data;
	struct x86_stacks *s;
	uint64_t symbol;

	if (!d)
		return NULL;
	if (d->stacks)
		return d->stacks;
	s = arena_new(t->arena, struct x86_stacks);
	find_irq(t, &s->hard, "hard");
	find_irq(t, &s->soft, "soft");
	s->irq_size = thread_size(t);
	find_entry_areas(t, s);
	/* TOP_OF_KERNEL_STACK_PADDING (arch/x86/include/asm/thread_info.h): more with CONFIG_VM86. */
	s->padding = target_symbol(t, "save_v86_state", &symbol) ? 16 : 8;
	fail_clear();
	return d->stacks = s;
}

static void put(struct stack *list, size_t max, size_t *n, uint64_t start, uint64_t size, const char *name)
{
	if (*n < max && start && size && start + size > start)
		list[(*n)++] = (struct stack){start, start + size, name};
}

static void put_pointed(struct target *t, unsigned cpu, const struct pointer *p, struct stack *list,
			size_t max, size_t *n, uint64_t size, const char *name)
{
	uint64_t where, start;

	if (p->there && target_percpu(t, cpu, p->address, &where) &&
	    target_read_word(t, where, &start) == READ_OK)
		put(list, max, n, start, size, name);
}

size_t x86_list_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct x86_stacks *s = find_stacks(t);
	uint64_t area;
	size_t n = 0;

	if (!s)
		return 0;
	put_pointed(t, cpu, &s->hard, list, max, &n, s->irq_size, "hard IRQ");
	put_pointed(t, cpu, &s->soft, list, max, &n, s->irq_size, "soft IRQ");
	area = s->entry_areas + cpu * s->entry_area_size;
	if (s->has_fault)
		put(list, max, &n, area + s->fault, s->fault_size, "double fault stack");
	if (s->has_entry)
		put(list, max, &n, area + s->entry, s->entry_size, "entry trampoline stack");
	fail_clear();
	return n;
}

uint64_t x86_user_regs(struct target *t, const struct stack *task_stack)
{
	const struct x86_stacks *s = find_stacks(t);

	return task_stack->end - (s ? s->padding : 8) - x86_pt_regs.size;
}

/*
 * arch/x86/kernel/irq_32.c, call_on_stack() and execute_on_irq_stack(): %ebx keeps the old stack pointer,
 * which was written to the lower end of the new stack, there or in the caller. Tables know nothing of that;
 * with frame pointers they need not.
 */
bool x86_sp_before(struct target *t, const struct stack *stack, const struct regs *r, uint64_t *sp)
{
	enum { FRAME_MOST = 64 };
	uint64_t noted;

	if (!stack->name || !regs_known(r, X86_EBX) || target_read_word(t, stack->start, &noted) != READ_OK ||
	    r->value[X86_EBX] > noted || noted - r->value[X86_EBX] > FRAME_MOST)
		return false;
	*sp = r->value[X86_EBX];
	return true;
}
