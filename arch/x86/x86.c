/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86: Linux on Intel's 32-bit processors, with and without physical address extension. */
#include "x86.h"

#include <capstone/capstone.h>
#include <elf.h>

#include "x86_insn.h"
#include "x86_state.h"

/* Only 32-bit x86 with PAE writes this line (arch/x86/kernel/crash_core_32.c, later vmcore_info_32.c). */
static bool recognise(const struct vmcoreinfo *v)
{
	return vmcoreinfo_get(v, "CONFIG_X86_PAE") != NULL;
}

/* utsname.machine by CPU family, and what people say. */
static const char *const machines[] = {"i686", "i586", "i486", "i386", "x86", NULL};

/*
 * What dying CPUs go on to run after they saved their registers: the one that panicked
 * (kernel/kexec_core.c, __crash_kexec), and those it stopped by NMI (arch/x86/kernel/reboot.c).
 */
static const char *const ran_on[] = {"machine_kexec", "crash_nmi_callback", NULL};

/* System V ABI for i386, table 2.3. */
static const int16_t callee_saved[] = {X86_EBX, X86_EBP, X86_ESI, X86_EDI, -1};

/* arch/x86/entry/entry_32.S: code that calls C with the registers on top of the stack. */
static const struct entry_code entries[] = {
	{"handle_exception", 0}, {"asm_common_interrupt", 0}, {"asm_spurious_interrupt", 0},
	{"entry_INT80_32", 0},   {"entry_SYSENTER_32", 0},    {NULL, 0},
};

const struct arch arch_x86 = {
	.name = "x86",
	.machines = machines,
	.elf_machine = EM_386,
	.word_size = 4,
	.orders = 1 << ORDER_LITTLE,
	.page_shift = 12,
	.recognise = recognise,
	.setup = x86_setup,
	.user_space = x86_user_space,
	.is_user = x86_is_user,
	.pt_regs = &x86_pt_regs,
	.fix_pt_regs = x86_fix_pt_regs,
	.prstatus_offset = 72,
	.pc = X86_EIP,
	.sp = X86_ESP,
	.fp = X86_EBP,
	.reg_names = x86_reg_names,
	.link = -1,
	.user_mode = x86_user_mode,
	.qemu_regs = x86_qemu_regs,
	.switched_out = x86_task_switched_out,
	.callee_saved = callee_saved,
	.entries = entries,
	.fallback_row = x86_fallback_row,
	.stacks = x86_list_stacks,
	.sp_before = x86_sp_before,
	.user_regs = x86_user_regs,
	.is_call = x86_is_call,
	.ran_on = ran_on,
	/* The blanks at line ends are crash's. */
	.eframe_shape = "{!user}    [exception EIP: {?function}{function}+{offset}{/}"
			"{!function}unknown or invalid address{/}]\n{/}"
			"{?file}    {file}: {line}\n{/}"
			"{!user}    EAX: {eax:08x}  EBX: {ebx:08x}  ECX: {ecx:08x}  EDX: {edx:08x}  EBP: "
			"{ebp:08x} \n{/}"
			"{?user}    EAX: {eax:08x}  EBX: {ebx:08x}  ECX: {ecx:08x}  EDX: {edx:08x} \n{/}"
			"    DS:  {ds:04x}      ESI: {esi:08x}  ES:  {es:04x}      EDI: {edi:08x}{!user}  "
			"GS:  {gs:04x}{/}\n"
			"{?user}    SS:  {ss:04x}      ESP: {esp:08x}  EBP: {ebp:08x}  GS:  {gs:04x}\n{/}"
			"    CS:  {cs:04x}      EIP: {eip:08x}  ERR: {orig_eax:08x}  EFLAGS: {eflags:08x} \n",
	.frame_memory_shape = "    [RA:{?return_address} {return_address:x}{/}  SP: {memory_start:x}  FP: "
			      "{last_word:x}  SIZE: {memory_size}]\n",
	.is_eframe = x86_is_eframe,
	/* of the time stamp counter's calibration, arch/x86/kernel/tsc.c */
	.speed_variable = "cpu_khz",
	.speed_per_mhz = 1000,
	.mach = x86_mach,
	.capstone_arch = CS_ARCH_X86,
	.capstone_mode = CS_MODE_32,
	.spell = x86_spell_32,
	/* the five bytes for a near call */
	.trace_nop = "lea    %ds:0x0(%esi,%eiz,1),%esi",
};
