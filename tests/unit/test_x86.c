/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets and stacks of 32-bit x86, written as text: what entry code left, and where threads begin. */
#include "../../arch/x86/x86.h"
#include "check.h"
#include "fake_memory.h"
#include "target/unwind.h"

extern const struct arch arch_x86;

#define STACK 0xc4000000ULL
#define CODE  0xc1000000ULL
enum { WORD = 4 };

static struct arena arena;
static struct target *t;
static struct x86_data data;
static struct trace trace;

/* Function i is at CODE + i * 0x100; all of them but entry code have frame pointers. */
static const char *const names[] = {
	"f0",
	"f1",
	"f2",
	"handle_exception",
	"entry_SYSENTER_32",
	"ret_from_fork",
	"asm_exc_nmi",
	"startup_32_smp",
	"asm_exc_double_fault",
	"old_entry",
	"ret_from_fork_asm",
};
enum { F0, F1, F2, EXCEPTION, SYSENTER, FORK, NMI, STARTUP, DOUBLE_FAULT, OLD, FORK_ASM, FUNCTIONS };

static void set_up(void)
{
	static const struct symbol_area areas[] = {{.start = CODE, .end = CODE + 0x1000}};
	struct symbol list[FUNCTIONS];

	fake_memory_clear();
	arena_free(&arena);
	data = (struct x86_data){.page_offset = 0xc0000000};
	t = target_new(&arena, &arch_x86, NULL);
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->types = types_new(&arena, WORD, ORDER_LITTLE);
	t->symbols = symbols_new(&arena);
	space_add(&t->kernel, &(struct space_range){0, UINT32_MAX, SPACE_LINEAR, 0, "all"});
	for (unsigned i = 0; i < FUNCTIONS; i++)
		list[i] = (struct symbol){
			.address = CODE + i * 0x100U, .size = 0x100, .name = names[i], .type = 'T'};
	symbols_add_module(t->symbols, "code", list, FUNCTIONS, areas, 1);
}

static void memory(const char *text)
{
	fake_memory_text(text, WORD, ORDER_LITTLE);
}

static uint64_t in(unsigned function)
{
	return CODE + function * 0x100U + 0x20;
}

static void go(uint64_t eip, uint64_t esp, uint64_t ebp, bool is_return)
{
	struct stack task = {STACK, STACK + 0x2000, NULL};
	struct regs r = {.pc_is_return = is_return};

	regs_set(&r, X86_EIP, eip);
	regs_set(&r, X86_ESP, esp);
	regs_set(&r, X86_EBP, ebp);
	regs_set(&r, X86_CS, KERNEL_CS);
	unwind(t, &r, &task, 0, &arena, &trace);
}

static void expect(size_t i, unsigned function, uint64_t sp)
{
	if (!CHECK(i < trace.n))
		return;
	CHECK_EQ_U64(trace.frames[i].pc, in(function));
	CHECK_EQ_U64(trace.frames[i].sp, sp);
}

static void expect_end(size_t n, enum unwind_end end)
{
	CHECK_EQ_U64(trace.n, n);
	CHECK_EQ_U64(trace.end, end);
	if (trace.n != n || trace.end != end)
		printf("# why: %s\n", trace.why ? trace.why : "(none)");
}

/* pt_regs: ebx ecx edx esi edi ebp eax ds es fs gs orig_eax eip cs eflags esp ss */
#define USER_REGS "1 2 3 4 5 6 7 7b 7b 0 33 fffffffc 8048123 73 246 bfff0000 7b"

static void frame_pointers(void)
{
	set_up();
	memory("c4000000: 0 0 c4000018 c1000120 0 0 c4000028 c1000220 0 0 0 c1000720");
	go(in(F0), STACK, STACK + 8, false);
	expect(0, F0, STACK);
	expect(1, F1, STACK + 12);
	expect(2, F2, STACK + 28);
	expect(3, STARTUP, STACK + 44);
	expect_end(4, UNWIND_KTHREAD);
	CHECK_STR(trace.frames[1].how, "frame pointer");
	/* A caller that is no code. */
	fake_memory_clear();
	memory("c4000000: 0 0 c4000018 1234");
	go(in(F0), STACK, STACK + 8, false);
	expect_end(1, UNWIND_STUCK);
}

static void exceptions_in_kernel_mode(void)
{
	set_up();
	/* f0 <- handle_exception, which interrupted f1 at word 24 */
	memory("c4000000: c4000008 c1000320 1 2 3 4 5 c4000060 7 7b 7b d8 1234abcd ffffffff c1000120 "
	       "20000060 10246 "
	       "c4000058 68 0 0 0 0 0\n"
	       "c4000058: 0 0 c4000070 c1000220 0 0 0 c1000720");
	go(in(F0), STACK, STACK, false);
	expect(1, EXCEPTION, STACK + 4);
	expect(2, F1, STACK + 0x58);
	expect(3, F2, STACK + 0x64);
	expect(4, STARTUP, STACK + 0x74);
	expect_end(5, UNWIND_KTHREAD);
	REQUIRE(trace.n == 5);
	CHECK_EQ_U64(trace.frames[1].eframe_address, STACK + 8);
	CHECK_EQ_U64(trace.frames[1].eframe_slots[X86_SLOT_CS], 0x60); /* not what is above it */
	CHECK_EQ_U64(trace.frames[1].eframe.value[X86_ESP], STACK + 0x58);
	CHECK(!trace.frames[1].eframe_user);
	CHECK_STR(trace.frames[2].how, "exception frame");
}

/* Kernels that push neither SS nor ESP: the stack of what was interrupted goes on in their place. */
static void exceptions_of_older_kernels(void)
{
	set_up();
	memory("c4000000: c4000008 c1000320 1 2 3 4 5 c400004c 7 7b 7b d8 0 ffffffff c1000120 60 10246 "
	       "aaaa bbbb c4000060 c1000220 0 0 0 c1000720");
	go(in(F0), STACK, STACK, false);
	expect(1, EXCEPTION, STACK + 4);
	expect(2, F1, STACK + 8 + 60);
	expect(3, F2, STACK + 0x50);
	expect_end(5, UNWIND_KTHREAD);
	REQUIRE(trace.n == 5);
	CHECK_EQ_U64(trace.frames[1].eframe_slots[X86_SLOT_ESP], STACK + 8 + 60);
	CHECK_EQ_U64(trace.frames[1].eframe_slots[X86_SLOT_SS], KERNEL_DS);
	/* The same by a name that nobody knows: what lies on top of the stack tells. */
	memory("c4000004: c1000920");
	go(in(F0), STACK, STACK, false);
	expect(1, OLD, STACK + 4);
	expect(2, F1, STACK + 8 + 60);
	expect_end(5, UNWIND_KTHREAD);
	/* And by a frame pointer without its top bit. */
	memory("c4000000: 44000008 c1000220");
	go(in(F0), STACK, STACK, false);
	expect(1, F2, STACK + 4);
}

static void system_calls(void)
{
	set_up();
	memory("c4000000: c4000008 c1000420 " USER_REGS);
	go(in(F0), STACK, STACK, false);
	expect(1, SYSENTER, STACK + 4);
	expect_end(2, UNWIND_USER);
	REQUIRE(trace.n == 2);
	CHECK_EQ_U64(trace.frames[1].eframe.value[X86_ESP], 0xbfff0000);
	CHECK_EQ_U64(trace.frames[1].eframe.value[X86_SS], 0x7b);
	CHECK_EQ_U64(trace.frames[1].eframe_slots[11], 0xfffffffc);
}

static void threads_begin(void)
{
	set_up();
	/* A thread of the kernel has nothing where a process has registers. */
	memory("c4000000: c4000008 c1000520 0*17");
	go(in(F0), STACK, STACK, false);
	expect(1, FORK, STACK + 4);
	expect_end(2, UNWIND_KTHREAD);
	memory("c4000008: " USER_REGS);
	go(in(F0), STACK, STACK, false);
	expect_end(2, UNWIND_USER);
	/* Never ran: it starts at the first byte, and its registers are there. */
	go(CODE + FORK * 0x100, STACK + 8, 0, false);
	expect_end(1, UNWIND_USER);
	CHECK_EQ_U64(trace.frames[0].eframe_address, STACK + 8);
	/* Two words and a frame pointer above them. */
	memory("c4000000: c4000008 c1000a20 11 22 33 " USER_REGS);
	go(in(F0), STACK, STACK, false);
	expect(1, FORK_ASM, STACK + 4);
	expect_end(2, UNWIND_USER);
	REQUIRE(trace.n == 2);
	CHECK_EQ_U64(trace.frames[1].eframe_address, STACK + 20);
	memory("c4000000: c4000008 c1000a20 11 22 33 0*17");
	go(in(F0), STACK, STACK, false);
	expect_end(2, UNWIND_KTHREAD);
}

static void nmis(void)
{
	struct regs r = {.pc_is_return = true};
	struct unwind_step step;

	set_up();
	memory("c4000000: " USER_REGS "\nc5000000: 0*17");
	regs_set(&r, X86_EIP, in(NMI));
	regs_set(&r, X86_ESP, STACK);
	unwind_one(t, &r, &step);
	CHECK(step.kind == STEP_REGS && step.cfa == STACK);
	/* On the entry stack, from where it went on to the task's. */
	regs_set(&r, X86_ESP, 0xc5000000);
	regs_set(&r, X86_EBX, STACK);
	unwind_one(t, &r, &step);
	CHECK(step.kind == STEP_REGS && step.cfa == STACK);
}

static void double_faults(void)
{
	struct regs r = {.pc_is_return = true};
	struct unwind_step step;

	set_up();
	t->vmcoreinfo = vmcoreinfo_parse(&arena, "SYMBOL(doublefault_shim)=c1000900\n");
	/* The registers are a local variable of what was called, and not marked as those of entry code are.
	 */
	memory("c4000000: 0 0 0 1 2 3 4 5 6 7 7b 7b d8 0 ffffffff c1000120 60 10246 c3ffffe0 68 0 0 "
	       "c1000820");
	regs_set(&r, X86_EIP, in(DOUBLE_FAULT));
	regs_set(&r, X86_ESP, STACK + 23 * 4);
	unwind_one(t, &r, &step);
	REQUIRE(step.kind == STEP_REGS);
	CHECK_EQ_U64(step.cfa, STACK + 12);
	CHECK_EQ_U64(step.regs.value[X86_ESP], 0xc3ffffe0);
	CHECK_EQ_U64(step.regs.value[X86_EIP], in(F1));
	memory("c4000000: 0*23");
	unwind_one(t, &r, &step);
	CHECK(step.kind == STEP_STUCK);
}

/* Code that was called on top of a stack for interrupts: %ebx has the old stack pointer, which was also
 * noted. */
static void stacks_for_interrupts(void)
{
	static const struct stack irq = {0xc5000000, 0xc5002000, "hard IRQ"},
				  task = {STACK, STACK + 0x2000, NULL};
	struct regs r = {0};
	uint64_t sp;

	set_up();
	memory("c5000000: c4000120\nc4000000: c4000120");
	CHECK(!x86_sp_before(t, &irq, &r, &sp)); /* %ebx is not known */
	regs_set(&r, X86_EBX, STACK + 0x110);    /* the note is the caller's */
	REQUIRE(x86_sp_before(t, &irq, &r, &sp));
	CHECK_EQ_U64(sp, STACK + 0x110);
	CHECK(!x86_sp_before(t, &task, &r, &sp));
	regs_set(&r, X86_EBX, STACK + 0x124);
	CHECK(!x86_sp_before(t, &irq, &r, &sp));
	regs_set(&r, X86_EBX, STACK);
	CHECK(!x86_sp_before(t, &irq, &r, &sp));
}

static void exception_frames_by_their_looks(void)
{
	static const struct stack task = {STACK, STACK + 0x2000, NULL},
				  irq = {0xc5000000, 0xc5002000, "hard IRQ"};
	uint64_t slots[64] = {0};
	bool user;

	set_up();
	slots[X86_SLOT_EIP] = 0x8048000;
	slots[X86_SLOT_CS] = USER_CS;
	slots[X86_SLOT_EFLAGS] = 0x246;
	slots[X86_SLOT_ESP] = 0xbfff0000;
	slots[X86_SLOT_SS] = USER_DS;
	CHECK(arch_x86.is_eframe(t, &task, slots, &user) && user);
	slots[X86_SLOT_EFLAGS] = 0x244; /* bit 1 is always set */
	CHECK(!arch_x86.is_eframe(t, &task, slots, &user));
	slots[X86_SLOT_EFLAGS] = 0x246;
	slots[X86_SLOT_ESP] = STACK;
	CHECK(!arch_x86.is_eframe(t, &task, slots, &user));
	slots[X86_SLOT_EIP] = in(F0);
	slots[X86_SLOT_CS] = KERNEL_CS;
	slots[X86_SLOT_DS] = slots[X86_SLOT_ES] = USER_DS;
	slots[X86_SLOT_FS] = KERNEL_PERCPU;
	CHECK(arch_x86.is_eframe(t, &task, slots, &user) && !user);
	CHECK(arch_x86.is_eframe(t, &irq, slots, &user));
	slots[X86_SLOT_ESP] = 0xc5000010;
	CHECK(!arch_x86.is_eframe(t, &task, slots, &user));
	slots[X86_SLOT_ESP] = STACK;
	slots[X86_SLOT_FS] = 0;
	CHECK(!arch_x86.is_eframe(t, &task, slots, &user));
}

static void virtual_8086_mode_is_user_mode(void)
{
	struct regs r = {0};

	set_up();
	regs_set(&r, X86_EIP, 0x100);
	regs_set(&r, X86_CS, 0xf000);
	regs_set(&r, X86_EFLAGS, 0x202);
	CHECK(!x86_user_mode(t, &r));
	regs_set(&r, X86_EFLAGS, 0x20202);
	CHECK(x86_user_mode(t, &r));
}

/* QEMU's note is of 64-bit registers, whatever the CPU. */
static void qemu_notes(void)
{
	uint8_t note[440] = {0};
	struct regs r = {0};

	set_up();
	put_uint(note, 4, 1, ORDER_LITTLE);
	for (unsigned i = 0; i < 18; i++)
		put_uint(note + 8 + (size_t)i * 8, 8, 0xffffffff00000100ULL + i, ORDER_LITTLE);
	for (unsigned i = 0; i < 6; i++)
		put_uint(note + 152 + (size_t)i * 24, 4, 0x10 + i, ORDER_LITTLE);
	REQUIRE(x86_qemu_regs(t, note, sizeof note, &r));
	CHECK_EQ_U64(r.value[X86_EAX], 0x100);
	CHECK_EQ_U64(r.value[X86_EBX], 0x101);
	CHECK_EQ_U64(r.value[X86_ESP], 0x106);
	CHECK_EQ_U64(r.value[X86_EBP], 0x107);
	CHECK_EQ_U64(r.value[X86_EIP], 0x110);
	CHECK_EQ_U64(r.value[X86_CS], 0x10);
	CHECK_EQ_U64(r.value[X86_SS], 0x15);
	CHECK(!x86_qemu_regs(t, note, 100, &r));
	note[0] = 2;
	CHECK(!x86_qemu_regs(t, note, sizeof note, &r));
}

int main(void)
{
	RUN(frame_pointers);
	RUN(exceptions_in_kernel_mode);
	RUN(exceptions_of_older_kernels);
	RUN(system_calls);
	RUN(threads_begin);
	RUN(nmis);
	RUN(double_faults);
	RUN(stacks_for_interrupts);
	RUN(exception_frames_by_their_looks);
	RUN(virtual_8086_mode_is_user_mode);
	RUN(qemu_notes);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
