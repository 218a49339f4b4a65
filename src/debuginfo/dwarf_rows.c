/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line tables: from addresses to lines and from lines to addresses.
 *
 * libdw keeps every table that it ever read until its handle ends, which for all of a kernel's units is half
 * a gigabyte. So the tables are read through a handle of their own, which is begun anew after so many units;
 * what is given out of them is copied.
 */
#include <dwarf.h>
#include <string.h>

#include "debuginfo/dwarf_private.h"

bool dwarf_line_unit(struct dwarf *d, Dwarf_Die *cu, Dwarf_Die *unit)
{
	Dwarf_Off offset = dwarf_dieoffset(cu);
	size_t i = 0;

	while (i < d->n_line_units && d->line_units[i] != offset)
		i++;
	if (i == DWARF_LINE_UNITS) {
		dwarf_end(d->lines);
		d->lines = NULL;
		d->lines_walk = (struct unit_walk){0};
		i = d->n_line_units = 0;
	}
	if (!d->lines)
		d->lines = dwarf_begin_elf(d->handle.elf, DWARF_C_READ, NULL);
	if (!d->lines || !dwarf_die_in(d, d->lines, &d->lines_walk, offset, unit))
		return false;
	if (i == d->n_line_units)
		d->line_units[d->n_line_units++] = offset;
	return true;
}

/* ---- from an address ---- */

struct table {
	Dwarf_Lines *lines;
	size_t n;
};

static Dwarf_Addr address_of(const struct table *t, size_t i)
{
	Dwarf_Addr address = 0;

	dwarf_lineaddr(dwarf_onesrcline(t->lines, i), &address);
	return address;
}

static bool ends(const struct table *t, size_t i)
{
	bool is_end = true;

	dwarf_lineendsequence(dwarf_onesrcline(t->lines, i), &is_end);
	return is_end;
}

/* The first address behind row @i that another row has. */
static Dwarf_Addr end_of(const struct table *t, size_t i)
{
	Dwarf_Addr start = address_of(t, i);

	for (size_t j = i + 1; j < t->n; j++)
		if (address_of(t, j) > start)
			return address_of(t, j);
	return start;
}

static bool fill(struct dwarf *d, Dwarf_Die *unit, const struct table *t, size_t i, struct dwarf_row *row)
{
	Dwarf_Line *line = dwarf_onesrcline(t->lines, i);
	const char *name = dwarf_linesrc(line, NULL, NULL);
	int number;

	if (!name || dwarf_lineno(line, &number) != 0)
		return false;
	row->file = dwarf_path(d, unit, name);
	row->line = (unsigned)number;
	row->start = address_of(t, i) + d->slide;
	row->end = end_of(t, i) + d->slide;
	return true;
}

bool dwarf_row_at(struct dwarf *d, uint64_t address, struct dwarf_row *row)
{
	Dwarf_Die cu, unit;
	struct table t;
	size_t first = 0, last;

	address -= d->slide;
	if (!dwarf_cu_at(d, address, &cu) || !dwarf_line_unit(d, &cu, &unit) ||
	    dwarf_getsrclines(&unit, &t.lines, &t.n) != 0 || !t.n)
		return false;
	/* the last row that begins at or before the address; libdw has sorted them */
	last = t.n;
	while (first < last) {
		size_t middle = first + (last - first) / 2;

		if (address_of(&t, middle) <= address)
			first = middle + 1;
		else
			last = middle;
	}
	return first && !ends(&t, first - 1) && fill(d, &unit, &t, first - 1, row);
}

/* ---- from a line ---- */

bool dwarf_same_file(const char *recorded, const char *named)
{
	size_t n = strlen(recorded), m = strlen(named);

	return m && n >= m && strcmp(recorded + n - m, named) == 0 &&
	       (n == m || named[0] == '/' || recorded[n - m - 1] == '/');
}

struct wanted {
	const char *file;
	unsigned line;
	unsigned nearest; /* the lowest number not below @line that has code; 0: none yet */
	struct dwarf_row *list;
	size_t n, max;
};

/* Can it be that file? Names here may lack the directory that the unit was compiled in. */
static bool may_be(const char *name, const char *wanted)
{
	return name && (dwarf_same_file(name, wanted) || dwarf_same_file(wanted, name));
}

/* Does a unit's own name or, with @headers, that of any of its files end as the one wanted does? */
static bool unit_has(Dwarf_Die *unit, const struct wanted *w, bool headers)
{
	const char *name = dwarf_diename(unit);
	Dwarf_Files *files;
	size_t n;

	if (!headers)
		return may_be(name, w->file);
	if (dwarf_getsrcfiles(unit, &files, &n) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		name = dwarf_filesrc(files, i, NULL, NULL);
		if (may_be(name, w->file))
			return true;
	}
	return false;
}

static void keep_row(struct dwarf *d, Dwarf_Die *unit, const struct table *t, size_t i, unsigned line,
		     struct wanted *w)
{
	if (w->nearest && line > w->nearest)
		return;
	if (line != w->nearest) {
		w->nearest = line;
		w->n = 0;
	}
	if (w->n < w->max && !fill(d, unit, t, i, &w->list[w->n]))
		return;
	w->n++;
}

/* Rows where the wanted line begins: a row of the same line right before goes on with it. */
static void look_through(struct dwarf *d, Dwarf_Die *unit, struct wanted *w)
{
	const char *last_name = NULL;
	bool matches = false, before = false;
	int line = 0, last_line = 0;
	struct table t;

	if (dwarf_getsrclines(unit, &t.lines, &t.n) != 0)
		return;
	for (size_t i = 0; i < t.n; i++) {
		Dwarf_Line *row = dwarf_onesrcline(t.lines, i);
		const char *name = dwarf_linesrc(row, NULL, NULL);
		bool here;

		if (name != last_name)
			matches =
				may_be(name, w->file) && dwarf_same_file(dwarf_path(d, unit, name), w->file);
		last_name = name;
		here = matches && !ends(&t, i) && dwarf_lineno(row, &line) == 0 && line > 0 &&
		       (unsigned)line >= w->line && end_of(&t, i) > address_of(&t, i);
		if (here && !(before && line == last_line))
			keep_row(d, unit, &t, i, (unsigned)line, w);
		before = here;
		last_line = line;
	}
}

static void look_in_units(struct dwarf *d, struct wanted *w, bool headers)
{
	struct unit_walk walk = {0};
	Dwarf_Die die, unit;
	uint8_t type;

	while (unit_walk_next(d, d->dw, &walk, &type, &die)) {
		if (type != DW_UT_compile && type != DW_UT_skeleton)
			continue;
		/* a unit's name costs no table */
		if (!headers && !unit_has(&die, w, false))
			continue;
		if (dwarf_line_unit(d, &die, &unit) && (!headers || unit_has(&unit, w, true)))
			look_through(d, &unit, w);
	}
}

size_t dwarf_rows_of(struct dwarf *d, const char *file, unsigned line, struct dwarf_row *list, size_t max,
		     unsigned *found)
{
	struct wanted w = {.file = file, .line = line, .list = list, .max = max};

	look_in_units(d, &w, false);
	if (!w.n)
		look_in_units(d, &w, true);
	*found = w.nearest;
	return w.n;
}
