/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ps: which tasks, and which of its views. */
#include "command/task/ps.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/cpuspec.h"
#include "command/options.h"
#include "command/table.h"

static const char letters[] = "HAISgstcpkuGlmarC:y:Y";

/* These say what is shown: at most one of them. */
static const char views[] = "gatcpmlrSAY";

static const char *const policies[] = {"NORMAL", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE", "EXT"};

/* "FIFO", "SCHED_RR", "1,2", OTHER for NORMAL. */
static bool parse_policies(struct session *s, const char *text, uint64_t *mask)
{
	char *copy = arena_strdup(&s->scratch, text), *at = copy, *word;

	while ((word = strsep(&at, ","))) {
		const char *name = strncasecmp(word, "SCHED_", 6) == 0 ? word + 6 : word;
		char *end;
		unsigned long number = strtoul(name, &end, 0);

		if (*name && !*end && number < 64) {
			*mask |= 1ULL << number;
			continue;
		}
		for (number = 0; number < sizeof policies / sizeof *policies; number++)
			if (strcasecmp(name, policies[number]) == 0)
				break;
		if (strcasecmp(name, "OTHER") == 0)
			number = 0;
		if (number == sizeof policies / sizeof *policies)
			return out_error(s->out, "%s: invalid scheduling policy", word);
		*mask |= 1ULL << number;
	}
	return true;
}

static bool set_view(struct session *s, struct ps_request *r, char letter)
{
	if (r->view && r->view != letter)
		return out_error(s->out, "-%c and -%c are mutually exclusive", r->view, letter);
	r->view = letter;
	return true;
}

static bool set_option(struct session *s, struct ps_request *r, char letter, const char *value)
{
	if (strchr(views, letter) && !set_view(s, r, letter))
		return false;
	switch (letter) {
	case 'k': r->kernel = true; break;
	case 'u': r->user = true; break;
	case 'G': r->leaders = true; break;
	case 'I': r->not_idle = true; break;
	case 's': r->kernel_stack = true; break;
	case 'H': r->no_header = true; break;
	case 'y': r->has_policy = true; return parse_policies(s, value, &r->policies);
	case 'A': r->active = true; break;
	case 'C':
		return cpuspec_parse(s, value, &r->cpus, &r->n_cpus) || out_error(s->out, "%s", fail_text());
	default: break;
	}
	return true;
}

static bool check(struct session *s, const struct ps_request *r)
{
	if (r->kernel && r->user)
		return out_error(s->out, "-u and -k are mutually exclusive");
	if (r->cpus && r->view != 'l' && r->view != 'm')
		return out_error(s->out, "-C option is only applicable with -l and -m");
	if (r->cpus && r->select.given)
		return out_error(s->out, "-C option is not applicable with specified tasks");
	if (r->leaders && (r->view == 'l' || r->view == 'm'))
		return out_error(s->out, "-G not supported with -%c option", r->view);
	if (r->view != 'S')
		return true;
	if (r->select.given)
		return out_error(s->out, "-S option takes no arguments");
	if (r->kernel || r->user || r->leaders || r->not_idle)
		return out_error(s->out, "-S option cannot be used with other options");
	return true;
}

bool ps_parse(struct session *s, int argc, char **argv, struct ps_request *r)
{
	struct options o;
	int letter;
	bool ok = true;

	*r = (struct ps_request){0};
	options_init(&o, argc, argv);
	while ((letter = option_next(&o, letters))) {
		if (letter == '?')
			return command_usage(s, &command_ps);
		if (!set_option(s, r, (char)letter, o.value))
			return false;
	}
	for (int i = o.at; i < argc; i++)
		ok = select_add(s, &r->select, argv[i]) && ok;
	return check(s, r) && (ok || r->select.n);
}

void ps_done(struct ps_request *r)
{
	select_free(&r->select);
}

static bool wanted(struct session *s, const struct ps_request *r, struct task *task)
{
	uint64_t policy;

	if ((r->user && task->kernel_thread) || (r->kernel && !task->kernel_thread))
		return false;
	if (r->not_idle && task->idle)
		return false;
	if (r->active && !r->select.given && !task->active)
		return false;
	if (!r->has_policy)
		return true;
	task_policy_name(s->kernel, task, &policy);
	return policy < 64 && r->policies >> policy & 1;
}

static int compare_last_run(const void *a, const void *b)
{
	const struct task *const *x = a, *const *y = b;

	if ((*x)->last_run != (*y)->last_run)
		return (*x)->last_run > (*y)->last_run ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

/* A name stands for its process where processes are shown. */
static bool matches(const struct ps_request *r, const struct task *task)
{
	const struct select_term *term;

	if (!r->select.given)
		return true;
	term = select_match(&r->select, task);
	if (!term)
		return false;
	return task->leader || term->kind == SELECT_PID || term->kind == SELECT_ADDRESS ||
	       !(r->leaders || r->view == 'g');
}

static void add_wanted(struct session *s, const struct ps_request *r, struct task *task, struct num_map *seen,
		       struct ps_tasks *chosen)
{
	if (!wanted(s, r, task))
		return;
	if (r->leaders && !task->leader) {
		if (!r->select.given)
			return;
		task = task_leader(s->kernel, task);
	}
	if (num_map_put(&s->scratch, seen, task->address, 0))
		chosen->list[chosen->n++] = task;
}

/* -S: how many tasks are in each state, in the order in which the states occur. */
static bool show_counts(struct session *s, const struct ps_tasks *tasks)
{
	static const struct shape shape = {"  {state}: {count}\n", NULL};
	const char *states[32];
	uint64_t counts[32];
	size_t n = 0;

	for (size_t i = 0; i < tasks->n; i++) {
		size_t at = 0;

		while (at < n && strcmp(states[at], tasks->list[i]->state) != 0)
			at++;
		if (at == sizeof states / sizeof *states)
			continue;
		if (at == n) {
			states[n] = tasks->list[i]->state;
			counts[n++] = 0;
		}
		counts[at]++;
	}
	list_begin(s->out, "states");
	for (size_t i = 0; i < n; i++) {
		rec_begin(s->out, &shape);
		put_str(s->out, "state", states[i]);
		put_u64(s->out, "count", counts[i]);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static bool show(struct session *s, const struct ps_request *r, struct ps_tasks *tasks)
{
	if (r->view == 'l' || r->view == 'm')
		qsort(tasks->list, tasks->n, sizeof(*tasks->list), compare_last_run);
	switch (r->view) {
	case 'p': return ps_parents(s, tasks);
	case 'c': return ps_children(s, tasks);
	case 'g': return ps_threads(s, r, tasks);
	case 't': return ps_times(s, r, tasks);
	case 'l':
	case 'm': return ps_last_run(s, r, tasks);
	case 'a': return ps_arguments(s, tasks);
	case 'r': return ps_limits(s, tasks);
	case 'S': return show_counts(s, tasks);
	case 'Y': return ps_policies(s, r, tasks);
	default: return ps_table(s, r, tasks);
	}
}

bool ps_show(struct session *s, const struct ps_request *r)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);
	struct ps_tasks chosen = {.list = arena_new_n(&s->scratch, tasks->n + 1, struct task *)};
	struct num_map seen = {0};

	for (size_t i = 0; i < tasks->n; i++)
		if (matches(r, &tasks->list[i]))
			add_wanted(s, r, &tasks->list[i], &seen, &chosen);
	return show(s, r, &chosen);
}

bool ps_show_list(struct session *s, const struct ps_request *r, const struct ps_tasks *list)
{
	struct ps_tasks chosen = {.list = arena_new_n(&s->scratch, list->n + 1, struct task *)};
	struct num_map seen = {0};

	for (size_t i = 0; i < list->n; i++)
		add_wanted(s, r, list->list[i], &seen, &chosen);
	return show(s, r, &chosen);
}

static bool run(struct session *s, int argc, char **argv)
{
	struct ps_request r;
	bool ok;

	if (!session_kernel(s))
		return false;
	if (!kernel_tasks(s->kernel))
		return out_error(s->out, "%s", fail_text());
	ok = ps_parse(s, argc, argv, &r);
	if (ok) {
		note_tasks(s);
		ok = ps_show(s, &r);
	}
	ps_done(&r);
	return ok;
}

const struct command command_ps = {
	.name = "ps",
	.summary = "tasks: states, memory, times, families, arguments, limits",
	.synopsis = "[-k|-u|-G|-I|-y policy] [-s] [-p|-c|-t|-[l|m][-C cpus]|-a|-g|-r|-S|-A|-Y] [-H]\n"
		    "     [pid | task | command | 'regex'] ...",
	.help = "  Shows tasks: without arguments all of them, idle tasks first, then by PID. Arguments\n"
		"  choose: a PID (decimal, or hexadecimal), the address of a task_struct, a command\n"
		"  name (\\name where the name looks like a number), or a regular expression in single\n"
		"  quotes.\n"
		"\n"
		"  The columns are PID, PID of the parent, CPU, address of the task_struct, state (RU, IN,\n"
		"  UN, ID, ZO, ST, TR, DE, PA, WA, NE), share of the memory, virtual and resident size in\n"
		"  kilobytes, and command name, in brackets for kernel threads. \">\" marks the tasks that\n"
		"  were running. What the dump does not hold is said in place of a number.\n"
		"\n"
		"  Which tasks:\n"
		"    -k         kernel threads only\n"
		"    -u         user tasks only\n"
		"    -G         thread group leaders only\n"
		"    -I         not the idle tasks\n"
		"    -A         only what was running on a CPU\n"
		"    -y policy  only that scheduling policy: NORMAL, FIFO, RR, BATCH, IDLE, DEADLINE, EXT "
		"or\n"
		"               its number; several with commas\n"
		"  Instead of the table:\n"
		"    -p         the chain of parents of each task\n"
		"    -c         the children of each task\n"
		"    -g         the threads of each thread group\n"
		"    -t         run time, start time, and time spent in user and kernel mode\n"
		"    -l         when the task was last put on a CPU, latest first: nanoseconds\n"
		"    -m         the same as time that has passed since, days hh:mm:ss.ms\n"
		"    -C cpus    with -l and -m: by CPU; \"a\", or a list as 0,2-5\n"
		"    -a         arguments and environment, from user memory\n"
		"    -r         resource limits\n"
		"    -S         how many tasks are in each state\n"
		"    -Y         columns POLICY and PRIO instead of state and memory\n"
		"  The table itself:\n"
		"    -s         KSTACKP, the saved kernel stack pointer, instead of TASK\n"
		"    -H         without the line of column titles\n",
	.example = "inquest> ps -u\n"
		   "      PID    PPID  CPU       TASK        ST  %MEM      VSZ      RSS  COMM\n"
		   "        1       0   0  ffff8da3c11fc180  RU   0.2     2260     1832  init\n"
		   "      103       1   0  ffff8da3eeb620c0  IN   0.4     8728     2868  inq-helper\n"
		   "      106     103   0  ffff8da3eeb64180  ZO   0.0        0        0  inq-zombie\n"
		   "      107     103   0  ffff8da3c22e8000  ST   0.3     8320     2372  inq-stopped\n"
		   "      108       1   0  ffff8da3c22ec180  IN   0.4     8728     2868  inq-nanosleep\n"
		   "\n"
		   "inquest> ps -m inq-trigger\n"
		   "[0 00:00:00.000] [RU]  PID: 120      TASK: ffff8da3eeb7a0c0  CPU: 0    COMMAND: "
		   "\"inq-trigger\"\n"
		   "\n"
		   "inquest> ps -S\n"
		   "  RU: 4\n"
		   "  IN: 23\n"
		   "  ID: 36\n"
		   "  ZO: 1\n"
		   "  ST: 1\n",
	.run = run,
};
