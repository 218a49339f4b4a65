/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm64 without debug information: prologues read from machine code, frame records, entry code, and
 * registers. The code is little-endian in both byte orders; the stacks are not.
 */
#include "../../arch/arm64/arm64.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_arm64;

/* What lies at physical P is at UP + P. */
#define UP 0xffff800000000000ULL
enum { STACK = 0x100000, SIZE = 0x4000, IRQ = 0x200000, CODE = 0x10000 };
enum { PUSHES = CODE, SUBTRACTS = CODE + 0x100, EARLY = CODE + 0x200, LEAF = CODE + 0x300 };
enum { FROM_USER = CODE + 0x400, FROM_KERNEL = CODE + 0x500, FORK = CODE + 0x600, VECTORS = CODE + 0x700 };
enum { NO_CODE = CODE + 0x900 };

static struct arena arena;
static struct target *t;
static struct trace trace;
static struct arm64_data data;

/* Made with an assembler. */
static const char code[] =
	/* stp x29, x30, [sp, #-32]!; mov x29, sp; str x19, [sp, #16]; cbz x0, 1f; bl; ldp x29, x30, [sp],
	 * #32; ret; 1: nop; bl; nop */
	"10000: a9be7bfd 910003fd f9000bf3 b4000080 97fffffc a8c27bfd d65f03c0 d503201f 97fffff8 d503201f\n"
	/* sub sp, sp, #0x60; stp x29, x30, [sp, #64]; add x29, sp, #0x40; stp x19, x20, [sp, #80]; bl;
	 * ldp x29, x30, [sp, #64]; add sp, sp, #0x60; ret */
	"10100: d10183ff a9047bfd 910103fd a90553f3 97fffff2 a9447bfd 910183ff d65f03c0\n"
	/* cbz x0, 2f; ret; 2: paciasp; stp x20, x21, [sp, #-16]!; str x19, [sp, #-16]!;
	 * stp x29, x30, [sp, #-16]!; mov x29, sp; bl */
	"10200: b4000040 d65f03c0 d503233f a9bf57f4 f81f0ff3 a9bf7bfd 910003fd 97ffffe7\n"
	"10300: d503201f*512";

static void set_up(enum byte_order order)
{
	static const struct symbol_area areas[] = {{.start = UP + CODE, .end = UP + CODE + 0x1000}};
	static const char *const names[] = {"pushes",       "subtracts",   "early",         "leaf",
					    "el0t_64_sync", "el1h_64_irq", "ret_from_fork", "vectors"};
	struct symbol list[8];

	fake_memory_clear();
	arena_free(&arena);
	data = (struct arm64_data){.va = {12, 48, 48}};
	t = target_new(&arena, &arch_arm64, NULL);
	t->order = order;
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->vmcoreinfo = vmcoreinfo_parse(&arena, "SYMBOL(__entry_text_start)=ffff800000010400\n"
						 "SYMBOL(__entry_text_end)=ffff800000010900\n");
	space_add(&t->kernel, &(struct space_range){UP, UINT64_MAX, SPACE_LINEAR, (int64_t)(0 - UP), "all"});
	t->types = types_new(&arena, 8, order);
	t->symbols = symbols_new(&arena);
	for (unsigned i = 0; i < 8; i++)
		list[i] = (struct symbol){
			.address = UP + CODE + i * 0x100U, .size = 0x100, .name = names[i], .type = 'T'};
	list[7].size = 0x200;
	symbols_add_module(t->symbols, "code", list, 8, areas, 1);
	fake_memory_text(code, 4, ORDER_LITTLE);
}

#define FOR_EACH_ORDER for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static void memory(const char *text)
{
	fake_memory_text(text, 8, t->order);
}

static struct regs start_at(uint64_t pc, uint64_t sp, uint64_t fp, uint64_t lr)
{
	struct regs r = {0};

	regs_set(&r, ARM64_PC, UP + pc);
	regs_set(&r, ARM64_SP, UP + sp);
	regs_set(&r, ARM64_FP, UP + fp);
	regs_set(&r, ARM64_LR, lr ? UP + lr : 0);
	return r;
}

static void go(const struct regs *start)
{
	struct stack task = {UP + STACK, UP + STACK + SIZE, NULL};

	unwind(t, start, &task, 0, &arena, &trace);
}

static void expect(size_t i, uint64_t pc, uint64_t sp)
{
	if (!CHECK(i < trace.n))
		return;
	CHECK_EQ_U64(trace.frames[i].pc, UP + pc);
	CHECK_EQ_U64(trace.frames[i].regs.value[ARM64_SP], UP + sp);
}

static void at(uint64_t start, uint64_t pc, bool saved, bool fp_is_set, int64_t record, int64_t sp_below)
{
	struct arm64_prologue p;

	REQUIRE(arm64_prologue(t, UP + start, UP + pc, false, &p));
	CHECK_EQ_U64(p.saved, saved);
	CHECK_EQ_U64(p.fp_is_set, fp_is_set);
	CHECK_EQ_I64(p.sp_below, sp_below);
	if (saved)
		CHECK_EQ_I64(p.record, record);
}

static void prologues_are_followed(void)
{
	struct arm64_prologue p;

	FOR_EACH_ORDER
	{
		set_up(order);
		at(PUSHES, PUSHES, false, false, 0, 0);
		at(PUSHES, PUSHES + 4, true, false, -32, 32);
		at(PUSHES, PUSHES + 8, true, true, -32, 32);
		at(PUSHES, PUSHES + 24, false, false, 0, 0);
		at(PUSHES, PUSHES + 28, true, true, -32, 32); /* behind the return: of the body again */
		at(SUBTRACTS, SUBTRACTS + 4, false, false, 0, 96);
		at(SUBTRACTS, SUBTRACTS + 8, true, false, -32, 96);
		at(SUBTRACTS, SUBTRACTS + 16, true, true, -32, 96);
		at(SUBTRACTS, SUBTRACTS + 24, false, false, 0, 96);
		at(SUBTRACTS, SUBTRACTS + 28, false, false, 0, 0);
		at(EARLY, EARLY + 8, false, false, 0, 0); /* an early return in front of the prologue */
		at(EARLY, EARLY + 20, false, false, 0, 32);
		at(EARLY, EARLY + 28, true, true, -48, 48);
		CHECK(!arm64_prologue(t, UP + LEAF, UP + LEAF + 16, true, &p)); /* never saved x30: no call */
		CHECK(!arm64_prologue(t, UP + NO_CODE + 0x100000, UP + NO_CODE + 0x100010, false, &p));
	}
}

/* leaf <- pushes <- subtracts <- el0t_64_sync, from user space; one return address is signed. */
static void up_to_user_space(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		memory("100100: ffff800000100160 1eb3800000010114 19 0\n"    /* the record of pushes */
		       "100120: 0*8 ffff800000103ff0 ffff800000010420 0 0\n" /* of subtracts */
		       "103ff0: 0 0 1 0\n");
		memory("103ec8: 100 101*28 129 130 7fff0000 400000 80001000 5a 77777777000000de\n");
		r = start_at(LEAF + 8, STACK + 0x100, STACK + 0x100, PUSHES + 0x14);
		go(&r);
		expect(0, LEAF + 8, STACK + 0x100);
		expect(1, PUSHES + 0x14, STACK + 0x100);
		expect(2, SUBTRACTS + 0x14, STACK + 0x120);
		expect(3, FROM_USER + 0x20, STACK + 0x180);
		CHECK_EQ_U64(trace.n, 4);
		CHECK_EQ_U64(trace.end, UNWIND_USER);
		REQUIRE(trace.n == 4);
		CHECK_STR(trace.frames[2].how, "prologue");
		/* By x29: 296 bytes below its record, struct pt_regs of 6.13. */
		CHECK_EQ_U64(trace.frames[3].eframe_address, UP + 0x103ec8);
		CHECK_EQ_U64(trace.frames[3].eframe_slots[32], 0x400000);
		CHECK_EQ_U64(trace.frames[3].eframe_slots[34], 0x5a);
		CHECK_EQ_U64(trace.frames[3].eframe_slots[35], 0xde); /* the lower half of its word */
		CHECK(trace.frames[3].eframe_user);
	}
}

/* A thread that never ran, of each kind, and one that sleeps. */
static void threads_begin_at_ret_from_fork(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		memory("103eb0: 0*32 400000 0 5a 0\n");
		r = start_at(FORK, STACK + 0x3eb0, STACK + 0x3fd8, 0);
		regs_set(&r, ARM64_X19, 0);
		go(&r);
		CHECK_EQ_U64(trace.end, UNWIND_USER);
		CHECK_EQ_U64(trace.n, 1);
		memory("103eb0: 0*32 0 5 0 0\n");
		regs_set(&r, ARM64_X19, UP + LEAF);
		go(&r);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
		memory("100100: ffff800000103fd8 ffff800000010610 0 0\n");
		r = start_at(PUSHES + 0x14, STACK + 0x100, STACK + 0x100, 0);
		r.pc_is_return = true;
		go(&r);
		expect(1, FORK + 0x10, STACK + 0x120);
		CHECK_EQ_U64(trace.n, 2);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	}
}

/* A function without code to read: its record leads on, and the next function's x29 tells its frame. */
static void records_alone(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		memory("100100: ffff800000100140 ffff800000010014 0*6\n"
		       "100140: ffff800000103ff0 ffff800000010420 0 0\n"
		       "103ff0: 0 0 1 0\n"
		       "103ec8: 0*31 7fff0000 400000 0 0 0\n");
		r = start_at(NO_CODE, STACK + 0xf0, STACK + 0x100, 0);
		r.pc_is_return = true;
		go(&r);
		expect(1, PUSHES + 0x14, STACK + 0x110);
		expect(2, FROM_USER + 0x20, STACK + 0x160);
		CHECK_EQ_U64(trace.end, UNWIND_USER);
		REQUIRE(trace.n == 3);
		CHECK_STR(trace.frames[1].how, "frame record");
		CHECK(trace.frames[1].regs.sp_is_bound);
		CHECK(!trace.frames[2].regs.sp_is_bound);
		/* A damaged chain is no chain. */
		memory("100100: ffff800000100140 1234 0*6\n");
		go(&r);
		CHECK_EQ_U64(trace.n, 1);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
	}
}

/* An exception that is being taken hides where it came from; x30 is believed only where x29 agrees. */
static void vectors(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		memory("100100: ffff800000100140 ffff800000010114 0*6\n"
		       "100140: ffff800000103ff0 ffff800000010420 0 0\n");
		r = start_at(VECTORS + 0x80, STACK + 0x100, STACK + 0x100, PUSHES + 0x14);
		go(&r);
		expect(1, PUSHES + 0x14, STACK + 0x100);
		/* The interrupted function had made room for something: x30 may be of any call before. */
		r = start_at(VECTORS + 0x80, STACK + 0xf0, STACK + 0x100, PUSHES + 0x14);
		go(&r);
		expect(1, SUBTRACTS + 0x14, STACK + 0x110);
		/* It had made its own frame and called nobody: x30 is in the record, whose caller has one
		 * too. */
		memory("100100: ffff800000100120 ffff800000010014 0 0 ffff800000100140 ffff800000010114 0 0\n"
		       "100140: ffff800000103ff0 ffff800000010420 0 0\n");
		r = start_at(VECTORS + 0x80, STACK + 0x100, STACK + 0x100, PUSHES + 0x14);
		go(&r);
		expect(1, PUSHES + 0x14, STACK + 0x110);
		expect(2, SUBTRACTS + 0x14, STACK + 0x140);
	}
}

/* An interrupt of the kernel: its registers, and what it had been doing. */
static void interrupts(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		memory("100100: ffff800000100268 ffff800000010520 0 0\n"
		       /* the registers at 100140: x29, lr, sp, pc, pstate, ..., and the record */
		       "100140: 0*29 ffff800000100290 ffff800000010014 ffff800000100290 ffff800000010308 5 0 "
		       "0\n"
		       "100268: 0 0 2 0 0\n"
		       "100290: ffff800000103ff0 ffff800000010420 0 0\n"
		       "103ff0: 0 0 1 0\n"
		       "103ec8: 0*31 7fff0000 400000 0 0 0\n");
		r = start_at(PUSHES + 0x14, STACK + 0x100, STACK + 0x100, 0);
		r.pc_is_return = true;
		go(&r);
		expect(1, FROM_KERNEL + 0x20, STACK + 0x120);
		expect(2, LEAF + 8, STACK + 0x290);
		expect(3, PUSHES + 0x14, STACK + 0x290);
		expect(4, FROM_USER + 0x20, STACK + 0x2b0);
		REQUIRE(trace.n == 5);
		CHECK_EQ_U64(trace.end, UNWIND_USER);
		CHECK(trace.frames[1].has_eframe && !trace.frames[1].eframe_user);
		CHECK_EQ_U64(trace.frames[1].eframe_address, UP + 0x100140);
	}
}

static void exception_frames_by_their_looks(void)
{
	static const struct stack task = {UP + STACK, UP + STACK + SIZE, NULL};
	uint64_t slots[64] = {0};
	bool user;

	set_up(ORDER_LITTLE);
	slots[31] = 0x7ffff000;
	slots[32] = 0x400000;
	slots[33] = 0x60001000;
	CHECK(arch_arm64.is_eframe(t, &task, slots, &user) && user);
	slots[32] = 0x400002; /* only 32-bit code is at half words */
	CHECK(!arch_arm64.is_eframe(t, &task, slots, &user));
	slots[33] = 0x60000030; /* Thumb, of a 32-bit process */
	CHECK(arch_arm64.is_eframe(t, &task, slots, &user) && user);
	CHECK_STR(arch_arm64.eframe_title(slots), "AArch32");
	slots[33] = 0x600000c0; /* no interrupts: never in user mode */
	slots[32] = 0x400000;
	CHECK(!arch_arm64.is_eframe(t, &task, slots, &user));
	slots[33] = 0x60001000;
	CHECK(arch_arm64.is_eframe(t, &task, slots, &user) && !arch_arm64.eframe_title(slots));
	slots[30] = UP + LEAF;
	CHECK(!arch_arm64.is_eframe(t, &task, slots, &user));
	slots[33] = 0x60400005;
	CHECK(!arch_arm64.is_eframe(t, &task, slots, &user));
	slots[31] = UP + STACK + 0x100;
	slots[32] = UP + LEAF;
	CHECK(arch_arm64.is_eframe(t, &task, slots, &user) && !user);
	slots[31] = UP + IRQ;
	CHECK(!arch_arm64.is_eframe(t, &task, slots, &user)); /* the stack pointer of another stack */
	slots[31] = UP + STACK + 0x108;
	CHECK(!arch_arm64.is_eframe(t, &task, slots, &user)); /* always at 16 bytes */
}

int main(void)
{
	RUN(prologues_are_followed);
	RUN(up_to_user_space);
	RUN(threads_begin_at_ret_from_fork);
	RUN(records_alone);
	RUN(vectors);
	RUN(interrupts);
	RUN(exception_frames_by_their_looks);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
