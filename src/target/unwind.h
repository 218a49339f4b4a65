/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From registers to frames. Per frame, in order of trust: the architecture's
 * own table (ORC), DWARF CFI, its fallback; exception frames and stack switches
 * are crossed and shown. A frame that only a scan of the stack suggests is never
 * passed off as real.
 */
#ifndef TARGET_UNWIND_H
#define TARGET_UNWIND_H

#include "debuginfo/unwind_row.h"
#include "target/regs.h"
#include "target/target.h"

enum { UNWIND_MAX_FRAMES = 512, UNWIND_MAX_STACKS = 24, EFRAME_MAX_SLOTS = 64 };

struct reg_layout;

/* A piece of memory used as a stack, [start, end). */
struct stack {
	uint64_t start, end;
	const char *name; /* NULL: the task's own; else "IRQ stack", "NMI exception stack", ... */
};

struct frame {
	uint64_t pc;
	/*
	 * As crash shows it: where the call left @pc, on machines that push return addresses; else the stack
	 * pointer.
	 */
	uint64_t sp;
	uint64_t cfa;      /* stack pointer of the caller before the call, 0 unknown */
	bool exact_pc;     /* @pc is the instruction itself, not a return address: look up pc, not pc - 1 */
	bool reliable;     /* false: from a scan, shown with "?" */
	const char *stack; /* name of the stack it is on, NULL: the task's own */
	uint64_t stack_start, stack_end; /* that stack; 0: it is on none that is known */
	const char *how;                 /* evidence: "ORC", "CFI", "registers", "exception frame", "scan" */
	bool has_eframe; /* an exception frame lies between this frame and the next (outer) one ... */
	uint64_t eframe_address;
	struct regs eframe;                      /* ... with these registers */
	uint64_t eframe_slots[EFRAME_MAX_SLOTS]; /* the same by slot of arch->pt_regs, for display */
	bool eframe_user;                        /* ... of user mode: the trace ends here */
	bool eframe_partial;
	struct regs regs; /* of this frame, as far as known */
};

/* The address that tells where a frame is: the pc, or the call in front of it, for what follows a call may be
 * another function or line. */
static inline uint64_t frame_lookup_pc(const struct frame *f)
{
	return f->exact_pc ? f->pc : f->pc - 1;
}

enum unwind_end {
	UNWIND_USER,    /* reached user mode */
	UNWIND_KTHREAD, /* the table says that this is the outermost frame: kernel thread, idle */
	UNWIND_STUCK,   /* no rule, or nonsense; @why says what */
	UNWIND_LIMIT,
};

struct trace {
	struct frame *frames; /* innermost first */
	size_t n;
	enum unwind_end end;
	const char *why;       /* for UNWIND_STUCK: a sentence */
	const char *regs_from; /* "crash_notes", "NT_PRSTATUS of CPU 1", "saved at switch" */
	/* The registers to start from are those of user mode: no frames, unless the CPU ran on. */
	bool started_in_user;
	struct regs start;
	bool recovered; /* trace_recover() was here */
};

/*
 * Unwind from @start. @task_stack is the task's own stack; the other stacks of
 * @cpu are asked of the architecture. Never fails: a trace may be empty, with a reason.
 */
void unwind(struct target *t, const struct regs *start, const struct stack *task_stack, unsigned cpu,
	    struct arena *a, struct trace *trace);

/*
 * Complete the frames' registers: the table that a trace was made by may tell only what the way to the
 * outermost frame needs, as ORC does, or may leave open what a call preserves. What call frame information
 * recovers is added; what nobody recovered is not known afterwards.
 */
void trace_recover(struct target *t, struct trace *trace);
/* The CFA of frame @i as DWARF's locations mean it. False without a message. */
bool trace_cfa(struct target *t, const struct trace *trace, size_t i, uint64_t *cfa);

/*
 * Registers of a CPU at the time of the crash: the kernel's own crash_notes in
 * memory first, then the dump's notes matched by CPU, then QEMU's. False with a
 * message. *@from tells which.
 */
bool target_cpu_regs(struct target *t, unsigned cpu, struct regs *r, const char **from);
/* Read a struct pt_regs at @address. @slots (may be NULL) get the raw values by slot. */
enum read_status target_pt_regs(struct target *t, uint64_t address, struct regs *r,
				uint64_t slots[EFRAME_MAX_SLOTS]);
/* The same from bytes that were read; @layout->size of them. */
void regs_from_layout(const struct reg_layout *layout, const uint8_t *bytes, enum byte_order order,
		      struct regs *r, uint64_t slots[EFRAME_MAX_SLOTS]);

/* One step, for the unwinder and for what looks for frames on a stack. */
struct unwind_step {
	enum { STEP_CALLER, STEP_REGS, STEP_END, STEP_STUCK } kind;
	struct regs regs;                 /* of the caller, or of what was interrupted (STEP_REGS) */
	uint64_t slot;                    /* where the return address was on the stack, 0: in a register */
	uint64_t cfa;                     /* STEP_REGS: where the registers lie */
	const char *how;                  /* "ORC", "CFI", ... */
	bool partial;                     /* STEP_REGS: only the hardware's part */
	bool from_user;                   /* STEP_END: entry code that user mode came into */
	uint64_t slots[EFRAME_MAX_SLOTS]; /* STEP_REGS */
	char why[160];                    /* STEP_STUCK */
};

void unwind_one(struct target *t, const struct regs *r, struct unwind_step *step);
/* The CFA that @row gives a frame with these registers. False without a message. */
bool unwind_cfa(struct target *t, const struct regs *r, const struct unwind_row *row, uint64_t *cfa);
/* The caller's register @n by @row. False without a message when it is lost. */
bool unwind_reg(struct target *t, const struct regs *r, const struct unwind_row *row, uint64_t cfa,
		unsigned n, uint64_t *value);
/*
 * Frames that a CPU went on to make below the registers it had saved (arch->ran_on). @stacks holds the task's
 * stack first. True, with the registers of the innermost one, only when unwinding from there arrives exactly
 * at @start.
 */
bool unwind_inner(struct target *t, const struct regs *start, const struct stack *stacks, size_t n,
		  struct regs *inner);

/*
 * The same registers with the stack pointer (and link register) that they lack. @stacks holds the task's
 * stack first. True only when unwinding from there goes by calls that were made to a known end.
 */
bool unwind_lost_sp(struct target *t, const struct regs *start, const struct stack *stacks, size_t n,
		    struct regs *r);

/*
 * tables.c: the row of the kernel's or a module's ORC table. For arch->row. Without a message.
 */
bool target_orc_row(struct target *t, uint64_t pc, struct unwind_row *row);
/* Does the kernel image have ORC tables? */
bool target_has_orc(struct target *t);
/* Does entry code let C return to @address itself, with no call before it? */
bool target_is_returned_to(struct target *t, uint64_t address);
/* The row for @pc from whatever table knows it: arch->row, CFI of the kernel or module. Without a message. */
bool target_row(struct target *t, uint64_t pc, struct unwind_row *row);

#endif
