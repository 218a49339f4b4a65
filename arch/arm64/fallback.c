/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where debug information knows no frame: assembly, or a kernel without any.
 * Entry code by its name, functions by their prologue, and at last by the chain
 * of frame records alone.
 */
#include "arm64.h"

void arm64_regs_row(struct unwind_row *row, unsigned reg, int64_t offset, const char *origin)
{
	row->kind = FRAME_REGS;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = (uint16_t)reg, .offset = offset};
	row->origin = origin;
}

static struct unwind_rule at_cfa(int64_t offset)
{
	return (struct unwind_rule){.kind = RULE_AT_CFA, .offset = offset};
}

void arm64_call_row(struct unwind_row *row, unsigned reg, int64_t offset, const int64_t *record,
		    const char *origin)
{
	for (unsigned i = 0; i < ARM64_PC; i++)
		row->regs[i].kind = RULE_ABI;
	row->kind = FRAME_CALL;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = (uint16_t)reg, .offset = offset};
	row->return_reg = ARM64_LR;
	row->n_regs = ARM64_PC;
	row->origin = origin;
	if (record) {
		row->regs[ARM64_FP] = at_cfa(*record);
		row->regs[ARM64_LR] = at_cfa(*record + 8);
		/* where the function saved the others is not known */
		for (unsigned i = ARM64_X19; i < ARM64_FP; i++)
			row->regs[i].kind = RULE_UNDEFINED;
	}
}

static bool by_prologue(struct target *t, const struct regs *r, uint64_t start, struct unwind_row *row)
{
	struct arm64_prologue p;

	if (!arm64_prologue(t, start, r->value[ARM64_PC], r->pc_is_return, &p))
		return false;
	if (p.saved && p.fp_is_set && regs_known(r, ARM64_FP)) {
		arm64_call_row(row, ARM64_FP, -p.record, &p.record, "prologue");
		return true;
	}
	if (!regs_known(r, ARM64_SP) || r->sp_is_bound || (!p.saved && !regs_known(r, ARM64_LR)))
		return false;
	arm64_call_row(row, ARM64_SP, p.sp_below, p.saved ? &p.record : NULL, "prologue");
	return true;
}

/* What x29 points to; how far above it the caller's stack pointer was, nothing tells. */
static bool by_record(struct target *t, const struct regs *r, struct unwind_row *row)
{
	static const int64_t lowest = -16;
	uint64_t record, fp, lr, offset, pc;

	if (!regs_known(r, ARM64_FP) || (r->value[ARM64_FP] & 7))
		return false;
	record = r->value[ARM64_FP];
	if (target_read_word(t, record, &fp) != READ_OK || target_read_word(t, record + 8, &lr) != READ_OK)
		return false;
	/* Two zeros are the record inside struct pt_regs; since 6.13 its type follows. */
	if (!fp && !lr) {
		if (!arm64_record_offset(t, record, &offset) ||
		    target_read_word(t, record - offset + 256, &pc) != READ_OK)
			return false;
		if (!pc)
			row->kind = FRAME_END;
		else
			arm64_regs_row(row, ARM64_FP, -(int64_t)offset, "frame record");
		return true;
	}
	if (!symbols_is_text(t->symbols, arm64_untag(t, lr)))
		return false;
	arm64_call_row(row, ARM64_FP, 16, &lowest, "frame record");
	row->sp_is_bound = true;
	return true;
}

bool arm64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t pc = r->value[ARM64_PC];
	const struct symbol *symbol = symbol_text_at(t->symbols, r->pc_is_return ? pc - 1 : pc, NULL);

	if (symbol && arm64_is_taking(t, r, symbol))
		return arm64_taken_row(t, r, symbol, row) || by_record(t, r, row);
	if (symbol && (arm64_entry_row(t, r, symbol, row) || by_prologue(t, r, symbol->address, row)))
		return true;
	return by_record(t, r, row);
}
