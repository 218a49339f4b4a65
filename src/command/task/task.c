/* SPDX-License-Identifier: GPL-2.0-or-later */
/* task: the task_struct and thread_info of a task. */
#include "command/task/task.h"

#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/options.h"
#include "command/table.h"
#include "command/task/task_view.h"

bool task_parse(struct session *s, int argc, char **argv, struct task_options *o, int *at)
{
	bool hex = false, decimal = false;
	struct options options;
	int letter;

	*o = (struct task_options){.hex = s->settings.radix == 16};
	options_init(&options, argc, argv);
	while ((letter = option_next(&options, "R:xhd"))) {
		switch (letter) {
		case 'R': o->members = options.value; break;
		case 'x':
		case 'h': hex = true; break;
		case 'd': decimal = true; break;
		default: return command_usage(s, &command_task);
		}
	}
	if (hex && decimal)
		return out_error(s->out, "-d and -x are mutually exclusive");
	o->hex = hex || (o->hex && !decimal);
	*at = options.at;
	return true;
}

static bool object_value(struct session *s, const char *name, uint64_t address, struct value *v)
{
	*v = (struct value){.type = type_find(s->target->types, TYPE_STRUCT, name),
			    .in_memory = true,
			    .address = address};
	return v->type || out_error(s->out, "the type struct %s is not known", name);
}

/* One member by path: of the task_struct, of the thread_info, or of both. */
static bool show_member(struct session *s, const struct node_options *node, const struct value *objects,
			size_t n, const char *path)
{
	static const struct shape shape = {"  {member} = {value:1},\n", NULL};
	const struct type_env *env = session_env(s);
	struct value member;
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (!value_member(env, &objects[i], path, &member))
			continue;
		found = true;
		rec_begin(s->out, &shape);
		put_str(s->out, "struct", objects[i].type->name);
		put_str(s->out, "member", path);
		put_node(s->out, "value", value_tree(env, &member, node));
		rec_end(s->out);
	}
	if (!found)
		return out_error(s->out, "%s: %s", path, fail_text());
	fail_clear();
	return true;
}

static bool show_members(struct session *s, const struct node_options *node, const struct value *objects,
			 size_t n, const char *members)
{
	char *rest = arena_strdup(&s->scratch, members), *path;
	bool ok = true;

	list_begin(s->out, "members");
	while ((path = strsep(&rest, ",")))
		if (*path)
			ok = show_member(s, node, objects, n, path) && ok;
	list_end(s->out);
	return ok;
}

bool task_show(struct session *s, const struct task_options *o, const struct task *task)
{
	static const struct shape task_shape = {"struct task_struct {task_struct}\n", NULL};
	static const struct shape info_shape = {"\nstruct thread_info {thread_info}\n", NULL};
	struct node_options node = session_node_options(s);
	struct value objects[2];
	uint64_t info;
	size_t n = 1;

	node.hex = o->hex;
	node.member = true;
	if (!object_value(s, "task_struct", task->address, &objects[0]))
		return false;
	if (task_thread_info(s->kernel, task, &info)) {
		if (!object_value(s, "thread_info", info, &objects[1]))
			return false;
		n = 2;
	} else {
		fail_clear();
	}
	if (o->members)
		return show_members(s, &node, objects, n, o->members);
	rec_begin(s->out, &task_shape);
	put_node(s->out, "task_struct", value_tree(session_env(s), &objects[0], &node));
	rec_end(s->out);
	if (n < 2)
		return true;
	rec_begin(s->out, &info_shape);
	put_node(s->out, "thread_info", value_tree(session_env(s), &objects[1], &node));
	rec_end(s->out);
	return true;
}

static bool show_record(struct session *s, const struct task_options *o, const struct task *task, bool *first)
{
	static const struct shape next_shape = {"\n" TASK_HEADER "\n", NULL};
	bool ok;

	rec_begin(s->out, *first ? &task_header_shape : &next_shape);
	*first = false;
	put_task(s, task);
	ok = task_show(s, o, task);
	rec_end(s->out);
	return ok;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct task_select select = {0};
	struct task_options o;
	struct task *current;
	bool first = true, ok = true;
	int at = 0;

	if (!session_kernel(s))
		return false;
	if (!kernel_tasks(s->kernel))
		return out_error(s->out, "%s", fail_text());
	if (!task_parse(s, argc, argv, &o, &at))
		return false;
	for (int i = at; i < argc; i++)
		ok = select_add_number(s, &select, argv[i]) && ok;
	if (!select.given && !session_current(s, &current))
		return false;
	list_begin(s->out, "tasks");
	if (!select.given)
		ok = show_record(s, &o, current, &first);
	for (size_t i = 0; select.n && i < s->kernel->tasks->n && !interrupted() && !out_broken(s->out); i++)
		if (select_match(&select, &s->kernel->tasks->list[i]))
			ok = show_record(s, &o, &s->kernel->tasks->list[i], &first) && ok;
	list_end(s->out);
	return ok;
}

const struct command command_task = {
	.name = "task",
	.summary = "the task_struct and thread_info of a task",
	.synopsis = "[-R member[,member]] [-x|-d] [pid | task] ...",
	.help = "  Shows the task_struct and the thread_info of the current task, or of those given by\n"
		"  PID or by address.\n"
		"\n"
		"    -R members  only these members, separated by commas; paths as mm.pgd or\n"
		"                se.sum_exec_runtime are taken too, through pointers\n"
		"    -x          numbers in hexadecimal\n"
		"    -d          numbers in decimal\n",
	.example = "inquest> task -R pid,comm,se.vruntime,mm\n"
		   "PID: 120      TASK: ffff8da3eeb7a0c0  CPU: 0    COMMAND: \"inq-trigger\"\n"
		   "  pid = 120,\n"
		   "  comm = \"inq-trigger\\000\\000\\000\\000\",\n"
		   "  se.vruntime = 15574802629,\n"
		   "  mm = 0xffff8da3c1056400,\n",
	.run = run,
};
