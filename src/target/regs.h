/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of register values of one CPU at one moment, numbered as the architecture's DWARF numbers. */
#ifndef TARGET_REGS_H
#define TARGET_REGS_H

#include <stdbool.h>
#include <stdint.h>

enum { REGS_MAX = 128 };

struct regs {
	uint64_t value[REGS_MAX];
	uint64_t known[REGS_MAX / 64];
	/* The pc is a return address that was taken from the stack, not the instruction being executed. */
	bool pc_is_return;
	/*
	 * The stack pointer is only known to be at least this: a frame record told where the frame is, and
	 * not its size. What a table computes from it would be wrong.
	 */
	bool sp_is_bound;
	/* The CPU went on after these were saved (by the kernel that was dying): deeper frames may exist. */
	bool ran_on;
};

static inline bool regs_known(const struct regs *r, unsigned n)
{
	return n < REGS_MAX && (r->known[n / 64] >> (n % 64) & 1);
}
static inline void regs_set(struct regs *r, unsigned n, uint64_t value)
{
	if (n < REGS_MAX) {
		r->value[n] = value;
		r->known[n / 64] |= 1ULL << (n % 64);
	}
}
static inline void regs_forget(struct regs *r, unsigned n)
{
	if (n < REGS_MAX)
		r->known[n / 64] &= ~(1ULL << (n % 64));
}

#endif
