/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Red-black trees (include/linux/rbtree.h), walked with bounds: every node before or between its children. */
#ifndef LINUX_RBTREE_H
#define LINUX_RBTREE_H

#include "base/hash.h"
#include "target/target.h"

enum { RBTREE_DEPTH = 128 }; /* twice the logarithm of all nodes that memory can hold */

struct rbtree_frame {
	uint64_t node, left, right;
	enum read_status left_status, right_status;
	uint8_t state;
};

struct rbtree_node {
	uint64_t address;
	/* NULL, or why the node that a pointer leads to cannot be followed; ->status when it cannot be read.
	 */
	const char *why;
	enum read_status status;
};

struct rbtree_iter {
	struct target *t;
	struct arena arena;
	struct num_map seen;
	struct rbtree_frame *frames;
	unsigned depth;
	bool in_order;
	uint64_t left_offset, right_offset, parent_offset; /* in an rb_node */
	uint64_t strangers; /* nodes that do not name the node above them as their parent */
	uint64_t first_stranger;
	char path[RBTREE_DEPTH + 1]; /* 'l' and 'r' down to the last node given */
	bool stopped;
};

/*
 * Start at the rb_root (or rb_root_cached) at @address, or with @is_node at an rb_node. Nodes come before
 * their children, the left before the right ones, or with @in_order from the leftmost to the rightmost.
 * False with a message when types are missing or the root cannot be read; then there is nothing to close.
 */
bool rbtree_open(struct rbtree_iter *it, struct target *t, uint64_t address, bool is_node, bool in_order);
bool rbtree_next(struct rbtree_iter *it, struct rbtree_node *n);
/* False with a message when the walk was interrupted. */
bool rbtree_close(struct rbtree_iter *it);

#endif
