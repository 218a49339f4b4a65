/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ppc64 page tables: radix and hash, 4K and 64K, huge pages at each level, directories of huge pages, what
 * came before 4.5; and how the kernel's own words, or the tables themselves, tell which of them it is.
 */
#include "../../arch/ppc64/ppc64.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_ppc64;

#define FOR_EACH_ORDER for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static struct arena arena;
static struct target *t;
static struct ppc64_data data;

static void set_up(const struct page_form *form, unsigned page_shift, const uint64_t bits[4])
{
	fake_memory_clear();
	arena_free(&arena);
	data = (struct ppc64_data){.form = *form};
	t = target_new(&arena, &arch_ppc64, NULL);
	REQUIRE(ppc64_set_widths(&data.form, page_shift, bits));
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->kernel = (struct space){.name = "kernel", .form = &data.form, .root = 0x10000, .has_root = true};
	space_add(&t->kernel,
		  &(struct space_range){0xc000000000000000, 0xc0ffffffffffffff, SPACE_TABLE, 0, "kernel"});
}

static void expect(uint64_t address, enum read_status status, uint64_t physical, uint64_t page_size)
{
	struct walk walk;

	space_walk(t, &t->kernel, address, true, &walk);
	CHECK_EQ_U64(walk.status, status);
	if (status != READ_OK || walk.status != READ_OK)
		return;
	CHECK_EQ_U64(walk.address, physical);
	CHECK_EQ_U64(walk.page_size, page_size);
	CHECK_EQ_U64(walk.page, physical & ~(page_size - 1));
}

static void radix_64k(void)
{
	static const uint64_t bits[] = {13, 9, 9, 5};

	set_up(&ppc64_radix, 16, bits);
	/* 0xc008000000000000 is entry 4096 of the root (byte 8000). */
	fake_memory_text(
		"18000: 8000000000030009 c0000080000001ff 8000000000090008 8000000000050009 0*10\n"
		"30000: 8000000000040009 c00000004000018e 0 8000000000050009 0*508\n"
		"40000: 8000000000060005 c00000000320018e 0 8000000000060009 8000000000070005 0*507\n"
		"60000: c000000012340105 4000000012340105 c000000012350187 0 2ffffffffff0000 0*27\n"
		"50000: excluded 1000\n70000: lost 100",
		8, ORDER_BIG);
	expect(0xc008000000000123, READ_OK, 0x12340123, 65536);
	expect(0xc008000000010000, READ_UNMAPPED, 0, 0); /* not valid: a swap entry */
	expect(0xc00800000002ffff, READ_OK, 0x1235ffff, 65536);
	expect(0xc008000000030000, READ_UNMAPPED, 0, 0);
	expect(0xc008000000040000, READ_UNMAPPED, 0, 0);
	expect(0xc008000000201234, READ_OK, 0x3201234, 2 << 20);
	expect(0xc008000000400000, READ_UNMAPPED, 0, 0);
	expect(0xc008000000600000, READ_UNMAPPED, 0, 0); /* says that its table is of another width */
	expect(0xc008000000800000, READ_LOST, 0, 0);
	expect(0xc008000040123456, READ_OK, 0x40123456, 1 << 30);
	expect(0xc0080000c0000000, READ_EXCLUDED, 0, 0);
	expect(0xc008008012345678, READ_OK, 0x8012345678, 1ULL << 39); /* a leaf in the root */
	expect(0xc008010000000000, READ_UNMAPPED, 0, 0);
	expect(0xc008018000000000, READ_EXCLUDED, 0, 0);
}

static void radix_4k(void)
{
	static const uint64_t bits[] = {13, 9, 9, 9};

	set_up(&ppc64_radix, 12, bits);
	fake_memory_text("10000: 8000000000030009 0*10\n30000: 8000000000040009\n"
			 "40000: 8000000000060009 8000000000060005\n60000: 0*511 c000000012345187",
			 8, ORDER_BIG);
	expect(0xc0000000001ff042, READ_OK, 0x12345042, 4096);
	expect(0xc0000000001fe042, READ_UNMAPPED, 0, 0);
	expect(0xc000000000200000, READ_UNMAPPED, 0, 0);
}

static void hash_64k(void)
{
	static const uint64_t bits[] = {8, 10, 10, 8};

	set_up(&ppc64_hash, 16, bits);
	/* 0xc008000000000000 is entry 128; bits of the hash slot lie above the address and below the page. */
	fake_memory_text("10400: 8000000000030000\n30000: 8000000000040000 8000000000050000\n"
			 "40000: 8000000000060100 c080000001003187 0 8000000000070000\n"
			 "60100: c080000012340187 c1c0000012353187 0 0\n50000: excluded 10\n",
			 8, ORDER_BIG);
	expect(0xc008000000000123, READ_OK, 0x12340123, 65536);
	expect(0xc008000000012345, READ_OK, 0x12352345, 65536);
	expect(0xc008000000020000, READ_UNMAPPED, 0, 0);
	expect(0xc008000001012345, READ_OK, 0x1012345, 16 << 20); /* a transparent huge page */
	expect(0xc008000002000000, READ_UNMAPPED, 0, 0);
	expect(0xc008000003000000, READ_NOT_RAM, 0, 0);
	expect(0xc008000400000000, READ_EXCLUDED, 0, 0);
}

static void hash_4k_with_huge_directories(void)
{
	static const uint64_t bits[] = {9, 9, 7, 9};

	set_up(&ppc64_hash, 12, bits);
	/* In the PUD's second entry a directory of 16M pages (MMU_PAGE_16M, 10), for 256M. */
	fake_memory_text(
		"10000: 8000000000030000 800000000006003c\n30000: 8000000000040000 8000000000070128\n"
		"40000: 8000000000050000 80000000000800fc\n50000: c000000000777187\n"
		"70100: c000000010000187 0 c000000012000187\n60000: c000000400000187\n",
		8, ORDER_BIG);
	expect(0xc000000000000777, READ_OK, 0x777777, 4096);
	expect(0xc000000010123456, READ_OK, 0x10123456, 16 << 20);
	expect(0xc000000011000000, READ_UNMAPPED, 0, 0);
	expect(0xc000000012345678, READ_OK, 0x12345678, 16 << 20);
	/* In the root one of 64G pages, each more than half of what its entry covers. */
	expect(0xc000002000000042, READ_OK, 0x42, 1ULL << 36);
	/* Pages larger than what the entry covers are damage. */
	expect(0xc000000000200000, READ_UNMAPPED, 0, 0);
}

static void before_4_5(void)
{
	static const uint64_t bits[] = {12, 0, 10, 8};

	FOR_EACH_ORDER
	{
		set_up(&ppc64_hash_before_4_5, 16, bits);
		data.form.order = order;
		space_add(&t->kernel, &(struct space_range){0xd000000000000000, 0xd000ffffffffffff,
							    SPACE_TABLE, 0, "vmalloc"});
		CHECK_EQ_U64(data.form.levels, 3);
		fake_memory_text("10000: c000000000030000\n30000: c000000000040800 4000000389 1234\n"
				 "40000: 48d00000389 0 48d40000386",
				 8, order);
		expect(0xd000000000000123, READ_OK, 0x12340123, 65536);
		expect(0xd000000000010000, READ_UNMAPPED, 0, 0);
		expect(0xd000000000020000, READ_UNMAPPED, 0, 0); /* not present */
		expect(0xd000000001001234, READ_OK, 0x1001234, 16 << 20);
		expect(0xd000000002000000, READ_UNMAPPED, 0, 0); /* no address of the linear map */
	}
}

static struct target_options options;
static const char *release = "";

/* As much of a kernel as VMCOREINFO tells; its root is at 10000. */
static bool open_with(const char *lines, enum byte_order order, unsigned page_shift)
{
	arena_free(&arena);
	t = target_new(&arena, &arch_ppc64, &options);
	t->release = release;
	t->physical = fake_memory_read;
	t->order = order;
	t->page_shift = (uint8_t)page_shift;
	t->symbols = symbols_new(&arena);
	t->types = types_new(&arena, 8, order);
	t->vmcoreinfo = vmcoreinfo_parse(&arena, lines);
	return arch_ppc64.setup(t);
}

static void the_first_entry_tells_radix(void)
{
	fake_memory_clear();
	fake_memory_text("10000: 8000000000030009", 8, ORDER_BIG);
	REQUIRE(open_with("PAGESIZE=65536\nSYMBOL(swapper_pg_dir)=c000000000010000\n", ORDER_LITTLE, 16));
	CHECK_STR(t->kernel.form->name, "radix");
	CHECK_EQ_U64(t->kernel.root, 0x10000);
	CHECK_EQ_U64(t->kernel.form->index_bits[3], 5);
	fake_memory_text("10000: 0", 8, ORDER_BIG);
	REQUIRE(open_with("PAGESIZE=4096\nSYMBOL(swapper_pg_dir)=c000000000010000\n", ORDER_BIG, 12));
	CHECK_STR(t->kernel.form->name, "hash");
	CHECK_EQ_U64(t->kernel.form->index_bits[2], 7);
	CHECK_EQ_U64(t->page_size, 4096);
	/* The kernel's own word counts for more. */
	REQUIRE(open_with("PAGESIZE=4096\nSYMBOL(swapper_pg_dir)=c000000000010000\nNUMBER(RADIX_MMU)=1\n",
			  ORDER_BIG, 12));
	CHECK_STR(t->kernel.form->name, "radix");
	CHECK(!open_with("PAGESIZE=4096\n", ORDER_BIG, 12));
}

static void releases_and_options(void)
{
	static const char lines[] = "PAGESIZE=65536\nSYMBOL(swapper_pg_dir)=c000000000010000\n";
	static const char *const hash[] = {"vm=hash"}, *const wrong[] = {"vm=5level"};

	fake_memory_clear();
	fake_memory_text("10000: 8000000000030009", 8, ORDER_BIG);
	options = (struct target_options){.machdep = hash, .n_machdep = 1};
	REQUIRE(open_with(lines, ORDER_BIG, 16));
	CHECK_STR(t->kernel.form->name, "hash");
	options.machdep = wrong;
	CHECK(!open_with(lines, ORDER_BIG, 16));
	options = (struct target_options){0};
	fake_memory_text("10000: 0", 8, ORDER_BIG);
	FOR_EACH_ORDER
	{
		release = "3.10.0-1160.el7.ppc64";
		REQUIRE(open_with(lines, order, 16));
		CHECK_EQ_U64(t->kernel.form->levels, 3);
		CHECK_EQ_U64(t->kernel.form->order, order);
		release = "4.6.0";
		REQUIRE(open_with(lines, order, 16));
		CHECK_EQ_U64(t->kernel.form->levels, 4);
		CHECK_EQ_U64(t->kernel.form->index_bits[0], 12);
		CHECK_EQ_U64(t->kernel.form->order, order);
		release = "4.5.7";
		CHECK(!open_with(lines, order, 16));
		release = "4.12.14";
		REQUIRE(open_with(lines, order, 16));
		CHECK_EQ_U64(t->kernel.form->order, ORDER_BIG);
		release = "";
	}
}

static void the_list_of_vmemmap(void)
{
	FOR_EACH_ORDER
	{
		uint64_t physical, last, contiguous;
		enum read_status status;

		fake_memory_clear();
		fake_memory_text("10000: 0", 8, ORDER_BIG);
		/* list, phys, virt_addr; out of order, with a hole, and pages of 16 MB */
		fake_memory_text("20000: c000000000021000\n"
				 "21000: c000000000021018 4000000 c00c000002000000\n"
				 "21018: 0 8000000 c00c000000000000\n",
				 8, order);
		fake_memory_text("20010: 1\n20020: 10 0 18 0", 4, order);
		REQUIRE(open_with("SYMBOL(swapper_pg_dir)=c000000000010000\n"
				  "SYMBOL(vmemmap_list)=c000000000020000\n"
				  "SYMBOL(mmu_vmemmap_psize)=c000000000020010\n"
				  "SYMBOL(mmu_psize_defs)=c000000000020020\nSIZE(mmu_psize_def)=8\n",
				  order, 16));
		CHECK_EQ_U64(space_translate(t, &t->kernel, 0xc00c000000000042, &physical, &contiguous),
			     READ_OK);
		CHECK_EQ_U64(physical, 0x8000042);
		CHECK_EQ_U64(contiguous, 0xffffbe);
		CHECK_EQ_U64(space_translate(t, &t->kernel, 0xc00c000001000000, &physical, NULL),
			     READ_UNMAPPED);
		CHECK_EQ_U64(space_translate(t, &t->kernel, 0xc00c000002ffffff, &physical, NULL), READ_OK);
		CHECK_EQ_U64(physical, 0x4ffffff);
		expect(0xc00c000002000000, READ_OK, 0x4000000, 65536);
		REQUIRE(space_next_run(t, &t->kernel, 0xc00c000000000000, 0xc00c000002ffffff, &last,
				       &physical, &status));
		CHECK_EQ_U64(last, 0xc00c000000ffffff);
		CHECK_EQ_U64(physical, 0x8000000);
		REQUIRE(space_next_run(t, &t->kernel, last + 1, 0xc00c000002ffffff, &last, &physical,
				       &status));
		CHECK_EQ_U64(status, READ_UNMAPPED);
		CHECK_EQ_U64(last, 0xc00c000001ffffff);
	}
}

static void user_spaces(void)
{
	static const uint64_t bits[] = {13, 9, 9, 5};
	struct space user;
	uint64_t physical;

	set_up(&ppc64_radix, 16, bits);
	fake_memory_text("20000: 8000000000030009\n30000: 8000000000040009\n40000: 0*128 8000000000050005\n"
			 "50000: c000000012340105",
			 8, ORDER_BIG);
	REQUIRE(target_user_space(t, 0xc000000000020000, &user));
	CHECK_EQ_U64(space_translate(t, &user, 0x10000abc, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0x12340abc);
	CHECK_EQ_U64(space_translate(t, &user, 0xc000000010000abc, &physical, NULL), READ_UNMAPPED);
	CHECK(!target_user_space(t, 0x20000, &user));
}

int main(void)
{
	RUN(radix_64k);
	RUN(radix_4k);
	RUN(hash_64k);
	RUN(hash_4k_with_huge_directories);
	RUN(before_4_5);
	RUN(the_first_entry_tells_radix);
	RUN(releases_and_options);
	RUN(the_list_of_vmemmap);
	RUN(user_spaces);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
