/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Location lists (DWARF 4, 2.6.2; DWARF 5, 2.6.2 and 7.7.3): which expression tells
 * where a variable is while the pc is at some address. An own reader, because
 * libdw's gives expressions in operations and not in the bytes that they are.
 */
#ifndef DEBUGINFO_DWARF_LOCLIST_H
#define DEBUGINFO_DWARF_LOCLIST_H

#include <stdbool.h>

#include "base/bytes.h"

struct loclist {
	const uint8_t *data; /* .debug_loc or, since version 5, .debug_loclists */
	size_t size;
	enum byte_order order;
	uint8_t address_size;
	unsigned version; /* of the compile unit */
	uint64_t base;    /* the unit's base address */
	/* An address by its index in .debug_addr; false when there is none. May be NULL. */
	bool (*address)(void *context, uint64_t index, uint64_t *address);
	void *context;
};

/*
 * The expression for @pc in the list at @offset of the section. False without a message when the list does
 * not tell of @pc: the variable is nowhere then.
 */
bool loclist_find(const struct loclist *l, uint64_t offset, uint64_t pc, const uint8_t **expr, size_t *size);
/* Where the list number @index lies, by the table at @table (DW_AT_loclists_base). False without a message.
 */
bool loclist_offset(const struct loclist *l, uint64_t table, uint64_t index, uint8_t offset_size,
		    uint64_t *offset);

#endif
