/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of `mach` that architectures have in common. */
#ifndef STACK_ROWS_H
#define STACK_ROWS_H

#include "target/target.h"

typedef void mach_row_fn(void *context, const char *key, const char *value);

/* An address in all its digits. */
void mach_address_row(struct target *t, mach_row_fn *row, void *context, const char *key, uint64_t address);
/*
 * One kind of stack (by the name that arch->stacks gives it) on all CPUs: "LABEL STACK SIZE", then where it
 * is on each. Nothing when no CPU has one.
 */
void mach_stack_rows(struct target *t, mach_row_fn *row, void *context, const char *name, const char *label);

#endif
