/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, NT_PRSTATUS, and what a switched-out task left in its thread_struct. */
#include "mips.h"

#include <stdio.h>

#include "base/error.h"

/* $0 to $31 at @base, each of @w bytes. */
#define REG(n, base, w)                                                                                      \
	{                                                                                                    \
		"r" #n, (n), (base) + (n) * (w), (w)                                                         \
	}
#define GENERAL(base, w)                                                                                     \
	REG(0, base, w), REG(1, base, w), REG(2, base, w), REG(3, base, w), REG(4, base, w),                 \
		REG(5, base, w), REG(6, base, w), REG(7, base, w), REG(8, base, w), REG(9, base, w),         \
		REG(10, base, w), REG(11, base, w), REG(12, base, w), REG(13, base, w), REG(14, base, w),    \
		REG(15, base, w), REG(16, base, w), REG(17, base, w), REG(18, base, w), REG(19, base, w),    \
		REG(20, base, w), REG(21, base, w), REG(22, base, w), REG(23, base, w), REG(24, base, w),    \
		REG(25, base, w), REG(26, base, w), REG(27, base, w), REG(28, base, w), REG(29, base, w),    \
		REG(30, base, w), REG(31, base, w)

/*
 * arch/mips/include/asm/ptrace.h, struct pt_regs: 32-bit kernels begin with the eight words that o32 calls
 * and system calls keep for arguments. Octeon's has more at the end; SmartMIPS kernels have one more word
 * behind lo, which nothing in a dump tells.
 */
#define PT_REGS(pad, w)                                                                                      \
	GENERAL(pad, w), {"status", MIPS_STATUS, (pad) + 32 * (w), w}, {"hi", MIPS_HI, (pad) + 33 * (w), w}, \
		{"lo", MIPS_LO, (pad) + 34 * (w), w}, {"badvaddr", MIPS_BADVADDR, (pad) + 35 * (w), w},      \
		{"cause", MIPS_CAUSE, (pad) + 36 * (w), w},                                                  \
	{                                                                                                    \
		"epc", MIPS_EPC, (pad) + 37 * (w), w                                                         \
	}

static const struct reg_slot pt_regs_32[] = {PT_REGS(32, 4)};
static const struct reg_slot pt_regs_64[] = {PT_REGS(0, 8)};
const struct reg_layout mips_pt_regs = {pt_regs_32, sizeof pt_regs_32 / sizeof *pt_regs_32, 32 + 38 * 4};
const struct reg_layout mips64_pt_regs = {pt_regs_64, sizeof pt_regs_64 / sizeof *pt_regs_64, 38 * 8};

/* arch/mips/include/uapi/asm/reg.h: elf_gregset_t is 45 words, $0 being number 6 in o32 and number 0 in n64.
 */
#define GREGSET(first, w)                                                                                    \
	GENERAL((first) * (w), w), {"lo", MIPS_LO, ((first) + 32) * (w), w},                                 \
		{"hi", MIPS_HI, ((first) + 33) * (w), w}, {"epc", MIPS_EPC, ((first) + 34) * (w), w},        \
		{"badvaddr", MIPS_BADVADDR, ((first) + 35) * (w), w},                                        \
		{"status", MIPS_STATUS, ((first) + 36) * (w), w},                                            \
	{                                                                                                    \
		"cause", MIPS_CAUSE, ((first) + 37) * (w), w                                                 \
	}

static const struct reg_slot gregset_32[] = {GREGSET(6, 4)};
static const struct reg_slot gregset_64[] = {GREGSET(0, 8)};
const struct reg_layout mips_prstatus = {gregset_32, sizeof gregset_32 / sizeof *gregset_32, 45 * 4};
const struct reg_layout mips64_prstatus = {gregset_64, sizeof gregset_64 / sizeof *gregset_64, 45 * 8};

/* In the order of gdb. */
const struct reg_name mips_reg_names[] = {
	{"zero", 0, NULL},
	{"at", 1, NULL},
	{"v0", 2, NULL},
	{"v1", 3, NULL},
	{"a0", 4, NULL},
	{"a1", 5, NULL},
	{"a2", 6, NULL},
	{"a3", 7, NULL},
	{"t0", 8, NULL},
	{"t1", 9, NULL},
	{"t2", 10, NULL},
	{"t3", 11, NULL},
	{"t4", 12, NULL},
	{"t5", 13, NULL},
	{"t6", 14, NULL},
	{"t7", 15, NULL},
	{"s0", MIPS_S0, NULL},
	{"s1", MIPS_S1, NULL},
	{"s2", 18, NULL},
	{"s3", 19, NULL},
	{"s4", 20, NULL},
	{"s5", 21, NULL},
	{"s6", 22, NULL},
	{"s7", 23, NULL},
	{"t8", 24, NULL},
	{"t9", 25, NULL},
	{"k0", 26, NULL},
	{"k1", 27, NULL},
	{"gp", 28, NULL},
	{"sp", MIPS_SP, NULL},
	{"s8", MIPS_S8, NULL},
	{"ra", MIPS_RA, NULL},
	{"status", MIPS_STATUS, "ps"},
	{"lo", MIPS_LO, NULL},
	{"hi", MIPS_HI, NULL},
	{"badvaddr", MIPS_BADVADDR, NULL},
	{"cause", MIPS_CAUSE, NULL},
	{"pc", MIPS_EPC, NULL},
	{NULL, 0, NULL},
};

/* In the order of gdb. */
const struct reg_name mips64_reg_names[] = {
	{"zero", 0, NULL},
	{"at", 1, NULL},
	{"v0", 2, NULL},
	{"v1", 3, NULL},
	{"a0", 4, NULL},
	{"a1", 5, NULL},
	{"a2", 6, NULL},
	{"a3", 7, NULL},
	{"a4", 8, NULL},
	{"a5", 9, NULL},
	{"a6", 10, NULL},
	{"a7", 11, NULL},
	{"t0", 12, NULL},
	{"t1", 13, NULL},
	{"t2", 14, NULL},
	{"t3", 15, NULL},
	{"s0", MIPS_S0, NULL},
	{"s1", MIPS_S1, NULL},
	{"s2", 18, NULL},
	{"s3", 19, NULL},
	{"s4", 20, NULL},
	{"s5", 21, NULL},
	{"s6", 22, NULL},
	{"s7", 23, NULL},
	{"t8", 24, NULL},
	{"t9", 25, NULL},
	{"k0", 26, NULL},
	{"k1", 27, NULL},
	{"gp", 28, NULL},
	{"sp", MIPS_SP, NULL},
	{"s8", MIPS_S8, NULL},
	{"ra", MIPS_RA, NULL},
	{"status", MIPS_STATUS, "ps"},
	{"lo", MIPS_LO, NULL},
	{"hi", MIPS_HI, NULL},
	{"badvaddr", MIPS_BADVADDR, NULL},
	{"cause", MIPS_CAUSE, NULL},
	{"pc", MIPS_EPC, NULL},
	{NULL, 0, NULL},
};

/* Status.KSU, bits 4:3 (the R3000's KUp, bit 3, is the other way to say it). */
enum { STATUS_KSU = 0x18, STATUS_USER = 0x10 };

bool mips_user_mode(const struct target *t, const struct regs *r)
{
	if (regs_known(r, MIPS_STATUS) && r->value[MIPS_STATUS])
		return (r->value[MIPS_STATUS] & STATUS_KSU) == STATUS_USER;
	return regs_known(r, MIPS_EPC) && mips_is_user(t, r->value[MIPS_EPC]);
}

/* thread.reg16 to reg23 and reg29 to reg31, which resume() stores (arch/mips/kernel/r4k_switch.S). */
enum { N_SWITCH = 11 };
struct switch_regs {
	uint64_t offset[N_SWITCH];
};
static const uint8_t switch_regs[N_SWITCH] = {16, 17, 18, 19, 20, 21, 22, 23, 29, 30, 31};

static struct switch_regs *find_switch_regs(struct target *t)
{
	struct switch_regs *s = arena_new(t->arena, struct switch_regs);

	for (size_t i = 0; i < N_SWITCH; i++) {
		char path[24];
		uint64_t size;

		snprintf(path, sizeof path, "thread.reg%u", switch_regs[i]);
		if (!target_member(t, TYPE_STRUCT, "task_struct", path, &s->offset[i], &size))
			return NULL;
	}
	return s;
}

bool mips_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	struct mips_data *d = t->arch_data;
	uint64_t offset;

	if (!d)
		return fail("the kernel's memory was not found");
	if (!d->switch_regs)
		d->switch_regs = find_switch_regs(t);
	if (!d->switch_regs)
		return false;
	for (size_t i = 0; i < N_SWITCH; i++) {
		uint64_t at = task + d->switch_regs->offset[i], value;
		enum read_status status = target_read_word(t, at, &value);

		if (status != READ_OK)
			return target_read_failed(t, "the task's saved registers", at, status);
		regs_set(r, switch_regs[i], value);
	}
	regs_set(r, MIPS_EPC, r->value[MIPS_RA]);
	/* A task that never ran starts at ret_from_fork or ret_from_kernel_thread, and not behind a call. */
	r->pc_is_return = !symbol_at(t->symbols, r->value[MIPS_EPC], &offset) || offset != 0;
	return true;
}
