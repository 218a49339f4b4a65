/* SPDX-License-Identifier: GPL-2.0-or-later */
/* riscv64 page tables: all three depths, leaves at every level, ranges of pages, bits that are no address. */
#include "../../arch/riscv64/riscv64.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_riscv64;

static struct arena arena;
static struct target *t;
static struct riscv64_data data;

/* Tables at 1000, 2000, ... one for each level. */
static void set_up(const struct page_form *form)
{
	fake_memory_clear();
	arena_free(&arena);
	data = (struct riscv64_data){.form = form};
	t = target_new(&arena, &arch_riscv64, NULL);
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->kernel = (struct space){.name = "kernel", .form = form, .root = 0x1000, .has_root = true};
	space_add(&t->kernel,
		  &(struct space_range){~riscv64_user_last(form), UINT64_MAX, SPACE_TABLE, 0, "kernel"});
}

static void expect(uint64_t address, enum read_status status, uint64_t physical, uint64_t page_size)
{
	struct walk walk;

	space_walk(t, &t->kernel, address, false, &walk);
	CHECK_EQ_U64(walk.status, status);
	if (status != READ_OK)
		return;
	CHECK_EQ_U64(walk.address, physical);
	CHECK_EQ_U64(walk.page_size, page_size);
	CHECK_EQ_U64(walk.page, physical & ~(page_size - 1));
}

/* An entry: frame number << 10, and ef for a leaf (D A G X W R V), 1 for a table. */
static void sv39(void)
{
	set_up(&riscv64_sv39);
	/* ffffffd600000000 is entry 344 (158) of the root. */
	fake_memory_text("1000: 0*344 801 300000ef 0*166\n"
			 "2000: c01 1000ef 1 0*508 1401\n"
			 "3000: 48d15ef 48d19ee 21 48d1de3 0*508\n"
			 "5000: excluded 1000",
			 8, ORDER_LITTLE);
	expect(0xffffffd600000123, READ_OK, 0x12345123, 4096);
	expect(0xffffffd600001000, READ_UNMAPPED, 0, 0); /* not valid: a swap entry */
	expect(0xffffffd600002000, READ_UNMAPPED, 0, 0); /* valid, but a table below the last level */
	expect(0xffffffd600003008, READ_OK, 0x12347008, 4096);
	expect(0xffffffd600234567, READ_OK, 0x434567, 2 << 20);
	expect(0xffffffd63fe00000, READ_EXCLUDED, 0, 0);
	expect(0xffffffd651234567, READ_OK, 0xc0000000 + 0x11234567, 1 << 30);
	expect(0xffffffd680000000, READ_UNMAPPED, 0, 0);
	/* Neither half: bit 38 does not continue. */
	expect(0xffff00d600000123, READ_UNMAPPED, 0, 0);
}

static void ranges_and_memory_types(void)
{
	set_up(&riscv64_sv39);
	fake_memory_text("1000: 0*256 801\n"
			 "2000: c01\n"
			 "3000: 80000000048d20e7*16 a0000000048d60e7 40000000048d60e7 80000000048d64e7 "
			 "ffc00000048d60e7\n",
			 8, ORDER_LITTLE);
	/* N and the frame number ...1000: 64 KB, wherever in it. */
	expect(0xffffffc000000010, READ_OK, 0x12340010, 65536);
	expect(0xffffffc000005678, READ_OK, 0x12345678, 65536);
	expect(0xffffffc00000ffff, READ_OK, 0x1234ffff, 65536);
	/* With a memory type as well: NC. */
	expect(0xffffffc000010000, READ_OK, 0x12350000, 65536);
	/* IO alone. */
	expect(0xffffffc000011004, READ_OK, 0x12358004, 4096);
	/* N with frame bits that are no size: T-Head's use of the bit. */
	expect(0xffffffc000012004, READ_OK, 0x12359004, 4096);
	expect(0xffffffc000013004, READ_OK, 0x12353004, 65536);
}

static void sv48_and_sv57(void)
{
	set_up(&riscv64_sv48);
	/* ffffaf8000000000 is entry 351 of the root. */
	fake_memory_text("1000: 0*351 801 40000000ef\n2000: c01 100000ef\n3000: 1001 800ef\n4000: 48d15ef", 8,
			 ORDER_LITTLE);
	expect(0xffffaf8000000fff, READ_OK, 0x12345fff, 4096);
	expect(0xffffaf8000200000, READ_OK, 0x200000, 2 << 20);
	expect(0xffffaf8040000001, READ_OK, 0x40000001, 1 << 30);
	expect(0xffffb00000000001, READ_OK, 0x10000000001ULL, 1ULL << 39);
	expect(0xffffb08000000000, READ_NOT_RAM, 0, 0);

	set_up(&riscv64_sv57);
	/* ff60000000000000 is entry 352 of the root. */
	fake_memory_text("1000: 0*352 801 4000000000ef\n2000: c01 4000000000ef\n3000: 1001 0\n4000: 1401 0\n"
			 "5000: 48d15ef 0",
			 8, ORDER_LITTLE);
	expect(0xff60000000000080, READ_OK, 0x12345080, 4096);
	expect(0xff60008000000002, READ_OK, 0x1000000000002ULL, 1ULL << 39);
	expect(0xff61000000000002, READ_OK, 0x1000000000002ULL, 1ULL << 48);
	CHECK_EQ_U64(riscv64_va_bits(&riscv64_sv57), 57);
	CHECK_EQ_U64(riscv64_user_last(&riscv64_sv57), 0x00ffffffffffffff);
}

static void user_spaces(void)
{
	struct space s = {.name = "user"};
	uint64_t physical;

	set_up(&riscv64_sv39);
	/* The process's root is at 8000, which the kernel maps at ffffffc000000000. */
	fake_memory_text("1000: 0*256 801\n2000: c01\n3000: 20e7\n8000: 2401\n9000: 2801\na000: 0*16 48d14df",
			 8, ORDER_LITTLE);
	REQUIRE(riscv64_user_space(t, 0xffffffc000000000, &s));
	CHECK_EQ_U64(s.root, 0x8000);
	CHECK_EQ_U64(space_translate(t, &s, 0x10010, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0x12345010);
	CHECK_EQ_U64(space_translate(t, &s, 0xffffffc000000000, &physical, NULL), READ_UNMAPPED);
	CHECK(riscv64_is_user(t, 0x3fffffffff) && !riscv64_is_user(t, 0x4000000000));
	CHECK(!riscv64_user_space(t, 0xffffffc000001000, &s));
}

int main(void)
{
	RUN(sv39);
	RUN(ranges_and_memory_types);
	RUN(sv48_and_sv57);
	RUN(user_spaces);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
