/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/maple.h"

#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"

enum {
	/* lib/maple_tree.c: a node is 256-byte aligned, and what points to it has its type in bits 3..6 */
	NODE_MASK = 255,
	TYPE_SHIFT = 3,
	TYPE_MASK = 15,
	LARGEST_NODE = 512,
	NODE_MAX = 1 << 20, /* nodes of a tree that are followed */
	/* include/linux/xarray.h: numbers up to 4096 that end in 10 are marks */
	LAST_MARK = 4096,
	ZERO_ENTRY = 257 << 2 | 2,
	/* include/linux/maple_tree.h: MT_FLAGS_HEIGHT_OFFSET, MT_FLAGS_HEIGHT_MASK */
	HEIGHT_SHIFT = 2,
	HEIGHT_MASK = 31,
};

enum { PARENT, PIVOT, SLOT, GAP, META_END, META_GAP, N_NODE };
static const char *const node_names[N_NODE] = {
	[PARENT] = "parent", [PIVOT] = "pivot",       [SLOT] = "slot",
	[GAP] = "gap",       [META_END] = "meta.end", [META_GAP] = "meta.gap",
};

enum { TREE_ROOT, TREE_FLAGS, N_TREE };
static const char *const tree_names[N_TREE] = {[TREE_ROOT] = "ma_root", [TREE_FLAGS] = "ma_flags"};

/* ---- entries ---- */

enum maple_kind maple_kind(uint64_t entry)
{
	if (!entry)
		return MAPLE_EMPTY;
	if (entry & 1)
		return MAPLE_VALUE;
	if (entry == ZERO_ENTRY)
		return MAPLE_ZERO;
	return (entry & 3) == 2 && entry <= LAST_MARK ? MAPLE_RESERVED : MAPLE_POINTER;
}

/* Of the root alone, which may be an entry instead (mte_mk_root(), xa_is_node()). */
static bool is_node(uint64_t entry)
{
	return (entry & 3) == 2 && entry > LAST_MARK;
}

/* ---- nodes ---- */

/* Do these fields lie inside the structure, and is it one that a kernel can have? */
static bool sane(const struct target *t, const struct fields *f, bool has_pivots)
{
	const struct field *slots = &f->list[SLOT], *pivots = &f->list[PIVOT], *gaps = &f->list[GAP];
	unsigned n = slots->size / t->word_size;

	/* f->end: type information is damaged whose members end behind their structure */
	if (!slots->there || !n || n > MAPLE_SLOTS || f->size > LARGEST_NODE || f->end > f->size)
		return false;
	if (gaps->there && gaps->size / t->word_size > MAPLE_SLOTS)
		return false;
	return !has_pivots || (pivots->there && pivots->size / t->word_size + 1 >= n &&
			       pivots->size / t->word_size <= MAPLE_SLOTS);
}

static bool layout_open(struct target *t, struct maple_layout *l)
{
	if (!fields_resolve(t, &l->range, "maple_range_64", node_names, N_NODE) ||
	    !fields_resolve(t, &l->arange, "maple_arange_64", node_names, N_NODE) ||
	    !fields_resolve(t, &l->dense, "maple_node", node_names, N_NODE))
		return false;
	return (sane(t, &l->range, true) && sane(t, &l->arange, true) && sane(t, &l->dense, false)) ||
	       fail("the maple node's layout is not understood");
}

/* The words of an array member. */
static unsigned words(const struct target *t, const struct field *f, const uint8_t *data, uint64_t *to)
{
	unsigned n = f->there ? f->size / t->word_size : 0;

	for (unsigned i = 0; i < n; i++)
		to[i] = get_uint(data + f->offset + (size_t)i * t->word_size, t->word_size, t->order);
	return n;
}

/* Which slots are in use, and the last index of each. */
static void find_ranges(struct maple_node *n)
{
	n->slots = n->all_slots;
	for (unsigned i = 0; i < n->slots; i++) {
		if (n->type == MAPLE_DENSE)
			n->pivot[i] = n->min + i;
		else
			n->pivot[i] = i < n->all_pivots && i + 1 < n->all_slots ? n->raw_pivot[i] : n->max;
		/* a node that is not full ends with a pivot of 0, or with its own maximum */
		if ((i && !n->pivot[i]) || n->pivot[i] >= n->max) {
			n->pivot[i] = n->max;
			n->slots = i + 1;
		}
	}
}

/*
 * The node that @pointer leads to. False with *@why, and *@status when it cannot be read; pivots that do not
 * ascend are no node's.
 */
static bool node_read(struct target *t, const struct maple_layout *l, uint64_t pointer, uint64_t min,
		      uint64_t max, struct maple_node *n, enum read_status *status, const char **why)
{
	const struct fields *f;
	uint8_t data[LARGEST_NODE];
	unsigned type = (unsigned)(pointer >> TYPE_SHIFT) & TYPE_MASK;

	*status = READ_ERROR;
	n->address = target_untag(t, pointer & ~(uint64_t)NODE_MASK);
	n->min = min;
	n->max = max;
	if (type > MAPLE_ARANGE_64) {
		*why = "a maple node of unknown type";
		return false;
	}
	n->type = (enum maple_type)type;
	f = type == MAPLE_DENSE ? &l->dense : type == MAPLE_ARANGE_64 ? &l->arange : &l->range;
	*status = target_read(t, n->address, data, (size_t)f->size);
	if (*status != READ_OK) {
		*why = read_status_text(*status);
		return false;
	}
	n->parent =
		f->list[PARENT].there ? get_uint(data + f->list[PARENT].offset, t->word_size, t->order) : 0;
	n->all_slots = words(t, &f->list[SLOT], data, n->raw_slot);
	n->all_pivots = type == MAPLE_DENSE ? 0 : words(t, &f->list[PIVOT], data, n->raw_pivot);
	n->all_gaps = type == MAPLE_ARANGE_64 ? words(t, &f->list[GAP], data, n->gap) : 0;
	n->has_meta = n->all_gaps && f->list[META_END].there && f->list[META_GAP].there;
	if (n->has_meta) {
		n->meta_end = data[f->list[META_END].offset];
		n->meta_gap = data[f->list[META_GAP].offset];
	}
	memcpy(n->slot, n->raw_slot, sizeof(n->slot));
	find_ranges(n);
	for (unsigned i = 0; i < n->slots; i++)
		if (n->pivot[i] < (i ? n->pivot[i - 1] + 1 : min)) {
			*status = READ_ERROR;
			*why = "no maple node: its pivots do not ascend";
			return false;
		}
	return true;
}

static bool is_leaf(const struct maple_node *n)
{
	return n->type == MAPLE_DENSE || n->type == MAPLE_LEAF_64;
}

/* ---- the walk ---- */

static void hole(struct maple_item *item, uint64_t node, enum read_status status, const char *why)
{
	item->what = MAPLE_HOLE;
	item->entry = node;
	item->status = status;
	item->why = why;
}

/* Go down to the node behind @pointer, or make a hole of *@item, whose range and depth are set. */
static void enter(struct maple_iter *it, uint64_t pointer, struct maple_item *item)
{
	struct maple_node *n = &it->nodes[it->depth];
	uint64_t address = target_untag(it->t, pointer & ~(uint64_t)NODE_MASK);
	enum read_status status = READ_ERROR;
	const char *why = NULL;

	if (it->depth == MAPLE_DEPTH)
		hole(item, address, status, "deeper than any tree can be");
	else if (it->seen.n >= NODE_MAX)
		hole(item, address, status, "more nodes than are followed");
	else if (!num_map_put(&it->arena, &it->seen, address, 0))
		hole(item, address, status, "this node is in the tree twice");
	else if (!node_read(it->t, &it->layout, pointer, item->min, item->max, n, &status, &why))
		hole(item, address, status, why);
	else {
		item->what = MAPLE_NODE;
		item->node = n;
		it->next[it->depth++] = 0;
	}
}

bool maple_open(struct maple_iter *it, struct target *t, uint64_t address, bool is_a_node)
{
	enum read_status status = READ_OK;
	struct fields f;

	*it = (struct maple_iter){.t = t, .root = address, .from_node = is_a_node};
	if (!layout_open(t, &it->layout) || !fields_resolve(t, &f, "maple_tree", tree_names, N_TREE))
		return false;
	if (!is_a_node) {
		it->has_flags = field_read(t, &f, TREE_FLAGS, address, &it->flags) == READ_OK;
		status = field_read(t, &f, TREE_ROOT, address, &it->root);
	}
	if (status != READ_OK)
		return target_read_failed(t, "maple_tree", address, status);
	it->first = (struct maple_item){.max = target_word_mask(t)};
	if (!is_a_node && !is_node(it->root)) {
		/* a lone entry, at index 0 */
		it->single = true;
		it->first.what = MAPLE_ENTRY;
		it->first.max = 0;
		it->first.entry = it->root;
	} else {
		it->nodes = arena_new_n(&it->arena, MAPLE_DEPTH, struct maple_node);
		enter(it, it->root, &it->first);
	}
	it->has_first = true;
	return true;
}

/* What is in the next slot of the innermost node. */
static void look(struct maple_iter *it, struct maple_item *item)
{
	const struct maple_node *n = &it->nodes[it->depth - 1];
	unsigned i = it->next[it->depth - 1]++;
	uint64_t slot = n->slot[i];

	it->slots = it->depth;
	it->slot[it->depth - 1] = i;
	*item = (struct maple_item){
		.min = i ? n->pivot[i - 1] + 1 : n->min, .max = n->pivot[i], .depth = it->depth, .node = n};
	if (is_leaf(n) || !slot) {
		item->what = MAPLE_ENTRY;
		item->entry = maple_kind(slot) == MAPLE_POINTER ? target_untag(it->t, slot) : slot;
	} else if (slot <= LAST_MARK) {
		/* inner nodes hold nothing but nodes, without the root's mark (mt_mk_node()) */
		hole(item, slot, READ_ERROR, "no node where one should be");
	} else {
		enter(it, slot, item);
	}
}

bool maple_next(struct maple_iter *it, struct maple_item *item)
{
	if (it->has_first) {
		it->has_first = false;
		*item = it->first;
		return true;
	}
	while (it->depth && it->next[it->depth - 1] >= it->nodes[it->depth - 1].slots)
		it->depth--;
	it->stopped = it->depth && interrupted();
	if (!it->depth || it->stopped)
		return false;
	look(it, item);
	return true;
}

void maple_position(const struct maple_iter *it, struct text *to)
{
	text_puts(to, it->single ? "root/0" : it->from_node ? "direct" : "root");
	for (unsigned i = 0; i < it->slots; i++)
		text_printf(to, "/%u", it->slot[i]);
}

unsigned maple_height(const struct maple_iter *it)
{
	return (unsigned)(it->flags >> HEIGHT_SHIFT) & HEIGHT_MASK;
}

bool maple_close(struct maple_iter *it)
{
	arena_free(&it->arena);
	it->seen = (struct num_map){0};
	return !it->stopped || fail("interrupted");
}

/* ---- one index ---- */

bool maple_find(struct target *t, uint64_t tree, uint64_t index, uint64_t *entry)
{
	uint64_t at = 0, min = 0, max = target_word_mask(t);
	enum read_status status;
	struct maple_layout l;
	struct maple_node n = {0};
	struct fields f;
	const char *why;

	*entry = 0;
	if (!layout_open(t, &l) || !fields_resolve(t, &f, "maple_tree", tree_names, N_TREE))
		return false;
	status = field_read(t, &f, TREE_ROOT, tree, &at);
	if (status != READ_OK)
		return target_read_failed(t, "maple_tree", tree, status);
	if (!is_node(at)) {
		*entry = index == 0 ? at : 0;
		return true;
	}
	for (unsigned depth = 0; depth < MAPLE_DEPTH && at > LAST_MARK; depth++) {
		unsigned i = 0;

		if (!node_read(t, &l, at, min, max, &n, &status, &why))
			return fail("maple node at 0x%llx: %s", (unsigned long long)n.address, why);
		while (i + 1 < n.slots && index > n.pivot[i])
			i++;
		min = i ? n.pivot[i - 1] + 1 : min;
		max = n.pivot[i];
		at = n.slot[i];
		if (is_leaf(&n)) {
			*entry = maple_kind(at) == MAPLE_POINTER ? target_untag(t, at) : 0;
			return true;
		}
	}
	return at <= LAST_MARK || fail("the maple tree is deeper than any can be");
}
