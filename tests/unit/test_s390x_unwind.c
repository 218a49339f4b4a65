/* SPDX-License-Identifier: GPL-2.0-or-later */
/* s390x without tables: back chains, entry code, calls on another stack, register layouts. */
#include "../../arch/s390x/s390x.h"
#include "check.h"
#include "fake_memory.h"

extern const struct arch arch_s390x;

enum { TASK = 0x10000, IRQ = 0x20000, SIZE = 0x4000, CODE = 0x5000, MAIN = CODE + 0x20, LEAF = CODE + 0x120 };
enum { ENTRY = CODE + 0x220, FORK = CODE + 0x320, PT_REGS = 200 };

static struct arena arena;
static struct target *t;
static struct trace trace;
static struct s390x_data data;

/* struct pt_regs with 200 bytes, as the sizes of stacks and registers are asked of the types. */
static bool no_members(struct type_source *s, const struct type *type, const struct type_member **list,
		       size_t *n)
{
	(void)s;
	(void)type;
	*list = NULL;
	*n = 0;
	return true;
}

static const struct type *find(struct type_source *s, enum type_kind kind, const char *name)
{
	static struct type pt_regs = {.kind = TYPE_STRUCT, .name = "pt_regs", .size = PT_REGS};
	static struct type thread = {.kind = TYPE_UNION, .name = "thread_union", .size = SIZE};

	pt_regs.source = thread.source = s;
	if (kind == TYPE_STRUCT && strcmp(name, "pt_regs") == 0)
		return &pt_regs;
	return kind == TYPE_UNION && strcmp(name, "thread_union") == 0 ? &thread : NULL;
}

static const struct type_source_ops ops = {.name = "test", .find = find, .members = no_members};
static struct type_source source = {&ops, "test", NULL};

static size_t stacks(struct target *target, unsigned cpu, struct stack *list, size_t max)
{
	(void)target;
	(void)cpu;
	if (max < 1)
		return 0;
	list[0] = (struct stack){IRQ, IRQ + SIZE, "IRQ stack"};
	return 1;
}

static void set_up(void)
{
	static const struct symbol_area areas[] = {{.start = CODE, .end = CODE + 0x1000}};
	static struct arch arch;
	const struct symbol list[] = {
		{.address = CODE, .size = 0x100, .name = "main_function", .type = 'T'},
		{.address = CODE + 0x100, .size = 0x100, .name = "leaf", .type = 'T'},
		{.address = CODE + 0x200, .size = 0x100, .name = "io_int_handler", .type = 'T'},
		{.address = CODE + 0x300, .size = 0x100, .name = "ret_from_fork", .type = 'T'},
		{.address = CODE + 0x400, .size = 0x100, .name = "startup_continue", .type = 'T'},
	};

	fake_memory_clear();
	arena_free(&arena);
	data = (struct s390x_data){.form = &s390x_forms[1]};
	arch = arch_s390x;
	arch.stacks = stacks;
	t = target_new(&arena, &arch, NULL);
	t->physical = fake_memory_read;
	t->arch_data = &data;
	space_add(&t->kernel, &(struct space_range){0, 0xffffff, SPACE_LINEAR, 0, "all"});
	t->types = types_new(&arena, 8, ORDER_BIG);
	types_add(t->types, &source);
	t->symbols = symbols_new(&arena);
	symbols_add_module(t->symbols, "code", list, sizeof list / sizeof *list, areas, 1);
}

/* A stack frame: r14 as its caller saved it at 136, the back chain at 152. */
static void frame(uint64_t at, uint64_t r14, uint64_t back)
{
	char text[100];

	snprintf(text, sizeof text, "%" PRIx64 ": 0*17 %" PRIx64 " 0 %" PRIx64, at, r14, back);
	fake_memory_text(text, 8, ORDER_BIG);
}

/* struct pt_regs: psw at 8, gprs at 24; only r14 and r15 of these. */
static void registers(uint64_t at, uint64_t mask, uint64_t pc, uint64_t r14, uint64_t r15)
{
	char text[200];

	snprintf(text, sizeof text, "%" PRIx64 ": 0 %" PRIx64 " %" PRIx64 " 0*14 %" PRIx64 " %" PRIx64 " 0",
		 at, mask, pc, r14, r15);
	fake_memory_text(text, 8, ORDER_BIG);
}

#define KERNEL_MASK 0x0704c00180000000ULL
#define USER_MASK   0x0705200180000000ULL

static struct regs start_at(uint64_t pc, uint64_t sp, uint64_t r14)
{
	struct regs r = {0};

	regs_set(&r, S390_PSW_MASK, KERNEL_MASK);
	regs_set(&r, S390_PSW_ADDR, pc);
	regs_set(&r, S390_R15, sp);
	regs_set(&r, S390_R14, r14);
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

static void back_chains(void)
{
	struct regs r;

	set_up();
	frame(0x10100, 0, 0x10200);
	frame(0x10200, MAIN, 0x10300);
	frame(0x10300, CODE + 0x420, 0);
	r = start_at(LEAF, 0x10100, LEAF + 4); /* it has called something: r14 leads into it */
	go(&r);
	expect(0, LEAF, 0x10100);
	expect(1, MAIN, 0x10200);
	expect(2, CODE + 0x420, 0x10300);
	CHECK_EQ_U64(trace.n, 3);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	CHECK_STR(trace.frames[1].how, "back chain");
	/* No frame of its own: r14 is where it returns to, the frame at r15 its caller's. */
	frame(0x10100, 0, 0x10300);
	r = start_at(LEAF, 0x10100, MAIN);
	go(&r);
	expect(1, MAIN, 0x10100);
	expect(2, CODE + 0x420, 0x10300);
	CHECK_EQ_U64(trace.n, 3);
	/* A frame, but no call yet: its caller's frame has r14. */
	frame(0x10100, 0, 0x10200);
	frame(0x10200, MAIN, 0x10300);
	go(&r);
	expect(1, MAIN, 0x10200);
	CHECK_EQ_U64(trace.n, 3);
	/* A back chain that leads down ends the trace. */
	frame(0x10100, 0, 0x10080);
	frame(0x10080, MAIN, 0x10300);
	r = start_at(LEAF, 0x10100, LEAF + 4);
	go(&r);
	CHECK_EQ_U64(trace.n, 1);
	CHECK_EQ_U64(trace.end, UNWIND_STUCK);
}

static void interrupts(void)
{
	struct regs r;

	set_up();
	/* leaf() called by the entry code, which has a frame of its own without a back chain. */
	frame(0x10080, 0, 0x10180);
	frame(0x10180, ENTRY, 0);
	registers(0x10180 + 160, KERNEL_MASK, MAIN, 0, 0x10400);
	frame(0x10400, 0, 0x10500);
	frame(0x10500, CODE + 0x420, 0);
	r = start_at(LEAF, 0x10080, LEAF + 4);
	go(&r);
	expect(1, ENTRY, 0x10180);
	REQUIRE(trace.n == 4);
	CHECK(trace.frames[1].has_eframe && !trace.frames[1].eframe_user);
	CHECK_EQ_U64(trace.frames[1].eframe_address, 0x10180 + 160);
	expect(2, MAIN, 0x10400);
	expect(3, CODE + 0x420, 0x10500);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	registers(0x10180 + 160, USER_MASK, MAIN, 0, 0x10400);
	go(&r);
	CHECK_EQ_U64(trace.n, 2);
	CHECK_EQ_U64(trace.end, UNWIND_USER);
	CHECK(trace.frames[1].eframe_user);
}

static void threads(void)
{
	struct regs r;
	uint64_t regs = TASK + SIZE - PT_REGS, top = regs - 160;

	set_up();
	frame(top - 0x100, 0, top);
	frame(top, FORK, 0);
	registers(regs, KERNEL_MASK, MAIN, 0, 0);
	r = start_at(LEAF, top - 0x100, LEAF + 4);
	go(&r);
	expect(1, FORK, top);
	CHECK_EQ_U64(trace.n, 2);
	CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
	CHECK(!trace.frames[1].has_eframe);
	struct stack task = {TASK, TASK + SIZE, NULL};
	CHECK_EQ_U64(s390x_user_regs(t, &task), regs);
}

static void calls_on_another_stack(void)
{
	struct unwind_row row = {.kind = FRAME_CALL};
	struct regs r;
	uint64_t top = IRQ + SIZE - PT_REGS - 160;

	set_up();
	/* leaf() on the IRQ stack was called by main_function(), whose frame begins at 10200. */
	frame(top - 0x100, 0, top);
	frame(top, MAIN, 0x10200);
	frame(0x10200, CODE + 0x420, 0);
	r = start_at(LEAF, top - 0x100, LEAF + 4);
	go(&r);
	expect(0, LEAF, top - 0x100);
	expect(1, MAIN, top);
	expect(2, CODE + 0x420, 0x10200);
	CHECK_EQ_U64(trace.n, 3);
	CHECK_STR(trace.frames[1].stack, "IRQ stack");
	CHECK(!trace.frames[2].stack);
	/* What CFI says there is set right: the CFA is that of the back chain. */
	CHECK(s390x_is_initial_sp(t, top) && !s390x_is_initial_sp(t, top - 0x100));
	r = start_at(MAIN, top, 0);
	r.pc_is_return = true;
	s390x_mend_row(t, &r, &row);
	CHECK(row.cfa_deref && row.cfa.reg == S390_R15);
	CHECK_EQ_U64(row.cfa.offset, 152);
	CHECK_EQ_U64(row.cfa_add, 160);
	CHECK_EQ_U64(row.kind, FRAME_CALL);
	/* Where the old stack was left for good there is none. */
	frame(top, MAIN, 0);
	s390x_mend_row(t, &r, &row);
	CHECK_EQ_U64(row.kind, FRAME_END);
	row = (struct unwind_row){.kind = FRAME_CALL};
	r = start_at(MAIN, top - 0x100, 0);
	r.pc_is_return = true;
	s390x_mend_row(t, &r, &row);
	CHECK(!row.cfa_deref && row.kind == FRAME_CALL);
}

static void layouts(void)
{
	struct stack stack = {TASK, TASK + SIZE, NULL};
	uint64_t slots[EFRAME_MAX_SLOTS] = {0};
	uint8_t bytes[216];
	struct regs r = {0};
	bool user;

	set_up();
	for (unsigned i = 0; i < sizeof bytes / 8; i++)
		put_uint(bytes + (size_t)i * 8, 8, 0x100 + i, ORDER_BIG);
	regs_from_layout(&s390x_pt_regs, bytes, ORDER_BIG, &r, NULL);
	CHECK_EQ_U64(r.value[S390_PSW_MASK], 0x101);
	CHECK_EQ_U64(r.value[S390_PSW_ADDR], 0x102);
	for (unsigned n = 0; n < 16; n++)
		CHECK_EQ_U64(r.value[n], 0x103 + n);
	r = (struct regs){0};
	regs_from_layout(&s390x_prstatus, bytes, ORDER_BIG, &r, NULL);
	CHECK_EQ_U64(r.value[S390_PSW_MASK], 0x100);
	CHECK_EQ_U64(r.value[S390_PSW_ADDR], 0x101);
	for (unsigned n = 0; n < 16; n++)
		CHECK_EQ_U64(r.value[n], 0x102 + n);
	CHECK_EQ_U64(r.value[S390_A0 + 1], 0x112);
	CHECK(!s390x_user_mode(t, &r));
	regs_set(&r, S390_PSW_MASK, USER_MASK);
	CHECK(s390x_user_mode(t, &r));

	slots[0] = KERNEL_MASK;
	slots[1] = MAIN;
	slots[17] = TASK + 0x100;
	CHECK(s390x_is_eframe(t, &stack, slots, &user) && !user);
	slots[17] = 0x800; /* not on this stack */
	CHECK(!s390x_is_eframe(t, &stack, slots, &user));
	slots[0] = USER_MASK;
	CHECK(s390x_is_eframe(t, &stack, slots, &user) && user);
	slots[0] |= 1; /* no bit of a PSW */
	CHECK(!s390x_is_eframe(t, &stack, slots, &user));
}

int main(void)
{
	RUN(back_chains);
	RUN(interrupts);
	RUN(threads);
	RUN(calls_on_another_stack);
	RUN(layouts);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
