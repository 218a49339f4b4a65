/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unit's abbreviations, made ready to read the few attributes that an index of
 * names needs, and to step over all others. Inside this room only.
 *
 * libdw looks at each entry's attributes once for every question (name, sibling,
 * declaration, ...); over the millions of entries of a kernel that takes several
 * times as long as reading each once. Everything else is asked of libdw.
 */
#ifndef DEBUGINFO_DWARF_ABBREV_H
#define DEBUGINFO_DWARF_ABBREV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an attribute's value is wanted for. */
enum abbrev_role {
	ROLE_NONE,
	ROLE_NAME,
	ROLE_SIBLING,
	ROLE_ORIGIN,       /* where to look for what is not said here: abstract origin, specification */
	ROLE_STRINGS_BASE, /* DW_AT_str_offsets_base of the unit's own entry */
};

/* What an entry has, whatever the value. */
enum abbrev_mark {
	MARK_DECLARATION = 1,
	MARK_CODE = 2,  /* addresses of code */
	MARK_VALUE = 4, /* a place in memory, or a constant value */
};

/* Go forward by @skip bytes; then there is a value of @form, or with form 0 the end. */
struct abbrev_step {
	uint32_t skip;
	uint16_t form;
	uint8_t role;
};

struct abbrev {
	uint16_t tag;
	bool defined, children;
	uint8_t marks;
	uint32_t first; /* of its steps, ended by one of form 0 */
};

/* Sizes that a unit's header fixes. */
struct abbrev_sizes {
	uint8_t version, offset, address;
};

struct abbrev_table {
	struct abbrev *list; /* by code */
	struct abbrev_step *steps;
	size_t capacity, n_steps, steps_capacity;
	size_t n; /* codes 0 to n - 1 may be defined */
	uint64_t offset;
	struct abbrev_sizes sizes;
	bool ready;
};

/*
 * Read the table at @offset of .debug_abbrev, unless it is the one that @t holds. A zero-filled table is an
 * empty one. False when it is damaged, or has a form that is unknown.
 */
bool abbrev_table_read(struct abbrev_table *t, const uint8_t *section, size_t size, uint64_t offset,
		       const struct abbrev_sizes *sizes);
void abbrev_table_free(struct abbrev_table *t);

enum { FORM_VARIES = 255, FORM_UNKNOWN = 254 };

/* Bytes that a value of that form takes; FORM_VARIES where the value tells, FORM_UNKNOWN. */
uint8_t abbrev_form_size(unsigned form, const struct abbrev_sizes *sizes);

/* An unsigned LEB128 at *@at, which is moved on; past @end it gives zero and *@at becomes NULL. */
static inline uint64_t read_uleb(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *p = *at;
	uint64_t value = 0;

	for (unsigned shift = 0; p && p < end; shift += 7) {
		uint8_t byte = *p++;

		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*at = p;
			return value;
		}
	}
	*at = NULL;
	return 0;
}

#endif
