/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State of an x86 CPU and of switched-out tasks, where 32 and 64 bits are alike. */
#ifndef X86_STATE_H
#define X86_STATE_H

#include "target/arch.h"

/*
 * QEMU's note of a CPU (target/i386/arch_dump.c, struct QEMUCPUState); the same for both, whatever the class
 * of the core. The others may be asked only of what this says is one.
 */
bool x86_is_qemu_state(const uint8_t *desc, size_t size);
/* rax rbx rcx rdx rsi rdi rsp rbp r8 to r15 rip rflags, from 0. */
enum { X86_QEMU_GENERAL = 18 };
uint64_t x86_qemu_general(const uint8_t *desc, unsigned n);
enum x86_qemu_segment { X86_QEMU_CS, X86_QEMU_DS, X86_QEMU_ES, X86_QEMU_FS, X86_QEMU_GS, X86_QEMU_SS };
uint16_t x86_qemu_selector(const uint8_t *desc, enum x86_qemu_segment segment);
uint64_t x86_qemu_base(const uint8_t *desc, enum x86_qemu_segment segment);
/* Control register @n: 0, 2, 3 or 4. */
uint64_t x86_qemu_control(const uint8_t *desc, unsigned n);

/* The bytes before the address, for the two ways to call: E8 with a distance, FF /2 through a pointer. */
bool x86_is_call(struct target *t, uint64_t return_address, uint64_t callee);

/*
 * What __switch_to_asm() pushed, from the task's saved stack pointer up: registers by their names in struct
 * inactive_task_frame. The list ends with a NULL name.
 */
struct x86_saved {
	const char *name;
	uint16_t reg;
};

struct x86_switch_frame; /* resolved at the first sleeping task, in the target's arena */

/* For arch->switched_out; *@frame is kept from call to call, NULL at first. */
bool x86_switched_out(struct target *t, uint64_t task, const struct x86_saved *saved,
		      struct x86_switch_frame **frame, struct regs *r);

#endif
