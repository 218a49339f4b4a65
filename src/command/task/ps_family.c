/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ps -p, -c and -g: parents, children, threads. */
#include <stdio.h>

#include "base/interrupt.h"
#include "command/task/ps.h"

static const struct shape family_shape = {TASK_HEADER "\n", "\n"};
static const struct shape member_shape = {"  " TASK_HEADER "\n", NULL};
static const struct shape lonely_shape = {TASK_HEADER "\n", "  {nobody}\n\n"};
/* Without the task's own line, which ends the chain. */
static const struct shape chain_shape = {NULL, "\n"};

enum { CHAIN_MAX = 64 };

/* One blank per generation. */
static const struct shape *generation(size_t depth)
{
	static struct {
		struct shape shape;
		char text[CHAIN_MAX + 100];
	} shapes[CHAIN_MAX], *at;

	at = &shapes[depth];
	if (!at->shape.head) {
		snprintf(at->text, sizeof at->text, "%*s" TASK_HEADER "\n", (int)depth, "");
		at->shape.head = at->text;
	}
	return &at->shape;
}

bool ps_parents(struct session *s, const struct ps_tasks *tasks)
{
	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		const struct task *chain[CHAIN_MAX];
		size_t n = 0;

		/* init_task is its own parent; a chain that is damaged ends with the limit. */
		for (const struct task *at = tasks->list[i]; at && n < CHAIN_MAX;) {
			const struct task *parent = task_parent(s->kernel, at);

			chain[n++] = at;
			at = parent == at ? NULL : parent;
		}
		rec_begin(s->out, &chain_shape);
		put_task(s, tasks->list[i]);
		list_begin(s->out, "ancestry");
		for (size_t depth = 0; depth < n; depth++) {
			rec_begin(s->out, generation(depth));
			put_task(s, chain[n - 1 - depth]);
			rec_end(s->out);
		}
		list_end(s->out);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static void put_member(struct session *s, const struct task *task)
{
	rec_begin(s->out, &member_shape);
	put_task(s, task);
	rec_end(s->out);
}

/* Children of all tasks at once: next[] links those of one parent, by index in the table plus one. */
struct children {
	struct num_map first; /* address of the parent to the first child's index plus one */
	size_t *next;
};

static void link_children(struct session *s, struct children *c)
{
	const struct tasks *tasks = kernel_tasks(s->kernel);

	c->next = arena_new_n(&s->scratch, tasks->n, size_t);
	for (size_t i = tasks->n; i-- > 0;) {
		uint64_t first = 0;

		if (!tasks->list[i].parent)
			continue;
		num_map_get(&c->first, tasks->list[i].parent, &first);
		c->next[i] = (size_t)first;
		num_map_put(&s->scratch, &c->first, tasks->list[i].parent, i + 1);
	}
}

bool ps_children(struct session *s, const struct ps_tasks *tasks)
{
	const struct tasks *all = kernel_tasks(s->kernel);
	struct children c = {0};

	link_children(s, &c);
	list_begin(s->out, "tasks");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		uint64_t child = 0;

		num_map_get(&c.first, tasks->list[i]->address, &child);
		rec_begin(s->out, child ? &family_shape : &lonely_shape);
		put_task(s, tasks->list[i]);
		if (!child && out_view(s->out) == OUT_TEXT)
			put_str(s->out, "nobody", "(no children)");
		list_begin(s->out, "children");
		for (; child; child = c.next[child - 1])
			put_member(s, &all->list[child - 1]);
		list_end(s->out);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

bool ps_threads(struct session *s, const struct ps_request *r, const struct ps_tasks *tasks)
{
	const struct tasks *all = kernel_tasks(s->kernel);
	struct num_map first = {0}, shown = {0};
	size_t *next = arena_new_n(&s->scratch, all->n, size_t);

	for (size_t i = all->n; i-- > 0;) {
		uint64_t other = 0;

		if (all->list[i].tgid < 0)
			continue;
		num_map_get(&first, (uint64_t)all->list[i].tgid, &other);
		next[i] = (size_t)other;
		num_map_put(&s->scratch, &first, (uint64_t)all->list[i].tgid, i + 1);
	}
	list_begin(s->out, "groups");
	for (size_t i = 0; i < tasks->n && !interrupted() && !out_broken(s->out); i++) {
		struct task *leader = tasks->list[i];
		uint64_t thread = 0;
		bool alone;

		if (!leader->leader) {
			/* Of a thread that was asked for, its group; else the group comes with its leader. */
			if (!r->select.given)
				continue;
			leader = task_leader(s->kernel, leader);
		}
		if (!num_map_put(&s->scratch, &shown, (uint64_t)leader->tgid, 0))
			continue;
		num_map_get(&first, (uint64_t)leader->tgid, &thread);
		alone = thread && &all->list[thread - 1] == leader && !next[thread - 1];
		rec_begin(s->out, alone ? &lonely_shape : &family_shape);
		put_task(s, leader);
		if (alone && out_view(s->out) == OUT_TEXT)
			put_str(s->out, "nobody", "(no threads)");
		list_begin(s->out, "threads");
		for (; thread; thread = next[thread - 1])
			if (&all->list[thread - 1] != leader)
				put_member(s, &all->list[thread - 1]);
		list_end(s->out);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}
