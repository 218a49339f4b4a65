/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An open dump: physical memory, and what the file says about itself. Which
 * format it is, and whether it is one file or a split set, stays inside this
 * room; so do decompression and the page cache. Opening reads headers only.
 *
 * All functions may be called from several threads at once after dump_open().
 */
#ifndef DUMP_DUMP_H
#define DUMP_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/status.h"

struct dump;

enum dump_flag {
	DUMP_LIVE = 1 << 0,             /* memory of the running kernel */
	DUMP_PARTIAL = 1 << 1,          /* pages were filtered out ("[PARTIAL DUMP]") */
	DUMP_INCOMPLETE = 1 << 2,       /* writing it was cut short ("[INCOMPLETE]") */
	DUMP_EXCLUDED_VMEMMAP = 1 << 3, /* unused vmemmap pages were filtered too */
	DUMP_SPLIT = 1 << 4,            /* a set of files */
	DUMP_FLATTENED = 1 << 5,
	DUMP_ERASED = 1 << 6, /* parts were overwritten by makedumpfile --config */
	DUMP_GAP = 1 << 7,    /* a part of a split set is missing */
};

/* What the headers say. Anything may be unknown: 0, -1 or "" as noted. */
struct dump_info {
	const char *format;    /* for people: "ELF vmcore", "kdump compressed v6 (zlib)" */
	unsigned flags;        /* enum dump_flag */
	enum byte_order order; /* of the file; not always the kernel's (ppc64le by QEMU) */
	uint8_t word_size;     /* ABI of the file: 4 or 8, 0 unknown; ELF64 may hold a 32-bit kernel */
	uint16_t elf_machine;  /* EM_* or 0 */
	uint32_t page_size;    /* 0 unknown */
	const char *uts_machine, *uts_release, *uts_version, *uts_nodename; /* "" unknown */
	uint64_t max_pfn; /* one past the highest page the file speaks of; 0 unknown */
	bool has_phys_base;
	int64_t phys_base;  /* of the kdump sub-header */
	int dump_level;     /* makedumpfile -d, -1 unknown */
	uint32_t nr_cpus;   /* 0 unknown */
	uint64_t timestamp; /* seconds since the epoch, 0 unknown */
};

struct dump_note {
	const char *name; /* NUL-terminated: "CORE", "VMCOREINFO", "QEMU" ... */
	uint32_t type;
	const uint8_t *desc;
	size_t size;
};

/* Physical memory, [start, end). */
struct dump_range {
	uint64_t start, end;
};

/* What a file is, by its content. */
enum file_kind {
	FILE_UNKNOWN,
	FILE_DUMP,
	FILE_KERNEL,     /* ELF executable or its separate debug file: a vmlinux */
	FILE_SYSTEM_MAP, /* "address type name" lines */
};

/*
 * Tell what @path is; FILE@ADDRESS is a dump. FILE_UNKNOWN comes with a message: not readable, empty,
 * or of no known kind (with what it looks like, where that helps: "is a gzip
 * file", "is a user-space core dump").
 */
enum file_kind file_recognise(const char *path);

/*
 * Open a dump; more than one path is a split set, in any order. FILE@ADDRESS (hexadecimal) is bare memory
 * from there on, several of them or FILE@ADDRESS,FILE@ADDRESS make one dump. NULL with a message that names
 * the file.
 */
struct dump *dump_open(const char *const *paths, size_t n);
void dump_close(struct dump *d);
const struct dump_info *dump_info(const struct dump *d);
/* The paths, in the set's own order. */
size_t dump_paths(const struct dump *d, const char *const **paths);

/*
 * Read @size bytes of physical memory at @paddr; may cross pages. On anything
 * but READ_OK *@done (may be NULL) tells how many bytes before the trouble were read.
 */
enum read_status dump_read(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done);
/* The same, for passes over all memory: what has to be decompressed for it is not kept. */
enum read_status dump_read_once(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done);
/* What a read of the page would give, without decompressing it. */
enum read_status dump_page_status(struct dump *d, uint64_t paddr);
/*
 * Physical ranges the dump describes as memory (for compressed dumps, the first
 * bitmap), sorted; excluded pages inside are not cut out. Built at the first call.
 */
size_t dump_ranges(struct dump *d, const struct dump_range **ranges);
/* Notes as found in the file, in order. The bytes live as long as the dump. */
size_t dump_notes(struct dump *d, const struct dump_note **notes);
/* Text of the VMCOREINFO note of the file, NUL-terminated; NULL when there is none. */
const char *dump_vmcoreinfo(struct dump *d);
/* Where the bytes of a physical page lie in the file (rd -f, struct -f); false for compressed pages. */
bool dump_file_offset(struct dump *d, uint64_t paddr, uint64_t *offset);
/* The file's own bytes (of the first file of a set), as rd -f shows them; *@done (may be NULL) as for
 * dump_read. */
enum read_status dump_read_file(struct dump *d, uint64_t offset, void *buffer, size_t size, size_t *done);

#endif
