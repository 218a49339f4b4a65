/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address spaces and the generic page-table walker, over page tables written as text. */
#include "check.h"
#include "fake_memory.h"
#include "target/arch.h"
#include "target/space.h"

/* A form of the test's own: bit 0 valid, bit 1 leaf, bit 2 a run of 16 pages; address from bit 12. */
static struct entry decode(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};

	if (value & 1)
		e.kind = value & 2 || level + 1 == form->levels ? ENTRY_LEAF : ENTRY_TABLE;
	if (e.kind == ENTRY_LEAF && value & 4)
		e.leaf_shift = 16;
	return e;
}

static struct page_form form;
static struct arch arch;
static struct target target;
static struct space *kernel = &target.kernel;

static void set_up(unsigned entry_size, enum byte_order order)
{
	static uint64_t id;
	static const struct space_range all[] = {
		{0, 0xffffffff, SPACE_TABLE, 0, "all of 32"},
		{0, 0xffffffffffff, SPACE_TABLE, 0, "all of 48"},
	};

	id++;
	fake_memory_clear();
	form = (struct page_form){.name = "test",
				  .entry_size = (uint8_t)entry_size,
				  .levels = entry_size == 4 ? 2 : 3,
				  .level_name = {"A", "B", "C"},
				  .page_shift = 12,
				  .order = order,
				  .address_mask = entry_size == 4 ? 0xfffff000 : 0xfffffffff000,
				  .decode = decode};
	for (unsigned i = 0; i < form.levels; i++)
		form.index_bits[i] = entry_size == 4 ? 10 : 12;
	arch = (struct arch){.name = "test", .word_size = (uint8_t)entry_size};
	target = (struct target){.id = id,
				 .arch = &arch,
				 .order = order,
				 .word_size = (uint8_t)entry_size,
				 .page_shift = 12,
				 .page_size = 4096,
				 .physical = fake_memory_read};
	*kernel = (struct space){.name = "kernel", .form = &form, .root = 0x1000, .has_root = true};
	space_add(kernel, &all[entry_size == 8]);
}

#define FOR_EACH_FORM                                                                                        \
	for (unsigned size = 4; size <= 8; size += 4)                                                        \
		for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static void expect(uint64_t address, enum read_status status, uint64_t physical, const char *why)
{
	struct arena a = {0};
	struct walk walk;
	uint64_t got = ~0ULL;

	CHECK_EQ_U64(space_translate(&target, kernel, address, &got, NULL), status);
	if (status == READ_OK)
		CHECK_EQ_U64(got, physical);
	space_walk(&target, kernel, address, false, &walk);
	CHECK_EQ_U64(walk.status, status);
	if (status == READ_OK)
		CHECK_EQ_U64(walk.address, physical);
	else
		CHECK_STR(walk_why(&a, kernel, &walk), why);
	arena_free(&a);
}

static void ranges_override_earlier_ones(void)
{
	struct space s = {0};

	CHECK(space_add(&s, &(struct space_range){0x1000, 0x8fff, SPACE_TABLE, 0, "wide"}));
	CHECK(space_add(&s, &(struct space_range){0x3000, 0x4fff, SPACE_LINEAR, 16, "inside"}));
	CHECK_EQ_U64(s.n_ranges, 3);
	CHECK_STR(space_find(&s, 0x1000)->what, "wide");
	CHECK_STR(space_find(&s, 0x2fff)->what, "wide");
	CHECK_STR(space_find(&s, 0x3000)->what, "inside");
	CHECK_STR(space_find(&s, 0x4fff)->what, "inside");
	CHECK_STR(space_find(&s, 0x5000)->what, "wide");
	CHECK(!space_find(&s, 0xfff));
	CHECK(!space_find(&s, 0x9000));
	CHECK(space_add(&s, &(struct space_range){0, ~0ULL, SPACE_LINEAR, 0, "everything"}));
	CHECK_EQ_U64(s.n_ranges, 1);
	CHECK_STR(space_find(&s, ~0ULL)->what, "everything");
	CHECK(!space_add(&s, &(struct space_range){5, 4, SPACE_LINEAR, 0, "empty"}));
	for (uint64_t i = 0; i < 20; i++)
		space_add(&s, &(struct space_range){i * 0x2000, i * 0x2000 + 0xfff, SPACE_TABLE, 0, "many"});
	CHECK(s.n_ranges <= SPACE_MAX_RANGES);
	for (size_t i = 1; i < s.n_ranges; i++)
		CHECK(s.ranges[i].start > s.ranges[i - 1].last);
}

static void pages_and_holes(void)
{
	FOR_EACH_FORM
	{
		set_up(size, order);
		if (size == 4)
			fake_memory_text("1000: 2001 0 80000003 9001*2\n"
					 "2000: 10001 0 0 13001\n"
					 "9000: excluded 1000",
					 size, order);
		else
			fake_memory_text("1000: 5001 0 80000000003 9001*2\n"
					 "5000: 2001 0 70003000003\n"
					 "2000: 10001 0 0 13001\n"
					 "9000: excluded 1000",
					 size, order);
		expect(0x123, READ_OK, 0x10123, NULL);
		expect(0x1000, READ_UNMAPPED, 0,
		       size == 4 ? "level B at 0x2004: entry 0x0 maps nothing"
				 : "level C at 0x2008: entry 0x0 maps nothing");
		expect(0x3fff, READ_OK, 0x13fff, NULL);
		if (size == 4) {
			expect(0x800000, READ_OK, 0x80000000, NULL);
			expect(0xabcdef, READ_OK, 0x802bcdef, NULL);
			expect(0x400000, READ_UNMAPPED, 0, "level A at 0x1004: entry 0x0 maps nothing");
			expect(0xc00000, READ_EXCLUDED, 0, "level B at 0x9000: page excluded");
		} else {
			expect(0x2000000 | 0xabcdef, READ_OK, 0x70003abcdef, NULL);
			/* The leaf's address is cut down to the size that it maps. */
			expect(0x2123456789, READ_OK, 0x80123456789, NULL);
			expect(0x1000000000, READ_UNMAPPED, 0, "level A at 0x1008: entry 0x0 maps nothing");
			expect(0x3000000000, READ_EXCLUDED, 0, "level B at 0x9000: page excluded");
			expect(0x1000000000000, READ_UNMAPPED, 0, "no part of the address space");
		}
	}
}

static void a_missing_table_says_which(void)
{
	set_up(8, ORDER_LITTLE);
	fake_memory_text("1000: 5001 6001 7001\n5000: lost 1000\n6000: error 1000", 8, ORDER_LITTLE);
	expect(0, READ_LOST, 0, "level B at 0x5000: lost: the dump is incomplete");
	expect(0x1000000000, READ_ERROR, 0, "level B at 0x6000: read error");
	expect(0x2000000000, READ_NOT_RAM, 0, "level B at 0x7000: not RAM");
	kernel->has_root = false;
	expect(0, READ_UNMAPPED, 0, "no page tables known");
}

static void runs_of_pages_in_one_entry(void)
{
	uint64_t physical, contiguous;

	set_up(8, ORDER_LITTLE);
	fake_memory_text("1000: 2001\n2000: 3001\n3000: 40007*16 60005 0", 8, ORDER_LITTLE);
	expect(0x5678, READ_OK, 0x45678, NULL);
	expect(0x10fff, READ_OK, 0x60fff, NULL);
	CHECK_EQ_U64(space_translate(&target, kernel, 0x5678, &physical, &contiguous), READ_OK);
	CHECK_EQ_U64(contiguous, 0x10000 - 0x5678);
}

static void hostile_tables_end(void)
{
	uint64_t last, physical;
	enum read_status status;

	set_up(8, ORDER_BIG);
	/* Every entry of the root points to the root itself. */
	fake_memory_text("1000: 1001*4096", 8, ORDER_BIG);
	expect(0xffffffffffff, READ_OK, 0x1fff, NULL);
	REQUIRE(space_next_run(&target, kernel, 0, 0xffffffffffff, &last, &physical, &status));
	CHECK_EQ_U64(status, READ_OK);
	CHECK_EQ_U64(last, 0xfff);
	/* A last level that claims to be a table is one page. */
	set_up(4, ORDER_LITTLE);
	form.levels = 1;
	fake_memory_text("1000: 1001", 4, ORDER_LITTLE);
	expect(0x12, READ_OK, 0x1012, NULL);
}

static void the_whole_space_in_runs(void)
{
	static const struct run {
		uint64_t start, last, physical;
		enum read_status status;
	} want[] = {
		{0, 0x1fff, 0x10000, READ_OK},
		{0x2000, 0x2fff, 0x20000, READ_OK},
		{0x3000, 0xffffff, 0, READ_UNMAPPED},
		{0x1000000, 0x2ffffff, 0x5000000, READ_OK},
		{0x3000000, 0x3ffffff, 0, READ_EXCLUDED},
		{0x4000000, 0xfffffffff, 0, READ_UNMAPPED},
		{0x1000000000, 0x10000fffff, 0x1100000, READ_OK},
		{0x1000100000, 0xffffffffffff, 0, READ_UNMAPPED},
		{0x1000000000000, 0xffff7fffffffffff, 0, READ_UNMAPPED},
	};
	uint64_t at = 0, last, physical;
	enum read_status status;
	size_t i = 0;

	set_up(8, ORDER_LITTLE);
	fake_memory_text("1000: 40001 0*4095\n"
			 "40000: a000001 5000003 6000003 90001 0*4092\n"
			 "a000000: 10001+1000*2 20001 0*4093\n"
			 "90000: excluded 8000",
			 8, ORDER_LITTLE);
	space_add(kernel, &(struct space_range){0x1000000000, 0x10000fffff, SPACE_LINEAR,
						0x1100000 - 0x1000000000, "l"});
	while (space_next_run(&target, kernel, at, 0xffff7fffffffffff, &last, &physical, &status)) {
		/* The hole at the end of the last range and the one beyond it are one run. */
		if (i == 7) {
			CHECK_EQ_U64(at, want[7].start);
			CHECK_EQ_U64(last, want[8].last);
			CHECK_EQ_U64(status, READ_UNMAPPED);
			i = 9;
			break;
		}
		REQUIRE(i < 7);
		CHECK_EQ_U64(at, want[i].start);
		CHECK_EQ_U64(last, want[i].last);
		CHECK_EQ_U64(physical, want[i].physical);
		CHECK_EQ_U64(status, want[i].status);
		at = last + 1;
		i++;
	}
	CHECK_EQ_U64(i, 9);
}

static void answers_are_remembered_per_target(void)
{
	uint64_t physical;
	size_t reads;

	set_up(8, ORDER_LITTLE);
	fake_memory_text("1000: 2001\n2000: 3001\n3000: 40001", 8, ORDER_LITTLE);
	CHECK_EQ_U64(space_translate(&target, kernel, 0, &physical, NULL), READ_OK);
	reads = fake_memory.reads;
	CHECK_EQ_U64(space_translate(&target, kernel, 8, &physical, NULL), READ_OK);
	CHECK_EQ_U64(fake_memory.reads, reads);
	target.id += 1000; /* another target: nothing is known of it */
	fake_memory_text("3000: 70001", 8, ORDER_LITTLE);
	CHECK_EQ_U64(space_translate(&target, kernel, 8, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0x70008);
	target.volatile_memory = true; /* a live kernel */
	target.id += 1000;
	CHECK_EQ_U64(space_translate(&target, kernel, 8, &physical, NULL), READ_OK);
	fake_memory_text("3000: 80001", 8, ORDER_LITTLE);
	CHECK_EQ_U64(space_translate(&target, kernel, 8, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0x80008);
}

static void reads_cross_pages_and_stop(void)
{
	uint8_t got[0x40];
	char string[16];
	uint64_t value;
	size_t done;

	FOR_EACH_FORM
	{
		set_up(size, order);
		fake_memory_text(size == 4
					 ? "1000: 2001\n2000: 10001 30001 20001\n"
					   "10ff0: 11111111 22222222 33333333 44444444\n"
					   "30000: 55555555 66666666\n30ffc: 646c6f63\n20000: excluded 1000\n"
					 : "1000: 2001\n2000: 3001\n3000: 10001 30001 20001\n"
					   "10ff0: 1111111111111111 2222222222222222\n"
					   "30000: 5555555555555555\n30ff8: 0 \n20000: excluded 1000\n",
				 size, order);
		CHECK_EQ_U64(target_read_some(&target, NULL, 0xff8, got, 16, &done), READ_OK);
		CHECK_EQ_U64(done, 16);
		CHECK_EQ_U64(got[0], size == 4 ? 0x33 : 0x22);
		CHECK_EQ_U64(got[8], 0x55);
		CHECK_EQ_U64(target_read_some(&target, NULL, 0x1ffc, got, 16, &done), READ_EXCLUDED);
		CHECK_EQ_U64(done, 4);
		CHECK_EQ_U64(target_read_uint(&target, 0xffe, 4, &value), READ_OK);
		CHECK_EQ_U64(value, size == 4 ? (order == ORDER_LITTLE ? 0x55554444 : 0x44445555)
					      : (order == ORDER_LITTLE ? 0x55552222 : 0x22225555));
		CHECK_EQ_U64(target_read_uint(&target, 0, 9, &value), READ_ERROR);
		CHECK_EQ_U64(target_read_string(&target, 0x1ffc, string, sizeof string),
			     size == 4 ? READ_EXCLUDED : READ_OK);
		if (size == 4 && order == ORDER_LITTLE)
			CHECK_STR(string, "cold");
	}
}

static void the_last_byte_of_the_space(void)
{
	uint8_t got[8];
	size_t done;

	set_up(4, ORDER_LITTLE);
	space_add(kernel, &(struct space_range){0, 0xffffffff, SPACE_LINEAR, 0x1000, "linear"});
	fake_memory_text("100000ff8: 11223344 55667788\n1000: aabbccdd", 4, ORDER_LITTLE);
	CHECK_EQ_U64(target_read_some(&target, NULL, 0xfffffffc, got, 8, &done), READ_UNMAPPED);
	CHECK_EQ_U64(done, 4);
	kernel->ranges[0].last = ~0ULL;
	target.word_size = 8;
	target.kernel.ranges[0].offset = 0x1000;
	fake_memory_text("ff8: 11223344 55667788", 4, ORDER_LITTLE);
	CHECK_EQ_U64(target_read_some(&target, NULL, 0xfffffffffffffff8, got, 16, &done), READ_UNMAPPED);
	CHECK_EQ_U64(done, 8);
}

int main(void)
{
	RUN(ranges_override_earlier_ones);
	RUN(pages_and_holes);
	RUN(a_missing_table_says_which);
	RUN(runs_of_pages_in_one_entry);
	RUN(hostile_tables_end);
	RUN(the_whole_space_in_runs);
	RUN(answers_are_remembered_per_target);
	RUN(reads_cross_pages_and_stop);
	RUN(the_last_byte_of_the_space);
	fake_memory_clear();
	return check_done();
}
