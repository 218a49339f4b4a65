/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#ifndef RISCV64_H
#define RISCV64_H

#include "target/arch.h"

/*
 * DWARF numbers (RISC-V ELF psABI, "DWARF register numbers"): x0 to x31 as they are. The pc has none; 64 is
 * the column set aside for unwinding through signal frames. Status and the like follow, for us alone.
 */
enum {
	RISCV_RA = 1,
	RISCV_SP = 2,
	RISCV_GP = 3,
	RISCV_TP = 4,
	RISCV_FP = 8, /* s0 */
	RISCV_S1 = 9,
	RISCV_S2 = 18, /* to s11, 27 */
	RISCV_PC = 64,
	RISCV_STATUS = 65,
	RISCV_CAUSE = 66,
};

struct riscv64_data {
	const struct page_form *form;
	uint64_t image_offset; /* va_kernel_pa_offset: virtual minus physical address of the image */
	uint64_t page_offset, page_offset_end; /* of the linear map; 0: unknown */
	uint64_t phys_ram_base;                /* physical address that page_offset maps */
	uint64_t vmalloc, vmemmap, modules;    /* 0: unknown */
	struct riscv64_stacks *stacks;         /* resolved at the first backtrace */
	struct riscv64_thread *thread;         /* resolved at the first sleeping task */
};

/* paging.c */
extern const struct page_form riscv64_sv39, riscv64_sv48, riscv64_sv57;
/* Bits of a virtual address that the form translates: 39, 48, 57. */
unsigned riscv64_va_bits(const struct page_form *form);
uint64_t riscv64_user_last(const struct page_form *form);

/* setup.c */
bool riscv64_setup(struct target *t);
/* The regions that VMCOREINFO names. */
void riscv64_regions(struct target *t);
bool riscv64_user_space(struct target *t, uint64_t pgd, struct space *s);
bool riscv64_is_user(const struct target *t, uint64_t address);

/*
 * locate.c: find the image by the banner that the vmlinux carries. Sets form, root and image_offset. False
 * with a message.
 */
bool riscv64_locate(struct target *t, struct riscv64_data *d, uint64_t *slide);
/* Where the linear map begins and what it maps first, by the page tables; false without a message. */
bool riscv64_find_linear_map(struct target *t, struct riscv64_data *d);

/* regs.c */
extern const struct reg_layout riscv64_pt_regs, riscv64_prstatus;
extern const struct reg_name riscv64_reg_names[];
bool riscv64_user_mode(const struct target *t, const struct regs *r);
bool riscv64_switched_out(struct target *t, uint64_t task, struct regs *r);

/* stacks.c */
size_t riscv64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);
uint64_t riscv64_user_regs(struct target *t, const struct stack *task_stack);

/* unwind.c */
extern const struct entry_code riscv64_entries[];
extern const char *const riscv64_outermost[];
bool riscv64_row(struct target *t, uint64_t pc, struct unwind_row *row);
bool riscv64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);
bool riscv64_is_call(struct target *t, uint64_t return_address, uint64_t callee);

/* eframe.c */
bool riscv64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);

/* insn.c */
unsigned riscv64_insn_length(const uint8_t *code);
bool riscv64_insn_goal(const void *insn, uint64_t *goal);
bool riscv64_spell(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);

/* mach.c */
void riscv64_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
		  void *context);

#endif
