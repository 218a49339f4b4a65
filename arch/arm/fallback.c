/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where no CFI knows the pc: the kernel's own tables, then frame pointers. */
#include "arm.h"

#include <string.h>

/* Nothing was done yet: the caller's stack pointer, and the return address in lr. */
static void at_entry(struct unwind_row *row)
{
	memset(row, 0, sizeof *row);
	row->kind = FRAME_CALL;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = ARM_SP};
	row->return_reg = ARM_LR;
	row->n_regs = ARM_PC;
	for (unsigned n = 0; n < ARM_PC; n++)
		row->regs[n].kind = RULE_ABI;
	row->origin = "function entry";
}

/*
 * CONFIG_UNWINDER_FRAME_POINTER, for kernels without tables. GCC's functions push
 * fp, ip (the stack pointer before), lr and pc, and let fp point at the last;
 * Clang's push fp and lr and let it point at the first (arch/arm/kernel/stacktrace.c).
 */
static bool frame_pointer_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t fp, saved, pc = r->value[ARM_PC], offset;

	if (!regs_known(r, ARM_FP))
		return false;
	if (!r->pc_is_return && regs_known(r, ARM_LR) && symbol_text_at(t->symbols, pc, &offset) && !offset) {
		at_entry(row);
		return true;
	}
	fp = r->value[ARM_FP];
	/* the stack pointer may be what is looked for */
	if ((fp & 3) || (regs_known(r, ARM_SP) && fp < r->value[ARM_SP]) ||
	    target_read_word(t, fp, &saved) != READ_OK)
		return false;
	memset(row, 0, sizeof *row);
	row->kind = FRAME_CALL;
	row->return_reg = ARM_LR;
	row->n_regs = ARM_PC;
	row->origin = "frame pointer";
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = ARM_FP, .offset = 8};
	row->regs[ARM_SP].kind = RULE_ABI;
	row->regs[ARM_FP] = (struct unwind_rule){.kind = RULE_AT_REG, .reg = ARM_FP};
	row->regs[ARM_LR] = (struct unwind_rule){.kind = RULE_AT_REG, .reg = ARM_FP, .offset = 4};
	if (symbols_is_text(t->symbols, saved)) {
		row->cfa.offset = -8;
		row->cfa_deref = true;
		row->regs[ARM_FP].offset = -12;
		row->regs[ARM_LR].offset = -4;
	}
	return true;
}

/*
 * At the calls of Debian's 6.1 kernels the index tables say what CFI says, but for some data among the code
 * (182372 of 182377 places), and they have no rules for prologues: so CFI is asked first.
 */
bool arm_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t pc = r->value[ARM_PC], start;

	if (!arm_has_exidx(t))
		return frame_pointer_row(t, r, row);
	if (arm_exidx_row(t, r->pc_is_return ? pc - 1 : pc, row, &start) != EXIDX_UNWINDS)
		return false;
	if (!r->pc_is_return && pc == start)
		at_entry(row);
	return true;
}

/* Where a direct branch goes: ARM ARM, A8.8.18 (B) and A8.8.25 (BL, BLX). */
static uint64_t branch_goal(uint32_t code, uint64_t address)
{
	int32_t offset = (int32_t)(code << 8) / 64;

	return (address + 8 + (uint64_t)(int64_t)offset) & UINT32_MAX;
}

static uint32_t instruction(struct target *t, uint64_t address)
{
	uint8_t bytes[4];

	return target_read(t, address, bytes, sizeof bytes) == READ_OK ? get_u32(bytes, arm_code_order(t))
								       : 0;
}

/* Does the function at @address end in a jump to @callee? */
static bool hands_over(struct target *t, uint64_t address, uint64_t callee)
{
	const struct symbol *symbol = symbol_text_at(t->symbols, address, NULL);
	uint64_t end = address + (symbol && symbol->size < 1 << 16 ? symbol->size : 0);

	for (uint64_t at = address; at < end; at += 4) {
		uint32_t code = instruction(t, at);

		if ((code & 0x0f000000) == 0x0a000000 && branch_goal(code, at) == callee)
			return true;
		/* bx, but not bx lr */
		if ((code & 0x0ffffff0) == 0x012fff10 && (code & 0xf) != ARM_LR)
			return true;
	}
	return false;
}

bool arm_is_call(struct target *t, uint64_t return_address, uint64_t callee)
{
	uint64_t at = return_address - 4, goal;
	uint8_t bytes[4];
	uint32_t code;

	if (target_read(t, at, bytes, sizeof bytes) != READ_OK)
		return true;
	if (arm_is_thumb(t, at))
		return arm_is_thumb_call(bytes, arm_code_order(t));
	code = get_u32(bytes, arm_code_order(t));
	/* bl; blx would change to Thumb code */
	if ((code & 0x0f000000) == 0x0b000000) {
		goal = branch_goal(code, at);
		return !callee || goal == callee || hands_over(t, goal, callee);
	}
	/* blx by register; before ARMv5 "mov lr, pc" and what changes the pc */
	if ((code & 0x0ffffff0) == 0x012fff30)
		return true;
	return instruction(t, at - 4) == 0xe1a0e00f &&
	       ((code & 0x0ffffff0) == 0x01a0f000 || (code & 0x0c50f000) == 0x0410f000);
}

/* Thumb code: pop {..., pc}, and its wide form. */
static bool is_thumb_pop(uint32_t half, uint32_t next)
{
	return (half & 0xff00) == 0xbd00 || (half == 0xe8bd && next & 0x8000);
}

/* ldm with the pc among its registers, or ldr pc from the stack: ARM ARM, A8.8.57 and A8.8.132. */
bool arm_pops_pc(struct target *t, uint64_t start, uint64_t end)
{
	enum byte_order order = arm_code_order(t);
	bool thumb = arm_is_thumb(t, start);
	uint8_t bytes[256];

	while (start < end) {
		size_t size = end - start < sizeof bytes ? (size_t)(end - start) : sizeof bytes;

		if (target_read(t, start, bytes, size) != READ_OK)
			return true;
		for (size_t i = 0; i + 4 <= size; i += thumb ? 2 : 4) {
			uint32_t code = get_u32(bytes + i, order);

			if (thumb ? is_thumb_pop(get_u16(bytes + i, order), get_u16(bytes + i + 2, order))
				  : (code & 0x0e108000) == 0x08108000 || (code & 0x0fffffff) == 0x049df004)
				return true;
		}
		start += size;
	}
	return false;
}
