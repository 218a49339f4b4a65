/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bt: of which tasks, and how. */
#include "command/bt.h"

#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/cpuspec.h"
#include "command/options.h"
#include "command/table.h"

struct bt_request {
	struct bt_options show;
	bool active, panic, group, other_stacks, overflows, skip_idle;
	const char *cpus;
	struct task_select select;
};

static bool set_option(struct session *s, struct bt_request *r, int letter, const char *value)
{
	switch (letter) {
	case 'a': r->active = true; break;
	case 'c':
		if (r->cpus)
			return out_error(s->out, "only one -c option allowed");
		r->cpus = value;
		break;
	case 'p': r->panic = true; break;
	case 'g': r->group = true; break;
	case 'l': r->show.lines = true; break;
	case 's': r->show.offsets = true; break;
	case 'x': r->show.hex = true; break;
	case 'd': r->show.hex = false; break;
	case 'e': r->show.eframes = true; break;
	case 'E': r->other_stacks = true; break;
	case 'v': r->overflows = true; break;
	case 'n':
		if (strcmp(value, "idle") != 0)
			return out_error(s->out, "-n takes \"idle\", not \"%s\"", value);
		r->skip_idle = true;
		break;
	default: break;
	}
	return true;
}

static bool parse(struct session *s, int argc, char **argv, struct bt_request *r)
{
	bool hex = false, decimal = false, ok = true;
	struct options o;
	int letter;

	r->show.hex = s->settings.radix == 16;
	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "ac:pglsxdeEvn:"))) {
		if (letter == '?')
			return command_usage(s, &command_bt);
		hex |= letter == 'x';
		decimal |= letter == 'd';
		if (!set_option(s, r, letter, o.value))
			return false;
	}
	if (hex && decimal)
		return out_error(s->out, "-d and -x are mutually exclusive");
	if (r->group && (r->active || r->cpus))
		return out_error(s->out, "-%c option cannot be used with the -g option",
				 r->active ? 'a' : 'c');
	for (int i = o.at; i < argc; i++)
		ok = select_add_number(s, &r->select, argv[i]) && ok;
	return ok || r->select.n;
}

/* All threads of the group that @task is in, its leader first. */
static bool show_group(struct session *s, const struct bt_request *r, struct task *task, bool *first)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);
	const struct task *leader = task_leader(s->kernel, task);
	bool ok = bt_show(s, &r->show, leader, *first);

	*first = false;
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
		if (tasks->list[i].tgid == leader->tgid && &tasks->list[i] != leader)
			ok = bt_show(s, &r->show, &tasks->list[i], false) && ok;
	return ok;
}

static bool show_one(struct session *s, const struct bt_request *r, struct task *task, bool *first)
{
	bool ok;

	/* The idle tasks are no thread group. */
	if (r->group && task->pid > 0)
		return show_group(s, r, task, first);
	ok = bt_show(s, &r->show, task, *first);
	*first = false;
	return ok;
}

static bool show_cpus(struct session *s, const struct bt_request *r, const uint8_t *wanted, unsigned n)
{
	const struct cpus *cpus = kernel_cpus(s->kernel);
	bool first = true, ok = true;

	list_begin(s->out, "tasks");
	for (unsigned cpu = 0; cpu < cpus->n && !interrupted() && !out_broken(s->out); cpu++) {
		struct task *task;

		if (wanted ? cpu >= n || !wanted[cpu] : !cpus->present[cpu])
			continue;
		if (!cpus->online[cpu] && s->settings.offline_hide) {
			out_note(s->out, "CPU %u is OFFLINE.", cpu);
			continue;
		}
		task = task_on_cpu(s->kernel, cpu);
		if (!task) {
			ok = out_error(s->out, "cannot determine active task on cpu %u", cpu);
			continue;
		}
		if (r->skip_idle && task->idle)
			continue;
		ok = show_one(s, r, task, &first) && ok;
	}
	list_end(s->out);
	return ok;
}

static bool show_selected(struct session *s, const struct bt_request *r)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);
	bool first = true, ok = true;

	list_begin(s->out, "tasks");
	/* In the order of the arguments; a pid may stand for several tasks. */
	for (size_t term = 0; term < r->select.n; term++) {
		struct task_select one = {.n = 1, .given = true};

		one.terms[0] = r->select.terms[term];
		for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
			if (select_match(&one, &tasks->list[i]))
				ok = show_one(s, r, &tasks->list[i], &first) && ok;
	}
	list_end(s->out);
	return ok;
}

static bool show_current(struct session *s, const struct bt_request *r)
{
	struct task *task;
	bool first = true, ok;

	if (r->panic) {
		task = kernel_panic(s->kernel)->task;
		if (!task)
			return out_error(s->out, "no panic task found!");
	} else if (!session_current(s, &task)) {
		return false;
	}
	list_begin(s->out, "tasks");
	ok = show_one(s, r, task, &first);
	list_end(s->out);
	return ok;
}

static bool show(struct session *s, const struct bt_request *r)
{
	uint8_t *cpus = NULL;
	unsigned n = 0;

	if (r->overflows)
		return bt_overflows(s);
	if (r->cpus && !cpuspec_parse(s, r->cpus, &cpus, &n))
		return out_error(s->out, "%s", fail_text());
	if (r->other_stacks)
		return bt_cpu_eframes(s, cpus, n);
	if (r->cpus || r->active)
		return show_cpus(s, r, cpus, n);
	return r->select.given ? show_selected(s, r) : show_current(s, r);
}

static bool run(struct session *s, int argc, char **argv)
{
	struct bt_request r = {0};
	bool ok;

	if (!session_kernel(s))
		return false;
	if (!kernel_tasks(s->kernel))
		return out_error(s->out, "%s", fail_text());
	ok = parse(s, argc, argv, &r) && show(s, &r);
	select_free(&r.select);
	return ok;
}

const struct command command_bt = {
	.name = "bt",
	.summary = "backtraces of kernel stacks",
	.synopsis = "[-a|-p|-g|-c cpus] [-l] [-s [-x|-d]] [-e|-E|-v] [-n idle] [pid | task] ...",
	.help = "  Shows the kernel stack of the current task, or of the tasks given by PID or by the\n"
		"  address of their task_struct. Per frame: its number, where on the stack it was found,\n"
		"  the function, the address in it, and the module. The registers of exceptions are shown\n"
		"  where they lie, and \"--- <IRQ stack> ---\" where the trace leaves a stack for another.\n"
		"  A frame with \"?\" was only found by a scan of the stack. Where a trace ends before its\n"
		"  outermost frame, a note tells why.\n"
		"\n"
		"  Which tasks:\n"
		"    -a        what was running on each CPU\n"
		"    -p        the task that panicked\n"
		"    -c cpus   what was running on these CPUs: \"a\", or a list as 0,2-5\n"
		"    -g        all threads of the thread group\n"
		"    -n idle   with -a and -c: not the idle tasks\n"
		"  How:\n"
		"    -l        source file and line under each frame, and under that a line for each\n"
		"              function that the compiler put into the one of the frame\n"
		"    -s        with the offset in the function, decimal or as -x and -d say\n"
		"  Instead of traces:\n"
		"    -e        exception frames that a search of the task's stack finds\n"
		"    -E        the same in the IRQ and exception stacks of all CPUs, or those of -c\n"
		"    -v        tasks whose stacks grew beyond their end\n",
	.example = "inquest> bt\n"
		   "PID: 120      TASK: ffff8da3eeb7a0c0  CPU: 0    COMMAND: \"inq-trigger\"\n"
		   " #0 [ffffd503803cb838] machine_kexec at ffffffff9186c53f\n"
		   " #1 [ffffd503803cb890] __crash_kexec at ffffffff91964067\n"
		   " #2 [ffffd503803cb950] crash_kexec at ffffffff919650f8\n"
		   " #3 [ffffd503803cb958] oops_end at ffffffff91833d21\n"
		   " #4 [ffffd503803cb978] page_fault_oops at ffffffff9187b4c9\n"
		   " #5 [ffffd503803cb9f8] exc_page_fault at ffffffff921fcc70\n"
		   " #6 [ffffd503803cba20] asm_exc_page_fault at ffffffff92400c02\n"
		   "    [exception RIP: inquest_level_three+27]\n"
		   "    RIP: ffffffffc02dd487  RSP: ffffd503803cbad8  RFLAGS: 00000246\n"
		   "    RAX: 0000000000000000  RBX: 0000000000000009  RCX: c0000000ffffefff\n"
		   "    RDX: 0000000000000000  RSI: 00000000ffffefff  RDI: 0000000000000001\n"
		   "    ...\n"
		   "    R13: 00007fff49382fc3  R14: 0000000000000004  R15: 0000000000000000\n"
		   "    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018\n"
		   " #7 [ffffd503803cbae0] inquest_level_two at ffffffffc02dd49b [inquest_test]\n"
		   " #8 [ffffd503803cbae8] inquest_level_one at ffffffffc02dd4ac [inquest_test]\n"
		   " #9 [ffffd503803cbaf0] inquest_command.cold at ffffffffc02dd4d6 [inquest_test]\n"
		   "#10 [ffffd503803cbb30] inquest_write at ffffffffc02dd340 [inquest_test]\n"
		   "    ...\n",
	.run = run,
};
