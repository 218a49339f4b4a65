/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#ifndef S390X_H
#define S390X_H

#include "target/arch.h"

/* DWARF numbers of the s390x ELF ABI, 1.6.3 ("DWARF register number mapping"). */
enum {
	S390_R2 = 2,
	S390_R6 = 6, /* the first that calls preserve, to r13 and r15 */
	S390_R11 = 11,
	S390_R14 = 14, /* the return address */
	S390_R15 = 15, /* the stack pointer */
	S390_A0 = 48,
	S390_PSW_MASK = 64,
	S390_PSW_ADDR = 65,
};

/* Bits of the PSW (Principles of Operation, "Program-Status-Word Format"; asm/ptrace.h). */
#define PSW_PROBLEM_STATE 0x0001000000000000ULL

/*
 * What a caller leaves free below its own frame for the function that it calls (the ABI's register save
 * area): the CFA is so much above the stack pointer. asm/stacktrace.h, struct stack_frame.
 */
enum { STACK_FRAME_OVERHEAD = 160 };

struct s390x_data {
	const struct page_form *form;
	uint64_t identity_base; /* virtual address of physical 0; not 0 since 6.10 */
	uint64_t image_offset;  /* physical minus virtual address of the image; 0 before 6.10 */
	uint64_t vmalloc, modules;
	struct s390x_stacks *stacks; /* resolved at the first backtrace */
	struct s390x_frame *frame;   /* struct stack_frame, the same */
};

/* paging.c: forms by the number of their tables, 2 (segment table first) to 5 (region-first table). */
extern const struct page_form s390x_forms[4];
/* The form that the first entry of a root table is of: its table-type bits say. NULL: of none. */
const struct page_form *s390x_form_of_entry(uint64_t entry);
/* The last address that the form's tables translate. */
uint64_t s390x_last(const struct page_form *form);

/* setup.c */
bool s390x_setup(struct target *t);
bool s390x_user_space(struct target *t, uint64_t pgd, struct space *s);

/* locate.c */
/* VMCOREINFO by the pointer to it in the absolute lowcore. NULL without a message. */
struct vmcoreinfo *s390x_lowcore_note(struct target *t);
/* The image by the banner of the vmlinux, and its own variables. False with a message. */
bool s390x_locate(struct target *t, struct s390x_data *d, uint64_t *slide);

/* regs.c */
extern const struct reg_layout s390x_pt_regs, s390x_prstatus;
extern const struct reg_name s390x_reg_names[];
bool s390x_user_mode(const struct target *t, const struct regs *r);
bool s390x_switched_out(struct target *t, uint64_t task, struct regs *r);
/* Offsets in struct stack_frame of what the kernel of this dump keeps there. Never NULL. */
struct s390x_frame {
	uint64_t gprs, back_chain;
};
const struct s390x_frame *s390x_frame(struct target *t);

/* stacks.c */
size_t s390x_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);
uint64_t s390x_user_regs(struct target *t, const struct stack *task_stack);
/* Is it the first stack pointer of a stack, with nothing in use above but room for registers? */
bool s390x_is_initial_sp(struct target *t, uint64_t sp);

/* unwind.c */
extern const struct entry_code s390x_entries[];
extern const char *const s390x_outermost[];
bool s390x_row(struct target *t, uint64_t pc, struct unwind_row *row);
void s390x_mend_row(struct target *t, const struct regs *r, struct unwind_row *row);
bool s390x_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);

/* vector.c */
size_t s390x_vector_regs(struct target *t, unsigned cpu, uint8_t regs[VECTOR_REGS_MAX][VECTOR_REG_SIZE]);

/* eframe.c */
bool s390x_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);

/* insn.c */
unsigned s390x_insn_length(const uint8_t *code);
bool s390x_insn_goal(const void *insn, uint64_t *goal);
bool s390x_spell(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);

/* mach.c */
void s390x_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
		void *context);

#endif
