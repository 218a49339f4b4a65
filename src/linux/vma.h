/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings of a process: the area that holds an address. */
#ifndef LINUX_VMA_H
#define LINUX_VMA_H

#include "linux/task.h"

struct vma {
	uint64_t address, start, end, flags;
	uint64_t file_address; /* struct file, 0: anonymous */
	const char *file;      /* path, NULL unknown or anonymous */
};

/*
 * The vm_area_struct of @task that holds @user_address: from the maple tree
 * (d4af56c5c7c6, v6.1), the red-black tree or the list before it. False with a
 * message when no area holds it, or the tree cannot be followed.
 */
bool vma_find(struct kernel *k, struct arena *a, const struct task *task, uint64_t user_address,
	      struct vma *vma);

#endif
