/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"

struct file_copy {
	struct file_copy *next;
	_Alignas(max_align_t) uint8_t data[];
};

/* A 32-bit host has too little address space to map a large dump or vmlinux whole. */
static bool may_map(uint64_t size)
{
	return size && (sizeof(void *) >= 8 || size <= 256u << 20);
}

struct file *file_open(const char *path)
{
	struct stat st;
	struct file *f;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		fail("%s: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
		fail("%s: %s", path, S_ISDIR(st.st_mode) ? "is a directory" : strerror(errno));
		close(fd);
		return NULL;
	}
	f = xcalloc(1, sizeof(*f));
	f->path = strdup(path);
	if (!f->path)
		f->path = xcalloc(1, 1);
	f->fd = fd;
	f->dev = st.st_dev;
	f->inode = st.st_ino;
	if (S_ISBLK(st.st_mode)) {
		off_t end = lseek(fd, 0, SEEK_END);

		f->size = end > 0 ? (uint64_t)end : 0;
	} else if (S_ISREG(st.st_mode)) {
		f->size = (uint64_t)st.st_size;
	}
	if (S_ISREG(st.st_mode) && may_map(f->size)) {
		void *map = mmap(NULL, (size_t)f->size, PROT_READ, MAP_PRIVATE, fd, 0);

		f->map = map == MAP_FAILED ? NULL : map;
	}
	return f;
}

void file_close(struct file *f)
{
	if (!f)
		return;
	if (f->map)
		munmap((void *)(uintptr_t)f->map, (size_t)f->size);
	while (f->copies) {
		struct file_copy *copy = f->copies;

		f->copies = copy->next;
		free(copy);
	}
	close(f->fd);
	free(f->path);
	free(f);
}

const uint8_t *file_at(const struct file *f, uint64_t offset, uint64_t size)
{
	if (!f->map || offset > f->size || size > f->size - offset)
		return NULL;
	return f->map + offset;
}

int64_t file_read_some(struct file *f, uint64_t offset, void *buffer, size_t size)
{
	size_t done = 0;

	if (f->map) {
		if (offset >= f->size)
			return 0;
		if (size > f->size - offset)
			size = (size_t)(f->size - offset);
		memcpy(buffer, f->map + offset, size);
		return (int64_t)size;
	}
	if (offset > INT64_MAX)
		return 0;
	while (done < size) {
		ssize_t n = pread(f->fd, (char *)buffer + done, size - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return done ? (int64_t)done : -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (int64_t)done;
}

bool file_read(struct file *f, uint64_t offset, void *buffer, size_t size)
{
	return file_read_some(f, offset, buffer, size) == (int64_t)size;
}

const uint8_t *file_block(struct file *f, uint64_t offset, uint64_t size)
{
	const uint8_t *view = file_at(f, offset, size);
	struct file_copy *copy;

	if (view)
		return view;
	if ((f->size && (offset > f->size || size > f->size - offset)) || size > SIZE_MAX / 2) {
		fail("%s: bytes %#llx to %#llx lie beyond its end", f->path, (unsigned long long)offset,
		     (unsigned long long)(offset + size));
		return NULL;
	}
	copy = xmalloc(sizeof(*copy) + (size_t)size);
	if (!file_read(f, offset, copy->data, (size_t)size)) {
		fail("%s: cannot read %llu bytes at %#llx", f->path, (unsigned long long)size,
		     (unsigned long long)offset);
		free(copy);
		return NULL;
	}
	copy->next = f->copies;
	f->copies = copy;
	return copy->data;
}

bool file_write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}
