/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/pid.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "linux/fields.h"
#include "linux/xarray.h"

enum { HASH_BITS_MAX = 20, CHAIN_MAX = 1 << 16 };

struct walker {
	struct target *t;
	uint64_t link_offset;  /* of the PIDTYPE_PID link in task_struct */
	uint64_t first_offset; /* of the PIDTYPE_PID list head in struct pid */
	uint64_t nr_offset;    /* of numbers[0].nr in struct pid */
	bool (*fn)(void *context, uint64_t task, int32_t pid);
	void *context;
	bool stopped;
	bool damaged;
};

/* A struct pid leads to its task. */
static void visit_pid(struct walker *w, uint64_t pid)
{
	uint64_t link, nr;

	if (target_read_word(w->t, pid + w->first_offset, &link) != READ_OK ||
	    target_read_uint(w->t, pid + w->nr_offset, 4, &nr) != READ_OK) {
		w->damaged = true;
		return;
	}
	link = target_untag(w->t, link);
	/* A pid that only a process group or session still uses has no task. */
	if (link && !w->fn(w->context, link - w->link_offset, (int32_t)(uint32_t)nr))
		w->stopped = true;
}

/* Since v4.15: init_pid_ns.idr, a radix tree, which is an xarray since v4.20. */
static bool walk_idr(struct walker *w)
{
	struct target *t = w->t;
	uint64_t ns, idr, tree;
	struct xarray_iter it;
	struct xarray_entry e;

	if (!target_symbol(t, "init_pid_ns", &ns) || !offset_of(t, "pid_namespace", "idr", &idr) ||
	    !offset_of(t, "idr", "idr_rt", &tree) || !xarray_open(&it, t, ns + idr + tree, false))
		return false;
	while (!w->stopped && xarray_next(&it, &e)) {
		if (e.kind == XARRAY_POINTER)
			visit_pid(w, e.entry);
		else if (e.kind == XARRAY_HOLE || e.kind == XARRAY_VALUE)
			w->damaged = true;
	}
	xarray_close(&it);
	return true;
}

/* Before: a hash of struct upid by (number, namespace). */
static bool walk_hash(struct walker *w)
{
	struct target *t = w->t;
	uint64_t hash, shift, numbers, chain, ns, ns_offset, init_ns;

	if (!target_variable(t, "pid_hash", t->word_size, &hash) ||
	    !target_variable(t, "pidhash_shift", 4, &shift) || shift > HASH_BITS_MAX ||
	    !target_symbol(t, "init_pid_ns", &init_ns) || !offset_of(t, "pid", "numbers", &numbers) ||
	    !offset_of(t, "upid", "pid_chain", &chain) || !offset_of(t, "upid", "ns", &ns_offset))
		return false;
	for (uint64_t i = 0; i < 1ULL << shift && !w->stopped; i++) {
		uint64_t at;

		if (target_read_word(t, hash + i * t->word_size, &at) != READ_OK) {
			w->damaged = true;
			continue;
		}
		for (unsigned n = 0; at && !w->stopped; n++) {
			uint64_t upid = target_untag(t, at) - chain;

			if (n >= CHAIN_MAX || target_read_word(t, upid + ns_offset, &ns) != READ_OK) {
				w->damaged = true;
				break;
			}
			if (target_untag(t, ns) == init_ns)
				visit_pid(w, upid - numbers);
			if (target_read_word(t, upid + chain, &at) != READ_OK) {
				w->damaged = true;
				break;
			}
			w->stopped |= interrupted();
		}
	}
	return true;
}

bool pid_walk(struct kernel *k, bool (*fn)(void *context, uint64_t task, int32_t pid), void *context)
{
	struct walker w = {.t = k->target, .fn = fn, .context = context};
	uint64_t nr;

	/* pids[] was an array of pid_link until v4.19. */
	if (!offset_of(w.t, "task_struct", "pid_links|pids[0].node", &w.link_offset) ||
	    !offset_of(w.t, "pid", "tasks", &w.first_offset) ||
	    !offset_of(w.t, "pid", "numbers", &w.nr_offset) || !offset_of(w.t, "upid", "nr", &nr))
		return fail("the PID table's types are not known");
	w.nr_offset += nr;
	if (!walk_idr(&w) && !walk_hash(&w))
		return fail("the PID table cannot be found");
	return w.damaged ? fail("parts of the PID table cannot be read") : true;
}
