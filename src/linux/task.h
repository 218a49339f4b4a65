/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks: the table of all threads, their states, times, memory and stacks. */
#ifndef LINUX_TASK_H
#define LINUX_TASK_H

#include "base/hash.h"
#include "linux/fields.h"
#include "linux/kernel.h"
#include "target/unwind.h"

/* Members of task_struct that are read for every task at once. */
enum task_field {
	TASK_PID,
	TASK_TGID,
	TASK_COMM,
	TASK_STATE,
	TASK_EXIT_STATE,
	TASK_FLAGS,
	TASK_CPU,
	TASK_STACK,
	TASK_MM,
	TASK_ACTIVE_MM,
	TASK_PARENT,
	TASK_GROUP_LEADER,
	TASK_TASKS, /* ->next of the list of thread group leaders */
	TASK_TASKS_PREV,
	TASK_THREAD_NODE, /* ->next of the list of the group's threads */
	TASK_SIGNAL,
	TASK_POLICY,
	TASK_PRIO,
	TASK_RT_PRIORITY,
	TASK_LAST_RUN,
	TASK_START_TIME,
	TASK_UTIME,
	TASK_STIME,
	TASK_SAVED_SP, /* kernel stack pointer at the last switch, where task_struct holds it */
	TASK_RSS_FILE, /* page counts that the thread has not handed on to its mm yet: 2.6.34 to 6.1 */
	TASK_RSS_ANON,
	TASK_RSS_SHMEM,
	N_TASK_FIELDS
};

struct task {
	uint64_t address;
	struct object object; /* fields of enum task_field */
	int32_t pid, tgid;    /* -1 unknown: its page is missing */
	uint64_t parent;      /* address, 0 unknown */
	char comm[17];
	bool active;        /* running on a CPU at the time of the crash */
	bool panic;         /* the one that crashed */
	bool idle;          /* a CPU's idle task */
	bool kernel_thread; /* no mm of its own */
	bool leader;
	int cpu;           /* -1 unknown */
	const char *state; /* "RU", "IN", ... two letters; "??" unknown */
	uint64_t mm;       /* 0: none */
	uint64_t last_run; /* when it was put on a CPU last: nanoseconds, 0 never or unknown */
};

struct tasks {
	struct task *list; /* idle tasks by CPU, then by pid, as crash lists them */
	size_t n;
	const char *why; /* when the table may not be complete: a sentence; NULL: it is */
	struct fields fields;
	struct num_map by_address, by_pid; /* index in the list */
	const struct task_states *states;
	struct task_groups *groups; /* sums over thread groups, at the first call of task_memory() */
	struct task_mms *mms;
	struct task_kernel_stacks *stacks;
};

/* The table; NULL with a message when it cannot be made at all. */
const struct tasks *kernel_tasks(struct kernel *k);
struct task *task_by_address(struct kernel *k, uint64_t address);
/* The first task with that pid (idle tasks all have 0: CPU 0's). */
struct task *task_by_pid(struct kernel *k, int32_t pid);
/* The task that ran on @cpu, or NULL. */
struct task *task_on_cpu(struct kernel *k, unsigned cpu);

/* State as a word, for `set` and JSON: "TASK_RUNNING", "TASK_INTERRUPTIBLE", "TASK_UNINTERRUPTIBLE|...". */
const char *task_state_name(struct kernel *k, struct arena *a, const struct task *task);
/* The bits of the task's state: its scheduling state, and its exit state; false when unreadable. */
bool task_state_bits(struct kernel *k, const struct task *task, uint64_t *bits);
/* Size of a kernel stack, 0 unknown. */
uint64_t task_stack_size(struct kernel *k);
/* Where @task's kernel stack lies; false with a message. */
bool task_stack(struct kernel *k, const struct task *task, struct stack *stack);
/* Address of the task's struct thread_info: in the task_struct, or at the end of its stack. False with a
 * message. */
bool task_thread_info(struct kernel *k, const struct task *task, uint64_t *address);
/* Saved stack pointer of a task that is not running; false when it runs or is unknown. */
bool task_saved_sp(struct kernel *k, const struct task *task, uint64_t *sp);
/* Where a backtrace is to begin instead of where the task was. */
struct trace_start {
	bool has_pc, has_sp;
	uint64_t pc, sp; /* of a frame as bt shows it, or of any moment */
};
/*
 * The backtrace from there. A place that is a frame of the task's own trace has that frame's registers; of
 * others only what is given is known. False with a message when the stack pointer is on no stack.
 */
bool task_trace_from(struct kernel *k, const struct task *task, const struct trace_start *start,
		     struct arena *a, struct trace *trace);
/* The backtrace, with its reason when it ends early. Never fails. */
void task_trace(struct kernel *k, const struct task *task, struct arena *a, struct trace *trace);
/*
 * Registers of a running task whose CPU's nobody saved: those of the innermost exception on @stack that
 * unwinds to the stack's end. *@from says which. False without a message.
 */
bool task_last_regs(struct target *t, const struct stack *stack, unsigned cpu, struct arena *a,
		    struct regs *r, const char **from);

/* Take it for the task that its CPU was running, in place of the one that the run queue names. False with a
 * message. */
bool task_make_active(struct kernel *k, struct task *task);
/* The leader of the thread group; @task itself when that is unknown. */
struct task *task_leader(struct kernel *k, struct task *task);
/* The parent, or NULL. */
struct task *task_parent(struct kernel *k, const struct task *task);
/* Scheduling policy as a word without SCHED_ ("NORMAL", "FIFO", ...); NULL unknown. */
const char *task_policy_name(struct kernel *k, const struct task *task, uint64_t *policy);
/* "PANIC", "SYSRQ", "ACTIVE": what set shows in brackets behind the state; NULL for a task that does not run.
 */
const char *task_situation(struct kernel *k, const struct task *task);

/* Memory columns of ps: total and resident, in pages; false for kernel threads or when unreadable (*why). */
bool task_memory(struct kernel *k, const struct task *task, uint64_t *total_vm, uint64_t *rss,
		 enum read_status *why);
/* The task's user address space; false with a message. */
bool task_user_space(struct kernel *k, const struct task *task, struct space *space);

/* Why the kernel died. */
struct panic {
	const char *message;  /* "Kernel panic - not syncing: sysrq triggered crash", NULL unknown */
	const char *from;     /* "log", "panic buffer" */
	bool oops;            /* the log holds more: crash adds (check log for details) */
	bool sysrq;           /* a SysRq that crashed without calling panic() */
	struct task *task;    /* NULL unknown */
	int cpu;              /* -1 unknown */
	const char *cpu_from; /* "panic_cpu", "log"; NULL unknown */
};
const struct panic *kernel_panic(struct kernel *k);

#endif
