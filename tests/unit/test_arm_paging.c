/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ARM page tables in both forms and byte orders, and kernels found in dumps that say little, whatever the
 * split. */
#include <inttypes.h>

#include "../../arch/arm/arm.h"
#include "base/error.h"
#include "check.h"
#include "fake_memory.h"
#include "mkdump.h"

extern const struct arch arch_arm;

static struct arena arena;
static struct target *t;
static struct arm_data data;

static void set_up(const struct page_form *form, enum byte_order order)
{
	fake_memory_clear();
	arena_free(&arena);
	data = (struct arm_data){.short_form = *form, .page_offset = 0xc0000000, .phys_offset = 0x40000000};
	data.short_form.order = order;
	t = target_new(&arena, &arch_arm, NULL);
	t->order = order;
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->symbols = symbols_new(&arena);
	t->kernel =
		(struct space){.name = "kernel", .form = &data.short_form, .root = 0x4000, .has_root = true};
	space_add(&t->kernel, &(struct space_range){0, UINT32_MAX, SPACE_TABLE, 0, "all"});
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

#define FOR_BOTH_ORDERS for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static void short_descriptors(void)
{
	FOR_BOTH_ORDERS
	{
		set_up(&arm_short, order);
		/* The hardware's tables at 9800 and 9c00, Linux's at 9000 and 9400. */
		fake_memory_text("4000: 9811 9c11 4001140e 4011140f 0 3\n"
				 "4050: a811 c001\n"
				 "9000: 7000004f 7000105d 70002c4e 0 1234 0*251\n"
				 "9400: 7100005f 0*255\n"
				 "9800: 7000007e 0*511\n"
				 "a000: excluded 1000\n"
				 "c000: 7300000e 0*511\n"
				 "c800: 7200004f 0*255\n",
				 4, order);
		expect(0x00000abc, READ_OK, 0x70000abc, 4096);
		expect(0x00001abc, READ_OK, 0x70001abc, 4096); /* not young: the hardware's entry is 0 */
		expect(0x00002abc, READ_UNMAPPED, 0, 0);       /* a swap entry */
		expect(0x00003abc, READ_UNMAPPED, 0, 0);
		expect(0x00100abc, READ_OK, 0x71000abc, 4096);
		expect(0x00200abc, READ_OK, 0x40000abc, 1 << 20);
		expect(0x003fffff, READ_OK, 0x401fffff, 1 << 20); /* type 3: privileged execute never */
		expect(0x00400000, READ_UNMAPPED, 0, 0);
		expect(0x01412345, READ_EXCLUDED, 0, 0);
		expect(0x01500123, READ_OK, 0x72000123, 4096);
	}
}

static void supersections(void)
{
	FOR_BOTH_ORDERS
	{
		set_up(&arm_short, order);
		/* bits 35 to 32 of the address are in 23 to 20, bits 39 to 36 in 8 to 5 */
		fake_memory_text("4040: a1f40402*16\n4080: b0040522*16", 4, order);
		expect(0x01012345, READ_OK, 0xfa1012345, 16 << 20);
		expect(0x02f12345, READ_OK, 0x90b0f12345, 16 << 20);
	}
}

static void hardware_tables(void)
{
	FOR_BOTH_ORDERS
	{
		set_up(&arm_hardware, order);
		fake_memory_text("4000: 9801\n9800: 70000032*1 70001033 0*14 7abc0001*16 0*224", 4, order);
		expect(0x00000abc, READ_OK, 0x70000abc, 4096);
		expect(0x00001abc, READ_OK, 0x70001abc, 4096);
		expect(0x00002abc, READ_UNMAPPED, 0, 0);
		expect(0x0001fabc, READ_OK, 0x7abcfabc, 65536);
	}
}

static void tables_of_old_kernels(void)
{
	FOR_BOTH_ORDERS
	{
		set_up(&arm_short, order);
		/* Before 2.6.38 the hardware's tables came first. */
		fake_memory_text("4000: 9011\n9000: 0*256\n9800: 7000004f 0*255", 4, order);
		expect(0x00000abc, READ_OK, 0x70000abc, 4096);
	}
}

static void long_descriptors(void)
{
	FOR_BOTH_ORDERS
	{
		set_up(&arm_lpae, order);
		fake_memory_text("4000: 5003 80c0000721 0 6003\n"
				 "5000: 7003 70200f51 0 8003 0*508\n"
				 "6000: lost 1000\n"
				 "7000: 1270000fdf 200000071000fde 72000fde 2 0*508\n"
				 "8000: excluded 1000\n",
				 8, order);
		fake_memory_text("6000: lost 1000\n8000: excluded 1000", 8, order);
		expect(0x00000abc, READ_OK, 0x1270000abc, 4096);
		expect(0x00001abc, READ_OK, 0x71000abc, 4096); /* PROT_NONE */
		expect(0x00002abc, READ_UNMAPPED, 0, 0);
		expect(0x00003abc, READ_UNMAPPED, 0, 0);
		expect(0x00212345, READ_OK, 0x70212345, 2 << 20);
		expect(0x00400000, READ_UNMAPPED, 0, 0);
		expect(0x00600000, READ_EXCLUDED, 0, 0);
		expect(0x52345678, READ_OK, 0x80d2345678, 1 << 30);
		expect(0x80000000, READ_UNMAPPED, 0, 0);
		expect(0xc0000000, READ_LOST, 0, 0);
	}
}

static void user_spaces(void)
{
	struct space user;
	uint64_t physical;

	set_up(&arm_short, ORDER_LITTLE);
	space_add(&t->kernel, &(struct space_range){0xc0000000, 0xefffffff, SPACE_LINEAR,
						    0x40000000 - (int64_t)0xc0000000, "direct map"});
	fake_memory_text("40010000: 40020811\n40020000: 0*16 5000014f 0*239", 4, ORDER_LITTLE);
	REQUIRE(target_user_space(t, 0xc0010000, &user));
	CHECK_EQ_U64(space_translate(t, &user, 0x10123, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, 0x50000123);
	CHECK_EQ_U64(space_translate(t, &user, 0xc0010000, &physical, NULL), READ_UNMAPPED);
	/* The last 16 MB before PAGE_OFFSET are for modules. */
	CHECK(arm_is_user(t, 0xbeffffff));
	CHECK(!arm_is_user(t, 0xbf000000));
}

/* A dump with nothing but the kernel's tables, and a VMCOREINFO that knows no more than ARM's does. */
static void open_kernel(const char *abi, uint64_t page_offset, uint64_t phys_offset, bool lpae)
{
	char note[300], memory[600];
	uint64_t tables = page_offset + (lpae ? 0x203000 : 0x204000), pfn = (phys_offset + 0x200000) >> 12;
	uint64_t first = page_offset >> (lpae ? 30 : 20), physical = 0;
	const char *warning = NULL, *dumps[1];
	struct target_options options = {.dumps = dumps, .n_dumps = 1, .minimal = true};
	char *path;

	snprintf(note, sizeof note,
		 "format elf\nabi %s\nmachine 40\nblock 4096\n"
		 "note VMCOREINFO 0 OSRELEASE=9.9.9-test\\nPAGESIZE=4096\\nSYMBOL(swapper_pg_dir)=%" PRIx64
		 "\\nSYMBOL(_stext)=%" PRIx64 "\\n",
		 abi, tables, page_offset + 0x300000);
	if (lpae)
		/* 2 MB blocks; the second holds _stext */
		snprintf(memory, sizeof memory,
			 "segment 0x%" PRIx64 " 0x6000 0x1000000\n"
			 "page %" PRIu64 " fill 0\npage %" PRIu64 " fill 0\npage %" PRIu64 " fill 0\n"
			 "word %" PRIu64 " %" PRIu64 " 8 0x%" PRIx64 "\nword %" PRIu64 " %" PRIu64
			 " 8 0x%" PRIx64 "\n",
			 phys_offset + 0x200000, pfn + 3, pfn + 4, pfn + 5, pfn + 3, first * 8,
			 (pfn + 4) << 12 | 3, pfn + 4, ((page_offset >> 21 & 511) + 1) * 8,
			 (phys_offset + 0x200000) | 0x401);
	else
		snprintf(memory, sizeof memory,
			 "segment 0x%" PRIx64 " 0x8000 0x1000000\n"
			 "page %" PRIu64 " fill 0\n"
			 "word %" PRIu64 " %" PRIu64 " 4 0x%" PRIx64 "\n",
			 phys_offset + 0x200000, pfn + 4 + (first * 4 >> 12), pfn + 4 + (first * 4 >> 12),
			 (first * 4 & 0xfff) + 12, (phys_offset + 0x300000) | 0x402);
	path = mkdump_file(note, memory);
	dumps[0] = path;
	arena_free(&arena);
	t = target_open(&arena, &options, &warning);
	if (!CHECK(t != NULL)) {
		printf("# %s\n", fail_text());
		mkdump_close(path);
		return;
	}
	CHECK_STR(t->release, "9.9.9-test");
	CHECK_STR(t->arch->name, "arm");
	if (warning)
		printf("# %s\n", warning);
	REQUIRE(t->kernel.has_root);
	CHECK_STR(t->kernel.form->name, lpae ? "ARM LPAE 3-level" : "ARM short descriptors");
	CHECK_EQ_U64(t->kernel.root, phys_offset + (tables - page_offset));
	CHECK_EQ_U64(space_translate(t, &t->kernel, page_offset + 0x345678, &physical, NULL), READ_OK);
	CHECK_EQ_U64(physical, phys_offset + 0x345678);
	CHECK(arm_is_user(t, page_offset - MODULES_SIZE - 1) && !arm_is_user(t, page_offset - MODULES_SIZE));
	CHECK(arch_arm.recognise(t->vmcoreinfo));
	target_close(t);
	mkdump_close(path);
}

static void every_split(void)
{
	static const uint64_t splits[] = {0xc0000000, 0xb0000000, 0x80000000, 0x40000000};
	static const uint64_t rams[] = {0x80000000, 0, 0x60000000, 0x10200000};

	for (unsigned i = 0; i < 4; i++) {
		open_kernel("32le-pad", splits[i], rams[i], false);
		open_kernel("32be-pad", splits[i], rams[i], false);
		open_kernel("32le-pad", splits[i], rams[i], true);
		open_kernel("32be-pad", splits[i], rams[i], true);
	}
}

static void exception_frames_by_their_looks(void)
{
	static const struct stack task = {0xf0800000, 0xf0802000, NULL};
	static const struct symbol_area areas[] = {{.start = 0xbf000000, .end = 0xbf001000}};
	static const struct symbol f = {.address = 0xbf000000, .size = 0x1000, .name = "f", .type = 'T'};
	uint64_t slots[64] = {0};
	bool user;

	set_up(&arm_short, ORDER_LITTLE);
	symbols_add_module(t->symbols, "m", &f, 1, areas, 1);
	slots[13] = 0xbeffff00;
	slots[15] = 0x10356;
	slots[16] = 0x60000030;
	CHECK(arch_arm.is_eframe(t, &task, slots, &user) && user);
	CHECK_STR(arm_eframe_title(slots), "nZCv  IRQs on  FIQs on  Mode USER_32  ISA Thumb");
	slots[16] = 0x60000010; /* ARM code is at multiples of four */
	CHECK(!arch_arm.is_eframe(t, &task, slots, &user));
	slots[15] = 0x10354;
	CHECK(arch_arm.is_eframe(t, &task, slots, &user) && user);
	slots[16] = 0x60000090; /* user mode masks nothing */
	CHECK(!arch_arm.is_eframe(t, &task, slots, &user));
	slots[16] = 0x20000093;
	CHECK(!arch_arm.is_eframe(t, &task, slots, &user));
	slots[15] = 0xbf000010;
	CHECK(!arch_arm.is_eframe(t, &task, slots, &user));
	slots[13] = 0xf0801000;
	CHECK(arch_arm.is_eframe(t, &task, slots, &user) && !user);
	CHECK_STR(arm_eframe_title(slots), "nzCv  IRQs off  FIQs on  Mode SVC_32  ISA ARM");
	slots[16] = 0x20100093;
	CHECK(!arch_arm.is_eframe(t, &task, slots, &user));
}

int main(void)
{
	RUN(short_descriptors);
	RUN(supersections);
	RUN(hardware_tables);
	RUN(tables_of_old_kernels);
	RUN(long_descriptors);
	RUN(user_spaces);
	RUN(every_split);
	RUN(exception_frames_by_their_looks);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
