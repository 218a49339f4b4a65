/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory of processes: sizes as ps shows them, and their address spaces. */
#include "base/error.h"
#include "linux/task.h"

enum {
	MM_PGD,
	MM_TOTAL_VM,
	/* Since v6.2 (f1a7941243c1): percpu_counter[], approximate sum and what each CPU still holds. */
	MM_SUM_FILE,
	MM_SUM_ANON,
	MM_SUM_SHMEM,
	MM_CPU_FILE,
	MM_CPU_ANON,
	MM_CPU_SHMEM,
	/* v2.6.34 to v6.1: atomic counts; threads hold back some (SPLIT_RSS_COUNTING). */
	MM_COUNT_FILE,
	MM_COUNT_ANON,
	MM_COUNT_SHMEM,
	/* Before: two counts. */
	MM_OLD_FILE,
	MM_OLD_ANON,
	N_MM
};

static const char *const mm_names[N_MM] = {
	[MM_PGD] = "pgd",
	[MM_TOTAL_VM] = "total_vm",
	/* MM_FILEPAGES, MM_ANONPAGES, MM_SHMEMPAGES of enum include/linux/mm_types_task.h; 2 is swap. */
	[MM_SUM_FILE] = "rss_stat[0].count",
	[MM_SUM_ANON] = "rss_stat[1].count",
	[MM_SUM_SHMEM] = "rss_stat[3].count",
	[MM_CPU_FILE] = "rss_stat[0].counters",
	[MM_CPU_ANON] = "rss_stat[1].counters",
	[MM_CPU_SHMEM] = "rss_stat[3].counters",
	[MM_COUNT_FILE] = "rss_stat.count[0].counter|rss_stat.count[0]",
	[MM_COUNT_ANON] = "rss_stat.count[1].counter|rss_stat.count[1]",
	[MM_COUNT_SHMEM] = "rss_stat.count[3].counter|rss_stat.count[3]",
	[MM_OLD_FILE] = "_file_rss.counter|_file_rss|_rss.counter|_rss|rss",
	[MM_OLD_ANON] = "_anon_rss.counter|_anon_rss",
};

/* What is known of one mm, which many threads share. */
struct mm {
	enum read_status status;
	uint64_t total_vm, rss; /* rss without what the threads hold back */
};

struct task_mms {
	struct fields fields;
	bool known;
	struct num_map by_address; /* mm to a struct mm */
};

/* What the threads of a group hold back, by tgid. */
struct task_groups {
	struct num_map by_tgid;
	int64_t *pages;
};

static int64_t word_as_count(struct target *t, uint64_t value)
{
	return t->word_size == 4 ? (int32_t)(uint32_t)value : (int64_t)value;
}

/* Counters of a damaged dump may be anything: their sum wraps, as the kernel's would. */
static void add_pages(int64_t *pages, int64_t more)
{
	*pages = (int64_t)((uint64_t)*pages + (uint64_t)more);
}

static struct task_mms *get_mms(struct kernel *k)
{
	struct tasks *tasks = k->tasks;

	if (!tasks->mms) {
		tasks->mms = arena_new(k->arena, struct task_mms);
		tasks->mms->known =
			fields_resolve(k->target, &tasks->mms->fields, "mm_struct", mm_names, N_MM);
	}
	return tasks->mms;
}

static struct task_groups *get_groups(struct kernel *k)
{
	static const unsigned fields[] = {TASK_RSS_FILE, TASK_RSS_ANON, TASK_RSS_SHMEM};
	struct tasks *tasks = k->tasks;
	struct task_groups *groups;

	if (tasks->groups)
		return tasks->groups;
	groups = tasks->groups = arena_new(k->arena, struct task_groups);
	if (!fields_has(&tasks->fields, TASK_RSS_FILE))
		return groups;
	groups->pages = arena_new_n(k->arena, tasks->n, int64_t);
	for (size_t i = 0; i < tasks->n; i++) {
		const struct task *task = &tasks->list[i];
		uint64_t index;

		if (!task->mm || task->tgid < 0)
			continue;
		if (!num_map_get(&groups->by_tgid, (uint64_t)task->tgid, &index)) {
			index = groups->by_tgid.n;
			num_map_put(k->arena, &groups->by_tgid, (uint64_t)task->tgid, index);
		}
		for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
			int64_t pages;

			if (object_int(&task->object, k->target, fields[f], &pages) == READ_OK)
				add_pages(&groups->pages[index], pages);
		}
	}
	return groups;
}

/* One percpu_counter: the sum so far and what the CPUs have not added yet. */
static enum read_status percpu_count(struct kernel *k, uint64_t sum, uint64_t counters, int64_t *pages)
{
	const struct cpus *cpus = kernel_cpus(k);
	struct target *t = k->target;

	add_pages(pages, (int64_t)sum);
	for (unsigned cpu = 0; counters && cpu < cpus->n; cpu++) {
		uint64_t where, value;
		enum read_status status;

		/* A CPU that goes offline hands its part over (percpu_counter_cpu_dead()). */
		if (!cpus->online[cpu] || !target_percpu(t, cpu, counters, &where))
			continue;
		status = target_read_uint(t, where, 4, &value);
		if (status != READ_OK)
			return status;
		add_pages(pages, (int32_t)(uint32_t)value);
	}
	return READ_OK;
}

static enum read_status count_resident(struct kernel *k, const struct object *o, int64_t *pages)
{
	const struct fields *f = o->fields;
	struct target *t = k->target;
	enum read_status status = READ_OK;
	uint64_t value, counters;

	if (fields_has(f, MM_SUM_FILE)) {
		for (unsigned i = 0; i < 3 && status == READ_OK; i++) {
			status = object_uint(o, t, MM_SUM_FILE + i, &value);
			if (status == READ_OK && fields_has(f, MM_CPU_FILE + i))
				status = object_uint(o, t, MM_CPU_FILE + i, &counters);
			else
				counters = 0;
			if (status == READ_OK)
				status = percpu_count(k, value, counters, pages);
		}
		return status;
	}
	for (unsigned i = MM_COUNT_FILE; i <= MM_OLD_ANON; i++) {
		if (!fields_has(f, i))
			continue;
		status = object_uint(o, t, i, &value);
		if (status != READ_OK)
			return status;
		add_pages(pages, word_as_count(t, value));
	}
	return READ_OK;
}

static const struct mm *get_mm(struct kernel *k, uint64_t address)
{
	struct task_mms *mms = get_mms(k);
	struct object object;
	struct arena scratch = {0};
	int64_t pages = 0;
	struct mm *mm;
	uint64_t known;

	if (num_map_get(&mms->by_address, address, &known))
		return (const struct mm *)(uintptr_t)known;
	mm = arena_new(k->arena, struct mm);
	num_map_put(k->arena, &mms->by_address, address, (uintptr_t)mm);
	if (!mms->known) {
		mm->status = READ_ERROR;
		return mm;
	}
	object_read(k->target, &scratch, &mms->fields, address, &object);
	mm->status = object_uint(&object, k->target, MM_TOTAL_VM, &mm->total_vm);
	if (mm->status == READ_OK)
		mm->status = count_resident(k, &object, &pages);
	/* Counts that are not exact may fall below zero. */
	mm->rss = pages > 0 ? (uint64_t)pages : 0;
	arena_free(&scratch);
	return mm;
}

bool task_memory(struct kernel *k, const struct task *task, uint64_t *total_vm, uint64_t *rss,
		 enum read_status *why)
{
	const struct task_groups *groups;
	const struct mm *mm;
	uint64_t index;
	int64_t pages;

	*total_vm = *rss = 0;
	*why = READ_OK;
	if (!task->mm)
		return false;
	mm = get_mm(k, task->mm);
	*why = mm->status;
	if (mm->status != READ_OK)
		return false;
	groups = get_groups(k);
	pages = (int64_t)mm->rss;
	if (groups->pages && task->tgid >= 0 && num_map_get(&groups->by_tgid, (uint64_t)task->tgid, &index))
		add_pages(&pages, groups->pages[index]);
	*total_vm = mm->total_vm;
	*rss = pages > 0 ? (uint64_t)pages : 0;
	return true;
}

bool task_user_space(struct kernel *k, const struct task *task, struct space *space)
{
	struct task_mms *mms;
	enum read_status status;
	uint64_t pgd;

	if (!task->mm)
		return fail("task %d (%s) has no user address space", task->pid, task->comm);
	mms = get_mms(k);
	if (!fields_has(&mms->fields, MM_PGD))
		return fail("struct mm_struct has no member pgd");
	status = field_read(k->target, &mms->fields, MM_PGD, task->mm, &pgd);
	if (status != READ_OK)
		return target_read_failed(k->target, "mm_struct.pgd", object_at(&task->object, TASK_MM),
					  status);
	return target_user_space(k->target, target_untag(k->target, pgd), space);
}
