/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, NT_PRSTATUS, and what a switched-out task left on its stack. */
#include "base/error.h"
#include "s390x.h"

/*
 * arch/s390/include/asm/ptrace.h, struct pt_regs: args[1], psw, gprs[16], orig_gpr2; what follows changed in
 * time. NT_PRSTATUS has uapi/asm/ptrace.h, s390_regs: psw, gprs[16], acrs[16], orig_gpr2.
 */
#define GPRS(at)                                                                                             \
	{"r0", 0, (at), 8}, {"r1", 1, (at) + 8, 8}, {"r2", S390_R2, (at) + 16, 8}, {"r3", 3, (at) + 24, 8},  \
		{"r4", 4, (at) + 32, 8}, {"r5", 5, (at) + 40, 8}, {"r6", S390_R6, (at) + 48, 8},             \
		{"r7", 7, (at) + 56, 8}, {"r8", 8, (at) + 64, 8}, {"r9", 9, (at) + 72, 8},                   \
		{"r10", 10, (at) + 80, 8}, {"r11", S390_R11, (at) + 88, 8}, {"r12", 12, (at) + 96, 8},       \
		{"r13", 13, (at) + 104, 8}, {"r14", S390_R14, (at) + 112, 8},                                \
	{                                                                                                    \
		"r15", S390_R15, (at) + 120, 8                                                               \
	}

static const struct reg_slot pt_regs_slots[] = {
	{"psw_mask", S390_PSW_MASK, 8, 8},
	{"psw_addr", S390_PSW_ADDR, 16, 8},
	GPRS(24),
	{"orig_gpr2", -1, 152, 8},
};

static const struct reg_slot prstatus_slots[] = {
	{"psw_mask", S390_PSW_MASK, 0, 8}, {"psw_addr", S390_PSW_ADDR, 8, 8}, GPRS(16),
	{"a0", S390_A0, 144, 4},           {"a1", S390_A0 + 1, 148, 4},       {"a2", S390_A0 + 2, 152, 4},
	{"a3", S390_A0 + 3, 156, 4},       {"a4", S390_A0 + 4, 160, 4},       {"a5", S390_A0 + 5, 164, 4},
	{"a6", S390_A0 + 6, 168, 4},       {"a7", S390_A0 + 7, 172, 4},       {"a8", S390_A0 + 8, 176, 4},
	{"a9", S390_A0 + 9, 180, 4},       {"a10", S390_A0 + 10, 184, 4},     {"a11", S390_A0 + 11, 188, 4},
	{"a12", S390_A0 + 12, 192, 4},     {"a13", S390_A0 + 13, 196, 4},     {"a14", S390_A0 + 14, 200, 4},
	{"a15", S390_A0 + 15, 204, 4},     {"orig_gpr2", -1, 208, 8},
};

const struct reg_layout s390x_pt_regs = {pt_regs_slots, sizeof pt_regs_slots / sizeof *pt_regs_slots, 160};
const struct reg_layout s390x_prstatus = {prstatus_slots, sizeof prstatus_slots / sizeof *prstatus_slots,
					  216};

/* In the order of gdb. */
const struct reg_name s390x_reg_names[] = {
	{"pswm", S390_PSW_MASK, "ps"},
	{"pswa", S390_PSW_ADDR, NULL},
	{"r0", 0, NULL},
	{"r1", 1, NULL},
	{"r2", 2, NULL},
	{"r3", 3, NULL},
	{"r4", 4, NULL},
	{"r5", 5, NULL},
	{"r6", S390_R6, NULL},
	{"r7", 7, NULL},
	{"r8", 8, NULL},
	{"r9", 9, NULL},
	{"r10", 10, NULL},
	{"r11", S390_R11, NULL},
	{"r12", 12, NULL},
	{"r13", 13, NULL},
	{"r14", S390_R14, NULL},
	{"r15", S390_R15, NULL},
	{NULL, 0, NULL},
};

/* Addresses tell nothing: user and kernel have an address space each, and both begin at 0. */
bool s390x_user_mode(const struct target *t, const struct regs *r)
{
	(void)t;
	return regs_known(r, S390_PSW_MASK) && r->value[S390_PSW_MASK] & PSW_PROBLEM_STATE;
}

const struct s390x_frame *s390x_frame(struct target *t)
{
	/* The packed layout (-mpacked-stack, since 2.6.18), for a kernel whose types are not known. */
	static const struct s390x_frame packed = {72, 152};
	struct s390x_data *d = t->arch_data;
	struct s390x_frame found;
	uint64_t size;

	if (!d)
		return &packed;
	if (d->frame)
		return d->frame;
	d->frame = arena_new(t->arena, struct s390x_frame);
	*d->frame = packed;
	if (target_member(t, TYPE_STRUCT, "stack_frame", "gprs", &found.gprs, &size) && size == 80 &&
	    target_member(t, TYPE_STRUCT, "stack_frame", "back_chain", &found.back_chain, &size) &&
	    found.gprs <= 80 && found.back_chain <= STACK_FRAME_OVERHEAD - 8)
		*d->frame = found;
	fail_clear();
	return d->frame;
}

/* __switch_to() (kernel/entry.S) stores r6 to r15 in the frame of its caller, thread.ksp. */
bool s390x_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	uint64_t offset, size, ksp, at;
	uint8_t gprs[80];
	enum read_status status;

	if (!t->arch_data)
		return fail("the kernel's memory was not found");
	if (!target_member(t, TYPE_STRUCT, "task_struct", "thread.ksp", &offset, &size))
		return false;
	status = target_read_word(t, task + offset, &ksp);
	if (status != READ_OK)
		return target_read_failed(t, "the task's saved stack pointer", task + offset, status);
	at = ksp + s390x_frame(t)->gprs;
	status = target_read(t, at, gprs, sizeof gprs);
	if (status != READ_OK)
		return target_read_failed(t, "the frame of the task switch", at, status);
	for (unsigned i = 0; i < 10; i++)
		if (S390_R6 + i != S390_R14)
			regs_set(r, S390_R6 + i, get_u64(gprs + (size_t)i * 8, t->order));
	regs_set(r, S390_PSW_ADDR, get_u64(gprs + 64, t->order));
	/* A task that never ran starts at ret_from_fork, and not behind a call. */
	r->pc_is_return = !symbol_at(t->symbols, r->value[S390_PSW_ADDR], &offset) || offset != 0;
	return true;
}
