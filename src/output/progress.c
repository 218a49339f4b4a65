/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 256 };

static struct {
	const char *what; /* NULL: nothing is going on */
	uint64_t total;
	unsigned calls;
	int64_t next; /* milliseconds: when to write */
	bool shown;
} now;

static int64_t milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_begin(const char *what, uint64_t total)
{
	progress_end();
	if (!isatty(STDERR_FILENO))
		return;
	now.what = what;
	now.total = total;
	now.calls = 0;
	now.next = milliseconds() + 1000;
}

void progress_at(uint64_t done)
{
	int64_t t;

	if (!now.what || now.calls++ % CALLS)
		return;
	t = milliseconds();
	if (t < now.next)
		return;
	now.next = t + 200;
	now.shown = true;
	if (now.total)
		fprintf(stderr, "\r%s: %u%%\033[K", now.what,
			(unsigned)(done >= now.total ? 100 : (double)done / (double)now.total * 100));
	else
		fprintf(stderr, "\r%s\033[K", now.what);
	fflush(stderr);
}

void progress_end(void)
{
	if (now.shown) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	now.what = NULL;
	now.shown = false;
}
