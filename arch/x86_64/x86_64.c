/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86_64: Linux on AMD64 and Intel 64. */
#include "x86_64.h"

#include <capstone/capstone.h>
#include <elf.h>
#include <string.h>

#include "x86_insn.h"
#include "x86_state.h"

/*
 * Only x86_64 writes these lines (arch/x86/kernel/crash_core_64.c, later vmcore_info_64.c). QEMU's compressed
 * dumps name no machine.
 */
static bool recognise(const struct vmcoreinfo *v)
{
	return vmcoreinfo_get(v, "NUMBER(pgtable_l5_enabled)") || vmcoreinfo_get(v, "SYMBOL(init_top_pgt)") ||
	       vmcoreinfo_get(v, "SYMBOL(init_level4_pgt)");
}

static const char *const machines[] = {"x86_64", "amd64", NULL};

/*
 * What dying CPUs go on to run after they saved their registers: the one that
 * panicked (kernel/kexec_core.c, __crash_kexec), and those it stopped by NMI
 * (arch/x86/kernel/reboot.c).
 */
static const char *const ran_on[] = {"machine_kexec", "crash_nmi_callback", NULL};

/* System V ABI for AMD64, figure 3.4. */
static const int16_t callee_saved[] = {X86_RBX, X86_RBP, X86_R12, X86_R13, X86_R14, X86_R15, -1};

const struct arch arch_x86_64 = {
	.name = "x86_64",
	.machines = machines,
	.elf_machine = EM_X86_64,
	.word_size = 8,
	.orders = 1 << ORDER_LITTLE,
	.page_shift = 12,
	.recognise = recognise,
	.setup = x86_64_setup,
	.user_space = x86_64_user_space,
	.is_user = x86_64_is_user,
	.pt_regs = &x86_64_pt_regs,
	.prstatus = &x86_64_prstatus,
	.prstatus_offset = 112,
	.pc = X86_RIP,
	.sp = X86_RSP,
	.fp = X86_RBP,
	.reg_names = x86_64_reg_names,
	.link = -1,
	.user_mode = x86_64_user_mode,
	.qemu_regs = x86_64_qemu_regs,
	.switched_out = x86_64_switched_out,
	.callee_saved = callee_saved,
	.row = target_orc_row,
	.fallback_row = x86_64_fallback_row,
	.stacks = x86_64_stacks,
	.user_regs = x86_64_user_regs,
	.is_call = x86_is_call,
	.ran_on = ran_on,
	.eframe_shape = "{!user}    [exception RIP: {?function}{function}+{offset}{/}"
			"{!function}unknown or invalid address{/}]\n{/}"
			"{?file}    {file}: {line}\n{/}"
			"    RIP: {rip:016x}  RSP: {rsp:016x}  RFLAGS: {rflags:08x}\n"
			"{!partial}"
			"    RAX: {rax:016x}  RBX: {rbx:016x}  RCX: {rcx:016x}\n"
			"    RDX: {rdx:016x}  RSI: {rsi:016x}  RDI: {rdi:016x}\n"
			"    RBP: {rbp:016x}   R8: {r8:016x}   R9: {r9:016x}\n"
			"    R10: {r10:016x}  R11: {r11:016x}  R12: {r12:016x}\n"
			"    R13: {r13:016x}  R14: {r14:016x}  R15: {r15:016x}\n"
			"    ORIG_RAX: {orig_rax:016x}  CS: {cs:04x}  SS: {ss:04x}\n"
			"{/}{?partial}    CS: {cs:04x}  SS: {ss:04x}\n{/}",
	.is_eframe = x86_64_is_eframe,
	/* of the time stamp counter's calibration, arch/x86/kernel/tsc.c */
	.speed_variable = "cpu_khz",
	.speed_per_mhz = 1000,
	.mach = x86_64_mach,
	.capstone_arch = CS_ARCH_X86,
	.capstone_mode = CS_MODE_64,
	.spell = x86_spell_64,
	/* the five bytes for a near call */
	.trace_nop = "nopl   0x0(%rax,%rax,1)",
};
