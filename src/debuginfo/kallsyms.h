/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own symbol table in its memory (kernel/kallsyms.c,
 * scripts/kallsyms.c), in every form that it had since 4.6.
 */
#ifndef DEBUGINFO_KALLSYMS_H
#define DEBUGINFO_KALLSYMS_H

#include "base/bytes.h"
#include "base/status.h"
#include "debuginfo/symbols.h"

/* Where the tables lie (VMCOREINFO names them since 6.0); 0: not known. */
struct kallsyms_places {
	uint64_t num_syms, names, token_table, token_index;
	uint64_t offsets, relative_base; /* since 4.6; the base until 6.19 */
	uint64_t addresses;              /* whole addresses, until 6.10 on some kernels */
	uint64_t stext;                  /* run-time address of _stext: tells which encoding is right */
	const char *release;             /* "6.1.0-..." or NULL: a first guess at the form of the names */
};

typedef enum read_status kallsyms_read(void *context, uint64_t address, void *buffer, size_t size);

/*
 * Read the kernel's symbols from target memory. Addresses are run-time ones, no
 * slide is added. False with a message that says what could not be read or does
 * not fit.
 */
bool symbols_load_kallsyms(struct symbols *s, const struct kallsyms_places *places, enum byte_order order,
			   uint8_t word_size, kallsyms_read *read, void *context);

#endif
