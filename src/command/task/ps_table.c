/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of ps. */
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "command/task/ps.h"

#define ROW_START "{?running}>{/}{!running} {/} {pid:>7} {ppid:>7}  {cpu:>2}  "

static const struct shape task_row = {
	ROW_START "{task}  {state}{mem_percent:>6.1f} {vsz:>8} {rss:>8}  {title}\n", NULL};
static const struct shape stack_row = {ROW_START "{?kstackp}{kstackp}{/}{!kstackp}{dashes}{/}  {state}"
						 "{mem_percent:>6.1f} {vsz:>8} {rss:>8}  {title}\n",
				       NULL};
static const struct shape policy_row = {ROW_START "{task}  {policy:<12} {prio:>4}  {title}\n", NULL};
static const struct shape policy_stack_row = {
	ROW_START "{?kstackp}{kstackp}{/}{!kstackp}{dashes}{/}  {policy:<12} {prio:>4}  {title}\n", NULL};

/* A word in the middle of an address column; an odd blank goes to the left for KSTACKP and "--". */
static const char *centred(struct session *s, const char *word, bool odd_left)
{
	return text_centred(&s->scratch, word, target_digits(s->target), odd_left);
}

static void put_start(struct session *s, const struct ps_request *r, const struct task *task)
{
	const struct task *parent = task_parent(s->kernel, task);
	uint64_t sp;

	put_bool(s->out, "running", task->active);
	put_task(s, task);
	if (parent && parent->pid >= 0)
		put_i64(s->out, "ppid", parent->pid);
	else
		put_missing(s->out, "ppid", "?");
	put_bool(s->out, "kernel_thread", task->kernel_thread);
	if (out_view(s->out) == OUT_TEXT)
		put_str(s->out, "title", task_title(s, task));
	if (!r->kernel_stack)
		return;
	if (task_saved_sp(s->kernel, task, &sp))
		put_addr(s->out, "kstackp", sp);
	else if (out_view(s->out) == OUT_TEXT)
		put_str(s->out, "dashes", centred(s, "--", true));
}

static void put_memory(struct session *s, const struct task *task, uint64_t all_pages)
{
	uint64_t total_vm, rss, kilobytes = s->target->page_size / 1024;
	enum read_status why;

	if (task_memory(s->kernel, task, &total_vm, &rss, &why) || why == READ_OK) {
		put_f64(s->out, "mem_percent", all_pages ? (double)rss * 100 / (double)all_pages : 0);
		put_u64(s->out, "vsz", total_vm * kilobytes);
		put_u64(s->out, "rss", rss * kilobytes);
		return;
	}
	put_missing(s->out, "mem_percent", "?");
	put_missing(s->out, "vsz", "?");
	put_none(s->out, "rss", why);
}

static void put_title(struct session *s, const struct ps_request *r, const char *columns)
{
	if (r->no_header || out_view(s->out) != OUT_TEXT)
		return;
	out_title(s->out, "      PID    PPID  CPU %s  %s",
		  r->kernel_stack ? centred(s, "KSTACKP", true) : centred(s, "TASK", false), columns);
}

bool ps_table(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks)
{
	const struct memory_facts *memory = kernel_memory(s->kernel);

	put_title(s, r, "ST  %MEM      VSZ      RSS  COMM");
	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		rec_begin(s->out, r->kernel_stack ? &stack_row : &task_row);
		put_start(s, r, tasks->list[i]);
		put_str(s->out, "state", tasks->list[i]->state);
		put_memory(s, tasks->list[i], memory->known ? memory->total_pages : 0);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

bool ps_policies(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks)
{
	put_title(s, r, "POLICY       PRIO  COMM");
	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		const struct task *task = tasks->list[i];
		uint64_t number;
		const char *policy = task_policy_name(s->kernel, task, &number);
		int64_t prio;

		rec_begin(s->out, r->kernel_stack ? &policy_stack_row : &policy_row);
		put_start(s, r, task);
		put_str(s->out, "policy", policy ? policy : "UNKNOWN");
		if (object_int(&task->object, s->target, TASK_PRIO, &prio) == READ_OK)
			put_i64(s->out, "prio", prio);
		else
			put_missing(s->out, "prio", "?");
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}
