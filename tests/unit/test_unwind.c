/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unwinder on stacks written as text, with an architecture of the test's
 * own, in both word sizes and byte orders. Words of the stacks are numbered:
 * "10000:" below is word 0 of the task's stack, whatever a word's size.
 */
#include "check.h"
#include "fake_memory.h"
#include "target/arch.h"
#include "target/unwind.h"

enum { R0, FP, SP, PC, LR, MODE, N_REGS };
enum { TASK = 0x10000, IRQ = 0x20000, NMI = 0x30000, STACK = 0x1000, CODE = 0x5000 };

static struct reg_slot slots[5];
static struct reg_layout layout;
static struct arch arch;
static struct target *t;
static struct arena arena;
static struct trace trace;
static unsigned word;

/* What the table says about each function: function i is at CODE + i * 0x100. */
enum what { NOTHING, CALL, CALL_FP, REGS, PARTIAL, OTHER_STACK, END, LINK, BY_EXPRESSION, RECORD };

static const struct {
	enum what what;
	int words; /* of the frame, without the return address */
} functions[16] = {
	[0] = {CALL, 0},           [1] = {CALL, 2},        [2] = {CALL, 3},   [3] = {CALL_FP, 2},
	[4] = {REGS, 0},           [5] = {OTHER_STACK, 1}, [6] = {END, 0},    [7] = {NOTHING, 0},
	[8] = {PARTIAL, 0},        [9] = {LINK, 0},        [10] = {CALL, -1}, [11] = {CALL, 500},
	[12] = {BY_EXPRESSION, 0}, [13] = {RECORD, 4},
};

static uint64_t f(unsigned i)
{
	return CODE + i * 0x100U + 0x20;
}

static struct unwind_rule rule(enum unwind_rule_kind kind, unsigned reg, int64_t offset)
{
	return (struct unwind_rule){.kind = (uint8_t)kind, .reg = (uint16_t)reg, .offset = offset};
}

static bool row_of(struct target *target, uint64_t pc, struct unwind_row *row)
{
	unsigned i = (unsigned)((pc - CODE) / 0x100);
	int64_t w = target->word_size, words;

	if (pc < CODE || i >= 16 || functions[i].what == NOTHING)
		return false;
	words = functions[i].words;
	row->origin = "table";
	row->return_reg = PC;
	row->n_regs = PC + 1;
	row->cfa = rule(RULE_REG_PLUS, SP, (words + 1) * w);
	row->regs[PC] = rule(RULE_AT_CFA, 0, -w);
	row->regs[FP] = rule(RULE_SAME, 0, 0);
	row->regs[SP] = rule(RULE_ABI, 0, 0);
	row->regs[R0] = rule(RULE_ABI, 0, 0);
	switch (functions[i].what) {
	case CALL_FP:
		row->cfa = rule(RULE_REG_PLUS, FP, 2 * w);
		row->regs[FP] = rule(RULE_AT_CFA, 0, -2 * w);
		break;
	case RECORD: row->regs[FP] = rule(RULE_AT_CFA, 0, -2 * w); break;
	case OTHER_STACK: /* the word at the stack pointer is the one to go on with */
		row->cfa = rule(RULE_REG_PLUS, SP, 0);
		row->cfa_deref = true;
		row->cfa_add = words * w;
		break;
	case LINK:
		row->cfa = rule(RULE_REG_PLUS, SP, 0);
		row->return_reg = LR;
		row->n_regs = LR + 1;
		row->regs[LR] = rule(RULE_ABI, 0, 0);
		break;
	case REGS:
	case PARTIAL:
		row->kind = functions[i].what == REGS ? FRAME_REGS : FRAME_REGS_PARTIAL;
		row->cfa = rule(RULE_REG_PLUS, SP, 0);
		break;
	case END: row->kind = FRAME_END; break;
	case BY_EXPRESSION: row->cfa = rule(RULE_EXPR, 0, 0); break;
	case NOTHING:
	case CALL: break;
	}
	return true;
}

static size_t other_stacks(struct target *target, unsigned cpu, struct stack *list, size_t max)
{
	(void)target;
	if (max < 2 || cpu != 1)
		return 0;
	list[0] = (struct stack){IRQ, IRQ + STACK, "IRQ stack"};
	list[1] = (struct stack){NMI, NMI + STACK, "NMI stack"};
	return 2;
}

static bool user_mode(const struct target *target, const struct regs *r)
{
	(void)target;
	return regs_known(r, MODE) && r->value[MODE] == 3;
}

static const char *const ran_on[] = {"f1", NULL};

static void set_up(unsigned size, enum byte_order order)
{
	static const struct symbol_area areas[] = {{.start = CODE, .end = CODE + 0x1000}};
	static char names[16][8];
	struct symbol list[16];

	fake_memory_clear();
	arena_free(&arena);
	word = size;
	/* The hardware's part last, as on x86: pc, mode, sp. */
	slots[0] = (struct reg_slot){"r0", R0, 0, (uint8_t)size};
	slots[1] = (struct reg_slot){"fp", FP, (uint16_t)size, (uint8_t)size};
	slots[2] = (struct reg_slot){"pc", PC, (uint16_t)(2 * size), (uint8_t)size};
	slots[3] = (struct reg_slot){"mode", MODE, (uint16_t)(3 * size), (uint8_t)size};
	slots[4] = (struct reg_slot){"sp", SP, (uint16_t)(4 * size), (uint8_t)size};
	layout = (struct reg_layout){slots, 5, (uint16_t)(5 * size)};
	arch = (struct arch){.name = "test",
			     .word_size = (uint8_t)size,
			     .orders = (uint8_t)(1U << order),
			     .page_shift = 12,
			     .pt_regs = &layout,
			     .pc = PC,
			     .sp = SP,
			     .fp = FP,
			     .link = -1,
			     .user_mode = user_mode,
			     .row = row_of,
			     .stacks = other_stacks,
			     .ran_on = ran_on};
	t = target_new(&arena, &arch, NULL);
	t->physical = fake_memory_read;
	space_add(&t->kernel, &(struct space_range){0, UINT64_MAX, SPACE_LINEAR, 0, "all"});
	t->types = types_new(&arena, (uint8_t)size, order);
	t->symbols = symbols_new(&arena);
	for (unsigned i = 0; i < 16; i++) {
		snprintf(names[i], sizeof names[i], "f%u", i);
		list[i] = (struct symbol){
			.address = CODE + i * 0x100U, .size = 0x100, .name = names[i], .type = 'T'};
	}
	symbols_add_module(t->symbols, "code", list, 16, areas, 1);
}

#define FOR_EACH_TARGET                                                                                      \
	for (unsigned size = 4; size <= 8; size += 4)                                                        \
		for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static void memory(const char *text)
{
	fake_memory_text(text, word, t->order);
}

static uint64_t at(uint64_t stack, unsigned n)
{
	return stack + (uint64_t)n * word;
}

static struct regs start_at(uint64_t pc, uint64_t sp, uint64_t fp)
{
	struct regs r = {0};

	regs_set(&r, PC, pc);
	regs_set(&r, SP, sp);
	if (fp)
		regs_set(&r, FP, fp);
	return r;
}

static void go(const struct regs *start)
{
	struct stack task = {TASK, TASK + STACK, NULL};

	unwind(t, start, &task, 1, &arena, &trace);
}

static void expect(size_t i, uint64_t pc, uint64_t sp, bool exact)
{
	if (!CHECK(i < trace.n))
		return;
	CHECK_EQ_U64(trace.frames[i].pc, pc);
	CHECK_EQ_U64(trace.frames[i].sp, sp);
	CHECK_EQ_U64(trace.frames[i].exact_pc, exact);
}

static void expect_end(size_t n, enum unwind_end end, const char *why)
{
	CHECK_EQ_U64(trace.n, n);
	CHECK_EQ_U64(trace.end, end);
	if (why)
		CHECK(trace.why && strstr(trace.why, why));
	if (why && (!trace.why || !strstr(trace.why, why)))
		printf("# why: %s\n", trace.why ? trace.why : "(none)");
}

static void calls_up_to_the_first(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		memory("10000: 1 2 5220 3 4 5 5620");
		r = start_at(f(1), TASK, 0);
		go(&r);
		expect(0, f(1), TASK, true);
		expect(1, f(2), at(TASK, 2), false);
		expect(2, f(6), at(TASK, 6), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		CHECK_EQ_U64(trace.frames[0].cfa, at(TASK, 3));
		CHECK_STR(trace.frames[1].how, "table");
		CHECK(!trace.frames[1].stack);
	}
}

static void frame_pointers_are_carried_along(void)
{
	FOR_EACH_TARGET
	{
		char text[200];
		struct regs r;

		set_up(size, order);
		snprintf(text, sizeof text, "10000: 0 0 %x 5320 0 %x 5620", (unsigned)at(TASK, 5), 0x77);
		memory(text);
		r = start_at(f(3), TASK, at(TASK, 2));
		go(&r);
		expect(1, f(3), at(TASK, 3), false);
		expect(2, f(6), at(TASK, 6), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		CHECK_EQ_U64(trace.frames[2].regs.value[FP], 0x77);
		/* Unknown here: a trace says so rather than guess. */
		r = start_at(f(3), TASK, 0);
		go(&r);
		expect_end(1, UNWIND_STUCK, "depends on fp");
	}
}

/* A frame record told where a frame is, and not how large: the table goes on from there. */
static void frames_told_by_their_record(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		memory("10000: 0 0 0 0 0 77 5620");
		r = start_at(f(13), at(TASK, 1), at(TASK, 5));
		r.sp_is_bound = true;
		go(&r);
		expect(1, f(6), at(TASK, 6), false);
		expect_end(2, UNWIND_KTHREAD, NULL);
		CHECK_EQ_U64(trace.frames[0].cfa, at(TASK, 7));
		CHECK_EQ_U64(trace.frames[1].regs.value[FP], 0x77);
		CHECK(!trace.frames[1].regs.sp_is_bound);
		/* Where this function keeps no record, nothing tells its frame. */
		r = start_at(f(1), TASK, at(TASK, 5));
		r.sp_is_bound = true;
		go(&r);
		expect_end(1, UNWIND_STUCK, "frame records do not tell");
	}
}

static void exception_frames_are_crossed(void)
{
	FOR_EACH_TARGET
	{
		char text[200];
		struct regs r;

		set_up(size, order);
		/* f0 <- f4 (registers: r0 fp pc mode sp) <- f1 interrupted <- f6 */
		snprintf(text, sizeof text, "10000: 5420 aa bb 5120 0 %x 0 0 5620", (unsigned)at(TASK, 6));
		memory(text);
		r = start_at(f(0), TASK, 0);
		go(&r);
		expect(1, f(4), TASK, false);
		expect(2, f(1), at(TASK, 6), true);
		expect(3, f(6), at(TASK, 8), false);
		expect_end(4, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 4);
		CHECK(!trace.frames[0].has_eframe && trace.frames[1].has_eframe);
		CHECK_EQ_U64(trace.frames[1].eframe_address, at(TASK, 1));
		CHECK_EQ_U64(trace.frames[1].eframe_slots[0], 0xaa);
		CHECK_EQ_U64(trace.frames[1].eframe_slots[4], at(TASK, 6));
		CHECK(!trace.frames[1].eframe_user);
		CHECK_STR(trace.frames[2].how, "exception frame");
		CHECK_EQ_U64(trace.frames[2].regs.value[FP], 0xbb);
	}
}

static void user_mode_ends_the_trace(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		memory("10000: 5420 aa bb 4000 3 7000");
		r = start_at(f(0), TASK, 0);
		go(&r);
		expect_end(2, UNWIND_USER, NULL);
		CHECK(trace.frames[1].eframe_user && !trace.started_in_user);
		CHECK_EQ_U64(trace.frames[1].eframe.value[PC], 0x4000);
		/* A CPU that was in user mode has no frames, but registers. */
		r = start_at(0x4000, 0x7000, 0);
		regs_set(&r, MODE, 3);
		go(&r);
		expect_end(0, UNWIND_USER, NULL);
		CHECK(trace.started_in_user);
		CHECK_EQ_U64(trace.start.value[PC], 0x4000);
	}
}

static void hardware_frames_keep_the_rest(void)
{
	FOR_EACH_TARGET
	{
		char text[200];
		struct regs r;

		set_up(size, order);
		snprintf(text, sizeof text, "10000: 5820 5320 0 %x 9 99 5620", (unsigned)at(TASK, 4));
		memory(text);
		r = start_at(f(0), TASK, at(TASK, 5));
		go(&r);
		expect(1, f(8), TASK, false);
		expect(2, f(3), at(TASK, 4), true);
		expect(3, f(6), at(TASK, 6), false);
		expect_end(4, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 4);
		CHECK(trace.frames[1].eframe_partial);
		CHECK_EQ_U64(trace.frames[3].regs.value[FP], 0x99);
	}
}

static void stacks_are_switched_once_each(void)
{
	FOR_EACH_TARGET
	{
		char text[400];
		struct regs r;

		set_up(size, order);
		/* NMI: f0 <- f4, interrupted f0 on the IRQ stack <- f5 switches to the task's <- f6 */
		snprintf(text, sizeof text,
			 "30000: 5420 0 0 5020 0 %x\n20000: 0 0 0 5520 %x\n10000: 1 2 3 4 5620",
			 (unsigned)at(IRQ, 3), (unsigned)at(TASK, 4));
		memory(text);
		r = start_at(f(0), NMI, 0);
		go(&r);
		expect(0, f(0), NMI, true);
		expect(1, f(4), NMI, false);
		expect(2, f(0), at(IRQ, 3), true);
		expect(3, f(5), at(IRQ, 3), false);
		expect(4, f(6), at(TASK, 4), false);
		expect_end(5, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 5);
		CHECK_STR(trace.frames[0].stack, "NMI stack");
		CHECK_STR(trace.frames[2].stack, "IRQ stack");
		CHECK_STR(trace.frames[4].stack, NULL);
		/* Back to a stack that was left: hostile or damaged. */
		snprintf(text, sizeof text,
			 "30000: 5420 0 0 5020 0 %x\n20000: 0 0 0 5520 %x\n30100: 5620 5620",
			 (unsigned)at(IRQ, 3), 0x30100U);
		memory(text);
		r = start_at(f(0), NMI, 0);
		go(&r);
		expect_end(4, UNWIND_STUCK, "returns to a stack that was left");
		/* To nowhere. */
		memory("20000: 0 0 0 5520 90000\n90000: 5620 5620\n8fff8: 5620 5620 5620");
		go(&r);
		expect_end(4, UNWIND_STUCK, "on no known stack");
	}
}

static void a_stack_that_overflowed(void)
{
	FOR_EACH_TARGET
	{
		char text[200];
		struct regs r;

		set_up(size, order);
		/* NMI stands for the double fault stack; f2 was interrupted below its task's stack. */
		snprintf(text, sizeof text, "30000: 5420 0 0 5220 0 %x\n10000: 0 5620",
			 (unsigned)(TASK - 2 * size));
		memory(text);
		r = start_at(f(0), NMI, 0);
		go(&r);
		expect(2, f(2), TASK - 2 * size, true);
		expect(3, f(6), at(TASK, 1), false);
		expect_end(4, UNWIND_KTHREAD, NULL);
	}
}

static void loops_end(void)
{
	FOR_EACH_TARGET
	{
		char text[200];
		struct regs r;

		set_up(size, order);
		/* The interrupted registers say: the same place again. */
		snprintf(text, sizeof text, "10000: 5420 0 0 5020 0 %x", TASK);
		memory(text);
		r = start_at(f(0), TASK, 0);
		go(&r);
		expect_end(2, UNWIND_STUCK, "does not move up");
		/* A table with a negative frame. */
		memory("10000: 5a20 5a20");
		r = start_at(f(10), at(TASK, 1), 0);
		go(&r);
		expect_end(1, UNWIND_STUCK, "does not move up");
		/* A stack full of return addresses ends with the stack. */
		memory("10000: 5020*1024\n11000: 5020*1024");
		r = start_at(f(0), TASK, 0);
		go(&r);
		CHECK(trace.n <= UNWIND_MAX_FRAMES);
		CHECK(trace.end == UNWIND_LIMIT || trace.end == UNWIND_STUCK);
	}
}

static void calls_through_bad_pointers(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		memory("10000: 5120 0 0 5620");
		r = start_at(0, TASK, 0); /* a NULL pointer was called: the return address is on top */
		go(&r);
		expect(0, 0, TASK, true);
		expect(1, f(1), TASK, false);
		expect(2, f(6), at(TASK, 3), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		CHECK_STR(trace.frames[1].how, "call through a bad pointer");
		/* Not called: what is on top is no return address. */
		memory("10000: 1234 0 0 5620");
		go(&r);
		expect_end(1, UNWIND_STUCK, "0x0 is no code");
		/* A return address that is no code is not shown as a frame. */
		memory("10000: 1 2 1234");
		r = start_at(f(1), TASK, 0);
		go(&r);
		expect_end(1, UNWIND_STUCK, "the return address 0x1234 is no code");
	}
}

static void return_addresses_in_a_register(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		arch.link = LR;
		memory("10000: 0 0 5620");
		r = start_at(f(9), TASK, 0); /* a leaf: the stack pointer stays */
		regs_set(&r, LR, f(1));
		go(&r);
		expect(1, f(1), TASK, false);
		expect(2, f(6), at(TASK, 3), false); /* no call pushed anything: the stack pointer */
		expect_end(3, UNWIND_KTHREAD, NULL);
		/* The same again from a frame that called: it would never end. */
		regs_set(&r, LR, f(9));
		go(&r);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
		CHECK(trace.n <= 2);
		r = start_at(0x10, TASK, 0); /* a bad pointer: the link register knows the caller */
		regs_set(&r, LR, f(1));
		go(&r);
		expect(1, f(1), TASK, false);
		expect_end(3, UNWIND_KTHREAD, NULL);
	}
}

static uint64_t user_regs(struct target *target, const struct stack *task_stack)
{
	return task_stack->end - 5U * target->word_size;
}

static void threads_of_the_kernel_begin_at_the_top(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;
		char text[100];

		set_up(size, order);
		arch.user_regs = user_regs;
		/* f0 <- f4 with registers of the kernel where those of user mode would be */
		snprintf(text, sizeof text, "%x: 5420 0 0 5120 0 0", (unsigned)(TASK + STACK - 6 * size));
		memory(text);
		r = start_at(f(0), TASK + STACK - 6 * size, 0);
		go(&r);
		expect_end(2, UNWIND_KTHREAD, NULL);
		CHECK(!trace.frames[1].has_eframe);
		/* Those of user mode are shown there; deeper ones of the kernel too. */
		snprintf(text, sizeof text, "%x: 5420 0 0 5120 3 0", (unsigned)(TASK + STACK - 6 * size));
		memory(text);
		go(&r);
		expect_end(2, UNWIND_USER, NULL);
		CHECK(trace.frames[1].has_eframe);
	}
}

static void what_no_table_knows(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		r = start_at(f(7), TASK, 0);
		go(&r);
		expect_end(1, UNWIND_STUCK, "no unwind table knows 0x5720");
		r = start_at(f(12), TASK, 0);
		go(&r);
		expect_end(1, UNWIND_STUCK, "DWARF expression");
		memory("10000: excluded 1000");
		r = start_at(f(1), TASK, 0);
		go(&r);
		expect_end(1, UNWIND_STUCK, "page excluded");
		r = start_at(f(11), TASK, 0);
		go(&r);
		expect_end(1, UNWIND_STUCK, NULL);
		r = (struct regs){0};
		go(&r);
		expect_end(0, UNWIND_STUCK, "instruction pointer is not known");
	}
}

static bool calls_f7(struct target *target, uint64_t return_address, uint64_t callee)
{
	(void)target;
	return callee == CODE + 0x700 && return_address == f(2);
}

static void a_scan_is_marked_as_one(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		arch.is_call = calls_f7;
		memory("10000: 0 5120 5220 0 0 0 5620");
		r = start_at(f(7), TASK, 0);
		go(&r);
		expect(1, f(2), at(TASK, 2), false);
		expect(2, f(6), at(TASK, 6), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 3);
		CHECK(trace.frames[0].reliable && !trace.frames[1].reliable && trace.frames[2].reliable);
		CHECK_STR(trace.frames[1].how, "scan");
		memory("10000: 0 5120 0 0 0 0 5620\n10038: 0*1000");
		go(&r);
		expect_end(1, UNWIND_STUCK, "no unwind table");
	}
}

static void a_return_address_as_start(void)
{
	FOR_EACH_TARGET
	{
		struct regs r;

		set_up(size, order);
		memory("10000: 0 0 5120 0 0 5620");
		r = start_at(f(1), at(TASK, 3), 0);
		r.pc_is_return = true; /* as a task that was switched out */
		go(&r);
		expect(0, f(1), at(TASK, 2), false);
		expect(1, f(6), at(TASK, 5), false);
		expect_end(2, UNWIND_KTHREAD, NULL);
		/* At a function's first byte the row before it counts: pc - 1. */
		r = start_at(CODE + 0x200, TASK, 0);
		r.pc_is_return = true;
		memory("10000: 0 0 5620");
		go(&r);
		expect_end(2, UNWIND_KTHREAD, NULL);
	}
}

/* With a link register: a return address, and below it where its caller's own record is. */
static void frames_made_afterwards_by_their_records(void)
{
	static const char *const recorded[] = {"f13", NULL};

	FOR_EACH_TARGET
	{
		char text[300];
		struct regs r;

		set_up(size, order);
		arch.link = LR;
		arch.ran_on = recorded;
		arch.frame_records = true;
		/* f2 saved its registers at word 8 and called f13, whose last call left its record at 1. */
		snprintf(text, sizeof text, "10000: 0 %x 5d30 0 0 0 77 5230 0 0 0 5620",
			 (unsigned)at(TASK, 6));
		memory(text);
		r = start_at(CODE + 0x210, at(TASK, 8), 0x99);
		r.ran_on = true;
		go(&r);
		expect(0, CODE + 0xd30, at(TASK, 3), false);
		expect(1, CODE + 0x230, at(TASK, 8), false);
		expect(2, f(6), at(TASK, 12), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		/* A record that leads elsewhere proves nothing. */
		snprintf(text, sizeof text, "10000: 0 %x 5d30", (unsigned)at(TASK, 5));
		memory(text);
		go(&r);
		expect(0, CODE + 0x210, at(TASK, 8), true);
		expect_end(2, UNWIND_KTHREAD, NULL);
	}
}

static void frames_made_after_registers_were_saved(void)
{
	FOR_EACH_TARGET
	{
		char text[300];
		struct regs r;

		set_up(size, order);
		/* f2 saved its registers at word 8 and called f1, whose last call left a word at 4. */
		memory("10000: 0 5120 0 0 5130 0 0 5230 0 0 0 5620");
		r = start_at(CODE + 0x210, at(TASK, 8), 0x99);
		r.ran_on = true;
		go(&r);
		expect(0, CODE + 0x130, at(TASK, 4), false);
		expect(1, CODE + 0x230, at(TASK, 7), false);
		expect(2, f(6), at(TASK, 11), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 3);
		CHECK_EQ_U64(trace.frames[1].regs.value[FP], 0x99); /* what was saved is still true */
		/* The words do not lead to the saved stack pointer: nothing is shown that is not proven. */
		memory("10000: 0 5120 0 0 5130 0 5230 0 0 0 0 5620");
		go(&r);
		expect(0, CODE + 0x210, at(TASK, 8), true);
		expect_end(2, UNWIND_KTHREAD, NULL);
		/* Registers from anywhere else are those of the moment: nothing lies below them. */
		memory("10000: 0 5120 0 0 5130 0 0 5230 0 0 0 5620");
		r.ran_on = false;
		go(&r);
		expect_end(2, UNWIND_KTHREAD, NULL);
		fake_memory_clear();
		/* Stopped by NMI in user mode: the handler's frames lead to exactly those registers. */
		snprintf(text, sizeof text, "10000: 5130 0 0 5430 aa bb 4000 3 7000");
		memory(text);
		r = start_at(0x4000, 0x7000, 0xbb);
		regs_set(&r, R0, 0xaa);
		regs_set(&r, MODE, 3);
		r.ran_on = true;
		go(&r);
		expect(0, CODE + 0x130, TASK, false);
		expect(1, CODE + 0x430, at(TASK, 3), false);
		expect_end(2, UNWIND_USER, NULL);
		REQUIRE(trace.n == 2);
		CHECK(trace.started_in_user && trace.frames[1].eframe_user);
		regs_set(&r, R0, 0xab); /* not those */
		go(&r);
		expect_end(0, UNWIND_USER, NULL);
	}
}

/* Such a frame may be found by its frame pointer only, which what it called has saved below its return
 * address. */
static void such_frames_with_frame_pointers(void)
{
	static const char *const with_fp[] = {"f3", NULL};

	FOR_EACH_TARGET
	{
		char text[300];
		struct regs r;

		set_up(size, order);
		arch.ran_on = with_fp;
		/* f2 saved its registers at word 8 and called f3, whose last call left words 2 to 4. */
		snprintf(text, sizeof text, "10000: 0 0 %x 7 5330 0 77 5230 0 0 0 5620",
			 (unsigned)at(TASK, 6));
		memory(text);
		r = start_at(CODE + 0x210, at(TASK, 8), 0x77);
		r.ran_on = true;
		go(&r);
		expect(0, CODE + 0x330, at(TASK, 4), false);
		expect(1, CODE + 0x230, at(TASK, 7), false);
		expect(2, f(6), at(TASK, 11), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		/* Another frame pointer leads elsewhere. */
		snprintf(text, sizeof text, "10000: 0 0 %x", (unsigned)at(TASK, 5));
		memory(text);
		go(&r);
		expect(0, CODE + 0x210, at(TASK, 8), true);
		expect_end(2, UNWIND_KTHREAD, NULL);
	}
}

/* FP keeps the stack pointer, and the stack's first word says the same. */
static bool sp_of_fp(struct target *target, const struct stack *stack, const struct regs *r, uint64_t *sp)
{
	uint64_t word0;

	*sp = r->value[FP];
	return stack->name && target_read_word(target, stack->start, &word0) == READ_OK && word0 == *sp;
}

static void stacks_changed_around_a_call(void)
{
	FOR_EACH_TARGET
	{
		char text[300];
		struct regs r;

		set_up(size, order);
		arch.sp_before = sp_of_fp;
		/* f1 on the IRQ stack <- f2, which called it there with word 2 as its own stack pointer <- f6
		 */
		snprintf(text, sizeof text, "20000: %x\n%x: 0 0 5220\n10000: 0 0 1 2 3 5620",
			 (unsigned)at(TASK, 2), (unsigned)(IRQ + STACK - 3 * size));
		memory(text);
		r = start_at(f(1), IRQ + STACK - 3 * size, at(TASK, 2));
		go(&r);
		expect(1, f(2), IRQ + STACK - size, false);
		expect(2, f(6), at(TASK, 5), false);
		expect_end(3, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 3);
		CHECK_STR(trace.frames[1].stack, "IRQ stack");
		CHECK_STR(trace.frames[2].stack, NULL);
		/* Not noted: the table alone leads off all stacks. */
		memory("20000: 0");
		go(&r);
		expect_end(2, UNWIND_STUCK, NULL);
		/* Noted, but on no stack. */
		memory("20000: 90000");
		r = start_at(f(1), IRQ + STACK - 3 * size, 0x90000);
		go(&r);
		expect_end(2, UNWIND_STUCK, "on no known stack");
	}
}

/* Puts another frame pointer in place of one that is 0, as an architecture does for what was not saved. */
static void fix_frame_pointer(struct target *target, uint64_t address, struct regs *r, uint64_t *values)
{
	(void)target;
	if (r->value[FP])
		return;
	regs_set(r, FP, address);
	if (values)
		values[1] = address;
}

static void entry_code_by_its_name(void)
{
	FOR_EACH_TARGET
	{
		struct entry_code entries[] = {{"f13", 0}, {"f7", 2 * (int64_t)size}, {"f2", 0}, {NULL, 0}};
		struct regs r;
		char text[200];

		set_up(size, order);
		arch.entries = entries;
		/* f0 <- f7, which keeps two words below the registers: r0 fp pc mode sp */
		snprintf(text, sizeof text, "10000: 5720 1 2 aa bb 5120 0 %x 0 0 5620",
			 (unsigned)at(TASK, 8));
		memory(text);
		r = start_at(f(0), TASK, 0);
		go(&r);
		expect(1, f(7), TASK, false);
		expect(2, f(1), at(TASK, 8), true);
		expect(3, f(6), at(TASK, 10), false);
		expect_end(4, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 4);
		CHECK_STR(trace.frames[1].how, "table");
		CHECK_EQ_U64(trace.frames[1].eframe_address, at(TASK, 3));
		CHECK_EQ_U64(trace.frames[2].regs.value[FP], 0xbb);
		/* Entered from user mode. */
		memory("10000: 5720 1 2 aa bb 4000 3 7000");
		go(&r);
		expect_end(2, UNWIND_USER, NULL);
		CHECK_EQ_U64(trace.frames[1].eframe.value[SP], 0x7000);
		/* The function before it is none: a return address behind the last call of f6 belongs to f6.
		 */
		memory("10000: 5700");
		go(&r);
		expect_end(2, UNWIND_KTHREAD, NULL);
		/* What the architecture's own table knows is not asked for by name. */
		memory("10000: 5220 1 2 3 5620");
		go(&r);
		expect_end(3, UNWIND_KTHREAD, NULL);
		CHECK(!trace.frames[1].has_eframe);
		/* Registers that are not there. */
		memory("10000: 5720 1 2 aa\n10000: excluded 1000\n10000: 5720");
		go(&r);
		expect_end(2, UNWIND_STUCK, "the interrupted registers");
	}
}

static void what_was_not_saved_is_filled_in(void)
{
	FOR_EACH_TARGET
	{
		char text[200];
		struct regs r;

		set_up(size, order);
		arch.fix_pt_regs = fix_frame_pointer;
		snprintf(text, sizeof text, "10000: 5420 aa 0 5120 0 %x 0 0 5620", (unsigned)at(TASK, 6));
		memory(text);
		r = start_at(f(0), TASK, 0);
		go(&r);
		expect_end(4, UNWIND_KTHREAD, NULL);
		REQUIRE(trace.n == 4);
		CHECK_EQ_U64(trace.frames[1].eframe_slots[1], at(TASK, 1));
		CHECK_EQ_U64(trace.frames[2].regs.value[FP], at(TASK, 1));
	}
}

/* Calls of the layout of 6.4, in a release that says an older one: distributions take newer ones. */
static void an_orc_layout_is_told_by_its_entries(void)
{
	enum { IPS = 0x40000, ENTRIES = 0x80, N = 3 };

	FOR_EACH_TARGET
	{
		struct unwind_row row = {0};
		struct fake_piece *p;

		set_up(size, order);
		p = fake_memory_put(IPS, 0x100, READ_OK);
		for (unsigned i = 0; i < N; i++) {
			put_uint(p->data + 4UL * i, 4, CODE + i * 0x100 - (IPS + 4 * i), order);
			put_uint(p->data + ENTRIES + 6UL * i, 2, 8, order);
			put_uint(p->data + ENTRIES + 6UL * i + 4, 2, 0x205, order);
		}
		t->vmcoreinfo = vmcoreinfo_parse(&arena, "SYMBOL(__start_orc_unwind_ip)=40000\n"
							 "SYMBOL(__stop_orc_unwind_ip)=4000c\n"
							 "SYMBOL(__start_orc_unwind)=40080\n");
		t->release = "5.14.0-300";
		CHECK(target_orc_row(t, f(0), &row));
		CHECK(row.kind == FRAME_CALL && row.cfa.offset == 8);
	}
}

int main(void)
{
	RUN(calls_up_to_the_first);
	RUN(frame_pointers_are_carried_along);
	RUN(frames_told_by_their_record);
	RUN(exception_frames_are_crossed);
	RUN(user_mode_ends_the_trace);
	RUN(hardware_frames_keep_the_rest);
	RUN(stacks_are_switched_once_each);
	RUN(a_stack_that_overflowed);
	RUN(loops_end);
	RUN(calls_through_bad_pointers);
	RUN(return_addresses_in_a_register);
	RUN(threads_of_the_kernel_begin_at_the_top);
	RUN(what_no_table_knows);
	RUN(a_scan_is_marked_as_one);
	RUN(a_return_address_as_start);
	RUN(frames_made_after_registers_were_saved);
	RUN(frames_made_afterwards_by_their_records);
	RUN(such_frames_with_frame_pointers);
	RUN(stacks_changed_around_a_call);
	RUN(entry_code_by_its_name);
	RUN(what_was_not_saved_is_filled_in);
	RUN(an_orc_layout_is_told_by_its_entries);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
