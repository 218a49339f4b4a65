/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/rbtree.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "linux/fields.h"

enum { NODE_MAX = 1 << 24, PARENT_MASK = 3 /* __rb_parent_color: the rest is the colour */ };

/* What is to be done with a frame next. */
enum { GO_LEFT, GIVE, GO_RIGHT, LEAVE };

static bool resolve(struct rbtree_iter *it, struct target *t, uint64_t *root_offset)
{
	if (!offset_of(t, "rb_node", "rb_left", &it->left_offset) ||
	    !offset_of(t, "rb_node", "rb_right", &it->right_offset) ||
	    /* before v2.6.19 parent and colour were apart */
	    !offset_of(t, "rb_node", "__rb_parent_color|rb_parent_color|rb_parent", &it->parent_offset) ||
	    !offset_of(t, "rb_root", "rb_node", root_offset))
		return fail("the types of red-black trees are not known");
	return true;
}

static bool trouble(struct rbtree_node *n, enum read_status status, const char *why)
{
	n->status = status;
	n->why = why ? why : read_status_text(status);
	return false;
}

/* Put the node at @address on the stack; false with *n telling why it cannot be. */
static bool enter(struct rbtree_iter *it, uint64_t address, struct rbtree_node *n)
{
	struct rbtree_frame *fr = &it->frames[it->depth];
	struct target *t = it->t;
	uint64_t parent;

	*n = (struct rbtree_node){.address = address};
	if (it->depth == RBTREE_DEPTH)
		return trouble(n, READ_ERROR, "deeper than any tree can be");
	if (it->seen.n >= NODE_MAX)
		return trouble(n, READ_ERROR, "more nodes than are followed");
	if (!num_map_put(&it->arena, &it->seen, address, 0))
		return trouble(n, READ_ERROR, "duplicate tree entry");
	*fr = (struct rbtree_frame){.node = address, .state = it->in_order ? GO_LEFT : GIVE};
	fr->left_status = target_read_word(t, address + it->left_offset, &fr->left);
	fr->right_status = target_read_word(t, address + it->right_offset, &fr->right);
	if (fr->left_status != READ_OK && fr->right_status != READ_OK)
		return trouble(n, fr->left_status, NULL);
	fr->left = target_untag(t, fr->left);
	fr->right = target_untag(t, fr->right);
	if (it->depth && target_read_word(t, address + it->parent_offset, &parent) == READ_OK &&
	    target_untag(t, parent & ~(uint64_t)PARENT_MASK) != it->frames[it->depth - 1].node) {
		if (!it->strangers++)
			it->first_stranger = address;
	}
	it->depth++;
	return true;
}

bool rbtree_open(struct rbtree_iter *it, struct target *t, uint64_t address, bool is_node, bool in_order)
{
	uint64_t root_offset = 0, root = address;
	enum read_status status;
	struct rbtree_node n;

	*it = (struct rbtree_iter){.t = t, .in_order = in_order};
	if (!resolve(it, t, &root_offset))
		return false;
	if (!is_node) {
		status = target_read_word(t, address + root_offset, &root);
		if (status != READ_OK)
			return target_read_failed(t, "the tree's root", address, status);
	}
	root = target_untag(t, root);
	it->frames = arena_new_n(&it->arena, RBTREE_DEPTH, struct rbtree_frame);
	if (!root || enter(it, root, &n))
		return true;
	arena_free(&it->arena);
	return n.status == READ_ERROR ? fail("%s", n.why)
				      : target_read_failed(t, "the tree's first node", root, n.status);
}

/* Follow one pointer of the innermost node; true when *n is to be given: why it cannot be followed. */
static bool descend(struct rbtree_iter *it, uint64_t child, enum read_status status, char side,
		    struct rbtree_node *n)
{
	if (status == READ_OK && !child)
		return false;
	it->path[it->depth - 1] = side;
	it->path[it->depth] = 0;
	if (status == READ_OK)
		return !enter(it, child, n);
	*n = (struct rbtree_node){.address = it->frames[it->depth - 1].node};
	return !trouble(n, status, NULL);
}

bool rbtree_next(struct rbtree_iter *it, struct rbtree_node *n)
{
	while (it->depth) {
		struct rbtree_frame *fr = &it->frames[it->depth - 1];

		if (interrupted()) {
			it->stopped = true;
			return false;
		}
		switch (fr->state) {
		case GO_LEFT:
			fr->state = it->in_order ? GIVE : GO_RIGHT;
			if (descend(it, fr->left, fr->left_status, 'l', n))
				return true;
			break;
		case GIVE:
			fr->state = it->in_order ? GO_RIGHT : GO_LEFT;
			it->path[it->depth - 1] = 0;
			*n = (struct rbtree_node){.address = fr->node};
			return true;
		case GO_RIGHT:
			fr->state = LEAVE;
			if (descend(it, fr->right, fr->right_status, 'r', n))
				return true;
			break;
		default: it->depth--; break;
		}
	}
	return false;
}

bool rbtree_close(struct rbtree_iter *it)
{
	arena_free(&it->arena);
	it->seen = (struct num_map){0};
	return !it->stopped || fail("interrupted");
}
