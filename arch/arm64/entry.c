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
