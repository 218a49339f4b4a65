/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel stacks of tasks, and walking them. */
#include "base/error.h"
#include "linux/module.h"
#include "linux/task.h"
#include "target/arch.h"

enum { STACK_MIN = 2048, STACK_MAX = 1 << 20 };

static bool sane_stack_size(uint64_t size)
{
	return size >= STACK_MIN && size <= STACK_MAX && (size & (size - 1)) == 0;
}

/* THREAD_SIZE depends on configuration (page size, KASAN): the kernel's own stack of init_task has it. */
static uint64_t find_stack_size(struct target *t)
{
	static const char *const ends[][2] = {
		{"__start_init_stack", "__end_init_stack"}, /* since v6.10 */
		{"__start_init_task", "__end_init_task"},
	};
	uint64_t size = size_of(t, "thread_union");
	const struct symbol *symbol;

	if (sane_stack_size(size))
		return size;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		uint64_t start, end;

		if (target_symbol(t, ends[i][0], &start) && target_symbol(t, ends[i][1], &end) &&
		    sane_stack_size(end - start))
			return end - start;
	}
	symbol = symbol_find(t->symbols, "init_thread_union");
	if (!symbol)
		symbol = symbol_find(t->symbols, "init_stack");
	return symbol && sane_stack_size(symbol->size) ? symbol->size : 0;
}

uint64_t task_stack_size(struct kernel *k)
{
	if (!k->stack_size)
		k->stack_size = find_stack_size(k->target);
	return k->stack_size;
}

bool task_stack(struct kernel *k, const struct task *task, struct stack *stack)
{
	struct target *t = k->target;
	uint64_t size = task_stack_size(k), start;
	enum read_status status = object_uint(&task->object, t, TASK_STACK, &start);

	*stack = (struct stack){0};
	if (status != READ_OK)
		return target_read_failed(t, "task_struct.stack", task->address, status);
	if (!size)
		return fail("the size of kernel stacks is not known");
	start = target_untag(t, start);
	/* Given back already: a zombie whose stack was freed. */
	if (!start)
		return fail("task %d has no kernel stack", task->pid);
	stack->start = start;
	stack->end = start + size;
	return true;
}

bool task_thread_info(struct kernel *k, const struct task *task, uint64_t *address)
{
	struct stack stack;
	uint64_t offset;

	/* Inside task_struct since v4.9 (c65eacbe290b), where the architecture has it so. */
	if (offset_of(k->target, "task_struct", "thread_info.flags", &offset) &&
	    offset_of(k->target, "task_struct", "thread_info", &offset)) {
		*address = task->address + offset;
		return true;
	}
	if (!task_stack(k, task, &stack))
		return false;
	*address = stack.start;
	return true;
}

bool task_saved_sp(struct kernel *k, const struct task *task, uint64_t *sp)
{
	struct target *t = k->target;
	struct regs regs = {0};

	if (task->active)
		return false;
	if (object_uint(&task->object, t, TASK_SAVED_SP, sp) == READ_OK)
		return true;
	if (!t->arch || !t->arch->switched_out || !t->arch->switched_out(t, task->address, &regs) ||
	    !regs_known(&regs, t->arch->sp))
		return false;
	*sp = regs.value[t->arch->sp];
	return true;
}

static void no_trace(struct arena *a, struct trace *trace)
{
	trace->end = UNWIND_STUCK;
	trace->why = arena_strdup(a, *fail_text() ? fail_text() : "no registers to start from");
	fail_clear();
}

/* The message of the failure to get others stays when there are none. */
static bool last_regs(struct kernel *k, const struct task *task, const struct stack *stack, struct arena *a,
		      struct regs *regs, const char **from)
{
	const char *why = arena_strdup(a, fail_text());

	kernel_modules(k); /* for their code may be on the stack */
	fail_clear();
	if (task_last_regs(k->target, stack, (unsigned)task->cpu, a, regs, from))
		return true;
	fail_clear();
	return fail("%s", why);
}

/* From what to start; false with a message. */
static bool start_regs(struct kernel *k, const struct task *task, const struct stack *stack, struct arena *a,
		       struct regs *regs, const char **from)
{
	struct target *t = k->target;

	if (task->active && task->cpu >= 0)
		return target_cpu_regs(t, (unsigned)task->cpu, regs, from) ||
		       last_regs(k, task, stack, a, regs, from);
	*from = "saved at switch";
	if (!t->arch || !t->arch->switched_out)
		return fail("where this architecture saves the registers of tasks is not known");
	return t->arch->switched_out(t, task->address, regs);
}

static void trace_regs(struct kernel *k, const struct task *task, const struct regs *regs,
		       const struct stack *stack, struct arena *a, struct trace *trace)
{
	struct target *t = k->target;
	unsigned cpu = task->cpu >= 0 ? (unsigned)task->cpu : 0;

	/* What is looked for by what leads to a known end may be found wrong where modules' code is not
	 * known. */
	if (regs_known(regs, t->arch->pc) && !regs_known(regs, t->arch->sp) && !kernel_modules(k))
		fail_clear();
	unwind(t, regs, stack, cpu, a, trace);
	if (!k->modules && trace->end == UNWIND_STUCK) {
		/* Perhaps in the code of a module: symbols and tables of modules are not read before they are
		 * needed. */
		if (kernel_modules(k))
			unwind(t, regs, stack, cpu, a, trace);
		fail_clear();
	}
}

void task_trace(struct kernel *k, const struct task *task, struct arena *a, struct trace *trace)
{
	struct regs regs = {0};
	struct stack stack;
	const char *from = NULL;

	*trace = (struct trace){0};
	if (!task_stack(k, task, &stack) || !start_regs(k, task, &stack, a, &regs, &from)) {
		no_trace(a, trace);
		return;
	}
	trace_regs(k, task, &regs, &stack, a, trace);
	if (!trace->regs_from)
		trace->regs_from = from;
}

/* The frame of a trace that begins at that place. */
static const struct frame *frame_at(const struct trace *trace, const struct trace_start *start)
{
	for (size_t i = 0; i < trace->n; i++) {
		const struct frame *f = &trace->frames[i];

		if ((!start->has_sp || f->sp == start->sp) && (!start->has_pc || f->pc == start->pc))
			return f;
	}
	return NULL;
}

/*
 * Registers of a place that is no frame. Where calls push, the stack pointer may be that of a return address,
 * as with the frames of bt.
 */
static void regs_of_place(struct target *t, const struct trace_start *start, const struct regs *own,
			  struct regs *r)
{
	const struct arch *arch = t->arch;
	uint64_t word;

	*r = (struct regs){0};
	if (!start->has_sp)
		*r = *own;
	r->ran_on = false;
	if (start->has_pc || regs_known(own, arch->pc))
		regs_set(r, arch->pc, start->has_pc ? start->pc : own->value[arch->pc]);
	if (start->has_pc)
		r->pc_is_return = arch->is_call && arch->is_call(t, start->pc, 0);
	if (!start->has_sp)
		return;
	regs_set(r, arch->sp, start->sp);
	if (arch->link < 0 && target_read_word(t, start->sp, &word) == READ_OK &&
	    symbols_is_text(t->symbols, word) && (!start->has_pc || word == start->pc)) {
		regs_set(r, arch->pc, word);
		regs_set(r, arch->sp, start->sp + t->word_size);
		r->pc_is_return = true;
	}
}

/* A stack that overflowed goes on below its end: such a place is none to begin at. */
static bool check_place(struct target *t, unsigned cpu, const struct stack *own, uint64_t sp)
{
	struct stack list[UNWIND_MAX_STACKS];
	size_t n = t->arch->stacks ? t->arch->stacks(t, cpu, list, UNWIND_MAX_STACKS) : 0;

	if (sp >= own->start && sp < own->end)
		return true;
	for (size_t i = 0; i < n; i++)
		if (sp >= list[i].start && sp < list[i].end)
			return true;
	return fail("0x%llx is on no stack: the task's is 0x%llx to 0x%llx", (unsigned long long)sp,
		    (unsigned long long)own->start, (unsigned long long)own->end);
}

bool task_trace_from(struct kernel *k, const struct task *task, const struct trace_start *start,
		     struct arena *a, struct trace *trace)
{
	struct target *t = k->target;
	struct regs own = {0}, regs;
	const struct frame *frame;
	struct stack stack;
	const char *from;

	task_trace(k, task, a, trace);
	if (!task_stack(k, task, &stack))
		return false;
	if (start->has_sp && !check_place(t, task->cpu >= 0 ? (unsigned)task->cpu : 0, &stack, start->sp))
		return false;
	frame = frame_at(trace, start);
	if (frame) {
		regs = frame->regs;
	} else {
		if (!start_regs(k, task, &stack, a, &own, &from))
			fail_clear();
		regs_of_place(t, start, &own, &regs);
	}
	trace_regs(k, task, &regs, &stack, a, trace);
	trace->regs_from = frame ? "a frame of the task" : "the command line";
	return true;
}
