/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks of a CPU beside the tasks' own: for hardware interrupts, for exceptions
 * by the interrupt stack table, and the small one that entry code starts on.
 */
#include "x86_64.h"

#include "base/error.h"

/* A stack inside a per-CPU structure that some pointer or symbol leads to. */
struct inside {
	const char *name;
	uint64_t offset, size;
};

struct x86_64_stacks {
	enum {
		IRQ_NONE,
		IRQ_POINTER, /* a per-CPU pointer to its top */
		IRQ_INSIDE,  /* the stack itself is a per-CPU object */
	} irq;
	uint64_t irq_symbol, irq_offset, irq_size;
	bool has_cea; /* cea_exception_stacks, a per-CPU pointer */
	uint64_t cea_symbol;
	struct inside exception[8];
	size_t n_exception;
	bool has_entry;
	int64_t entry_offset; /* from the exception stacks, may be negative */
	uint64_t entry_size;
	bool has_ist; /* orig_ist, per-CPU: the tops */
	uint64_t ist_symbol;
	uint64_t fred_padding;
};

static void find_irq(struct target *t, struct x86_64_stacks *s)
{
	uint64_t size;
	const struct type *stack = type_find(t->types, TYPE_STRUCT, "irq_stack");

	s->irq_size = stack ? type_size(t->types, stack) : 0;
	if (s->irq_size < 4096 || s->irq_size > 1 << 20)
		s->irq_size = 16384; /* IRQ_STACK_SIZE without KASAN */
	/* d7b6d709a76a (6.2) moved the pointer into pcpu_hot, c6a0918072ea (6.15) out of it again. */
	if (target_symbol(t, "pcpu_hot", &s->irq_symbol) &&
	    target_member(t, TYPE_STRUCT, "pcpu_hot", "hardirq_stack_ptr", &s->irq_offset, &size)) {
		s->irq = IRQ_POINTER;
	} else if (target_symbol(t, "hardirq_stack_ptr", &s->irq_symbol)) { /* 758a2e312228 (5.2) */
		s->irq = IRQ_POINTER;
		s->irq_offset = 0;
	} else if (target_symbol(t, "irq_stack_union", &s->irq_symbol)) { /* 947e76cdc34c (2.6.30) to 5.1 */
		s->irq = IRQ_INSIDE;
	}
}

static void find_exception(struct target *t, struct x86_64_stacks *s)
{
	/* arch/x86/include/asm/cpu_entry_area.h, since 019b17b3ffe4 (5.2). */
	static const struct {
		const char *member, *name;
	} members[] = {
		{"DF_stack", "DOUBLEFAULT exception stack"}, {"NMI_stack", "NMI exception stack"},
		{"DB2_stack", "DEBUG exception stack"},      {"DB1_stack", "DEBUG exception stack"},
		{"DB_stack", "DEBUG exception stack"},       {"MCE_stack", "MCE exception stack"},
		{"VC_stack", "VC exception stack"},          {"VC2_stack", "VC exception stack"},
	};
	uint64_t estacks, entry, size;

	if (!target_symbol(t, "cea_exception_stacks", &s->cea_symbol)) {
		s->has_ist = target_symbol(t, "orig_ist", &s->ist_symbol);
		return;
	}
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		struct inside *in = &s->exception[s->n_exception];

		if (target_member(t, TYPE_STRUCT, "cea_exception_stacks", members[i].member, &in->offset,
				  &in->size) &&
		    in->size > 0) {
			in->name = members[i].name;
			s->n_exception++;
		}
	}
	s->has_cea = s->n_exception > 0;
	/* The exception stacks are a part of the CPU's entry area, and the entry stack another. */
	if (target_member(t, TYPE_STRUCT, "cpu_entry_area", "estacks", &estacks, &size) &&
	    target_member(t, TYPE_STRUCT, "cpu_entry_area", "entry_stack_page", &entry, &s->entry_size)) {
		s->has_entry = true;
		s->entry_offset = (int64_t)(entry - estacks);
	}
}

static struct x86_64_stacks *find_stacks(struct target *t)
{
	struct x86_64_data *d = t->arch_data;
	struct x86_64_stacks *s;
	uint64_t symbol;

	if (!d)
		return NULL;
	if (d->stacks)
		return d->stacks;
	s = arena_new(t->arena, struct x86_64_stacks);
	find_irq(t, s);
	find_exception(t, s);
	/* Two words above the frame that FRED pushes: TOP_OF_KERNEL_STACK_PADDING since 65c9cc9e2c14 (6.9).
	 */
	if (target_symbol(t, "asm_fred_entrypoint_user", &symbol))
		s->fred_padding = 16;
	fail_clear();
	return d->stacks = s;
}

static bool percpu_word(struct target *t, unsigned cpu, uint64_t symbol, uint64_t *value)
{
	uint64_t where;

	return target_percpu(t, cpu, symbol, &where) && target_read_word(t, where, value) == READ_OK;
}

static void put(struct stack *list, size_t max, size_t *n, uint64_t start, uint64_t size, const char *name)
{
	if (*n < max && start && start + size > start)
		list[(*n)++] = (struct stack){start, start + size, name};
}

static size_t irq_stack(struct target *t, const struct x86_64_stacks *s, unsigned cpu, struct stack *list,
			size_t max)
{
	uint64_t at;
	size_t n = 0;

	if (s->irq == IRQ_POINTER && percpu_word(t, cpu, s->irq_symbol + s->irq_offset, &at) && at) {
		/* The pointer is the top, or (since 951c2a51ae75, 5.12) one word below: round up to the page.
		 */
		at = (at + 4095) & ~4095ULL;
		put(list, max, &n, at - s->irq_size, s->irq_size, "IRQ stack");
	} else if (s->irq == IRQ_INSIDE && target_percpu(t, cpu, s->irq_symbol, &at)) {
		put(list, max, &n, at, s->irq_size, "IRQ stack");
	}
	return n;
}

/*
 * Before 5.2 the tops are in orig_ist (struct orig_ist: unsigned long ist[7]), and the order of the stacks
 * changed with 2.6.x and 4.x: what is told without a name is only that it is one. The largest,
 * DEBUG_STKSZ, has two pages; the others one, EXCEPTION_STKSZ.
 */
static size_t ist_stacks(struct target *t, const struct x86_64_stacks *s, unsigned cpu, struct stack *list,
			 size_t max)
{
	uint64_t where, top[7];
	size_t n = 0;

	if (!target_percpu(t, cpu, s->ist_symbol, &where))
		return 0;
	for (unsigned i = 0; i < 7; i++) {
		if (target_read_word(t, where + i * 8ULL, &top[i]) != READ_OK)
			top[i] = 0;
	}
	for (unsigned i = 0; i < 7; i++) {
		uint64_t size = 8192;

		for (unsigned other = 0; other < 7; other++) {
			if (top[other] < top[i] && top[other] + size > top[i])
				size = top[i] - top[other];
		}
		if (top[i])
			put(list, max, &n, top[i] - size, size, "exception stack");
	}
	return n;
}

size_t x86_64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct x86_64_stacks *s = find_stacks(t);
	uint64_t at;
	size_t n;

	if (!s)
		return 0;
	n = irq_stack(t, s, cpu, list, max);
	if (s->has_ist)
		n += ist_stacks(t, s, cpu, list + n, max - n);
	if (s->has_cea && percpu_word(t, cpu, s->cea_symbol, &at) && at) {
		for (size_t i = 0; i < s->n_exception; i++)
			put(list, max, &n, at + s->exception[i].offset, s->exception[i].size,
			    s->exception[i].name);
		if (s->has_entry)
			put(list, max, &n, at + (uint64_t)s->entry_offset, s->entry_size,
			    "entry trampoline stack");
	}
	fail_clear();
	return n;
}

uint64_t x86_64_user_regs(struct target *t, const struct stack *task_stack)
{
	const struct x86_64_stacks *s = find_stacks(t);

	return task_stack->end - (s ? s->fred_padding : 0) - x86_64_pt_regs.size;
}
