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

#define REG(n) " R" #n ": {r" #n ":016x}   "
/* Names of one digit are followed by two blanks. */
#define REG1(n) " R" #n ":  {r" #n ":016x}   "

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
	.eframe_title = ppc64_eframe_title,
	.eframe_is_nameless = true,
	.eframe_shape = " {?title}{title}{/}{!title}unknown{/} [{trap:x}] exception frame:\n" REG1(0) REG1(1)
		REG1(2) "\n" REG1(3) REG1(4) REG1(5) "\n" REG1(6) REG1(7) REG1(8) "\n" REG1(9) REG(10) REG(
			11) "\n" REG(12) REG(13) REG(14) "\n" REG(15) REG(16) REG(17) "\n" REG(18) REG(19)
			REG(20) "\n" REG(21) REG(22) REG(23) "\n" REG(24) REG(25) REG(26) "\n" REG(27) REG(28)
				REG(29) "\n" REG(30) REG(
					31) "\n"
					    " NIP: {nip:016x}    MSR: {msr:016x}    OR3: {orig_gpr3:016x}\n"
					    " CTR: {ctr:016x}    LR:  {link:016x}    XER: {xer:016x}\n"
					    " CCR: {ccr:016x}    MQ:  {softe:016x}    DAR: {dar:016x}\n"
					    " DSISR: {dsisr:016x}     Syscall Result: {result:016x}\n"
					    "{?function} [NIP  : {function}+{offset}]\n{/}"
					    "{?link_function} [LR   : {link_function}+{link_offset}]\n{/}"
					    "{?file}    {file}: {line}\n{/}",
	.is_eframe = ppc64_is_eframe,
	.mach = ppc64_mach,
	.capstone_arch = CS_ARCH_PPC,
	.capstone_mode = CS_MODE_64,
	.insn_step = 4,
};
