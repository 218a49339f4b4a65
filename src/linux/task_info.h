/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked of single tasks: the strings it was started with, its limits. */
#ifndef LINUX_TASK_INFO_H
#define LINUX_TASK_INFO_H

#include "linux/task.h"

struct task_strings {
	const char **list;
	size_t n;
	bool cut; /* there were more than are worth showing */
};

/* Arguments (@environment false) or environment of a process, out of its user memory. False with a message.
 */
bool task_strings(struct kernel *k, const struct task *task, bool environment, struct arena *a,
		  struct task_strings *strings);

struct task_limit {
	const char *name; /* "CPU", "FSIZE", ...; "(unknown)" for one that is new */
	bool current_unlimited, maximum_unlimited;
	uint64_t current, maximum;
};

enum { TASK_LIMITS_MAX = 32 };

/* Resource limits; returns how many, 0 with a message. */
size_t task_limits(struct kernel *k, const struct task *task, struct task_limit list[TASK_LIMITS_MAX]);

#endif
