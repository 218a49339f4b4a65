/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm64 translation tables: each page size, the widths of addresses, leaves at each level, both byte orders.
 */
#include "../../arch/arm64/arm64.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_arm64;

static struct arena arena;
static struct target *t;
static struct arm64_data data;

static void set_up(unsigned page_shift, unsigned bits, unsigned actual, enum byte_order order)
{
	fake_memory_clear();
	arena_free(&arena);
	t = target_new(&arena, &arch_arm64, NULL);
	t->order = order;
	t->physical = fake_memory_read;
	data = (struct arm64_data){.va = {(uint8_t)page_shift, (uint8_t)bits, (uint8_t)actual}};
	arm64_form(t, &data.va, &data.form);
	t->arch_data = &data;
	t->page_shift = (uint8_t)page_shift;
	t->page_size = 1U << page_shift;
	t->kernel = (struct space){.name = "kernel", .form = &data.form, .root = 0x10000, .has_root = true};
	space_add(&t->kernel,
		  &(struct space_range){~((1ULL << actual) - 1), UINT64_MAX, SPACE_TABLE, 0, "kernel"});
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

static void four_kilobytes(enum byte_order order)
{
	set_up(12, 48, 48, order);
	CHECK_EQ_U64(data.form.levels, 4);
	CHECK_STR(data.form.level_name[1], "PUD");
	fake_memory_text("10000: 20003 0*255 401 0*255\n"
			 "20000: 30003 8000000040000711 0*510\n"
			 "30000: 40003 60000080600f11 50003 0*509\n"
			 "40000: 78000012345f03 12346f01 0 10000012347703 0*508\n"
			 "50000: excluded 1000",
			 8, order);
	expect(0xffff000000000123, READ_OK, 0x12345123, 4096);
	expect(0xffff000000001000, READ_UNMAPPED, 0, 0); /* no page: bit 1 is clear in the last level */
	expect(0xffff000000002000, READ_UNMAPPED, 0, 0);
	expect(0xffff000000003ffc, READ_OK, 0x12347ffc, 4096); /* one of a contiguous group */
	expect(0xffff000000212345, READ_OK, 0x80612345, 2 << 20);
	expect(0xffff000000400000, READ_EXCLUDED, 0, 0);
	expect(0xffff000040123456, READ_OK, 0x40123456, 1 << 30);
	expect(0xffff800000000000, READ_UNMAPPED, 0, 0); /* no blocks of 512 GB without LPA2 */
	expect(0x0000000000000123, READ_UNMAPPED, 0, 0);
}

static void four_kilobytes_little(void)
{
	four_kilobytes(ORDER_LITTLE);
}

static void four_kilobytes_big(void)
{
	four_kilobytes(ORDER_BIG);
}

static void three_levels(void)
{
	set_up(12, 39, 39, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 3);
	CHECK_STR(data.form.level_name[1], "PMD");
	fake_memory_text("10000: 20003 40000701 0*510\n20000: 0 60200701 0*510", 8, ORDER_LITTLE);
	expect(0xffffff8000345678, READ_OK, 0x60345678, 2 << 20);
	expect(0xffffff8045678901, READ_OK, 0x45678901, 1 << 30);
}

/* Bits 51:50 of an address are in bits 9:8 of an entry, tables' too. */
static void five_levels_lpa2(void)
{
	set_up(12, 52, 52, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 5);
	CHECK_EQ_U64(data.form.index_bits[0], 4);
	fake_memory_text("10000: 20003 0*15\n"
			 "20000: 30003 8000000701 0*510\n"
			 "30000: 40003 0*511\n"
			 "40000: 50303 0*511\n"
			 "c000000050000: 3000012345703 0*511",
			 8, ORDER_LITTLE);
	expect(0xfff0000000000456, READ_OK, 0xf000012345456, 4096);
	expect(0xfff0008000000456, READ_OK, 0xc008000000456, 1ULL << 39);
}

/* The same kernel on a machine without 52 bits: a level less, and bits 9:8 say who shares the page. */
static void four_levels_of_a_52_bit_kernel(void)
{
	set_up(12, 52, 48, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 4);
	fake_memory_text("10000: 20003 0*511\n20000: 30003 0*511\n30000: 40003 0*511\n40000: 12345703 0*511",
			 8, ORDER_LITTLE);
	expect(0xffff000000000456, READ_OK, 0x12345456, 4096);
}

static void sixteen_kilobytes(void)
{
	set_up(14, 47, 47, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 3);
	fake_memory_text("10000: 20003 40000000701 0*2046\n"
			 "20000: 30003 4000701 0*2046\n"
			 "30000: 12344703 1000f701 0*2046",
			 8, ORDER_LITTLE);
	expect(0xffff800000003fff, READ_OK, 0x12347fff, 16384);
	expect(0xffff800000004000, READ_UNMAPPED, 0, 0);
	expect(0xffff800003456789, READ_OK, 0x5456789, 32 << 20);
	expect(0xffff801000000000, READ_UNMAPPED, 0, 0); /* blocks of 64 GB are LPA2's */
	set_up(14, 48, 48, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 4);
	CHECK_EQ_U64(data.form.index_bits[0], 1);
	set_up(14, 36, 36, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 2);
	set_up(14, 52, 52, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 4);
	fake_memory_text("10000: 20003 0*31\n20000: 0 3000000701 0*2046", 8, ORDER_LITTLE);
	expect(0xfff0001234567890, READ_OK, 0xc003234567890, 1ULL << 36);
}

/* Bits 51:48 of an address are in bits 15:12 of an entry; the tables are those of 52 bits either way. */
static void sixty_four_kilobytes(void)
{
	set_up(16, 42, 42, ORDER_LITTLE);
	CHECK_EQ_U64(data.form.levels, 2);
	fake_memory_text("10000: 20003 60000701 0*8190\n20000: 12340703 0*8191", 8, ORDER_LITTLE);
	expect(0xfffffc000000abcd, READ_OK, 0x1234abcd, 65536);
	expect(0xfffffc0025678901, READ_OK, 0x65678901, 512 << 20);
	for (unsigned actual = 48; actual <= 52; actual += 4) {
		set_up(16, 52, actual, ORDER_LITTLE);
		CHECK_EQ_U64(data.form.levels, 3);
		CHECK_EQ_U64(data.form.index_bits[0], 10);
		fake_memory_text("10000: 0*960 20003 0*63\n"
				 "20000: 3a003 0*8191\n"
				 "a000000030000: 1234f703 0*8191",
				 8, ORDER_LITTLE);
		expect(0xffff00000000abcd, READ_OK, 0xf00001234abcd, 65536);
	}
}

static void linear(const char *vmcoreinfo, uint64_t image, uint64_t root)
{
	data.has_linear = false;
	data.kimage_voffset = image - root;
	t->kernel.root = root;
	t->vmcoreinfo = vmcoreinfo_parse(&arena, vmcoreinfo);
	arm64_find_linear(t, &data);
}

/* Its place is told, and the page tables confirm it, know better, or are not there to ask. */
static void linear_maps(void)
{
	static const char tables[] = "41000000: 41001003 0*255 0 0*255\n41001000: 41002003 0*511\n"
				     "41002000: 0*8 41000701 0*503\n";

	set_up(12, 48, 48, ORDER_LITTLE);
	fake_memory_text(tables, 8, ORDER_LITTLE);
	linear("NUMBER(PHYS_OFFSET)=0x40000000\n", 0xffff800009000000, 0x41000000);
	CHECK(data.flipped && data.has_linear);
	CHECK_EQ_U64(data.page_offset, 0xffff000000000000);
	CHECK_EQ_U64(data.linear_last, 0xffff7fffffffffff);
	CHECK_EQ_U64(0xffff000001234567 + data.linear_offset, 0x41234567);
	linear("NUMBER(PHYS_OFFSET)=0x80000000\n", 0xffff800009000000, 0x41000000);
	CHECK(data.has_linear);
	CHECK_EQ_U64(0xffff000001234567 + data.linear_offset, 0x41234567);
	linear("", 0xffff800009000000, 0x41000000);
	CHECK(data.has_linear);
	CHECK_EQ_U64(0xffff000001234567 + data.linear_offset, 0x41234567);
	fake_memory_text("41000000: excluded 1000\n", 8, ORDER_LITTLE);
	linear("NUMBER(PHYS_OFFSET)=0x20000000\n", 0xffff800009000000, 0x41000000);
	CHECK(data.has_linear);
	CHECK_EQ_U64(0xffff000001234567 + data.linear_offset, 0x21234567);
	linear("", 0xffff800009000000, 0x41000000);
	CHECK(!data.has_linear);

	/* Before 5.4 it was the upper half, and the image in the lower one. */
	set_up(12, 48, 48, ORDER_LITTLE);
	fake_memory_text(tables, 8, ORDER_LITTLE);
	fake_memory_text("41000000: 0*256 41001003 0*255\n", 8, ORDER_LITTLE);
	linear("NUMBER(PHYS_OFFSET)=0x40000000\n", 0xffff000009000000, 0x41000000);
	CHECK(!data.flipped && data.has_linear);
	CHECK_EQ_U64(data.page_offset, 0xffff800000000000);
	CHECK_EQ_U64(0xffff800001234567 + data.linear_offset, 0x41234567);

	/* A 52-bit kernel with 48 bits: PAGE_OFFSET is that of 52, and PHYS_OFFSET makes up for it. */
	set_up(16, 52, 48, ORDER_LITTLE);
	fake_memory_text("81000000: 0*960 81010003 0*63\n81010000: 80000701 0*8191\n", 8, ORDER_LITTLE);
	linear("NUMBER(PHYS_OFFSET)=0xfff1000080000000\n", 0xffff800009000000, 0x81000000);
	CHECK(data.flipped && data.has_linear);
	CHECK_EQ_U64(data.page_offset, 0xfff0000000000000);
	CHECK_EQ_U64(0xffff000001234567 + data.linear_offset, 0x81234567);
	CHECK_EQ_U64(data.linear_start, 0xffff000000000000);
}

static void user_spaces(void)
{
	struct space user;
	uint64_t physical;

	set_up(12, 48, 48, ORDER_LITTLE);
	/* The linear map leads to the process's root at 80000. */
	space_add(&t->kernel, &(struct space_range){0xffff000000000000, 0xffff0000ffffffff, SPACE_LINEAR,
						    (int64_t)-0xffff000000000000, "direct map"});
	fake_memory_text("80000: 90003 0*511\n90000: a0003 0*511\na0000: 0 0 b0003 0*509\n"
			 "b0000: 0 a000000deadbf43 400000000000000 0*509",
			 8, ORDER_LITTLE);
	REQUIRE(target_user_space(t, 0xffff000000080000, &user));
	CHECK_EQ_U64(space_translate(t, &user, 0x401abc, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0xdeadbabc);
	CHECK_EQ_U64(space_translate(t, &user, 0x402abc, &physical, NULL), READ_UNMAPPED); /* PROT_NONE */
	CHECK_EQ_U64(space_translate(t, &user, 0xffff000000080000, &physical, NULL), READ_UNMAPPED);
	CHECK(!target_user_space(t, 0x1234, &user));
}

static void tags_and_codes_are_stripped(void)
{
	uint64_t word = 0;

	set_up(12, 48, 48, ORDER_LITTLE);
	CHECK_EQ_U64(target_untag(t, 0xffff800008001234), 0xffff800008001234);
	CHECK_EQ_U64(target_untag(t, 0xf3ff800008001234), 0xffff800008001234); /* KASAN's tag */
	CHECK_EQ_U64(target_untag(t, 0x3eaf800008001234), 0xffff800008001234); /* a signed return address */
	CHECK_EQ_U64(target_untag(t, 0x0b00fffff7001234), 0x0000fffff7001234); /* a user's tag */
	CHECK(arch_arm64.is_user(t, 0x0000ffffffffffff));
	CHECK(!arch_arm64.is_user(t, 0x0001000000000000));
	CHECK(!arch_arm64.is_user(t, 0xffff000000000000));
	/* Where the hardware ignores tags, so do reads of the kernel's memory; poisons are no addresses. */
	fake_memory_text("10000: 20003 0*511\n20000: 30003 0*511\n30000: 40003 0*511\n40000: 50703 0*511\n"
			 "50000: 77 0*511",
			 8, ORDER_LITTLE);
	CHECK_EQ_U64(target_read_word(t, 0xf3ff000000000000, &word), READ_UNMAPPED);
	t->ignored_bits = 0xffULL << 56;
	CHECK_EQ_U64(target_read_word(t, 0xf3ff000000000000, &word), READ_OK);
	CHECK_EQ_U64(word, 0x77);
	CHECK_EQ_U64(target_read_word(t, 0xdead000000000000, &word), READ_UNMAPPED);
	CHECK_EQ_U64(target_read_word(t, 0x0000000000000000, &word), READ_UNMAPPED);
	set_up(12, 39, 39, ORDER_LITTLE);
	CHECK_EQ_U64(target_untag(t, 0x12d5b4c008001234), 0xffffffc008001234);
	set_up(14, 52, 52, ORDER_LITTLE);
	CHECK_EQ_U64(target_untag(t, 0xfff000001fe9c320), 0xfff000001fe9c320);
}

int main(void)
{
	RUN(four_kilobytes_little);
	RUN(four_kilobytes_big);
	RUN(three_levels);
	RUN(five_levels_lpa2);
	RUN(four_levels_of_a_52_bit_kernel);
	RUN(sixteen_kilobytes);
	RUN(sixty_four_kilobytes);
	RUN(linear_maps);
	RUN(user_spaces);
	RUN(tags_and_codes_are_stripped);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
