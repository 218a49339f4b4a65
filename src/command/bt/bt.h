/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of bt. */
#ifndef COMMAND_BT_H
#define COMMAND_BT_H

#include "command/memory/memory_rows.h"
#include "command/task/task_view.h"
#include "target/unwind.h"

/* What is shown of a task's stack. */
enum bt_view {
	BT_FRAMES,
	BT_EFRAMES,  /* -e */
	BT_TEXT,     /* -t: addresses of code, from where the trace begins */
	BT_ALL_TEXT, /* -T: the same on the whole stack */
	BT_RAW,      /* -r */
};

/* -R: only what mentions it is shown. */
struct bt_reference {
	const char *symbol; /* NULL: a value */
	uint64_t value;
};

struct bt_options {
	bool offsets;                /* -s */
	bool lines;                  /* -l */
	bool locals;                 /* -L */
	bool hex;                    /* -x, or radix 16 */
	bool memory;                 /* -f, -F: each frame's part of the stack ... */
	enum memory_symbols symbols; /* ... with the names of -F and -FF */
	bool vectors;                /* -A */
	enum bt_view view;
	bool has_reference;
	struct bt_reference reference;
	struct trace_start start; /* -I, -S */

	char radix_letter, view_letter; /* as given, 0: none */
};

/* Letters that choose how a task is shown, as for option_next(); and those that change where a trace begins.
 */
#define BT_SHOW_LETTERS  "lLsxdefFtTrR:oO"
#define BT_START_LETTERS "I:S:"

/* bt_options.c: take one of those letters; false with an out_error(). */
bool bt_option(struct session *s, struct bt_options *o, int letter, const char *value);

/*
 * The answer about one task as a record in the open list, or nothing when it does not mention what -R asks
 * for. *@first: without a blank line before it; cleared once something was shown.
 */
bool bt_show(struct session *s, const struct bt_options *o, const struct task *task, bool *first);
/* The same without its header, into the record of the task that is open: below what others say of it. */
bool bt_add(struct session *s, const struct bt_options *o, const struct task *task);

/* bt_frames.c: the frames of a trace in the record of their task. */
void bt_frames(struct session *s, const struct bt_options *o, const struct trace *trace,
	       const struct stack *stack);
/* How the trace ended and where its registers came from, in the record of its task. */
void bt_put_end(struct session *s, const struct task *task, const struct trace *trace);
/* Which function a frame is in. A call that never returns may be the last instruction of its function. */
const struct symbol *bt_frame_symbol(struct session *s, const struct frame *f, uint64_t *offset);

/*
 * Is the frame what an exception interrupted, of which the exception frame's lines tell? It has no line and
 * no number of its own.
 */
bool bt_is_interrupted(const struct arch *arch, const struct trace *trace, size_t i);

/* bt_exception.c: an exception frame (at @address, 0: in no memory) in a record's object "exception". */
struct bt_exception {
	uint64_t address;
	bool user, partial;
	const uint64_t *slots; /* values by slot of the architecture */
	uint64_t unknown;      /* a bit for each slot whose value nobody saved */
	uint64_t pc;
	const char *file; /* of @pc; NULL: not known, or not asked for */
	unsigned line;
};
void bt_put_exception(struct session *s, const struct bt_exception *e);
/* Registers of user mode: those that the trace ends with, or all that there is. */
void bt_put_user(struct session *s, const struct trace *trace);

/*
 * bt_memory.c: which part of its stack is frame @i's own: from its stack pointer up to its caller's. False
 * when nobody knows.
 */
bool bt_frame_extent(struct target *t, const struct trace *trace, const struct stack *stack, size_t i,
		     uint64_t *start, uint64_t *end);
/* Memory of a frame as rows in a list "memory"; -f, -F. */
void bt_put_memory(struct session *s, const struct bt_options *o, uint64_t start, uint64_t end);
/* The whole stack; -r. */
bool bt_raw(struct session *s, const struct bt_options *o, const struct stack *stack);

/* bt_text.c: addresses of code on the stacks that the trace went over; -t, -T. */
void bt_text(struct session *s, const struct bt_options *o, const struct task *task,
	     const struct trace *trace, const struct stack *stack);
/* Is a word of a stack the address of code? *@pc is that, without tags and the like. */
bool bt_code(struct target *t, uint64_t word, uint64_t *pc);
/* The function that such an address is in. */
const struct symbol *bt_code_symbol(struct target *t, uint64_t pc, uint64_t *offset);

/* bt_reference.c: what -R means, false with an out_error(); and does the answer about a task mention it? */
bool bt_reference(struct session *s, const char *text, struct bt_reference *r);
bool bt_mentions(struct session *s, const struct bt_options *o, const struct trace *trace,
		 const struct stack *stack);

/* bt_eframes.c: -e, exception frames in a task's stack; and -E, in the other stacks of some or all CPUs. */
bool bt_task_eframes(struct session *s, const struct task *task);
bool bt_cpu_eframes(struct session *s, const uint8_t *cpus, unsigned n_cpus);
/* bt_overflow.c: -v */
bool bt_overflows(struct session *s);

#endif
