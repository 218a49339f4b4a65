/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What no table tells: entry code, which is assembly without CFI, where threads
 * begin, and frame pointers (CONFIG_UNWINDER_FRAME_POINTER) for kernels without
 * debug information.
 */
#include "x86.h"

#include <string.h>

static struct unwind_rule at_cfa(int64_t offset)
{
	return (struct unwind_rule){.kind = RULE_AT_CFA, .offset = offset};
}

static bool regs_row(struct unwind_row *row, unsigned reg, int64_t offset, const char *origin)
{
	row->kind = FRAME_REGS;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = (uint16_t)reg, .offset = offset};
	row->origin = origin;
	return true;
}

static bool end_row(struct unwind_row *row)
{
	row->kind = FRAME_END;
	row->origin = "outermost code";
	return true;
}

/* Does something that an exception can have left lie there? */
static bool regs_at(struct target *t, uint64_t address, bool *user)
{
	uint64_t slots[EFRAME_MAX_SLOTS];
	struct regs regs;

	return target_pt_regs(t, address, &regs, slots) == READ_OK && x86_plausible_regs(t, slots, user);
}

/*
 * ret_from_fork() (4.13 to 6.6; before that ret_from_kernel_thread too, for threads alone) calls with the
 * task's pt_regs on top of the stack. Since v6.7 the assembly is ret_from_fork_asm, which pushes the return
 * address for the C function and its argument, and %ebp where there are frame pointers. A thread of the
 * kernel has nothing in its pt_regs, unless it has become a process by kernel_execve().
 */
static bool fork_row(struct target *t, uint64_t esp, struct unwind_row *row)
{
	for (int64_t offset = 0; offset <= 3 * 4; offset += 4) {
		bool user;

		if (regs_at(t, esp + (uint64_t)offset, &user) && user)
			return regs_row(row, X86_ESP, offset, "entry code");
	}
	return end_row(row);
}

/*
 * An NMI that hit the entry stack goes on on the task's, and %ebx remembers where the registers are
 * (arch/x86/entry/entry_32.S, asm_exc_nmi).
 */
static bool nmi_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	bool user;

	if (regs_at(t, r->value[X86_ESP], &user) || !regs_known(r, X86_EBX) ||
	    !regs_at(t, r->value[X86_EBX], &user))
		return regs_row(row, X86_ESP, 0, "entry code");
	return regs_row(row, X86_EBX, 0, "entry code");
}

/*
 * A double fault switches to another task of the CPU's, with nothing on its stack. doublefault_shim()
 * (arch/x86/kernel/doublefault_32.c, v5.6) makes a struct pt_regs of the old one as a local variable: below
 * the stack pointer of its caller.
 */
static bool double_fault_row(struct target *t, uint64_t esp, struct unwind_row *row)
{
	enum { MOST = 512 };

	for (int64_t offset = -(int64_t)x86_pt_regs.size; offset >= -MOST; offset -= 4) {
		uint64_t slots[EFRAME_MAX_SLOTS];
		struct regs regs;
		bool user;

		if (target_pt_regs(t, esp + (uint64_t)offset, &regs, slots) == READ_OK &&
		    x86_plausible_regs(t, slots, &user) && !user)
			return regs_row(row, X86_ESP, offset, "double fault");
	}
	return false;
}

static bool by_name(struct target *t, const struct regs *r, struct unwind_row *row)
{
	static const char *const ends[] = {"startup_32", "startup_32_smp", "rewind_stack_and_make_dead",
					   "rewind_stack_do_exit"};
	const struct symbol *symbol =
		symbol_text_at(t->symbols, r->value[X86_EIP] - (r->pc_is_return ? 1 : 0), NULL);
	uint64_t esp = r->value[X86_ESP];

	if (!symbol)
		return false;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (strcmp(symbol->name, ends[i]) == 0)
			return end_row(row);
	}
	if (strcmp(symbol->name, "ret_from_fork") == 0 || strcmp(symbol->name, "ret_from_fork_asm") == 0 ||
	    strcmp(symbol->name, "ret_from_kernel_thread") == 0)
		return fork_row(t, esp, row);
	if (strcmp(symbol->name, "asm_exc_nmi") == 0)
		return nmi_row(t, r, row);
	if (strcmp(symbol->name, "asm_exc_double_fault") == 0)
		return double_fault_row(t, esp, row);
	return false;
}

static bool by_frame_pointer(struct target *t, const struct regs *r, struct unwind_row *row)
{
	enum { TOP_BIT = 1U << 31 };
	const struct x86_data *d = t->arch_data;
	uint64_t ebp, caller;

	if (!regs_known(r, X86_EBP))
		return false;
	ebp = r->value[X86_EBP];
	/* Entry code takes the top bit from %ebp where it points to pt_regs (ENCODE_FRAME_POINTER). */
	if (d && ebp && ebp < d->page_offset && (ebp | TOP_BIT) >= r->value[X86_ESP]) {
		bool user;

		return regs_at(t, ebp | TOP_BIT, &user) &&
		       regs_row(row, X86_EBP, (int64_t)TOP_BIT & UINT32_MAX, "frame pointer");
	}
	if ((ebp & 3) || ebp < r->value[X86_ESP] || target_read_word(t, ebp + 4, &caller) != READ_OK)
		return false;
	row->origin = "frame pointer";
	if (!symbols_is_text(t->symbols, caller)) {
		/* The stacks of idle tasks end with zeros. */
		row->kind = FRAME_END;
		return caller == 0;
	}
	row->kind = FRAME_CALL;
	row->return_reg = X86_EIP;
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS, .reg = X86_EBP, .offset = 8};
	row->regs[X86_EBP] = at_cfa(-8);
	row->regs[X86_EIP] = at_cfa(-4);
	row->n_regs = X86_EIP + 1;
	return true;
}

bool x86_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	bool user;

	if (!regs_known(r, X86_ESP))
		return false;
	if (by_name(t, r, row))
		return true;
	/* Entry code by whatever name: all of it calls with the registers on top of the stack. */
	if (r->pc_is_return && regs_at(t, r->value[X86_ESP], &user))
		return regs_row(row, X86_ESP, 0, "entry code");
	return by_frame_pointer(t, r, row);
}
