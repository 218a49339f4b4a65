/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The selected frame: the one of the context task's trace that registers, local
 * variables and the commands which show them are about. The innermost one until
 * another is chosen; forgotten when the context task changes.
 */
#ifndef COMMAND_FRAME_H
#define COMMAND_FRAME_H

#include "command/session.h"
#include "target/unwind.h"

/* The context task's trace, with all registers that can be recovered; NULL with a message without a task. */
const struct trace *session_trace(struct session *s);
/* The selected frame and the number that bt gives it; NULL with a message when there is none. */
const struct frame *session_frame(struct session *s, size_t *number);
/* Its registers: for a task that was in user mode those of there. NULL with a message. */
const struct regs *session_regs(struct session *s);
/* Choose a frame by bt's number. False with a message when there is none of that number. */
bool frame_select(struct session *s, size_t number);
/* The same by its place in the trace, where what an exception interrupted counts too. */
bool frame_select_index(struct session *s, size_t index);
/* The place of the selected frame in the trace. False with a message. */
bool frame_index(struct session *s, size_t *index);
/* bt's number of a place in the trace; what an exception interrupted has that of the frame before it. */
size_t frame_number(struct session *s, const struct trace *trace, size_t index);
/* Back to the innermost one, and unwind anew when next asked. */
void frame_forget(struct session *s);

/* A register of the selected frame as an expression's value: struct type_env's hook. */
bool frame_register(void *session, const char *name, uint64_t *value, const struct type **type);
/*
 * The same for a local variable or argument, once a frame was chosen: before that, names in expressions are
 * those of the kernel's symbols. Without a message.
 */
bool frame_local(void *session, const char *name, struct value *v);

#endif
