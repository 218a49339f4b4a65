/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers of diskdump and kdump-compressed files, in whichever ABI and byte order they were written. */
#ifndef DUMP_KDUMP_HEADER_H
#define DUMP_KDUMP_HEADER_H

#include "base/bytes.h"
#include "dump/source.h"

/* Flags of page descriptors and of ->status (makedumpfile, diskdump_mod.h). */
enum {
	KDUMP_ZLIB = 0x1,
	KDUMP_LZO = 0x2,
	KDUMP_SNAPPY = 0x4,
	KDUMP_INCOMPLETE = 0x8,
	KDUMP_EXCLUDED_VMEMMAP = 0x10,
	KDUMP_ZSTD = 0x20,
	KDUMP_COMPRESSED = KDUMP_ZLIB | KDUMP_LZO | KDUMP_SNAPPY | KDUMP_ZSTD,
};

enum { KDUMP_DESC_SIZE = 24, KDUMP_UTS_FIELD = 65 };

struct kdump_place {
	uint64_t offset, size;
};

struct kdump_header {
	bool diskdump; /* signature "DISKDUMP": the sub-header is another one, and unused */
	enum byte_order order;
	uint8_t word_size;
	uint32_t version;
	char uts[6][KDUMP_UTS_FIELD + 1]; /* sysname nodename release version machine domainname */
	uint64_t timestamp;
	uint32_t status, block_size, sub_blocks, bitmap_blocks, nr_cpus;
	uint64_t max_mapnr;
	/* of the sub-header, where the version has it; -1 or 0 otherwise */
	bool has_sub_header;
	uint64_t phys_base;
	int dump_level;
	bool split;
	uint64_t start_pfn, end_pfn;
	struct kdump_place vmcoreinfo, notes, eraseinfo;
};

/* Whether a file that begins with these bytes has one of the two signatures. */
bool kdump_probe(const uint8_t *head, size_t n);
/* Read and check the headers; false with a message that names the file. */
bool kdump_header_read(struct source *s, struct kdump_header *h);

#endif
