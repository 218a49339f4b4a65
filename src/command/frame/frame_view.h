/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames as gdb shows them. */
#ifndef COMMAND_FRAME_VIEW_H
#define COMMAND_FRAME_VIEW_H

#include "command/session.h"
#include "target/unwind.h"

/* "#1  0x... in function (arguments) at file:line", and a line for each function inlined there. */
void frame_show(struct session *s, const struct trace *trace, size_t index);
/* Is @name a function that the compiler put into the frame's? */
bool frame_inlines(struct session *s, const struct frame *f, const char *name);

#endif
