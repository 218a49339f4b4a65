/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taint flags of the kernel and of modules (kernel/panic.c: taint_flags[]). */
#ifndef LINUX_TAINT_H
#define LINUX_TAINT_H

#include "linux/kernel.h"

/*
 * The letters of a taint mask, in the order of its bits. For a module only
 * those that concern modules. Letters come from the kernel's own table where
 * it can be read, so that new ones are known.
 */
const char *taint_letters(struct kernel *k, struct arena *a, uint64_t mask, bool module);
/* The kernel's tainted_mask; false with a message. */
bool taint_mask(struct kernel *k, uint64_t *mask);

#endif
