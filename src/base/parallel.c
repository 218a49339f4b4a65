/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { MOST_WORKERS = 64, STACK_SIZE = 1 << 20 };

struct job {
	size_t n, grain;
	atomic_size_t next;
	void (*fn)(void *, size_t, size_t, unsigned);
	void *context;
};

struct worker {
	struct job *job;
	unsigned number;
	pthread_t thread;
};

unsigned parallel_width(void)
{
	cpu_set_t set;
	int n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	if (n < 1)
		n = 1;
	return n > MOST_WORKERS ? MOST_WORKERS : (unsigned)n;
}

static void *work(void *argument)
{
	struct worker *w = argument;
	struct job *job = w->job;

	for (;;) {
		size_t begin = atomic_fetch_add(&job->next, job->grain);
		size_t end;

		if (begin >= job->n)
			return NULL;
		end = job->n - begin > job->grain ? begin + job->grain : job->n;
		job->fn(job->context, begin, end, w->number);
	}
}

void parallel_for(size_t n, size_t grain,
		  void (*fn)(void *context, size_t begin, size_t end, unsigned worker), void *context)
{
	struct job job = {.n = n, .grain = grain ? grain : 1, .fn = fn, .context = context};
	struct worker workers[MOST_WORKERS];
	unsigned width = parallel_width(), started = 1;
	pthread_attr_t attr;

	if (n / job.grain + 1 < width)
		width = (unsigned)(n / job.grain + 1);
	pthread_attr_init(&attr);
	/* the static C library's default of 128 KiB is too little for recursive walks */
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (; started < width; started++) {
		workers[started] = (struct worker){.job = &job, .number = started};
		/* fewer threads than hoped for only means less speed */
		if (pthread_create(&workers[started].thread, &attr, work, &workers[started]) != 0)
			break;
	}
	pthread_attr_destroy(&attr);
	workers[0] = (struct worker){.job = &job, .number = 0};
	work(&workers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}
