/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#ifndef X86_H
#define X86_H

#include "target/arch.h"

/* Numbers of the System V ABI for i386, table 2.14: what DWARF and our tables call the registers. */
enum {
	X86_EAX = 0,
	X86_ECX = 1,
	X86_EDX = 2,
	X86_EBX = 3,
	X86_ESP = 4,
	X86_EBP = 5,
	X86_ESI = 6,
	X86_EDI = 7,
	X86_EIP = 8,
	X86_EFLAGS = 9,
	X86_ES = 40,
	X86_CS = 41,
	X86_SS = 42,
	X86_DS = 43,
	X86_FS = 44,
	X86_GS = 45,
};

/* arch/x86/include/asm/segment.h: selectors of 32-bit kernels. */
enum {
	KERNEL_CS = 0x60,
	KERNEL_DS = 0x68,
	KERNEL_PERCPU = 0xd8, /* in FS */
	USER_CS = 0x73,
	USER_DS = 0x7b, /* the kernel's DS and ES too */
};

/* EFLAGS.VM: the CPU was in virtual 8086 mode, whose selectors are no selectors. */
enum { EFLAGS_VM = 1 << 17 };

struct x86_data {
	/* Physical memory is mapped in order from here on, as far as it has room: CONFIG_VMSPLIT_*. */
	uint64_t page_offset;
	uint64_t high_memory; /* where that ends; 0 unknown */
	struct x86_switch_frame *switch_frame;
	struct x86_stacks *stacks; /* resolved at the first backtrace */
};

/* paging.c */
extern const struct page_form x86_pae, x86_2level;

/* setup.c */
bool x86_setup(struct target *t);
bool x86_user_space(struct target *t, uint64_t pgd, struct space *s);
bool x86_is_user(const struct target *t, uint64_t address);
/*
 * Find form, root and page_offset for a kernel image that was moved by @slide, and prove them: the kernel's
 * own tables must map its code where it is. False with a message.
 */
bool x86_settle(struct target *t, struct x86_data *d, uint64_t slide);
/* Where vmalloc begins, by the end of the direct map; 0 unknown. */
uint64_t x86_vmalloc_start(const struct x86_data *d);

/* locate.c: find the kernel image by the banner of the vmlinux. False with a message. */
bool x86_locate(struct target *t, struct x86_data *d, uint64_t *slide);

/* regs.c */
extern const struct reg_layout x86_pt_regs;
extern const struct reg_name x86_reg_names[];
enum {
	X86_SLOT_DS = 7,
	X86_SLOT_ES,
	X86_SLOT_FS,
	X86_SLOT_EIP = 12,
	X86_SLOT_CS,
	X86_SLOT_EFLAGS,
	X86_SLOT_ESP,
	X86_SLOT_SS
};
bool x86_user_mode(const struct target *t, const struct regs *r);
void x86_fix_pt_regs(struct target *t, uint64_t address, struct regs *r, uint64_t *values);
bool x86_qemu_regs(struct target *t, const uint8_t *desc, size_t size, struct regs *r);
bool x86_task_switched_out(struct target *t, uint64_t task, struct regs *r);

/* stacks.c */
size_t x86_list_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max);
bool x86_sp_before(struct target *t, const struct stack *stack, const struct regs *r, uint64_t *sp);
uint64_t x86_user_regs(struct target *t, const struct stack *task_stack);

/* fallback.c */
bool x86_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row);

/* eframe.c */
bool x86_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);
/* The same of registers wherever they are. */
bool x86_plausible_regs(struct target *t, const uint64_t slots[64], bool *user);

/* mach.c */
void x86_mach(struct target *t, void (*row)(void *context, const char *key, const char *value),
	      void *context);

#endif
