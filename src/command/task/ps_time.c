/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ps -t, -l and -m: times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/task/ps.h"
#include "linux/runqueue.h"

static const char *hours(struct session *s, uint64_t seconds)
{
	unsigned long long days = seconds / 86400, rest = seconds % 86400;

	if (days)
		return arena_printf(&s->scratch, "%llu days, %02llu:%02llu:%02llu", days, rest / 3600,
				    rest / 60 % 60, rest % 60);
	return arena_printf(&s->scratch, "%02llu:%02llu:%02llu", rest / 3600, rest / 60 % 60, rest % 60);
}

static uint64_t start_time(const struct session *s, const struct task *task)
{
	return object_get(&task->object, s->target, TASK_START_TIME, 0);
}

/* Nanoseconds since v3.17, whole seconds before. */
static uint64_t start_seconds(const struct session *s, const struct task *task)
{
	const struct field *field = &s->kernel->tasks->fields.list[TASK_START_TIME];
	uint64_t start = start_time(s, task);

	return strstr(field->name, "tv_sec") ? start : start / 1000000000;
}

struct started {
	uint64_t start;
	size_t index;
};

static int compare_start(const void *a, const void *b)
{
	const struct started *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

static void put_field(struct session *s, const struct task *task, const char *name, unsigned field)
{
	uint64_t value;
	enum read_status status = object_uint(&task->object, s->target, field, &value);

	if (status == READ_OK)
		put_u64(s->out, name, value);
	else if (fields_has(&s->kernel->tasks->fields, field))
		put_none(s->out, name, status);
	else
		put_missing(s->out, name, "not in this kernel");
}

bool ps_times(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks)
{
	static const struct shape shape = {TASK_HEADER "\n"
						       "    RUN TIME: {run_time}\n"
						       "  START TIME: {start_time}\n"
						       "       UTIME: {utime}\n"
						       "       STIME: {stime}\n\n",
					   NULL};
	const struct clock_facts *clock = kernel_clock(s->kernel);
	struct started *order = arena_new_n(&s->scratch, tasks->n + 1, struct started);

	for (size_t i = 0; i < tasks->n; i++)
		order[i] = (struct started){start_time(s, tasks->list[i]), i};
	/* All tasks are shown as they started, those asked for in their own order. */
	if (!r->select.given)
		qsort(order, tasks->n, sizeof(*order), compare_start);
	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		const struct task *task = tasks->list[order[i].index];
		uint64_t start = start_seconds(s, task);

		rec_begin(s->out, &shape);
		put_task(s, task);
		if (clock->has_uptime)
			put_str(s->out, "run_time",
				hours(s, clock->uptime > start ? clock->uptime - start : 0));
		else
			put_missing(s->out, "run_time", "uptime not known");
		put_field(s, task, "start_time", TASK_START_TIME);
		put_field(s, task, "utime", TASK_UTIME);
		put_field(s, task, "stime", TASK_STIME);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

/* Shapes for each width of the time stamps, decimal and hexadecimal. */
static const struct shape *stamp_shape(unsigned width, bool hex)
{
	static struct {
		struct shape shape;
		char text[128];
	} shapes[2][24], *at;

	at = &shapes[hex][width < 24 ? width : 23];
	if (!at->shape.head) {
		snprintf(at->text, sizeof at->text, "[{last_run:>%u%s}] [{state}]  " TASK_HEADER "\n", width,
			 hex ? "x" : "d");
		at->shape.head = at->text;
	}
	return &at->shape;
}

static const char *age_text(struct session *s, uint64_t nanoseconds)
{
	unsigned long long ms = nanoseconds / 1000000, seconds = ms / 1000;

	return arena_printf(&s->scratch, "%llu %02llu:%02llu:%02llu.%03llu", seconds / 86400,
			    seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, ms % 1000);
}

static void put_age(struct session *s, const struct runqueue *rqs, const struct task *task)
{
	uint64_t last = task->last_run, now;

	if (!rqs || task->cpu < 0 || !rqs[task->cpu].has_clock) {
		put_missing(s->out, "age", "clock not known");
		return;
	}
	now = rqs[task->cpu].clock;
	/* The clock of a run queue lags behind what just arrived there. */
	put_str(s->out, "age", age_text(s, now > last ? now - last : 0));
	if (out_view(s->out) == OUT_JSON)
		put_u64(s->out, "age_nanoseconds", now > last ? now - last : 0);
}

static void put_run(struct session *s, const struct ps_request *r, const struct runqueue *rqs,
		    const struct shape *shape, const struct task *task)
{
	rec_begin(s->out, shape);
	if (r->view == 'm')
		put_age(s, rqs, task);
	put_u64(s->out, "last_run", task->last_run);
	put_str(s->out, "state", task->state);
	put_task(s, task);
	rec_end(s->out);
}

bool ps_last_run(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks)
{
	static const struct shape age_shape = {"[{age}] [{state}]  " TASK_HEADER "\n", NULL};
	static const struct shape first_cpu = {"CPU: {cpu}{!online} [OFFLINE]{/}\n", NULL};
	static const struct shape next_cpu = {"\nCPU: {cpu}{!online} [OFFLINE]{/}\n", NULL};
	const struct runqueue *rqs = r->view == 'm' ? kernel_runqueues(s->kernel) : NULL;
	const struct shape *shape = &age_shape;
	bool hex = s->settings.radix == 16, any = false;

	if (!fields_has(&s->kernel->tasks->fields, TASK_LAST_RUN))
		return out_error(s->out, "last-run timestamps do not exist in this kernel");
	if (r->view == 'm' && !rqs)
		return out_error(s->out, "%s", fail_text());
	if (r->view == 'l') {
		uint64_t latest = tasks->n ? tasks->list[0]->last_run : 0;
		unsigned width = 1;

		while (latest /= hex ? 16 : 10)
			width++;
		shape = stamp_shape(width, hex);
	}
	if (!r->cpus) {
		list_begin(s->out, "tasks");
		for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
			put_run(s, r, rqs, shape, tasks->list[i]);
		list_end(s->out);
		return true;
	}
	list_begin(s->out, "cpus");
	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++) {
		if (!r->cpus[cpu])
			continue;
		rec_begin(s->out, any ? &next_cpu : &first_cpu);
		any = true;
		put_u64(s->out, "cpu", cpu);
		put_bool(s->out, "online", kernel_cpus(s->kernel)->online[cpu]);
		list_begin(s->out, "tasks");
		for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
			if (tasks->list[i]->cpu == (int)cpu)
				put_run(s, r, rqs, shape, tasks->list[i]);
		list_end(s->out);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}
