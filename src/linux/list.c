/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/list.h"

#include "base/error.h"
#include "base/interrupt.h"

enum { LIST_MAX = 1 << 24 };

void list_open(struct list_iter *it, struct target *t, const struct list_spec *spec)
{
	*it = (struct list_iter){.t = t, .spec = *spec};
}

static bool end(struct list_iter *it, enum list_outcome outcome, uint64_t bad)
{
	it->outcome = outcome;
	it->bad = bad;
	return false;
}

/* What @link points to. */
static void look_ahead(struct list_iter *it, uint64_t link)
{
	it->at = link;
	it->status = target_read_word(it->t, link + it->spec.next, &it->ahead);
	if (it->status == READ_OK)
		it->ahead = target_untag(it->t, it->ahead);
}

/* Is there a link at all, though maybe not in the dump? */
static bool plausible(enum read_status status)
{
	return status == READ_OK || status == READ_EXCLUDED || status == READ_LOST;
}

static bool give(struct list_iter *it, uint64_t link)
{
	uint64_t from = it->at, before;

	if (it->n >= LIST_MAX)
		return end(it, LIST_TOO_LONG, link);
	if (interrupted())
		return end(it, LIST_INTERRUPTED, link);
	if (num_map_get(&it->seen, link, &before))
		return end(it, LIST_CIRCLE, link);
	num_map_put(&it->arena, &it->seen, link, it->n);
	look_ahead(it, link);
	if (!plausible(it->status)) {
		it->at = from;
		return end(it, LIST_BAD_LINK, link);
	}
	it->n++;
	return true;
}

/* Does the pointer @next end the list as such lists end? */
static bool is_end(const struct list_iter *it, uint64_t next)
{
	const struct list_spec *s = &it->spec;

	if (s->has_stop && next == s->stop)
		return true;
	switch (s->ends) {
	case LIST_ENDS_AT_HEAD: return next == s->start;
	case LIST_ENDS_IN_NULL: return !next;
	case LIST_ENDS_IN_ODD: return next & 1;
	case LIST_ENDS_ANYHOW: break;
	}
	return !next || next == s->start || next == it->at || (next == it->first && it->n > 1);
}

static bool start(struct list_iter *it, uint64_t *link)
{
	it->started = true;
	*link = it->spec.start;
	if (it->spec.start_is_entry) {
		it->at = *link;
		if (!give(it, *link))
			return false;
		it->first = it->ahead;
		return true;
	}
	look_ahead(it, *link);
	if (it->status == READ_OK && it->spec.head_lock)
		it->ahead &= ~(uint64_t)1;
	it->first = it->ahead;
	return list_next(it, link);
}

bool list_next(struct list_iter *it, uint64_t *link)
{
	if (it->outcome != LIST_GOES_ON)
		return false;
	if (!it->started)
		return start(it, link);
	if (it->status != READ_OK)
		return end(it, LIST_UNREADABLE, it->at);
	if (is_end(it, it->ahead))
		return end(it, LIST_COMPLETE, 0);
	if (!it->ahead)
		return end(it, LIST_NULL, 0);
	*link = it->ahead;
	return give(it, *link);
}

/* What list_del() and hlist_del() leave behind: include/linux/poison.h, with and without
 * POISON_POINTER_DELTA. */
static bool is_poison(uint64_t pointer)
{
	uint64_t low = pointer & 0xfff, high = pointer >> 32;

	return (low == 0x100 || low == 0x122 || low == 0x200) &&
	       (pointer == low || high == 0xdead0000 || high == 0x05deadbe);
}

const char *list_reason(const struct list_iter *it)
{
	switch (it->outcome) {
	case LIST_NULL: return "null pointer";
	case LIST_CIRCLE: return "duplicate list entry";
	case LIST_BAD_LINK:
		return is_poison(it->bad) ? "poison of a deleted entry" : read_status_text(it->status);
	case LIST_UNREADABLE: return read_status_text(it->status);
	case LIST_TOO_LONG: return "too many entries";
	case LIST_INTERRUPTED: return "interrupted";
	default: return NULL;
	}
}

static bool complain(struct list_iter *it)
{
	unsigned long long bad = it->bad, at = it->at, number = 0;
	uint64_t value;

	switch (it->outcome) {
	case LIST_GOES_ON:
	case LIST_COMPLETE: return true;
	case LIST_NULL: return fail("invalid list entry: 0: the list ends in a null pointer at 0x%llx", at);
	case LIST_CIRCLE:
		if (num_map_get(&it->seen, it->bad, &value))
			number = value + 1;
		return fail("duplicate list entry: %llx: the list runs in a circle, from entry %llu back to "
			    "entry %llu",
			    bad, (unsigned long long)it->n, number);
	case LIST_BAD_LINK:
		if (is_poison(it->bad))
			return fail("invalid list entry: %llx: the poison of a deleted entry, in 0x%llx", bad,
				    at);
		target_read_failed(it->t, "list entry", it->bad + it->spec.next, it->status);
		return fail_in("invalid list entry: %llx", bad);
	case LIST_UNREADABLE:
		target_read_failed(it->t, "list entry", it->at + it->spec.next, it->status);
		return fail_in("the list cannot be followed behind %llx", at);
	case LIST_TOO_LONG:
		return fail("the list has more than %d entries: it was not followed to its end", LIST_MAX);
	case LIST_INTERRUPTED: break;
	}
	return fail("interrupted");
}

bool list_close(struct list_iter *it)
{
	bool good = complain(it);

	arena_free(&it->arena);
	it->seen = (struct num_map){0};
	return good;
}

bool list_walk(struct target *t, uint64_t head, uint64_t link_offset,
	       bool (*fn)(void *context, uint64_t object), void *context)
{
	struct list_iter it;
	uint64_t link;

	list_open(&it, t, &(struct list_spec){.start = head, .ends = LIST_ENDS_AT_HEAD});
	while (list_next(&it, &link) && fn(context, link - link_offset))
		;
	return list_close(&it);
}
