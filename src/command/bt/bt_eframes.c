/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bt -e and -E: what looks like an exception frame in stack memory. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/bt/bt.h"
#include "target/arch.h"

enum { STACKS_MAX = 64 };

static const struct shape found_shape = {
	"\n  {?user}USER{/}{!user}KERNEL{/}-MODE EXCEPTION FRAME AT: {address}\n", NULL};

static bool is_on(const struct stack *stack, uint64_t sp, uint64_t guard)
{
	return sp >= stack->start - guard && sp <= stack->end;
}

/*
 * Registers of kernel code have a stack pointer that is one: of any task or CPU, for frames may be old. A
 * stack that overflowed goes on in the page below it.
 */
static bool is_stack_pointer(struct session *s, uint64_t sp)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);
	const struct cpus *cpus = kernel_cpus(s->kernel);
	const struct arch *arch = s->target->arch;
	uint64_t guard = s->target->page_size;
	struct stack stacks[STACKS_MAX];

	for (unsigned cpu = 0; arch->stacks && cpu < cpus->n; cpu++) {
		size_t n = cpus->present[cpu] ? arch->stacks(s->target, cpu, stacks, STACKS_MAX) : 0;

		for (size_t i = 0; i < n; i++)
			if (is_on(&stacks[i], sp, guard))
				return true;
	}
	for (size_t i = 0; tasks && i < tasks->n; i++) {
		if (!task_stack(s->kernel, &tasks->list[i], &stacks[0]))
			fail_clear();
		else if (is_on(&stacks[0], sp, guard))
			return true;
	}
	return false;
}

/* What lies at @at: are these registers, and with what else we know of the stack, no chance? */
static bool is_frame(struct session *s, const struct stack *stack, uint64_t user_regs, uint64_t at,
		     const struct regs *regs, const uint64_t slots[EFRAME_MAX_SLOTS], bool *user)
{
	const struct arch *arch = s->target->arch;

	if (!arch->is_eframe(s->target, stack, slots, user))
		return false;
	/* Those of user mode have one place, and that place is for nothing else. */
	if (user_regs && (*user ? at != user_regs : at + arch->pt_regs->size > user_regs))
		return false;
	return *user || !regs_known(regs, arch->sp) || is_stack_pointer(s, regs->value[arch->sp]);
}

/* All of a stack's words that may start a frame. Returns how many frames were shown. */
static size_t search(struct session *s, const struct stack *stack)
{
	struct target *t = s->target;
	const struct arch *arch = t->arch;
	uint64_t slots[EFRAME_MAX_SLOTS];
	struct regs regs;
	uint64_t user_regs = !stack->name && arch->user_regs ? arch->user_regs(t, stack) : 0;
	size_t found = 0;

	if (stack->end < stack->start || stack->end - stack->start < arch->pt_regs->size)
		return 0;
	for (uint64_t at = stack->start; at <= stack->end - arch->pt_regs->size && !interrupted();
	     at += t->word_size) {
		bool user;

		if (target_pt_regs(t, at, &regs, slots) != READ_OK ||
		    !is_frame(s, stack, user_regs, at, &regs, slots, &user))
			continue;
		rec_begin(s->out, &found_shape);
		put_bool(s->out, "user", user);
		put_addr(s->out, "address", at);
		bt_put_exception(s, &(struct bt_exception){
					    .address = at,
					    .user = user,
					    .slots = slots,
					    .pc = regs_known(&regs, arch->pc) ? regs.value[arch->pc] : 0,
				    });
		rec_end(s->out);
		found++;
		at += arch->pt_regs->size - t->word_size;
	}
	return found;
}

static bool supported(struct session *s)
{
	const struct arch *arch = s->target->arch;

	return (arch && arch->is_eframe && arch->pt_regs) ||
	       out_error(s->out, "exception frames of this architecture cannot be told from other memory");
}

bool bt_task_eframes(struct session *s, const struct task *task)
{
	struct stack stack;

	if (!supported(s))
		return false;
	if (!task_stack(s->kernel, task, &stack))
		return out_error(s->out, "%s", fail_text());
	list_begin(s->out, "exceptions");
	search(s, &stack);
	list_end(s->out);
	return true;
}

/* "NMI exception stack" as a heading. */
static const char *heading(struct session *s, const char *name)
{
	char *text = arena_printf(&s->scratch, "%s%s", name ? name : "",
				  name && strstr(name, "stack") ? "" : " stack");

	for (char *at = text; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	return text;
}

static void show_stacks(struct session *s, unsigned cpu, bool irq, bool *any)
{
	static const struct shape first = {"CPU {cpu} {heading}:\n", NULL};
	static const struct shape next = {"\nCPU {cpu} {heading}:\n", NULL};
	struct stack stacks[STACKS_MAX];
	size_t n = s->target->arch->stacks(s->target, cpu, stacks, STACKS_MAX);

	for (size_t i = 0; i < n; i++) {
		if (irq != (stacks[i].name && strstr(stacks[i].name, "IRQ")))
			continue;
		rec_begin(s->out, *any ? &next : &first);
		*any = true;
		put_u64(s->out, "cpu", cpu);
		put_str(s->out, "stack", stacks[i].name);
		if (out_view(s->out) == OUT_TEXT)
			put_str(s->out, "heading", heading(s, stacks[i].name));
		list_begin(s->out, "exceptions");
		if (!search(s, &stacks[i]))
			out_title(s->out, "(none found)");
		list_end(s->out);
		rec_end(s->out);
	}
}

bool bt_cpu_eframes(struct session *s, const uint8_t *cpus, unsigned n_cpus)
{
	const struct cpus *all = kernel_cpus(s->kernel);
	bool any = false;

	if (!supported(s))
		return false;
	if (!s->target->arch->stacks)
		return out_error(s->out, "the exception stacks of this architecture are not known");
	list_begin(s->out, "stacks");
	/* As crash orders them: the IRQ stacks of all CPUs, then the others by CPU. */
	for (int irq = 1; irq >= 0; irq--)
		for (unsigned cpu = 0; cpu < all->n && !interrupted() && !out_broken(s->out); cpu++)
			if (all->present[cpu] && (!cpus || (cpu < n_cpus && cpus[cpu])))
				show_stacks(s, cpu, irq, &any);
	list_end(s->out);
	return true;
}
