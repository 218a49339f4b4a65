/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is only read. On hosts with room for it the whole file is mapped
 * (nothing is read until it is touched); elsewhere, and for files that cannot
 * be mapped, the same calls use pread.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_copy;

struct file {
	char *path; /* as given */
	int fd;
	uint64_t size;            /* 0 where the kernel does not say, as for /proc/kcore */
	const uint8_t *map;       /* NULL when not mapped */
	uint64_t dev, inode;      /* to tell whether two paths are one file */
	struct file_copy *copies; /* blocks handed out that are not views of the map */
};

/* NULL with a message that names the file and the reason. */
struct file *file_open(const char *path);
void file_close(struct file *f);
/* Read exactly @size bytes at @offset; false without a message when the file is too short, or on an error. */
bool file_read(struct file *f, uint64_t offset, void *buffer, size_t size);
/* As many bytes as there are, up to @size; -1 on an error. */
int64_t file_read_some(struct file *f, uint64_t offset, void *buffer, size_t size);
/* The mapped bytes, or NULL when not mapped or out of range. */
const uint8_t *file_at(const struct file *f, uint64_t offset, uint64_t size);
/*
 * A block of the file that stays valid until file_close(): a view of the map,
 * or a copy. NULL (with a message) when the range is not in the file.
 */
const uint8_t *file_block(struct file *f, uint64_t offset, uint64_t size);

/* Write all of it to a descriptor. False with errno set, without a message. */
bool file_write_all(int fd, const void *data, size_t size);

#endif
