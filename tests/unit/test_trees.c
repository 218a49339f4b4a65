/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Red-black, radix and maple trees and xarrays of all layouts, whole and damaged, in every width and byte
 * order. */
#include "check.h"
#include "fake_machine.h"

#include "base/error.h"
#include "linux/maple.h"
#include "linux/rbtree.h"
#include "linux/xarray.h"

static struct text text;

static void put_word(uint64_t at, uint64_t value)
{
	struct fake_piece *p = fake_memory_put(at, m.target.word_size, READ_OK);

	put_uint(p->data, m.target.word_size, value, m.target.order);
}

static void put_byte(uint64_t at, uint8_t value)
{
	*fake_memory_put(at, 1, READ_OK)->data = value;
}

/* ---- red-black trees ---- */

static void put_rb(uint64_t at, uint64_t parent, uint64_t left, uint64_t right)
{
	unsigned word = m.target.word_size;

	put_word(at, parent | 1);
	put_word(at + word, right);
	put_word(at + 2 * word, left);
}

/*
 * The root is at 100, its word apart:      4000
 *                                      2000    6000
 *                                   1000 3000     7000
 */
static void rb_machine(unsigned word, enum byte_order order)
{
	machine(word, order);
	fake_types_add(&m.types,
		       word == 8 ? "rb_node 24 { 0 long __rb_parent_color; 8 * rb_right; 16 * rb_left }"
				 : "rb_node 12 { 0 long __rb_parent_color; 4 * rb_right; 8 * rb_left }");
	fake_types_add(&m.types, "rb_root 8 { 0 * rb_node }");
	put_word(0x100, 0x4000);
	put_rb(0x4000, 0, 0x2000, 0x6000);
	put_rb(0x2000, 0x4000, 0x1000, 0x3000);
	put_rb(0x6000, 0x4000, 0, 0x7000);
	put_rb(0x1000, 0x2000, 0, 0);
	put_rb(0x3000, 0x2000, 0, 0);
	put_rb(0x7000, 0x6000, 0, 0);
}

static const char *rb(uint64_t start, bool is_node, bool in_order, bool paths)
{
	struct rbtree_iter it;
	struct rbtree_node n;

	text_clear(&text);
	if (!rbtree_open(&it, &m.target, start, is_node, in_order))
		return fail_text();
	while (rbtree_next(&it, &n))
		text_printf(&text, "%llx%s%s%s%s ", (unsigned long long)n.address, paths ? ":" : "",
			    paths ? it.path : "", n.why ? "!" : "", n.why ? n.why : "");
	if (it.strangers)
		text_printf(&text, "(%llu from %llx)", (unsigned long long)it.strangers,
			    (unsigned long long)it.first_stranger);
	CHECK(rbtree_close(&it));
	return text_str(&text);
}

static void rbtree(void)
{
	EACH_MACHINE(word, order)
	{
		rb_machine(word, order);
		CHECK_STR(rb(0x100, false, false, true), "4000: 2000:l 1000:ll 3000:lr 6000:r 7000:rr ");
		CHECK_STR(rb(0x100, false, true, true), "1000:ll 2000:l 3000:lr 4000: 6000:r 7000:rr ");
		CHECK_STR(rb(0x2000, true, true, true), "1000:l 2000: 3000:r ");
		put_word(0x100, 0);
		CHECK_STR(rb(0x100, false, false, false), "");
	}
}

static void damaged_rbtree(void)
{
	EACH_MACHINE(word, order)
	{
		rb_machine(word, order);
		/* a circle, a page that is missing, a node of another tree, a pointer into nothing */
		put_rb(0x7000, 0x6000, 0x4000, 0x9000);
		put_rb(0x9000, 0x5000, 0, 0x7770000);
		fake_memory_text("2000: excluded 1000", word, order);
		CHECK_STR(rb(0x100, false, false, false),
			  "4000 2000!page excluded 6000 7000 4000!duplicate tree entry 9000 7770000!not RAM "
			  "(1 from 9000)");
		CHECK_STR(rb(0x8880000, false, false, false),
			  "cannot read the tree's root at 0x8880000: not RAM");
		CHECK_STR(rb(0x8880000, true, false, false),
			  "cannot read the tree's first node at 0x8880000: not RAM");
	}
	/* no types */
	machine(8, ORDER_LITTLE);
	CHECK_STR(rb(0x100, false, false, false), "the types of red-black trees are not known");
	/* ever deeper */
	rb_machine(8, ORDER_LITTLE);
	for (uint64_t i = 0; i < 200; i++)
		put_rb(0x4000 + i * 0x20, i ? 0x4000 + (i - 1) * 0x20 : 0, 0x4000 + (i + 1) * 0x20, 0);
	CHECK(strstr(rb(0x100, false, false, false), "deeper than any tree can be") != NULL);
}

/* ---- xarrays and radix trees ---- */

/* Nodes of 16 slots: shift at 0, the slots two words behind the start. */
static void xa_machine(unsigned word, enum byte_order order)
{
	machine(word, order);
	fake_types_add(&m.types, word == 8 ? "xarray 16 { 0 unsigned xa_flags; 8 * xa_head }"
					   : "xarray 8 { 0 unsigned xa_flags; 4 * xa_head }");
	fake_types_add(&m.types,
		       word == 8 ? "xa_node 144 { 0 char shift; 1 char offset; 8 * parent; 16 *[16] slots }"
				 : "xa_node 72 { 0 char shift; 1 char offset; 4 * parent; 8 *[16] slots }");
}

static void put_node(uint64_t at, uint8_t shift)
{
	unsigned word = m.target.word_size;
	struct fake_piece *p = fake_memory_put(at, 18 * word, READ_OK);

	p->data[0] = shift;
}

static void put_slot(uint64_t node, unsigned i, uint64_t value)
{
	put_word(node + (2 + i) * m.target.word_size, value);
}

static const char *xa(uint64_t start, bool is_node)
{
	static const char *const marks[] = {
		[XARRAY_POINTER] = "",    [XARRAY_VALUE] = "v",   [XARRAY_RESERVED] = "zero",
		[XARRAY_RETRY] = "retry", [XARRAY_UNKNOWN] = "?", [XARRAY_HOLE] = "!",
	};
	struct xarray_iter it;
	struct xarray_entry e;

	text_clear(&text);
	if (!xarray_open(&it, &m.target, start, is_node))
		return fail_text();
	while (xarray_next(&it, &e)) {
		text_printf(&text, "%llu", (unsigned long long)e.index);
		if (e.last != e.index)
			text_printf(&text, "-%llu", (unsigned long long)e.last);
		text_printf(&text, "=%s", marks[e.kind]);
		if (e.kind == XARRAY_POINTER)
			text_printf(&text, "%llx", (unsigned long long)e.entry);
		else if (e.kind == XARRAY_VALUE)
			text_printf(&text, "%llu", (unsigned long long)e.value);
		else if (e.kind == XARRAY_HOLE)
			text_printf(&text, "%llx %s", (unsigned long long)e.node, e.why);
		text_putc(&text, '@');
		xarray_position(&it, &text);
		text_putc(&text, ' ');
	}
	CHECK(xarray_close(&it));
	return text_str(&text);
}

static void xarray(void)
{
	EACH_MACHINE(word, order)
	{
		uint64_t head = word == 8 ? 0x108 : 0x104;

		xa_machine(word, order);
		put_word(head, 0);
		CHECK_STR(xa(0x100, false), "");
		/* one entry needs no node */
		put_word(head, 0x5550);
		CHECK_STR(xa(0x100, false), "0=5550@direct/0 ");
		put_word(head, 0x2b);
		CHECK_STR(xa(0x100, false), "0=v21@direct/0 ");
		/* two levels: indices of 8 bits */
		put_word(head, 0x2002);
		put_node(0x2000, 4);
		put_slot(0x2000, 0, 0x3002);
		put_slot(0x2000, 5, 0x3102);
		put_node(0x3000, 0);
		put_node(0x3100, 0);
		put_slot(0x3000, 0, 0xa000);
		put_slot(0x3000, 13, 0xa100);
		put_slot(0x3100, 15, 0xa200);
		CHECK_STR(xa(0x100, false), "0=a000@root/0/0 13=a100@root/0/13 95=a200@root/5/15 ");
		CHECK_STR(xa(0x3000, true), "0=a000@root/0 13=a100@root/13 ");
		CHECK_STR(xa(0x3002, true), "0=a000@root/0 13=a100@root/13 ");
		/* large entries: in a leaf with siblings, and in an inner node, alone and with a sibling */
		put_slot(0x3000, 4, 0xb000);
		for (unsigned i = 5; i < 8; i++)
			put_slot(0x3000, i, 4 << 2 | 2);
		put_slot(0x2000, 7, 0xb100);
		put_slot(0x2000, 8, 0xb200);
		put_slot(0x2000, 9, 8 << 2 | 2);
		/* what is no pointer */
		put_slot(0x3100, 0, 100 << 1 | 1);
		put_slot(0x3100, 1, 257 << 2 | 2);
		put_slot(0x3100, 2, 256 << 2 | 2);
		put_slot(0x3100, 3, 300 << 2 | 2);
		CHECK_STR(xa(0x100, false),
			  "0=a000@root/0/0 4-7=b000@root/0/4 13=a100@root/0/13 80=v100@root/5/0 "
			  "81=zero@root/5/1 82=retry@root/5/2 83=?@root/5/3 95=a200@root/5/15 "
			  "112-127=b100@root/7 128-159=b200@root/8 ");
	}
}

static void damaged_xarray(void)
{
	EACH_MACHINE(word, order)
	{
		xa_machine(word, order);
		put_word(word == 8 ? 0x108 : 0x104, 0x2002);
		put_node(0x2000, 4);
		put_node(0x3000, 0);
		put_slot(0x3000, 1, 0xa000);
		put_slot(0x2000, 1, 0x3002);
		put_slot(0x2000, 2, 0x3002);
		put_slot(0x2000, 3, 0x6002);
		put_slot(0x2000, 4, 0x7770002);
		put_slot(0x2000, 5, 0x8002);
		put_node(0x8000, 4);
		fake_memory_text("6000: excluded 1000", word, order);
		/* a leaf whose slots from the third on lie on a page that is missing */
		put_slot(0x2000, 6, 0x9002 - 4 * word);
		put_node(0x9000 - 4 * word, 0);
		put_slot(0x9000 - 4 * word, 1, 0xa100);
		fake_memory_text("9000: lost 1000", word, order);
		/* a node below a leaf */
		put_slot(0x3000, 2, 0xa202);
		put_node(0xa200, 0);
		CHECK_STR(xa(0x100, false),
			  word == 8 ? "17=a000@root/1/1 18=!a200 a node where only entries can be@root/1/2 "
				      "32-47=!3000 this node is in the tree twice@root/2 "
				      "48-63=!6000 page excluded@root/3 64-79=!7770000 not RAM@root/4 "
				      "80-95=!8000 no node of this level is there@root/5 97=a100@root/6/1 "
				      "98-111=!8fe0 lost: the dump is incomplete@root/6/2 "
				    : "17=a000@root/1/1 18=!a200 a node where only entries can be@root/1/2 "
				      "32-47=!3000 this node is in the tree twice@root/2 "
				      "48-63=!6000 page excluded@root/3 64-79=!7770000 not RAM@root/4 "
				      "80-95=!8000 no node of this level is there@root/5 97=a100@root/6/1 "
				      "98-111=!8ff0 lost: the dump is incomplete@root/6/2 ");
		CHECK_STR(xa(0x7770000, false), "cannot read the tree's root at 0x7770000: not RAM");
		put_byte(0x2000, 3);
		CHECK_STR(xa(0x100, false), "0x2000 is no node of such a tree: its shift cannot be 3");
		put_byte(0x2000, 200);
		CHECK_STR(xa(0x100, false), "0x2000 is no node of such a tree: its shift cannot be 200");
	}
	machine(8, ORDER_LITTLE);
	CHECK_STR(xa(0x100, false), "the types of radix trees are not known");
}

/* v4.7 to v4.19: nodes are marked by bit 0, values by bit 1, and nodes know their shift. */
static void radix_by_shift(void)
{
	EACH_MACHINE(word, order)
	{
		uint64_t head = word == 8 ? 0x108 : 0x104;

		machine(word, order);
		fake_types_add(&m.types, word == 8 ? "radix_tree_root 16 { 0 unsigned gfp_mask; 8 * rnode }"
						   : "radix_tree_root 8 { 0 unsigned gfp_mask; 4 * rnode }");
		fake_types_add(&m.types, word == 8 ? "radix_tree_node 144 { 0 char shift; 16 *[16] slots }"
						   : "radix_tree_node 72 { 0 char shift; 8 *[16] slots }");
		put_word(head, 0x5550);
		CHECK_STR(xa(0x100, false), "0=5550@direct/0 ");
		put_word(head, 0x2001);
		put_node(0x2000, 4);
		put_node(0x3000, 0);
		put_slot(0x2000, 1, 0x3001);
		put_slot(0x3000, 2, 0xa000);
		put_slot(0x3000, 3, 77 << 2 | 2);
		put_slot(0x3000, 4, 1);
		/* a large entry, and a sibling that is the address of its slot, marked as a node */
		put_slot(0x2000, 2, 0xb000);
		put_slot(0x2000, 3, (0x2000 + 4 * word) | 1);
		CHECK_STR(xa(0x100, false),
			  "18=a000@root/1/2 19=v77@root/1/3 20=retry@root/1/4 32-63=b000@root/2 ");
		CHECK_STR(xa(0x3001, true), "2=a000@root/2 3=v77@root/3 4=retry@root/4 ");
	}
}

/* Before v4.7: the root knows the height; slots of inner nodes are marked (v4.6) or not. */
static void radix_by_height(void)
{
	EACH_MACHINE(word, order)
	{
		for (unsigned path = 0; path < 2; path++) {
			uint64_t head = 0x108;

			machine(word, order);
			fake_types_add(&m.types,
				       word == 8 ? "radix_tree_root 16 { 0 unsigned height; 4 unsigned "
						   "gfp_mask; 8 * rnode }"
						 : "radix_tree_root 12 { 0 unsigned height; 4 unsigned "
						   "gfp_mask; 8 * rnode }");
			if (path)
				fake_types_add(
					&m.types,
					word == 8 ? "radix_tree_node 144 { 0 unsigned path; 16 *[16] slots }"
						  : "radix_tree_node 72 { 0 unsigned path; 8 *[16] slots }");
			else
				fake_types_add(
					&m.types,
					word == 8
						? "radix_tree_node 144 { 0 unsigned height; 16 *[16] slots }"
						: "radix_tree_node 72 { 0 unsigned height; 8 *[16] slots }");
			fake_memory_text("100: 0 20", 4, order);
			put_word(head, 0x5550);
			CHECK_STR(xa(0x100, false), "0=5550@direct/0 ");
			fake_memory_text("100: 2 20", 4, order);
			put_word(head, 0x2001);
			put_node(0x2000, 0);
			put_node(0x3000, 0);
			put_slot(0x2000, 0, 0x3000 + path);
			put_slot(0x3000, 2, 0xa000);
			put_slot(0x3000, 3, 77 << 2 | 2);
			/* heights of 2 and 1; above the 17 or 9 bits of it a path has the slot in the parent
			 */
			fake_memory_text(path ? "2000: 2\n3000: 60001" : "2000: 2\n3000: 1", 4, order);
			CHECK_STR(xa(0x100, false), "2=a000@root/0/2 3=v77@root/0/3 ");
			CHECK_STR(xa(0x3000, true), "2=a000@root/2 3=v77@root/3 ");
			fake_memory_text("100: 3000000 20", 4, order);
			CHECK(strstr(xa(0x100, false), "its shift cannot be") != NULL);
		}
	}
}

/* ---- maple trees ---- */

struct maple_shape {
	unsigned range_slots, arange_slots, dense_slots;
};

static struct maple_shape maple_shape(unsigned word)
{
	return word == 8 ? (struct maple_shape){16, 10, 31} : (struct maple_shape){32, 21, 63};
}

static void maple_machine(unsigned word, enum byte_order order)
{
	machine(word, order);
	fake_types_add(&m.types, "maple_metadata 2 { 0 char end; 1 char gap }");
	fake_types_add(&m.types, word == 8 ? "maple_tree 16 { 0 unsigned ma_flags; 8 * ma_root }"
					   : "maple_tree 8 { 0 unsigned ma_flags; 4 * ma_root }");
	if (word == 8) {
		fake_types_add(&m.types, "maple_node 256 { 0 * parent; 8 *[31] slot }");
		fake_types_add(&m.types,
			       "maple_range_64 256 { 0 * parent; 8 long[15] pivot; 128 *[16] slot; 248 "
			       "maple_metadata meta }");
		fake_types_add(&m.types,
			       "maple_arange_64 248 { 0 * parent; 8 long[9] pivot; 80 *[10] slot; 160 "
			       "long[10] gap; 240 maple_metadata meta }");
	} else {
		fake_types_add(&m.types, "maple_node 256 { 0 * parent; 4 *[63] slot }");
		fake_types_add(&m.types,
			       "maple_range_64 256 { 0 * parent; 4 long[31] pivot; 128 *[32] slot; 252 "
			       "maple_metadata meta }");
		fake_types_add(&m.types,
			       "maple_arange_64 256 { 0 * parent; 4 long[20] pivot; 84 *[21] slot; 168 "
			       "long[21] gap; 252 maple_metadata meta }");
	}
	fake_memory_put(0x100, 64, READ_OK);
	fake_memory_text("100: 309", 4, order);
}

/* What points to a node: its address, type and a mark. */
static uint64_t enode(uint64_t at, enum maple_type type)
{
	return at | (uint64_t)type << 3 | 4;
}

static void put_root(uint64_t value)
{
	put_word(m.target.word_size == 8 ? 0x108 : 0x104, value);
}

static void put_maple(uint64_t at)
{
	fake_memory_put(at, 256, READ_OK);
}

/* Slot @i of a node, and its pivot. */
static void put_range(uint64_t at, enum maple_type type, unsigned i, uint64_t pivot, uint64_t slot)
{
	unsigned word = m.target.word_size;
	struct maple_shape s = maple_shape(word);
	unsigned slots = type == MAPLE_ARANGE_64 ? s.arange_slots : s.range_slots;

	if (type == MAPLE_DENSE) {
		put_word(at + (1 + i) * word, slot);
		return;
	}
	if (i + 1 < slots)
		put_word(at + (1 + i) * word, pivot);
	put_word(at + (slots + i) * word, slot);
}

/* Entries and holes; empty ranges only with @all. */
static const char *maple(uint64_t start, bool is_node, bool all)
{
	struct maple_iter it;
	struct maple_item e;

	text_clear(&text);
	if (!maple_open(&it, &m.target, start, is_node))
		return fail_text();
	while (maple_next(&it, &e)) {
		if (e.what == MAPLE_NODE ? !all : e.what == MAPLE_ENTRY && !e.entry && !all)
			continue;
		text_printf(&text, "%llx-%llx=", (unsigned long long)e.min, (unsigned long long)e.max);
		if (e.what == MAPLE_NODE)
			text_printf(&text, "node %llx type %d depth %u", (unsigned long long)e.node->address,
				    (int)e.node->type, e.depth);
		else if (e.what == MAPLE_HOLE)
			text_printf(&text, "!%llx %s", (unsigned long long)e.entry, e.why);
		else
			text_printf(&text, "%llx", (unsigned long long)e.entry);
		text_putc(&text, '@');
		maple_position(&it, &text);
		text_putc(&text, ' ');
	}
	CHECK(maple_close(&it));
	return text_str(&text);
}

static void lone_entries(void)
{
	EACH_MACHINE(word, order)
	{
		uint64_t entry = 1;

		maple_machine(word, order);
		CHECK_STR(maple(0x100, false, false), "");
		CHECK(maple_find(&m.target, 0x100, 0, &entry));
		CHECK_EQ_U64(entry, 0);
		put_root(0x5550);
		CHECK_STR(maple(0x100, false, false), "0-0=5550@root/0 ");
		CHECK(maple_find(&m.target, 0x100, 0, &entry));
		CHECK_EQ_U64(entry, 0x5550);
		CHECK(maple_find(&m.target, 0x100, 1, &entry));
		CHECK_EQ_U64(entry, 0);
	}
	CHECK_EQ_U64(maple_kind(0), MAPLE_EMPTY);
	CHECK_EQ_U64(maple_kind(0x2b), MAPLE_VALUE);
	CHECK_EQ_U64(maple_kind(257 << 2 | 2), MAPLE_ZERO);
	CHECK_EQ_U64(maple_kind(258 << 2 | 2), MAPLE_RESERVED);
	CHECK_EQ_U64(maple_kind(0x5550), MAPLE_POINTER);
}

/* A root with gaps over a leaf, an inner node without gaps over a full leaf, and a dense node. */
static void maple_types(void)
{
	EACH_MACHINE(word, order)
	{
		uint64_t last, entry;
		unsigned full;
		char want[512];

		maple_machine(word, order);
		last = target_word_mask(&m.target);
		full = maple_shape(word).range_slots;
		put_root(enode(0x1000, MAPLE_ARANGE_64) | 2);
		put_maple(0x1000);
		put_range(0x1000, MAPLE_ARANGE_64, 0, 0xff, enode(0x2000, MAPLE_LEAF_64));
		put_range(0x1000, MAPLE_ARANGE_64, 1, 0xfff, enode(0x3000, MAPLE_RANGE_64));
		put_range(0x1000, MAPLE_ARANGE_64, 2, last, enode(0x4000, MAPLE_LEAF_64));
		/* not full: its end is a pivot equal to its maximum */
		put_maple(0x2000);
		put_range(0x2000, MAPLE_LEAF_64, 0, 0xf, 0);
		put_range(0x2000, MAPLE_LEAF_64, 1, 0x1f, 0xa000);
		put_range(0x2000, MAPLE_LEAF_64, 2, 0xff, 0);
		/* not full: its last pivot was never written */
		put_maple(0x3000);
		put_range(0x3000, MAPLE_RANGE_64, 0, 0x1ff, enode(0x5000, MAPLE_LEAF_64));
		put_range(0x3000, MAPLE_RANGE_64, 1, 0, enode(0x6000, MAPLE_DENSE));
		put_maple(0x5000);
		for (unsigned i = 0; i < full; i++)
			put_range(0x5000, MAPLE_LEAF_64, i, 0x100 + i, 0xb000 + i * 0x10);
		put_maple(0x6000);
		put_range(0x6000, MAPLE_DENSE, 3, 0, 0xc000);
		put_maple(0x4000);
		put_range(0x4000, MAPLE_LEAF_64, 0, last, 0);

		snprintf(want, sizeof want, "10-1f=a000@root/0/1 ");
		for (unsigned i = 0; i < full; i++) {
			char *at = want + strlen(want);

			snprintf(at, 40, "%x-%x=%x@root/1/0/%u ", 0x100 + i, i + 1 < full ? 0x100 + i : 0x1ff,
				 0xb000 + i * 0x10, i);
			if (full > 16 && i == 5)
				break;
		}
		if (full == 16) {
			snprintf(want + strlen(want), 40, "203-203=c000@root/1/1/3 ");
			CHECK_STR(maple(0x100, false, false), want);
		} else {
			CHECK(strncmp(maple(0x100, false, false), want, strlen(want)) == 0);
			CHECK(strstr(text_str(&text), "11f-1ff=b1f0@root/1/0/31 203-203=c000@root/1/1/3 ") !=
			      NULL);
		}
		CHECK(maple_find(&m.target, 0x100, 0x1f, &entry));
		CHECK_EQ_U64(entry, 0xa000);
		CHECK(maple_find(&m.target, 0x100, 0x20, &entry));
		CHECK_EQ_U64(entry, 0);
		CHECK(maple_find(&m.target, 0x100, 0x102, &entry));
		CHECK_EQ_U64(entry, 0xb020);
		CHECK(maple_find(&m.target, 0x100, 0x1ff, &entry));
		CHECK_EQ_U64(entry, 0xb000 + (full - 1) * 0x10);
		CHECK(maple_find(&m.target, 0x100, 0x203, &entry));
		CHECK_EQ_U64(entry, 0xc000);
		CHECK(maple_find(&m.target, 0x100, last, &entry));
		CHECK_EQ_U64(entry, 0);
		CHECK_STR(maple(enode(0x2000, MAPLE_LEAF_64), true, false), "10-1f=a000@direct/1 ");
		put_range(0x1000, MAPLE_ARANGE_64, 0, last, enode(0x4000, MAPLE_LEAF_64));
		CHECK_STR(maple(0x100, false, true),
			  word == 8 ? "0-ffffffffffffffff=node 1000 type 3 depth 0@root "
				      "0-ffffffffffffffff=node 4000 type 1 depth 1@root/0 "
				      "0-ffffffffffffffff=0@root/0/0 "
				    : "0-ffffffff=node 1000 type 3 depth 0@root "
				      "0-ffffffff=node 4000 type 1 depth 1@root/0 0-ffffffff=0@root/0/0 ");
	}
}

static void damaged_maple(void)
{
	EACH_MACHINE(word, order)
	{
		uint64_t last, entry;

		maple_machine(word, order);
		last = target_word_mask(&m.target);
		put_root(enode(0x1000, MAPLE_ARANGE_64) | 2);
		put_maple(0x1000);
		put_range(0x1000, MAPLE_ARANGE_64, 0, 0xf, enode(0x1000, MAPLE_ARANGE_64));
		put_range(0x1000, MAPLE_ARANGE_64, 1, 0x1f, enode(0x2000, MAPLE_LEAF_64));
		put_range(0x1000, MAPLE_ARANGE_64, 2, 0x2f, enode(0x3000, (enum maple_type)5));
		put_range(0x1000, MAPLE_ARANGE_64, 3, 0x3f, enode(0x4000, MAPLE_LEAF_64));
		put_range(0x1000, MAPLE_ARANGE_64, 4, 0x4f, 0x402);
		put_range(0x1000, MAPLE_ARANGE_64, 5, last, enode(0x7770000, MAPLE_LEAF_64));
		fake_memory_text("2000: excluded 1000", word, order);
		put_maple(0x4000);
		put_range(0x4000, MAPLE_LEAF_64, 0, 0x38, 0xa000);
		put_range(0x4000, MAPLE_LEAF_64, 1, 0x33, 0xa100);
		CHECK_STR(maple(0x100, false, false),
			  word == 8 ? "0-f=!1000 this node is in the tree twice@root/0 10-1f=!2000 page "
				      "excluded@root/1 20-2f=!3000 a maple node of unknown type@root/2 "
				      "30-3f=!4000 no maple node: its pivots do not ascend@root/3 "
				      "40-4f=!402 no node where one should be@root/4 "
				      "50-ffffffffffffffff=!7770000 not RAM@root/5 "
				    : "0-f=!1000 this node is in the tree twice@root/0 10-1f=!2000 page "
				      "excluded@root/1 20-2f=!3000 a maple node of unknown type@root/2 "
				      "30-3f=!4000 no maple node: its pivots do not ascend@root/3 "
				      "40-4f=!402 no node where one should be@root/4 "
				      "50-ffffffff=!7770000 not RAM@root/5 ");
		CHECK(!maple_find(&m.target, 0x100, 0x10, &entry));
		CHECK(strstr(fail_text(), "page excluded") != NULL);
		CHECK(!maple_find(&m.target, 0x100, 0, &entry));
		CHECK(strstr(fail_text(), "deeper") != NULL);
		CHECK_STR(maple(0x7770000, false, false), "cannot read maple_tree at 0x7770000: not RAM");
	}
	machine(8, ORDER_LITTLE);
	CHECK_STR(maple(0x100, false, false), "the type of struct maple_range_64 is not known");
}

/* ---- anything at all ---- */

/* Words that look like pointers to nodes of every kind, and others. The same ones each time. */
static uint64_t dice(void)
{
	static uint64_t state = 1;
	uint64_t at;

	state = state * 6364136223846793005u + 1442695040888963407u;
	at = 0x1000 + (state >> 33) % 0x4000;
	switch (state >> 60) {
	case 0:
	case 1: return 0;
	case 2: return state >> 32;
	case 3: return (state >> 40) % 300;
	case 4:
	case 5: return (at & ~(uint64_t)0xff) | 4 | ((state >> 50) % 5) << 3;
	case 6: return at & ~(uint64_t)3;
	case 7: return (at & ~(uint64_t)0xff) | 2 | 4 | 3 << 3;
	default: return (at & ~(uint64_t)7) | ((state >> 50) & 3);
	}
}

/* Every walk ends, and stays inside its own memory. */
static void random_memory(void)
{
	EACH_MACHINE(word, order)
	{
		for (unsigned round = 0; round < 40; round++) {
			struct fake_piece *p;
			uint64_t entry;

			maple_machine(word, order);
			fake_types_add(&m.types,
				       word == 8 ? "xarray 16 { 8 * xa_head }" : "xarray 8 { 4 * xa_head }");
			fake_types_add(&m.types,
				       word == 8 ? "xa_node 144 { 0 char shift; 8 * parent; 16 *[16] slots }"
						 : "xa_node 72 { 0 char shift; 4 * parent; 8 *[16] slots }");
			fake_types_add(&m.types,
				       word == 8 ? "rb_node 24 { 0 long __rb_parent_color; 8 * rb_right; "
						   "16 * rb_left }"
						 : "rb_node 12 { 0 long __rb_parent_color; 4 * rb_right; "
						   "8 * rb_left }");
			fake_types_add(&m.types, "rb_root 8 { 0 * rb_node }");
			p = fake_memory_put(0x1000, 0x4000, READ_OK);
			for (size_t at = 0; at < 0x4000; at += word)
				put_uint(p->data + at, word, dice(), order);
			/* nodes of some low level in it, for the way down */
			for (size_t at = 0; at < 0x4000; at += 0x100)
				p->data[at] = (uint8_t)(dice() % 5 * 4);
			for (uint64_t start = 0x1000; start < 0x1400; start += 0x48) {
				rb(start, false, round & 1, true);
				xa(start, round & 1);
				maple(start, false, true);
				maple(enode(start & ~(uint64_t)0xff, (enum maple_type)(round % 4)), true,
				      true);
				maple_find(&m.target, start, dice(), &entry);
			}
		}
	}
}

int main(void)
{
	RUN(rbtree);
	RUN(damaged_rbtree);
	RUN(xarray);
	RUN(damaged_xarray);
	RUN(radix_by_shift);
	RUN(radix_by_height);
	RUN(lone_entries);
	RUN(maple_types);
	RUN(damaged_maple);
	RUN(random_memory);
	text_free(&text);
	arena_free(&m.arena);
	fake_memory_clear();
	return check_done();
}
