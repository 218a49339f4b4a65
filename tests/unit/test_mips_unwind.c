/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MIPS without tables: prologues read off the instructions, entry code, register layouts, in both byte
 * orders. */
#include "../../arch/mips/mips.h"
#include "check.h"
#include "fake_memory.h"

#include <stdio.h>

extern const struct arch arch_mips, arch_mips64;

/* Physical: the code, one stack of a task, one for interrupts. */
enum { CODE = 0x5000, STACK = 0x10000, IRQ = 0x20000, SIZE = 0x2000 };

static struct arena arena;
static struct target *t;
static struct trace trace;
static struct mips_data data;
static uint64_t base; /* of KSEG0 */

/* Instructions, as mipsel-linux-gnu-as encodes them. */
#define ADDIU_SP(n)       (0x27bd0000u | ((unsigned)(n)&0xffff))
#define DADDIU_SP(n)      (0x67bd0000u | ((unsigned)(n)&0xffff))
#define SW(reg, n)        (0xafa00000u | (unsigned)(reg) << 16 | ((unsigned)(n)&0xffff))
#define SD(reg, n)        (0xffa00000u | (unsigned)(reg) << 16 | ((unsigned)(n)&0xffff))
#define LW_RA(n)          (0x8fbf0000u | (unsigned)(n))
#define ADDIU_FP_SP_16    0x27be0010u
#define MOVE_FP_SP        0x03a0f025u
#define MOVE_SP_FP        0x03c0e825u
#define MOVE_AT_RA        0x03e00825u
#define LI_AT_MINUS_32768 0x24018000u
#define LUI_AT_1          0x3c010001u
#define SUBU_SP_AT        0x03a1e823u
#define ADDU_SP_AT        0x03a1e821u
#define SUBU_SP_V0        0x03a2e823u
#define JAL               0x0c001400u /* of CODE */
#define JR_RA             0x03e00008u
#define BEQZ_A0           0x10800008u
#define B                 0x10000004u
#define NOP               0u

struct row {
	const char *what;
	unsigned word_size;
	uint32_t code[20]; /* up to the pc; 1 ends it */
	unsigned size;     /* of the frame */
	int ra, s0;        /* where, from the frame's end; 0: not saved */
	bool pointer;
};

static void prologues(void)
{
	static const struct row rows[] = {
		{"nothing yet", 4, {1}, 0, 0, 0, false},
		{"a frame", 4, {ADDIU_SP(-24), SW(31, 20), SW(16, 16), JAL, NOP, 1}, 24, -4, -8, false},
		{"64 bits", 8, {DADDIU_SP(-32), SD(31, 24), SD(16, 16), JAL, NOP, 1}, 32, -8, -16, false},
		{"a word is half a register", 8, {DADDIU_SP(-32), SW(31, 24), 1}, 32, 0, 0, false},
		{"before the stores", 4, {ADDIU_SP(-24), 1}, 24, 0, 0, false},
		{"in two steps", 4, {ADDIU_SP(-8), ADDIU_SP(-24), SW(31, 28), 1}, 32, -4, 0, false},
		{"a large one", 4, {LI_AT_MINUS_32768, ADDU_SP_AT, SW(31, 0x7ffc), 1}, 32768, -4, 0, false},
		{"a larger one", 4, {LUI_AT_1, SUBU_SP_AT, SW(31, 8), 1}, 65536, -65528, 0, false},
		{"arguments are the caller's", 4, {ADDIU_SP(-24), SW(31, 24), 1}, 24, 0, 0, false},
		{"what is stored again is no longer the caller's",
		 4,
		 {ADDIU_SP(-24), SW(16, 16), SW(16, 12), 1},
		 24,
		 0,
		 -8,
		 false},
		{"a frame pointer",
		 4,
		 {ADDIU_SP(-32), SW(31, 28), SW(30, 24), MOVE_FP_SP, SUBU_SP_V0, 1},
		 32,
		 -4,
		 0,
		 true},
		{"and back",
		 4,
		 {ADDIU_SP(-32), SW(31, 28), SW(30, 24), MOVE_FP_SP, SUBU_SP_V0, MOVE_SP_FP, 1},
		 32,
		 -4,
		 0,
		 false},
		{"a frame pointer, behind a way out",
		 4,
		 {ADDIU_SP(-32), SW(31, 28), SW(30, 24), MOVE_FP_SP, SUBU_SP_V0, MOVE_SP_FP, LW_RA(28), JR_RA,
		  ADDIU_SP(32), NOP, 1},
		 32,
		 -4,
		 0,
		 true},
		{"$30 for another use",
		 4,
		 {ADDIU_SP(-32), SW(31, 28), SW(30, 24), ADDIU_FP_SP_16, MOVE_FP_SP, JAL, NOP, 1},
		 32,
		 -4,
		 0,
		 false},
		{"a second way in behind a way out",
		 4,
		 {BEQZ_A0, ADDIU_SP(-24), SW(31, 20), JAL, NOP, LW_RA(20), B, ADDIU_SP(24), ADDIU_SP(-24),
		  SW(31, 20), JAL, NOP, 1},
		 24,
		 -4,
		 0,
		 false},
		{"a call of _mcount",
		 4,
		 {MOVE_AT_RA, JAL, ADDIU_SP(-8), ADDIU_SP(-24), SW(31, 20), 1},
		 24,
		 -4,
		 0,
		 false},
		{"behind an early return",
		 4,
		 {ADDIU_SP(-24), SW(31, 20), BEQZ_A0, NOP, LW_RA(20), JR_RA, ADDIU_SP(24), NOP, 1},
		 24,
		 -4,
		 0,
		 false},
		{"and one that pops first",
		 4,
		 {ADDIU_SP(-24), SW(31, 20), LW_RA(20), ADDIU_SP(24), JR_RA, NOP, NOP, 1},
		 24,
		 -4,
		 0,
		 false},
		{"at the return itself",
		 4,
		 {ADDIU_SP(-24), SW(31, 20), LW_RA(20), ADDIU_SP(24), 1},
		 0,
		 0,
		 0,
		 false},
		{"a tail call",
		 4,
		 {ADDIU_SP(-24), SW(31, 20), LW_RA(20), B, ADDIU_SP(24), NOP, 1},
		 24,
		 -4,
		 0,
		 false},
		{"wrapped: the early way out has no frame",
		 4,
		 {BEQZ_A0, NOP, ADDIU_SP(-24), SW(31, 20), JAL, NOP, 1},
		 24,
		 -4,
		 0,
		 false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		struct mips_frame f;
		size_t n = 0;

		while (r->code[n] != 1)
			n++;
		mips_prologue(r->code, n, r->word_size, &f);
		if (f.moved != r->pointer || (!r->pointer && f.size != r->size) ||
		    (r->pointer && f.pointer_size != r->size) || (f.saved >> 31 & 1) != (r->ra != 0) ||
		    (r->ra && f.offset[31] != r->ra) || (f.saved >> 16 & 1) != (r->s0 != 0) ||
		    (r->s0 && f.offset[16] != r->s0))
			FAIL("%s: size %d, $31 at %d, $16 at %d", r->what, (int)f.size, (int)f.offset[31],
			     (int)f.offset[16]);
	}
}

/* Functions of 0x100 bytes, by number. */
static uint64_t f(unsigned i, unsigned offset)
{
	return base + CODE + i * 0x100U + offset;
}

enum { LEAF, MIDDLE, THREAD, HANDLER, INTERRUPT, SCHEDULE, N_FUNCTIONS };

static void set_up(const struct arch *arch, enum byte_order order)
{
	static const char *const names[] = {"leaf",          "middle",     "ret_from_kernel_thread",
					    "handle_ri_int", "handle_int", "schedule",
					    "irq_stack"};
	struct symbol list[N_FUNCTIONS + 1];
	struct symbol_area areas[1];
	char text[600];

	base = arch->word_size == 8 ? 0xffffffff80000000 : 0x80000000;
	fake_memory_clear();
	arena_free(&arena);
	data = (struct mips_data){.va_bits = 0};
	t = target_new(&arena, arch, NULL);
	t->order = order;
	t->physical = fake_memory_read;
	t->arch_data = &data;
	mips_add_segments(t, &data);
	t->types = types_new(&arena, arch->word_size, order);
	t->symbols = symbols_new(&arena);
	for (unsigned i = 0; i < N_FUNCTIONS + 1; i++)
		list[i] = (struct symbol){.address = f(i, 0), .size = 0x100, .name = names[i], .type = 'T'};
	list[N_FUNCTIONS].address = base + 0x8000;
	list[N_FUNCTIONS].type = 'B';
	list[N_FUNCTIONS].size = 2U * arch->word_size;
	areas[0] = (struct symbol_area){.start = base + CODE, .end = base + 0x9000};
	symbols_add_module(t->symbols, "code", list, N_FUNCTIONS + 1, areas, 1);
	fake_memory_text("5000: 0*512\n10000: 0*2048\n20000: 0*2048", 4, order);
	/* middle and schedule: a frame of 24 bytes (32 on 64 bits) with $16 and $31, and a call at 10 */
	for (unsigned i = MIDDLE; i <= SCHEDULE; i += SCHEDULE - MIDDLE) {
		bool wide = arch->word_size == 8;

		snprintf(text, sizeof text, "%x: %x %x %x 0 %x 0", CODE + i * 0x100U,
			 wide ? DADDIU_SP(-32) : ADDIU_SP(-24), wide ? SD(31, 24) : SW(31, 20),
			 wide ? SD(16, 16) : SW(16, 16), JAL);
		fake_memory_text(text, 4, order);
	}
}

static void go(const struct regs *start)
{
	struct stack task = {base + STACK, base + STACK + SIZE, NULL};

	unwind(t, start, &task, 0, &arena, &trace);
}

static void expect(size_t i, uint64_t pc, uint64_t sp, const char *how)
{
	if (!CHECK(i < trace.n))
		return;
	CHECK_EQ_U64(trace.frames[i].pc, pc);
	CHECK_EQ_U64(trace.frames[i].regs.value[MIPS_SP], sp);
	CHECK_STR(trace.frames[i].how, how);
}

static const struct {
	const struct arch *arch;
	enum byte_order order;
} kinds[] = {
	{&arch_mips, ORDER_LITTLE},
	{&arch_mips, ORDER_BIG},
	{&arch_mips64, ORDER_LITTLE},
	{&arch_mips64, ORDER_BIG},
};

/* A word of memory. */
static void word(uint64_t at, uint64_t value)
{
	char text[64];

	snprintf(text, sizeof text, "%" PRIx64 ": %" PRIx64, at, value);
	fake_memory_text(text, t->word_size, t->order);
}

static void leaves_and_frames(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct regs r = {0};
		unsigned frame, w = kinds[i].arch->word_size;

		set_up(kinds[i].arch, kinds[i].order);
		frame = w == 8 ? 32 : 24;
		word(STACK + frame - w, f(THREAD, 0x20));
		word(STACK + frame - 2 * w, 0x1616);
		regs_set(&r, MIPS_EPC, f(LEAF, 0x10));
		regs_set(&r, MIPS_SP, base + STACK);
		regs_set(&r, MIPS_RA, f(MIDDLE, 0x18));
		go(&r);
		REQUIRE(trace.n == 3);
		expect(1, f(MIDDLE, 0x18), base + STACK, "prologue");
		expect(2, f(THREAD, 0x20), base + STACK + frame, "prologue");
		CHECK_EQ_U64(trace.frames[2].regs.value[MIPS_S0], 0x1616);
		CHECK_EQ_U64(trace.end, UNWIND_KTHREAD);
		/* a caller cannot be a leaf */
		regs_set(&r, MIPS_EPC, f(LEAF, 0x10));
		r.pc_is_return = true;
		go(&r);
		CHECK_EQ_U64(trace.n, 1);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
		/* MIPS16 and microMIPS have other instructions */
		r.pc_is_return = false;
		regs_set(&r, MIPS_EPC, f(LEAF, 0x11));
		go(&r);
		CHECK_EQ_U64(trace.end, UNWIND_STUCK);
	}
}

/* struct pt_regs at @at, interrupted at @epc with @sp and @ra. */
static void put_regs(uint64_t at, uint64_t epc, uint64_t sp, uint64_t ra, uint64_t status)
{
	unsigned w = t->word_size, pad = w == 4 ? 32 : 0;

	for (unsigned i = 0; i < 32; i++)
		word(at + pad + i * w, i == 29 ? sp : i == 31 ? ra : i == 0 ? 0 : i);
	word(at + pad + 32 * w, status);
	for (unsigned i = 33; i < 37; i++)
		word(at + pad + i * w, i);
	word(at + pad + 37 * w, epc);
}

static void exceptions(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct regs r = {0};
		const struct frame *fr;

		set_up(kinds[i].arch, kinds[i].order);
		/* in the kernel, and that in a system call */
		put_regs(STACK + 0x100, f(LEAF, 8), base + STACK + 0x800, f(HANDLER, 0x40), 0x402);
		put_regs(STACK + 0x800, 0x400100, 0x7fff0000, 0, 0x412);
		regs_set(&r, MIPS_EPC, f(HANDLER, 0x20));
		regs_set(&r, MIPS_SP, base + STACK + 0x100);
		r.pc_is_return = true;
		go(&r);
		REQUIRE(trace.n == 3);
		fr = &trace.frames[0];
		CHECK(fr->has_eframe && !fr->eframe_user);
		CHECK_EQ_U64(fr->eframe_address, base + STACK + 0x100);
		CHECK_EQ_U64(fr->eframe.value[5], 5);
		CHECK_EQ_U64(fr->eframe.value[MIPS_HI], 33);
		CHECK_EQ_U64(fr->eframe.value[MIPS_LO], 34);
		CHECK_EQ_U64(fr->eframe.value[MIPS_BADVADDR], 35);
		CHECK_EQ_U64(fr->eframe.value[MIPS_CAUSE], 36);
		expect(1, f(LEAF, 8), base + STACK + 0x800, "exception frame");
		CHECK_EQ_U64(trace.end, UNWIND_USER);
		CHECK(trace.frames[2].eframe_user);
	}
}

static void interrupts_on_their_own_stack(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct regs r = {0};
		struct stack stacks[2];

		set_up(kinds[i].arch, kinds[i].order);
		word(0x8000, base + IRQ);
		REQUIRE(mips_stacks(t, 0, stacks, 2) == 1);
		CHECK_EQ_U64(stacks[0].start, base + IRQ);
		CHECK_EQ_U64(stacks[0].end, base + IRQ + (t->word_size == 8 ? 16384 : 8192));
		put_regs(STACK + 0x200, 0x400100, 0x7fff0000, 0, 0x412);
		regs_set(&r, MIPS_EPC, f(INTERRUPT, 0x20));
		regs_set(&r, MIPS_SP, base + IRQ + 0x1000);
		regs_set(&r, MIPS_S1, base + STACK + 0x200);
		r.pc_is_return = true;
		go(&r);
		REQUIRE(trace.n == 1);
		CHECK_STR(trace.frames[0].stack, "IRQ stack");
		CHECK_EQ_U64(trace.frames[0].eframe_address, base + STACK + 0x200);
		CHECK_EQ_U64(trace.end, UNWIND_USER);
	}
}

/* elf_gregset_t of o32 begins with six words of no meaning, that of n64 with $0. */
static void notes(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct reg_layout *layout = kinds[i].arch->prstatus;
		unsigned w = kinds[i].arch->word_size, first = w == 4 ? 6 : 0;
		uint8_t bytes[45 * 8];
		struct regs r = {0};

		CHECK_EQ_U64(layout->size, 45 * w);
		for (unsigned n = 0; n < 45; n++)
			put_uint(bytes + n * w, w, 100 + n, kinds[i].order);
		regs_from_layout(layout, bytes, kinds[i].order, &r, NULL);
		CHECK_EQ_U64(r.value[0], 100 + first);
		CHECK_EQ_U64(r.value[MIPS_RA], 131 + first);
		CHECK_EQ_U64(r.value[MIPS_LO], 132 + first);
		CHECK_EQ_U64(r.value[MIPS_HI], 133 + first);
		CHECK_EQ_U64(r.value[MIPS_EPC], 134 + first);
		CHECK_EQ_U64(r.value[MIPS_CAUSE], 137 + first);
	}
}

static void calls_and_frames_by_their_looks(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		static const struct stack nothing = {0, 0, "IRQ stack"};
		uint64_t slots[64] = {0};
		bool user;

		set_up(kinds[i].arch, kinds[i].order);
		CHECK(mips_is_call(t, f(MIDDLE, 0x18), 0));
		CHECK(mips_is_call(t, f(MIDDLE, 0x18), f(LEAF, 0)));
		CHECK(!mips_is_call(t, f(MIDDLE, 0x18), f(MIDDLE, 0)));
		CHECK(!mips_is_call(t, f(MIDDLE, 0x1c), 0));
		slots[29] = base + STACK;
		slots[32] = 0x402;
		slots[37] = f(MIDDLE, 0x18);
		CHECK(mips_is_eframe(t, &nothing, slots, &user) && !user);
		slots[32] = 0x400; /* entry code stores Status with EXL set */
		CHECK(!mips_is_eframe(t, &nothing, slots, &user));
		slots[32] = 0x412;
		CHECK(!mips_is_eframe(t, &nothing, slots, &user)); /* the kernel's code in user mode */
		slots[37] = 0x400100;
		slots[29] = 0x7fff0000;
		CHECK(mips_is_eframe(t, &nothing, slots, &user) && user);
		slots[0] = 1;
		CHECK(!mips_is_eframe(t, &nothing, slots, &user));
	}
}

int main(void)
{
	RUN(prologues);
	RUN(leaves_and_frames);
	RUN(exceptions);
	RUN(interrupts_on_their_own_stack);
	RUN(notes);
	RUN(calls_and_frames_by_their_looks);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
