/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ps -a and -r: what a process was started with, and its limits. */
#include "base/error.h"
#include "base/interrupt.h"
#include "command/task/ps.h"
#include "linux/task_info.h"

static void put_strings(struct session *s, const char *name, const struct shape *line,
			const struct shape *first, const struct shape *next,
			const struct task_strings *strings)
{
	rec_begin(s->out, line);
	list_begin(s->out, name);
	for (size_t i = 0; i < strings->n; i++) {
		rec_begin(s->out, i ? next : first);
		put_str(s->out, "value", strings->list[i]);
		rec_end(s->out);
	}
	list_end(s->out);
	rec_end(s->out);
	if (strings->cut)
		out_note(s->out, "only the first part of the %s is shown", name);
}

static bool put_process(struct session *s, const struct task *task)
{
	static const struct shape arguments = {"ARG: ", "\n"}, environment = {"ENV: ", NULL};
	static const struct shape argument = {"{value} ", NULL};
	static const struct shape variable = {"{value}\n", NULL}, indented = {"     {value}\n", NULL};
	struct task_strings strings;

	if (!task_strings(s->kernel, task, false, &s->scratch, &strings))
		return out_error(s->out, "%s", fail_text());
	put_strings(s, "arguments", &arguments, &argument, &argument, &strings);
	if (!task_strings(s->kernel, task, true, &s->scratch, &strings))
		return out_error(s->out, "%s", fail_text());
	put_strings(s, "environment", &environment, &variable, &indented, &strings);
	if (!strings.n)
		out_title(s->out, "%s", "");
	return true;
}

bool ps_arguments(struct session *s, const struct ps_tasks *tasks)
{
	bool ok = true;

	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		const struct task *task = tasks->list[i];

		rec_begin(s->out, &task_header_blank_shape);
		put_task(s, task);
		/* Kernel threads have none: no failure where all tasks were asked for. */
		if (task->mm || !task->kernel_thread)
			ok = put_process(s, task) && ok;
		else
			out_title(s->out, "no user stack");
		rec_end(s->out);
	}
	list_end(s->out);
	return ok;
}

bool ps_limits(struct session *s, const struct ps_tasks *tasks)
{
	static const struct shape row = {
		"  {limit:>10}   "
		"{?current_unlimited}(unlimited){/}{!current_unlimited}{current:^11}{/}   "
		"{?maximum_unlimited}(unlimited){/}{!maximum_unlimited}{maximum:^11}{/}\n",
		NULL};
	bool ok = true;

	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		struct task_limit limits[TASK_LIMITS_MAX];
		size_t n = task_limits(s->kernel, tasks->list[i], limits);

		rec_begin(s->out, &task_header_blank_shape);
		put_task(s, tasks->list[i]);
		if (!n)
			ok = out_error(s->out, "%s", fail_text());
		else
			out_title(s->out, "      RLIMIT     CURRENT       MAXIMUM  ");
		list_begin(s->out, "limits");
		for (size_t l = 0; l < n; l++) {
			rec_begin(s->out, &row);
			put_str(s->out, "limit", limits[l].name);
			put_bool(s->out, "current_unlimited", limits[l].current_unlimited);
			if (!limits[l].current_unlimited)
				put_u64(s->out, "current", limits[l].current);
			put_bool(s->out, "maximum_unlimited", limits[l].maximum_unlimited);
			if (!limits[l].maximum_unlimited)
				put_u64(s->out, "maximum", limits[l].maximum);
			rec_end(s->out);
		}
		list_end(s->out);
		rec_end(s->out);
	}
	list_end(s->out);
	return ok;
}
