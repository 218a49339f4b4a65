/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreach: one command over many tasks. */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/bt.h"
#include "command/context.h"
#include "command/options.h"
#include "command/ps.h"
#include "command/table.h"
#include "command/task.h"
#include "command/task_view.h"

struct chosen {
	struct task **list;
	size_t n;
};

/* A command that foreach can run. Each has a line in the table at the end; more come as more lines. */
struct runner {
	const char *name;
	/* Parse the words (words[0] is the name) and show all tasks in one go; false with an out_error(). */
	bool (*all)(struct session *s, int argc, char **argv, const struct chosen *tasks);
};

/* Show each task under its header; fn() adds to the task's open record. */
static bool each_task(struct session *s, const struct chosen *tasks,
		      bool (*fn)(struct session *s, const void *options, const struct task *task),
		      const void *options)
{
	static const struct shape next_shape = {"\n" TASK_HEADER "\n", NULL};
	bool ok = true;

	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		rec_begin(s->out, i ? &next_shape : &task_header_shape);
		put_task(s, tasks->list[i]);
		ok = fn(s, options, tasks->list[i]) && ok;
		rec_end(s->out);
	}
	list_end(s->out);
	return ok;
}

static bool run_bt(struct session *s, int argc, char **argv, const struct chosen *tasks)
{
	struct bt_options bt = {.hex = s->settings.radix == 16};
	bool ok = true, first = true;
	struct options o;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, BT_SHOW_LETTERS))) {
		if (letter == '?')
			return command_usage(s, &command_foreach);
		if (!bt_option(s, &bt, letter, o.value))
			return false;
	}
	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
		ok = bt_show(s, &bt, tasks->list[i], &first) && ok;
	list_end(s->out);
	return ok;
}

static bool one_task(struct session *s, const void *options, const struct task *task)
{
	return task_show(s, options, task);
}

static bool run_task(struct session *s, int argc, char **argv, const struct chosen *tasks)
{
	struct task_options o;
	int at;

	return task_parse(s, argc, argv, &o, &at) && each_task(s, tasks, one_task, &o);
}

static bool one_set(struct session *s, const void *options, const struct task *task)
{
	(void)options;
	obj_begin(s->out, "context");
	context_show(s, task, false);
	obj_end(s->out);
	return true;
}

static bool run_set(struct session *s, int argc, char **argv, const struct chosen *tasks)
{
	(void)argv;
	if (argc > 1)
		return out_error(s->out, "set: takes nothing else with foreach");
	return each_task(s, tasks, one_set, NULL);
}

static bool run_ps(struct session *s, int argc, char **argv, const struct chosen *tasks)
{
	struct ps_tasks list = {tasks->list, tasks->n};
	struct ps_request r;
	bool ok = ps_parse(s, argc, argv, &r);

	if (ok && r.select.given)
		ok = out_error(s->out, "ps: tasks are chosen before the command");
	/* The tasks were asked for one by one: threads stand for their groups. */
	r.select.given = true;
	r.no_header |= !tasks->n;
	ok = ok && ps_show_list(s, &r, &list);
	ps_done(&r);
	return ok;
}

static const struct runner runners[] = {
	{"bt", run_bt},
	{"ps", run_ps},
	{"set", run_set},
	{"task", run_task},
};

static const struct runner *find_runner(const char *name)
{
	for (size_t i = 0; i < sizeof runners / sizeof *runners; i++)
		if (strcmp(runners[i].name, name) == 0)
			return &runners[i];
	return NULL;
}

/* ---- which tasks ---- */

struct selection {
	bool kernel, user, leaders, active;
	const char *state;
	struct task_select select;
};

static const char *const states[] = {"RU", "IN", "UN", "ST", "ZO", "TR", "SW", "DE", "WA", "PA", "ID", "NE"};

static const char *find_state(const char *word)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(states[i], *word == '\\' ? word + 1 : word) == 0)
			return states[i];
	return NULL;
}

static bool add_word(struct session *s, struct selection *sel, const char *word)
{
	const char *state = find_state(word);

	if (state) {
		if (sel->state)
			return out_error(s->out, "only one task state allowed");
		sel->state = state;
		return true;
	}
	if (!strcmp(word, "kernel"))
		sel->kernel = true;
	else if (!strcmp(word, "user"))
		sel->user = true;
	else if (!strcmp(word, "gleader"))
		sel->user = sel->leaders = true;
	else if (!strcmp(word, "active"))
		sel->active = true;
	else if (*word != '\'' && !task_exists(s, word)) {
		sel->select.given = true;
		return out_error(s->out, "unknown argument: \"%s\"", word);
	} else
		return select_add(s, &sel->select, word);
	if (sel->kernel && sel->user)
		return out_error(s->out, "%s and kernel are mutually exclusive!",
				 sel->leaders ? "gleader" : "user");
	return true;
}

static bool wanted(const struct selection *sel, const struct task *task)
{
	if ((sel->active && !task->active) || (sel->kernel && !task->kernel_thread) ||
	    (sel->user && task->kernel_thread) || (sel->leaders && !task->leader))
		return false;
	if (sel->state && strcmp(task->state, sel->state) != 0)
		return false;
	return !sel->select.given || select_match(&sel->select, task);
}

static void choose(struct session *s, const struct selection *sel, struct chosen *chosen)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);

	chosen->list = arena_new_n(&s->scratch, tasks->n + 1, struct task *);
	for (size_t i = 0; i < tasks->n; i++)
		if (wanted(sel, &tasks->list[i]))
			chosen->list[chosen->n++] = &tasks->list[i];
}

/*
 * Selectors come before the command, options of the command anywhere, as with
 * crash. The command's own words go to @words.
 */
static bool split(struct session *s, int argc, char **argv, struct selection *sel,
		  const struct runner **runner, char **words, int *n_words)
{
	bool ok = true;

	*n_words = 1;
	for (int i = 1; i < argc; i++) {
		char *word = argv[i];

		if (*runner || (word[0] == '-' && word[1])) {
			words[(*n_words)++] = word;
			/* The options with a value, given apart from it. */
			if (!*runner && (!strcmp(word, "-R") || !strcmp(word, "-y")) && i + 1 < argc)
				words[(*n_words)++] = argv[++i];
			continue;
		}
		*runner = find_runner(word);
		if (*runner)
			words[0] = word;
		else
			ok = add_word(s, sel, word) && ok;
	}
	words[*n_words] = NULL;
	return ok;
}

static bool run(struct session *s, int argc, char **argv)
{
	const struct runner *runner = NULL;
	struct selection sel = {0};
	struct chosen chosen = {0};
	char **words;
	int n_words;
	bool ok, understood;

	if (!session_kernel(s))
		return false;
	if (!kernel_tasks(s->kernel))
		return out_error(s->out, "%s", fail_text());
	if (argc < 2)
		return command_usage(s, &command_foreach);
	words = arena_array(&s->scratch, (size_t)argc + 1, sizeof(*words));
	ok = understood = split(s, argc, argv, &sel, &runner, words, &n_words);
	if (!runner) {
		ok = out_error(s->out, "no keywords specified");
	} else if (ok || sel.select.n) {
		note_tasks(s);
		choose(s, &sel, &chosen);
		ok = runner->all(s, n_words, words, &chosen) && understood;
	}
	select_free(&sel.select);
	return ok;
}

const struct command command_foreach = {
	.name = "foreach",
	.summary = "run bt, ps, task or set over many tasks",
	.synopsis = "[[pid | task | name | 'regex' | state | kernel | user | gleader | active] ...]\n"
		    "     bt|ps|task|set [option ...]",
	.help = "  Runs a command over all tasks, or over those that the words before it choose:\n"
		"\n"
		"    pid, task   a PID, or the address of a task_struct\n"
		"    name        a command name; \\name when the name is also a word of foreach\n"
		"    'regex'     command names that match a regular expression\n"
		"    kernel      kernel threads\n"
		"    user        user tasks\n"
		"    gleader     leaders of user thread groups\n"
		"    active      what was running on a CPU\n"
		"    state       RU, IN, UN, ID, ST, TR, ZO, DE, PA, WA, NE or SW\n"
		"\n"
		"  PIDs, tasks, names and expressions add up; the other words then narrow the choice.\n"
		"  The commands, with the options that they take here:\n"
		"\n"
		"    bt   -f -F -t -T -r -e -l -s -x -d -R symbol\n"
		"    ps   -G -s -p -c -t -l -m -a -g -r -y policy -Y\n"
		"    task -R members -x -d\n"
		"    set\n",
	.example = "inquest> foreach ST bt -s\n"
		   "PID: 107      TASK: ffff8da3c22e8000  CPU: 0    COMMAND: \"inq-stopped\"\n"
		   " #0 [ffffd503804039a8] __schedule+845 at ffffffff92206a3d\n"
		   " #1 [ffffd50380403a00] schedule+90 at ffffffff9220712a\n"
		   " #2 [ffffd50380403a18] do_signal_stop+381 at ffffffff918aa31d\n"
		   " #3 [ffffd50380403a48] get_signal+589 at ffffffff918aa79d\n"
		   " #4 [ffffd50380403ab8] arch_do_signal_or_restart+68 at ffffffff9182fb54\n"
		   "    ...\n"
		   "\n"
		   "inquest> foreach '^inq-[zs]' ps\n"
		   "      PID    PPID  CPU       TASK        ST  %MEM      VSZ      RSS  COMM\n"
		   "      106     103   0  ffff8da3eeb64180  ZO   0.0        0        0  inq-zombie\n"
		   "      107     103   0  ffff8da3c22e8000  ST   0.3     8320     2372  inq-stopped\n",
	.run = run,
};
