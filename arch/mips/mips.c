/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mips and mips64: Linux on MIPS of 32 and 64 bits, in both byte orders. */
#include "mips.h"

#include <capstone/capstone.h>
#include <elf.h>

/* utsname.machine is the same in both byte orders; Debian's names of them are taken for --target. */
static const char *const machines[] = {"mips", NULL};
static const char *const machines_64[] = {"mips64", NULL};

/* What a dying CPU goes on to run after it saved its registers (kernel/kexec_core.c, __crash_kexec). */
static const char *const ran_on[] = {"machine_kexec", NULL};

/* $s0 to $s7, $gp, $s8 (MIPS psABI, and the n64 handbook, which agree here for code that is no library). */
static const int16_t callee_saved[] = {16, 17, 18, 19, 20, 21, 22, 23, 28, 30, -1};

#define EFRAME(digits)                                                                                       \
	"    $ 0   : {r0:0" digits "x} {r1:0" digits "x} {r2:0" digits "x} {r3:0" digits "x}\n"              \
	"    $ 4   : {r4:0" digits "x} {r5:0" digits "x} {r6:0" digits "x} {r7:0" digits "x}\n"              \
	"    $ 8   : {r8:0" digits "x} {r9:0" digits "x} {r10:0" digits "x} {r11:0" digits "x}\n"            \
	"    $12   : {r12:0" digits "x} {r13:0" digits "x} {r14:0" digits "x} {r15:0" digits "x}\n"          \
	"    $16   : {r16:0" digits "x} {r17:0" digits "x} {r18:0" digits "x} {r19:0" digits "x}\n"          \
	"    $20   : {r20:0" digits "x} {r21:0" digits "x} {r22:0" digits "x} {r23:0" digits "x}\n"          \
	"    $24   : {r24:0" digits "x} {r25:0" digits "x} {r26:0" digits "x} {r27:0" digits "x}\n"          \
	"    $28   : {r28:0" digits "x} {r29:0" digits "x} {r30:0" digits "x} {r31:0" digits "x}\n"          \
	"    Hi    : {hi:0" digits "x}\n"                                                                    \
	"    Lo    : {lo:0" digits "x}\n"                                                                    \
	"    epc   : {epc:0" digits "x}{?function} {function}+{offset}{/}\n"                                 \
	"{?file}            {file}: {line}\n{/}"                                                             \
	"    ra    : {r31:0" digits "x}{?link_function} {link_function}+{link_offset}{/}\n"                  \
	"    Status: {status:0" digits "x}\n"                                                                \
	"    Cause : {cause:0" digits "x}\n"                                                                 \
	"    BadVA : {badvaddr:0" digits "x}\n"

#define COMMON                                                                                               \
	.elf_machine = EM_MIPS, .orders = 1 << ORDER_LITTLE | 1 << ORDER_BIG, .page_shift = 12,              \
	.setup = mips_setup, .user_space = mips_user_space, .is_user = mips_is_user, .pc = MIPS_EPC,         \
	.sp = MIPS_SP, .fp = MIPS_S8, .link = MIPS_RA, .user_mode = mips_user_mode,                          \
	.switched_out = mips_switched_out, .callee_saved = callee_saved, .returned_to = mips_returned_to,    \
	.outermost = mips_outermost, .entries = mips_entries, .mend_row = mips_mend_row,                     \
	.fallback_row = mips_fallback_row, .stacks = mips_stacks, .user_regs = mips_user_regs,               \
	.is_call = mips_is_call, .ran_on = ran_on, .eframe_is_nameless = true, .is_eframe = mips_is_eframe,  \
	.mach = mips_mach, .capstone_arch = CS_ARCH_MIPS, .insn_step = 4

const struct arch arch_mips = {
	.name = "mips",
	.machines = machines,
	.word_size = 4,
	.pt_regs = &mips_pt_regs,
	.reg_names = mips_reg_names,
	.prstatus = &mips_prstatus,
	.prstatus_offset = 72,
	.eframe_shape = EFRAME("8"),
	.capstone_mode = CS_MODE_MIPS32,
	.insn_goal = mips_insn_goal,
	.spell = mips_spell,
	COMMON,
};

const struct arch arch_mips64 = {
	.name = "mips64",
	.machines = machines_64,
	.word_size = 8,
	.pt_regs = &mips64_pt_regs,
	.reg_names = mips64_reg_names,
	.prstatus = &mips64_prstatus,
	.prstatus_offset = 112,
	.eframe_shape = EFRAME("16"),
	.capstone_mode = CS_MODE_MIPS64,
	.insn_goal = mips64_insn_goal,
	.spell = mips64_spell,
	COMMON,
};
