/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bt -v: did a kernel stack grow beyond its end? */
#include "base/error.h"
#include "base/interrupt.h"
#include "command/bt/bt.h"

/* include/uapi/linux/magic.h: what the kernel writes at the far end of each stack. */
enum { STACK_END_MAGIC = 0x57ac6e9d };

static const struct shape trouble_shape = {"  possible stack overflow: {text}\n", NULL};

enum { INFO_TASK, INFO_CPU, N_INFO };
static const char *const info_names[] = {[INFO_TASK] = "task", [INFO_CPU] = "cpu"};

struct check {
	struct session *s;
	bool info_on_stack; /* struct thread_info lies at the end that an overflow reaches first */
	struct fields info;
	size_t overflows, unreadable;
	bool open; /* the record of the task that is being looked at */
};

static void trouble(struct check *c, const struct task *task, const char *text)
{
	struct out *out = c->s->out;

	if (!c->open) {
		rec_begin(out, &task_header_blank_shape);
		put_task(c->s, task);
		list_begin(out, "overflows");
		c->open = true;
		c->overflows++;
	}
	rec_begin(out, &trouble_shape);
	put_str(out, "text", text);
	rec_end(out);
}

static void check_info(struct check *c, const struct task *task, uint64_t stack)
{
	struct target *t = c->s->target;
	uint64_t value;

	if (field_read(t, &c->info, INFO_TASK, stack, &value) == READ_OK &&
	    target_untag(t, value) != task->address)
		trouble(c, task,
			arena_printf(&c->s->scratch, "thread_info.task: %0*llx != %0*llx", target_digits(t),
				     (unsigned long long)value, target_digits(t),
				     (unsigned long long)task->address));
	if (field_read(t, &c->info, INFO_CPU, stack, &value) == READ_OK &&
	    value >= kernel_cpus(c->s->kernel)->n)
		trouble(c, task,
			arena_printf(&c->s->scratch, "thread_info.cpu: %llu >= %u", (unsigned long long)value,
				     kernel_cpus(c->s->kernel)->n));
}

static void check_task(struct check *c, const struct task *task)
{
	struct target *t = c->s->target;
	struct stack stack;
	uint64_t end, value;

	if (!task_stack(c->s->kernel, task, &stack)) {
		fail_clear();
		return;
	}
	end = stack.start;
	if (c->info_on_stack) {
		check_info(c, task, stack.start);
		end += c->info.size;
	}
	if (target_read_word(t, end, &value) != READ_OK)
		c->unreadable++;
	/* init_task's own was not written before v3.18. */
	else if (value != STACK_END_MAGIC && !(task->pid == 0 && value == 0))
		trouble(c, task,
			arena_printf(&c->s->scratch, "%llx != STACK_END_MAGIC", (unsigned long long)value));
	if (c->open) {
		list_end(c->s->out);
		rec_end(c->s->out);
		c->open = false;
	}
}

bool bt_overflows(struct session *s)
{
	static const struct shape none = {"No stack overflows detected\n", NULL};
	const struct tasks *tasks = kernel_tasks(s->kernel);
	struct check c = {.s = s};
	uint64_t offset;

	if (!offset_of(s->target, "task_struct", "thread_info.flags", &offset))
		c.info_on_stack = fields_resolve(s->target, &c.info, "thread_info", info_names, N_INFO);
	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
		check_task(&c, &tasks->list[i]);
	list_end(s->out);
	if (c.unreadable)
		out_note(s->out, "the ends of %zu stacks are not in the dump", c.unreadable);
	rec_begin(s->out, c.overflows ? NULL : &none);
	put_u64(s->out, "overflows", c.overflows);
	rec_end(s->out);
	fail_clear();
	return true;
}
