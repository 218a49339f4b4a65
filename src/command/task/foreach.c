/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreach: commands over many tasks. */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/bt/bt.h"
#include "command/context.h"
#include "command/memory/vtop.h"
#include "command/options.h"
#include "command/table.h"
#include "command/task/ps.h"
#include "command/task/task.h"
#include "command/task/task_view.h"

struct chosen {
	struct task **list;
	size_t n;
};

enum { MOST_STEPS = 8 };

/* One of the commands that were asked for, with its words (the first is its name) and what they mean. */
struct step {
	const struct runner *runner;
	int argc;
	char **argv;
	union {
		struct bt_options bt;
		struct ps_request ps;
		struct task_options task;
		struct vtop_options vtop;
	} o;
};

/* A command that foreach can run. Each has a line in the table at the end; more come as more lines. */
struct runner {
	const char *name;
	const char *with_value; /* letters of its options that take one */
	/* False with an out_error(). */
	bool (*parse)(struct session *s, struct step *step);
	/* About one task, into the open record of the task. */
	bool (*one)(struct session *s, const struct step *step, struct task *task);
	/* About all, when nothing else is asked of them. NULL: one by one, each under its header. */
	bool (*all)(struct session *s, const struct step *step, const struct chosen *tasks);
};

static bool bt_parse(struct session *s, struct step *step)
{
	struct bt_options *bt = &step->o.bt;
	struct options o;
	int letter;

	bt->hex = s->settings.radix == 16;
	options_init(&o, step->argc, step->argv);
	while ((letter = option_next(&o, BT_SHOW_LETTERS))) {
		if (letter == '?')
			return command_usage(s, &command_foreach);
		if (!bt_option(s, bt, letter, o.value))
			return false;
	}
	return true;
}

static bool bt_one(struct session *s, const struct step *step, struct task *task)
{
	return bt_add(s, &step->o.bt, task);
}

/* With -R, what does not mention it is left out whole. */
static bool bt_all(struct session *s, const struct step *step, const struct chosen *tasks)
{
	bool ok = true, first = true;

	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++)
		ok = bt_show(s, &step->o.bt, tasks->list[i], &first) && ok;
	list_end(s->out);
	return ok;
}

static bool task_words(struct session *s, struct step *step)
{
	int at;

	return task_parse(s, step->argc, step->argv, &step->o.task, &at);
}

static bool task_one(struct session *s, const struct step *step, struct task *task)
{
	return task_show(s, &step->o.task, task);
}

static bool set_words(struct session *s, struct step *step)
{
	return step->argc == 1 || out_error(s->out, "set: takes nothing else with foreach");
}

static bool set_one(struct session *s, const struct step *step, struct task *task)
{
	(void)step;
	obj_begin(s->out, "context");
	context_show(s, task, false);
	obj_end(s->out);
	return true;
}

static bool ps_words(struct session *s, struct step *step)
{
	struct ps_request *r = &step->o.ps;

	if (!ps_parse(s, step->argc, step->argv, r))
		return false;
	if (r->select.given)
		return out_error(s->out, "ps: tasks are chosen before the command");
	/* The tasks were asked for one by one: threads stand for their groups. */
	r->select.given = true;
	return true;
}

static bool ps_all(struct session *s, const struct step *step, const struct chosen *tasks)
{
	const struct ps_tasks list = {tasks->list, tasks->n};
	struct ps_request r = step->o.ps;

	r.no_header |= !tasks->n;
	return ps_show_list(s, &r, &list);
}

static bool ps_one(struct session *s, const struct step *step, struct task *task)
{
	const struct chosen one = {&task, 1};

	return ps_all(s, step, &one);
}

static bool vtop_words(struct session *s, struct step *step)
{
	return vtop_parse(s, step->argc, step->argv, &step->o.vtop);
}

static bool vtop_one(struct session *s, const struct step *step, struct task *task)
{
	return vtop_show(s, &step->o.vtop, step->o.vtop.context ? step->o.vtop.context : task);
}

static const struct runner runners[] = {
	{"bt", "R", bt_parse, bt_one, bt_all},     {"ps", "yC", ps_words, ps_one, ps_all},
	{"set", "", set_words, set_one, NULL},     {"task", "R", task_words, task_one, NULL},
	{"vtop", "c", vtop_words, vtop_one, NULL},
};

static const struct runner *find_runner(const char *name)
{
	for (size_t i = 0; i < sizeof runners / sizeof *runners; i++)
		if (strcmp(runners[i].name, name) == 0)
			return &runners[i];
	return NULL;
}

/* Each task under one header, and what the steps say of it below. */
static bool each_task(struct session *s, const struct step *steps, size_t n, const struct chosen *tasks)
{
	static const struct shape next_shape = {"\n" TASK_HEADER "\n", NULL};
	bool ok = true;

	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		rec_begin(s->out, i ? &next_shape : &task_header_shape);
		put_task(s, tasks->list[i]);
		for (size_t k = 0; k < n; k++)
			ok = steps[k].runner->one(s, &steps[k], tasks->list[i]) && ok;
		rec_end(s->out);
	}
	list_end(s->out);
	return ok;
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

/* What crash's foreach also runs. */
static bool is_unknown_command(const char *word)
{
	static const char *const names[] = {"files", "net", "sig", "vm"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], word) == 0 && !find_runner(word))
			return true;
	return false;
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
	else if (is_unknown_command(word)) {
		sel->select.given = true;
		return out_error(s->out, "there is no command %s here that foreach can run", word);
	} else if (*word != '\'' && !task_exists(s, word)) {
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

/* Does an option that takes a value want the next word? */
static bool wants_value(const struct runner *r, const char *word)
{
	const char *letters = r ? r->with_value : "RyC";
	size_t n = strlen(word);

	return word[0] == '-' && n > 1 && strchr(letters, word[n - 1]);
}

static void add_to_step(struct step *step, char *word)
{
	step->argv[step->argc++] = word;
}

/*
 * Selectors come before the commands, options of a command behind it; those before the first are its own.
 */
static bool split(struct session *s, int argc, char **argv, struct selection *sel, struct step *steps,
		  size_t *n_steps)
{
	struct step *step = &steps[0];
	bool ok = true;

	for (int i = 1; i < argc; i++) {
		const struct runner *runner = find_runner(argv[i]);
		bool is_option = argv[i][0] == '-' && argv[i][1];

		if (runner && *n_steps == MOST_STEPS)
			return out_error(s->out, "too many commands");
		if (runner) {
			step = &steps[(*n_steps)++];
			step->runner = runner;
			step->argv[0] = argv[i];
		} else if (*n_steps || is_option) {
			add_to_step(step, argv[i]);
			if (is_option && wants_value(step->runner, argv[i]) && i + 1 < argc)
				add_to_step(step, argv[++i]);
		} else {
			ok = add_word(s, sel, argv[i]) && ok;
		}
	}
	return ok;
}

static bool run_steps(struct session *s, struct step *steps, size_t n, const struct chosen *tasks)
{
	for (size_t i = 0; i < n; i++)
		if (!steps[i].runner->parse(s, &steps[i]))
			return false;
	if (n == 1 && steps[0].runner->all)
		return steps[0].runner->all(s, &steps[0], tasks);
	return each_task(s, steps, n, tasks);
}

static void done(struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].runner->parse == ps_words)
			ps_done(&steps[i].o.ps);
}

static bool run(struct session *s, int argc, char **argv)
{
	struct step *steps;
	struct selection sel = {0};
	struct chosen chosen = {0};
	size_t n_steps = 0;
	bool ok, understood;

	if (!session_kernel(s))
		return false;
	if (!kernel_tasks(s->kernel))
		return out_error(s->out, "%s", fail_text());
	if (argc < 2)
		return command_usage(s, &command_foreach);
	steps = arena_new_n(&s->scratch, MOST_STEPS, struct step);
	for (size_t i = 0; i < MOST_STEPS; i++) {
		steps[i].argc = 1;
		steps[i].argv = arena_array(&s->scratch, (size_t)argc + 1, sizeof(*argv));
	}
	ok = understood = split(s, argc, argv, &sel, steps, &n_steps);
	if (!n_steps) {
		ok = out_error(s->out, "no keywords specified");
	} else if (ok || sel.select.n) {
		note_tasks(s);
		choose(s, &sel, &chosen);
		ok = run_steps(s, steps, n_steps, &chosen) && understood;
	}
	done(steps, n_steps);
	select_free(&sel.select);
	return ok;
}

const struct command command_foreach = {
	.name = "foreach",
	.summary = "run bt, ps, set, task or vtop over many tasks",
	.synopsis = "[[pid | task | name | 'regex' | state | kernel | user | gleader | active] ...]\n"
		    "     bt|ps|set|task|vtop [option | argument] ... [command ...]",
	.help = "  Runs commands over all tasks, or over those that the words before them choose:\n"
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
		"    bt   -f -F -t -T -r -e -l -L -s -x -d -R symbol\n"
		"    ps   -G -s -p -c -t -l -m -a -g -r -y policy -Y\n"
		"    task -R members -x -d\n"
		"    set\n"
		"    vtop -u -k address ...\n"
		"\n"
		"  Several commands, each with its options behind it, are shown below one header for\n"
		"  each task.\n",
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
