/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of all threads: the task list, the idle tasks, and the PID table where the list is broken. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/vec.h"
#include "linux/pid.h"
#include "linux/runqueue.h"
#include "linux/task.h"
#include "linux/task_state.h"

enum { TASKS_MAX = 1 << 22 };

enum {
	PF_EXITING = 0x00000004,
	PF_KTHREAD = 0x00200000, /* since v2.6.27 */
};

static const char *const task_names[N_TASK_FIELDS] = {
	[TASK_PID] = "pid",
	[TASK_TGID] = "tgid",
	[TASK_COMM] = "comm",
	[TASK_STATE] = "__state|state", /* 2f064a59a11f (v5.14) */
	[TASK_EXIT_STATE] = "exit_state",
	[TASK_FLAGS] = "flags",
	/* In thread_info again since v5.16; with the thread_info on the stack it is in neither (task_cpu()).
	 */
	[TASK_CPU] = "thread_info.cpu|cpu",
	[TASK_STACK] = "stack|thread_info",
	[TASK_MM] = "mm",
	[TASK_ACTIVE_MM] = "active_mm",
	[TASK_PARENT] = "parent|p_pptr",
	[TASK_GROUP_LEADER] = "group_leader",
	[TASK_TASKS] = "tasks.next",
	[TASK_TASKS_PREV] = "tasks.prev",
	/* thread_node hangs in signal->thread_head since v3.14; thread_group was a ring of the tasks. */
	[TASK_THREAD_NODE] = "thread_node.next|thread_group.next",
	[TASK_SIGNAL] = "signal",
	[TASK_POLICY] = "policy",
	[TASK_PRIO] = "prio",
	[TASK_RT_PRIORITY] = "rt_priority",
	[TASK_LAST_RUN] = "sched_info.last_arrival|last_run|timestamp|se.exec_start",
	/* A struct timespec until v3.17. */
	[TASK_START_TIME] = "start_time.tv_sec|start_time",
	[TASK_UTIME] = "utime",
	[TASK_STIME] = "stime",
	[TASK_SAVED_SP] = "thread.sp|thread.rsp|thread.esp|thread.cpu_context.sp|thread.ksp|thread.reg29|"
			  "thread.reg03",
	/* SPLIT_RSS_COUNTING, v2.6.34 to v6.1. */
	[TASK_RSS_FILE] = "rss_stat.count[0]",
	[TASK_RSS_ANON] = "rss_stat.count[1]",
	[TASK_RSS_SHMEM] = "rss_stat.count[3]",
};

struct builder {
	struct kernel *k;
	struct target *t;
	struct tasks *tasks;
	VEC(struct task) list;
	struct num_map seen; /* address to index */
	bool has_thread_head;
	uint64_t tasks_offset, thread_offset, thread_head; /* in task_struct and signal_struct */
	bool broken;                                       /* the lists were not followed to their ends */
	struct fields thread_info;                         /* on the stack, in old layouts */
	const char *why;
};

static void set_why(struct builder *b, const char *why)
{
	b->broken = true;
	if (!b->why)
		b->why = why;
}

/* Where the CPU number is in struct thread_info and that lies at the bottom of the stack. */
static int cpu_on_stack(struct builder *b, const struct task *task)
{
	uint64_t stack = target_untag(b->t, object_get(&task->object, b->t, TASK_STACK, 0));
	uint64_t cpu;

	if (!stack || field_read(b->t, &b->thread_info, 0, stack, &cpu) != READ_OK)
		return -1;
	return (int)(uint32_t)cpu;
}

static void decode(struct builder *b, struct task *task)
{
	const struct object *o = &task->object;
	struct target *t = b->t;
	uint64_t flags, bits;
	const uint8_t *comm = object_bytes(o, TASK_COMM);
	const struct field *comm_field = &b->tasks->fields.list[TASK_COMM];

	task->pid = (int32_t)object_get(o, t, TASK_PID, (uint64_t)-1);
	task->tgid = (int32_t)object_get(o, t, TASK_TGID, (uint64_t)-1);
	task->parent = target_untag(t, object_get(o, t, TASK_PARENT, 0));
	task->mm = target_untag(t, object_get(o, t, TASK_MM, 0));
	task->last_run = object_get(o, t, TASK_LAST_RUN, 0);
	if (comm) {
		size_t n = comm_field->size < sizeof task->comm ? comm_field->size : sizeof task->comm - 1;

		memcpy(task->comm, comm, n);
	}
	if (object_uint(o, t, TASK_FLAGS, &flags) == READ_OK)
		task->kernel_thread = flags & PF_KTHREAD || (!task->mm && !(flags & PF_EXITING) &&
							     !object_get(o, t, TASK_EXIT_STATE, 0));
	if (fields_has(&b->tasks->fields, TASK_CPU))
		task->cpu = (int)(uint32_t)object_get(o, t, TASK_CPU, (uint64_t)-1);
	else if (b->thread_info.type)
		task->cpu = cpu_on_stack(b, task);
	else
		task->cpu = kernel_cpus(b->k)->n == 1 ? 0 : -1;
	if (task->cpu < -1 || task->cpu >= (int)kernel_cpus(b->k)->n)
		task->cpu = -1;
	task->leader = task->tgid == task->pid;
	task->state = task_state_bits(b->k, task, &bits) ? task_state_letters(b->tasks->states, bits) : "??";
}

/* The index of the task at @address, which is added when it is new; -1 when nothing like a task is there. */
static int64_t add_task(struct builder *b, uint64_t address, bool *is_new)
{
	struct task task = {.address = address};
	uint64_t index;

	*is_new = false;
	if (num_map_get(&b->seen, address, &index))
		return (int64_t)index;
	if (b->list.n >= TASKS_MAX)
		return -1;
	object_read(b->t, b->k->arena, &b->tasks->fields, address, &task.object);
	if (!task.object.have && task.object.status != READ_EXCLUDED && task.object.status != READ_LOST)
		return -1;
	decode(b, &task);
	num_map_put(b->k->arena, &b->seen, address, b->list.n);
	*vec_push(b->k->arena, &b->list) = task;
	*is_new = true;
	return (int64_t)b->list.n - 1;
}

/* A pointer out of a list field of an object that was read; 0 when it is not there. */
static uint64_t link_of(struct builder *b, int64_t index, unsigned field)
{
	return target_untag(b->t, object_get(&b->list.items[index].object, b->t, field, 0));
}

/* Follow the list of leaders one way. True when it leads back to init_task. */
static bool walk_leaders(struct builder *b, uint64_t init_task, unsigned link, const char **why)
{
	uint64_t at = init_task;
	bool is_new;

	for (bool first = true;; first = false) {
		int64_t index = add_task(b, at, &is_new);
		enum read_status status;
		uint64_t next = 0;

		if (index < 0) {
			*why = arena_printf(b->k->arena, "the task list leads to 0x%llx, which is no task",
					    (unsigned long long)at);
			return false;
		}
		if (!is_new && !first) {
			*why = arena_printf(b->k->arena, "the task list runs in a circle at task 0x%llx",
					    (unsigned long long)at);
			return false;
		}
		status = object_uint(&b->list.items[index].object, b->t, link, &next);
		next = target_untag(b->t, next);
		if (!next) {
			*why = arena_printf(b->k->arena, "the task list breaks at task 0x%llx (%s)",
					    (unsigned long long)at,
					    status == READ_OK ? "null pointer" : read_status_text(status));
			return false;
		}
		at = next - b->tasks_offset;
		if (at == init_task)
			return true;
		if (interrupted())
			return false;
	}
}

/* Threads of one group. Single-threaded groups cost no read: the leader's own link leads to the head. */
static void walk_threads(struct builder *b, size_t leader)
{
	uint64_t own = b->list.items[leader].address;
	uint64_t head = own + b->thread_offset;
	int64_t index = (int64_t)leader;

	if (b->has_thread_head) {
		uint64_t signal = link_of(b, index, TASK_SIGNAL);

		/* Being reaped, or its page is missing: then nothing leads to the threads. */
		if (!signal)
			return;
		head = signal + b->thread_head;
	}
	for (;;) {
		uint64_t next = link_of(b, index, TASK_THREAD_NODE);
		bool is_new;

		if (!next) {
			set_why(b, arena_printf(b->k->arena,
						"the thread list of process %d breaks at task 0x%llx",
						b->list.items[leader].pid,
						(unsigned long long)b->list.items[index].address));
			return;
		}
		if (next == head)
			return;
		if (next - b->thread_offset == own)
			return;
		index = add_task(b, next - b->thread_offset, &is_new);
		if (index < 0 || !is_new) {
			set_why(b, arena_printf(b->k->arena,
						"the thread list of process %d is damaged at 0x%llx",
						b->list.items[leader].pid, (unsigned long long)next));
			return;
		}
		if (interrupted())
			return;
	}
}

static bool add_from_pids(void *context, uint64_t address, int32_t pid)
{
	struct builder *b = context;
	bool is_new;
	int64_t index = add_task(b, address, &is_new);

	if (index >= 0 && b->list.items[index].pid == -1)
		b->list.items[index].pid = pid;
	return !interrupted();
}

/* What the task list no longer leads to, the PID table may. */
static void complete_from_pids(struct builder *b)
{
	size_t before = b->list.n;
	bool whole = pid_walk(b->k, add_from_pids, b);

	b->why = arena_printf(b->k->arena, "%s; %zu more task%s from the %sPID table", b->why,
			      b->list.n - before, b->list.n - before == 1 ? "" : "s",
			      whole ? "" : "incomplete ");
	fail_clear();
}

/* Idle tasks are in no list but the run queues; and what runs may have left the lists already. */
static void add_running(struct builder *b)
{
	const struct runqueue *rqs = kernel_runqueues(b->k);
	const struct cpus *cpus = kernel_cpus(b->k);

	if (!rqs) {
		if (!b->why)
			b->why = arena_printf(b->k->arena, "idle and active tasks are not known: %s",
					      fail_text());
		return;
	}
	for (unsigned cpu = 0; cpu < cpus->n; cpu++) {
		bool is_new;
		int64_t index;

		if (!cpus->present[cpu] && !cpus->online[cpu])
			continue;
		index = rqs[cpu].idle ? add_task(b, rqs[cpu].idle, &is_new) : -1;
		if (index >= 0) {
			b->list.items[index].idle = true;
			b->list.items[index].cpu = (int)cpu;
		}
		/* panic() takes the other CPUs offline; what they ran then is still their current task. */
		if (!rqs[cpu].current)
			continue;
		index = add_task(b, rqs[cpu].current, &is_new);
		if (index >= 0) {
			b->list.items[index].active = true;
			b->list.items[index].cpu = (int)cpu;
		}
	}
}

struct sort_key {
	uint64_t major;
	uint32_t minor, index;
};

static int compare_keys(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->major != y->major)
		return x->major < y->major ? -1 : 1;
	if (x->minor != y->minor)
		return x->minor < y->minor ? -1 : 1;
	return 0;
}

/* Idle tasks by CPU, then by pid, then (equal pids are damage) as found; tasks without a pid come last. */
static void sort_tasks(struct builder *b)
{
	struct sort_key *keys = xcalloc(b->list.n, sizeof *keys);
	struct tasks *tasks = b->tasks;

	for (size_t i = 0; i < b->list.n; i++) {
		const struct task *task = &b->list.items[i];

		keys[i].index = (uint32_t)i;
		keys[i].major = task->pid >= 0 ? (uint64_t)task->pid : UINT64_MAX;
		keys[i].minor = task->pid == 0 ? (uint32_t)task->cpu : (uint32_t)i;
	}
	qsort(keys, b->list.n, sizeof *keys, compare_keys);
	tasks->n = b->list.n;
	tasks->list = arena_new_n(b->k->arena, tasks->n, struct task);
	for (size_t i = 0; i < tasks->n; i++) {
		uint64_t first;

		tasks->list[i] = b->list.items[keys[i].index];
		num_map_put(b->k->arena, &tasks->by_address, tasks->list[i].address, i);
		if (tasks->list[i].pid >= 0 &&
		    !num_map_get(&tasks->by_pid, (uint64_t)tasks->list[i].pid, &first))
			num_map_put(b->k->arena, &tasks->by_pid, (uint64_t)tasks->list[i].pid, i);
	}
	free(keys);
}

static void mark_panic_task(struct kernel *k)
{
	const struct panic *panic = kernel_panic(k);

	if (panic->task)
		panic->task->panic = true;
}

static bool prepare(struct builder *b)
{
	static const char *const cpu_name[] = {"cpu"};
	struct fields *f = &b->tasks->fields;
	struct target *t = b->t;
	const struct field *threads;

	if (!fields_resolve(t, f, "task_struct", task_names, N_TASK_FIELDS))
		return false;
	fields_pack(f);
	if (!fields_has(f, TASK_PID) || !fields_has(f, TASK_TASKS))
		return fail("struct task_struct has no member %s", fields_has(f, TASK_PID) ? "tasks" : "pid");
	if (!fields_has(f, TASK_CPU) && !fields_resolve(t, &b->thread_info, "thread_info", cpu_name, 1))
		fail_clear();
	b->tasks_offset = f->list[TASK_TASKS].offset;
	threads = &f->list[TASK_THREAD_NODE];
	b->thread_offset = threads->offset;
	if (threads->there && !strncmp(threads->name, "thread_node", 11))
		b->has_thread_head = offset_of(t, "signal_struct", "thread_head", &b->thread_head);
	return true;
}

const struct tasks *kernel_tasks(struct kernel *k)
{
	struct target *t = k->target;
	struct builder b = {.k = k, .t = t};
	uint64_t init_task;
	const char *why = NULL, *back = NULL;

	if (k->tasks)
		return k->tasks;
	if (!target_symbol(t, "init_task", &init_task)) {
		fail("no tasks: there is no symbol init_task");
		return NULL;
	}
	b.tasks = arena_new(k->arena, struct tasks);
	if (!prepare(&b)) {
		fail_in("no tasks");
		return NULL;
	}
	b.tasks->states = task_states_read(k);
	if (!walk_leaders(&b, init_task, TASK_TASKS, &why)) {
		set_why(&b, why ? why : "interrupted");
		if (b.list.n && fields_has(&b.tasks->fields, TASK_TASKS_PREV))
			walk_leaders(&b, init_task, TASK_TASKS_PREV, &back);
	}
	if (!b.list.n) {
		fail("no tasks: %s", b.why);
		return NULL;
	}
	for (size_t i = 0, leaders = b.list.n; i < leaders; i++)
		walk_threads(&b, i);
	if (b.broken)
		complete_from_pids(&b);
	add_running(&b);
	sort_tasks(&b);
	b.tasks->why = b.why;
	k->tasks = b.tasks;
	mark_panic_task(k);
	fail_clear();
	return k->tasks;
}

struct task *task_by_address(struct kernel *k, uint64_t address)
{
	const struct tasks *tasks = kernel_tasks(k);
	uint64_t index;

	if (!tasks || !num_map_get(&tasks->by_address, address, &index))
		return NULL;
	return &tasks->list[index];
}

struct task *task_by_pid(struct kernel *k, int32_t pid)
{
	const struct tasks *tasks = kernel_tasks(k);
	uint64_t index;

	if (pid < 0 || !tasks || !num_map_get(&tasks->by_pid, (uint64_t)pid, &index))
		return NULL;
	return &tasks->list[index];
}

struct task *task_on_cpu(struct kernel *k, unsigned cpu)
{
	const struct runqueue *rqs = kernel_runqueues(k);

	if (!rqs || cpu >= kernel_cpus(k)->n || !rqs[cpu].current)
		return NULL;
	return task_by_address(k, rqs[cpu].current);
}

bool task_make_active(struct kernel *k, struct task *task)
{
	if (!kernel_runqueues(k))
		return false;
	if (task->cpu < 0 || (unsigned)task->cpu >= kernel_cpus(k)->n)
		return fail("on which CPU task %d was is not known", task->pid);
	for (size_t i = 0; i < k->tasks->n; i++)
		if (k->tasks->list[i].cpu == task->cpu)
			k->tasks->list[i].active = false;
	task->active = true;
	k->runqueues[task->cpu].current = task->address;
	return true;
}

struct task *task_leader(struct kernel *k, struct task *task)
{
	uint64_t address =
		target_untag(k->target, object_get(&task->object, k->target, TASK_GROUP_LEADER, 0));
	struct task *leader = address ? task_by_address(k, address) : NULL;

	if (!leader && task->tgid != task->pid)
		leader = task_by_pid(k, task->tgid);
	return leader ? leader : task;
}

struct task *task_parent(struct kernel *k, const struct task *task)
{
	return task->parent ? task_by_address(k, task->parent) : NULL;
}
