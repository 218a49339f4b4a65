/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer of bt about one task. */
#include "base/error.h"
#include "command/bt/bt.h"
#include "target/arch.h"

/* What bt knows of a task: its stack, and the trace where the answer needs it. */
struct subject {
	struct stack stack;
	struct trace trace;
	const char *no_stack; /* why it has none; NULL: it has */
};

static bool look(struct session *s, const struct bt_options *o, const struct task *task, struct arena *a,
		 struct subject *subject)
{
	bool needed = o->view == BT_FRAMES || o->view == BT_TEXT || o->view == BT_ALL_TEXT;

	*subject = (struct subject){0};
	if (!task_stack(s->kernel, task, &subject->stack)) {
		subject->no_stack = arena_strdup(a, fail_text());
		fail_clear();
	} else if (o->start.has_pc || o->start.has_sp) {
		return task_trace_from(s->kernel, task, &o->start, a, &subject->trace) ||
		       out_error(s->out, "%s", fail_text());
	} else if (needed || o->has_reference) {
		task_trace(s->kernel, task, a, &subject->trace);
	}
	if (o->locals)
		trace_recover(s->target, &subject->trace);
	return true;
}

/* Of the CPU that the task ran on. */
static void put_vectors(struct session *s, const struct task *task)
{
	static const struct shape shape = {"     0x{high:016x} 0x{low:016x}\n", NULL};
	uint8_t regs[VECTOR_REGS_MAX][VECTOR_REG_SIZE];
	size_t n = s->target->arch->vector_regs(s->target, (unsigned)task->cpu, regs);

	if (!n) {
		out_note(s->out, "no vector registers of CPU %d were saved", task->cpu);
		return;
	}
	list_begin(s->out, "vector_registers");
	out_title(s->out, "  -vector registers:");
	for (size_t i = 0; i < n; i++) {
		rec_begin(s->out, &shape);
		put_fmt(s->out, "name", "v%zu", i);
		put_hex(s->out, "high", get_u64(regs[i], s->target->order));
		put_hex(s->out, "low", get_u64(regs[i] + 8, s->target->order));
		rec_end(s->out);
	}
	list_end(s->out);
}

static bool put_answer(struct session *s, const struct bt_options *o, const struct task *task,
		       const struct subject *subject)
{
	if (subject->no_stack) {
		out_title(s->out, "(no stack)");
		put_str(s->out, "why", subject->no_stack);
		return true;
	}
	switch (o->view) {
	case BT_EFRAMES: return bt_task_eframes(s, task);
	case BT_RAW: return bt_raw(s, o, &subject->stack);
	case BT_TEXT:
	case BT_ALL_TEXT: bt_text(s, o, task, &subject->trace, &subject->stack); break;
	case BT_FRAMES: bt_frames(s, o, &subject->trace, &subject->stack); break;
	}
	if (o->vectors)
		put_vectors(s, task);
	bt_put_end(s, task, &subject->trace);
	return true;
}

bool bt_add(struct session *s, const struct bt_options *o, const struct task *task)
{
	struct arena arena = {0};
	struct subject subject;
	bool ok = true;

	look(s, o, task, &arena, &subject);
	if (!o->has_reference || bt_mentions(s, o, &subject.trace, &subject.stack))
		ok = put_answer(s, o, task, &subject);
	arena_free(&arena);
	return ok;
}

bool bt_show(struct session *s, const struct bt_options *o, const struct task *task, bool *first)
{
	static const struct shape next_shape = {"\n" TASK_HEADER "\n", NULL};
	struct arena arena = {0}; /* traces are large, and tasks many */
	struct subject subject;
	bool ok = look(s, o, task, &arena, &subject);

	if (ok && (!o->has_reference || bt_mentions(s, o, &subject.trace, &subject.stack))) {
		rec_begin(s->out, *first ? &task_header_shape : &next_shape);
		*first = false;
		put_task(s, task);
		ok = put_answer(s, o, task, &subject);
		rec_end(s->out);
	}
	arena_free(&arena);
	return ok;
}
