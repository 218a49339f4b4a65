/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bits of a task's state, which were renumbered more than once, and their names. */
#ifndef LINUX_TASK_STATE_H
#define LINUX_TASK_STATE_H

#include "linux/kernel.h"

struct task_states;

/* Learn the numbering from the kernel itself. Never NULL. */
const struct task_states *task_states_read(struct kernel *k);
/* Two letters: "RU", "IN", "UN", "ID", "ST", "TR", "ZO", "DE", "PA", "WA", "NE", "SW"; "??" for none of them.
 */
const char *task_state_letters(const struct task_states *states, uint64_t bits);

#endif
