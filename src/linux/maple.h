/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maple tree (include/linux/maple_tree.h, 54a611b60590, v6.1): ranges of indices to entries.
 *
 *	struct maple_iter it;
 *	struct maple_item e;
 *
 *	if (!maple_open(&it, t, address, false))
 *		complain(fail_text());
 *	while (maple_next(&it, &e))
 *		if (e.what == MAPLE_ENTRY && maple_kind(e.entry) == MAPLE_POINTER)
 *			use(e.min, e.max, e.entry);
 *	maple_close(&it);
 */
#ifndef LINUX_MAPLE_H
#define LINUX_MAPLE_H

#include "base/hash.h"
#include "base/text.h"
#include "linux/fields.h"

/* enum maple_type */
enum maple_type { MAPLE_DENSE, MAPLE_LEAF_64, MAPLE_RANGE_64, MAPLE_ARANGE_64 };

enum { MAPLE_SLOTS = 64, MAPLE_DEPTH = 32 };

struct maple_node {
	uint64_t address; /* without the bits that tell its type */
	uint64_t parent;  /* as it stands there */
	enum maple_type type;
	uint64_t min, max; /* of the range that it covers */
	unsigned slots;    /* that are in use */
	uint64_t slot[MAPLE_SLOTS];
	uint64_t pivot[MAPLE_SLOTS]; /* the last index of each slot */
	/* as they stand in memory, however many are in use */
	unsigned all_slots, all_pivots, all_gaps;
	uint64_t raw_slot[MAPLE_SLOTS], raw_pivot[MAPLE_SLOTS], gap[MAPLE_SLOTS];
	bool has_meta; /* types that have gaps */
	uint8_t meta_end, meta_gap;
};

enum maple_what {
	MAPLE_NODE,  /* ->node, before what is in it */
	MAPLE_ENTRY, /* a range of a leaf, also one that is empty */
	MAPLE_HOLE,  /* what lies in the range cannot be known: ->why */
};

struct maple_item {
	enum maple_what what;
	uint64_t min, max;
	uint64_t entry; /* MAPLE_ENTRY; MAPLE_HOLE: the address of the node */
	unsigned depth; /* of the node, the entry's is one more than that of its node; a lone root's is 0 */
	const struct maple_node *node;
	enum read_status status;
	const char *why;
};

enum maple_kind { MAPLE_POINTER, MAPLE_EMPTY, MAPLE_VALUE, MAPLE_ZERO, MAPLE_RESERVED };

/* What an entry is: xa_is_value(), xa_is_zero(), mt_is_reserved(). */
enum maple_kind maple_kind(uint64_t entry);

struct maple_layout {
	struct fields range, arange, dense;
	uint64_t node_size;
};

struct maple_iter {
	struct target *t;
	struct arena arena;
	struct maple_layout layout;
	struct num_map seen;
	struct maple_node *nodes; /* the way down */
	unsigned next[MAPLE_DEPTH];
	unsigned depth;
	bool from_node, single;
	uint64_t root, flags;
	bool has_flags;
	unsigned slot[MAPLE_DEPTH]; /* the way to the last item */
	unsigned slots;
	struct maple_item first; /* the root node or why there is none, until it was given */
	bool has_first, stopped;
};

/*
 * Start at the maple_tree at @address, or with @is_node at a node: its address with the type in its low
 * bits, as slots and roots have it. False with a message when types are missing or the root cannot be read;
 * then there is nothing to close.
 */
bool maple_open(struct maple_iter *it, struct target *t, uint64_t address, bool is_node);
/* The next item; false at the end. */
bool maple_next(struct maple_iter *it, struct maple_item *item);
/* The way to the last item: "root/0/3", slot by slot. */
void maple_position(const struct maple_iter *it, struct text *to);
/* Levels of the tree, from its flags. */
unsigned maple_height(const struct maple_iter *it);
/* False with a message when the walk was interrupted. */
bool maple_close(struct maple_iter *it);

/* The entry whose range holds @index in the tree at @tree; 0 when there is none. False with a message. */
bool maple_find(struct target *t, uint64_t tree, uint64_t index, uint64_t *entry);

#endif
