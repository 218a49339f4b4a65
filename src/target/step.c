/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One step of the unwinder: carry out the row for a pc, whatever table it came from. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "debuginfo/dwarf_expr.h"
#include "target/arch.h"
#include "target/unwind.h"

static uint64_t get_slot(const struct reg_slot *slot, const uint8_t *bytes, enum byte_order order)
{
	if (slot->size == SLOT_LOW32)
		return get_u64(bytes + slot->offset, order) & UINT32_MAX;
	return get_uint(bytes + slot->offset, slot->size, order);
}

void regs_from_layout(const struct reg_layout *layout, const uint8_t *bytes, enum byte_order order,
		      struct regs *r, uint64_t slots[EFRAME_MAX_SLOTS])
{
	for (size_t i = 0; i < layout->n_slots && i < EFRAME_MAX_SLOTS; i++) {
		const struct reg_slot *slot = &layout->slots[i];
		uint64_t value = get_slot(slot, bytes, order);

		if (slots)
			slots[i] = value;
		if (slot->number >= 0)
			regs_set(r, (unsigned)slot->number, value);
	}
}

enum { MAX_PT_REGS = 1024 };

enum read_status target_pt_regs(struct target *t, uint64_t address, struct regs *r,
				uint64_t slots[EFRAME_MAX_SLOTS])
{
	uint8_t bytes[MAX_PT_REGS];
	const struct reg_layout *layout = t->arch->pt_regs;
	enum read_status status;

	if (!layout || layout->size > sizeof bytes)
		return READ_ERROR;
	status = target_read(t, address, bytes, layout->size);
	if (status == READ_OK) {
		*r = (struct regs){0};
		regs_from_layout(layout, bytes, t->order, r, slots);
		if (t->arch->fix_pt_regs)
			t->arch->fix_pt_regs(t, address, r, slots);
	}
	return status;
}

__attribute__((format(printf, 2, 3))) static void stuck(struct unwind_step *step, const char *format, ...)
{
	va_list ap;

	step->kind = STEP_STUCK;
	va_start(ap, format);
	vsnprintf(step->why, sizeof step->why, format, ap);
	va_end(ap);
}

static const char *reg_name(const struct target *t, unsigned n, char buffer[16])
{
	const struct reg_layout *layout = t->arch->pt_regs;

	for (size_t i = 0; layout && i < layout->n_slots; i++) {
		if (layout->slots[i].number == (int)n)
			return layout->slots[i].name;
	}
	snprintf(buffer, 16, "register %u", n);
	return buffer;
}

static bool get_reg(struct target *t, const struct regs *r, unsigned n, struct unwind_step *step,
		    uint64_t *value)
{
	char buffer[16];

	if (!regs_known(r, n)) {
		stuck(step, "the frame depends on %s, whose value here is not known", reg_name(t, n, buffer));
		return false;
	}
	*value = r->value[n];
	return true;
}

static bool get_word(struct target *t, uint64_t address, const char *what, struct unwind_step *step,
		     uint64_t *value)
{
	enum read_status status = target_read_word(t, address & target_word_mask(t), value);

	if (status != READ_OK) {
		stuck(step, "%s at 0x%" PRIx64 ": %s", what, address & target_word_mask(t),
		      read_status_text(status));
		return false;
	}
	return true;
}

/* What a DWARF expression sees of a frame. */
struct expr_frame {
	struct target *t;
	const struct regs *regs;
};

static bool expr_reg(void *context, uint64_t n, uint64_t *value)
{
	const struct expr_frame *f = context;

	if (n >= REGS_MAX || !regs_known(f->regs, (unsigned)n))
		return false;
	*value = f->regs->value[n];
	return true;
}

static enum read_status expr_read(void *context, uint64_t address, void *buffer, size_t size)
{
	const struct expr_frame *f = context;

	return target_read(f->t, address & target_word_mask(f->t), buffer, size);
}

/* The number that a rule's expression computes; the CFA is pushed first for registers. */
static bool expression(struct target *t, const struct regs *r, const struct unwind_rule *rule,
		       const uint64_t *cfa, struct unwind_step *step, uint64_t *value)
{
	struct expr_frame frame = {t, r};
	struct expr_env env = {
		.context = &frame,
		.reg = expr_reg,
		.read = expr_read,
		.order = t->order,
		.word_size = t->word_size,
		.slide = t->slide,
	};

	if (expr_number(&env, rule->expr, rule->expr_size, cfa, value))
		return true;
	stuck(step, "%s", fail_text());
	return false;
}

/*
 * The stack pointer is not known but the frame pointer is, and it points to where this function saved its
 * caller's: at a distance from the CFA that the table tells.
 */
static bool cfa_by_record(struct target *t, const struct regs *r, const struct unwind_row *row,
			  struct unwind_step *step)
{
	const struct unwind_rule *saved = &row->regs[t->arch->fp];
	uint64_t fp;

	if (t->arch->fp >= row->n_regs || saved->kind != RULE_AT_CFA) {
		stuck(step, "the frame depends on the stack pointer, which frame records do not tell");
		return false;
	}
	if (!get_reg(t, r, t->arch->fp, step, &fp))
		return false;
	step->cfa = (fp - (uint64_t)saved->offset) & target_word_mask(t);
	return true;
}

static bool compute_cfa(struct target *t, const struct regs *r, const struct unwind_row *row,
			struct unwind_step *step)
{
	uint64_t base = 0;

	if (row->cfa.kind == RULE_EXPR) {
		if (!expression(t, r, &row->cfa, NULL, step, &base))
			return false;
		step->cfa = base & target_word_mask(t);
		return true;
	}
	if (row->cfa.kind != RULE_REG_PLUS) {
		stuck(step, "no rule for the frame");
		return false;
	}
	if (row->cfa.reg == t->arch->sp && r->sp_is_bound)
		return cfa_by_record(t, r, row, step);
	if (!get_reg(t, r, row->cfa.reg, step, &base))
		return false;
	base += (uint64_t)row->cfa.offset;
	if (row->cfa_deref && !get_word(t, base, "the saved stack pointer", step, &base))
		return false;
	step->cfa = (base + (uint64_t)row->cfa_add) & target_word_mask(t);
	return true;
}

static bool is_callee_saved(const struct target *t, unsigned n)
{
	for (const int16_t *saved = t->arch->callee_saved; saved && *saved >= 0; saved++) {
		if ((unsigned)*saved == n)
			return true;
	}
	return false;
}

/* False only when the return address or the stack pointer cannot be had; other registers are merely lost. */
static bool apply_rule(struct target *t, const struct regs *r, const struct unwind_row *row, unsigned n,
		       struct unwind_step *step, uint64_t *value, uint64_t *slot)
{
	const struct unwind_rule *rule = &row->regs[n];
	uint64_t address = 0;

	*slot = 0;
	switch ((enum unwind_rule_kind)rule->kind) {
	case RULE_SAME: return get_reg(t, r, n, step, value);
	case RULE_CFA_PLUS: *value = step->cfa + (uint64_t)rule->offset; return true;
	case RULE_REG_PLUS:
		if (!get_reg(t, r, rule->reg, step, value))
			return false;
		*value += (uint64_t)rule->offset;
		return true;
	case RULE_AT_CFA: address = step->cfa + (uint64_t)rule->offset; break;
	case RULE_AT_REG:
		if (!get_reg(t, r, rule->reg, step, &address))
			return false;
		address += (uint64_t)rule->offset;
		break;
	case RULE_EXPR: return expression(t, r, rule, &step->cfa, step, value);
	case RULE_AT_EXPR:
		if (!expression(t, r, rule, &step->cfa, step, &address))
			return false;
		break;
	case RULE_ABI:
		if (n == t->arch->sp) {
			*value = step->cfa - t->arch->cfa_above_sp;
			return true;
		}
		/* A return address that no rule moves is still where the call left it. */
		if (n == row->return_reg || is_callee_saved(t, n))
			return get_reg(t, r, n, step, value);
		return false;
	case RULE_UNDEFINED: stuck(step, "the table says that the return address is lost"); return false;
	}
	*slot = address & target_word_mask(t);
	return get_word(t, address, n == row->return_reg ? "the return address" : "a saved register", step,
			value);
}

static void step_call(struct target *t, const struct regs *r, const struct unwind_row *row,
		      struct unwind_step *step)
{
	uint64_t value = 0, slot = 0, ignored;

	for (unsigned n = 0; n < row->n_regs && n < REGS_MAX; n++) {
		if (n == row->return_reg || row->regs[n].kind == RULE_UNDEFINED)
			continue;
		if (apply_rule(t, r, row, n, step, &value, &ignored))
			regs_set(&step->regs, n, value & target_word_mask(t));
	}
	if (!regs_known(&step->regs, t->arch->sp))
		regs_set(&step->regs, t->arch->sp, (step->cfa - t->arch->cfa_above_sp) & target_word_mask(t));
	step->kind = STEP_CALLER;
	if (row->return_reg >= row->n_regs) {
		stuck(step, "no rule for the return address");
		return;
	}
	if (!apply_rule(t, r, row, row->return_reg, step, &value, &slot))
		return;
	step->kind = STEP_CALLER;
	step->slot = slot;
	/* As an address tagged or signed (PAC), but a return address nevertheless. */
	value = target_untag(t, value);
	if (t->arch->code_address)
		value = t->arch->code_address(t, value);
	regs_set(&step->regs, t->arch->pc, value);
	step->regs.pc_is_return = !row->signal && !target_is_returned_to(t, step->regs.value[t->arch->pc]);
	step->regs.sp_is_bound = row->sp_is_bound;
}

/* Only what the hardware pushed, which begins with the pc: the rest is as it was. */
static bool partial_regs(struct target *t, const struct regs *r, uint64_t address, struct unwind_step *step)
{
	uint8_t bytes[MAX_PT_REGS] = {0};
	const struct reg_layout *layout = t->arch->pt_regs;
	size_t first = 0;
	enum read_status status;

	for (size_t i = 0; i < layout->n_slots; i++) {
		if (layout->slots[i].number == t->arch->pc)
			first = layout->slots[i].offset;
	}
	if (layout->size > sizeof bytes)
		return false;
	status = target_read(t, address, bytes + first, layout->size - first);
	if (status != READ_OK) {
		stuck(step, "the interrupted registers at 0x%" PRIx64 ": %s", address,
		      read_status_text(status));
		return false;
	}
	step->regs = *r;
	for (size_t i = 0; i < layout->n_slots && i < EFRAME_MAX_SLOTS; i++) {
		const struct reg_slot *slot = &layout->slots[i];
		uint64_t value = get_slot(slot, bytes, t->order);

		if (slot->offset < first)
			continue;
		step->slots[i] = value;
		if (slot->number >= 0)
			regs_set(&step->regs, (unsigned)slot->number, value);
	}
	return true;
}

static void step_regs(struct target *t, const struct regs *r, const struct unwind_row *row,
		      struct unwind_step *step)
{
	enum read_status status;

	step->kind = STEP_REGS;
	step->partial = row->kind == FRAME_REGS_PARTIAL;
	if (!t->arch->pt_regs) {
		stuck(step, "the layout of interrupted registers is not known");
		return;
	}
	if (step->partial) {
		if (!partial_regs(t, r, step->cfa, step))
			return;
	} else {
		status = target_pt_regs(t, step->cfa, &step->regs, step->slots);
		if (status != READ_OK) {
			stuck(step, "the interrupted registers at 0x%" PRIx64 ": %s", step->cfa,
			      read_status_text(status));
			return;
		}
	}
	step->regs.pc_is_return = false;
	step->regs.ran_on = false;
}

void unwind_one(struct target *t, const struct regs *r, struct unwind_step *step)
{
	struct unwind_row row;
	uint64_t pc = r->value[t->arch->pc];

	*step = (struct unwind_step){.kind = STEP_STUCK};
	memset(&row, 0, sizeof row);
	if (target_row(t, r->pc_is_return ? pc - 1 : pc, &row)) {
		if (t->arch->mend_row)
			t->arch->mend_row(t, r, &row);
	} else {
		memset(&row, 0, sizeof row);
		if (!t->arch->fallback_row || !t->arch->fallback_row(t, r, &row)) {
			stuck(step, "no unwind table knows 0x%" PRIx64, pc);
			return;
		}
	}
	step->how = row.origin;
	if (row.kind == FRAME_END || row.kind == FRAME_USER) {
		step->kind = STEP_END;
		step->from_user = row.kind == FRAME_USER;
		return;
	}
	if (!compute_cfa(t, r, &row, step))
		return;
	if (row.kind == FRAME_CALL)
		step_call(t, r, &row, step);
	else
		step_regs(t, r, &row, step);
}

bool unwind_cfa(struct target *t, const struct regs *r, const struct unwind_row *row, uint64_t *cfa)
{
	struct unwind_step step = {.kind = STEP_STUCK};
	bool known = compute_cfa(t, r, row, &step);

	fail_clear();
	*cfa = step.cfa;
	return known;
}

bool unwind_reg(struct target *t, const struct regs *r, const struct unwind_row *row, uint64_t cfa,
		unsigned n, uint64_t *value)
{
	struct unwind_step step = {.kind = STEP_STUCK, .cfa = cfa};
	uint64_t slot;
	bool known = n < row->n_regs && n < REGS_MAX && row->regs[n].kind != RULE_UNDEFINED &&
		     apply_rule(t, r, row, n, &step, value, &slot);

	fail_clear();
	*value &= target_word_mask(t);
	return known;
}
