/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, NT_PRSTATUS, and what a switched-out task left in its thread_struct. */
#include "riscv64.h"

#include "base/error.h"

/*
 * arch/riscv/include/asm/ptrace.h, struct pt_regs. Its first 32 words are struct user_regs_struct
 * (uapi/asm/ptrace.h), which is what NT_PRSTATUS holds, the pc in the place of x0.
 */
enum { PT_REGS = 36, USER_REGS = 32 };
static const struct reg_slot slots[] = {
	{"epc", RISCV_PC, 0, 8},
	{"ra", RISCV_RA, 8, 8},
	{"sp", RISCV_SP, 16, 8},
	{"gp", RISCV_GP, 24, 8},
	{"tp", RISCV_TP, 32, 8},
	{"t0", 5, 40, 8},
	{"t1", 6, 48, 8},
	{"t2", 7, 56, 8},
	{"s0", RISCV_FP, 64, 8},
	{"s1", RISCV_S1, 72, 8},
	{"a0", 10, 80, 8},
	{"a1", 11, 88, 8},
	{"a2", 12, 96, 8},
	{"a3", 13, 104, 8},
	{"a4", 14, 112, 8},
	{"a5", 15, 120, 8},
	{"a6", 16, 128, 8},
	{"a7", 17, 136, 8},
	{"s2", RISCV_S2, 144, 8},
	{"s3", 19, 152, 8},
	{"s4", 20, 160, 8},
	{"s5", 21, 168, 8},
	{"s6", 22, 176, 8},
	{"s7", 23, 184, 8},
	{"s8", 24, 192, 8},
	{"s9", 25, 200, 8},
	{"s10", 26, 208, 8},
	{"s11", 27, 216, 8},
	{"t3", 28, 224, 8},
	{"t4", 29, 232, 8},
	{"t5", 30, 240, 8},
	{"t6", 31, 248, 8},
	{"status", RISCV_STATUS, 256, 8},
	{"badaddr", -1, 264, 8},
	{"cause", RISCV_CAUSE, 272, 8},
	{"orig_a0", -1, 280, 8},
};
_Static_assert(sizeof slots / sizeof *slots == PT_REGS, "a slot for each word of struct pt_regs");

const struct reg_layout riscv64_pt_regs = {slots, PT_REGS, PT_REGS * 8};
const struct reg_layout riscv64_prstatus = {slots, USER_REGS, USER_REGS * 8};

/* In the order of gdb. */
const struct reg_name riscv64_reg_names[] = {
	{"ra", RISCV_RA, NULL}, {"sp", RISCV_SP, NULL}, {"gp", RISCV_GP, NULL}, {"tp", RISCV_TP, NULL},
	{"t0", 5, NULL},        {"t1", 6, NULL},        {"t2", 7, NULL},        {"fp", RISCV_FP, "s0"},
	{"s1", RISCV_S1, NULL}, {"a0", 10, NULL},       {"a1", 11, NULL},       {"a2", 12, NULL},
	{"a3", 13, NULL},       {"a4", 14, NULL},       {"a5", 15, NULL},       {"a6", 16, NULL},
	{"a7", 17, NULL},       {"s2", RISCV_S2, NULL}, {"s3", 19, NULL},       {"s4", 20, NULL},
	{"s5", 21, NULL},       {"s6", 22, NULL},       {"s7", 23, NULL},       {"s8", 24, NULL},
	{"s9", 25, NULL},       {"s10", 26, NULL},      {"s11", 27, NULL},      {"t3", 28, NULL},
	{"t4", 29, NULL},       {"t5", 30, NULL},       {"t6", 31, NULL},       {"pc", RISCV_PC, NULL},
	{NULL, 0, NULL},
};

enum { STATUS_SPP = 1 << 8 }; /* sstatus: the mode before the trap was supervisor */

bool riscv64_user_mode(const struct target *t, const struct regs *r)
{
	if (regs_known(r, RISCV_STATUS))
		return !(r->value[RISCV_STATUS] & STATUS_SPP);
	return regs_known(r, RISCV_PC) && riscv64_is_user(t, r->value[RISCV_PC]);
}

/* struct thread_struct (arch/riscv/include/asm/processor.h): ra, sp, s[12], as __switch_to() stores them. */
struct riscv64_thread {
	uint64_t ra, sp, s;
};

static struct riscv64_thread *find_thread(struct target *t)
{
	struct riscv64_data *d = t->arch_data;
	struct riscv64_thread found;
	uint64_t size;

	if (d->thread)
		return d->thread;
	if (!target_member(t, TYPE_STRUCT, "task_struct", "thread.ra", &found.ra, &size) ||
	    !target_member(t, TYPE_STRUCT, "task_struct", "thread.sp", &found.sp, &size) ||
	    !target_member(t, TYPE_STRUCT, "task_struct", "thread.s", &found.s, &size))
		return NULL;
	if (size != 12 * 8ULL)
		return fail("thread_struct.s has not twelve registers"), NULL;
	d->thread = arena_new(t->arena, struct riscv64_thread);
	*d->thread = found;
	return d->thread;
}

bool riscv64_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	const struct riscv64_thread *thread;
	uint64_t ra, sp, offset;
	uint8_t s[12 * 8];
	enum read_status status;

	if (!t->arch_data)
		return fail("the kernel's memory was not found");
	thread = find_thread(t);
	if (!thread)
		return false;
	status = target_read_word(t, task + thread->ra, &ra);
	if (status == READ_OK)
		status = target_read_word(t, task + thread->sp, &sp);
	if (status == READ_OK)
		status = target_read(t, task + thread->s, s, sizeof s);
	if (status != READ_OK)
		return target_read_failed(t, "the task's saved registers", task + thread->ra, status);
	regs_set(r, RISCV_PC, ra);
	regs_set(r, RISCV_SP, sp);
	for (unsigned i = 0; i < 12; i++)
		regs_set(r, i < 2 ? RISCV_FP + i : RISCV_S2 + i - 2, get_u64(s + (size_t)i * 8, t->order));
	/* A task that never ran starts at ret_from_fork, and not behind a call. */
	r->pc_is_return = !symbol_at(t->symbols, ra, &offset) || offset != 0;
	return true;
}
