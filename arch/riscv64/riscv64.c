/* SPDX-License-Identifier: GPL-2.0-or-later */
/* riscv64: Linux on 64-bit RISC-V. */
#include "riscv64.h"

#include <capstone/capstone.h>

#ifndef EM_RISCV
#define EM_RISCV 243 /* the ELF gABI's registry */
#endif

/* Only riscv writes these lines (arch/riscv/kernel/vmcore_info.c, before 6.9 crash_core.c). */
static bool recognise(const struct vmcoreinfo *v)
{
	return vmcoreinfo_get(v, "NUMBER(phys_ram_base)") || vmcoreinfo_get(v, "NUMBER(va_kernel_pa_offset)");
}

static const char *const machines[] = {"riscv64", NULL};

/* RISC-V calling convention (psABI): s0 to s11 and the stack pointer; gp and tp never change in the kernel.
 */
static const int16_t callee_saved[] = {RISCV_GP, RISCV_TP, RISCV_FP, RISCV_S1, 18, 19, 20, 21,
				       22,       23,       24,       25,       26, 27, -1};

const struct arch arch_riscv64 = {
	.name = "riscv64",
	.machines = machines,
	.elf_machine = EM_RISCV,
	.word_size = 8,
	.orders = 1 << ORDER_LITTLE,
	.page_shift = 12,
	.recognise = recognise,
	.setup = riscv64_setup,
	.user_space = riscv64_user_space,
	.is_user = riscv64_is_user,
	.pt_regs = &riscv64_pt_regs,
	.prstatus = &riscv64_prstatus,
	.prstatus_offset = 112,
	.pc = RISCV_PC,
	.sp = RISCV_SP,
	.fp = RISCV_FP,
	.reg_names = riscv64_reg_names,
	.link = RISCV_RA,
	.user_mode = riscv64_user_mode,
	.switched_out = riscv64_switched_out,
	.callee_saved = callee_saved,
	.row = riscv64_row,
	.entries = riscv64_entries,
	.outermost = riscv64_outermost,
	.fallback_row = riscv64_fallback_row,
	.stacks = riscv64_stacks,
	.user_regs = riscv64_user_regs,
	.is_call = riscv64_is_call,
	.eframe_shape = "{!user}     PC: {epc:016x}  {?function}[{function}{?offset}+{offset}{/}]{/}"
			"{!function}[unknown or invalid address]{/}\n{/}"
			"{?file}    {file}: {line}\n{/}"
			"{!user}     RA: {ra:016x}  "
			"{?link_function}[{link_function}{?link_offset}+{link_offset}{/}]{/}"
			"{!link_function}[unknown or invalid address]{/}\n     SP: {sp:016x}  CAUSE: "
			"{cause:016x}\n{/}"
			"{?user}     PC: {epc:016x}   RA: {ra:016x}   SP: {sp:016x}\n"
			"     ORIG_A0: {orig_a0:016x}   SYSCALLNO: {a7:016x}\n{/}"
			"epc : {epc:016x} ra : {ra:016x} sp : {sp:016x}\n"
			" gp : {gp:016x} tp : {tp:016x} t0 : {t0:016x}\n"
			" t1 : {t1:016x} t2 : {t2:016x} s0 : {s0:016x}\n"
			" s1 : {s1:016x} a0 : {a0:016x} a1 : {a1:016x}\n"
			" a2 : {a2:016x} a3 : {a3:016x} a4 : {a4:016x}\n"
			" a5 : {a5:016x} a6 : {a6:016x} a7 : {a7:016x}\n"
			" s2 : {s2:016x} s3 : {s3:016x} s4 : {s4:016x}\n"
			" s5 : {s5:016x} s6 : {s6:016x} s7 : {s7:016x}\n"
			" s8 : {s8:016x} s9 : {s9:016x} s10: {s10:016x}\n"
			" s11: {s11:016x} t3 : {t3:016x} t4 : {t4:016x}\n"
			" t5 : {t5:016x} t6 : {t6:016x}\n"
			" status: {status:016x} badaddr: {badaddr:016x}\n"
			"  cause: {cause:016x} orig_a0: {orig_a0:016x}\n",
	.is_eframe = riscv64_is_eframe,
	.mach = riscv64_mach,
	.capstone_arch = CS_ARCH_RISCV,
	.capstone_mode = CS_MODE_RISCV64 | CS_MODE_RISCVC,
	.insn_step = 2,
	.insn_length = riscv64_insn_length,
	.insn_goal = riscv64_insn_goal,
	.spell = riscv64_spell,
};
