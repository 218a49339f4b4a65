/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of bt. */
#ifndef COMMAND_BT_H
#define COMMAND_BT_H

#include "command/task_view.h"
#include "target/unwind.h"

struct bt_options {
	bool offsets; /* -s */
	bool lines;   /* -l */
	bool eframes; /* -e */
	bool hex;     /* -x, or radix 16 */
};

/* The trace of one task as a record in the open list; @first: without a blank line before it. */
bool bt_show(struct session *s, const struct bt_options *o, const struct task *task, bool first);
/* The lists of bt_show(), for a record that is already open: foreach writes one header for several commands.
 */
bool bt_trace(struct session *s, const struct bt_options *o, const struct task *task);

/* bt_eframes.c: -e, exception frames in a task's stack; and -E, in the other stacks of some or all CPUs. */
bool bt_task_eframes(struct session *s, const struct task *task);
bool bt_cpu_eframes(struct session *s, const uint8_t *cpus, unsigned n_cpus);
/* bt_overflow.c: -v */
bool bt_overflows(struct session *s);

/* The exception frame (at @address, 0: in no memory) in a record's object "exception"; register values by
 * slot of the architecture. */
void bt_put_eframe(struct session *s, uint64_t address, bool user, bool partial,
		   const uint64_t slots[EFRAME_MAX_SLOTS], uint64_t pc);

#endif
