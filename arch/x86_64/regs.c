/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, NT_PRSTATUS, QEMU's CPU state, and what a switched-out task left on its stack. */
#include "x86_64.h"

#include "base/error.h"
#include "x86_state.h"

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

/* In the order of gdb. */
const struct reg_name x86_64_reg_names[] = {
	{"rax", X86_RAX, NULL},
	{"rbx", X86_RBX, NULL},
	{"rcx", X86_RCX, NULL},
	{"rdx", X86_RDX, NULL},
	{"rsi", X86_RSI, NULL},
	{"rdi", X86_RDI, NULL},
	{"rbp", X86_RBP, NULL},
	{"rsp", X86_RSP, NULL},
	{"r8", X86_R8, NULL},
	{"r9", 9, NULL},
	{"r10", X86_R10, NULL},
	{"r11", 11, NULL},
	{"r12", X86_R12, NULL},
	{"r13", X86_R13, NULL},
	{"r14", X86_R14, NULL},
	{"r15", X86_R15, NULL},
	{"rip", X86_RIP, NULL},
	{"eflags", X86_RFLAGS, "ps"},
	{"cs", X86_CS, NULL},
	{"ss", X86_SS, NULL},
	{"ds", X86_DS, NULL},
	{"es", X86_ES, NULL},
	{"fs", X86_FS, NULL},
	{"gs", X86_GS, NULL},
	{"fs_base", X86_FS_BASE, NULL},
	{"gs_base", X86_GS_BASE, NULL},
	{NULL, 0, NULL},
};

bool x86_64_user_mode(const struct target *t, const struct regs *r)
{
	/* The privilege level is in the selector; without it the address tells. */
	if (regs_known(r, X86_CS) && r->value[X86_CS])
		return (r->value[X86_CS] & 3) == 3;
	return regs_known(r, X86_RIP) && x86_64_is_user(t, r->value[X86_RIP]);
}

bool x86_64_qemu_regs(struct target *t, const uint8_t *desc, size_t size, struct regs *r)
{
	static const uint8_t general[X86_QEMU_GENERAL] = {
		X86_RAX, X86_RBX, X86_RCX, X86_RDX, X86_RSI, X86_RDI, X86_RSP, X86_RBP, X86_R8,
		9,       X86_R10, 11,      X86_R12, X86_R13, X86_R14, X86_R15, X86_RIP, X86_RFLAGS};
	static const uint8_t segments[] = {X86_CS, X86_DS, X86_ES, X86_FS, X86_GS, X86_SS};

	(void)t;
	if (!x86_is_qemu_state(desc, size))
		return fail("QEMU's CPU state is of an unknown layout (%zu bytes)", size);
	for (unsigned i = 0; i < X86_QEMU_GENERAL; i++)
		regs_set(r, general[i], x86_qemu_general(desc, i));
	for (unsigned i = 0; i < sizeof segments; i++)
		regs_set(r, segments[i], x86_qemu_selector(desc, (enum x86_qemu_segment)i));
	regs_set(r, X86_FS_BASE, x86_qemu_base(desc, X86_QEMU_FS));
	regs_set(r, X86_GS_BASE, x86_qemu_base(desc, X86_QEMU_GS));
	return true;
}

bool x86_64_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	static const struct x86_saved saved[] = {
		{"r15", X86_R15}, {"r14", X86_R14}, {"r13", X86_R13},      {"r12", X86_R12},
		{"bx", X86_RBX},  {"bp", X86_RBP},  {"ret_addr", X86_RIP}, {NULL, 0},
	};
	struct x86_64_data *d = t->arch_data;

	if (!d)
		return fail("the kernel's memory was not found");
	return x86_switched_out(t, task, saved, &d->switch_frame, r);
}
