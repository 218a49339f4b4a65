/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm: Linux on 32-bit ARM. */
#include "arm.h"

#include <capstone/capstone.h>
#include <elf.h>

/*
 * Only arm puts its kernel's tables right in front of the text (arch/arm/kernel/head.S), at the end of the
 * first 16 KB (20 KB with LPAE) or at the same place further on; the text begins with the next section.
 */
static bool recognise(const struct vmcoreinfo *v)
{
	uint64_t tables, text;

	return vmcoreinfo_symbol(v, "swapper_pg_dir", &tables) && vmcoreinfo_symbol(v, "_stext", &text) &&
	       text > tables && text - tables <= 2 << 20 && !(text >> 32) &&
	       ((tables & 0x7fff) == 0x4000 || (tables & 0x7fff) == 0x3000);
}

/* elf_platform's cousin arch_name of arch/arm/mm/proc-*.S, and the byte order. */
static const char *const machines[] = {"armv7l",    "armv7b",    "armv6l",   "armv6b",   "armv6tej",
				       "armv5tejl", "armv5tejb", "armv5tel", "armv5teb", "armv5tl",
				       "armv5tb",   "armv4tl",   "armv4tb",  "armv4l",   "armv4b",
				       "armv7ml",   "arm",       NULL};

/* Procedure Call Standard (IHI 0042), 6.1.1. */
static const int16_t callee_saved[] = {4, 5, 6, 7, 8, 9, 10, ARM_FP, -1};

/* vector_swi takes r7 to r10 for itself. */
static const int16_t kept_by_syscalls[] = {4, 5, 6, ARM_FP, -1};

/*
 * arch/arm/kernel/entry-armv.S and entry-common.S. A system call finds its fifth and sixth argument below the
 * registers, and where it returns to takes them away.
 */
static const struct entry_code entries[] = {
	{"__irq_svc", 0},
	{"__dabt_svc", 0},
	{"__pabt_svc", 0},
	{"__und_svc", 0},
	{"__fiq_svc", 0},
	{"svc_preempt", 0},
	{"__bad_stack", 0},
	{"__irq_usr", 0},
	{"__dabt_usr", 0},
	{"__pabt_usr", 0},
	{"__und_usr", 0},
	{"__fiq_usr", 0},
	{"ret_fast_syscall", 0},
	{"__ret_fast_syscall", 0},
	{"fast_work_pending", 0},
	{"slow_work_pending", 0},
	{"no_work_pending", 0},
	{"ret_to_user", 0},
	{"ret_to_user_from_irq", 0},
	{"ret_slow_syscall", 0},
	{"vector_swi", 0},
	{"__sys_trace", 8},
	{"__sys_trace_return", 0},
	{"__sys_trace_return_nosave", 0},
	{"ret_from_fork", 0},
	{NULL, 0},
};

static const struct entry_code returned_to[] = {
	{"ret_from_exception", 0},
	{"ret_fast_syscall", 8},
	{"__ret_fast_syscall", 8},
	{"__sys_trace_return", 8},
	{NULL, 0},
};

/* Both are jumped to, with whatever lr held. */
static const char *const outermost[] = {"start_kernel", "secondary_start_kernel", NULL};

#define FRAME(OFFSET)                                                                                        \
	"[<{pc}>] {!reliable}? {/}({?function}{function}" OFFSET                                             \
	"{/}{!function}unknown{/}{?module} [{module}]{/}){?from} from [<{from}>]{/}"

const struct arch arch_arm = {
	.name = "arm",
	.machines = machines,
	.elf_machine = EM_ARM,
	.word_size = 4,
	.orders = 1 << ORDER_LITTLE | 1 << ORDER_BIG,
	.page_shift = 12,
	.recognise = recognise,
	.setup = arm_setup,
	.code_address = arm_code_address,
	.user_space = arm_user_space,
	.is_user = arm_is_user,
	.pt_regs = &arm_pt_regs,
	.prstatus_offset = 72,
	.pc = ARM_PC,
	.sp = ARM_SP,
	.fp = ARM_FP,
	.reg_names = arm_reg_names,
	.link = ARM_LR,
	.user_mode = arm_user_mode,
	.mend_regs = arm_mend_regs,
	.switched_out = arm_switched_out,
	.callee_saved = callee_saved,
	.kept_by_syscalls = kept_by_syscalls,
	.entries = entries,
	.returned_to = returned_to,
	.outermost = outermost,
	.fallback_row = arm_fallback_row,
	.stacks = arm_stacks,
	.user_regs = arm_user_regs,
	.is_call = arm_is_call,
	.pops_pc = arm_pops_pc,
	/* GCC 12 makes them eight bytes too low, with any options */
	.mistold_frame_base = true,
	.is_eframe = arm_is_eframe,
	.eframe_shape = "    pc : [<{pc:08x}>]    lr : [<{lr:08x}>]    psr: {psr:08x}\n"
			"    sp : {sp:08x}  ip : {ip:08x}  fp : {fp:08x}\n"
			"    r10: {r10:08x}  r9 : {r9:08x}  r8 : {r8:08x}\n"
			"    r7 : {r7:08x}  r6 : {r6:08x}  r5 : {r5:08x}  r4 : {r4:08x}\n"
			"    r3 : {r3:08x}  r2 : {r2:08x}  r1 : {r1:08x}  r0 : {r0:08x}\n"
			"    Flags: {title}\n",
	.frame_shape = {FRAME(""), FRAME("+{offset}"), FRAME("+0x{offset:x}")},
	.eframe_title = arm_eframe_title,
	.eframe_is_nameless = true,
	.mach = arm_mach,
	.capstone_arch = CS_ARCH_ARM,
	.insn_mode = arm_insn_mode,
	.spell = arm_spell,
	.insn_step = 2,
};
