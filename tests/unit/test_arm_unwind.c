/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ARM without debug information: index tables in memory, frame pointers, entry code, stacks, what a call
 * looks like. */
#include "../../arch/arm/arm.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_arm;

#define TASK    0xf0800000U
#define SIZE    0x2000U
#define TOP     (TASK + SIZE)
#define CODE    0xc0300000U
#define TABLES  0xc0400000U
#define MAIN    (CODE + 0x1020)
#define LEAF    (CODE + 0x1120)
#define ENTRY   CODE
#define SYSCALL (CODE + 0x100)
#define FORK    (CODE + 0x200)
#define START   (CODE + 0x1200)
#define PREL31  0x7fffffffU

static struct arena arena;
static struct target *t;
static struct trace trace;
static struct arm_data data;

static void set_up(enum byte_order order)
{
	static const struct symbol_area areas[] = {{.start = CODE, .end = CODE + 0x2000}};
	const struct symbol list[] = {
		{.address = ENTRY, .size = 0x100, .name = "__irq_svc", .type = 't'},
		{.address = SYSCALL, .size = 0x100, .name = "ret_fast_syscall", .type = 't'},
		{.address = FORK, .size = 0x100, .name = "ret_from_fork", .type = 'T'},
		{.address = CODE + 0x1000, .size = 0x100, .name = "main_function", .type = 'T'},
		{.address = CODE + 0x1100, .size = 0x100, .name = "leaf", .type = 'T'},
		{.address = START, .size = 0x100, .name = "start_kernel", .type = 'T'},
	};

	fake_memory_clear();
	arena_free(&arena);
	data = (struct arm_data){.page_offset = 0xc0000000};
	t = target_new(&arena, &arch_arm, NULL);
	t->order = order;
	t->physical = fake_memory_read;
	t->arch_data = &data;
	space_add(&t->kernel, &(struct space_range){0, UINT32_MAX, SPACE_LINEAR, 0, "all"});
	t->types = types_new(&arena, 4, order);
	t->symbols = symbols_new(&arena);
	symbols_add_module(t->symbols, "kernel", list, sizeof list / sizeof *list, areas, 1);
}

static void memory(const char *text)
{
	fake_memory_text(text, 4, t->order);
}

/* main_function: push {r4, lr}, sub sp, #8; leaf: nothing; start_kernel: push {r4, lr}. */
static void put_tables(void)
{
	char text[200];

	t->vmcoreinfo = vmcoreinfo_parse(&arena, "SYMBOL(__start_unwind_idx)=c0400000\n"
						 "SYMBOL(__stop_unwind_idx)=c0400018\n");
	snprintf(text, sizeof text, "%x: %x 8001a8b0 %x 80b0b0b0 %x 80a8b0b0", TABLES,
		 (CODE + 0x1000 - TABLES) & PREL31, (CODE + 0x1100 - (TABLES + 8)) & PREL31,
		 (START - (TABLES + 16)) & PREL31);
	memory(text);
}

static struct regs start_at(uint64_t pc, uint64_t sp, uint64_t lr)
{
	struct regs r = {0};

	regs_set(&r, ARM_PC, pc);
	regs_set(&r, ARM_SP, sp);
	regs_set(&r, ARM_LR, lr);
	regs_set(&r, ARM_CPSR, PSR_SVC);
	return r;
}

static void go(const struct regs *start)
{
	struct stack task = {TASK, TOP, NULL};

	unwind(t, start, &task, 0, &arena, &trace);
}

static void expect(size_t i, uint64_t pc, uint64_t sp)
{
	if (!CHECK(i < trace.n))
		return;
	CHECK_EQ_U64(trace.frames[i].pc, pc);
	CHECK_EQ_U64(trace.frames[i].sp, sp);
}

#define FOR_BOTH_ORDERS for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static void tables_in_memory(void)
{
	FOR_BOTH_ORDERS
	{
		struct regs r;

		set_up(order);
		put_tables();
		memory("f0800000: 0 0 44 c0301220 0 0 45 c0301220");
		r = start_at(LEAF, TASK, MAIN);
		go(&r);
		expect(0, LEAF, TASK);
		expect(1, MAIN, TASK);
		expect(2, START + 0x20, TASK + 16);
		REQUIRE(trace.n == 3);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
		CHECK_STR(trace.frames[1].how, "EXIDX");
		CHECK_EQ_U64(trace.frames[2].regs.value[4], 0x44);
		/* At its first instruction a function has pushed nothing. */
		r = start_at(CODE + 0x1000, TASK + 16, START + 0x20);
		go(&r);
		expect(1, START + 0x20, TASK + 16);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
		/* The caller's lr is not known: nothing is made of it. */
		r = start_at(LEAF, TASK, LEAF + 4);
		go(&r);
		expect(1, LEAF + 4, TASK);
		CHECK_EQ_U64(trace.n, 2);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
	}
}

static void frame_pointers(void)
{
	FOR_BOTH_ORDERS
	{
		struct regs r;

		set_up(order);
		/* GCC: fp, sp, lr and pc below what fp points behind */
		memory("f0800000: 0 f0800034 f0800014 c0301020 c030110c\n"
		       "f0800028: 0 f0800038 c0301220 c030100c 0");
		r = start_at(LEAF, TASK, 0);
		regs_set(&r, ARM_FP, TASK + 16);
		go(&r);
		expect(0, LEAF, TASK);
		expect(1, MAIN, TASK + 0x14);
		expect(2, START + 0x20, TASK + 0x38);
		REQUIRE(trace.n == 3);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
		CHECK_STR(trace.frames[1].how, "frame pointer");
		/* Clang: fp and lr from where it points */
		memory("f0800000: 0 0 f0800020 c0301020 0 0 0 0 0 c0301220");
		r = start_at(LEAF, TASK, 0);
		regs_set(&r, ARM_FP, TASK + 8);
		go(&r);
		expect(1, MAIN, TASK + 16);
		expect(2, START + 0x20, TASK + 0x28);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
		/* A pointer to anywhere else is none. */
		regs_set(&r, ARM_FP, TASK + 9);
		go(&r);
		CHECK_EQ_U64(trace.n, 1);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
	}
}

static void entry_code(void)
{
	FOR_BOTH_ORDERS
	{
		struct regs r;

		set_up(order);
		put_tables();
		/* An interrupt of main_function: pt_regs at 40. */
		memory("f0800000: 0 0 44 c0300020\n"
		       "f0800010: 0 1 2 3 4 5 6 7 8 9 a b c f0800080 e c0301020 60000013 ffffffff\n"
		       "f0800080: 0 0 46 c0300100\n"
		       "f0800098: 0 1 2 3 4 5 6 7 8 9 a b c beff0000 e 10354 60000010 5");
		r = start_at(MAIN, TASK, 0);
		go(&r);
		expect(1, ENTRY + 0x20, TASK + 16);
		expect(2, MAIN, TASK + 0x80);
		expect(3, SYSCALL, TASK + 0x90);
		REQUIRE(trace.n == 4);
		CHECK_EQ_U64(trace.end, UNWIND_USER);
		CHECK(trace.frames[1].has_eframe && trace.frames[1].eframe_address == TASK + 16);
		CHECK(trace.frames[2].exact_pc && trace.frames[3].exact_pc);
		/* Where a system call returns to, two words are left of its arguments. */
		CHECK(trace.frames[3].has_eframe && trace.frames[3].eframe_user);
		CHECK_EQ_U64(trace.frames[3].eframe_address, TASK + 0x98);
		CHECK_EQ_U64(trace.frames[3].eframe.value[ARM_PC], 0x10354);
		CHECK_EQ_U64(trace.frames[3].eframe_slots[17], 5);
		/* A thread of the kernel: no pc was put into its registers. */
		memory("f0801fa8: 0 0 0*13 0 0 13 0");
		memory("f0801f98: 0 0 0 c0300220\nf0801fa8: 0*18");
		memory("f0801fb0: 0*16 13 0");
		memory("f0801fa0: 0 0 0 c0300214");
		r = start_at(MAIN, TOP - 8 - 72 - 16, 0);
		go(&r);
		expect(1, FORK + 0x14, TOP - 8 - 72);
		CHECK_EQ_U64(trace.n, 2);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	}
}

static void calls(void)
{
	FOR_BOTH_ORDERS
	{
		set_up(order);
		data.page_offset = 0xc0000000;
		/* Instructions are little-endian: there is no vmlinux that says otherwise. */
		fake_memory_text(
			"c0301000: eb00003e e12fff33 e1a00000 e8bd8010 e1a0e00f e12fff13 e1a0e00f e592f000\n"
			"c0301100: e1a00000 ea00003d\n"
			"c0301020: 1b000036 e3a00000",
			4, ORDER_LITTLE);
		CHECK(arm_is_call(t, CODE + 0x1004, 0));
		CHECK(arm_is_call(t, CODE + 0x1004, CODE + 0x1100));
		CHECK(!arm_is_call(t, CODE + 0x1004, CODE + 0x1000));
		/* leaf() hands over to start_kernel() */
		CHECK(arm_is_call(t, CODE + 0x1004, START));
		CHECK(arm_is_call(t, CODE + 0x1024, CODE + 0x1100));
		CHECK(arm_is_call(t, CODE + 0x1008, CODE + 0x1000)); /* by register: to anywhere */
		CHECK(!arm_is_call(t, CODE + 0x100c, 0));
		CHECK(!arm_is_call(t, CODE + 0x1010, 0)); /* a return is none */
		CHECK(!arm_is_call(t, CODE + 0x1018, 0)); /* neither is bx */
		CHECK(arm_is_call(t, CODE + 0x1020, 0));  /* mov lr, pc; ldr pc, [r2] */
		CHECK(arm_is_call(t, CODE + 0x1904, 0));  /* code that cannot be read */
	}
	{
		static const uint8_t bl[] = {0x00, 0xf0, 0x10, 0xf8}, blx[] = {0x00, 0xbf, 0x98, 0x47};
		static const uint8_t bx[] = {0x00, 0xbf, 0x70, 0x47}, b[] = {0x00, 0xf0, 0x10, 0xb8};

		CHECK(arm_is_thumb_call(bl, ORDER_LITTLE));
		CHECK(arm_is_thumb_call(blx, ORDER_LITTLE));
		CHECK(!arm_is_thumb_call(bx, ORDER_LITTLE));
		CHECK(!arm_is_thumb_call(b, ORDER_LITTLE));
	}
}

static void caught_at_an_exception(void)
{
	FOR_BOTH_ORDERS
	{
		struct regs r, mended;

		set_up(order);
		put_tables();
		fake_memory_text("c0301018: 0 eb000037\nc0301218: 0 ebffff77", 4, ORDER_LITTLE);
		/* leaf() was called from main_function(), and that from start_kernel(). */
		memory("f0801000: 0*8 c0301020 0 0 44 c0301220 0*200");
		r = start_at(0xffff0018, 0xc15aaac0, LEAF + 4);
		regs_set(&r, ARM_CPSR, 0x60000192);
		mended = r;
		arm_mend_regs(t, &mended, false);
		CHECK_EQ_U64(mended.value[ARM_PC], LEAF);
		CHECK(!regs_known(&mended, ARM_SP) && !regs_known(&mended, ARM_LR));
		CHECK_EQ_U64(mended.value[ARM_CPSR], PSR_SVC);
		go(&mended);
		expect(0, LEAF, TASK + 0x1024);
		expect(1, MAIN, TASK + 0x1024);
		expect(2, START + 0x20, TASK + 0x1034);
		REQUIRE(trace.n == 3);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
		/* what a leaf returns to was in lr: a word of the stack is only a guess */
		CHECK(trace.frames[0].reliable && !trace.frames[1].reliable && trace.frames[2].reliable);
		/* a function that pushed its return address is proven by it */
		regs_set(&r, ARM_LR, MAIN + 4);
		mended = r;
		arm_mend_regs(t, &mended, false);
		fake_memory_text("c0301218: 0 ebffff77", 4, ORDER_LITTLE);
		go(&mended);
		expect(0, MAIN, TASK + 0x1024);
		expect(1, START + 0x20, TASK + 0x1034);
		CHECK(trace.n == 2 && trace.frames[1].reliable);
		/* nothing fits */
		memory("f0801000: 0*214");
		memory("f0800000: 0*2048");
		go(&mended);
		CHECK_EQ_U64(trace.n, 1);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
		/* user mode was interrupted */
		regs_set(&r, ARM_LR, 0x10358);
		mended = r;
		arm_mend_regs(t, &mended, false);
		CHECK_EQ_U64(mended.value[ARM_PC], 0x10354);
		CHECK(arm_user_mode(t, &mended));
		/* the kernel's own notes, and a CPU that is further on, are as they are */
		mended = r;
		arm_mend_regs(t, &mended, true);
		CHECK_EQ_U64(mended.value[ARM_PC], 0xffff0018);
		regs_set(&r, ARM_PC, MAIN);
		mended = r;
		arm_mend_regs(t, &mended, false);
		CHECK_EQ_U64(mended.value[ARM_PC], MAIN);
	}
}

static void register_layouts(void)
{
	FOR_BOTH_ORDERS
	{
		uint64_t slots[EFRAME_MAX_SLOTS];
		struct regs r;

		set_up(order);
		memory("f0800000: 100+1*18");
		CHECK_EQ_U64(target_pt_regs(t, TASK, &r, slots), READ_OK);
		for (unsigned n = 0; n < 16; n++)
			CHECK_EQ_U64(r.value[n], 0x100 + n);
		CHECK_EQ_U64(r.value[ARM_CPSR], 0x110);
		CHECK_EQ_U64(slots[17], 0x111);
		CHECK_STR(arch_arm.pt_regs->slots[11].name, "fp");
		CHECK_EQ_U64(arch_arm.pt_regs->size, 72);
		CHECK_EQ_U64(arch_arm.prstatus_offset, 72);
	}
}

int main(void)
{
	RUN(tables_in_memory);
	RUN(frame_pointers);
	RUN(entry_code);
	RUN(calls);
	RUN(caught_at_an_exception);
	RUN(register_layouts);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
