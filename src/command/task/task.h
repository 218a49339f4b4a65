/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The task command's answer about one task, for foreach too. */
#ifndef COMMAND_TASK_H
#define COMMAND_TASK_H

#include "command/session.h"
#include "linux/task.h"

struct task_options {
	const char *members; /* -R: "pid,comm,mm.pgd"; NULL: everything */
	bool hex;
};

/* Options of task: -R, -x, -d. Puts the index of the first operand into *@at. False with an out_error(). */
bool task_parse(struct session *s, int argc, char **argv, struct task_options *o, int *at);
/* The structures, or the members asked for, in the open record of the task. */
bool task_show(struct session *s, const struct task_options *o, const struct task *task);

#endif
