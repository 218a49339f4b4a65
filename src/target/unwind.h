/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From registers to frames. Per frame, in order of trust: the architecture's
 * own table (ORC), DWARF CFI, its fallback; exception frames and stack switches
 * are crossed and shown. A frame that only a scan of the stack suggests is never
 * passed off as real.
 */
#ifndef TARGET_UNWIND_H
#define TARGET_UNWIND_H

#include "target/regs.h"
#include "target/target.h"

enum { UNWIND_MAX_FRAMES = 512 };

/* A piece of memory used as a stack, [start, end). */
struct stack {
	uint64_t start, end;
	const char *name; /* NULL: the task's own; else "IRQ stack", "NMI exception stack", ... */
};

struct frame {
	uint64_t pc;
	uint64_t sp;       /* as crash shows it: where the return address (x86) was found; frame 0: the stack
			      pointer */
	uint64_t cfa;      /* stack pointer of the caller before the call, 0 unknown */
	bool exact_pc;     /* @pc is the instruction itself, not a return address: look up pc, not pc - 1 */
	bool reliable;     /* false: from a scan, shown with "?" */
	const char *stack; /* name of the stack it is on, NULL: the task's own */
	const char *how;   /* evidence: "ORC", "CFI", "registers", "exception frame", "scan" */
	bool has_eframe;   /* an exception frame lies between this frame and the next (outer) one ... */
	uint64_t eframe_address;
	struct regs eframe;        /* ... with these registers */
	uint64_t eframe_slots[64]; /* the same by slot of arch->pt_regs, for display */
	bool eframe_user;          /* ... of user mode: the trace ends here */
	bool eframe_partial;
	struct regs regs; /* of this frame, as far as known */
};

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
	const char *why; /* for UNWIND_STUCK: a sentence */
	const char
		*regs_from; /* "crash_notes", "NT_PRSTATUS of CPU 1", "saved at switch", "pt_regs at ..." */
};

/*
 * Unwind from @start. @task_stack is the task's own stack; the other stacks of
 * @cpu are asked of the architecture. Never fails: a trace may be empty, with a reason.
 */
void unwind(struct target *t, const struct regs *start, const struct stack *task_stack, unsigned cpu,
	    struct arena *a, struct trace *trace);

/*
 * Registers of a CPU at the time of the crash: the kernel's own crash_notes in
 * memory first, then the dump's notes matched by CPU, then QEMU's. False with a
 * message. *@from tells which.
 */
bool target_cpu_regs(struct target *t, unsigned cpu, struct regs *r, const char **from);
/* Read a struct pt_regs at @address. @slots (may be NULL) get the raw values by slot. */
enum read_status target_pt_regs(struct target *t, uint64_t address, struct regs *r, uint64_t slots[64]);

#endif
