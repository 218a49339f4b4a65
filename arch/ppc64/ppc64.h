/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#ifndef PPC64_H
#define PPC64_H

#include "target/arch.h"

/*
 * Numbers of the 64-bit ELF V2 ABI (section 2.4, "DWARF definition"), which are
 * also those that GCC used before it; from PPC64_NIP on our own, behind the
 * vector registers (77 to 110), for what no debug information speaks of.
 */
enum {
	PPC64_SP = 1,
	PPC64_R13 = 13,
	PPC64_R14 = 14,
	PPC64_LR = 65,
	PPC64_CTR = 66,
	PPC64_NIP = 120,
	PPC64_MSR,
	PPC64_CCR,
};

enum {
	MSR_PR = 1 << 14, /* problem state: user mode */
	MSR_IR = 1 << 5,  /* instruction addresses are translated */
	MSR_DR = 1 << 4,  /* data addresses are */

	LR_SAVE = 16, /* where a function keeps its return address, in its caller's frame */
	/* What every kernel's struct pt_regs begins with: struct user_pt_regs */
	PT_REGS_SIZE = 352,
	PT_NIP = 256,
	PT_LINK = 288,
};

/* Physical address 0, as the kernel sees it: PAGE_OFFSET. */
static const uint64_t linear_map = 0xc000000000000000;
/* The first address above the linear map, at the most: both MMUs give it a quarter of 2^53 bytes. */
static const uint64_t linear_map_end = 0xc008000000000000;

struct ppc64_data {
	struct page_form form; /* widths as this kernel has them */
	bool radix;
	uint64_t vmalloc, io, vmemmap; /* 0: unknown */
	uint64_t ksp;                  /* of thread.ksp in task_struct, 0: not asked yet */
	struct ppc64_stacks *stacks;   /* resolved at the first backtrace */
};

/* paging.c */
extern const struct page_form ppc64_radix, ppc64_hash, ppc64_hash_before_4_5;
/* Do entries look like those of a radix tree's root? False in *@known when the table says nothing. */
bool ppc64_root_is_radix(struct target *t, uint64_t root, bool *known);
/* Index bits of the table's levels, root first; false for a width that cannot be. */
bool ppc64_set_widths(struct page_form *form, unsigned page_shift, const uint64_t bits[4]);

/* setup.c */
bool ppc64_setup(struct target *t);
bool ppc64_user_space(struct target *t, uint64_t pgd, struct space *s);
bool ppc64_is_user(const struct target *t, uint64_t address);

/* regs.c */
extern const struct reg_layout ppc64_pt_regs;
extern const struct reg_name ppc64_reg_names[];
bool ppc64_user_mode(const struct target *t, const struct regs *r);
void ppc64_mend_regs(struct target *t, struct regs *r, bool by_kernel);
bool ppc64_switched_out(struct target *t, uint64_t task, struct regs *r);

/* stacks.c */
size_t ppc64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);
uint64_t ppc64_user_regs(struct target *t, const struct stack *task_stack);
/* sizeof(struct pt_regs): more than PT_REGS_SIZE in most kernels. */
uint64_t ppc64_pt_regs_size(struct target *t);

/* fallback.c */
void ppc64_mend_row(struct target *t, const struct regs *r, struct unwind_row *row);
bool ppc64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);
/* Where the frame at @sp keeps interrupted registers; false when it is none that does. */
bool ppc64_frame_regs(struct target *t, uint64_t sp, uint64_t *regs);

/* insn.c */
bool ppc64_is_call(struct target *t, uint64_t return_address, uint64_t callee);
bool ppc64_spell(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal);
/* What the code of a function did to its frame before @pc. */
struct ppc64_prologue {
	bool frame;    /* the stack pointer was moved down, with a back chain */
	bool lr_saved; /* in the caller's frame */
};
struct ppc64_prologue ppc64_prologue(const uint8_t *code, size_t size, enum byte_order order);

/* eframe.c */
bool ppc64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);
const char *ppc64_eframe_title(const uint64_t slots[64]);

/* mach.c */
void ppc64_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
		void *context);

#endif
