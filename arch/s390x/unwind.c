/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry code, calls on other stacks, and the back chain: the kernel is built with -mbackchain and
 * -mpacked-stack, so each frame leads to its caller's without tables (arch/s390/kernel/unwind_bc.c).
 */
#include <string.h>

#include "base/error.h"
#include "debuginfo/dwarf.h"
#include "s390x.h"

/* arch/s390/kernel/entry.S: behind a frame of their own lie the registers. */
const struct entry_code s390x_entries[] = {
	{"system_call", STACK_FRAME_OVERHEAD},
	{"pgm_check_handler", STACK_FRAME_OVERHEAD},
	{"io_int_handler", STACK_FRAME_OVERHEAD},
	{"ext_int_handler", STACK_FRAME_OVERHEAD},
	{"mcck_int_handler", STACK_FRAME_OVERHEAD},
	{"restart_int_handler", STACK_FRAME_OVERHEAD},
	{"ret_from_fork", STACK_FRAME_OVERHEAD},
	/* before 5.12 */
	{"kernel_thread_starter", STACK_FRAME_OVERHEAD},
	{NULL, 0},
};

/* arch/s390/kernel/head64.S, and what follows on a stack that nothing returns from. */
const char *const s390x_outermost[] = {"startup_continue", "_stext", "_text", NULL};

static struct unwind_rule at_cfa(int64_t offset)
{
	return (struct unwind_rule){.kind = RULE_AT_CFA, .offset = offset};
}

/* The CFA of the frame that the back chain at the stack pointer leads to. */
static void by_back_chain(struct target *t, struct unwind_row *row)
{
	row->cfa = (struct unwind_rule){
		.kind = RULE_REG_PLUS, .reg = S390_R15, .offset = (int64_t)s390x_frame(t)->back_chain};
	row->cfa_deref = true;
	row->cfa_add = STACK_FRAME_OVERHEAD;
}

static void registers_above(struct unwind_row *row)
{
	row->kind = FRAME_REGS;
	row->cfa =
		(struct unwind_rule){.kind = RULE_REG_PLUS, .reg = S390_R15, .offset = STACK_FRAME_OVERHEAD};
	row->cfa_deref = false;
	row->cfa_add = 0;
}

/*
 * kernel_stack_overflow() is jumped to by stack_overflow, which leaves registers where a call would leave its
 * caller's frame.
 */
bool s390x_row(struct target *t, uint64_t pc, struct unwind_row *row)
{
	const struct symbol *symbol = symbol_text_at(t->symbols, pc, NULL);
	struct dwarf *d;

	if (!symbol || strcmp(symbol->name, "kernel_stack_overflow") != 0)
		return false;
	d = target_dwarf_at(t, pc);
	if (!d || !dwarf_cfi_row(d, pc, row)) {
		fail_clear();
		by_back_chain(t, row);
	}
	row->kind = FRAME_REGS;
	row->origin = "entry code";
	return true;
}

/*
 * A function calls another on a new stack (call_on_stack(), asm/stacktrace.h): while that runs, what CFI says
 * of the stack pointer is wrong. At its first place on a stack the back chain leads to the frame that the
 * caller has on the old one; 0 when the old stack was left for good (call_on_stack_noreturn()).
 */
void s390x_mend_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t back;

	if (row->kind != FRAME_CALL || !r->pc_is_return || !regs_known(r, S390_R15) ||
	    !s390x_is_initial_sp(t, r->value[S390_R15]) ||
	    target_read_word(t, r->value[S390_R15] + s390x_frame(t)->back_chain, &back) != READ_OK)
		return;
	if (back)
		by_back_chain(t, row);
	else
		row->kind = FRAME_END;
}

static bool read_frame(struct target *t, uint64_t sp, uint64_t *back, uint64_t *r14)
{
	const struct s390x_frame *f = s390x_frame(t);

	return !(sp & 7) && target_read_word(t, sp + f->back_chain, back) == READ_OK &&
	       target_read_word(t, sp + f->gprs + 64, r14) == READ_OK;
}

/* Does r14 still hold where the interrupted function returns to? Not if it has made a call. */
static bool r14_returns(struct target *t, const struct regs *r)
{
	const struct symbol *here = symbol_text_at(t->symbols, r->value[S390_PSW_ADDR], NULL), *there;

	if (!regs_known(r, S390_R14) || !symbols_is_text(t->symbols, r->value[S390_R14]))
		return false;
	there = symbol_text_at(t->symbols, r->value[S390_R14], NULL);
	return !here || here != there;
}

/* No table knows the pc: assembly such as psw_idle, or a kernel without debug information. */
bool s390x_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	int64_t saved_r14 = (int64_t)s390x_frame(t)->gprs + 64 - STACK_FRAME_OVERHEAD;
	uint64_t sp, back, r14, outer, outer_r14;

	if (!regs_known(r, S390_R15))
		return false;
	sp = r->value[S390_R15];
	if (!read_frame(t, sp, &back, &r14))
		return false;
	row->origin = "back chain";
	row->return_reg = S390_R14;
	row->n_regs = S390_R15 + 1;
	row->regs[S390_R15] = (struct unwind_rule){.kind = RULE_ABI};
	if (!r->pc_is_return && r14_returns(t, r) &&
	    !(back && read_frame(t, back, &outer, &outer_r14) && outer_r14 == r->value[S390_R14])) {
		/* It has no frame of its own, or not yet. */
		row->cfa = (struct unwind_rule){
			.kind = RULE_REG_PLUS, .reg = S390_R15, .offset = STACK_FRAME_OVERHEAD};
		for (unsigned n = S390_R6; n <= S390_R14; n++)
			row->regs[n] = (struct unwind_rule){.kind = RULE_SAME};
		return true;
	}
	if (!back) {
		registers_above(row);
		return true;
	}
	by_back_chain(t, row);
	row->regs[S390_R14] = at_cfa(saved_r14);
	return true;
}
