/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree: the entries of red-black trees, xarrays, radix trees and maple trees. src/linux walks them. */
#include "command/object/tree.h"

#include <string.h>

#include "base/error.h"
#include "command/options.h"
#include "command/table.h"
#include "linux/rbtree.h"
#include "linux/xarray.h"
#include "type/declare.h"

static const struct shape node_shape = {"{address:x}\n{?positions}  position: {position}\n{/}", NULL};
static const struct shape slot_shape = {
	"{entry:x}{?what} ({what}{?value} {value}{/}){/}\n"
	"{?positions}  index: {index}{?range}-{last}{/}  position: {position}\n{/}",
	NULL};
static const struct shape hole_shape = {"{address} node {node:x}\n{?positions}  position: {position}\n{/}",
					NULL};

/* ---- what the walks have in common ---- */

static void put_position(struct tree_request *r, const char *position)
{
	put_str(r->s->out, "position", position);
	if (r->positions && out_view(r->s->out) == OUT_TEXT)
		put_bool(r->s->out, "positions", true);
}

void tree_entry_end(struct tree_request *r, bool is_pointer, uint64_t address)
{
	r->given++;
	if (is_pointer)
		object_view_show(&r->view, address);
	rec_end(r->s->out);
	object_view_forget(&r->view);
}

void tree_hole(struct tree_request *r, uint64_t node, enum read_status status, const char *why,
	       const char *position)
{
	struct out *o = r->s->out;

	if (status == READ_EXCLUDED || status == READ_LOST)
		r->absent++;
	else
		r->damaged++;
	rec_begin(o, &hole_shape);
	put_missing(o, "address", why);
	put_addr(o, "node", node);
	put_position(r, position);
	rec_end(o);
}

/* ---- red-black trees ---- */

static bool show_rbtree(struct tree_request *r)
{
	struct out *o = r->s->out;
	struct text position = {0};
	struct rbtree_iter it;
	struct rbtree_node n;

	if (!rbtree_open(&it, r->s->target, r->start, r->is_node, r->linear))
		return false;
	list_begin(o, "entries");
	while (!out_broken(o) && rbtree_next(&it, &n)) {
		uint64_t object = (n.address - r->node_offset) & target_word_mask(r->s->target);

		text_clear(&position);
		text_puts(&position, "root");
		for (const char *c = it.path; *c; c++)
			text_printf(&position, "/%c", *c);
		if (n.why) {
			tree_hole(r, n.address, n.status, n.why, text_str(&position));
			continue;
		}
		rec_begin(o, &node_shape);
		put_addr(o, "address", object);
		put_position(r, text_str(&position));
		tree_entry_end(r, true, object);
	}
	list_end(o);
	text_free(&position);
	if (it.strangers)
		out_note(o,
			 "%llu of these nodes do not name the one above them as their parent, the first is "
			 "%llx: is this a red-black tree?",
			 (unsigned long long)it.strangers, (unsigned long long)it.first_stranger);
	return rbtree_close(&it);
}

/* ---- xarrays and radix trees ---- */

static const char *slot_name(enum xarray_kind kind)
{
	switch (kind) {
	case XARRAY_VALUE: return "value";
	case XARRAY_RESERVED: return "reserved";
	case XARRAY_RETRY: return "retry";
	case XARRAY_UNKNOWN: return "unknown mark";
	default: return NULL;
	}
}

static void show_slot(struct tree_request *r, const struct xarray_entry *e, const char *position)
{
	struct out *o = r->s->out;

	rec_begin(o, &slot_shape);
	put_addr(o, "entry", e->entry);
	if (e->kind == XARRAY_POINTER)
		put_addr(o, "address", e->entry);
	put_str(o, "what", slot_name(e->kind));
	if (e->kind == XARRAY_VALUE)
		put_u64(o, "value", e->value);
	put_u64(o, "index", e->index);
	put_u64(o, "last", e->last);
	if (e->last != e->index && out_view(o) == OUT_TEXT)
		put_bool(o, "range", true);
	put_position(r, position);
	tree_entry_end(r, e->kind == XARRAY_POINTER, e->entry);
}

static bool show_xarray(struct tree_request *r)
{
	struct text position = {0};
	struct xarray_iter it;
	struct xarray_entry e;

	if (!xarray_open(&it, r->s->target, r->start, r->is_node))
		return false;
	list_begin(r->s->out, "entries");
	while (!out_broken(r->s->out) && xarray_next(&it, &e)) {
		text_clear(&position);
		xarray_position(&it, &position);
		if (e.kind == XARRAY_HOLE)
			tree_hole(r, e.node, e.status, e.why, text_str(&position));
		else
			show_slot(r, &e, text_str(&position));
	}
	list_end(r->s->out);
	text_free(&position);
	return xarray_close(&it);
}

/* ---- words ---- */

static bool wrong(struct session *s, const char *message)
{
	out_error(s->out, "%s", message);
	return command_usage(s, &command_tree);
}

static const struct {
	const char *begins;
	enum tree_type type;
	const char *name;
} types[] = {
	{"ra", TREE_XARRAY, "radix trees"},
	{"rb", TREE_RBTREE, "red-black trees"},
	{"x", TREE_XARRAY, "xarrays"},
	{"m", TREE_MAPLE, "maple trees"},
};

static bool take_type(struct tree_request *r, const char *word)
{
	if (r->type != TREE_UNKNOWN)
		return wrong(r->s, "multiple tree types may not be entered");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strncmp(word, types[i].begins, strlen(types[i].begins)) == 0) {
			r->type = types[i].type;
			r->type_name = types[i].name;
			return true;
		}
	return wrong(r->s, arena_printf(&r->s->scratch, "invalid tree type: %s", word));
}

static bool take(struct tree_request *r, const char **to, const char *value, char letter)
{
	if (*to)
		return out_error(r->s->out, "-%c was already given: %s", letter, *to);
	*to = value;
	return true;
}

static bool take_radix(struct tree_request *r, bool hex)
{
	if (r->radix_given && r->view.hex != hex)
		return out_error(r->s->out, "-d and -x are mutually exclusive");
	r->radix_given = true;
	r->view.hex = hex;
	return true;
}

static bool take_option(struct tree_request *r, int letter, const char *value)
{
	switch (letter) {
	case 't': return take_type(r, value);
	case 'r': return take(r, &r->root_word, value, 'r');
	case 'o': return take(r, &r->node_word, value, 'o');
	case 's':
	case 'S': return object_view_add(&r->view, value) || out_error(r->s->out, "%s", fail_text());
	case 'x': return take_radix(r, true);
	case 'd': return take_radix(r, false);
	case 'l': return r->linear = true;
	case 'p': return r->positions = true;
	case 'v': return r->verbose = true;
	case 'N': return r->is_node = true;
	default: return command_usage(r->s, &command_tree);
	}
}

/* Structures that are roots, and of which trees; others (rb_root_cached, idr) begin with one of them. */
static const struct {
	const char *name;
	enum tree_type type;
	size_t words; /* in types[] */
} roots[] = {
	{"rb_root", TREE_RBTREE, 1},
	{"xarray", TREE_XARRAY, 2},
	{"radix_tree_root", TREE_XARRAY, 0},
	{"maple_tree", TREE_MAPLE, 3},
};

/* The root that a value of type @t begins with: index in roots[], or -1. */
static int root_in(struct types *ts, const struct type *t, unsigned depth)
{
	const struct type_member *list;
	size_t n;

	t = type_strip(ts, t);
	if (depth > 8 || (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION))
		return -1;
	for (size_t i = 0; t->name && i < sizeof(roots) / sizeof(*roots); i++)
		if (strcmp(t->name, roots[i].name) == 0)
			return (int)i;
	if (!type_members(ts, t, &list, &n))
		return -1;
	for (size_t i = 0; i < n && list[i].bit_offset == 0; i++) {
		int found = root_in(ts, list[i].type, depth + 1);

		if (found >= 0)
			return found;
	}
	return -1;
}

/*
 * What the type of the symbol, or of -r's member, says of the tree: without -t it decides, else it is held
 * against -t. @root is NULL where no type is known.
 */
static void look_at_type(struct tree_request *r, const struct type *root)
{
	struct types *ts = r->s->target->types;
	int found;

	if (!root && !r->root_word && !r->is_node)
		root = type_of_symbol(ts, r->start_word);
	found = root ? root_in(ts, root, 0) : -1;
	if (r->type == TREE_UNKNOWN) {
		size_t words = found >= 0 ? roots[found].words : 1;

		r->guessed = found < 0;
		r->type = types[words].type;
		r->type_name = types[words].name;
	}
	if (root && (found < 0 || roots[found].type != r->type)) {
		struct text declared = {0};

		type_declare(ts, root, NULL, &declared);
		out_note(r->s->out, "what is taken for the root of %s is of type %s", r->type_name,
			 text_str(&declared));
		text_free(&declared);
	}
}

static bool parse_words(struct tree_request *r, const struct type **root)
{
	const struct type *unused;
	uint64_t offset = 0;

	if (r->root_word && !object_offset(r->s, r->root_word, &offset, root))
		return fail_in("-r");
	if (r->node_word && !object_offset(r->s, r->node_word, &r->node_offset, &unused))
		return fail_in("-o");
	if (!session_address(r->s, r->start_word, &r->start))
		return false;
	r->start += offset;
	return true;
}

static bool not_for(struct tree_request *r, const char *option)
{
	return out_error(r->s->out, "%s option is not applicable to %s", option, r->type_name);
}

static bool parse(struct tree_request *r, int argc, char **argv)
{
	const struct type *root = NULL;
	struct options o;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "t:r:o:s:S:xdlpvN")))
		if (!take_option(r, letter, o.value))
			return false;
	if (argc - o.at != 1)
		return wrong(r->s,
			     o.at == argc ? "a starting address is required" : "too many arguments entered");
	if (r->root_word && r->is_node)
		return out_error(r->s->out, "-r and -N options are mutually exclusive");
	r->start_word = argv[o.at];
	if (!parse_words(r, &root))
		return out_error(r->s->out, "%s", fail_text());
	look_at_type(r, root);
	if (r->linear && r->type != TREE_RBTREE)
		return not_for(r, "-l");
	if (r->node_word && r->type != TREE_RBTREE)
		return not_for(r, "-o");
	if (r->verbose && r->type != TREE_MAPLE)
		return not_for(r, "-v");
	return true;
}

/* ---- the command ---- */

static bool show(struct tree_request *r)
{
	struct out *o = r->s->out;
	bool good;

	good = r->type == TREE_MAPLE    ? tree_maple(r)
	       : r->type == TREE_XARRAY ? show_xarray(r)
					: show_rbtree(r);
	if (!good)
		return out_error(o, "%s", fail_text());
	if (r->absent)
		out_note(o, "nodes that are not in the dump: %llu; what is below them is missing",
			 (unsigned long long)r->absent);
	if (r->damaged)
		return out_error(o, "nodes that cannot be followed: %llu", (unsigned long long)r->damaged);
	if (!r->given)
		out_note(o, r->guessed ? "the tree is empty, if it is a red-black tree: -t tells which it is"
				       : "the tree is empty");
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct tree_request r = {.s = s};

	if (!session_kernel(s))
		return false;
	object_view_init(&r.view, s);
	return parse(&r, argc, argv) && show(&r);
}

#define TEXT                                                                                                 \
	"  Follows a tree from its root and shows the address of each entry, and with -s\n"                  \
	"  what the entries hold. What cannot be followed is told in its place, and the\n"                   \
	"  rest shown.\n"                                                                                    \
	"    start       address, symbol or expression: the root (rb_root, xarray,\n"                        \
	"                radix_tree_root, maple_tree), or what holds it\n"                                   \
	"    -t type     radix, xarray, rbtree or maple (ra, x, rb, m will do); without\n"                   \
	"                it the type of the symbol or of -r's member decides, else it is\n"                  \
	"                an rbtree. A radix tree of a kernel since 4.20 is an xarray\n"                      \
	"    -r offset   where the root is in the structure at start: bytes, or\n"                           \
	"                structure.member\n"                                                                 \
	"    -N          start is a node: rb_node, xa_node, radix_tree_node; a maple_node\n"                 \
	"                as the root or a slot has it, with its type in the low bits\n"                      \
	"    -o offset   rbtree: where the rb_node is in the entries\n"                                      \
	"    -l          rbtree: from the leftmost to the rightmost node; else a node\n"                     \
	"                comes before its children\n"                                                        \
	"    -p          position: the way from the root, and the index. A maple tree's\n"                   \
	"                index is the entry's number; its range is told behind it\n"                         \
	"    -v          maple: all ranges, empty ones too, with their nodes\n"                              \
	"    -s struct[.member,...]  show this of every entry; may be given several\n"                       \
	"                times\n"                                                                            \
	"    -S struct[.member,...]  the same\n"                                                             \
	"    -x, -d      numbers in hexadecimal, in decimal\n"                                               \
	"  Entries that are no pointers are told as such: (value N), (reserved).\n"

const struct command command_tree = {
	.name = "tree",
	.summary = "the entries of a radix tree, xarray, red-black tree or maple tree",
	.synopsis = "[-t radix|xarray|rbtree|maple] [-r offset] [-o offset]\n"
		    "       [-s|-S struct[.member[,member]]] [-l] [-p] [-v] [-x|-d] [-N] start",
	.help = TEXT,
	.example = "  inquest> tree -t maple -r mm_struct.mm_mt ff141d0f8251b600 -p\n"
		   "  ff141d0f82619da8\n"
		   "    index: 1  position: root/0/1  range: 400000-400fff\n"
		   "  ff141d0f82619130\n"
		   "    index: 2  position: root/0/2  range: 401000-48cfff\n"
		   "  inquest> tree -t radix -r pid_namespace.idr init_pid_ns -p\n"
		   "  ff141d0f811f9a80\n"
		   "    index: 1  position: root/0/1\n"
		   "  ff141d0f811f9780\n"
		   "    index: 2  position: root/0/2\n"
		   "  inquest> tree -o vmap_area.rb_node vmap_area_root -s vmap_area.va_start -px\n"
		   "  ff141d0f8103fb40\n"
		   "    position: root\n"
		   "    va_start = 0xff47822dc00e4000,\n"
		   "  ff141d0f8103fbc0\n"
		   "    position: root/l\n"
		   "    va_start = 0xff47822dc0068000,\n",
	.flags = 0,
	.run = run,
};
