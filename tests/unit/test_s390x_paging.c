/* SPDX-License-Identifier: GPL-2.0-or-later */
/* s390x page tables: two to five levels, large pages, table types, lengths and offsets, unused pages. */
#include "../../arch/s390x/s390x.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_s390x;

static struct arena arena;
static struct target *t;
static struct s390x_data data;

/* The table of the root is at 10000; those of region and segment entries have 4000 bytes each. */
static void set_up(const struct page_form *form)
{
	fake_memory_clear();
	arena_free(&arena);
	data = (struct s390x_data){.form = form};
	t = target_new(&arena, &arch_s390x, NULL);
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->kernel = (struct space){.name = "kernel", .form = form, .root = 0x10000, .has_root = true};
	space_add(&t->kernel, &(struct space_range){0, s390x_last(form), SPACE_TABLE, 0, "kernel"});
}

static void memory(const char *text)
{
	fake_memory_text(text, 8, ORDER_BIG);
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

static void two_levels(void)
{
	set_up(&s390x_forms[0]);
	memory("10000: 20800 20 1234567 1200400 21 20004 22000 0*2041\n"
	       "20800: 12345000 12346400 12347411 12348401 12349c11 1234a402 1234b200\n"
	       "22000: excluded 800");
	expect(0x123, READ_OK, 0x12345123, 4096);
	expect(0x1000, READ_UNMAPPED, 0, 0);           /* invalid */
	expect(0x2010, READ_OK, 0x12347010, 4096);     /* invalid for the machine, but Linux has it there */
	expect(0x3000, READ_UNMAPPED, 0, 0);           /* PROT_NONE: may not be read */
	expect(0x4000, READ_UNMAPPED, 0, 0);           /* bit 0x800 is none of a page */
	expect(0x5000, READ_UNMAPPED, 0, 0);           /* a swap entry */
	expect(0x6ff8, READ_OK, 0x1234bff8, 4096);     /* read-only */
	expect(0x100000, READ_UNMAPPED, 0, 0);         /* segment invalid */
	expect(0x312345, READ_OK, 0x1212345, 1 << 20); /* EDAT1 */
	expect(0x400000, READ_UNMAPPED, 0, 0);
	expect(0x500000, READ_UNMAPPED, 0, 0); /* an entry of a region table */
	expect(0x600000, READ_EXCLUDED, 0, 0);
	expect(0x80000000, READ_UNMAPPED, 0, 0); /* beyond 31 bits */
}

static void three_levels(void)
{
	set_up(&s390x_forms[1]);
	/* Region-third entries: a segment table, 2 GB, of another type, shortened, without its beginning. */
	memory("10000: 20007 80000407 20003 24004 28047\n"
	       "20000: 30000 0*2047\n24000: 30000*512 0*1536\n28000: 30000*2048\n30000: 777000");
	expect(0x10, READ_OK, 0x777010, 4096);
	expect(0x80000000 + 0x12345678, READ_OK, 0x80000000 + 0x12345678, 1ULL << 31);
	expect(0x100000000, READ_UNMAPPED, 0, 0);
	/* TL 0: 512 entries, TF 1: all but the first 512. */
	expect(0x180000000, READ_OK, 0x777000, 4096);
	expect(0x180000000 + 0x1ff00000, READ_OK, 0x777000, 4096);
	expect(0x180000000 + 0x20000000, READ_UNMAPPED, 0, 0);
	expect(0x200000000, READ_UNMAPPED, 0, 0);
	expect(0x200000000 + 0x1ff00000, READ_UNMAPPED, 0, 0);
	expect(0x200000000 + 0x20000000, READ_OK, 0x777000, 4096);
	expect(0x280000000, READ_NOT_RAM, 0, 0);
}

static void more_levels(void)
{
	set_up(&s390x_forms[2]);
	memory("10000: 0 1400b 0*2046\n14000: 18007\n18000: 30000\n30000: 777000");
	expect(0x40000000ff0, READ_OK, 0x777ff0, 4096);
	expect(0, READ_UNMAPPED, 0, 0);
	set_up(&s390x_forms[3]);
	memory("10000: 0 1000f 0*2046\n");
	memory("10000: 0 1400f 0*2046\n14000: 1800b\n18000: 1c007 80000407\n1c000: 30000\n30000: 777000");
	expect(0x20000000000ff0, READ_OK, 0x777ff0, 4096);
	expect(0x20000080000001, READ_OK, 0x80000001, 1ULL << 31);
	CHECK_EQ_U64(s390x_last(&s390x_forms[0]), 0x7fffffff);
	CHECK_EQ_U64(s390x_last(&s390x_forms[2]), (1ULL << 53) - 1);
	CHECK_EQ_U64(s390x_last(&s390x_forms[3]), UINT64_MAX);
}

static void user_spaces(void)
{
	struct space s = {.name = "user"};
	uint64_t physical;

	set_up(&s390x_forms[1]);
	space_add(&t->kernel, &(struct space_range){0, 0xfffff, SPACE_LINEAR, 0, "identity mapping"});
	/* The first entry maps nothing, but says of which type the table is: region-second. */
	memory("10000: 20007\n40000: 2b 4400b 0*2046\n44000: 48007\n48000: 4c000\n4c000: 777000");
	REQUIRE(s390x_user_space(t, 0x40000, &s));
	CHECK_EQ_U64(s.form->levels, 4);
	CHECK_EQ_U64(space_translate(t, &s, 0x40000000010, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0x777010);
	memory("40000: excluded 1000");
	s = (struct space){.name = "user"};
	CHECK(!s390x_user_space(t, 0x40000, &s));
}

int main(void)
{
	RUN(two_levels);
	RUN(three_levels);
	RUN(more_levels);
	RUN(user_spaces);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
