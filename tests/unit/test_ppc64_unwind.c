/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ppc64 without tables, in both byte orders: the back chain, interrupted functions with and without a frame,
 * exception frames of either layout, changes of stacks, sleeping and new tasks, registers out of notes.
 */
#include "../../arch/ppc64/ppc64.h"
#include <inttypes.h>

#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_ppc64;

#define FOR_EACH_ORDER for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)

/* Addresses in the linear map; memory is written at the physical ones. */
static const uint64_t base = 0xc000000000000000;
enum { CODE = 0x5000, MAIN = CODE + 0x20, LEAF = CODE + 0x108, SWITCH_TO = CODE + 0x210, IRQ = CODE + 0x320 };
enum { KTHREAD = CODE + 0x45c, ENTRY = CODE + 0x510, FORK = CODE + 0x600 };
enum { TASK = 0x10000, STACK_SIZE = 0x4000 };

static struct arena arena;
static struct target *t;
static struct trace trace;
static struct ppc64_data data;

static void memory(const char *text)
{
	fake_memory_text(text, 8, t->order);
}

static void code(const char *text)
{
	fake_memory_text(text, 4, t->order);
}

static void set_up(enum byte_order order)
{
	static const struct symbol_area areas[] = {{.start = 0xc000000000005000, .end = 0xc000000000006000}};
	const struct symbol list[] = {
		{.address = base + CODE, .size = 0x100, .name = "main_function", .type = 'T'},
		{.address = base + CODE + 0x100, .size = 0x100, .name = "leaf", .type = 'T'},
		{.address = base + CODE + 0x200, .size = 0x100, .name = "__switch_to", .type = 'T'},
		{.address = base + CODE + 0x300, .size = 0x100, .name = "do_IRQ", .type = 'T'},
		{.address = base + CODE + 0x400,
		 .size = 0x100,
		 .name = ".ret_from_kernel_thread",
		 .type = 'T'},
		{.address = base + CODE + 0x500, .size = 0x100, .name = "system_call_common", .type = 'T'},
		{.address = base + FORK, .size = 0x100, .name = "ret_from_fork", .type = 'T'},
	};

	fake_memory_clear();
	arena_free(&arena);
	data = (struct ppc64_data){0};
	t = target_new(&arena, &arch_ppc64, NULL);
	t->order = order;
	t->physical = fake_memory_read;
	t->arch_data = &data;
	space_add(&t->kernel, &(struct space_range){base, UINT64_MAX, SPACE_LINEAR, -(int64_t)base, "all"});
	t->types = types_new(&arena, 8, order);
	t->symbols = symbols_new(&arena);
	symbols_add_module(t->symbols, "code", list, sizeof list / sizeof *list, areas, 1);
	/* symbols of the kernel itself */
	t->vmcoreinfo = vmcoreinfo_parse(&arena, "SYMBOL(hardirq_ctx)=c000000000030000\n"
						 "SYMBOL(ret_from_fork)=c000000000005600\n");
	memory("30000: c000000000020000");
	/* leaf() makes no frame; main_function() stores its return address, makes one of 0x70, takes it away.
	 */
	code("5100: 7c641b78*64");
	code("5000: 7c0802a6 f8010010 f821ff91 60000000*20 38210070 e8010010 7c0803a6 4e800020");
}

static struct regs start_at(uint64_t pc, uint64_t sp, uint64_t link)
{
	struct regs r = {0};

	regs_set(&r, PPC64_NIP, pc);
	regs_set(&r, PPC64_SP, sp);
	if (link)
		regs_set(&r, PPC64_LR, link);
	return r;
}

static void go(const struct regs *start)
{
	struct stack task = {base + TASK, base + TASK + STACK_SIZE, NULL};

	unwind(t, start, &task, 0, &arena, &trace);
}

static void expect(size_t i, uint64_t pc, uint64_t sp)
{
	if (!CHECK(i < trace.n))
		return;
	CHECK_EQ_U64(trace.frames[i].pc, base + pc);
	CHECK_EQ_U64(trace.frames[i].sp, base + sp);
}

static void expect_end(size_t n, enum unwind_end end)
{
	CHECK_EQ_U64(trace.n, n);
	CHECK_EQ_U64(trace.end, end);
}

static void back_chain(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		memory("10000: c000000000010070\n10070: c000000000010100 0 c000000000005020\n"
		       "10100: 0 0 c00000000000545c");
		r = start_at(base + MAIN, base + TASK, 0);
		r.pc_is_return = true;
		go(&r);
		expect(1, MAIN, 0x10070);
		expect(2, KTHREAD, 0x10100);
		expect_end(3, UNWIND_KTHREAD);
		CHECK_STR(trace.frames[1].how, "back chain");
		/* It never goes down, and ends where it leads nowhere. */
		memory("10070: c000000000010000");
		go(&r);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
		memory("10070: 0");
		go(&r);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
	}
}

static void interrupted_functions(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		memory("10000: c000000000010100 0 dead\n10100: 0 0 c00000000000545c");
		/* A leaf: its caller is in the link register. */
		r = start_at(base + LEAF, base + TASK, base + MAIN);
		go(&r);
		expect(1, MAIN, TASK);
		expect(2, KTHREAD, 0x10100);
		/* Before the frame is made, with the return address stored and not yet. */
		r = start_at(base + CODE + 4, base + 0x10100, base + KTHREAD);
		go(&r);
		expect(1, KTHREAD, 0x10100);
		r = start_at(base + CODE + 8, base + 0x10100, 0);
		go(&r);
		expect(1, KTHREAD, 0x10100);
		/* Within it. */
		r = start_at(base + CODE + 0x20, base + TASK, 0);
		go(&r);
		expect(1, KTHREAD, 0x10100);
		/* When it is gone, and the return address back in its register. */
		r = start_at(base + CODE + 0x60, base + 0x10100, 0);
		go(&r);
		expect(1, KTHREAD, 0x10100);
		r = start_at(base + CODE + 0x68, base + 0x10100, base + KTHREAD);
		go(&r);
		expect(1, KTHREAD, 0x10100);
		expect_end(2, UNWIND_KTHREAD);
	}
}

/* struct pt_regs at @at: r1, nip, msr and trap. */
static void registers(uint64_t at, uint64_t r1, uint64_t nip, uint64_t msr, uint64_t trap)
{
	char text[300];

	snprintf(text, sizeof text,
		 "%" PRIx64 ": 0 %" PRIx64 " 0*30 %" PRIx64 " %" PRIx64 " 0 0 %" PRIx64 " 0*3 %" PRIx64
		 " 0*3",
		 at, r1, nip, msr, base + MAIN, trap);
	memory(text);
}

static void exceptions(void)
{
	static const struct {
		uint64_t marker, place;
	} layouts[] = {{0x7265677368657265, 96}, {0x53474552, 96}, {0x53474552, 32}, {0x52454753, 32}};

	FOR_EACH_ORDER
	{
		for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
			uint64_t regs = TASK + layouts[i].place + 16;
			char text[80];
			struct regs r;

			set_up(order);
			memory("10000: c000000000010400 0*60\n10400: c000000000010480\n"
			       "10480: 0 0 c00000000000545c");
			snprintf(text, sizeof text, "%" PRIx64 ": %" PRIx64, TASK + layouts[i].place,
				 layouts[i].marker);
			memory(text);
			registers(regs, base + 0x10400, base + LEAF, 0x8000000000009033, 0x501);
			r = start_at(base + ENTRY, base + TASK, 0);
			r.pc_is_return = true;
			go(&r);
			REQUIRE(trace.n == 4);
			CHECK(trace.frames[0].has_eframe && !trace.frames[0].eframe_user);
			CHECK_EQ_U64(trace.frames[0].eframe_address, base + regs);
			CHECK_STR(arch_ppc64.eframe_title(trace.frames[0].eframe_slots),
				  "Hardware Interrupt");
			expect(1, LEAF, 0x10400);
			expect(2, MAIN, 0x10400); /* a leaf was interrupted */
			expect(3, KTHREAD, 0x10480);
			expect_end(4, UNWIND_KTHREAD);
			/* The same from user mode. */
			registers(regs, 0x7fffcaf5cea0, 0x100c4180, 0x800000000000f033, 0x3000);
			go(&r);
			expect_end(1, UNWIND_USER);
			CHECK(trace.frames[0].eframe_user);
			/* A frame too small for registers has none, whatever was left there. */
			memory("10000: c000000000010100\n10100: 0 0 c00000000000545c");
			go(&r);
			CHECK(!trace.frames[0].has_eframe);
			expect(1, KTHREAD, 0x10100);
		}
	}
}

static void vectors(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		/* Stopped at the first instruction of one: from user mode nothing is saved yet. */
		r = start_at(base + ENTRY, 0x7fffd3c41cc0, 0x10000c24);
		regs_set(&r, PPC64_MSR, 0x8000000000001033);
		go(&r);
		expect_end(1, UNWIND_USER);
		/* And that in an exception frame of what stopped it. */
		memory("10000: c000000000010400 0*60\n10060: 53474552");
		registers(TASK + 112, 0x7fffd3c41cc0, base + ENTRY, 0x8000000000001033, 0x100);
		r = start_at(base + CODE + 0x520, base + TASK, 0);
		r.pc_is_return = true;
		go(&r);
		CHECK(trace.frames[0].has_eframe);
		expect(1, ENTRY, 0x7fffd3c41cc0 - base);
		expect_end(2, UNWIND_USER);
		/* From the kernel: what was interrupted is lost, but not its caller. */
		memory("10000: c000000000010100 0*31\n10100: 0 0 c00000000000545c");
		code("5500: 7db243a6*64");
		r = start_at(base + CODE + 0x500, base + TASK, base + MAIN);
		go(&r);
		expect(1, MAIN, TASK);
		expect(2, KTHREAD, 0x10100);
		expect_end(3, UNWIND_KTHREAD);
	}
}

static void another_stack(void)
{
	FOR_EACH_ORDER
	{
		struct unwind_row row = {.kind = FRAME_CALL,
					 .cfa = {.kind = RULE_REG_PLUS, .reg = PPC64_SP, .offset = 0x50}};
		struct regs r;

		set_up(order);
		memory("23f00: c000000000023f90\n23f90: c000000000010000 0 c000000000005320\n"
		       "10000: c000000000010050\n10050: 0 0 c00000000000545c");
		/* do_IRQ() called on the interrupt stack: its own frame is on the task's. */
		r = start_at(base + MAIN, base + 0x23f00, 0);
		r.pc_is_return = true;
		go(&r);
		expect(1, IRQ, 0x23f90);
		CHECK_STR(trace.frames[0].stack, "hard IRQ stack");
		/* A table knows the frame's size, and not that the stack was changed. */
		r = start_at(base + IRQ, base + 0x23f90, 0);
		r.pc_is_return = true;
		ppc64_mend_row(t, &r, &row);
		CHECK(row.cfa_deref);
		CHECK_EQ_U64(row.cfa.offset, 0);
		CHECK_EQ_U64(row.cfa_add, 0x50);
		/* The same where the function has no frame of its own. */
		row = (struct unwind_row){.kind = FRAME_CALL,
					  .cfa = {.kind = RULE_REG_PLUS, .reg = PPC64_SP}};
		ppc64_mend_row(t, &r, &row);
		CHECK(row.cfa_deref);
		CHECK_EQ_U64(row.cfa_add, 0);
		/* Where it was not, nothing changes. */
		row = (struct unwind_row){.kind = FRAME_CALL,
					  .cfa = {.kind = RULE_REG_PLUS, .reg = PPC64_SP, .offset = 0x50}};
		regs_set(&r, PPC64_SP, base + TASK);
		ppc64_mend_row(t, &r, &row);
		CHECK(!row.cfa_deref);
		CHECK_EQ_U64(row.cfa.offset, 0x50);
	}
}

static void sleeping_tasks(void)
{
	static const unsigned places[] = {112, 48};

	FOR_EACH_ORDER
	{
		for (size_t i = 0; i < 2; i++) {
			char text[200];
			struct regs r = {0};

			set_up(order);
			data.ksp = 8;
			/* task, switch frame, its caller's, and that of who called __switch_to() */
			memory("1000: 0 c000000000010000\n10000: c000000000010200 0*62\n"
			       "10200: c000000000010260 0 c000000000005210\n"
			       "10260: c000000000010300 0 c000000000005020\n10300: 0 0 c00000000000545c");
			snprintf(text, sizeof text, "%x: 0*14 e e+1*17 %" PRIx64, TASK + places[i],
				 base + SWITCH_TO);
			memory(text);
			REQUIRE(ppc64_switched_out(t, base + 0x1000, &r));
			CHECK_EQ_U64(r.value[PPC64_NIP], base + MAIN);
			CHECK_EQ_U64(r.value[PPC64_SP], base + 0x10260);
			go(&r);
			expect(1, KTHREAD, 0x10300);
			expect_end(2, UNWIND_KTHREAD);
			/* Never ran: the frame is made up, and has no back chain. */
			snprintf(text, sizeof text, "10000: 123\n%x: 0*32 %" PRIx64, TASK + places[i],
				 base + CODE + 0x600);
			memory(text);
			r = (struct regs){0};
			REQUIRE(ppc64_switched_out(t, base + 0x1000, &r));
			CHECK_EQ_U64(r.value[PPC64_NIP], base + FORK);
			CHECK(!r.pc_is_return);
			CHECK_EQ_U64(r.value[PPC64_SP], base + TASK + places[i] + PT_REGS_SIZE);
			memory("1000: 0 12345678");
			CHECK(!ppc64_switched_out(t, base + 0x1000, &r));
		}
	}
}

static void registers_in_notes(void)
{
	FOR_EACH_ORDER
	{
		struct regs r;

		set_up(order);
		/* Before b684c09f09e7: nip of the caller, r1 of its caller, whose address is in link. */
		memory("10070: c000000000010100 0 c00000000000545c\n10100: 0 0 1234");
		r = start_at(base + MAIN, base + 0x10070, base + KTHREAD);
		regs_set(&r, PPC64_MSR, 0x8000000000001033);
		ppc64_mend_regs(t, &r, true);
		CHECK_EQ_U64(r.value[PPC64_NIP], base + KTHREAD);
		CHECK(r.pc_is_return);
		/* Since: all of the caller. */
		r = start_at(base + MAIN, base + 0x10070, 0xc000000000001234);
		memory("10100: 0 0 c000000000001234");
		ppc64_mend_regs(t, &r, true);
		CHECK_EQ_U64(r.value[PPC64_NIP], base + MAIN);
		CHECK_EQ_U64(r.value[PPC64_SP], base + 0x10070);
		/* In firmware, without translation: back by the link register. */
		r = start_at(0x1fff0010, base + TASK, MAIN);
		regs_set(&r, PPC64_MSR, 0x1002);
		ppc64_mend_regs(t, &r, false);
		CHECK_EQ_U64(r.value[PPC64_NIP], base + MAIN);
		CHECK_EQ_U64(r.value[PPC64_SP], base + TASK);
		CHECK(r.pc_is_return);
		/* In the kernel's own code without translation. */
		r = start_at(LEAF, TASK, MAIN);
		regs_set(&r, PPC64_MSR, 0x1002);
		ppc64_mend_regs(t, &r, false);
		CHECK_EQ_U64(r.value[PPC64_NIP], base + LEAF);
		CHECK_EQ_U64(r.value[PPC64_LR], base + MAIN);
		CHECK_EQ_U64(r.value[PPC64_SP], base + TASK);
		CHECK(!r.pc_is_return);
		/* In user mode nothing is to be mended. */
		r = start_at(0x10000000, 0x7fff0000, 0x10000100);
		regs_set(&r, PPC64_MSR, 0x800000000000f033);
		ppc64_mend_regs(t, &r, false);
		CHECK_EQ_U64(r.value[PPC64_NIP], 0x10000000);
		CHECK(ppc64_user_mode(t, &r));
	}
}

static void calls(void)
{
	FOR_EACH_ORDER
	{
		set_up(order);
		/* bl 5108 (leaf's local entry), bl out of reach, bctrl, b, mr */
		code("5040: 480000c9 4bffffc1 4e800421 48000010 7c641b78");
		CHECK(ppc64_is_call(t, base + 0x5044, base + CODE + 0x100));
		CHECK(!ppc64_is_call(t, base + 0x5044, base + CODE));
		CHECK(ppc64_is_call(t, base + 0x5048, base + CODE));
		CHECK(ppc64_is_call(t, base + 0x504c, base + CODE));
		CHECK(!ppc64_is_call(t, base + 0x5050, 0));
		CHECK(!ppc64_is_call(t, base + 0x5054, 0));
		CHECK(!ppc64_is_call(t, base + 0x5046, 0));
	}
}

static void exception_frames_by_their_looks(void)
{
	static const struct stack task = {0xc000000000010000, 0xc000000000014000, NULL};
	uint64_t slots[64] = {0};
	bool user;

	set_up(ORDER_BIG);
	slots[1] = 0x7fffcaf5cea0;
	slots[32] = 0x100c4180;
	slots[33] = 0x800000000000f032;
	slots[40] = 0xc01;
	CHECK(ppc64_is_eframe(t, &task, slots, &user) && user);
	slots[33] = 0x800000000000f033; /* of the other byte order */
	CHECK(!ppc64_is_eframe(t, &task, slots, &user));
	slots[33] = 0xc00000001ffaf032; /* an address */
	CHECK(!ppc64_is_eframe(t, &task, slots, &user));
	slots[33] = 0x800000000000f032;
	slots[40] = 0x123; /* no vector */
	CHECK(!ppc64_is_eframe(t, &task, slots, &user));
	slots[40] = 0x300;
	slots[33] = 0x8000000000009032;
	CHECK(!ppc64_is_eframe(t, &task, slots, &user)); /* of the kernel, and nip is not */
	slots[32] = base + MAIN;
	CHECK(!ppc64_is_eframe(t, &task, slots, &user));
	slots[1] = base + 0x10100;
	CHECK(ppc64_is_eframe(t, &task, slots, &user) && !user);
	CHECK_STR(ppc64_eframe_title(slots), "Data Access");
}

int main(void)
{
	RUN(back_chain);
	RUN(interrupted_functions);
	RUN(exceptions);
	RUN(vectors);
	RUN(another_stack);
	RUN(sleeping_tasks);
	RUN(registers_in_notes);
	RUN(calls);
	RUN(exception_frames_by_their_looks);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
