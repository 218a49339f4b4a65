/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, NT_PRSTATUS, QEMU's CPU state, and what a switched-out task left on its stack. */
#include "x86_64.h"

#include <string.h>

#include "base/error.h"

/*
 * arch/x86/include/asm/ptrace.h, struct pt_regs: the same since the first 64-bit
 * kernels. user_64.h, struct user_regs_struct, is that and six more. CS and SS are
 * 16 bits wide: FRED (6.9) keeps other things in the upper part of their words.
 */
enum { PT_REGS = 21 };
static const struct reg_slot slots[] = {
	{"r15", X86_R15, 0, 8},
	{"r14", X86_R14, 8, 8},
	{"r13", X86_R13, 16, 8},
	{"r12", X86_R12, 24, 8},
	{"rbp", X86_RBP, 32, 8},
	{"rbx", X86_RBX, 40, 8},
	{"r11", 11, 48, 8},
	{"r10", X86_R10, 56, 8},
	{"r9", 9, 64, 8},
	{"r8", X86_R8, 72, 8},
	{"rax", X86_RAX, 80, 8},
	{"rcx", X86_RCX, 88, 8},
	{"rdx", X86_RDX, 96, 8},
	{"rsi", X86_RSI, 104, 8},
	{"rdi", X86_RDI, 112, 8},
	{"orig_rax", -1, 120, 8},
	{"rip", X86_RIP, 128, 8},
	{"cs", X86_CS, 136, 2},
	{"rflags", X86_RFLAGS, 144, 8},
	{"rsp", X86_RSP, 152, 8},
	{"ss", X86_SS, 160, 2},
	{"fs_base", X86_FS_BASE, 168, 8},
	{"gs_base", X86_GS_BASE, 176, 8},
	{"ds", X86_DS, 184, 2},
	{"es", X86_ES, 192, 2},
	{"fs", X86_FS, 200, 2},
	{"gs", X86_GS, 208, 2},
};

const struct reg_layout x86_64_pt_regs = {slots, PT_REGS, 168};
const struct reg_layout x86_64_prstatus = {slots, sizeof slots / sizeof *slots, 216};

bool x86_64_user_mode(const struct target *t, const struct regs *r)
{
	/* The privilege level is in the selector; without it the address tells. */
	if (regs_known(r, X86_CS) && r->value[X86_CS])
		return (r->value[X86_CS] & 3) == 3;
	return regs_known(r, X86_RIP) && x86_64_is_user(t, r->value[X86_RIP]);
}

/*
 * QEMU, target/i386/arch_dump.c, struct QEMUCPUState: version, size, 18 general
 * registers, ten segments of 24 bytes, cr0 to cr4, since 2.12 kernel_gs_base.
 */
enum {
	QEMU_GENERAL = 8,
	QEMU_SEGMENTS = QEMU_GENERAL + 18 * 8,
	QEMU_SEGMENT_SIZE = 24,
	QEMU_SEGMENT_BASE = 16,
	QEMU_CONTROL = QEMU_SEGMENTS + 10 * QEMU_SEGMENT_SIZE,
	QEMU_SIZE = QEMU_CONTROL + 5 * 8,
	QEMU_VERSION = 1,
};

static bool is_qemu(const uint8_t *desc, size_t size)
{
	return size >= QEMU_SIZE && get_u32(desc, ORDER_LITTLE) == QEMU_VERSION;
}

bool x86_64_qemu_control(const uint8_t *desc, size_t size, unsigned n, uint64_t *value)
{
	if (!is_qemu(desc, size) || n > 4)
		return false;
	*value = get_u64(desc + QEMU_CONTROL + (size_t)n * 8, ORDER_LITTLE);
	return true;
}

bool x86_64_qemu_regs(struct target *t, const uint8_t *desc, size_t size, struct regs *r)
{
	static const uint8_t general[] = {X86_RAX, X86_RBX, X86_RCX, X86_RDX, X86_RSI, X86_RDI,
					  X86_RSP, X86_RBP, X86_R8,  9,       X86_R10, 11,
					  X86_R12, X86_R13, X86_R14, X86_R15, X86_RIP, X86_RFLAGS};
	static const uint8_t segments[] = {X86_CS, X86_DS, X86_ES, X86_FS, X86_GS, X86_SS};

	(void)t;
	if (!is_qemu(desc, size))
		return fail("QEMU's CPU state is of an unknown layout (%zu bytes)", size);
	for (size_t i = 0; i < sizeof general; i++)
		regs_set(r, general[i], get_u64(desc + QEMU_GENERAL + i * 8, ORDER_LITTLE));
	for (size_t i = 0; i < sizeof segments; i++) {
		const uint8_t *segment = desc + QEMU_SEGMENTS + i * QEMU_SEGMENT_SIZE;

		regs_set(r, segments[i], get_u16(segment, ORDER_LITTLE));
		if (segments[i] == X86_FS)
			regs_set(r, X86_FS_BASE, get_u64(segment + QEMU_SEGMENT_BASE, ORDER_LITTLE));
		if (segments[i] == X86_GS)
			regs_set(r, X86_GS_BASE, get_u64(segment + QEMU_SEGMENT_BASE, ORDER_LITTLE));
	}
	return true;
}

/* What __switch_to_asm() pushed (arch/x86/entry/entry_64.S), from the task's saved stack pointer up. */
struct switch_frame {
	bool known;
	uint64_t sp; /* of thread.sp in task_struct */
	uint64_t size;
	struct {
		uint16_t reg;
		uint16_t offset;
	} regs[8];
	size_t n;
};

static bool find_switch_frame(struct target *t, struct switch_frame *f)
{
	/* struct inactive_task_frame since 0100301bfdf5 (4.9); 64-bit kernels had "flags" in it for a while.
	 */
	static const struct {
		const char *name;
		uint16_t reg;
	} members[] = {
		{"r15", X86_R15}, {"r14", X86_R14}, {"r13", X86_R13},      {"r12", X86_R12},
		{"bx", X86_RBX},  {"bp", X86_RBP},  {"ret_addr", X86_RIP},
	};
	uint64_t offset, size;

	if (!target_member(t, TYPE_STRUCT, "task_struct", "thread.sp", &f->sp, &size))
		return false;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		if (!target_member(t, TYPE_STRUCT, "inactive_task_frame", members[i].name, &offset, &size) ||
		    offset > 256)
			continue;
		f->regs[f->n].reg = members[i].reg;
		f->regs[f->n++].offset = (uint16_t)offset;
		if (f->size < offset + 8)
			f->size = offset + 8;
	}
	f->known = f->n > 0 && f->regs[f->n - 1].reg == X86_RIP;
	fail_clear();
	return true;
}

/* Before 4.9 the macro switch_to() pushed flags and rbp; the task goes on at the label thread_return. */
static bool switched_out_by_macro(struct target *t, uint64_t sp, struct regs *r)
{
	uint64_t rbp, pc;
	enum read_status status = target_read_word(t, sp, &rbp);

	if (!target_symbol(t, "thread_return", &pc))
		return fail("struct inactive_task_frame is not known, so neither is where this task goes on");
	if (status != READ_OK)
		return target_read_failed(t, "the frame of the task switch", sp, status);
	regs_set(r, X86_RBP, rbp);
	regs_set(r, X86_RSP, sp + 16);
	regs_set(r, X86_RIP, pc);
	return true;
}

bool x86_64_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	struct x86_64_data *d = t->arch_data;
	uint8_t bytes[256 + 8];
	uint64_t sp, offset;
	enum read_status status;

	if (!d)
		return fail("the kernel's memory was not found");
	if (!d->switch_frame) {
		struct switch_frame *f = arena_new(t->arena, struct switch_frame);

		if (!find_switch_frame(t, f))
			return false;
		d->switch_frame = f;
	}
	status = target_read_word(t, task + d->switch_frame->sp, &sp);
	if (status != READ_OK)
		return target_read_failed(t, "the task's saved stack pointer", task + d->switch_frame->sp,
					  status);
	if (!d->switch_frame->known)
		return switched_out_by_macro(t, sp, r);
	status = target_read(t, sp, bytes, d->switch_frame->size);
	if (status != READ_OK)
		return target_read_failed(t, "the frame of the task switch", sp, status);
	for (size_t i = 0; i < d->switch_frame->n; i++)
		regs_set(r, d->switch_frame->regs[i].reg,
			 get_u64(bytes + d->switch_frame->regs[i].offset, t->order));
	regs_set(r, X86_RSP, sp + d->switch_frame->size);
	/* A task that never ran starts at ret_from_fork, and not behind a call. */
	r->pc_is_return = !symbol_at(t->symbols, r->value[X86_RIP], &offset) || offset != 0;
	return true;
}
