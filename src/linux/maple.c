/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/maple.h"

#include <string.h>

#include "base/error.h"
#include "linux/fields.h"

/* lib/maple_tree.c: node types stand in bits 3..6 of a node pointer, the node itself is 256-byte aligned */
enum { MAPLE_DENSE, MAPLE_LEAF_64, MAPLE_RANGE_64, MAPLE_ARANGE_64 };
enum {
	NODE_MASK = 255,
	TYPE_SHIFT = 3,
	TYPE_MASK = 15,
	MOST_SLOTS = 64,
	DEEPEST = 32,
	LARGEST_ENTRY_VALUE = 4096
};

enum { RANGE_PIVOT, RANGE_SLOT, N_RANGE };
static const char *const range_names[N_RANGE] = {[RANGE_PIVOT] = "pivot", [RANGE_SLOT] = "slot"};

enum { TREE_ROOT, N_TREE };
static const char *const tree_names[N_TREE] = {[TREE_ROOT] = "ma_root"};

struct layout {
	struct fields range, arange;
};

struct node {
	unsigned type, slots;
	uint64_t pivot[MOST_SLOTS], slot[MOST_SLOTS];
};

static bool layout_open(struct target *t, struct layout *l)
{
	return fields_resolve(t, &l->range, "maple_range_64", range_names, N_RANGE) &&
	       fields_resolve(t, &l->arange, "maple_arange_64", range_names, N_RANGE);
}

/* Of the root alone, which may be an entry instead (mte_mk_root(), xa_is_node()). */
static bool is_node(uint64_t entry)
{
	return (entry & 3) == 2 && entry > LARGEST_ENTRY_VALUE;
}

/* What holds a place without being an entry: xa_mk_internal(), include/linux/xarray.h. */
static bool is_placeholder(uint64_t entry)
{
	return (entry & 3) == 2 && entry <= LARGEST_ENTRY_VALUE;
}

/* Inner nodes hold nothing but nodes, and without the root's mark (mt_mk_node()). */
static bool is_child(uint64_t slot)
{
	return slot > LARGEST_ENTRY_VALUE;
}

static bool node_read(struct target *t, const struct layout *l, uint64_t pointer, uint64_t max,
		      struct node *n)
{
	const struct fields *f;
	const struct field *pivots, *slots;
	uint8_t data[512];
	enum read_status status;
	unsigned word = t->word_size;
	uint64_t at = pointer & ~(uint64_t)NODE_MASK;

	n->type = (unsigned)(pointer >> TYPE_SHIFT) & TYPE_MASK;
	if (n->type == MAPLE_DENSE || n->type > MAPLE_ARANGE_64)
		return fail("maple node %llx is of unknown type %u", (unsigned long long)pointer, n->type);
	f = n->type == MAPLE_ARANGE_64 ? &l->arange : &l->range;
	pivots = &f->list[RANGE_PIVOT];
	slots = &f->list[RANGE_SLOT];
	n->slots = slots->size / word;
	/* f->end: that type information is damaged whose members end behind their structure */
	if (!n->slots || n->slots > MOST_SLOTS || f->size > sizeof(data) || f->end > f->size ||
	    pivots->size / word + 1 < n->slots)
		return fail("the maple node's layout is not understood");
	status = target_read(t, at, data, (size_t)f->size);
	if (status != READ_OK)
		return target_read_failed(t, "maple node", at, status);
	for (unsigned i = 0; i < n->slots; i++) {
		n->slot[i] = get_uint(data + slots->offset + i * word, word, t->order);
		n->pivot[i] =
			i + 1 < n->slots ? get_uint(data + pivots->offset + i * word, word, t->order) : max;
		/* a node that is not full ends with a pivot of 0, or with its own maximum */
		if ((i && !n->pivot[i]) || n->pivot[i] >= max) {
			n->pivot[i] = max;
			n->slots = i + 1;
		}
	}
	return true;
}

static bool tree_root(struct target *t, uint64_t tree, uint64_t *root)
{
	enum read_status status;
	struct fields f;

	if (!fields_resolve(t, &f, "maple_tree", tree_names, N_TREE))
		return false;
	status = field_read(t, &f, TREE_ROOT, tree, root);
	return status == READ_OK || target_read_failed(t, "maple_tree", tree, status);
}

bool maple_find(struct target *t, uint64_t tree, uint64_t index, uint64_t *entry)
{
	uint64_t at, max = target_word_mask(t);
	struct layout l;
	struct node n = {0};

	*entry = 0;
	if (!layout_open(t, &l) || !tree_root(t, tree, &at))
		return false;
	if (!is_node(at)) {
		*entry = index == 0 ? at : 0;
		return true;
	}
	for (unsigned depth = 0; depth < DEEPEST; depth++) {
		unsigned i = 0;

		if (!node_read(t, &l, at, max, &n))
			return false;
		while (i + 1 < n.slots && index > n.pivot[i])
			i++;
		max = n.pivot[i];
		at = n.slot[i];
		if (n.type == MAPLE_LEAF_64) {
			*entry = is_placeholder(at) ? 0 : at;
			return true;
		}
		if (!is_child(at)) {
			*entry = 0;
			return true;
		}
	}
	return fail("the maple tree is deeper than any can be");
}
