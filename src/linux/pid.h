/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of PIDs in the first namespace: a second way to all tasks. */
#ifndef LINUX_PID_H
#define LINUX_PID_H

#include "linux/kernel.h"

/*
 * Call fn(context, task address, pid) for each task with a PID until it returns
 * false. False with a message when the table is damaged or not wholly readable.
 */
bool pid_walk(struct kernel *k, bool (*fn)(void *context, uint64_t task, int32_t pid), void *context);

#endif
