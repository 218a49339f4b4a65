/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree -t maple. */
#include <string.h>

#include "base/error.h"
#include "command/object/tree.h"
#include "linux/maple.h"

static const struct shape entry_shape = {"{entry:x}{?what} ({what}{?value} {value}{/}){/}\n"
					 "{?positions}  index: {?hex}{number:x}{/}{!hex}{number}{/}  "
					 "position: {position}  range: {min:x}-{max:x}\n{/}",
					 NULL};
static const struct shape root_shape = {
	"maple_tree({tree:x}) flags {flags_text}, height {height} root 0x{root:x}\n\n", NULL};
static const struct shape node_shape = {"{indent}{range}: node 0x{node:x} depth {depth} type {type} parent "
					"0x{parent:x} contents: {contents}\n",
					NULL};
static const struct shape range_shape = {"{indent}{range}: {text}\n", NULL};

static const char *kind_name(enum maple_kind kind)
{
	switch (kind) {
	case MAPLE_VALUE: return "value";
	case MAPLE_ZERO: return "reserved";
	case MAPLE_RESERVED: return "unknown mark";
	default: return NULL;
	}
}

/* ---- entries alone ---- */

static void show_entry(struct tree_request *r, const struct maple_item *e, const char *position)
{
	enum maple_kind kind = maple_kind(e->entry);
	struct out *o = r->s->out;

	rec_begin(o, &entry_shape);
	put_addr(o, "entry", e->entry);
	if (kind == MAPLE_POINTER)
		put_addr(o, "address", e->entry);
	put_str(o, "what", kind_name(kind));
	if (kind == MAPLE_VALUE)
		put_u64(o, "value", e->entry >> 1);
	put_u64(o, "number", r->given + 1);
	put_addr(o, "min", e->min);
	put_addr(o, "max", e->max);
	put_str(o, "position", position);
	if (r->positions && out_view(o) == OUT_TEXT) {
		put_bool(o, "positions", true);
		put_bool(o, "hex", r->view.hex);
	}
	tree_entry_end(r, kind == MAPLE_POINTER, e->entry);
}

/* ---- everything: -v ---- */

static void put_number(const struct tree_request *r, struct text *to, uint64_t number)
{
	text_printf(to, r->view.hex ? "%llx" : "%llu", (unsigned long long)number);
}

/* Columns to the left of a line, and the range it is about; JSON has the numbers. */
static void put_range(struct tree_request *r, const struct maple_item *e)
{
	struct out *o = r->s->out;
	struct text text = {0};

	put_u64(o, "depth", e->depth);
	put_addr(o, "min", e->min);
	put_addr(o, "max", e->max);
	if (out_view(o) == OUT_JSON)
		return;
	text_fill(&text, ' ', (size_t)e->depth * 2);
	put_str(o, "indent", text_str(&text));
	text_clear(&text);
	put_number(r, &text, e->min);
	if (e->min != e->max) {
		text_putc(&text, '-');
		put_number(r, &text, e->max);
	}
	put_str(o, "range", text_str(&text));
	text_free(&text);
}

/* "0xslot pivot 0xslot pivot ... 0xslot", gaps and their metadata before them. */
static void put_contents(struct tree_request *r, const struct maple_node *n)
{
	struct text text = {0};

	for (unsigned i = 0; i < n->all_gaps; i++) {
		put_number(r, &text, n->gap[i]);
		text_putc(&text, ' ');
	}
	if (n->has_meta)
		text_printf(&text, "| %02X %02X| ", n->meta_end, n->meta_gap);
	for (unsigned i = 0; i < n->all_slots; i++) {
		text_printf(&text, "%s0x%llx", i ? " " : "", (unsigned long long)n->raw_slot[i]);
		if (i < n->all_pivots) {
			text_putc(&text, ' ');
			put_number(r, &text, n->raw_pivot[i]);
		}
	}
	put_str(r->s->out, "contents", text_str(&text));
	text_free(&text);
}

static void list_contents(struct tree_request *r, const struct maple_node *n)
{
	struct out *o = r->s->out;

	if (n->has_meta) {
		put_u64(o, "meta_end", n->meta_end);
		put_u64(o, "meta_gap", n->meta_gap);
	}
	list_begin(o, "slots");
	for (unsigned i = 0; i < n->all_slots; i++) {
		rec_begin(o, NULL);
		put_addr(o, "slot", n->raw_slot[i]);
		if (i < n->all_pivots)
			put_addr(o, "pivot", n->raw_pivot[i]);
		if (i < n->all_gaps)
			put_u64(o, "gap", n->gap[i]);
		rec_end(o);
	}
	list_end(o);
}

static void show_node(struct tree_request *r, const struct maple_item *e)
{
	struct out *o = r->s->out;

	rec_begin(o, &node_shape);
	put_range(r, e);
	put_addr(o, "node", e->node->address);
	put_u64(o, "type", e->node->type);
	put_addr(o, "parent", e->node->parent);
	if (out_view(o) == OUT_TEXT)
		put_contents(r, e->node);
	else
		list_contents(r, e->node);
	rec_end(o);
}

static void show_range(struct tree_request *r, const struct maple_item *e)
{
	enum maple_kind kind = maple_kind(e->entry);
	const char *name = kind_name(kind);
	struct out *o = r->s->out;
	unsigned long long entry = e->entry;

	rec_begin(o, &range_shape);
	put_range(r, e);
	put_addr(o, "entry", e->entry);
	if (kind == MAPLE_POINTER)
		put_addr(o, "address", e->entry);
	put_str(o, "what", name);
	if (kind == MAPLE_VALUE)
		put_u64(o, "value", e->entry >> 1);
	if (out_view(o) == OUT_TEXT) {
		if (kind == MAPLE_VALUE)
			put_fmt(o, "text", r->view.hex ? "value 0x%llx [0x%llx]" : "value %llu [0x%llx]",
				entry >> 1, entry);
		else
			put_fmt(o, "text", name ? "%s [0x%llx]" : "%s0x%llx", name ? name : "", entry);
	}
	tree_entry_end(r, kind == MAPLE_POINTER, e->entry);
}

static void show_root(struct tree_request *r, const struct maple_iter *it)
{
	struct out *o = r->s->out;

	rec_begin(o, &root_shape);
	put_addr(o, "tree", r->start);
	if (it->has_flags) {
		put_hex(o, "flags", it->flags);
		put_u64(o, "height", maple_height(it));
	}
	if (out_view(o) == OUT_TEXT)
		put_fmt(o, "flags_text", "%llX", (unsigned long long)it->flags);
	put_addr(o, "root", it->root);
	rec_end(o);
}

/* ---- the walk ---- */

static void show_item(struct tree_request *r, const struct maple_iter *it, const struct maple_item *e)
{
	struct text position = {0};

	maple_position(it, &position);
	if (e->what == MAPLE_HOLE)
		tree_hole(r, e->entry, e->status, e->why, text_str(&position));
	else if (r->verbose && e->what == MAPLE_NODE)
		show_node(r, e);
	else if (r->verbose)
		show_range(r, e);
	else if (e->what == MAPLE_ENTRY && e->entry)
		show_entry(r, e, text_str(&position));
	text_free(&position);
}

bool tree_maple(struct tree_request *r)
{
	struct maple_iter it;
	struct maple_item e;

	if (r->is_node && !(r->start & 0xff))
		return fail("a maple node's type stands in the low bits of what points to it: give the "
			    "pointer as the "
			    "root or a slot has it");
	if (!maple_open(&it, r->s->target, r->start, r->is_node))
		return false;
	if (r->verbose && !r->is_node)
		show_root(r, &it);
	list_begin(r->s->out, "entries");
	while (!out_broken(r->s->out) && maple_next(&it, &e))
		show_item(r, &it, &e);
	list_end(r->s->out);
	return maple_close(&it);
}
