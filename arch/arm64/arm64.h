/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#ifndef ARM64_H
#define ARM64_H

#include "target/arch.h"

/*
 * DWARF for the Arm 64-bit Architecture (aadwarf64), 4.1. PSTATE has no number there: ours is
 * one that it reserves.
 */
enum {
	ARM64_X13 = 13,
	ARM64_X14 = 14,
	ARM64_X19 = 19,
	ARM64_FP = 29,
	ARM64_LR = 30,
	ARM64_SP = 31,
	ARM64_PC = 32,
	ARM64_PSTATE = 63,
};

/* PSTATE as SPSR_EL1 holds it (Arm ARM, C5.2.18). */
enum {
	PSTATE_AARCH32 = 0x10,
	PSTATE_EL_MASK = 0x0f, /* 0 in user mode, of both widths */
};

/* How addresses are cut up: the sizes that the kernel was built for, and what the machine could do. */
struct arm64_va {
	uint8_t page_shift;
	uint8_t bits;   /* VA_BITS */
	uint8_t actual; /* vabits_actual: less where a 52-bit kernel runs on a machine without */
};

struct arm64_data {
	struct page_form form;
	struct arm64_va va;
	/* Linear map at the bottom of the kernel's half: since 5.4 (arch/arm64/include/asm/memory.h). */
	bool flipped;
	uint64_t kimage_voffset; /* virtual minus physical address of the image */
	uint64_t page_offset;
	bool has_linear;
	uint64_t linear_start, linear_last; /* the region, whether or not there is RAM for all of it */
	uint64_t linear_offset;             /* physical minus virtual */
	struct arm64_regs *regs;            /* resolved when first asked for */
	struct arm64_stacks *stacks;
};

/* paging.c */
void arm64_form(struct target *t, const struct arm64_va *va, struct page_form *form);
extern const struct flag_name arm64_flags[];

/* setup.c */
bool arm64_setup(struct target *t);
bool arm64_user_space(struct target *t, uint64_t pgd, struct space *s);
bool arm64_is_user(const struct target *t, uint64_t address);
uint64_t arm64_untag(const struct target *t, uint64_t address);
/* The address of a symbol before anything has been sorted or read from the kernel. */

/* locate.c: find the image by the banner that the vmlinux carries; false with a message. */
bool arm64_locate(struct target *t, struct arm64_data *d, uint64_t *slide);

/* linear.c: where the linear map begins and what it maps, checked against the page tables. */
void arm64_find_linear(struct target *t, struct arm64_data *d);

/* regs.c */
extern const struct reg_layout arm64_pt_regs, arm64_prstatus;
extern const struct reg_name arm64_reg_names[];
bool arm64_user_mode(const struct target *t, const struct regs *r);
bool arm64_switched_out(struct target *t, uint64_t task, struct regs *r);
uint64_t arm64_user_regs(struct target *t, const struct stack *task_stack);
/* 0: unknown. */
uint64_t arm64_pt_regs_size(struct target *t);
/* Offset of the frame record inside struct pt_regs; false where types do not tell and memory cannot. */
bool arm64_record_offset(struct target *t, uint64_t record, uint64_t *offset);

/* stacks.c */
size_t arm64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);

/* entry.c: a row for entry and start-up code, which is assembly; false when @symbol is none. */
bool arm64_entry_row(struct target *t, const struct regs *r, const struct symbol *symbol,
		     struct unwind_row *row);

/* Is the code at an exception's entry, and has not stored the interrupted registers yet? */
bool arm64_is_taking(struct target *t, const struct regs *r, const struct symbol *symbol);
/* A row for that; false when x30 and x29 do not agree about the caller. */
bool arm64_taken_row(struct target *t, const struct regs *r, const struct symbol *symbol,
		     struct unwind_row *row);

/* prologue.c: what a function has done with its stack at @pc, by its instructions. */
struct arm64_prologue {
	bool saved;       /* x29 and x30 are in a frame record ... */
	int64_t record;   /* ... at the CFA plus this */
	bool fp_is_set;   /* x29 points to the record */
	int64_t sp_below; /* the CFA minus sp */
};
bool arm64_prologue(struct target *t, uint64_t start, uint64_t pc, bool after_call, struct arm64_prologue *p);

/* fallback.c */
bool arm64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);
/* The rule that a register frame lies at x29 or sp plus @offset. */
void arm64_regs_row(struct unwind_row *row, unsigned reg, int64_t offset, const char *origin);
/* A call: the CFA is @reg + @offset, and the record, if there is one, at the CFA + @record. */
void arm64_call_row(struct unwind_row *row, unsigned reg, int64_t offset, const int64_t *record,
		    const char *origin);

/* eframe.c */
const char *arm64_eframe_title(const uint64_t slots[64]);
bool arm64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);

/* mach.c */
void arm64_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
		void *context);

#endif
