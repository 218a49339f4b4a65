/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linked lists of any kind, walked with bounds and with an eye on circles. A link is what the pointers of
 * a list lead to: a list_head in an object, or the object itself.
 *
 *	struct list_iter it;
 *	uint64_t link;
 *
 *	list_open(&it, t, &(struct list_spec){.start = head, .ends = LIST_ENDS_AT_HEAD});
 *	while (list_next(&it, &link))
 *		use(link - offset);
 *	if (!list_close(&it))
 *		complain(fail_text());
 */
#ifndef LINUX_LIST_H
#define LINUX_LIST_H

#include "base/hash.h"
#include "target/target.h"

enum list_ends {
	LIST_ENDS_AT_HEAD, /* list_head: a circle through its start; a null pointer is damage */
	LIST_ENDS_IN_NULL, /* hlist, llist, most lists made by hand */
	LIST_ENDS_IN_ODD,  /* hlist_nulls: the last pointer is an odd number */
	/* Singly linked by hand: null, a pointer to itself, to the start, or to what the start points to. */
	LIST_ENDS_ANYHOW,
};

struct list_spec {
	uint64_t start;      /* the first link, or the head */
	bool start_is_entry; /* the start is one of the entries, not a head apart from them */
	uint64_t next;       /* bytes from a link to its pointer to the next one; prev is a word */
	enum list_ends ends;
	bool has_stop;
	uint64_t stop;  /* this link ends the list too, without being part of it */
	bool head_lock; /* bit 0 of the head's pointer is a lock (hlist_bl_head) */
};

/* What ended a walk. */
enum list_outcome {
	LIST_GOES_ON,
	LIST_COMPLETE,
	LIST_NULL,       /* a null pointer in a list that has none */
	LIST_CIRCLE,     /* ->bad is an entry that was there before */
	LIST_BAD_LINK,   /* ->bad is nothing that a link can be */
	LIST_UNREADABLE, /* the entry ->at is there, but not its pointer */
	LIST_TOO_LONG,
	LIST_INTERRUPTED,
};

struct list_iter {
	struct target *t;
	struct list_spec spec;
	struct arena arena;
	struct num_map seen; /* link to its number, from 0 */
	uint64_t n;          /* links given so far */
	uint64_t at;         /* the last one given, or the head */
	uint64_t first;      /* what the start points to */
	uint64_t ahead;      /* what ->at points to, when ->status is READ_OK */
	enum read_status status;
	bool started;
	enum list_outcome outcome;
	uint64_t bad;
};

void list_open(struct list_iter *it, struct target *t, const struct list_spec *spec);
/*
 * The next link; false at the end, be it good or bad. A link that cannot be read because its page is not in
 * the dump is given, since it is one; a pointer into nothing is not.
 */
bool list_next(struct list_iter *it, uint64_t *link);
/* Why the entry behind the last one is not known, in a few words; NULL when the list ended as it should. */
const char *list_reason(const struct list_iter *it);
/* Frees what the walk needed. False with a message when the list is damaged or was not read to its end. */
bool list_close(struct list_iter *it);

/*
 * Walk a circular list_head. Calls fn(context, entry - @link_offset) for each entry until it returns false.
 * False with a message when the list is damaged or unreadable on the way.
 */
bool list_walk(struct target *t, uint64_t head, uint64_t link_offset,
	       bool (*fn)(void *context, uint64_t object), void *context);

#endif
