/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a finished trace's frames. ORC and frame pointers lead from
 * frame to frame with few registers; a variable may be in any that calls
 * preserve. Call frame information says where functions saved those. It is read
 * only when somebody asks, for its index costs more than a trace.
 */
#include <string.h>

#include "base/error.h"
#include "debuginfo/dwarf.h"
#include "target/arch.h"
#include "target/unwind.h"

static bool cfi_row_of(struct target *t, const struct frame *f, struct unwind_row *row)
{
	struct dwarf *d = target_dwarf_at(t, frame_lookup_pc(f));

	return d && dwarf_cfi_row(d, frame_lookup_pc(f), row) && row->kind == FRAME_CALL;
}

static bool is_role(const struct arch *arch, unsigned n)
{
	return n == arch->pc || n == arch->sp;
}

/* Does the table that led from a frame to its caller say of every preserved register where it is? */
static bool tells_all(const char *how)
{
	return strcmp(how, "CFI") == 0 || strcmp(how, "EXIDX") == 0;
}

/*
 * What the caller has only because its callee had it, where no table says that the callee left it alone.
 * @before: the callee's registers as the trace had them; ->regs of @f as they are now.
 */
static void forget_inherited(const struct arch *arch, const struct frame *f, const struct regs *before,
			     struct frame *caller)
{
	for (unsigned n = 0; n < REGS_MAX; n++) {
		bool inherited = regs_known(&caller->regs, n) && regs_known(before, n) &&
				 caller->regs.value[n] == before->value[n];

		if (!inherited || is_role(arch, n))
			continue;
		if (!regs_known(&f->regs, n) || (!tells_all(caller->how) && n != arch->fp))
			regs_forget(&caller->regs, n);
	}
}

/*
 * A function that does not return need not save what it changes, and compilers make use of that: what its
 * table does not mention may be anything.
 */
static void forget_unsaved(const struct arch *arch, const struct unwind_row *row, struct frame *caller)
{
	for (const int16_t *n = arch->callee_saved; n && *n >= 0; n++) {
		if (*n < row->n_regs && row->regs[*n].kind != RULE_AT_CFA)
			regs_forget(&caller->regs, (unsigned)*n);
	}
}

/*
 * Where calls push the return address, that is on x86, compilers save in such functions all that they change
 * (before GCC 14) or nothing but a frame pointer: one that saved something is of the former kind.
 */
static bool saves_all(const struct arch *arch, const struct unwind_row *row)
{
	for (const int16_t *n = arch->callee_saved; arch->link < 0 && n && *n >= 0; n++) {
		if (*n != arch->fp && *n < row->n_regs && row->regs[*n].kind == RULE_AT_CFA)
			return true;
	}
	return false;
}

static bool does_not_return(struct target *t, const struct frame *f)
{
	uint64_t at = frame_lookup_pc(f), offset;
	struct dwarf *d = target_dwarf_at(t, at);
	const struct symbol *symbol = symbol_text_at(t->symbols, at, &offset);

	if (dwarf_is_noreturn(d, at))
		return true;
	return !dwarf_cfi_returns(d, at) &&
	       !(t->arch->pops_pc && symbol && symbol->size &&
		 t->arch->pops_pc(t, symbol->address, symbol->address + symbol->size));
}

static void recover(struct target *t, const struct frame *f, const struct regs *before, struct frame *caller)
{
	const struct arch *arch = t->arch;
	struct unwind_row row;
	uint64_t cfa, value = 0;

	forget_inherited(arch, f, before, caller);
	memset(&row, 0, sizeof row);
	if (!cfi_row_of(t, f, &row))
		return;
	/* of another frame than the one that was found: it does not know of what assembly did there */
	if (!unwind_cfa(t, &f->regs, &row, &cfa) || cfa - arch->cfa_above_sp != f->cfa)
		return;
	for (unsigned n = 0; n < row.n_regs && n < REGS_MAX; n++) {
		if (is_role(arch, n) || n == row.return_reg || regs_known(&caller->regs, n))
			continue;
		if (unwind_reg(t, &f->regs, &row, cfa, n, &value))
			regs_set(&caller->regs, n, value);
	}
	if (!arch->noreturn_saves && !saves_all(arch, &row) && does_not_return(t, f))
		forget_unsaved(arch, &row, caller);
}

void trace_recover(struct target *t, struct trace *trace)
{
	struct regs before, next;

	if (trace->recovered || trace->n == 0)
		return;
	trace->recovered = true;
	before = trace->frames[0].regs;
	for (size_t i = 0; i + 1 < trace->n; i++) {
		struct frame *f = &trace->frames[i], *caller = f + 1;

		next = caller->regs;
		/* where an exception lies between, all registers were saved; where a scan does, none */
		if (!f->has_eframe && !caller->exact_pc && caller->reliable &&
		    strcmp(caller->how, "call through a bad pointer") != 0)
			recover(t, f, &before, caller);
		before = next;
	}
	fail_clear();
}

bool trace_cfa(struct target *t, const struct trace *trace, size_t i, uint64_t *cfa)
{
	const struct frame *f = &trace->frames[i];
	struct unwind_row row;
	bool bound = i + 1 < trace->n && trace->frames[i + 1].regs.sp_is_bound;

	if (f->cfa && !bound) {
		*cfa = f->cfa + t->arch->cfa_above_sp;
		return true;
	}
	memset(&row, 0, sizeof row);
	return cfi_row_of(t, f, &row) && unwind_cfa(t, &f->regs, &row, cfa);
}
