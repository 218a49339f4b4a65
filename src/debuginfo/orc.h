/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ORC unwind tables of x86_64 (arch/x86/include/asm/orc_types.h) in all their
 * layouts: 4.14 (v1), 6.3 (v2, signal bit), 6.4 (v3, types renumbered) and 7.1
 * (v4, registers renumbered).
 */
#ifndef DEBUGINFO_ORC_H
#define DEBUGINFO_ORC_H

#include "base/bytes.h"
#include "debuginfo/unwind_row.h"

enum orc_version {
	ORC_UNKNOWN,
	ORC_V1,
	ORC_V2,
	ORC_V3,
	ORC_V4,
	ORC_V1_NO_END, /* 4.14 to 4.18: v1 without its end bit; an undefined entry is the end of the stack */
};

/*
 * A table: @ip holds @n place-relative 32-bit entries, sorted, that stood at
 * @ip_address at run time; @entries holds @n entries of 6 bytes. The bytes must
 * stay. Link-time bytes may be used for run-time addresses: the distance is the same. Until 5.6
 * (f14bf6a350df), and in modules' files, tables are sorted only in memory.
 */
struct orc_table {
	const uint8_t *ip, *entries;
	size_t n;
	uint64_t ip_address;
	enum orc_version version;
	enum byte_order order;
};

/* The layout by the 20-byte hash of .orc_header, ORC_UNKNOWN when not known. */
enum orc_version orc_version_of_header(const uint8_t *hash, size_t size);
/* By kernel release, where there is no header ("6.1.0-50-cloud-amd64"). */
enum orc_version orc_version_of_release(const char *release);
/*
 * Distributions carry newer layouts in older releases: look at some entries and correct @guess where they
 * cannot be of that layout. @t->version is not used.
 */
enum orc_version orc_version_check(const struct orc_table *t, enum orc_version guess);
/*
 * The row for @address, with DWARF register numbers of x86_64; false without a
 * message when the table has none (no code there, or an undefined entry). The last
 * entry goes on without end: the caller knows where code ends.
 */
bool orc_row(const struct orc_table *t, uint64_t address, struct unwind_row *row);

#endif
