/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of this folder share. Two tables, mips (32-bit kernels) and
 * mips64: their memory differs in segments and page tables, hardly in anything else.
 */
#ifndef MIPS_H
#define MIPS_H

#include "target/arch.h"

/*
 * What GCC's DWARF calls the registers (gcc/config/mips/mips.h): $0 to $31 and 64, 65.
 * The others have no number there; these are free ones.
 */
enum {
	MIPS_S0 = 16,
	MIPS_S1 = 17,
	MIPS_SP = 29,
	MIPS_S8 = 30,
	MIPS_RA = 31,
	MIPS_HI = 64,
	MIPS_LO = 65,
	MIPS_EPC = 72,
	MIPS_STATUS = 73,
	MIPS_BADVADDR = 74,
	MIPS_CAUSE = 75,
};

/* What an entry of the last level looks like; the kernel's configuration decides. */
enum mips_pte {
	MIPS_PTE_WORD,   /* a word; the frame number's place is form.pfn_shift */
	MIPS_PTE_PHYS64, /* 32-bit kernel with 64-bit physical addresses: pte_low, pte_high */
	MIPS_PTE_XPA,    /* the same with extended physical addressing (MIPS32 release 5) */
};

struct mips_form {
	struct page_form form; /* first: the decoder gets only this */
	enum mips_pte pte;
	uint8_t pfn_shift;
	struct flag_name flags[16];
};

struct mips_data {
	struct mips_form form;
	unsigned levels, va_bits;
	uint64_t page_offset; /* of the segment that the kernel uses for all memory */
	struct switch_regs *switch_regs;
};

/* segment.c: what the hardware maps without page tables. */
bool mips_unmapped(unsigned word_size, uint64_t address, uint64_t *physical);
bool mips_is_user(const struct target *t, uint64_t address);
void mips_add_segments(struct target *t, const struct mips_data *d);
/* Which of the windows onto all memory this kernel uses; that is, how it caches. */
uint64_t mips64_page_offset(struct target *t);

/* paging.c */
void mips_form_init(struct mips_form *f, const struct target *t, enum mips_pte pte, unsigned pgd_bits,
		    unsigned levels, unsigned pfn_shift);
/* Names of the flags, from what a page of the kernel's own data has set (@kernel_pte, 0: unknown). */
void mips_form_flags(struct mips_form *f, uint64_t kernel_pte);

/* probe.c: which form; sets d->form, and t->kernel.form. */
void mips_probe(struct target *t, struct mips_data *d);

/* setup.c */
bool mips_setup(struct target *t);
bool mips_user_space(struct target *t, uint64_t pgd, struct space *s);

/* regs.c */
extern const struct reg_layout mips_pt_regs, mips_prstatus, mips64_pt_regs, mips64_prstatus;
extern const struct reg_name mips_reg_names[], mips64_reg_names[];
bool mips_user_mode(const struct target *t, const struct regs *r);
bool mips_switched_out(struct target *t, uint64_t task, struct regs *r);

/* rows.c */
extern const struct entry_code mips_entries[], mips_returned_to[];
extern const char *const mips_outermost[];
void mips_mend_row(struct target *t, const struct regs *r, struct unwind_row *row);

/* fallback.c */
bool mips_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);
/* What the code of a function up to the pc has done. */
struct mips_frame {
	uint64_t size;         /* how far the stack pointer went down */
	bool moved;            /* and further by an amount that no instruction tells ... */
	bool has_pointer;      /* ... but $30 was set to the stack pointer ... */
	uint64_t pointer_size; /* ... when it had gone so far */
	uint32_t saved;        /* bit per register */
	int64_t offset[32];    /* where, from the stack pointer's value at the start */
};
void mips_prologue(const uint32_t *code, size_t n, unsigned word_size, struct mips_frame *frame);

/* stacks.c */
size_t mips_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);
uint64_t mips_user_regs(struct target *t, const struct stack *task_stack);
bool mips_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);
bool mips_is_call(struct target *t, uint64_t return_address, uint64_t callee);

/* insn.c */
bool mips_spell(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);
bool mips64_spell(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);
bool mips_insn_goal(const void *insn, uint64_t *goal);
bool mips64_insn_goal(const void *insn, uint64_t *goal);

/* mach.c */
void mips_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
	       void *context);

#endif
