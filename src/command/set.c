/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set: the context task and the session's variables. */
#include <string.h>

#include "base/error.h"
#include "command/context.h"
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"

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

/* ---- the variables ---- */

enum variable_kind { ON_OFF, SHOW_HIDE, RADIX, COUNT };

static const struct variable {
	const char *name;
	enum variable_kind kind;
	size_t offset; /* in struct settings */
	const char *what;
} variables[] = {
	{"scroll", ON_OFF, offsetof(struct settings, scroll), "show long output in a pager"},
	{"radix", RADIX, offsetof(struct settings, radix), "base of numbers in structures"},
	{"print_max", COUNT, offsetof(struct settings, print_max), "elements shown of an array or string"},
	{"silent", ON_OFF, offsetof(struct settings, silent), "started with -s"},
	{"verbose", ON_OFF, offsetof(struct settings, verbose), "show evidence"},
	{"zero_excluded", ON_OFF, offsetof(struct settings, zero_excluded), "excluded pages read as zeros"},
	{"offline", SHOW_HIDE, offsetof(struct settings, offline_hide), "CPUs that are offline"},
};
enum { N_VARIABLES = sizeof(variables) / sizeof(variables[0]) };

static const struct shape variable_shape = {"{name:>14}: {value}{?note} ({note}){/}\n", NULL};
static const struct shape one_shape = {"{name}: {value}{?note} ({note}){/}\n", NULL};

static void show_variable(struct session *s, const struct variable *v, const struct shape *shape)
{
	const char *at = (const char *)&s->settings + v->offset;
	unsigned number = 0;
	bool flag = false;

	if (v->kind == RADIX || v->kind == COUNT)
		memcpy(&number, at, sizeof(number));
	else
		memcpy(&flag, at, sizeof(flag));
	rec_begin(s->out, shape);
	put_str(s->out, "name", v->name);
	switch (v->kind) {
	case ON_OFF: put_str(s->out, "value", flag ? "on" : "off"); break;
	case SHOW_HIDE: put_str(s->out, "value", flag ? "hide" : "show"); break;
	case RADIX:
		put_u64(s->out, "value", number);
		put_str(s->out, "note", number == 16 ? "hexadecimal" : "decimal");
		break;
	case COUNT: put_u64(s->out, "value", number); break;
	}
	rec_end(s->out);
}

static bool parse_flag(const char *word, const char *no, const char *yes, bool *flag)
{
	if (strcmp(word, yes) != 0 && strcmp(word, no) != 0)
		return fail("%s or %s, not \"%s\"", no, yes, word);
	*flag = strcmp(word, yes) == 0;
	return true;
}

static bool set_variable(struct session *s, const struct variable *v, const char *word)
{
	char *at = (char *)&s->settings + v->offset;
	uint64_t number = 0;
	unsigned value;
	bool flag = false, ok = true;

	switch (v->kind) {
	case ON_OFF:
		/* crash: "scroll less" chooses the pager and turns it on; here PAGER chooses */
		if (strcmp(v->name, "scroll") == 0 &&
		    (strcmp(word, "less") == 0 || strcmp(word, "more") == 0 ||
		     strcmp(word, "CRASHPAGER") == 0))
			word = "on";
		ok = parse_flag(word, "off", "on", &flag);
		break;
	case SHOW_HIDE: ok = parse_flag(word, "show", "hide", &flag); break;
	case RADIX:
		number = strcmp(word, "16") == 0 || strncmp(word, "hex", 3) == 0   ? 16
			 : strcmp(word, "10") == 0 || strncmp(word, "dec", 3) == 0 ? 10
										   : 0;
		ok = number || fail("10 or 16, not \"%s\"", word);
		break;
	case COUNT:
		ok = session_number(s, word, &number) && (number <= 1000000 || fail("at most 1000000"));
		break;
	}
	if (!ok)
		return out_error(s->out, "%s: %s", v->name, fail_text());
	value = (unsigned)number;
	if (v->kind == RADIX || v->kind == COUNT)
		memcpy(at, &value, sizeof(value));
	else
		memcpy(at, &flag, sizeof(flag));
	return true;
}

static bool variable(struct session *s, const char *name, const char *value, bool *found)
{
	for (size_t i = 0; i < N_VARIABLES; i++) {
		if (strcmp(variables[i].name, name) != 0)
			continue;
		*found = true;
		if (value && !set_variable(s, &variables[i], value))
			return false;
		show_variable(s, &variables[i], &one_shape);
		return true;
	}
	*found = false;
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct options o;
	struct task *task;
	bool found, ok;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "pvc:a"))) {
		switch (letter) {
		case 'v':
			list_begin(s->out, "variables");
			for (size_t i = 0; i < N_VARIABLES; i++)
				show_variable(s, &variables[i], &variable_shape);
			list_end(s->out);
			return true;
		case 'p': return session_kernel(s) && choose_panic(s);
		case 'c': return session_kernel(s) && choose_cpu(s, o.value);
		default: return command_usage(s, &command_set);
		}
	}
	if (o.at == argc) {
		if (!session_current(s, &task))
			return false;
		context_show(s, task, false);
		return true;
	}
	ok = variable(s, argv[o.at], o.at + 1 < argc ? argv[o.at + 1] : NULL, &found);
	if (found)
		return ok;
	if (!session_kernel(s))
		return false;
	if (!session_task(s, argv[o.at], &task))
		return out_error(s->out, "%s", fail_text());
	return choose(s, task);
}

const struct command command_set = {
	.name = "set",
	.summary = "the current task, and variables of the session",
	.synopsis = "[pid | task | -c cpu | -p | -v | variable [value]]",
	.help = "  Without arguments, shows the current task: commands that are about one task\n"
		"  take this one when none is named. At the start it is the task that crashed.\n"
		"    pid, task   make this task the current one\n"
		"    -c cpu      the task that ran on a CPU\n"
		"    -p          the task that crashed\n"
		"    -v          list the variables\n"
		"    variable    show it; with a value, set it:\n"
		"      scroll on|off         show long output in a pager (CRASHPAGER, PAGER, less)\n"
		"      radix 10|16           base of numbers in structures\n"
		"      print_max N           elements shown of an array or string\n"
		"      zero_excluded on|off  excluded pages read as zeros\n"
		"      offline show|hide     CPUs that are offline\n"
		"      verbose on|off        show evidence: what was found, and from what\n",
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
