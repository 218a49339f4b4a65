/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of the two ring forms share. Private to linux/log*.c. */
#ifndef LINUX_LOG_RING_H
#define LINUX_LOG_RING_H

#include "base/vec.h"
#include "linux/log.h"

struct log_builder {
	struct arena *arena;
	struct target *target;
	VEC(struct log_record) records;
	const char *why;
};

/*
 * SIZE, OFFSET or LENGTH of @name ("printk_info.seq"), from VMCOREINFO first (it
 * needs no vmlinux), else from the types. False with a message that names it.
 */
bool log_measure(struct target *t, const char *kind, const char *name, uint64_t *value);
/* Does a member of @size bytes at @offset end within its structure of @whole bytes? What a dump says, may
 * not. */
static inline bool log_member_fits(uint64_t offset, uint64_t size, uint64_t whole)
{
	return size <= whole && offset <= whole - size;
}
/* A variable of a word or 32 bits (@size), by symbol; false with a message. */
bool log_variable(struct target *t, const char *name, size_t size, uint64_t *value);

/* Each reads one form. False with a message when the ring as a whole cannot be read. */
bool log_read_lockless(struct log_builder *b); /* since 5.10: prb */
bool log_read_records(struct log_builder *b);  /* 3.5 to 5.9: log_first_idx */
bool log_read_plain(struct log_builder *b);    /* before 3.5: log_end */

#endif
