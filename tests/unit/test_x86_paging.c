/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page tables of 32-bit x86, with PAE and without: sizes, holes, what is not present, roots, VMSPLIT, users.
 */
#include "../../arch/x86/x86.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_x86;

static struct arena arena;
static struct target *t;
static struct x86_data data;

static void set_up(const struct page_form *form, uint64_t root)
{
	fake_memory_clear();
	arena_free(&arena);
	data = (struct x86_data){.page_offset = 0xc0000000};
	t = target_new(&arena, &arch_x86, NULL);
	t->physical = fake_memory_read;
	t->symbols = symbols_new(&arena);
	t->arch_data = &data;
	t->kernel = (struct space){.name = "kernel", .form = form, .root = root, .has_root = form != NULL};
	space_add(&t->kernel, &(struct space_range){0xc0000000, UINT32_MAX, SPACE_TABLE, 0, "kernel"});
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
	set_up(&x86_2level, 0x1000);
	/* 0xc0000000 is entry 768 of the PGD. */
	fake_memory_text("1000: 0*768 2063 4001e3 8021e3 0 3063 800081 8063 0*249\n"
			 "2000: 12345163 12346000 12347100 123481e3 0*1020\n"
			 "3000: excluded 1000",
			 4, ORDER_LITTLE);
	expect(0xc0000123, READ_OK, 0x12345123, 4096);
	expect(0xc0001000, READ_UNMAPPED, 0, 0);       /* a swap entry */
	expect(0xc0002000, READ_UNMAPPED, 0, 0);       /* PROT_NONE */
	expect(0xc0003004, READ_OK, 0x12348004, 4096); /* bit 7 of a PTE is PAT */
	expect(0xc0004000, READ_UNMAPPED, 0, 0);
	expect(0xc0412345, READ_OK, 0x412345, 4 << 20);
	expect(0xc0812345, READ_OK, 0x100812345, 4 << 20); /* bit 13 is bit 32 of the address */
	expect(0xc0c00000, READ_UNMAPPED, 0, 0);
	expect(0xc1000000, READ_EXCLUDED, 0, 0);
	expect(0xc1400000, READ_OK, 0x800000, 4 << 20);
	expect(0xc1800000, READ_NOT_RAM, 0, 0); /* a table outside memory */
	expect(0xbfffffff, READ_UNMAPPED, 0, 0);
}

static void extended(void)
{
	/* The root is 32 bytes somewhere in a page; its entries have few bits. */
	set_up(&x86_pae, 0x1fe0);
	fake_memory_text("1fe0: 0 0 0 2021\n"
			 "2000: 3063 8000000000a010e3 80 4063 0*507 5063\n"
			 "3000: 8000000012345163 12346000 12347100 f12348063 0*508\n"
			 "4000: excluded 1000\n"
			 "5000: 0*511 77063",
			 8, ORDER_LITTLE);
	expect(0xc0000123, READ_OK, 0x12345123, 4096);
	expect(0xc0001000, READ_UNMAPPED, 0, 0);
	expect(0xc0002000, READ_UNMAPPED, 0, 0);
	expect(0xc0003abc, READ_OK, 0xf12348abc, 4096); /* above 4 GB */
	expect(0xc0201234, READ_OK, 0xa01234, 2 << 20); /* PAT is bit 12 of a large page */
	expect(0xc0400000, READ_UNMAPPED, 0, 0);        /* large, but not present */
	expect(0xc0600000, READ_EXCLUDED, 0, 0);
	expect(0xfffff00c, READ_OK, 0x7700c, 4096);
	expect(0x80000000, READ_UNMAPPED, 0, 0);
	/* The four entries of the root map no pages, whatever bit 7 says. */
	set_up(&x86_pae, 0x1fe0);
	fake_memory_text("1fe0: 0 0 0 20a1\n2000: 3063 0*511\n3000: 55063 0*511", 8, ORDER_LITTLE);
	expect(0xc0000000, READ_OK, 0x55000, 4096);
}

/* Nothing follows the last page, and a walk over the whole space finds each run. */
static void runs(void)
{
	uint64_t at = 0xc0000000, last, physical;
	enum read_status status;

	set_up(&x86_2level, 0x1000);
	fake_memory_text("1000: 0*768 2063 4001e3 8001e3 0*252 3063\n"
			 "2000: 100063 101063 103063 0*1021\n3000: 0*1023 9063",
			 4, ORDER_LITTLE);
	REQUIRE(space_next_run(t, &t->kernel, at, UINT32_MAX, &last, &physical, &status));
	CHECK(status == READ_OK && physical == 0x100000 && last == 0xc0001fff);
	REQUIRE(space_next_run(t, &t->kernel, last + 1, UINT32_MAX, &last, &physical, &status));
	CHECK(status == READ_OK && physical == 0x103000 && last == 0xc0002fff);
	REQUIRE(space_next_run(t, &t->kernel, last + 1, UINT32_MAX, &last, &physical, &status));
	CHECK(status == READ_UNMAPPED && last == 0xc03fffff);
	REQUIRE(space_next_run(t, &t->kernel, last + 1, UINT32_MAX, &last, &physical, &status));
	CHECK(status == READ_OK && physical == 0x400000 && last == 0xc0bfffff);
	REQUIRE(space_next_run(t, &t->kernel, last + 1, UINT32_MAX, &last, &physical, &status));
	CHECK(status == READ_UNMAPPED && last == 0xffffefff);
	REQUIRE(space_next_run(t, &t->kernel, last + 1, UINT32_MAX, &last, &physical, &status));
	CHECK(status == READ_OK && physical == 0x9000 && last == UINT32_MAX);
	CHECK(!space_next_run(t, &t->kernel, last + 1, UINT32_MAX, &last, &physical, &status));
}

static void user_spaces(void)
{
	struct space user;
	uint64_t physical;

	set_up(&x86_pae, 0x1000);
	/* The direct map leads to the process's root at 8020. */
	space_add(&t->kernel, &(struct space_range){0xc0000000, 0xc0ffffff, SPACE_LINEAR,
						    -(int64_t)0xc0000000, "direct map"});
	fake_memory_text("8020: 9021 0 b021 0\n9000: a067 0*511\na000: 0*8 80000001deadb867 0*503\n"
			 "b000: 0*511 c067\nc000: 0*511 d067",
			 8, ORDER_LITTLE);
	REQUIRE(target_user_space(t, 0xc0008020, &user));
	CHECK_EQ_U64(space_translate(t, &user, 0x8abc, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0x1deadbabc);
	CHECK_EQ_U64(space_translate(t, &user, 0x7abc, &physical, NULL), READ_UNMAPPED);
	CHECK_EQ_U64(space_translate(t, &user, 0xbffff010, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0xd010);
	CHECK_EQ_U64(space_translate(t, &user, 0xc0008020, &physical, NULL), READ_UNMAPPED);
	CHECK(x86_is_user(t, 0xbfffffff));
	CHECK(!x86_is_user(t, 0xc0000000));
	CHECK(!target_user_space(t, 0xd0001234, &user));
}

static void settle(const char *note, const char *memory, unsigned word, const struct page_form *form,
		   uint64_t page_offset, uint64_t root)
{
	set_up(NULL, 0);
	t->vmcoreinfo = vmcoreinfo_parse(&arena, note);
	fake_memory_text(memory, word, ORDER_LITTLE);
	if (!CHECK(x86_settle(t, &data, 0)))
		return;
	CHECK(t->kernel.form == form);
	CHECK_EQ_U64(data.page_offset, page_offset);
	CHECK_EQ_U64(t->kernel.root, root);
}

/* The kernel's tables have to map its code: that tells both their form and where physical memory is mapped.
 */
static void memory_is_split_anywhere(void)
{
	settle("SYMBOL(swapper_pg_dir)=c1800000\nSYMBOL(_stext)=c1000000\n",
	       "1800000: 0*768 1e3 4001e3 8001e3 c001e3 10001e3 0*251", 4, &x86_2level, 0xc0000000,
	       0x1800000);
	/* 3 GB less 256 MB: the addresses alone could be of either */
	settle("SYMBOL(swapper_pg_dir)=b1800000\nSYMBOL(_stext)=b1000000\n",
	       "1800000: 0*704 1e3 4001e3 8001e3 c001e3 10001e3 0*315", 4, &x86_2level, 0xb0000000,
	       0x1800000);
	settle("SYMBOL(swapper_pg_dir)=81800000\nSYMBOL(_stext)=81000000\n",
	       "1800000: 0 0 1801001 0\n1801000: 0*8 10000e1 0*503", 8, &x86_pae, 0x80000000, 0x1800000);
	settle("SYMBOL(swapper_pg_dir)=41800000\nSYMBOL(_stext)=41000000\n",
	       "1800000: 0 1801001 0 0\n1801000: 0*8 10000e1 0*503", 8, &x86_pae, 0x40000000, 0x1800000);
	/* Moved by 256 MB, which looks like a kernel at the other split until its tables are asked. */
	settle("SYMBOL(swapper_pg_dir)=c1800000\nSYMBOL(_stext)=c1000000\n",
	       "11800000: 0*772 110001e3 0*251\n1800000: 0*1024", 4, &x86_2level, 0xb0000000, 0x11800000);
}

static void tables_that_map_other_code(void)
{
	set_up(NULL, 0);
	t->vmcoreinfo =
		vmcoreinfo_parse(&arena, "SYMBOL(swapper_pg_dir)=c1800000\nSYMBOL(_stext)=c1000000\n");
	fake_memory_text("1800000: 0*772 14001e3 0*251", 4, ORDER_LITTLE);
	CHECK(!x86_settle(t, &data, 0));
	CHECK(!t->kernel.has_root);
	t->vmcoreinfo = vmcoreinfo_parse(&arena, "SYMBOL(_stext)=c1000000\n");
	CHECK(!x86_settle(t, &data, 0));
}

static void what_the_user_says(void)
{
	const char *options[] = {"page_offset=0x80000000", "vm=pae"};
	struct target_options o = {.machdep = options, .n_machdep = 2};

	set_up(NULL, 0);
	t->options = &o;
	t->vmcoreinfo =
		vmcoreinfo_parse(&arena, "SYMBOL(swapper_pg_dir)=c1800000\nSYMBOL(_stext)=c1000000\n");
	fake_memory_text("1800000: 0*768 1e3 4001e3 8001e3 c001e3 10001e3 0*251", 4, ORDER_LITTLE);
	CHECK(!x86_settle(t, &data, 0));
	options[0] = "page_offset=0xc0000000";
	CHECK(!x86_settle(t, &data, 0));
	options[1] = "vm=2level";
	CHECK(x86_settle(t, &data, 0));
	o.n_machdep = 0;
	CHECK(x86_settle(t, &data, 0));
	CHECK_EQ_U64(data.page_offset, 0xc0000000);
}

static void vmalloc_begins_behind_a_gap(void)
{
	data.high_memory = 0xf6ffe000;
	CHECK_EQ_U64(x86_vmalloc_start(&data), 0xf7800000);
	data.high_memory = 0xdffe0000;
	CHECK_EQ_U64(x86_vmalloc_start(&data), 0xe0800000);
	data.high_memory = 0;
	CHECK_EQ_U64(x86_vmalloc_start(&data), 0);
}

int main(void)
{
	RUN(two_levels);
	RUN(extended);
	RUN(runs);
	RUN(user_spaces);
	RUN(memory_is_split_anywhere);
	RUN(tables_that_map_other_code);
	RUN(what_the_user_says);
	RUN(vmalloc_begins_behind_a_gap);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
