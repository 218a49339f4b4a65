/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/frame/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "command/bt/bt.h"
#include "linux/task.h"
#include "target/arch.h"
#include "target/locals.h"
#include "target/reg_name.h"

struct selected {
	struct arena arena; /* of the trace */
	uint64_t task;
	struct trace trace;
	size_t index;
	bool chosen;                /* by the user */
	struct local_scope *scopes; /* of frame @index, @n_scopes of them, ... */
	size_t n_scopes;
	bool has_scopes; /* ... once this is set */
};

void frame_forget(struct session *s)
{
	if (!s->selected)
		return;
	arena_free(&s->selected->arena);
	s->selected = NULL;
}

static struct selected *selected(struct session *s)
{
	const struct task *task;
	struct selected *now;

	if (!s->kernel || !session_has_types(s)) {
		fail("no task is known, and so no frame");
		return NULL;
	}
	task = session_context(s);
	if (!task) {
		fail("no current task: choose one with \"set\"");
		return NULL;
	}
	if (s->selected && s->selected->task == task->address)
		return s->selected;
	frame_forget(s);
	now = arena_new(&s->arena, struct selected);
	now->task = task->address;
	task_trace(s->kernel, task, &now->arena, &now->trace);
	trace_recover(s->target, &now->trace);
	s->selected = now;
	return now;
}

const struct trace *session_trace(struct session *s)
{
	struct selected *now = selected(s);

	return now ? &now->trace : NULL;
}

bool frame_index(struct session *s, size_t *index)
{
	struct selected *now = selected(s);

	if (!now)
		return false;
	*index = now->index;
	if (now->index < now->trace.n)
		return true;
	if (now->trace.started_in_user)
		return fail("no frame: the task was in user mode");
	return fail("no frame: %s", now->trace.why ? now->trace.why : "the trace is empty");
}

size_t frame_number(struct session *s, const struct trace *trace, size_t index)
{
	size_t number = 0;

	for (size_t i = 1; i <= index && i < trace->n; i++)
		number += !bt_is_interrupted(s->target->arch, trace, i);
	return number;
}

const struct frame *session_frame(struct session *s, size_t *number)
{
	size_t index;

	if (!frame_index(s, &index))
		return NULL;
	*number = frame_number(s, &s->selected->trace, index);
	return &s->selected->trace.frames[index];
}

const struct regs *session_regs(struct session *s)
{
	struct selected *now = selected(s);
	size_t index;

	if (now && !now->trace.n && now->trace.started_in_user)
		return &now->trace.start;
	return frame_index(s, &index) ? &now->trace.frames[index].regs : NULL;
}

bool frame_select_index(struct session *s, size_t index)
{
	struct selected *now = selected(s);

	if (!now)
		return false;
	if (index >= now->trace.n)
		return fail("no frame at level %zu", index);
	now->index = index;
	now->chosen = true;
	now->has_scopes = false;
	return true;
}

bool frame_select(struct session *s, size_t number)
{
	const struct trace *trace = session_trace(s);

	for (size_t i = 0; trace && i < trace->n; i++) {
		if (frame_number(s, trace, i) == number)
			return frame_select_index(s, i);
	}
	return trace ? fail("no frame at level %zu", number) : false;
}

/* gdb's types: the pc points to code, stack and frame pointers to data. */
static const struct type *type_of_register(struct session *s, unsigned n)
{
	const struct arch *arch = s->target->arch;
	struct types *ts = s->target->types;

	if (n == arch->pc)
		return type_pointer_to(ts, type_function_of(ts, type_void(ts), NULL, 0, false));
	if (n == arch->sp || n == arch->fp)
		return type_pointer_to(ts, type_void(ts));
	return NULL;
}

bool frame_register(void *session, const char *name, uint64_t *value, const struct type **type)
{
	struct session *s = session;
	const struct regs *regs;
	unsigned n;

	if (!reg_number(s->target, name, &n))
		return fail("%s has no register %.40s", s->target->arch->name, name);
	regs = session_regs(s);
	if (!regs)
		return fail_in("register %.40s", name);
	if (!regs_known(regs, n)) {
		size_t number = 0;

		session_frame(s, &number);
		return fail("register %.40s is not known in frame #%zu", name, number);
	}
	*value = regs->value[n];
	*type = type_of_register(s, n);
	return true;
}

bool frame_local(void *session, const char *name, struct value *v)
{
	struct session *s = session;
	struct selected *now = s->selected;

	if (!now || !now->chosen || !s->current || now->task != s->current->address)
		return false;
	if (!now->has_scopes)
		now->n_scopes = trace_locals(s->target, &now->trace, now->index, &now->arena, &now->scopes);
	now->has_scopes = true;
	for (size_t i = 0; i < now->n_scopes; i++) {
		const struct local_scope *scope = &now->scopes[i];

		for (size_t k = 0; k < scope->n; k++) {
			if (!scope->list[k].name || strcmp(scope->list[k].name, name) != 0)
				continue;
			*v = scope->list[k].value;
			return true;
		}
	}
	return false;
}
