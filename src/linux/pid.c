/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/pid.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "linux/fields.h"

enum { DEPTH_MAX = 16, HASH_BITS_MAX = 20, CHAIN_MAX = 1 << 16, VISITS_MAX = 1 << 23 };

struct walker {
	struct target *t;
	uint64_t link_offset;  /* of the PIDTYPE_PID link in task_struct */
	uint64_t first_offset; /* of the PIDTYPE_PID list head in struct pid */
	uint64_t nr_offset;    /* of numbers[0].nr in struct pid */
	/* tree */
	uint64_t slots_offset, n_slots;
	unsigned visits;
	unsigned internal_bits; /* low two bits that mark a pointer to a node */
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

static void visit_entry(struct walker *w, uint64_t entry, unsigned depth)
{
	uint64_t node;

	if (!entry || w->stopped)
		return;
	if ((entry & 3) != w->internal_bits) {
		if (entry & 3)
			w->damaged = true;
		else
			visit_pid(w, target_untag(w->t, entry));
		return;
	}
	/* Small ones are marks, not nodes: a number that is reserved but not used yet. */
	if (entry <= 4096)
		return;
	node = target_untag(w->t, entry & ~3ULL);
	if (depth >= DEPTH_MAX || ++w->visits > VISITS_MAX) {
		w->damaged = true;
		return;
	}
	for (uint64_t i = 0; i < w->n_slots && !w->stopped; i++) {
		uint64_t slot;

		if (target_read_word(w->t, node + w->slots_offset + i * w->t->word_size, &slot) == READ_OK)
			visit_entry(w, slot, depth + 1);
		else
			w->damaged = true;
		w->stopped |= interrupted();
	}
}

/* Since v4.15: init_pid_ns.idr, a radix tree, which is an xarray since v4.20. */
static bool walk_idr(struct walker *w)
{
	struct target *t = w->t;
	const struct type *node;
	struct type_place slots;
	uint64_t ns, idr, root, entry;

	if (!target_symbol(t, "init_pid_ns", &ns) || !offset_of(t, "pid_namespace", "idr", &idr))
		return false;
	if (!offset_of(t, "idr", "idr_rt.xa_head|idr_rt.rnode", &root) ||
	    target_read_word(t, ns + idr + root, &entry) != READ_OK)
		return false;
	node = type_find(t->types, TYPE_STRUCT, "xa_node");
	/* Which two bits mark a node: 10 in an xarray, 01 in the radix tree before it. */
	w->internal_bits = node ? 2 : 1;
	if (!node)
		node = type_find(t->types, TYPE_STRUCT, "radix_tree_node");
	if (!node || !type_path(t->types, node, "slots", &slots))
		return false;
	w->slots_offset = slots.bit_offset / 8;
	w->n_slots = type_size(t->types, slots.type) / t->word_size;
	if (!w->n_slots || w->n_slots > 4096)
		return false;
	visit_entry(w, entry, 0);
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
