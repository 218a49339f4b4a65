/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How to go from one frame to its caller at one pc, whatever table said so: ORC,
 * DWARF CFI and EXIDX all give this row, and one unwinder carries it out.
 * Registers are numbered as the architecture's DWARF numbers.
 */
#ifndef DEBUGINFO_UNWIND_ROW_H
#define DEBUGINFO_UNWIND_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNWIND_MAX_REGS = 128 };

enum unwind_rule_kind {
	RULE_UNDEFINED, /* lost in this call */
	RULE_SAME,      /* the caller's value is the callee's */
	RULE_AT_CFA,    /* saved at CFA + offset */
	RULE_CFA_PLUS,  /* is CFA + offset */
	RULE_AT_REG,    /* saved at register + offset */
	RULE_REG_PLUS,  /* is register + offset */
	RULE_AT_EXPR,   /* saved at the address that a DWARF expression computes (CFA pushed first) */
	RULE_EXPR,      /* is what a DWARF expression computes (CFA pushed first) */
	RULE_ABI,       /* the table does not mention it: the ABI decides (stack pointer: the CFA;
			   callee-saved: the same; others: lost) */
};

struct unwind_rule {
	uint8_t kind;
	uint16_t reg;
	int64_t offset;
	const uint8_t *expr; /* DWARF expression bytes, in target order */
	size_t expr_size;
};

enum unwind_frame_kind {
	FRAME_CALL,         /* an ordinary call */
	FRAME_REGS,         /* a full register frame (pt_regs) lies at the CFA rule's address */
	FRAME_REGS_PARTIAL, /* only the hardware's part of it: pc, (cs, flags,) sp */
	FRAME_END,          /* the table says that this is the outermost frame */
	FRAME_USER, /* so does this, and that user mode was before it: entry code that saved nothing yet */
};

struct unwind_row {
	enum unwind_frame_kind kind;
	bool signal;            /* the caller's pc is exact, not a return address */
	bool sp_is_bound;       /* the CFA is at least this: see struct regs */
	bool cfa_deref;         /* CFA = *(register + offset), then + cfa_add */
	struct unwind_rule cfa; /* RULE_REG_PLUS or RULE_EXPR */
	int64_t cfa_add;
	uint16_t return_reg; /* which column holds the return address */
	struct unwind_rule regs[UNWIND_MAX_REGS];
	uint16_t n_regs;
	const char *origin; /* "ORC", "CFI", "EXIDX" */
};

#endif
