/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Location lists made by hand, in both versions, word sizes and byte orders. */
#include "check.h"
#include "debuginfo/dwarf_loclist.h"

static uint8_t data[512];
static size_t size;
static enum byte_order order;
static uint8_t word;

static void put(size_t bytes, uint64_t value)
{
	put_uint(data + size, bytes, value, order);
	size += bytes;
}

/* A pair of addresses and an expression of one byte: which one was found. */
static void put_pair(uint64_t start, uint64_t end, uint8_t expr)
{
	put(word, start);
	put(word, end);
	put(2, 1);
	put(1, expr);
}

static struct loclist list_of(unsigned version, uint64_t base)
{
	return (struct loclist){.data = data,
				.size = size,
				.order = order,
				.address_size = word,
				.version = version,
				.base = base};
}

/* The one byte of the expression for @pc; 0: none, 0xff: an empty one. */
static unsigned found(const struct loclist *l, uint64_t offset, uint64_t pc)
{
	const uint8_t *expr;
	size_t n;

	if (!loclist_find(l, offset, pc, &expr, &n))
		return 0;
	return n ? expr[0] : 0xff;
}

static void each_form(void (*test)(uint64_t base))
{
	for (unsigned i = 0; i < 4; i++) {
		order = i & 1 ? ORDER_BIG : ORDER_LITTLE;
		word = i & 2 ? 8 : 4;
		size = 0;
		test(word == 8 ? 0xffffffff81000000 : 0xc0100000);
	}
}

static void pairs(uint64_t base)
{
	uint64_t most = word == 8 ? UINT64_MAX : UINT32_MAX;
	struct loclist l;
	size_t list;

	put(4, 0xdeadbeef); /* what belongs to another list */
	list = size;
	put_pair(0x10, 0x20, 0x50);
	put_pair(0x20, 0x20, 0x51); /* empty: views at one address */
	put_pair(0x20, 0x30, 0x52);
	put(word, most);
	put(word, base + 0x1000);
	put_pair(0, 8, 0x53);
	put(word, 8);
	put(word, 16);
	put(2, 0); /* nowhere, and said so */
	put(word, 0);
	put(word, 0);
	put_pair(0x100, 0x200, 0x54); /* of the next list */
	l = list_of(4, base);
	CHECK_EQ_U64(found(&l, list, base + 0xf), 0);
	CHECK_EQ_U64(found(&l, list, base + 0x10), 0x50);
	CHECK_EQ_U64(found(&l, list, base + 0x1f), 0x50);
	CHECK_EQ_U64(found(&l, list, base + 0x20), 0x52);
	CHECK_EQ_U64(found(&l, list, base + 0x30), 0);
	CHECK_EQ_U64(found(&l, list, base + 0x1000), 0x53);
	CHECK_EQ_U64(found(&l, list, base + 0x1008), 0xff);
	CHECK_EQ_U64(found(&l, list, base + 0x1100), 0);
	CHECK_EQ_U64(found(&l, size + 1, base), 0);
}

static void reads_version_4(void)
{
	each_form(pairs);
}

static bool by_index(void *context, uint64_t index, uint64_t *address)
{
	*address = *(const uint64_t *)context + index * 0x100;
	return index < 5;
}

static void entries(uint64_t base)
{
	struct loclist l;
	size_t list = size;

	put(1, 9), put(1, 1), put(1, 2);                                /* GCC's view pair */
	put(1, 4), put(1, 0x10), put(1, 0x20), put(1, 1), put(1, 0x50); /* offset_pair */
	put(1, 6), put(word, base + 0x1000);                            /* base_address */
	put(1, 4), put(1, 0), put(1, 0x10), put(1, 1), put(1, 0x51);
	put(1, 7), put(word, base + 0x2000), put(word, base + 0x2010), put(1, 1),
		put(1, 0x52);                                                       /* start_end */
	put(1, 8), put(word, base + 0x3000), put(1, 0x10), put(1, 1), put(1, 0x53); /* start_length */
	put(1, 3), put(1, 1), put(1, 0x10), put(1, 1), put(1, 0x54);                /* startx_length */
	put(1, 2), put(1, 2), put(1, 3), put(1, 1), put(1, 0x55);                   /* startx_endx */
	put(1, 1), put(1, 4);                                                       /* base_addressx */
	put(1, 4), put(1, 0), put(1, 4), put(1, 0);                                 /* an empty expression */
	put(1, 5), put(1, 1), put(1, 0x56);                                         /* default_location */
	put(1, 0);
	l = list_of(5, base);
	l.address = by_index;
	l.context = &base;
	CHECK_EQ_U64(found(&l, list, base + 0x10), 0x50);
	CHECK_EQ_U64(found(&l, list, base + 0x1000), 0x51);
	CHECK_EQ_U64(found(&l, list, base + 0x200f), 0x52);
	CHECK_EQ_U64(found(&l, list, base + 0x3000), 0x53);
	CHECK_EQ_U64(found(&l, list, base + 0x10f), 0x54);
	CHECK_EQ_U64(found(&l, list, base + 0x2ff), 0x55);
	CHECK_EQ_U64(found(&l, list, base + 0x401), 0xff);
	CHECK_EQ_U64(found(&l, list, base + 0x9999), 0x56);
	l.address = NULL;
	CHECK_EQ_U64(found(&l, list, base + 0x9999), 0); /* what cannot be read may have been the answer */
	CHECK_EQ_U64(found(&l, list, base + 0x3000), 0x53);
}

static void reads_version_5(void)
{
	each_form(entries);
}

static void table(uint64_t base)
{
	struct loclist l;
	uint64_t offset;

	put(4, 0);
	put(4, 8); /* offsets, from the table on */
	put(4, 13);
	put(1, 4), put(1, 0), put(1, 9), put(1, 1), put(1, 0x50);
	put(1, 0);
	l = list_of(5, base);
	CHECK(loclist_offset(&l, 4, 0, 4, &offset) && offset == 12);
	CHECK_EQ_U64(found(&l, offset, base), 0x50);
	CHECK(loclist_offset(&l, 4, 1, 4, &offset) && offset == 17);
	CHECK(!loclist_offset(&l, 4, 900, 4, &offset));
	CHECK(!loclist_offset(&l, UINT64_MAX, 1, 4, &offset));
}

static void finds_lists_by_number(void)
{
	each_form(table);
}

/* A list that is cut off anywhere tells nothing that is not in it. */
static void cut_lists(uint64_t base)
{
	struct loclist l;
	size_t all;

	put(1, 7), put(word, base + 0x2000), put(word, base + 0x2010), put(1, 3), put(3, 0);
	all = size;
	for (size = 0; size < all; size++) {
		l = list_of(5, base);
		CHECK_EQ_U64(found(&l, 0, base + 0x2000), 0);
		l = list_of(4, base);
		found(&l, 0, base + 0x2000);
	}
	l = list_of(5, base);
	l.address_size = 3;
	CHECK_EQ_U64(found(&l, 0, base + 0x2000), 0);
}

static void refuses_what_is_cut(void)
{
	each_form(cut_lists);
}

int main(void)
{
	RUN(reads_version_4);
	RUN(reads_version_5);
	RUN(finds_lists_by_number);
	RUN(refuses_what_is_cut);
	return check_done();
}
