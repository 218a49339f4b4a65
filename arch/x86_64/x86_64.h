/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#ifndef X86_64_H
#define X86_64_H

#include "target/arch.h"

/* Numbers of the System V ABI for AMD64, figure 3.36: what DWARF and our tables call the registers. */
enum {
	X86_RAX = 0,
	X86_RDX = 1,
	X86_RCX = 2,
	X86_RBX = 3,
	X86_RSI = 4,
	X86_RDI = 5,
	X86_RBP = 6,
	X86_RSP = 7,
	X86_R8 = 8,
	X86_R10 = 10,
	X86_R12 = 12,
	X86_R13 = 13,
	X86_R14 = 14,
	X86_R15 = 15,
	X86_RIP = 16,
	X86_RFLAGS = 49,
	X86_ES = 50,
	X86_CS = 51,
	X86_SS = 52,
	X86_DS = 53,
	X86_FS = 54,
	X86_GS = 55,
	X86_FS_BASE = 58,
	X86_GS_BASE = 59,
};

/* arch/x86/include/asm/page_64_types.h: where the kernel image is mapped before KASLR moves it. */
static const uint64_t start_kernel_map = 0xffffffff80000000;

struct x86_64_data {
	struct page_form form; /* a copy: its address mask is that of this machine */
	bool five_level;
	uint64_t phys_base;  /* physical minus link-time address of the image, plus start_kernel_map */
	uint64_t image_size; /* KERNEL_IMAGE_SIZE: modules begin where it ends */
	uint64_t page_offset, vmalloc, vmemmap; /* 0: unknown */
	struct x86_switch_frame *switch_frame;  /* resolved at the first sleeping task */
	struct x86_64_stacks *stacks;           /* resolved at the first backtrace */
};

/* paging.c */
extern const struct page_form x86_64_4level, x86_64_5level;
extern const struct flag_name x86_64_flags[];
/* The first address of the kernel's half, and the last one of the users'. */
uint64_t x86_64_kernel_half(bool five_level);
uint64_t x86_64_user_last(bool five_level);

/* setup.c */
bool x86_64_setup(struct target *t);
bool x86_64_user_space(struct target *t, uint64_t pgd, struct space *s);
bool x86_64_is_user(const struct target *t, uint64_t address);

/*
 * locate.c: find the kernel image without VMCOREINFO, by the banner that the vmlinux carries. Sets the root
 * of t->kernel; the caller sets ranges. False with a message.
 */
bool x86_64_locate(struct target *t, struct x86_64_data *d, uint64_t *slide);
/* Where the direct map begins, by the page tables; false without a message. */
bool x86_64_find_direct_map(struct target *t, const struct x86_64_data *d, uint64_t *page_offset);

/* regs.c */
extern const struct reg_layout x86_64_pt_regs, x86_64_prstatus;
extern const struct reg_name x86_64_reg_names[];
bool x86_64_user_mode(const struct target *t, const struct regs *r);
bool x86_64_qemu_regs(struct target *t, const uint8_t *desc, size_t size, struct regs *r);
bool x86_64_switched_out(struct target *t, uint64_t task, struct regs *r);

/* stacks.c */
size_t x86_64_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);
uint64_t x86_64_user_regs(struct target *t, const struct stack *task_stack);

/* fallback.c */
bool x86_64_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);

/* eframe.c */
bool x86_64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);

/* mach.c */
void x86_64_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
		 void *context);

#endif
