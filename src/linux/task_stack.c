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

void task_trace(struct kernel *k, const struct task *task, struct arena *a, struct trace *trace)
{
	struct target *t = k->target;
	struct regs regs = {0};
	struct stack stack;
	const char *from = NULL;

	*trace = (struct trace){0};
	if (!task_stack(k, task, &stack)) {
		no_trace(a, trace);
		return;
	}
	if (task->active && task->cpu >= 0) {
		if (!target_cpu_regs(t, (unsigned)task->cpu, &regs, &from) &&
		    !last_regs(k, task, &stack, a, &regs, &from)) {
			no_trace(a, trace);
			return;
		}
	} else {
		if (!t->arch || !t->arch->switched_out) {
			fail("where this architecture saves the registers of tasks is not known");
			no_trace(a, trace);
			return;
		}
		if (!t->arch->switched_out(t, task->address, &regs)) {
			no_trace(a, trace);
			return;
		}
		from = "saved at switch";
	}
	/* What is looked for by what leads to a known end may be found wrong where modules' code is not
	 * known. */
	if (regs_known(&regs, t->arch->pc) && !regs_known(&regs, t->arch->sp) && !kernel_modules(k))
		fail_clear();
	unwind(t, &regs, &stack, task->cpu >= 0 ? (unsigned)task->cpu : 0, a, trace);
	if (!k->modules && trace->end == UNWIND_STUCK) {
		/* Perhaps in the code of a module: symbols and tables of modules are not read before they are
		 * needed. */
		if (kernel_modules(k))
			unwind(t, &regs, &stack, task->cpu >= 0 ? (unsigned)task->cpu : 0, a, trace);
		fail_clear();
	}
	if (!trace->regs_from)
		trace->regs_from = from;
}
