/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_SYSCALL_H
#define LINUX_SYSCALL_H

#include "linux/kernel.h"

struct syscall {
	uint32_t number;
	uint64_t address;
	const char *name; /* of the symbol there; "sys_ni_syscall" entries are left out */
};

/* The native system call table. False with a message. */
bool syscall_table(struct kernel *k, struct arena *a, struct syscall **list, size_t *n);

#endif
