/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frame pointers, for kernels built with CONFIG_UNWINDER_FRAME_POINTER (or before there was ORC). */
#include "x86_64.h"

static struct unwind_rule at_cfa(int64_t offset)
{
	return (struct unwind_rule){.kind = RULE_AT_CFA, .offset = offset};
}

bool x86_64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t rbp, caller;

	/* Where there is ORC the compiler uses rbp for other things. */
	if (!regs_known(r, X86_RBP) || target_has_orc(t))
		return false;
	rbp = r->value[X86_RBP];
	row->origin = "frame pointer";
	row->return_reg = X86_RIP;
	/* ENCODE_FRAME_POINTER (946c191161ce, after 4.9) marks a pointer to pt_regs with bit 0. */
	if (rbp & 1) {
		row->kind = FRAME_REGS;
		row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = X86_RBP, .offset = -1};
		return true;
	}
	if ((rbp & 7) || rbp < r->value[X86_RSP] || target_read_word(t, rbp + 8, &caller) != READ_OK)
		return false;
	if (!symbols_is_text(t->symbols, caller)) {
		/* Threads of the kernel start with a frame pointer of 0, and their stack ends there. */
		row->kind = FRAME_END;
		return caller == 0;
	}
	row->kind = FRAME_CALL;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = X86_RBP, .offset = 16};
	row->regs[X86_RBP] = at_cfa(-16);
	row->regs[X86_RIP] = at_cfa(-8);
	row->n_regs = X86_RIP + 1;
	return true;
}
