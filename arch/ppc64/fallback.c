/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The back chain (ELF V2 ABI, 2.2.3; the same in V1): a stack pointer points at
 * the caller's, and a function keeps its return address 16 bytes into its
 * caller's frame. Entry code leaves interrupted registers in its frame, with
 * the word "regshere" before them.
 */
#include "ppc64.h"

#include <string.h>

#include "base/error.h"

/* STACK_FRAME_REGS_MARKER; "regs" before 5.x too: asm/ptrace.h. */
static const uint64_t regs_marker = 0x7265677368657265;
/* Since 6.2 both halves of the word say "REGS" in memory, read in either order. */
static const uint32_t new_marker_big = 0x52454753, new_marker_little = 0x53474552;

enum {
	/* of the marker in the frame: with ELFv1, and with ELFv2 before 6.2; with ELFv2 since */
	MARKER_HIGH = 96,
	MARKER_LOW = 32,
	BEHIND_MARKER = 16, /* from the marker to the registers */
	LARGEST_FUNCTION = 256 << 10,
};

static bool is_marker(uint64_t word)
{
	return word == regs_marker || word == new_marker_big || word == new_marker_little;
}

bool ppc64_frame_regs(struct target *t, uint64_t sp, uint64_t *regs)
{
	static const uint8_t places[] = {MARKER_HIGH, MARKER_LOW};
	uint64_t back, word;

	if (target_read_word(t, sp, &back) != READ_OK)
		return false;
	for (size_t i = 0; i < sizeof places; i++) {
		/* A frame that is too small for registers has none, whatever was left there. */
		if (back > sp && back - sp < places[i] + BEHIND_MARKER + (uint64_t)PT_REGS_SIZE)
			continue;
		if (target_read_word(t, sp + places[i], &word) == READ_OK && is_marker(word)) {
			*regs = sp + places[i] + BEHIND_MARKER;
			return true;
		}
	}
	return false;
}

/* Where a thread of the kernel, or a CPU, begins: nothing called it. */
static bool is_start(const char *name)
{
	static const char *const names[] = {
		"ret_from_kernel_thread",      /* until 6.3 */
		"start_kernel_thread",         /* since 6.4 */
		"ret_from_kernel_user_thread", /* since 6.4 */
		"start_here_common",           "start_here_multiplatform",
		"start_secondary_prolog",      "__secondary_start",
	};

	if (*name == '.')
		name++;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/* What the function that was interrupted at @pc had done to its frame by then. */
static struct ppc64_prologue interrupted(struct target *t, const struct symbol *function, uint64_t pc)
{
	static _Thread_local uint8_t code[4096];
	uint64_t size = pc - function->address;

	/* Entry code and what is not a function of that kind: as if it had a frame of its own. */
	if (size > sizeof code || target_read(t, function->address, code, size) != READ_OK)
		return (struct ppc64_prologue){true, true};
	return ppc64_prologue(code, size, t->order);
}

static struct unwind_rule at_cfa(int64_t offset)
{
	return (struct unwind_rule){.kind = RULE_AT_CFA, .offset = offset};
}

bool ppc64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	struct ppc64_prologue p = {true, true};
	const struct symbol *symbol;
	uint64_t pc = r->value[PPC64_NIP], sp, regs;

	if (!regs_known(r, PPC64_SP))
		return false;
	sp = r->value[PPC64_SP];
	symbol = symbol_text_at(t->symbols, r->pc_is_return ? pc - 1 : pc, NULL);
	if (!symbol)
		return false;
	row->return_reg = PPC64_LR;
	row->origin = "back chain";
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = PPC64_SP};
	/* A vector's first instructions, before they take the kernel's stack. */
	if (!r->pc_is_return && ppc64_is_user(t, sp)) {
		row->kind = FRAME_USER;
		return true;
	}
	if (is_start(symbol->name)) {
		row->kind = FRAME_END;
		return true;
	}
	if (!r->pc_is_return)
		p = interrupted(t, symbol, pc);
	if (p.frame && ppc64_frame_regs(t, sp, &regs)) {
		row->kind = FRAME_REGS;
		row->cfa.offset = (int64_t)(regs - sp);
		row->origin = "exception frame";
		return true;
	}
	row->kind = FRAME_CALL;
	row->cfa_deref = p.frame;
	row->regs[PPC64_LR] = p.lr_saved ? at_cfa(LR_SAVE) : (struct unwind_rule){.kind = RULE_SAME};
	for (unsigned n = PPC64_SP; n < PPC64_LR; n++)
		row->regs[n].kind = n == PPC64_SP || (n >= PPC64_R14 && n < 32) ? RULE_ABI : RULE_UNDEFINED;
	row->regs[0].kind = RULE_UNDEFINED;
	row->n_regs = PPC64_LR + 1;
	return true;
}

/*
 * A function that called another on a stack of its own choice (call_do_irq() and call_do_softirq(), inline
 * since 5.13) sees a stack pointer there that its table does not know of: one frame, whose back chain is the
 * function's real one. The function may have no frame of its own, for the compiler sees no call.
 */
void ppc64_mend_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t sp, back;

	if (!r->pc_is_return || row->kind != FRAME_CALL || row->cfa.kind != RULE_REG_PLUS ||
	    row->cfa.reg != PPC64_SP || row->cfa_deref || row->cfa.offset < 0 || !regs_known(r, PPC64_SP))
		return;
	sp = r->value[PPC64_SP];
	if (target_read_word(t, sp, &back) != READ_OK || back == sp + (uint64_t)row->cfa.offset)
		return;
	row->cfa_add = row->cfa.offset;
	row->cfa.offset = 0;
	row->cfa_deref = true;
}
