/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scheduler's run queue of each CPU. */
#ifndef LINUX_RUNQUEUE_H
#define LINUX_RUNQUEUE_H

#include "linux/kernel.h"

struct runqueue {
	uint64_t address;       /* of struct rq; 0: it could not be found */
	uint64_t current, idle; /* tasks, 0 unknown */
	bool has_clock;
	uint64_t clock; /* nanoseconds, as it stood at the last update on this CPU */
};

/*
 * One per CPU, kernel_cpus()->n of them; those that could not be read are zero.
 * NULL with a message when there are none at all.
 */
const struct runqueue *kernel_runqueues(struct kernel *k);

#endif
