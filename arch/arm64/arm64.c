/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm64: Linux on 64-bit Arm (AArch64), either byte order. */
#include "arm64.h"

#include <capstone/capstone.h>
#include <elf.h>

#include "insn.h"

/* Only arm64 writes these lines (arch/arm64/kernel/crash_core.c, later vmcore_info.c), since 4.12. */
static bool recognise(const struct vmcoreinfo *v)
{
	return vmcoreinfo_get(v, "NUMBER(kimage_voffset)") || vmcoreinfo_get(v, "NUMBER(TCR_EL1_T1SZ)");
}

static const char *const machines[] = {"aarch64", "aarch64_be", "arm64", NULL};

/* Procedure Call Standard for the Arm 64-bit Architecture (aapcs64), 6.1.1. */
static const int16_t callee_saved[] = {19, 20, 21, 22, 23, 24, 25, 26, 27, 28, ARM64_FP, -1};

/*
 * What dying CPUs go on to run after they saved their registers: the one that panicked
 * (arch/arm64/kernel/machine_kexec.c), and those that it stopped (smp.c, ipi_cpu_crash_stop).
 */
static const char *const ran_on[] = {"machine_kexec", "ipi_handler", "do_handle_IPI", "ipi_cpu_crash_stop",
				     NULL};

const struct arch arch_arm64 = {
	.name = "arm64",
	.machines = machines,
	.elf_machine = EM_AARCH64,
	.word_size = 8,
	.orders = 1 << ORDER_LITTLE | 1 << ORDER_BIG,
	.page_shift = 12,
	.section_bits = 30, /* arch/arm64/include/asm/sparsemem.h before 5.12 */
	.recognise = recognise,
	.setup = arm64_setup,
	.user_space = arm64_user_space,
	.untag = arm64_untag,
	.is_user = arm64_is_user,
	.pt_regs = &arm64_pt_regs,
	.prstatus = &arm64_prstatus,
	.prstatus_offset = 112,
	.pc = ARM64_PC,
	.sp = ARM64_SP,
	.fp = ARM64_FP,
	.reg_names = arm64_reg_names,
	.link = ARM64_LR,
	.user_mode = arm64_user_mode,
	.switched_out = arm64_switched_out,
	.callee_saved = callee_saved,
	/* GCC and clang make no difference on this architecture */
	.noreturn_saves = true,
	.fallback_row = arm64_fallback_row,
	.stacks = arm64_stacks,
	.user_regs = arm64_user_regs,
	.ran_on = ran_on,
	.frame_records = true,
	.eframe_shape =
		"{!user}     PC: {pc:016x}  [{?function}{function}+{offset}{/}"
		"{!function}unknown or invalid address{/}]\n"
		"{?file}    {file}: {line}\n{/}"
		"     LR: {lr:016x}  [{?link_function}{link_function}+{link_offset}{/}"
		"{!link_function}unknown or invalid address{/}]\n"
		"     SP: {sp:016x}  PSTATE: {pstate:08x}\n{/}"
		"{!title}{?user}     PC: {pc:016x}   LR: {lr:016x}   SP: {sp:016x}\n{/}"
		"    X29: {x29:016x}  X28: {x28:016x}  X27: {x27:016x}\n"
		"    X26: {x26:016x}  X25: {x25:016x}  X24: {x24:016x}\n"
		"    X23: {x23:016x}  X22: {x22:016x}  X21: {x21:016x}\n"
		"    X20: {x20:016x}  X19: {x19:016x}  X18: {x18:016x}\n"
		"    X17: {x17:016x}  X16: {x16:016x}  X15: {x15:016x}\n"
		"    X14: {x14:016x}  X13: {x13:016x}  X12: {x12:016x}\n"
		"    X11: {x11:016x}  X10: {x10:016x}   X9: {x9:016x}\n"
		"     X8: {x8:016x}   X7: {x7:016x}   X6: {x6:016x}\n"
		"     X5: {x5:016x}   X4: {x4:016x}   X3: {x3:016x}\n"
		"     X2: {x2:016x}   X1: {x1:016x}   X0: {x0:016x}\n"
		"{?user}    ORIG_X0: {orig_x0:016x}  SYSCALLNO: {syscallno:x}  PSTATE: {pstate:08x}\n{/}{/}"
		/* sp and lr of 32-bit code are x13 and x14 (Arm ARM, D1.8.2) */
		"{?title}     PC: {pc:08x}   LR: {x14:08x}   SP: {x13:08x}  PSTATE: {pstate:08x}\n"
		"    X12: {x12:08x}  X11: {x11:08x}  X10: {x10:08x}   X9: {x9:08x}\n"
		"     X8: {x8:08x}   X7: {x7:08x}   X6: {x6:08x}   X5: {x5:08x}\n"
		"     X4: {x4:08x}   X3: {x3:08x}   X2: {x2:08x}   X1: {x1:08x}\n"
		"     X0: {x0:08x}   ORIG_X0: {orig_x0:08x}  SYSCALLNO: {syscallno:x}\n{/}",
	.eframe_title = arm64_eframe_title,
	.is_eframe = arm64_is_eframe,
	.mach = arm64_mach,
	.capstone_arch = CS_ARCH_ARM64,
	.capstone_mode = CS_MODE_ARM,
	.little_code = true,
	.insn_step = 4,
	.spell = arm64_spell,
};
