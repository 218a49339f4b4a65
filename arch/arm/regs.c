/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, which NT_PRSTATUS holds too, and what a switched-out task left in its thread_info.
 */
#include "arm.h"

#include <string.h>

#include "base/error.h"

/* CONFIG_VECTORS_BASE, and the page of stubs behind it. */
static const uint64_t vectors = 0xffff0000, vectors_size = 0x1000;

/* arch/arm/include/asm/ptrace.h: unsigned long uregs[18]. */
static const struct reg_slot slots[] = {
	{"r0", 0, 0, 4},          {"r1", 1, 4, 4},        {"r2", 2, 8, 4},       {"r3", 3, 12, 4},
	{"r4", 4, 16, 4},         {"r5", 5, 20, 4},       {"r6", 6, 24, 4},      {"r7", 7, 28, 4},
	{"r8", 8, 32, 4},         {"r9", 9, 36, 4},       {"r10", 10, 40, 4},    {"fp", ARM_FP, 44, 4},
	{"ip", ARM_IP, 48, 4},    {"sp", ARM_SP, 52, 4},  {"lr", ARM_LR, 56, 4}, {"pc", ARM_PC, 60, 4},
	{"psr", ARM_CPSR, 64, 4}, {"orig_r0", -1, 68, 4},
};

const struct reg_layout arm_pt_regs = {slots, sizeof slots / sizeof *slots, 72};

/* In the order of gdb. */
const struct reg_name arm_reg_names[] = {
	{"r0", 0, NULL},          {"r1", 1, NULL},       {"r2", 2, NULL},       {"r3", 3, NULL},
	{"r4", 4, NULL},          {"r5", 5, NULL},       {"r6", 6, NULL},       {"r7", 7, NULL},
	{"r8", 8, NULL},          {"r9", 9, NULL},       {"r10", 10, NULL},     {"r11", ARM_FP, NULL},
	{"r12", ARM_IP, NULL},    {"sp", ARM_SP, "r13"}, {"lr", ARM_LR, "r14"}, {"pc", ARM_PC, "r15"},
	{"cpsr", ARM_CPSR, "ps"}, {NULL, 0, NULL},
};

bool arm_user_mode(const struct target *t, const struct regs *r)
{
	if (regs_known(r, ARM_CPSR) && r->value[ARM_CPSR])
		return (r->value[ARM_CPSR] & PSR_MODE) == PSR_USR;
	return regs_known(r, ARM_PC) && arm_is_user(t, r->value[ARM_PC]);
}

/*
 * An exception's mode has a stack pointer and a link register of its own, and the
 * kernel leaves it for SVC mode within a few instructions. QEMU stops a CPU on
 * its way into one whenever an interrupt is due, as it is in a kernel that loops
 * in panic(). The link register tells what was interrupted (ARM ARM, B1.8.3);
 * stack pointer and link register of there are in no note.
 */
void arm_mend_regs(struct target *t, struct regs *r, bool by_kernel)
{
	uint64_t psr = r->value[ARM_CPSR], back;

	if (by_kernel || !regs_known(r, ARM_CPSR) || !regs_known(r, ARM_LR))
		return;
	switch (psr & PSR_MODE) {
	case PSR_IRQ:
	case PSR_FIQ: back = 4; break;
	case PSR_ABT: back = (r->value[ARM_PC] & 0xfff) == 0xc ? 4 : 8; break;
	case PSR_UND: back = 4; break;
	default: return;
	}
	/* the vectors and their stubs; further on the state is that of the kernel's own code */
	if (r->value[ARM_PC] < vectors || r->value[ARM_PC] >= vectors + 2 * vectors_size)
		return;
	regs_set(r, ARM_PC, (r->value[ARM_LR] - back) & UINT32_MAX);
	if ((psr & PSR_MODE) == PSR_FIQ) {
		for (unsigned n = 8; n <= ARM_IP; n++)
			regs_forget(r, n);
	}
	regs_forget(r, ARM_SP);
	regs_forget(r, ARM_LR);
	regs_set(r, ARM_CPSR, arm_is_user(t, r->value[ARM_PC]) ? PSR_USR : PSR_SVC);
}

/* struct cpu_context_save of arch/arm/include/asm/thread_info.h, which __switch_to() fills. */
struct switch_frame {
	bool in_task;    /* thread_info is a part of task_struct, since 18ed1c01a7dd (5.16) */
	uint64_t offset; /* of thread_info.cpu_context.r4, from the task or from its stack's start */
	uint64_t stack;  /* of task_struct.stack */
};

static bool find_switch_frame(struct target *t, struct switch_frame *f)
{
	uint64_t size;

	if (target_member(t, TYPE_STRUCT, "task_struct", "thread_info.cpu_context.r4", &f->offset, &size)) {
		f->in_task = true;
		return true;
	}
	fail_clear();
	return target_member(t, TYPE_STRUCT, "task_struct", "stack", &f->stack, &size) &&
	       target_member(t, TYPE_STRUCT, "thread_info", "cpu_context.r4", &f->offset, &size);
}

bool arm_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	static const uint8_t saved[] = {4, 5, 6, 7, 8, 9, 10, ARM_FP, ARM_SP, ARM_PC};
	struct arm_data *d = t->arch_data;
	uint8_t bytes[sizeof saved * 4];
	uint64_t at = task, offset;
	enum read_status status;

	if (!d)
		return fail("the kernel's memory was not found");
	if (!d->switch_frame) {
		struct switch_frame *f = arena_new(t->arena, struct switch_frame);

		if (!find_switch_frame(t, f))
			return false;
		d->switch_frame = f;
	}
	if (!d->switch_frame->in_task) {
		status = target_read_word(t, task + d->switch_frame->stack, &at);
		if (status != READ_OK)
			return target_read_failed(t, "the task's stack pointer", task, status);
	}
	at += d->switch_frame->offset;
	status = target_read(t, at, bytes, sizeof bytes);
	if (status != READ_OK)
		return target_read_failed(t, "the task's saved registers", at, status);
	for (size_t i = 0; i < sizeof saved; i++)
		regs_set(r, saved[i], get_u32(bytes + i * 4, t->order));
	regs_set(r, ARM_PC, arm_code_address(t, r->value[ARM_PC]));
	/* A task that never ran starts at ret_from_fork, and not behind a call. */
	r->pc_is_return = !symbol_at(t->symbols, r->value[ARM_PC], &offset) || offset != 0;
	return true;
}
