/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry and start-up code (arch/arm64/kernel/entry.S, head.S). kernel_entry
 * stores struct pt_regs at the stack pointer and lets x29 point to the frame
 * record inside it (since 4.14), so that unwinding goes on from there even where
 * the code has changed stacks afterwards, as it did itself before 5.14.
 */
#include "arm64.h"

#include <string.h>

static bool begins_with_one_of(const char *name, const char *const *list)
{
	for (; *list; list++) {
		if (strncmp(name, *list, strlen(*list)) == 0)
			return true;
	}
	return false;
}

/* Between __entry_text_start and __entry_text_end: C functions have names like these too. */
static bool is_entry_text(struct target *t, uint64_t address)
{
	uint64_t start, end;

	return target_symbol(t, "__entry_text_start", &start) && target_symbol(t, "__entry_text_end", &end) &&
	       address >= start && address < end;
}

/* Where the registers are: by x29, else at the stack pointer. */
static bool find_regs(struct target *t, const struct regs *r, unsigned *reg, int64_t *offset)
{
	uint64_t record;

	*reg = ARM64_FP;
	if (regs_known(r, ARM64_FP) && r->value[ARM64_FP] && !(r->value[ARM64_FP] & 7) &&
	    arm64_record_offset(t, r->value[ARM64_FP], &record)) {
		*offset = -(int64_t)record;
		return true;
	}
	*reg = ARM64_SP;
	*offset = 0;
	return regs_known(r, ARM64_SP) && !r->sp_is_bound;
}

/*
 * Does the frame of the code at the return address @lr, with this stack pointer, save x29 where x29 points?
 * So it is when @lr is of the function itself or of the caller of one without a frame.
 */
static bool lr_fits(struct target *t, uint64_t lr, uint64_t sp, uint64_t fp)
{
	struct unwind_row row = {0};
	const struct symbol *symbol;
	struct arm64_prologue p;

	if (target_row(t, lr - 1, &row))
		return row.kind == FRAME_CALL && row.cfa.kind == RULE_REG_PLUS && row.cfa.reg == ARM64_SP &&
		       row.n_regs > ARM64_FP && row.regs[ARM64_FP].kind == RULE_AT_CFA &&
		       sp + (uint64_t)row.cfa.offset + (uint64_t)row.regs[ARM64_FP].offset == fp;
	symbol = symbol_text_at(t->symbols, lr - 1, NULL);
	return symbol && arm64_prologue(t, symbol->address, lr, true, &p) && p.fp_is_set &&
	       sp + (uint64_t)(p.sp_below + p.record) == fp;
}

/*
 * Has the interrupted function made its frame record, and is x30 what that holds? Then it is x30's callee
 * with a frame, though its sp and x29 may agree with those of a caller of one without.
 */
static bool lr_is_stored(struct target *t, uint64_t lr, uint64_t fp)
{
	uint64_t stored;

	return target_read_word(t, fp + 8, &stored) == READ_OK && arm64_untag(t, stored) == lr;
}

/*
 * An exception was being taken: where from, only the hardware knew (ELR_EL1), and it is in no dump. The
 * interrupted function is skipped, or x30 leads into it; x29 must agree.
 */
bool arm64_taken_row(struct target *t, const struct regs *r, const struct symbol *symbol,
		     struct unwind_row *row)
{
	bool vector = strcmp(symbol->name, "vectors") == 0;
	struct arm64_prologue p;
	uint64_t sp, lr;

	if (!regs_known(r, ARM64_LR) || !regs_known(r, ARM64_FP) || !regs_known(r, ARM64_SP) ||
	    !arm64_prologue(t, symbol->address, r->value[ARM64_PC], false, &p) || p.saved)
		return false;
	/* The vector makes room for the registers, and branches to the code that stores them. */
	if (!vector)
		p.sp_below += (int64_t)arm64_pt_regs_size(t);
	sp = r->value[ARM64_SP] + (uint64_t)p.sp_below;
	lr = arm64_untag(t, r->value[ARM64_LR]);
	if (lr_is_stored(t, lr, r->value[ARM64_FP]) || !lr_fits(t, lr, sp, r->value[ARM64_FP]))
		return false;
	arm64_call_row(row, ARM64_SP, p.sp_below, NULL, "entry code");
	return true;
}

bool arm64_is_taking(struct target *t, const struct regs *r, const struct symbol *symbol)
{
	uint64_t record;

	if (strcmp(symbol->name, "vectors") == 0)
		return true;
	return !r->pc_is_return && strncmp(symbol->name, "el1", 3) == 0 &&
	       is_entry_text(t, symbol->address) && regs_known(r, ARM64_FP) && regs_known(r, ARM64_SP) &&
	       arm64_record_offset(t, r->value[ARM64_FP], &record) &&
	       r->value[ARM64_FP] != r->value[ARM64_SP] + record;
}

/*
 * The outermost frame of a thread: the registers above it are those that copy_thread() made, of user mode
 * for a process that has not run yet or is to run a program.
 */
static void from_fork(struct target *t, const struct regs *r, struct unwind_row *row)
{
	unsigned reg;
	int64_t offset;
	uint64_t pstate;

	row->kind = FRAME_END;
	if (find_regs(t, r, &reg, &offset) &&
	    target_read_word(t, r->value[reg] + (uint64_t)offset + 264, &pstate) == READ_OK &&
	    (pstate & PSTATE_EL_MASK) == 0 && !(regs_known(r, ARM64_X19) && r->value[ARM64_X19]))
		arm64_regs_row(row, reg, offset, "entry code");
}

bool arm64_entry_row(struct target *t, const struct regs *r, const struct symbol *symbol,
		     struct unwind_row *row)
{
	/* SYM_CODE labels since 5.14 ("el1h_64_irq"), before ("el1_irq"), and where both return. */
	static const char *const entries[] = {
		"el0",         "el1", "ret_to_", "ret_fast_syscall", "work_pending", "finish_ret_to_user",
		"__bad_stack", NULL};
	static const char *const starts[] = {"__primary_switched", "__secondary_switched", "__mmap_switched",
					     "secondary_startup", NULL};
	unsigned reg;
	int64_t offset;

	row->origin = "entry code";
	if (strcmp(symbol->name, "ret_from_fork") == 0) {
		from_fork(t, r, row);
		return true;
	}
	if (begins_with_one_of(symbol->name, starts)) {
		row->kind = FRAME_END;
		return true;
	}
	if (!begins_with_one_of(symbol->name, entries) || !is_entry_text(t, symbol->address) ||
	    !find_regs(t, r, &reg, &offset))
		return false;
	arm64_regs_row(row, reg, offset, "entry code");
	return true;
}
