/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF from a text, one type per line, numbered from 1 (or from where a base ends):
 *
 *	LABEL = int NAME SIZE [signed|char|bool]
 *	LABEL = ptr|const|volatile|restrict REF
 *	LABEL = array REF COUNT
 *	LABEL = struct|union NAME SIZE [MEMBER:REF:BIT[:BITS]]...
 *	LABEL = enum|enum64 NAME SIZE [signed] [ENUMERATOR=VALUE]...
 *	LABEL = fwd NAME struct|union
 *	LABEL = typedef NAME REF
 *	LABEL = func NAME REF
 *	LABEL = proto REF [PARAMETER:REF]... [...]
 *	LABEL = var NAME REF
 *	LABEL = datasec NAME SIZE [REF:OFFSET:SIZE]...
 *	LABEL = float NAME SIZE
 *	LABEL = decltag|typetag NAME REF
 *	LABEL = raw KIND VLEN SIZE_OR_TYPE [BYTE]...
 *
 * REF is a label, a number, or "void". NAME "-" is no name. "#" starts a comment.
 */
#ifndef TESTS_UNIT_MKBTF_H
#define TESTS_UNIT_MKBTF_H

#include "base/arena.h"
#include "base/bytes.h"

struct mkbtf {
	enum byte_order order;
	unsigned header;       /* its length: 24 (also for 0) or 32 */
	uint32_t first_id;     /* 1 also for 0: behind those of the base */
	uint32_t first_string; /* 0, or what the base's strings end with */
	const char
		*layout; /* bytes of a layout section as pairs of hexadecimal digits; needs a header of 32 */
	/* given back */
	size_t size;
	uint32_t n_types, strings;
};

/* Ends the program with a message when the text is wrong: it is part of a test. */
uint8_t *mkbtf(struct arena *a, const char *text, struct mkbtf *options);

#endif
