/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code in assembly: entry.S, genex.S, scall*.S, tlbex-fault.S of arch/mips. It has CFI in a few places only,
 * and the assembler's default (nothing is saved, nothing moved) everywhere else, which is wrong.
 */
#include "mips.h"

#include <string.h>

/*
 * All of it calls C with the stack pointer at struct pt_regs, whose first words
 * on 32 bits are there for the callee's arguments.
 */
const struct entry_code mips_entries[] = {
	{"handle_int", 0},
	{"except_vec_vi_handler", 0},
	{"ret_from_exception", 0},
	{"ret_from_irq", 0},
	{"__ret_from_irq", 0},
	{"resume_userspace_check", 0},
	{"resume_userspace", 0},
	{"ret_from_fork", 0},
	{"syscall_exit", 0},
	{"syscall_exit_partial", 0},
	{"syscall_exit_work", 0},
	{"restore_all", 0},
	{"restore_partial", 0},
	{"work_pending", 0},
	{"work_resched", 0},
	{"work_notifysig", 0},
	/* scall32-o32.S, scall64-n64.S, scall64-n32.S, scall64-o32.S */
	{"handle_sys", 0},
	{"handle_sys64", 0},
	{"handle_sysn32", 0},
	{"loads_done", 0},
	{"syscall_common", 0},
	{"o32_syscall_exit", 0},
	{"n64_syscall_exit", 0},
	{"syscall_trace_entry", 0},
	{"n32_syscall_trace_entry", 0},
	{"trace_a_syscall", 0},
	/* genex.S: handle_X saves, handle_X_int calls */
	{"handle_adel_int", 0},
	{"handle_ades_int", 0},
	{"handle_ibe_int", 0},
	{"handle_dbe_int", 0},
	{"handle_bp_int", 0},
	{"handle_ri_int", 0},
	{"handle_cpu_int", 0},
	{"handle_ov_int", 0},
	{"handle_tr_int", 0},
	{"handle_fpe_int", 0},
	{"handle_msa_fpe_int", 0},
	{"handle_msa_int", 0},
	{"handle_mdmx_int", 0},
	{"handle_ftlb_int", 0},
	{"handle_gsexc_int", 0},
	{"handle_watch_int", 0},
	{"handle_mcheck_int", 0},
	{"handle_mt_int", 0},
	{"handle_dsp_int", 0},
	{"handle_reserved_int", 0},
	{"nmi_handler", 0},
	{"tlb_do_page_fault_0", 0},
	{"tlb_do_page_fault_1", 0},
	{NULL, 0},
};

/* Where stacks begin: kernel threads, the boot CPU, the others. What these call has no caller but them. */
const char *const mips_outermost[] = {"ret_from_kernel_thread", "kernel_thread_helper", "start_kernel",
				      "start_secondary",        "kernel_entry",         NULL};

/* Handlers were not always called: older kernels jump to them with these as return addresses. */
const struct entry_code mips_returned_to[] = {
	{"ret_from_exception", 0},
	{"ret_from_irq", 0},
	{NULL, 0},
};

/*
 * These change to the interrupt stack before the call (4.11), unless they are on it, and keep the place of
 * the registers in $17.
 */
void mips_mend_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t pc = r->value[MIPS_EPC];
	const struct symbol *symbol;

	if (row->kind != FRAME_REGS || !regs_known(r, MIPS_S1))
		return;
	symbol = symbol_text_at(t->symbols, r->pc_is_return ? pc - 1 : pc, NULL);
	if (symbol &&
	    (strcmp(symbol->name, "handle_int") == 0 || strcmp(symbol->name, "except_vec_vi_handler") == 0))
		row->cfa.reg = MIPS_S1;
}
