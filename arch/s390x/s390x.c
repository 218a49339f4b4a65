/* SPDX-License-Identifier: GPL-2.0-or-later */
/* s390x: Linux on z/Architecture. */
#include "s390x.h"

#include <capstone/capstone.h>
#include <elf.h>

/* Only s390 writes these lines (arch/s390/kernel/vmcore_info.c, before 6.9 machine_kexec.c). */
static bool recognise(const struct vmcoreinfo *v)
{
	return vmcoreinfo_get(v, "SYMBOL(lowcore_ptr)") || vmcoreinfo_get(v, "SAMODE31");
}

/* The second is in the headers of QEMU's kdump files: its ELF_MACHINE_UNAME (target/s390x/cpu.h). */
static const char *const machines[] = {"s390x", "S390X", NULL};

/* s390x ELF ABI, 1.2.1: r6 to r13 and r15. */
static const int16_t callee_saved[] = {6, 7, 8, 9, 10, 11, 12, 13, -1};

/*
 * No is_user: user and kernel each have an address space of their own that begins at 0. An address without
 * more is the kernel's, as in crash.
 */
const struct arch arch_s390x = {
	.name = "s390x",
	.machines = machines,
	.elf_machine = EM_S390,
	.word_size = 8,
	.orders = 1 << ORDER_BIG,
	.page_shift = 12,
	.recognise = recognise,
	.setup = s390x_setup,
	.user_space = s390x_user_space,
	.pt_regs = &s390x_pt_regs,
	.prstatus = &s390x_prstatus,
	.prstatus_offset = 112,
	.pc = S390_PSW_ADDR,
	.sp = S390_R15,
	.fp = S390_R11,
	.reg_names = s390x_reg_names,
	.link = S390_R14,
	.user_mode = s390x_user_mode,
	.switched_out = s390x_switched_out,
	.cfa_above_sp = STACK_FRAME_OVERHEAD,
	.callee_saved = callee_saved,
	.row = s390x_row,
	.entries = s390x_entries,
	.outermost = s390x_outermost,
	.mend_row = s390x_mend_row,
	.fallback_row = s390x_fallback_row,
	.stacks = s390x_stacks,
	.user_regs = s390x_user_regs,
	.eframe_shape =
		" {?user}USER{/}{!user}KERNEL{/}-MODE INTERRUPT FRAME;{?frame} pt_regs at {frame:x}:{/}\n"
		" PSW:  {psw_mask:016x} {psw_addr:016x} {?user}(user space){/}"
		"{?function}({function}+{offset}{?module} [{module}]{/}){/}\n"
		"{?file}    {file}: {line}\n{/}"
		" GPRS: {r0:016x} {r1:016x} {r2:016x} {r3:016x} \n"
		"       {r4:016x} {r5:016x} {r6:016x} {r7:016x} \n"
		"       {r8:016x} {r9:016x} {r10:016x} {r11:016x} \n"
		"       {r12:016x} {r13:016x} {r14:016x} {r15:016x} \n",
	.is_eframe = s390x_is_eframe,
	.vector_regs = s390x_vector_regs,
	.mach = s390x_mach,
	.capstone_arch = CS_ARCH_SYSZ,
	.capstone_mode = 0,
	.insn_step = 2,
	.insn_length = s390x_insn_length,
	.insn_goal = s390x_insn_goal,
	.spell = s390x_spell,
};
