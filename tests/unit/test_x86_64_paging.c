/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86_64 page tables in both depths: sizes, holes, what is not present, encryption, user spaces. */
#include "../../arch/x86_64/x86_64.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_x86_64;

static struct arena arena;
static struct target *t;
static struct x86_64_data data;

/* Tables at 1000, 2000, ... one for each level; the last one is at levels * 1000. */
static void set_up(bool five)
{
	fake_memory_clear();
	arena_free(&arena);
	data = (struct x86_64_data){.five_level = five, .form = five ? x86_64_5level : x86_64_4level};
	t = target_new(&arena, &arch_x86_64, NULL);
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->kernel = (struct space){.name = "kernel", .form = &data.form, .root = 0x1000, .has_root = true};
	space_add(&t->kernel,
		  &(struct space_range){x86_64_kernel_half(five), UINT64_MAX, SPACE_TABLE, 0, "kernel"});
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

static void four_levels(void)
{
	set_up(false);
	/* 0xffff888000000000 is entry 273 of the PGD (byte 888). */
	fake_memory_text("1000: 0*273 2067 0*238\n"
			 "2000: 3067 80000001400000e3 0*509 4067\n"
			 "3000: 4067 8000000000a010e3 0 80 5067 0*507\n"
			 "4000: 8000000012345163 12346000 12347100 0*509\n"
			 "5000: excluded 1000",
			 8, ORDER_LITTLE);
	expect(0xffff888000000123, READ_OK, 0x12345123, 4096);
	expect(0xffff888000001000, READ_UNMAPPED, 0, 0); /* a swap entry */
	expect(0xffff888000002000, READ_UNMAPPED, 0, 0); /* PROT_NONE */
	expect(0xffff888000003000, READ_UNMAPPED, 0, 0);
	expect(0xffff888000201234, READ_OK, 0xa01234, 2 << 20); /* PAT is bit 12 of a large page */
	expect(0xffff888000600000, READ_UNMAPPED, 0, 0);        /* large, but not present */
	expect(0xffff888000800000, READ_EXCLUDED, 0, 0);
	expect(0xffff888043456789, READ_OK, 0x143456789, 1 << 30);
	expect(0xffff890000000000, READ_UNMAPPED, 0, 0);
	/* Neither half. */
	expect(0x0000888000000123, READ_UNMAPPED, 0, 0);
	expect(0x0000008000000123, READ_UNMAPPED, 0, 0);
}

static void five_levels(void)
{
	set_up(true);
	/* 0xff11000000000000 is entry 273 of the PGD. */
	fake_memory_text("1000: 0*273 2067 0*238\n"
			 "2000: 3067 40000000e3 0*510\n"
			 "3000: 4067 0*511\n4000: 5067 0*511\n"
			 "5000: 63 1063 2063 0*509",
			 8, ORDER_LITTLE);
	expect(0xff11000000002fff, READ_OK, 0x2fff, 4096);
	expect(0xff11008000000000, READ_UNMAPPED, 0, 0); /* a P4D entry cannot map a page */
	expect(0xff11000000003000, READ_UNMAPPED, 0, 0);
	expect(0xffff888000000000, READ_UNMAPPED, 0, 0);
}

static void encrypted_memory(void)
{
	set_up(false);
	data.form.address_mask &= ~(1ULL << 47);
	fake_memory_text("1000: 0*511 800000002067\n2000: 800000003067 0*511\n3000: 8000002001e3", 8,
			 ORDER_LITTLE);
	expect(0xffffff8000000042, READ_OK, 0x200042, 2 << 20);
}

static void the_direct_map_is_found(void)
{
	uint64_t base;

	set_up(false);
	/* One page of something else first (an LDT, say), then memory from 0 on in 2 MB pages. */
	fake_memory_text("1000: 0*272 2067 3067 0*238\n"
			 "2000: 4067 0*511\n4000: 5067 0*511\n5000: 77063 0*511\n"
			 "3000: 0 0 0 6067 0*508\n6000: e3+200000*512",
			 8, ORDER_LITTLE);
	REQUIRE(x86_64_find_direct_map(t, &data, &base));
	CHECK_EQ_U64(base, 0xffff8880c0000000);
}

static void user_spaces(void)
{
	struct space user;
	uint64_t physical;

	set_up(false);
	/* The direct map leads to the process's root at 8000. */
	space_add(&t->kernel, &(struct space_range){0xffff888000000000, 0xffff8880ffffffff, SPACE_LINEAR,
						    (int64_t)-0xffff888000000000, "direct map"});
	fake_memory_text("8000: 9067 0*511\n9000: a067 0*511\na000: 0 0 b067 0*509\nb000: 0 80000000deadb867",
			 8, ORDER_LITTLE);
	REQUIRE(target_user_space(t, 0xffff888000008000, &user));
	CHECK_EQ_U64(space_translate(t, &user, 0x401abc, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0xdeadbabc);
	CHECK_EQ_U64(space_translate(t, &user, 0x400abc, &physical, NULL), READ_UNMAPPED);
	CHECK_EQ_U64(space_translate(t, &user, 0xffff888000008000, &physical, NULL), READ_UNMAPPED);
	CHECK(x86_64_is_user(t, 0x7fffffffffff));
	CHECK(!x86_64_is_user(t, 0x800000000000));
	CHECK(!target_user_space(t, 0x1234, &user));
}

static void exception_frames_by_their_looks(void)
{
	static const struct stack task = {0xffffc90000000000, 0xffffc90000004000, NULL};
	uint64_t slots[64] = {0};
	bool user;

	set_up(false);
	t->symbols = symbols_new(&arena);
	slots[16] = 0x401000;
	slots[17] = 0x33;
	slots[18] = 0x246;
	slots[19] = 0x7ffe00000000;
	slots[20] = 0x2b;
	CHECK(arch_x86_64.is_eframe(t, &task, slots, &user) && user);
	slots[18] = 0x244; /* bit 1 is always set */
	CHECK(!arch_x86_64.is_eframe(t, &task, slots, &user));
	slots[18] = 0x246;
	slots[19] = 0xffffc90000001000;
	CHECK(!arch_x86_64.is_eframe(t, &task, slots, &user));
	slots[17] = 0x10;
	slots[20] = 0x18;
	CHECK(!arch_x86_64.is_eframe(t, &task, slots, &user)); /* rip is no code */
}

int main(void)
{
	RUN(four_levels);
	RUN(five_levels);
	RUN(encrypted_memory);
	RUN(the_direct_map_is_found);
	RUN(user_spaces);
	RUN(exception_frames_by_their_looks);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
