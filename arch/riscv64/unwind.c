/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entry code, frame pointers, and what a call looks like. */
#include <string.h>

#include "base/error.h"
#include "debuginfo/dwarf.h"
#include "riscv64.h"

/*
 * arch/riscv/kernel/entry.S: while they run C code the registers lie at the stack pointer, as in
 * handle_exception (below). Kernels before 6.5, which has the generic entry code, had more labels in it.
 */
const struct entry_code riscv64_entries[] = {
	{"ret_from_exception", 0},
	{"ret_from_fork", 0},
	{"ret_from_kernel_thread", 0},
	{"ret_from_syscall", 0},
	{"ret_from_syscall_rejected", 0},
	{"handle_syscall", 0},
	{"check_syscall_nr", 0},
	{"handle_syscall_trace_enter", 0},
	{"handle_syscall_trace_exit", 0},
	{"resume_userspace", 0},
	{"resume_kernel", 0},
	{"work_pending", 0},
	{"work_notifysig", 0},
	{"work_resched", 0},
	/* since 6.14 two functions instead of ret_from_fork */
	{"ret_from_fork_kernel_asm", 0},
	{"ret_from_fork_user_asm", 0},
	{NULL, 0},
};

/* arch/riscv/kernel/head.S: CPUs come from here, and nothing returns to it. */
const char *const riscv64_outermost[] = {"_start_kernel", "_start", "secondary_start_sbi", NULL};

/*
 * handle_bad_stack() is jumped to, not called, by handle_kernel_stack_overflow: its return address is that
 * of the code that overflowed. The registers lie where its frame begins.
 */
static bool bad_stack_row(struct target *t, uint64_t pc, struct unwind_row *row)
{
	struct dwarf *d = target_dwarf_at(t, pc);

	if (!d || !dwarf_cfi_row(d, pc, row)) {
		fail_clear();
		row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = RISCV_FP};
	}
	row->kind = FRAME_REGS;
	row->origin = "entry code";
	return true;
}

/*
 * Before it has saved all registers, handle_exception knows no pt_regs. That they are there is sure behind
 * "csrw sscratch, zero".
 */
static bool handle_exception_row(struct target *t, uint64_t start, uint64_t pc, struct unwind_row *row)
{
	uint8_t code[512];
	size_t got = 0, at = 0;

	target_read_some(t, NULL, start, code, sizeof code, &got);
	while (at + 4 <= got && get_u32(code + at, ORDER_LITTLE) != 0x14001073)
		at += 2;
	if (at + 4 > got || pc < start + at)
		return false;
	row->kind = FRAME_REGS;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = RISCV_SP};
	row->origin = "entry code";
	return true;
}

bool riscv64_row(struct target *t, uint64_t pc, struct unwind_row *row)
{
	const struct symbol *symbol = symbol_text_at(t->symbols, pc, NULL);

	if (!symbol)
		return false;
	if (strcmp(symbol->name, "handle_exception") == 0)
		return handle_exception_row(t, symbol->address, pc, row);
	return strcmp(symbol->name, "handle_bad_stack") == 0 && bad_stack_row(t, pc, row);
}

static struct unwind_rule at_cfa(int64_t offset)
{
	return (struct unwind_rule){.kind = RULE_AT_CFA, .offset = offset};
}

/*
 * A function that has called nothing yet, so that ra is still where it returns to: with a record {fp, ra} of
 * its own, with one of fp alone as leaves have, or with none.
 */
static bool leaf_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t fp = r->value[RISCV_FP], word = 0;
	bool read = target_read_word(t, fp - 8, &word) == READ_OK;
	bool recorded = read && word == r->value[RISCV_RA];
	bool fp_alone =
		read && !recorded && word > fp && word - fp < 1 << 16 && !symbols_is_text(t->symbols, word);

	row->return_reg = RISCV_RA;
	row->n_regs = RISCV_S2 + 10;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS,
					.reg = recorded || fp_alone ? RISCV_FP : RISCV_SP};
	for (unsigned n = 0; n < row->n_regs; n++)
		row->regs[n] = (struct unwind_rule){.kind = RULE_ABI};
	row->regs[RISCV_RA] = (struct unwind_rule){.kind = RULE_SAME};
	if (recorded || fp_alone)
		row->regs[RISCV_FP] = at_cfa(recorded ? -16 : -8);
	return true;
}

/*
 * At its first instruction handle_exception has all registers of what was interrupted, but not its pc, which
 * is in a register (sepc) that no dump has. ra leads into the interrupted function, or to its caller when
 * that has called nothing: QEMU stops CPUs there. In user mode nothing of the kernel is further out.
 */
static bool interrupted_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	row->origin = "start of an exception";
	if (riscv64_is_user(t, r->value[RISCV_SP])) {
		row->kind = FRAME_END;
		return true;
	}
	return leaf_row(t, r, row);
}

/* Does ra lead out of the function that the pc is in? */
static bool has_called_nothing(struct target *t, const struct regs *r, const struct symbol *here)
{
	const struct symbol *there = symbol_text_at(t->symbols, r->value[RISCV_RA], NULL);

	return here && there && here != there;
}

/*
 * CONFIG_FRAME_POINTER, on by default: s0 points behind {fp, ra} (struct stackframe, asm/stacktrace.h).
 * call_on_irq_stack() keeps such a record too, on the stack that it left.
 */
bool riscv64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t pc = r->value[RISCV_PC], fp, ra, next, offset;
	const struct symbol *here = symbol_text_at(t->symbols, r->pc_is_return ? pc - 1 : pc, &offset);

	if (!regs_known(r, RISCV_FP))
		return false;
	row->origin = "frame pointer";
	if (!r->pc_is_return && regs_known(r, RISCV_SP) && regs_known(r, RISCV_RA)) {
		if (here && strcmp(here->name, "handle_exception") == 0)
			return offset == 0 && interrupted_row(t, r, row);
		if (has_called_nothing(t, r, here))
			return leaf_row(t, r, row);
	}
	fp = r->value[RISCV_FP];
	if (fp & 7 || fp < 16 || target_read_word(t, fp - 16, &next) != READ_OK ||
	    target_read_word(t, fp - 8, &ra) != READ_OK)
		return false;
	if (!symbols_is_text(t->symbols, ra)) {
		/* C functions that head.S goes on to: where that has no symbols they are the outermost. */
		row->kind = FRAME_END;
		return here &&
		       (strcmp(here->name, "start_kernel") == 0 || strcmp(here->name, "smp_callin") == 0);
	}
	row->return_reg = RISCV_RA;
	row->n_regs = RISCV_FP + 1;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = RISCV_FP};
	row->regs[RISCV_SP] = (struct unwind_rule){.kind = RULE_ABI};
	row->regs[RISCV_TP] = (struct unwind_rule){.kind = RULE_SAME};
	row->regs[RISCV_RA] = at_cfa(-8);
	row->regs[RISCV_FP] = at_cfa(-16);
	return true;
}

/*
 * jal ra, or jalr ra through a register (RISC-V unprivileged ISA, 2.5), or the compressed c.jalr (which has
 * no link register but ra). A jalr behind an auipc of the same register tells its goal.
 */
bool riscv64_is_call(struct target *t, uint64_t return_address, uint64_t callee)
{
	uint8_t code[8];
	uint32_t last, before;
	uint16_t half;

	if (target_read(t, return_address - sizeof code, code, sizeof code) != READ_OK)
		return true;
	before = get_u32(code, ORDER_LITTLE);
	last = get_u32(code + 4, ORDER_LITTLE);
	half = get_u16(code + 6, ORDER_LITTLE);
	if ((last & 0xfff) == 0x0ef) { /* jal ra, distance: imm[20|10:1|11|19:12] */
		int64_t distance = (int64_t)(int32_t)last >> 31 << 20;

		distance |= (int64_t)((last >> 21 & 0x3ff) << 1 | (last >> 20 & 1) << 11 |
				      (last >> 12 & 0xff) << 12);
		return !callee || return_address - 4 + (uint64_t)distance == callee;
	}
	if ((last & 0x7fff) == 0x00e7) { /* jalr ra, distance(register) */
		unsigned base = last >> 15 & 31;

		if (callee && (before & 0x7f) == 0x17 && (before >> 7 & 31) == base)
			return return_address - 8 + (uint64_t)(int64_t)(int32_t)(before & 0xfffff000) +
				       (uint64_t)((int64_t)(int32_t)last >> 20) ==
			       callee;
		return true;
	}
	return (half & 0xf07f) == 0x9002 && (half & 0x0f80) != 0; /* c.jalr */
}
