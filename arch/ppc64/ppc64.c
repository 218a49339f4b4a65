/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ppc64: Linux on 64-bit POWER (Book3S), big-endian and little-endian. */
#include "ppc64.h"

#include <capstone/capstone.h>
#include <elf.h>

/* Only 64-bit powerpc writes these lines (arch/powerpc/kexec/vmcore_info.c, before 6.9 core.c). */
static bool recognise(const struct vmcoreinfo *v)
{
	return vmcoreinfo_get(v, "SYMBOL(vmemmap_list)") || vmcoreinfo_get(v, "NUMBER(RADIX_MMU)");
}

static const char *const machines[] = {"ppc64", "ppc64le", NULL};

/* ELF V2 ABI, 2.2.2: r14 to r31 (and r1, which is the CFA; r2 is restored behind calls by the caller). */
static const int16_t callee_saved[] = {13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
				       23, 24, 25, 26, 27, 28, 29, 30, 31, -1};

/*
 * What dying CPUs go on to run after they saved their registers: the one that panicked
 * (arch/powerpc/kexec/core.c, core_64.c), and those that it stopped (crash.c).
 */
static const char *const ran_on[] = {"default_machine_kexec", "machine_kexec", "crash_ipi_callback", NULL};

const struct arch arch_ppc64 = {
	.name = "ppc64",
	.machines = machines,
	.elf_machine = EM_PPC64,
	.word_size = 8,
	.orders = 1 << ORDER_LITTLE | 1 << ORDER_BIG,
	.page_shift = 16,
	.recognise = recognise,
	.setup = ppc64_setup,
	.user_space = ppc64_user_space,
	.is_user = ppc64_is_user,
	.pt_regs = &ppc64_pt_regs,
	.prstatus_offset = 112,
	.pc = PPC64_NIP,
	.sp = PPC64_SP,
	.fp = 31,
	.reg_names = ppc64_reg_names,
	.link = PPC64_LR,
	.user_mode = ppc64_user_mode,
	.mend_regs = ppc64_mend_regs,
	.switched_out = ppc64_switched_out,
	.callee_saved = callee_saved,
	.mend_row = ppc64_mend_row,
	.fallback_row = ppc64_fallback_row,
	.stacks = ppc64_stacks,
	.user_regs = ppc64_user_regs,
	.is_call = ppc64_is_call,
	.ran_on = ran_on,
	.lr_save = LR_SAVE,
	.eframe_title = ppc64_eframe_title,
	.eframe_is_nameless = true,
	.eframe_shape = " {?title}{title}{/}{!title}unknown{/} [{trap:x}] exception frame:\n"
			" R0:  {r0:016x}    R1:  {r1:016x}    R2:  {r2:016x}   \n"
			" R3:  {r3:016x}    R4:  {r4:016x}    R5:  {r5:016x}   \n"
			" R6:  {r6:016x}    R7:  {r7:016x}    R8:  {r8:016x}   \n"
			" R9:  {r9:016x}    R10: {r10:016x}    R11: {r11:016x}   \n"
			" R12: {r12:016x}    R13: {r13:016x}    R14: {r14:016x}   \n"
			" R15: {r15:016x}    R16: {r16:016x}    R17: {r17:016x}   \n"
			" R18: {r18:016x}    R19: {r19:016x}    R20: {r20:016x}   \n"
			" R21: {r21:016x}    R22: {r22:016x}    R23: {r23:016x}   \n"
			" R24: {r24:016x}    R25: {r25:016x}    R26: {r26:016x}   \n"
			" R27: {r27:016x}    R28: {r28:016x}    R29: {r29:016x}   \n"
			" R30: {r30:016x}    R31: {r31:016x}   \n"
			" NIP: {nip:016x}    MSR: {msr:016x}    OR3: {orig_gpr3:016x}\n"
			" CTR: {ctr:016x}    LR:  {link:016x}    XER: {xer:016x}\n"
			" CCR: {ccr:016x}    MQ:  {softe:016x}    DAR: {dar:016x}\n"
			" DSISR: {dsisr:016x}     Syscall Result: {result:016x}\n"
			"{?function} [NIP  : {function}+{offset}]\n{/}"
			"{?link_function} [LR   : {link_function}+{link_offset}]\n{/}",
	.is_eframe = ppc64_is_eframe,
	/* in Hz, from the device tree: arch/powerpc/kernel/time.c */
	.speed_variable = "ppc_proc_freq",
	.speed_per_mhz = 1000000,
	.mach = ppc64_mach,
	.capstone_arch = CS_ARCH_PPC,
	.capstone_mode = CS_MODE_64,
	.insn_step = 4,
	.spell = ppc64_spell,
};
