/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The views of ps. Each writes the records of the tasks it is given. */
#ifndef COMMAND_PS_H
#define COMMAND_PS_H

#include "command/task/task_view.h"

struct ps_request {
	bool kernel, user, leaders, not_idle, active, kernel_stack, no_header;
	bool has_policy;
	uint64_t policies; /* bit per policy number */
	char view;         /* p c t l m a g r S Y; 0: the table */
	uint8_t *cpus;     /* -C */
	unsigned n_cpus;
	struct task_select select;
};

struct ps_tasks {
	struct task **list;
	size_t n;
};

/* Parse options and words; false with an out_error(). */
bool ps_parse(struct session *s, int argc, char **argv, struct ps_request *r);
/* Show the tasks that @r selects. */
bool ps_show(struct session *s, const struct ps_request *r);
/* The same with the tasks chosen already; those that do not fit the options are left out. */
bool ps_show_list(struct session *s, const struct ps_request *r, const struct ps_tasks *list);
void ps_done(struct ps_request *r);

/* ps_table.c: the table, with KSTACKP or with POLICY and PRIO. */
bool ps_table(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks);
bool ps_policies(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks);
/* ps_family.c */
bool ps_parents(struct session *s, const struct ps_tasks *tasks);
bool ps_children(struct session *s, const struct ps_tasks *tasks);
bool ps_threads(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks);
/* ps_time.c */
bool ps_times(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks);
bool ps_last_run(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks);
/* ps_process.c */
bool ps_arguments(struct session *s, const struct ps_tasks *tasks);
bool ps_limits(struct session *s, const struct ps_tasks *tasks);

#endif
