/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bt: of which tasks, and how. */
#include "command/bt/bt.h"

#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/cpuspec.h"
#include "command/options.h"
#include "command/table.h"
#include "target/arch.h"

struct bt_request {
	struct bt_options show;
	bool active, panic, group, other_stacks, overflows, skip_idle;
	const char *cpus;
	struct task_select select;
};

/* The options that foreach does not take: of which tasks. */
static bool set_option(struct session *s, struct bt_request *r, int letter, const char *value)
{
	switch (letter) {
	case 'A':
		if (!s->target->arch->vector_regs)
			return out_error(s->out, "-A: dumps of this architecture keep no vector registers");
		r->show.vectors = r->active = true;
		break;
	case 'a': r->active = true; break;
	case 'c':
		if (r->cpus)
			return out_error(s->out, "only one -c option allowed");
		r->cpus = value;
		break;
	case 'p': r->panic = true; break;
	case 'g': r->group = true; break;
	case 'E': r->other_stacks = true; break;
	case 'v': r->overflows = true; break;
	case 'n':
		if (strcmp(value, "idle") != 0)
			return out_error(s->out, "-n takes \"idle\", not \"%s\"", value);
		r->skip_idle = true;
		break;
	default: return bt_option(s, &r->show, letter, value);
	}
	return true;
}

/* One place of one stack. */
static bool check_start(struct session *s, const struct bt_request *r)
{
	const struct trace_start *start = &r->show.start;

	if (!start->has_pc && !start->has_sp)
		return true;
	if (r->active || r->cpus || r->group || r->select.n > 1)
		return out_error(s->out, "-%c is for one task", start->has_pc ? 'I' : 'S');
	return true;
}

static bool parse(struct session *s, int argc, char **argv, struct bt_request *r)
{
	bool ok = true;
	struct options o;
	int letter;

	r->show.hex = s->settings.radix == 16;
	options_init(&o, argc, argv);
	while ((letter = option_next(&o, BT_SHOW_LETTERS BT_START_LETTERS "aAc:pgEvn:"))) {
		if (letter == '?')
			return command_usage(s, &command_bt);
		if (!set_option(s, r, letter, o.value))
			return false;
	}
	if (r->group && (r->active || r->cpus))
		return out_error(s->out, "-%c option cannot be used with the -g option",
				 r->active ? 'a' : 'c');
	for (int i = o.at; i < argc; i++)
		ok = select_add_number(s, &r->select, argv[i]) && ok;
	return check_start(s, r) && (ok || r->select.n);
}

/* All threads of the group that @task is in, its leader first. */
static bool show_group(struct session *s, const struct bt_request *r, struct task *task, bool *first)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);
	const struct task *leader = task_leader(s->kernel, task);
	bool ok = bt_show(s, &r->show, leader, first);

	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
		if (tasks->list[i].tgid == leader->tgid && &tasks->list[i] != leader)
			ok = bt_show(s, &r->show, &tasks->list[i], first) && ok;
	return ok;
}

static bool show_one(struct session *s, const struct bt_request *r, struct task *task, bool *first)
{
	/* The idle tasks are no thread group. */
	if (r->group && task->pid > 0)
		return show_group(s, r, task, first);
	return bt_show(s, &r->show, task, first);
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
	.synopsis = "[-a|-A|-p|-g|-c cpus] [-n idle] [-f|-F|-FF] [-l] [-L] [-s [-x|-d]] [-R ref]\n"
		    "     [-t|-T|-r|-e] [-E|-v] [-I ip] [-S sp] [-o|-O] [pid | task] ...",
	.help = "  Shows the kernel stack of the current task, or of the tasks given by PID or by the\n"
		"  address of their task_struct. Per frame: its number, where on the stack it was found,\n"
		"  the function, the address in it, and the module. The registers of exceptions are shown\n"
		"  where they lie, and \"--- <IRQ stack> ---\" where the trace leaves a stack for another.\n"
		"  A frame with \"?\" was only found by a scan of the stack. Where a trace ends before its\n"
		"  outermost frame, a note tells why.\n"
		"\n"
		"  Which tasks:\n"
		"    -a        what was running on each CPU\n"
		"    -A        the same, and the vector registers that the dump has of the CPU (s390x)\n"
		"    -p        the task that panicked\n"
		"    -c cpus   what was running on these CPUs: \"a\", or a list as 0,2-5\n"
		"    -g        all threads of the thread group\n"
		"    -n idle   with -a and -c: not the idle tasks\n"
		"    -R ref    only tasks whose trace mentions this symbol or hexadecimal value: as\n"
		"              function, address or register; with the options below, as a word of the\n"
		"              stack that they would show\n"
		"  How:\n"
		"    -f        under each frame its memory: from its stack pointer up to its caller's.\n"
		"              Behind the last frame there is the rest of the stack\n"
		"    -F        the same, with symbols in place of words that are their addresses, and\n"
		"              [cache] for addresses of objects of a slab cache\n"
		"    -FF       the same, with [address:cache]\n"
		"    -l        source file and line under each frame, and under that a line for each\n"
		"              function that the compiler put into the one of the frame\n"
		"    -L        the arguments and local variables of each frame, and of each function that\n"
		"              the compiler put into the one of the frame, where debug information tells\n"
		"              where they are\n"
		"    -s        with the offset in the function, decimal or as -x and -d say\n"
		"    -I ip     begin the trace at this address in place of the task's own\n"
		"    -S sp     begin it at this stack pointer: where bt, or -t, shows a frame to be, or\n"
		"              one of any other moment. Registers are known where it is a frame of the\n"
		"              task's own trace; a function that needs others ends the trace\n"
		"    -o, -O    are taken for the sake of scripts: there is one unwinder\n"
		"  Instead of traces:\n"
		"    -t        all addresses of code on the stack, from where the trace begins: what was\n"
		"              called, and also what was left over from earlier calls\n"
		"    -T        the same from the far end of the stack\n"
		"    -r        the whole stack as words and symbols\n"
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
		   "    ...\n"
		   "\n"
		   "inquest> bt -L 119\n"
		   "    ...\n"
		   " #3 [ffffd159c044ba28] __mutex_lock.constprop.0 at ffffffff96409aa9\n"
		   "    struct mutex *lock = 0xffffffffc0559120 <inquest_second>\n"
		   "    unsigned int state = 2\n"
		   "    unsigned long ip = <optimized out>\n"
		   "    ...\n"
		   "\n"
		   "inquest> bt -F\n"
		   "PID: 120      TASK: ffff89be2fe48000  CPU: 0    COMMAND: \"inq-trigger\"\n"
		   "    ...\n"
		   "#10 [ffffd19ec0437ab0] inquest_write at ffffffffc0463340 [inquest_test]\n"
		   "    ffffd19ec0437ab8: 0000000073706f6f 0000000000000000\n"
		   "    ffffd19ec0437ac8: 3f6aa29bdc5b1200 0000000000000004\n"
		   "    ffffd19ec0437ad8: [filp]           vfs_write+199\n"
		   "    ...\n"
		   "\n"
		   "inquest> bt -t\n"
		   "PID: 120      TASK: ffff89be2fe48000  CPU: 0    COMMAND: \"inq-trigger\"\n"
		   "              START: machine_kexec at ffffffff9666c53f\n"
		   "  [ffffd19ec04377b8] machine_kexec at ffffffff9666c53f\n"
		   "  [ffffd19ec0437810] __crash_kexec at ffffffff96764067\n"
		   "  [ffffd19ec0437898] inquest_level_three at ffffffffc0463487 [inquest_test]\n"
		   "  [ffffd19ec04378d0] crash_kexec at ffffffff967650f8\n"
		   "    ...\n",
	.run = run,
};
