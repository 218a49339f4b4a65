/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "command/memory/search.h"
#include "command/task/task_view.h"

/* The range that the words name, inclusive; without words it is [0, @last]. */
static bool named_range(struct session *s, const struct search_place *place, uint64_t top, uint64_t *start,
			uint64_t *last)
{
	uint64_t end, length;

	*start = 0;
	*last = top;
	if (place->start) {
		if (!session_address(s, place->start, start))
			return out_error(s->out, "%s", fail_text());
		if (*start & (place->align - 1)) {
			*start &= ~(uint64_t)(place->align - 1);
			out_note(s->out, "rounding down start address to: %llx", (unsigned long long)*start);
		}
	}
	if (place->end && place->length)
		return out_error(s->out, "-e and -l both say where to stop");
	if (place->length) {
		if (!session_number(s, place->length, &length))
			return out_error(s->out, "%s", fail_text());
		if (!length)
			return out_error(s->out, "nothing is 0 bytes long");
		*last = length - 1 > UINT64_MAX - *start ? UINT64_MAX : *start + (length - 1);
	}
	if (place->end) {
		if (!session_address(s, place->end, &end))
			return out_error(s->out, "%s", fail_text());
		if (!end)
			return out_error(s->out, "invalid ending address: 0");
		if (end <= *start)
			return out_error(s->out, "ending address %llx is below starting address %llx",
					 (unsigned long long)end, (unsigned long long)*start);
		*last = end - 1;
	}
	if (*last > top)
		*last = top;
	return true;
}

static void add_area(struct session *s, struct search_areas *areas, uint64_t start, uint64_t last)
{
	size_t n = areas->list.n;

	/* in one piece, a text may lie across the border */
	if (n && areas->list.items[n - 1].last + 1 == start)
		areas->list.items[n - 1].last = last;
	else
		*vec_push(&s->scratch, &areas->list) = (struct scan_area){start, last};
}

static bool is_wanted(const struct space *space, const struct space_range *r, enum search_where where,
		      uint64_t start)
{
	/* who names an address in a mirror means it */
	if (space_is_mirror(space, r) && !(start >= r->start && start <= r->last))
		return false;
	return !(where == SEARCH_LINEAR && r->method != SPACE_LINEAR) &&
	       !(where == SEARCH_MAPPED && r->method == SPACE_LINEAR);
}

static bool virtual_areas(struct session *s, const struct search_place *place, const struct space *space,
			  struct search_areas *areas)
{
	const char *what = place->where == SEARCH_USER ? "user" : "kernel";
	uint64_t start, last;

	areas->space = space;
	if (!named_range(s, place, target_word_mask(s->target), &start, &last))
		return false;
	if (place->start && !space_find(space, start))
		return out_error(s->out, "invalid %s virtual address: %llx", what, (unsigned long long)start);
	for (size_t i = 0; i < space->n_ranges; i++) {
		const struct space_range *r = &space->ranges[i];

		if (r->last < start || r->start > last || !is_wanted(space, r, place->where, start))
			continue;
		add_area(s, areas, r->start > start ? r->start : start, r->last < last ? r->last : last);
	}
	return areas->list.n || out_error(s->out, "no %s memory of that kind is known there", what);
}

static bool user_areas(struct session *s, const struct search_place *place, struct search_areas *areas)
{
	struct task *task;

	if (!session_kernel(s) || !session_current(s, &task))
		return false;
	if (!task->mm)
		return out_error(s->out, "current context has no user address space");
	if (!task_user_space(s->kernel, task, &areas->user))
		return out_error(s->out, "%s", fail_text());
	return virtual_areas(s, place, &areas->user, areas);
}

static bool physical_areas(struct session *s, const struct search_place *place, struct search_areas *areas)
{
	uint64_t start, last;

	if (!named_range(s, place, UINT64_MAX, &start, &last))
		return false;
	*vec_push(&s->scratch, &areas->list) = (struct scan_area){start, last};
	return true;
}

static bool stack_areas(struct session *s, const struct search_place *place, struct search_areas *areas)
{
	const struct tasks *tasks;
	size_t unknown = 0;

	if (place->start || place->end || place->length)
		return out_error(s->out, "-%c option cannot be used with other memory-selection options",
				 place->where == SEARCH_ACTIVE ? 'T' : 't');
	if (!session_kernel(s))
		return false;
	tasks = kernel_tasks(s->kernel);
	if (!tasks)
		return out_error(s->out, "%s", fail_text());
	note_tasks(s);
	areas->space = &s->target->kernel;
	areas->tasks = arena_array(&s->scratch, tasks->n + 1, sizeof(*areas->tasks));
	for (size_t i = 0; i < tasks->n; i++) {
		struct stack stack;

		if (place->where == SEARCH_ACTIVE && !tasks->list[i].active)
			continue;
		if (!task_stack(s->kernel, &tasks->list[i], &stack)) {
			/* what has died already has none, and misses none */
			unknown += tasks->list[i].object.status != READ_OK;
			continue;
		}
		areas->tasks[areas->list.n] = &tasks->list[i];
		*vec_push(&s->scratch, &areas->list) = (struct scan_area){stack.start, stack.end - 1};
	}
	fail_clear();
	if (unknown)
		out_note(s->out, "the stacks of %zu tasks are not known", unknown);
	return true;
}

bool search_areas(struct session *s, const struct search_place *place, struct search_areas *areas)
{
	*areas = (struct search_areas){0};
	switch (place->where) {
	case SEARCH_USER: return user_areas(s, place, areas);
	case SEARCH_PHYSICAL: return physical_areas(s, place, areas);
	case SEARCH_STACKS:
	case SEARCH_ACTIVE: return stack_areas(s, place, areas);
	default: return virtual_areas(s, place, &s->target->kernel, areas);
	}
}
