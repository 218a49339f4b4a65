/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set: the context task and the session's variables. */
#include <string.h>

#include "base/error.h"
#include "command/context.h"
#include "command/frame/frame.h"
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"
#include "command/variables.h"

/* ---- the context ---- */

#define CONTEXT(indent)                                                                                      \
	indent "    PID: {pid}\n" indent "COMMAND: {comm:q}\n" indent                                        \
	       "   TASK: {task}{?of}  (1 of {of}){/}{?thread_info}  [THREAD_INFO: "                          \
	       "{thread_info}]{/}\n" indent "    CPU: {cpu}\n" indent                                        \
	       "  STATE: {state}{?note} ({note}){/}\n"

static const struct shape narrow_shape = {CONTEXT(""), NULL};
static const struct shape wide_shape = {CONTEXT("    "), NULL};

void context_show(struct session *s, const struct task *task, bool wide)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);
	size_t same = 0;
	uint64_t address;

	for (size_t i = 0; tasks && i < tasks->n; i++)
		same += tasks->list[i].pid == task->pid;
	rec_begin(s->out, wide ? &wide_shape : &narrow_shape);
	put_i64(s->out, "pid", task->pid);
	put_str(s->out, "comm", task->comm);
	put_addr(s->out, "task", task->address);
	if (same > 1)
		put_u64(s->out, "of", same);
	if (task_thread_info(s->kernel, task, &address))
		put_addr(s->out, "thread_info", address);
	if (task->cpu >= 0)
		put_i64(s->out, "cpu", task->cpu);
	else
		put_missing(s->out, "cpu", "unknown");
	put_str(s->out, "state", task_state_name(s->kernel, &s->scratch, task));
	put_str(s->out, "note", task_situation(s->kernel, task));
	rec_end(s->out);
}

static bool choose(struct session *s, struct task *task)
{
	s->current = task;
	s->current_decided = true;
	frame_forget(s);
	context_show(s, task, false);
	return true;
}

static bool choose_cpu(struct session *s, const char *word)
{
	uint64_t cpu;
	struct task *task;

	if (!session_number(s, word, &cpu))
		return out_error(s->out, "%s", fail_text());
	if (cpu >= kernel_cpus(s->kernel)->n)
		return out_error(s->out, "invalid cpu number: %s", word);
	task = task_on_cpu(s->kernel, (unsigned)cpu);
	if (!task)
		return out_error(s->out, "the task that ran on CPU %s is not known", word);
	return choose(s, task);
}

static bool choose_panic(struct session *s)
{
	const struct panic *panic = kernel_panic(s->kernel);

	if (!panic || !panic->task)
		return out_error(s->out, "no panic task found");
	return choose(s, panic->task);
}

/* crash, of a task that ran a moment before the dump: -a makes it the one that its CPU ran. */
static bool choose_active(struct session *s, const char *word)
{
	struct task *task;

	if (word ? !session_task(s, word, &task) : !session_context(s))
		return out_error(s->out, "%s", word ? fail_text() : "no current task");
	if (!word)
		task = s->current;
	if (!task_make_active(s->kernel, task))
		return out_error(s->out, "%s", fail_text());
	return choose(s, task);
}

/* Variables and values as far as they go, several on one line. *@at is moved behind them. */
static bool set_variables(struct session *s, int argc, char **argv, int *at)
{
	while (*at < argc) {
		const struct variable *v = variable_find(argv[*at]);

		if (!v)
			return true;
		(*at)++;
		if (*at < argc && !variable_find(argv[*at]) && !variable_set(s, v, argv[(*at)++]))
			return false;
		variable_show(s, v);
	}
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	bool active = false;
	struct options o;
	struct task *task;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "pvc:a"))) {
		switch (letter) {
		case 'v': variables_show(s); return true;
		case 'p': return session_kernel(s) && choose_panic(s);
		case 'c': return session_kernel(s) && choose_cpu(s, o.value);
		case 'a': active = true; break;
		default: return command_usage(s, &command_set);
		}
	}
	if (active)
		return session_kernel(s) && choose_active(s, o.at < argc ? argv[o.at] : NULL);
	if (o.at == argc) {
		if (!session_current(s, &task))
			return false;
		context_show(s, task, false);
		return true;
	}
	if (!set_variables(s, argc, argv, &o.at))
		return false;
	if (o.at == argc)
		return true;
	if (!session_kernel(s))
		return false;
	if (!session_task(s, argv[o.at], &task))
		return out_error(s->out, "%s", fail_text());
	return choose(s, task);
}

const struct command command_set = {
	.name = "set",
	.summary = "the current task, and variables of the session",
	.synopsis = "[[-a] pid | task] | -c cpu | -p | -v | [variable [value]] ...",
	.help = "  Without arguments, shows the current task: commands that are about one task\n"
		"  take this one when none is named. At the start it is the task that crashed.\n"
		"    pid, task   make this task the current one\n"
		"    -a          and take it for the one that its CPU was running\n"
		"    -c cpu      the task that ran on a CPU\n"
		"    -p          the task that crashed\n"
		"    -v          list the variables\n"
		"    variable    show it; with a value, set it:\n"
		"      scroll on|off         show long output in a pager (CRASHPAGER, PAGER, less)\n"
		"      scroll less|more      ... in this one; CRASHPAGER: in that of the environment\n"
		"      radix 10|16           base of numbers in structures\n"
		"      print_max N           elements shown of an array or string\n"
		"      print_array on|off    each element of an array on a line of its own\n"
		"      null-stop on|off      arrays of characters end at their first NUL\n"
		"      zero_excluded on|off  pages that the dump does not hold read as zeros\n"
		"      offline show|hide     CPUs that are offline\n"
		"      edit vi|emacs         keys of the line editor\n"
		"      color on|off          colours on a terminal\n"
		"      silent on|off         started with -s\n"
		"      verbose on|off        show evidence: what was found, and from what\n"
		"      debug N               the same: on from 1\n"
		"      error default         messages go to standard error\n"
		"      error redirect        ... where the results go, when those are redirected\n"
		"      error FILE            ... into a file\n"
		"  refresh, console, core, hash, namelist, gdb, scope and redzone are taken because\n"
		"  start-up files of crash set them; the list says what happens here instead.\n",
	.example = "  inquest> set\n"
		   "      PID: 1\n"
		   "  COMMAND: \"init\"\n"
		   "     TASK: ff48cb19011f20c0  [THREAD_INFO: ff48cb19011f20c0]\n"
		   "      CPU: 0\n"
		   "    STATE: TASK_RUNNING (PANIC)\n"
		   "  inquest> set 2\n"
		   "      PID: 2\n"
		   "  COMMAND: \"kthreadd\"\n"
		   "     TASK: ff48cb19011f0000  [THREAD_INFO: ff48cb19011f0000]\n"
		   "      CPU: 0\n"
		   "    STATE: TASK_INTERRUPTIBLE\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
