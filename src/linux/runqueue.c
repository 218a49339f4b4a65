/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/runqueue.h"

#include "base/error.h"
#include "linux/fields.h"

enum { RQ_CURR, RQ_IDLE, RQ_CLOCK, N_RQ };

static const char *const rq_names[] = {
	[RQ_CURR] = "curr",
	[RQ_IDLE] = "idle",
	/* The names before CFS (v2.6.23). */
	[RQ_CLOCK] = "clock|most_recent_timestamp|timestamp_last_tick",
};

const struct runqueue *kernel_runqueues(struct kernel *k)
{
	struct target *t = k->target;
	const struct cpus *cpus = kernel_cpus(k);
	struct runqueue *list;
	struct fields f;
	uint64_t symbol;
	bool any = false;

	if (k->runqueues)
		return k->runqueues;
	if (k->runqueues_tried) {
		fail("the run queues cannot be read");
		return NULL;
	}
	k->runqueues_tried = true;
	/* Before 2.6.34 the variable carried the prefix of all per-CPU ones; "runqueue" is from
	 * before 2.6.19. */
	if (!target_symbol(t, "runqueues", &symbol) && !target_symbol(t, "per_cpu__runqueues", &symbol)) {
		fail("there is no symbol runqueues");
		return NULL;
	}
	if (!fields_resolve(t, &f, "rq|runqueue", rq_names, N_RQ))
		return NULL;
	list = arena_new_n(k->arena, cpus->n, struct runqueue);
	for (unsigned cpu = 0; cpu < cpus->n; cpu++) {
		struct runqueue *rq = &list[cpu];
		struct object object;

		if (!cpus->possible[cpu] || !target_percpu(t, cpu, symbol, &rq->address))
			continue;
		object_read(t, k->arena, &f, rq->address, &object);
		rq->current = target_untag(t, object_get(&object, t, RQ_CURR, 0));
		rq->idle = target_untag(t, object_get(&object, t, RQ_IDLE, 0));
		rq->has_clock = object_uint(&object, t, RQ_CLOCK, &rq->clock) == READ_OK;
		any |= rq->current || rq->idle;
	}
	if (!any) {
		fail("the run queues cannot be read");
		return NULL;
	}
	fail_clear();
	return k->runqueues = list;
}
