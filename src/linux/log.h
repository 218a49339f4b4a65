/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The printk ring, both forms: the records since 3.5 and the lockless ring since 5.10 (896fbe20b4e2). */
#ifndef LINUX_LOG_H
#define LINUX_LOG_H

#include "dump/vmcoreinfo.h"
#include "target/target.h"

struct log_record {
	uint64_t nanoseconds;
	uint64_t sequence;
	uint8_t level; /* 0..7 */
	uint8_t facility;
	bool has_caller;
	uint32_t caller;  /* bit 31: a CPU number, else a thread id (CONFIG_PRINTK_CALLER) */
	const char *text; /* not terminated by a newline; may hold newlines */
	size_t length;
	const char *dict; /* "SUBSYSTEM=pci\nDEVICE=+pci:0000:00:1f.2", NULL: none */
	size_t dict_length;
	enum read_status status; /* not READ_OK: the text is missing, and why */
};

struct log {
	struct log_record *records; /* oldest first */
	size_t n;
	const char *why; /* when the log may not be complete: a sentence; NULL: it is */
	bool plain;      /* a ring of bare text (before 3.5): one record per line, no times but in the text */
};

/*
 * Read the ring with nothing but VMCOREINFO's measures (and symbols when there
 * are any): works without vmlinux. NULL with a message.
 */
const struct log *log_read(struct arena *a, struct target *t);

#endif
