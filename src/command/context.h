/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The block that tells a task: PID, COMMAND, TASK, CPU, STATE. */
#ifndef COMMAND_CONTEXT_H
#define COMMAND_CONTEXT_H

#include "command/session.h"
#include "linux/task.h"

/* One record without a list. @wide: aligned to the keys of the start banner. */
void context_show(struct session *s, const struct task *task, bool wide);

#endif
