/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line of an address, and inlined calls. */
#include <dwarf.h>

#include "debuginfo/dwarf_private.h"

enum { MOST_SCOPES = 64, MOST_SIBLINGS = 1 << 20 };

bool dwarf_line(struct dwarf *d, uint64_t address, const char **file, unsigned *line)
{
	struct dwarf_row row;

	if (!dwarf_row_at(d, address, &row))
		return false;
	*file = row.file;
	*line = row.line;
	return true;
}

size_t dwarf_scope_chain(Dwarf_Die *cu, uint64_t address, bool blocks, Dwarf_Die *scopes, size_t max)
{
	Dwarf_Die die, next;
	size_t n = 0, seen = 0;
	int status = dwarf_child(cu, &die);

	while (status == 0 && seen++ < MOST_SIBLINGS) {
		int tag = dwarf_tag(&die);
		bool is_call = tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;

		if ((is_call || tag == DW_TAG_lexical_block) && dwarf_haspc(&die, address) > 0) {
			if (is_call || blocks) {
				if (n == max)
					return n;
				scopes[n++] = die;
			}
			status = dwarf_child(&die, &next);
		} else {
			status = dwarf_siblingof(&die, &next);
		}
		die = next;
	}
	return n;
}

static unsigned number_of(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attr) || dwarf_formudata(&attr, &value) != 0)
		return 0;
	return (unsigned)value;
}

static const char *call_file(struct dwarf *d, Dwarf_Die *cu, Dwarf_Die *call)
{
	Dwarf_Files *files;
	Dwarf_Die unit;
	size_t n;

	if (!dwarf_line_unit(d, cu, &unit) || dwarf_getsrcfiles(&unit, &files, &n) != 0)
		return NULL;
	return dwarf_path(d, cu, dwarf_filesrc(files, number_of(call, DW_AT_call_file), NULL, NULL));
}

size_t dwarf_inlines(struct dwarf *d, uint64_t address, struct dwarf_inline *list, size_t max)
{
	Dwarf_Die cu, scopes[MOST_SCOPES];
	struct dwarf_inline at = {0};
	size_t n;

	address -= d->slide;
	if (!dwarf_cu_at(d, address, &cu))
		return 0;
	n = dwarf_scope_chain(&cu, address, false, scopes, MOST_SCOPES);
	if (n)
		dwarf_line(d, address + d->slide, &at.file, &at.line);
	for (size_t i = 0; i < n; i++) {
		Dwarf_Die *scope = &scopes[n - 1 - i];

		at.function = dwarf_diename(scope);
		if (i < max)
			list[i] = at;
		at.file = call_file(d, &cu, scope);
		at.line = number_of(scope, DW_AT_call_line);
	}
	return n;
}
