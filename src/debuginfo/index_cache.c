/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/index_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/vec.h"

enum { PATH_ROOM = 4096, STALE = 3600 /* seconds: whoever was writing it is gone */ };

static const char suffix[] = ".index", unfinished[] = ".unfinished";

static char cache[PATH_ROOM]; /* "": none */

void index_cache_set_folder(const char *folder)
{
	int n = folder && *folder ? snprintf(cache, sizeof(cache), "%s/index", folder) : 0;

	if (n <= 0 || (size_t)n >= sizeof(cache))
		cache[0] = '\0';
}

/* Build-ids are hexadecimal; nothing else becomes the name of a file. */
static bool path_of(const char *build_id, char *path)
{
	size_t n = build_id ? strlen(build_id) : 0;
	int length;

	if (!cache[0] || n < 8 || n > 128 || strspn(build_id, "0123456789abcdef") != n)
		return false;
	length = snprintf(path, PATH_ROOM, "%s/%s%s", cache, build_id, suffix);
	return length > 0 && length < PATH_ROOM;
}

struct file *index_cache_open(const char *build_id)
{
	char path[PATH_ROOM];
	struct file *f;

	if (!path_of(build_id, path) || access(path, R_OK) != 0)
		return NULL;
	f = file_open(path);
	if (!f)
		fail_clear();
	else
		utimensat(AT_FDCWD, path, NULL, 0); /* the time of last use */
	return f;
}

/* Make the folder, and those above it that belong to us or are usual ("~/.cache"); never a home folder. */
static bool make_folder(void)
{
	char path[PATH_ROOM];
	char *end[3];
	size_t n = 0;

	memcpy(path, cache, sizeof(path));
	for (; n < 3 && (end[n] = strrchr(path, '/')) && end[n] != path; n++)
		*end[n] = '\0';
	while (n-- > 0) {
		*end[n] = '/';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
	}
	return true;
}

void index_cache_save(const char *build_id, const uint8_t *data, size_t size)
{
	char path[PATH_ROOM], part[PATH_ROOM + 64];
	bool written;
	int fd;

	if (size > INDEX_CACHE_MOST / 2 || !path_of(build_id, path) || !make_folder())
		return;
	snprintf(part, sizeof(part), "%s.%ld%s", path, (long)getpid(), unfinished);
	unlink(part); /* of a process of that number that died */
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	written = file_write_all(fd, data, size);
	if (close(fd) != 0 || !written || rename(part, path) != 0) {
		unlink(part);
		return;
	}
	index_cache_trim(cache, INDEX_CACHE_MOST);
}

struct kept {
	char *path;
	uint64_t size;
	struct timespec used;
};

static int compare_use(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
	return (x->used.tv_nsec > y->used.tv_nsec) - (x->used.tv_nsec < y->used.tv_nsec);
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

void index_cache_trim(const char *folder, uint64_t most)
{
	VEC(struct kept) list = {0};
	struct arena scratch = {0};
	DIR *dir = opendir(folder);
	uint64_t total = 0;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		bool is_part = ends_in(entry->d_name, unfinished);
		char *path;
		struct stat st;

		if (!is_part && !ends_in(entry->d_name, suffix))
			continue;
		path = arena_printf(&scratch, "%s/%s", folder, entry->d_name);
		if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		if (is_part && time(NULL) - st.st_mtime > STALE)
			unlink(path);
		if (is_part)
			continue;
		total += (uint64_t)st.st_size;
		*vec_push(&scratch, &list) = (struct kept){path, (uint64_t)st.st_size, st.st_mtim};
	}
	if (dir)
		closedir(dir);
	if (list.n)
		qsort(list.items, list.n, sizeof(*list.items), compare_use);
	for (size_t i = 0; i < list.n && total > most; i++) {
		unlink(list.items[i].path);
		total -= list.items[i].size;
	}
	arena_free(&scratch);
}
