/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_PATH_H
#define LINUX_PATH_H

#include "linux/kernel.h"

/*
 * The path of a dentry within a mount, as d_path would give it: up through
 * parents and across mount points to the root of the namespace. A part that
 * cannot be read is shown as "...". NULL with a message when not even the name
 * of @dentry itself is there. @vfsmount 0: up to the root of its file system.
 */
const char *path_name(struct kernel *k, struct arena *a, uint64_t dentry, uint64_t vfsmount);
/* The same for struct file @file. */
const char *path_of_file(struct kernel *k, struct arena *a, uint64_t file);

#endif
