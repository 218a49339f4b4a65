/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The xarray (include/linux/xarray.h, v4.20) and the radix tree that was before it: indices to entries, in
 * nodes of so many slots each. One walk for all their layouts; which one a kernel has, its types say.
 *
 *	struct xarray_iter it;
 *	struct xarray_entry e;
 *
 *	if (!xarray_open(&it, t, address, false))
 *		complain(fail_text());
 *	while (xarray_next(&it, &e))
 *		use(e.index, e.entry);
 *	xarray_close(&it);
 */
#ifndef LINUX_XARRAY_H
#define LINUX_XARRAY_H

#include "base/hash.h"
#include "base/text.h"
#include "target/target.h"

enum xarray_kind {
	XARRAY_POINTER,
	XARRAY_VALUE,    /* an integer, or a pointer with a tag: bit 0 (in radix trees bit 1) is set */
	XARRAY_RESERVED, /* a place that holds no entry yet: XA_ZERO_ENTRY */
	XARRAY_RETRY,    /* the node was being changed */
	XARRAY_UNKNOWN,  /* marked as the tree's own, but none of the marks there are */
	XARRAY_HOLE,     /* what lies in this range cannot be known: ->why */
};

struct xarray_entry {
	enum xarray_kind kind;
	uint64_t entry;       /* as it stands in its slot; a pointer without the tags of the hardware */
	uint64_t value;       /* XARRAY_VALUE */
	uint64_t index, last; /* the range it covers */
	uint64_t node;        /* that holds it, or (a hole) that cannot be read; 0: the tree's head */
	enum read_status status;
	const char *why;
};

enum { XARRAY_SLOTS = 64, XARRAY_DEPTH = 24 };

struct xarray_frame {
	uint64_t node, base;  /* address; index of its first slot */
	unsigned shift, next; /* of the index; slot to look at next */
	uint64_t slot[XARRAY_SLOTS];
	enum read_status status[XARRAY_SLOTS];
};

/* How nodes look. */
struct xarray_form {
	bool radix;     /* before v4.20: nodes are marked by bit 0, values by bit 1 */
	bool by_height; /* before v4.7: the root knows the height, and inner slots need no mark */
	bool has_shift;
	uint64_t head_offset;             /* of the head or rnode in its structure */
	uint64_t height_offset;           /* in the root, by_height */
	uint64_t shift_offset;            /* in a node: its shift, or its height or path */
	unsigned shift_size, height_bits; /* of that member; the bits of it that are the height */
	uint64_t slots_offset;            /* in a node */
	unsigned slots, bits;             /* in a node; bits of the index that they decode */
};

struct xarray_iter {
	struct target *t;
	struct arena arena;
	struct xarray_form form;
	struct num_map seen;         /* nodes */
	struct xarray_frame *frames; /* XARRAY_DEPTH */
	unsigned depth;              /* frames in use */
	uint64_t head;               /* of a tree without nodes, until it was given */
	bool single;
	unsigned slot[XARRAY_DEPTH]; /* the way to the last entry given */
	unsigned slots;
	bool stopped;
};

/*
 * Start at the xarray or radix_tree_root at @address, or with @is_node at a node (marked as one or not),
 * whose indices then count from 0. False with a message when types are missing or the root cannot be read;
 * then there is nothing to close.
 */
bool xarray_open(struct xarray_iter *it, struct target *t, uint64_t address, bool is_node);
/* The next entry, in the order of indices; false at the end. */
bool xarray_next(struct xarray_iter *it, struct xarray_entry *e);
/* The way to the last entry: "root/1/26", slot by slot. */
void xarray_position(const struct xarray_iter *it, struct text *to);
/* False with a message when the walk was interrupted. */
bool xarray_close(struct xarray_iter *it);

#endif
