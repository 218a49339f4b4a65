/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/xarray.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "linux/fields.h"

enum {
	ENTRY_MASK = 3,
	XA_INTERNAL = 2, /* xa_mk_internal(): numbers up to 4096 are marks, above them nodes */
	XA_LAST_MARK = 4096,
	XA_RETRY = 256 << 2 | 2,
	XA_ZERO = 257 << 2 | 2,
	RADIX_INTERNAL = 1, /* RADIX_TREE_INTERNAL_NODE, before v4.7 RADIX_TREE_INDIRECT_PTR */
	RADIX_EXCEPTIONAL = 2,
	NODE_MAX = 1 << 20, /* nodes of a tree that are followed */
};

/* ---- layouts ---- */

static bool member(struct target *t, const struct type *node, const char *path, uint64_t *offset,
		   uint64_t *size)
{
	struct type_place place;

	if (!type_path(t->types, node, path, &place))
		return false;
	*offset = place.bit_offset / 8;
	*size = type_size(t->types, place.type);
	return true;
}

/* The mark of the height in radix_tree_node.path (v3.15 to v4.6): RADIX_TREE_HEIGHT_SHIFT bits. */
static unsigned path_bits(const struct target *t, unsigned bits)
{
	return (t->word_size * 8u + bits - 1) / bits + 1;
}

/*
 * What a node says of its place: "shift" since v4.7, before it the height, alone or below
 * the bits of its path.
 */
static void shift_member(struct target *t, const struct type *node, struct xarray_form *f)
{
	uint64_t size;

	if (member(t, node, "shift", &f->shift_offset, &size)) {
		f->has_shift = true;
	} else if (member(t, node, "path", &f->shift_offset, &size)) {
		f->height_bits = path_bits(t, f->bits);
	} else if (member(t, node, "height", &f->shift_offset, &size)) {
		f->height_bits = 32;
	} else {
		size = 0;
	}
	f->shift_size = size <= 8 ? (unsigned)size : 0;
}

static bool find_form(struct target *t, struct xarray_form *f)
{
	const struct type *node = type_find(t->types, TYPE_STRUCT, "xa_node");
	const struct type *root;
	uint64_t size;

	*f = (struct xarray_form){.radix = !node || node->incomplete};
	if (f->radix)
		node = type_find(t->types, TYPE_STRUCT, "radix_tree_node");
	root = type_find(t->types, TYPE_STRUCT, f->radix ? "radix_tree_root" : "xarray");
	if (!node || !root)
		return fail("the types of %s are not known", f->radix ? "radix trees" : "xarrays");
	if (!member(t, node, "slots", &f->slots_offset, &size))
		return fail_in("%s", node->name);
	f->slots = (unsigned)(size / t->word_size);
	if (size / t->word_size > XARRAY_SLOTS || f->slots < 2 || f->slots & (f->slots - 1))
		return fail("%s.slots has %llu entries, which no kernel has", node->name,
			    (unsigned long long)(size / t->word_size));
	while (1u << f->bits < f->slots)
		f->bits++;
	if (!member(t, root, f->radix ? "rnode" : "xa_head", &f->head_offset, &size))
		return fail_in("%s", root->name);
	f->by_height = f->radix && member(t, root, "height", &f->height_offset, &size);
	shift_member(t, node, f);
	fail_clear();
	return true;
}

/* ---- what a slot holds ---- */

static bool is_node(const struct xarray_form *f, uint64_t slot)
{
	if (f->radix)
		return (slot & ENTRY_MASK) == RADIX_INTERNAL && slot > RADIX_INTERNAL;
	return (slot & ENTRY_MASK) == XA_INTERNAL && slot > XA_LAST_MARK;
}

static uint64_t node_address(const struct xarray_iter *it, uint64_t slot)
{
	return target_untag(it->t, slot & ~(uint64_t)(it->form.radix ? 1 : ENTRY_MASK));
}

/* Is slot @i one of those that only repeat slot @first, whose entry is as large as several slots? */
static bool is_sibling(const struct xarray_iter *it, const struct xarray_frame *fr, unsigned i,
		       unsigned *first)
{
	const struct xarray_form *f = &it->form;
	uint64_t slot = fr->slot[i], at;

	if (fr->status[i] != READ_OK)
		return false;
	if (!f->radix) {
		/* xa_is_sibling() */
		if ((slot & ENTRY_MASK) != XA_INTERNAL || slot >> 2 >= f->slots)
			return false;
		*first = (unsigned)(slot >> 2);
		return true;
	}
	/* is_sibling_entry(): a node's address that is a place in this node (v4.6) */
	at = node_address(it, slot) - (fr->node + f->slots_offset);
	if ((slot & ENTRY_MASK) != RADIX_INTERNAL || at >= (uint64_t)f->slots * it->t->word_size)
		return false;
	*first = (unsigned)(at / it->t->word_size);
	return true;
}

static void decode(const struct xarray_iter *it, struct xarray_entry *e, uint64_t slot)
{
	unsigned low = slot & ENTRY_MASK;

	e->entry = slot;
	if (it->form.radix) {
		e->kind = low & RADIX_EXCEPTIONAL ? XARRAY_VALUE
			  : low & RADIX_INTERNAL  ? XARRAY_RETRY
						  : XARRAY_POINTER;
		e->value = slot >> 2;
	} else if (low & 1) {
		e->kind = XARRAY_VALUE;
		e->value = slot >> 1;
	} else if (low == XA_INTERNAL) {
		e->kind = slot == XA_ZERO    ? XARRAY_RESERVED
			  : slot == XA_RETRY ? XARRAY_RETRY
					     : XARRAY_UNKNOWN;
	} else {
		e->kind = XARRAY_POINTER;
	}
	if (e->kind == XARRAY_POINTER)
		e->entry = target_untag(it->t, slot);
}

/* ---- nodes ---- */

static uint64_t last_of(const struct xarray_iter *it, uint64_t base, unsigned bits)
{
	uint64_t mask = target_word_mask(it->t);

	return bits >= it->t->word_size * 8u ? mask : (base + (((uint64_t)1 << bits) - 1)) & mask;
}

/* Shift that the node at @address says it has. */
static enum read_status read_shift(const struct xarray_iter *it, uint64_t address, uint64_t *shift)
{
	const struct xarray_form *f = &it->form;
	uint64_t value;
	enum read_status status = target_read_uint(it->t, address + f->shift_offset, f->shift_size, &value);

	if (status != READ_OK)
		return status;
	if (f->has_shift) {
		*shift = value;
		return READ_OK;
	}
	if (f->height_bits < 32)
		value &= (1u << f->height_bits) - 1;
	*shift = value && value <= XARRAY_DEPTH ? (value - 1) * f->bits : UINT64_MAX;
	return READ_OK;
}

static void read_slots(const struct xarray_iter *it, struct xarray_frame *fr)
{
	unsigned word = it->t->word_size, n = it->form.slots;
	uint64_t at = fr->node + it->form.slots_offset;
	uint8_t bytes[XARRAY_SLOTS * 8];
	size_t done = 0;

	target_read_some(it->t, NULL, at, bytes, (size_t)n * word, &done);
	for (unsigned i = 0; i < n; i++) {
		fr->status[i] = READ_OK;
		if ((size_t)(i + 1) * word <= done)
			fr->slot[i] = get_uint(bytes + (size_t)i * word, word, it->t->order);
		else /* behind a page that is missing, the rest may be there */
			fr->status[i] = target_read_word(it->t, at + (uint64_t)i * word, &fr->slot[i]);
	}
}

static bool hole(struct xarray_entry *e, uint64_t node, enum read_status status, const char *why)
{
	e->kind = XARRAY_HOLE;
	e->node = node;
	e->status = status;
	e->why = why ? why : read_status_text(status);
	return false;
}

/*
 * Go down to the node at @address, which covers e->index to e->last and should decode the index from @shift
 * on. False with *e made a hole when it cannot be followed.
 */
static bool enter(struct xarray_iter *it, struct xarray_entry *e, uint64_t address, unsigned shift)
{
	struct xarray_frame *fr = &it->frames[it->depth];
	enum read_status status;
	uint64_t says = shift;

	if (it->depth == XARRAY_DEPTH || shift >= it->t->word_size * 8u)
		return hole(e, address, READ_ERROR, "deeper than any tree can be");
	if (it->seen.n >= NODE_MAX)
		return hole(e, address, READ_ERROR, "more nodes than are followed");
	if (!num_map_put(&it->arena, &it->seen, address, 0))
		return hole(e, address, READ_ERROR, "this node is in the tree twice");
	status = it->form.shift_size ? read_shift(it, address, &says) : READ_OK;
	if (status == READ_OK && says != shift)
		return hole(e, address, READ_ERROR, "no node of this level is there");
	fr->node = address;
	fr->base = e->index;
	fr->shift = shift;
	fr->next = 0;
	read_slots(it, fr);
	/* nothing of it can be read: one hole says so, not one for each slot */
	for (unsigned i = 0; i < it->form.slots; i++)
		if (fr->status[i] == READ_OK) {
			it->depth++;
			return true;
		}
	return hole(e, address, fr->status[0], NULL);
}

/* How many slots from @i on belong together: a large entry and its siblings, or slots missing alike. */
static unsigned run_of(const struct xarray_iter *it, const struct xarray_frame *fr, unsigned i)
{
	unsigned n = 1, first;

	if (fr->status[i] != READ_OK) {
		while (i + n < it->form.slots && fr->status[i + n] == fr->status[i])
			n++;
		return n;
	}
	while (i + n < it->form.slots && is_sibling(it, fr, i + n, &first) && first == i)
		n++;
	return n;
}

/* The entry in the next slot of the innermost node; false when it leads down, or is none. */
static bool look(struct xarray_iter *it, struct xarray_entry *e)
{
	struct xarray_frame *fr = &it->frames[it->depth - 1];
	const struct xarray_form *f = &it->form;
	unsigned i = fr->next, first;
	uint64_t slot = fr->slot[i];
	bool readable = fr->status[i] == READ_OK, inner;

	it->slots = it->depth;
	it->slot[it->depth - 1] = i;
	if ((readable && !slot) || (is_sibling(it, fr, i, &first) && first < i)) {
		fr->next++;
		return false;
	}
	fr->next += run_of(it, fr, i);
	*e = (struct xarray_entry){.node = fr->node};
	e->index = (fr->base + ((uint64_t)i << fr->shift)) & target_word_mask(it->t);
	e->last = last_of(it, fr->base + ((uint64_t)(fr->next - 1) << fr->shift), fr->shift);
	if (!readable)
		return !hole(e, fr->node, fr->status[i], NULL);
	inner = f->by_height ? fr->shift > 0 : is_node(f, slot);
	if (!inner) {
		decode(it, e, slot);
		return true;
	}
	if (!fr->shift)
		return !hole(e, node_address(it, slot), READ_ERROR, "a node where only entries can be");
	return !enter(it, e, node_address(it, slot), fr->shift - f->bits);
}

/* ---- the walk ---- */

static bool start_node(struct xarray_iter *it, uint64_t address, uint64_t shift)
{
	struct xarray_entry e = {0};

	if (shift >= it->t->word_size * 8u || shift % it->form.bits)
		return fail("0x%llx is no node of such a tree: its shift cannot be %lld",
			    (unsigned long long)address, (long long)shift);
	if (!enter(it, &e, address, (unsigned)shift))
		return fail("the node at 0x%llx: %s", (unsigned long long)address, e.why);
	return true;
}

static bool open_node(struct xarray_iter *it, uint64_t address)
{
	uint64_t shift = 0;
	enum read_status status;

	if (!it->form.shift_size)
		return fail("nodes of this kernel do not say which level they are of");
	status = read_shift(it, address, &shift);
	if (status != READ_OK)
		return target_read_failed(it->t, "the node", address, status);
	return start_node(it, address, shift);
}

static bool open_root(struct xarray_iter *it, uint64_t address)
{
	const struct xarray_form *f = &it->form;
	uint64_t height = 0;
	enum read_status status = target_read_word(it->t, address + f->head_offset, &it->head);

	if (status == READ_OK && f->by_height)
		status = target_read_uint(it->t, address + f->height_offset, 4, &height);
	if (status != READ_OK)
		return target_read_failed(it->t, "the tree's root", address, status);
	if (!it->head)
		return true;
	if (f->by_height ? height != 0 : is_node(f, it->head)) {
		uint64_t node = node_address(it, it->head);

		if (!f->by_height)
			return open_node(it, node);
		return start_node(it, node, height <= XARRAY_DEPTH ? (height - 1) * f->bits : UINT64_MAX);
	}
	it->single = true;
	return true;
}

bool xarray_open(struct xarray_iter *it, struct target *t, uint64_t address, bool is_node)
{
	*it = (struct xarray_iter){.t = t};
	if (!find_form(t, &it->form))
		return false;
	it->frames = arena_new_n(&it->arena, XARRAY_DEPTH, struct xarray_frame);
	if (is_node ? open_node(it, node_address(it, address)) : open_root(it, address))
		return true;
	arena_free(&it->arena);
	return false;
}

bool xarray_next(struct xarray_iter *it, struct xarray_entry *e)
{
	if (it->single) {
		it->single = false;
		it->slots = 0;
		*e = (struct xarray_entry){0};
		decode(it, e, it->head);
		return true;
	}
	while (it->depth) {
		if (interrupted()) {
			it->stopped = true;
			return false;
		}
		if (it->frames[it->depth - 1].next >= it->form.slots)
			it->depth--;
		else if (look(it, e))
			return true;
	}
	return false;
}

void xarray_position(const struct xarray_iter *it, struct text *to)
{
	text_puts(to, it->slots ? "root" : "direct/0");
	for (unsigned i = 0; i < it->slots; i++)
		text_printf(to, "/%u", it->slot[i]);
}

bool xarray_close(struct xarray_iter *it)
{
	arena_free(&it->arena);
	it->seen = (struct num_map){0};
	return !it->stopped || fail("interrupted");
}
