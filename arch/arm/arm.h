/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#ifndef ARM_H
#define ARM_H

#include "debuginfo/exidx.h"
#include "target/arch.h"

/*
 * DWARF for the ARM Architecture (IHI 0040), 3.1: 0 to 15 are the core registers. The numbers of the FPA
 * registers that followed are free since nothing uses those: the first is the CPSR's here.
 */
enum {
	ARM_R0 = 0,
	ARM_R4 = 4,
	ARM_R7 = 7,
	ARM_FP = 11,
	ARM_IP = 12,
	ARM_SP = 13,
	ARM_LR = 14,
	ARM_PC = 15,
	ARM_CPSR = 16,
};

/* Program status register (ARM ARM, B1.3.3). */
enum {
	PSR_MODE = 0x1f,
	PSR_USR = 0x10,
	PSR_FIQ = 0x11,
	PSR_IRQ = 0x12,
	PSR_SVC = 0x13,
	PSR_ABT = 0x17,
	PSR_UND = 0x1b,
	PSR_THUMB = 1 << 5,
	PSR_FIQ_OFF = 1 << 6,
	PSR_IRQ_OFF = 1 << 7,
	PSR_ABORT_OFF = 1 << 8,
	PSR_JAZELLE = 1 << 24,
};

/* arch/arm/include/asm/memory.h: modules lie below PAGE_OFFSET, and user space ends where they begin. */
enum { MODULES_SIZE = 16 << 20 };

struct arm_data {
	struct page_form short_form, lpae_form; /* copies: in the kernel's byte order */
	bool lpae;
	uint64_t page_offset;              /* virtual address of the first byte of RAM ... */
	uint64_t phys_offset;              /* ... and its physical one */
	uint64_t high_memory;              /* where the linear map ends, 0 unknown */
	uint64_t vmalloc;                  /* 0 unknown */
	struct switch_frame *switch_frame; /* resolved at the first sleeping task */
	struct arm_stacks *stacks;         /* resolved at the first backtrace */
	struct arm_isa *isa;               /* looked for at the first instruction */
	struct arm_tables *tables;         /* unwind tables, read at the first backtrace */
};

/* paging.c */
extern const struct page_form arm_short, arm_hardware, arm_lpae;

/* setup.c */
bool arm_setup(struct target *t);
bool arm_user_space(struct target *t, uint64_t pgd, struct space *s);
bool arm_is_user(const struct target *t, uint64_t address);
/* The address of a symbol before anything has been sorted: the vmlinux's, or VMCOREINFO's. */
bool arm_early_symbol(struct target *t, const char *name, uint64_t *address);

/*
 * locate.c: find where RAM begins (d->phys_offset) and which form the tables have, by where the kernel's own
 * tables map it to. Sets form and root of t->kernel. False with a message.
 */
bool arm_locate(struct target *t, struct arm_data *d);

/* regs.c */
extern const struct reg_layout arm_pt_regs;
extern const struct reg_name arm_reg_names[];
bool arm_user_mode(const struct target *t, const struct regs *r);
void arm_mend_regs(struct target *t, struct regs *r, bool by_kernel);
bool arm_switched_out(struct target *t, uint64_t task, struct regs *r);

/* stacks.c */
size_t arm_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);
uint64_t arm_user_regs(struct target *t, const struct stack *task_stack);

/*
 * tables.c: the row of the kernel's or a module's exception index table; *@start is where the function
 * begins.
 * @pc as for arch->row.
 */
enum exidx_answer arm_exidx_row(struct target *t, uint64_t pc, struct unwind_row *row, uint64_t *start);

/* Does the kernel image have such a table? */
bool arm_has_exidx(struct target *t);

/* insn.c: an instruction as gdb and objdump spell it. */
bool arm_spell(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);

/* isa.c */
enum arm_code { ARM_CODE, ARM_THUMB, ARM_DATA };
enum arm_code arm_code_at(struct target *t, uint64_t address);
bool arm_is_thumb(struct target *t, uint64_t address);
enum byte_order arm_code_order(struct target *t);
int arm_insn_mode(struct target *t, uint64_t address);
uint64_t arm_code_address(const struct target *t, uint64_t address);
bool arm_is_thumb_call(const uint8_t bytes[4], enum byte_order order);

/* fallback.c */
bool arm_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);
bool arm_is_call(struct target *t, uint64_t return_address, uint64_t callee);
bool arm_pops_pc(struct target *t, uint64_t start, uint64_t end);

/* eframe.c */
const char *arm_eframe_title(const uint64_t slots[64]);
bool arm_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);

/* mach.c */
void arm_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
	      void *context);

#endif
