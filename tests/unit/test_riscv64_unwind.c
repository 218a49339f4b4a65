/* SPDX-License-Identifier: GPL-2.0-or-later */
/* riscv64 without tables: frame records, entry code, what a call looks like, register layouts. */
#include "../../arch/riscv64/riscv64.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_riscv64;

enum { TASK = 0x10000, SIZE = 0x4000, CODE = 0x5000, MAIN = CODE + 0x20, LEAF = CODE + 0x120 };
enum { EXCEPTION = CODE + 0x200, START = CODE + 0x500 };

static struct arena arena;
static struct target *t;
static struct trace trace;
static struct riscv64_data data;

/* Without levels user space ends at 7ff, so that everything else here can have short addresses. */
static const struct page_form no_levels;

static void set_up(void)
{
	static const struct symbol_area areas[] = {{.start = CODE, .end = CODE + 0x1000}};
	const struct symbol list[] = {
		{.address = CODE, .size = 0x100, .name = "main_function", .type = 'T'},
		{.address = CODE + 0x100, .size = 0x100, .name = "leaf", .type = 'T'},
		{.address = EXCEPTION, .size = 0x200, .name = "handle_exception", .type = 'T'},
		{.address = CODE + 0x400, .size = 0x100, .name = "ret_from_fork", .type = 'T'},
		{.address = START, .size = 0x100, .name = "_start_kernel", .type = 'T'},
		{.address = CODE + 0x600, .size = 0x100, .name = "start_kernel", .type = 'T'},
	};

	fake_memory_clear();
	arena_free(&arena);
	data = (struct riscv64_data){.form = &no_levels};
	t = target_new(&arena, &arch_riscv64, NULL);
	t->physical = fake_memory_read;
	t->arch_data = &data;
	space_add(&t->kernel, &(struct space_range){0, UINT64_MAX, SPACE_LINEAR, 0, "all"});
	t->types = types_new(&arena, 8, ORDER_LITTLE);
	t->symbols = symbols_new(&arena);
	symbols_add_module(t->symbols, "code", list, sizeof list / sizeof *list, areas, 1);
	/* From offset 20 on the registers are saved: csrw sscratch, zero. */
	fake_memory_text("5200: 0*8 14001073 0*119", 4, ORDER_LITTLE);
}

static struct regs start_at(uint64_t pc, uint64_t sp, uint64_t fp, uint64_t ra)
{
	struct regs r = {0};

	regs_set(&r, RISCV_PC, pc);
	regs_set(&r, RISCV_SP, sp);
	regs_set(&r, RISCV_FP, fp);
	regs_set(&r, RISCV_RA, ra);
	return r;
}

static void go(const struct regs *start)
{
	struct stack task = {TASK, TASK + SIZE, NULL};

	unwind(t, start, &task, 0, &arena, &trace);
}

static void expect(size_t i, uint64_t pc, uint64_t sp)
{
	if (!CHECK(i < trace.n))
		return;
	CHECK_EQ_U64(trace.frames[i].pc, pc);
	CHECK_EQ_U64(trace.frames[i].sp, sp);
}

static void frame_records(void)
{
	struct regs r;

	set_up();
	/* {fp, ra} before what s0 points to; the last one returns to the code that CPUs start in. */
	fake_memory_text("10000: 0 0 10040 5020 0 0 0 0 10050 5524", 8, ORDER_LITTLE);
	fake_memory_text("10030: 10060 5524", 8, ORDER_LITTLE);
	r = start_at(LEAF, TASK, 0x10020, 0);
	go(&r);
	expect(0, LEAF, TASK);
	expect(1, MAIN, 0x10020);
	expect(2, START + 0x24, 0x10040);
	REQUIRE(trace.n == 3);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	CHECK_STR(trace.frames[1].how, "frame pointer");
	/* Without symbols of the code before it, start_kernel() is the outermost. */
	fake_memory_text("10010: 10040 5620 0 0 10050 3000", 8, ORDER_LITTLE);
	r = start_at(LEAF, TASK, 0x10020, 0);
	go(&r);
	expect(1, CODE + 0x620, 0x10020);
	CHECK_EQ_U64(trace.n, 2);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	/* No frame pointer, no caller. */
	r = start_at(LEAF, TASK, 3, 0);
	go(&r);
	CHECK_EQ_U64(trace.n, 1);
	CHECK_EQ_U64(trace.end, UNWIND_STUCK);
}

static void leaves_without_a_return_address(void)
{
	struct regs r;

	set_up();
	/* Interrupted in a leaf that stored s0 alone: ra is in its register. */
	fake_memory_text("10000: 0 10030 0 0 10040 5524", 8, ORDER_LITTLE);
	r = start_at(LEAF, TASK, 0x10010, MAIN);
	go(&r);
	expect(1, MAIN, 0x10010);
	expect(2, START + 0x24, 0x10030);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	/* One that stores nothing, as riscv_crash_save_regs(): s0 is its caller's. */
	fake_memory_text("10020: 10040 5524", 8, ORDER_LITTLE);
	r = start_at(LEAF, 0x10000, 0x10030, MAIN);
	go(&r);
	expect(1, MAIN, 0x10000);
	expect(2, START + 0x24, 0x10030);
	CHECK_EQ_U64(trace.n, 3);
}

/* struct pt_regs at 10100: pc, ra, sp, and further what the text says. */
static void registers(const char *first, uint64_t fp, uint64_t status)
{
	char text[300];

	snprintf(text, sizeof text, "10100: %s 0*5 %" PRIx64 " 0*23 %" PRIx64 " 0 0 0", first, fp, status);
	fake_memory_text(text, 8, ORDER_LITTLE);
}

static void exceptions(void)
{
	struct regs r;

	set_up();
	/* leaf() was called by handle_exception, which had interrupted main_function(). */
	fake_memory_text("100f0: 10240 5240", 8, ORDER_LITTLE);
	registers("5030 0 10220", 0x10240, 0x200000120);
	fake_memory_text("10230: 10300 5524", 8, ORDER_LITTLE);
	r = start_at(LEAF, 0x100e0, 0x10100, 0);
	go(&r);
	expect(1, EXCEPTION + 0x40, 0x10100);
	REQUIRE(trace.n == 4);
	CHECK(trace.frames[1].has_eframe && !trace.frames[1].eframe_user);
	CHECK_EQ_U64(trace.frames[1].eframe_address, 0x10100);
	expect(2, CODE + 0x30, 0x10220);
	expect(3, START + 0x24, 0x10240);
	/* The same from user mode: SPP is clear. */
	registers("530 0 620", 0, 0x200000020);
	go(&r);
	CHECK_EQ_U64(trace.end, UNWIND_USER);
	CHECK_EQ_U64(trace.n, 2);
	/* Before they are saved nobody knows where they are. */
	r = start_at(EXCEPTION + 0x10, 0x10100, 1, 0);
	go(&r);
	CHECK_EQ_U64(trace.n, 1);
	CHECK_EQ_U64(trace.end, UNWIND_STUCK);
}

static void the_first_instruction_of_an_exception(void)
{
	struct regs r;

	set_up();
	/* main_function() had called something that is back, or has no frame: s0 is its own. */
	fake_memory_text("10230: 10300 5524", 8, ORDER_LITTLE);
	r = start_at(EXCEPTION, 0x10200, 0x10240, MAIN);
	go(&r);
	expect(0, EXCEPTION, 0x10200);
	expect(1, MAIN, 0x10200);
	expect(2, START + 0x24, 0x10240);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	/* It called a function that has made its frame: that stored ra. */
	fake_memory_text("10210: 10240 5020", 8, ORDER_LITTLE);
	r = start_at(EXCEPTION, 0x10200, 0x10220, MAIN);
	go(&r);
	expect(1, MAIN, 0x10220);
	expect(2, START + 0x24, 0x10240);
	CHECK_EQ_U64(trace.n, 3);
	/* In user mode. */
	r = start_at(EXCEPTION, 0x7f0, 0x7f8, 0x600);
	go(&r);
	CHECK_EQ_U64(trace.n, 1);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
}

static void threads(void)
{
	struct regs r;

	set_up();
	/* A kernel thread: ret_from_fork, and what copy_thread() left, a status of the kernel. */
	fake_memory_text("13ee0: 0 0 0 0*29 120 0 0 0", 8, ORDER_LITTLE);
	fake_memory_text("13ed0: 0 5440", 8, ORDER_LITTLE);
	r = start_at(LEAF, 0x13ec0, 0x13ee0, 0);
	go(&r);
	expect(1, CODE + 0x440, 0x13ee0);
	CHECK_EQ_U64(trace.n, 2);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	CHECK(!trace.frames[1].has_eframe);
}

static void calls(void)
{
	set_up();
	/* jal ra, +0x20; at 6004: jal ra, -0x6000 */
	fake_memory_text("6000: 20000ef 000fa0ef", 4, ORDER_LITTLE);
	fake_memory_text("5ff8: 0 0", 4, ORDER_LITTLE);
	CHECK(riscv64_is_call(t, 0x6004, 0) && riscv64_is_call(t, 0x6004, 0x6020));
	CHECK(!riscv64_is_call(t, 0x6004, 0x6024));
	CHECK(riscv64_is_call(t, 0x6008, 0x6004 + 0xfa000));
	/* auipc ra, 0xffff3; jalr 1960(ra), as linked at ffffffff80a7674c */
	fake_memory_text("80a7674c: ffff3097 7a8080e7", 4, ORDER_LITTLE);
	CHECK(riscv64_is_call(t, 0x80a76754, 0x80a69ef4));
	CHECK(!riscv64_is_call(t, 0x80a76754, 0x80a69ef8));
	/* c.jalr t1; c.mv is none, and neither is c.ebreak */
	fake_memory_text("7000: 0 0 0 9302 8082 9002 852e", 2, ORDER_LITTLE);
	CHECK(riscv64_is_call(t, 0x7008, 0));
	CHECK(!riscv64_is_call(t, 0x700a, 0) && !riscv64_is_call(t, 0x700c, 0));
	CHECK(!riscv64_is_call(t, 0x700e, 0));
}

static void layouts(void)
{
	uint8_t bytes[288];
	uint64_t slots[EFRAME_MAX_SLOTS] = {0};
	struct stack stack = {TASK, TASK + SIZE, NULL};
	struct regs r = {0};
	bool user;

	set_up();
	for (unsigned i = 0; i < 36; i++)
		put_uint(bytes + (size_t)i * 8, 8, 0x100 + i, ORDER_LITTLE);
	regs_from_layout(&riscv64_prstatus, bytes, ORDER_LITTLE, &r, NULL);
	CHECK_EQ_U64(r.value[RISCV_PC], 0x100);
	for (unsigned n = 1; n < 32; n++)
		CHECK_EQ_U64(r.value[n], 0x100 + n);
	CHECK(!regs_known(&r, RISCV_STATUS));
	regs_from_layout(&riscv64_pt_regs, bytes, ORDER_LITTLE, &r, slots);
	CHECK_EQ_U64(r.value[RISCV_STATUS], 0x120);
	CHECK_EQ_U64(slots[35], 0x123);
	CHECK(!riscv64_user_mode(t, &r));
	/* An exception frame is told by its status, pc and stack pointer. */
	slots[0] = MAIN;
	slots[2] = TASK + 0x100;
	slots[32] = 0x200000120;
	slots[34] = 1ULL << 63 | 5;
	CHECK(riscv64_is_eframe(t, &stack, slots, &user) && !user);
	slots[32] = 0x120; /* no UXL */
	CHECK(!riscv64_is_eframe(t, &stack, slots, &user));
	slots[32] = 0x200000020;
	slots[34] = 8;
	slots[0] = 0x600;
	slots[2] = 0x700;
	CHECK(riscv64_is_eframe(t, &stack, slots, &user) && user);
	slots[2] = 0xffffffd600000000;
	CHECK(!riscv64_is_eframe(t, &stack, slots, &user));
}

int main(void)
{
	RUN(frame_records);
	RUN(leaves_without_a_return_address);
	RUN(exceptions);
	RUN(the_first_instruction_of_an_exception);
	RUN(threads);
	RUN(calls);
	RUN(layouts);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
