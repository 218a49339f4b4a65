/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMCOREINFO: the "KEY=value" lines that a kernel keeps in memory for dump
 * tools (kernel/vmcore_info.c, Documentation/admin-guide/kdump/vmcoreinfo.rst).
 */
#ifndef DUMP_VMCOREINFO_H
#define DUMP_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct dump;
struct vmcoreinfo;

/* Parse @text (copied). Lines that are none are skipped. Never NULL. */
struct vmcoreinfo *vmcoreinfo_parse(struct arena *a, const char *text);
/*
 * Look for the note in physical memory, where the file carries none: a page
 * that begins with an ELF note header named VMCOREINFO, in either byte order.
 * Stale copies are told from the real one. NULL when there is none.
 */
struct vmcoreinfo *vmcoreinfo_scan(struct arena *a, struct dump *d);
/*
 * All that could be the note, the likeliest first: for a caller that can tell
 * by the kernel's own data which one is. Returns how many.
 */
size_t vmcoreinfo_scan_all(struct arena *a, struct dump *d, struct vmcoreinfo ***list);

/* The whole text, and whether it was found by scanning memory. */
const char *vmcoreinfo_text(const struct vmcoreinfo *v);
bool vmcoreinfo_was_scanned(const struct vmcoreinfo *v);
/* Byte order of the note that was found in memory, the kernel's own. */
enum byte_order vmcoreinfo_order(const struct vmcoreinfo *v);

/* Value of the line @key ("OSRELEASE", "SYMBOL(prb)"), or NULL. */
const char *vmcoreinfo_get(const struct vmcoreinfo *v, const char *key);
/* SYMBOL(name): bare hexadecimal. */
bool vmcoreinfo_symbol(const struct vmcoreinfo *v, const char *name, uint64_t *value);
/* NUMBER(name): signed decimal or 0x hexadecimal, depending on who wrote it; false also when @v is NULL. */
bool vmcoreinfo_number(const struct vmcoreinfo *v, const char *name, int64_t *value);
/* SIZE(name), OFFSET(name), LENGTH(name): decimal. @kind is "SIZE", "OFFSET" or "LENGTH". */
bool vmcoreinfo_measure(const struct vmcoreinfo *v, const char *kind, const char *name, uint64_t *value);
/* KERNELOFFSET: hexadecimal without 0x. */
bool vmcoreinfo_kernel_offset(const struct vmcoreinfo *v, uint64_t *value);

#endif
