/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

/* The file may grow to twice what is kept before it is cut; a line longer than LONGEST is not kept. */
enum { LONGEST = 4096, READ_AT_MOST = 4 << 20 };

static bool make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

/* Where the file is, its folder made if need be; false when there is no place for it. */
static bool file_path(char *path, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;

	/* the specification: a path that is not absolute is to be ignored */
	if (state && *state == '/')
		n = snprintf(path, size, "%s/inquest/history", state);
	else if (home && *home == '/')
		n = snprintf(path, size, "%s/.local/state/inquest/history", home);
	else
		return false;
	return n > 0 && (size_t)n < size && make_folders(path);
}

/* Open and lock it. Another session may have put a shorter file in its place meanwhile: then that one. */
static int open_locked(const char *path)
{
	struct stat opened, there;

	for (int tries = 0; tries < 20; tries++) {
		int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);

		if (fd < 0)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode) &&
		    stat(path, &there) == 0 && there.st_ino == opened.st_ino && there.st_dev == opened.st_dev)
			return fd;
		close(fd);
		usleep(1000);
	}
	return -1;
}

/* The last lines alone, in a file that takes the place of the old one. */
static void shorten(const char *path, const char *data, size_t n)
{
	char name[4200];
	int fd;

	if (snprintf(name, sizeof(name), "%s.%ld", path, (long)getpid()) >= (int)sizeof(name))
		return;
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (!file_write_all(fd, data, n) || close(fd) != 0 || rename(name, path) != 0)
		unlink(name);
}

static void read_end(int fd, struct text *all)
{
	struct stat st;
	off_t at = 0;

	if (fstat(fd, &st) == 0 && st.st_size > READ_AT_MOST)
		at = st.st_size - READ_AT_MOST;
	for (;;) {
		char block[16384];
		ssize_t n = pread(fd, block, sizeof(block), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text_put(all, block, (size_t)n);
		at += n;
	}
}

void history_file_load(struct history *h)
{
	char path[4096];
	struct text all = {0};
	size_t lines = 0, start;
	int fd;

	if (!file_path(path, sizeof(path)))
		return;
	fd = open_locked(path);
	if (fd < 0)
		return;
	read_end(fd, &all);
	for (start = all.n; start; start--)
		if (all.data[start - 1] == '\n' && lines++ == HISTORY_KEPT)
			break;
	for (size_t at = start; at < all.n; at++) {
		char *end = memchr(all.data + at, '\n', all.n - at);

		if (!end)
			break;
		*end = '\0';
		history_remember(h, all.data + at);
		*end = '\n';
		at = (size_t)(end - all.data);
	}
	/* not at each start, but before it has doubled */
	if (start > all.n - start)
		shorten(path, all.data + start, all.n - start);
	close(fd);
	text_free(&all);
}

void history_file_append(const char *line)
{
	char path[4096];
	struct text whole = {0};
	int fd;

	if (strlen(line) > LONGEST || strchr(line, '\n') || !file_path(path, sizeof(path)))
		return;
	fd = open_locked(path);
	if (fd < 0)
		return;
	text_printf(&whole, "%s\n", line);
	file_write_all(fd, whole.data, whole.n);
	text_free(&whole);
	close(fd);
}
