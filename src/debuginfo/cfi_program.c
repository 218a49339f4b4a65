/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/cfi_program.h"

#include <dwarf.h>
#include <string.h>

enum { MOST_REMEMBERED = 8 };

struct state {
	struct unwind_rule cfa;
	struct unwind_rule regs[UNWIND_MAX_REGS];
};

struct machine {
	const struct cfi_cie *cie;
	const struct cfi_section *section;
	uint64_t location, wanted, start;
	struct state now;
	struct state initial;
	struct state *remembered; /* of MOST_REMEMBERED */
	unsigned n_remembered;
	bool in_fde;
	bool has_frame, frame_is_first; /* the function made a frame; before its first byte */
	bool saved_link, gave_back;
};

/* Registers beyond what an unwinder keeps (vector and control registers) are dropped. */
static void set(struct machine *m, uint64_t reg, enum unwind_rule_kind kind, int64_t offset)
{
	if (reg < UNWIND_MAX_REGS)
		m->now.regs[reg] = (struct unwind_rule){.kind = (uint8_t)kind, .offset = offset};
}

static void set_register(struct machine *m, uint64_t reg, uint64_t from)
{
	if (reg < UNWIND_MAX_REGS && from < UNWIND_MAX_REGS)
		m->now.regs[reg] = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = (uint16_t)from};
}

static void set_expression(struct unwind_rule *rule, struct cursor *c, enum unwind_rule_kind kind)
{
	uint64_t size = cursor_uleb(c);
	const uint8_t *expr = cursor_take(c, size);

	if (expr && rule)
		*rule = (struct unwind_rule){.kind = (uint8_t)kind, .expr = expr, .expr_size = (size_t)size};
}

static bool set_cfa(struct machine *m, uint64_t reg, int64_t offset)
{
	if (reg > UINT16_MAX)
		return false;
	m->now.cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = (uint16_t)reg, .offset = offset};
	return true;
}

static void restore(struct machine *m, uint64_t reg)
{
	if (reg < UNWIND_MAX_REGS)
		m->now.regs[reg] = m->initial.regs[reg];
}

static struct unwind_rule *rule_of(struct machine *m, uint64_t reg)
{
	return reg < UNWIND_MAX_REGS ? &m->now.regs[reg] : NULL;
}

/* Where the row that is being made begins; false when it begins behind the wanted address. */
static bool advance(struct machine *m, uint64_t delta)
{
	if (delta > UINT64_MAX / (m->cie->code_factor ? m->cie->code_factor : 1))
		return false;
	delta *= m->cie->code_factor;
	if (delta > m->wanted - m->location)
		return false;
	m->location += delta;
	return true;
}

enum step { STEP_ON, STEP_DONE, STEP_BAD };

static enum step arrive(struct machine *m, uint64_t delta)
{
	return advance(m, delta) ? STEP_ON : STEP_DONE;
}

static enum step good(bool fine)
{
	return fine ? STEP_ON : STEP_BAD;
}

static enum step extended(struct machine *m, struct cursor *c, uint8_t op)
{
	int64_t factor = m->cie->data_factor;
	uint64_t reg, value;

	switch (op) {
	case DW_CFA_nop: return STEP_ON;
	case DW_CFA_set_loc:
		/* pointers of .eh_frame may be relative here; no compiler emits it */
		value = cursor_uint(c, m->cie->address_size);
		if (m->section->is_eh && m->cie->encoding != DW_EH_PE_absptr)
			return STEP_BAD;
		if (value > m->wanted)
			return STEP_DONE;
		m->location = value;
		return STEP_ON;
	case DW_CFA_advance_loc1: return arrive(m, cursor_u8(c));
	case DW_CFA_advance_loc2: return arrive(m, cursor_u16(c));
	case DW_CFA_advance_loc4: return arrive(m, cursor_u32(c));
	case DW_CFA_MIPS_advance_loc8: return arrive(m, cursor_u64(c));
	case DW_CFA_offset_extended:
		reg = cursor_uleb(c);
		set(m, reg, RULE_AT_CFA, (int64_t)(cursor_uleb(c) * (uint64_t)factor));
		return STEP_ON;
	case DW_CFA_offset_extended_sf:
		reg = cursor_uleb(c);
		set(m, reg, RULE_AT_CFA, (int64_t)((uint64_t)cursor_sleb(c) * (uint64_t)factor));
		return STEP_ON;
	case DW_CFA_GNU_negative_offset_extended:
		reg = cursor_uleb(c);
		set(m, reg, RULE_AT_CFA, (int64_t) - (cursor_uleb(c) * (uint64_t)factor));
		return STEP_ON;
	case DW_CFA_val_offset:
		reg = cursor_uleb(c);
		set(m, reg, RULE_CFA_PLUS, (int64_t)(cursor_uleb(c) * (uint64_t)factor));
		return STEP_ON;
	case DW_CFA_val_offset_sf:
		reg = cursor_uleb(c);
		set(m, reg, RULE_CFA_PLUS, (int64_t)((uint64_t)cursor_sleb(c) * (uint64_t)factor));
		return STEP_ON;
	case DW_CFA_restore_extended: restore(m, cursor_uleb(c)); return STEP_ON;
	case DW_CFA_undefined: set(m, cursor_uleb(c), RULE_UNDEFINED, 0); return STEP_ON;
	case DW_CFA_same_value: set(m, cursor_uleb(c), RULE_SAME, 0); return STEP_ON;
	case DW_CFA_register:
		reg = cursor_uleb(c);
		set_register(m, reg, cursor_uleb(c));
		return STEP_ON;
	case DW_CFA_remember_state:
		if (m->n_remembered == MOST_REMEMBERED)
			return STEP_BAD;
		m->remembered[m->n_remembered++] = m->now;
		return STEP_ON;
	case DW_CFA_restore_state:
		if (!m->n_remembered)
			return STEP_BAD;
		m->now = m->remembered[--m->n_remembered];
		return STEP_ON;
	case DW_CFA_def_cfa: reg = cursor_uleb(c); return good(set_cfa(m, reg, (int64_t)cursor_uleb(c)));
	case DW_CFA_def_cfa_sf:
		reg = cursor_uleb(c);
		return good(set_cfa(m, reg, (int64_t)((uint64_t)cursor_sleb(c) * (uint64_t)factor)));
	case DW_CFA_def_cfa_register:
		reg = cursor_uleb(c);
		/* with nothing before it, the assembler's way to begin on MIPS: no offset */
		if (m->now.cfa.kind == RULE_UNDEFINED)
			return good(set_cfa(m, reg, 0));
		return good(m->now.cfa.kind == RULE_REG_PLUS && set_cfa(m, reg, m->now.cfa.offset));
	case DW_CFA_def_cfa_offset:
		value = cursor_uleb(c);
		return good(m->now.cfa.kind == RULE_REG_PLUS && set_cfa(m, m->now.cfa.reg, (int64_t)value));
	case DW_CFA_def_cfa_offset_sf:
		value = (uint64_t)cursor_sleb(c) * (uint64_t)factor;
		return good(m->now.cfa.kind == RULE_REG_PLUS && set_cfa(m, m->now.cfa.reg, (int64_t)value));
	case DW_CFA_def_cfa_expression: set_expression(&m->now.cfa, c, RULE_EXPR); return STEP_ON;
	case DW_CFA_expression:
		reg = cursor_uleb(c);
		set_expression(rule_of(m, reg), c, RULE_AT_EXPR);
		return STEP_ON;
	case DW_CFA_val_expression:
		reg = cursor_uleb(c);
		set_expression(rule_of(m, reg), c, RULE_EXPR);
		return STEP_ON;
	case DW_CFA_GNU_args_size: cursor_uleb(c); return STEP_ON;
	/* sparc: register windows; arm64: the return address is signed from here on, which its unwinder
	 * strips anyway
	 */
	case DW_CFA_GNU_window_save: return STEP_ON;
	default: return STEP_BAD;
	}
}

/* Does the function undo its frame? In a delay slot of its last instruction nothing tells of the stack. */
static void watch_frame(struct machine *m)
{
	const struct unwind_rule *cfa = &m->now.cfa, *link = rule_of(m, m->cie->return_reg);
	bool is_initial = cfa->reg == m->initial.cfa.reg && cfa->offset == m->initial.cfa.offset;
	bool saved = link && link->kind != m->initial.regs[m->cie->return_reg].kind;

	m->gave_back |= (m->has_frame && is_initial) || (m->saved_link && !saved);
	m->saved_link |= saved;
	if (!is_initial && !m->has_frame) {
		m->has_frame = true;
		m->frame_is_first = m->location == m->start;
	}
}

static bool run(struct machine *m, struct cursor *c)
{
	while (cursor_left(c)) {
		uint8_t op = cursor_u8(c), low = op & 0x3f;
		enum step step = STEP_ON;

		switch (op & 0xc0) {
		case DW_CFA_advance_loc: step = arrive(m, low); break;
		case DW_CFA_offset:
			set(m, low, RULE_AT_CFA, (int64_t)(cursor_uleb(c) * (uint64_t)m->cie->data_factor));
			break;
		case DW_CFA_restore: restore(m, low); break;
		default: step = extended(m, c, op); break;
		}
		if (step == STEP_BAD || c->failed)
			return false;
		if (step == STEP_DONE)
			return m->in_fde;
		if (m->in_fde)
			watch_frame(m);
	}
	return true;
}

static bool run_both(struct machine *m, struct cursor *fde)
{
	struct state remembered[MOST_REMEMBERED];
	struct cursor c =
		cursor_over(m->cie->program, m->cie->program_size, m->section->order, m->section->word_size);
	bool good;

	for (size_t i = 0; i < UNWIND_MAX_REGS; i++)
		m->now.regs[i].kind = RULE_ABI;
	m->location = m->start;
	m->remembered = remembered;
	if (!run(m, &c))
		return false;
	m->initial = m->now;
	m->location = m->start;
	m->n_remembered = 0;
	m->in_fde = true;
	good = run(m, fde);
	m->remembered = NULL;
	return good;
}

bool cfi_run(const struct cfi_cie *cie, const struct cfi_section *section, uint64_t start, struct cursor *fde,
	     uint64_t address, struct unwind_row *row)
{
	struct machine m = {.cie = cie, .section = section, .start = start, .wanted = address};

	if (!run_both(&m, fde) || cie->return_reg >= UNWIND_MAX_REGS || m.now.cfa.kind == RULE_UNDEFINED)
		return false;
	*row = (struct unwind_row){
		.kind = FRAME_CALL,
		.signal = cie->signal,
		.cfa = m.now.cfa,
		.return_reg = (uint16_t)cie->return_reg,
		.n_regs = UNWIND_MAX_REGS,
		.origin = "CFI",
	};
	memcpy(row->regs, m.now.regs, sizeof(row->regs));
	/* the convention for an outermost frame: its return address is undefined */
	if (row->regs[row->return_reg].kind == RULE_UNDEFINED)
		row->kind = FRAME_END;
	return true;
}

bool cfi_gives_frame_back(const struct cfi_cie *cie, const struct cfi_section *section, uint64_t start,
			  struct cursor *fde)
{
	struct machine m = {.cie = cie, .section = section, .start = start, .wanted = UINT64_MAX};

	return !run_both(&m, fde) || !m.has_frame || m.frame_is_first || m.gave_back;
}
