/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers without a stack pointer. A machine that is stopped in the moment of
 * an exception has saved nothing yet, and its stack pointer may already be the
 * exception's. The interrupted one is where a call of that very function left
 * its return address, and from where unwinding arrives at a known end.
 */
#include "base/interrupt.h"
#include "target/arch.h"
#include "target/unwind.h"

enum { LOST_MAX_STEPS = 64 };

/* The function that registers are in: what a call before the return address to its caller must have called.
 */
static uint64_t function_of(struct target *t, const struct regs *r)
{
	uint64_t pc = r->value[t->arch->pc];
	const struct symbol *symbol = symbol_text_at(t->symbols, r->pc_is_return ? pc - 1 : pc, NULL);

	return symbol ? symbol->address : 0;
}

static bool is_return(struct target *t, uint64_t address, uint64_t callee)
{
	return symbols_is_text(t->symbols, address) &&
	       (target_is_returned_to(t, address) || t->arch->is_call(t, address, callee));
}

/* A stack that overflowed goes on in the page below it. */
static bool on(struct target *t, const struct stack *stacks, size_t n, uint64_t sp)
{
	for (size_t i = 0; i < n; i++) {
		if (sp + t->page_size >= stacks[i].start && sp <= stacks[i].end)
			return true;
	}
	return false;
}

/*
 * Registers that no frame on the way saved are what user mode had in them when it made the system call: those
 * of another stack pointer would not be.
 */
static bool agrees(struct target *t, const struct regs *entry, const struct regs *user)
{
	for (const int16_t *n = t->arch->kept_by_syscalls; n && *n >= 0; n++) {
		if (regs_known(entry, (unsigned)*n) && entry->value[*n] &&
		    entry->value[*n] != user->value[*n])
			return false;
	}
	return true;
}

/*
 * How many calls unwinding from @r goes by to the outermost frame or to user mode; 0 when it does not arrive
 * or some were no calls. So many that it is not followed further are proof enough.
 */
static unsigned proves(struct target *t, struct regs r, const struct stack *stacks, size_t n)
{
	const struct arch *arch = t->arch;
	struct unwind_step step;

	for (unsigned i = 0; i < LOST_MAX_STEPS; i++) {
		uint64_t callee = function_of(t, &r), sp = r.value[arch->sp];

		unwind_one(t, &r, &step);
		switch (step.kind) {
		case STEP_STUCK: return 0;
		case STEP_END: return i;
		case STEP_REGS:
			/* where those of user mode lie: also what a kernel thread was started with */
			if (arch->user_regs && step.cfa == arch->user_regs(t, &stacks[0])) {
				if (arch->user_mode && arch->user_mode(t, &step.regs) &&
				    target_is_returned_to(t, r.value[arch->pc]) && !agrees(t, &r, &step.regs))
					return 0;
				return i;
			}
			if ((arch->user_mode && arch->user_mode(t, &step.regs)) ||
			    !symbols_is_text(t->symbols, step.regs.value[arch->pc]))
				return 0;
			break;
		case STEP_CALLER:
			if (!is_return(t, step.regs.value[arch->pc], callee))
				return 0;
			break;
		}
		if (!on(t, stacks, n, step.regs.value[arch->sp]) ||
		    (step.regs.value[arch->sp] <= sp && i > 0 && on(t, stacks, 1, sp)))
			return 0;
		r = step.regs;
	}
	return LOST_MAX_STEPS;
}

/*
 * A function with a frame pointer needs no stack pointer to be left. Its own is at most where it saved
 * registers, or where its frame begins.
 */
static bool by_frame_pointer(struct target *t, const struct regs *start, struct regs *r)
{
	const struct arch *arch = t->arch;
	struct unwind_row row = {0};
	int64_t lowest = 0;

	if (!target_row(t, start->value[arch->pc], &row) &&
	    (!arch->fallback_row || !arch->fallback_row(t, start, &row)))
		return false;
	if (row.kind != FRAME_CALL || row.cfa.kind != RULE_REG_PLUS || row.cfa.reg == arch->sp ||
	    !regs_known(start, row.cfa.reg))
		return false;
	for (unsigned i = 0; i < row.n_regs && i < REGS_MAX; i++) {
		if (row.regs[i].kind == RULE_AT_CFA && row.regs[i].offset < lowest)
			lowest = row.regs[i].offset;
	}
	*r = *start;
	regs_set(r, arch->sp,
		 (start->value[row.cfa.reg] + (uint64_t)row.cfa.offset + (uint64_t)lowest) &
			 target_word_mask(t));
	return true;
}

/* How far above the stack pointer the word after the return address lies, if that is on the stack. */
static bool shape(struct target *t, const struct regs *start, int64_t *cfa, int64_t *slot, bool *in_link)
{
	const struct arch *arch = t->arch;
	struct unwind_row row = {0};
	const struct unwind_rule *rule;

	if (!target_row(t, start->value[arch->pc], &row) &&
	    (!arch->fallback_row || !arch->fallback_row(t, start, &row)))
		return false;
	if (row.kind != FRAME_CALL || row.cfa.kind != RULE_REG_PLUS || row.cfa.reg != arch->sp ||
	    row.cfa_deref || row.return_reg >= row.n_regs)
		return false;
	rule = &row.regs[row.return_reg];
	*cfa = row.cfa.offset;
	*in_link = rule->kind == RULE_ABI || rule->kind == RULE_SAME;
	if (*in_link)
		*slot = -(int64_t)t->word_size; /* the callee's callees leave it there */
	else if (rule->kind == RULE_AT_CFA)
		*slot = rule->offset;
	else if (rule->kind == RULE_AT_REG && rule->reg == arch->sp)
		*slot = rule->offset - *cfa;
	else
		return false;
	return !*in_link || arch->link >= 0;
}

bool unwind_lost_sp(struct target *t, const struct regs *start, const struct stack *stacks, size_t n,
		    struct regs *r)
{
	const struct arch *arch = t->arch;
	uint64_t callee = function_of(t, start), value;
	int64_t cfa, slot;
	struct regs found;
	unsigned calls, most = 0;
	bool in_link;

	if (!arch->is_call || !callee || n == 0)
		return false;
	if (by_frame_pointer(t, start, r) && proves(t, *r, stacks, n))
		return true;
	*r = *start;
	if (!shape(t, start, &cfa, &slot, &in_link))
		return false;
	for (size_t i = 0; i < n; i++) {
		for (uint64_t at = stacks[i].start; at < stacks[i].end && !interrupted();
		     at += t->word_size) {
			if (target_read_word(t, at, &value) != READ_OK) {
				at |= t->page_size - t->word_size; /* a missing page holds no proof */
				continue;
			}
			value = target_untag(t, value);
			if (arch->code_address)
				value = arch->code_address(t, value);
			if (!is_return(t, value, callee))
				continue;
			found = *start;
			regs_set(&found, arch->sp, at - (uint64_t)slot - (uint64_t)cfa);
			if (in_link)
				regs_set(&found, (unsigned)arch->link, value);
			/* the longest way is the deepest: others are frames of its callers */
			calls = proves(t, found, stacks, n);
			if (calls > most) {
				most = calls;
				*r = found;
			}
		}
	}
	return most > 0;
}
