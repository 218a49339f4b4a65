/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/gdb/gdb_place.h"

#include <string.h>

#include "base/error.h"
#include "command/code/source.h"
#include "command/gdb/gdb.h"
#include "debuginfo/dwarf.h"
#include "linux/module.h"

enum { MOST_ROWS = 256 };

static const char *function_at(struct session *s, uint64_t address)
{
	const struct symbol *symbol = symbol_text_at(s->target->symbols, address, NULL);

	return symbol ? symbol->name : NULL;
}

/* False with a message when no lines are known at all. */
static bool has_lines(struct session *s)
{
	return target_dwarf(s->target) || fail_in("source lines are not known");
}

bool gdb_place_at(struct session *s, uint64_t address, struct gdb_place *place)
{
	struct dwarf *dwarf = source_dwarf(s, address);
	struct dwarf_row row;

	if (!dwarf)
		return has_lines(s) &&
		       fail("no line number information for address 0x%llx", (unsigned long long)address);
	if (!dwarf_row_at(dwarf, address, &row))
		return fail("no line number information for address 0x%llx", (unsigned long long)address);
	*place = (struct gdb_place){.file = row.file,
				    .line = row.line,
				    .has_address = true,
				    .address = address,
				    .function = function_at(s, address),
				    .start = row.start,
				    .end = row.end};
	return true;
}

/* ---- FILE:LINE ---- */

bool gdb_file_line(struct session *s, const char *text, const char **file, unsigned *line)
{
	const char *colon = strrchr(text, ':');
	uint64_t number;

	if (!colon || colon == text || !parse_number(colon + 1, 10, &number) || !number || number > INT32_MAX)
		return false;
	*file = arena_strndup(&s->scratch, text, (size_t)(colon - text));
	*line = (unsigned)number;
	return true;
}

static size_t keep_functions(struct session *s, const struct dwarf_row *rows, size_t n, unsigned wanted,
			     struct gdb_place *list, size_t max)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const char *function = function_at(s, rows[i].start);
		size_t k = 0;

		while (k < kept && k < max && !(list[k].function && function && list[k].function == function))
			k++;
		if (k < kept && k < max) {
			/* the first of a function is where its code of the line begins */
			if (rows[i].start >= list[k].address)
				continue;
		} else if (kept++ >= max) {
			continue;
		}
		list[k] = (struct gdb_place){.file = rows[i].file,
					     .line = rows[i].line,
					     .has_address = true,
					     .address = rows[i].start,
					     .function = function,
					     .start = rows[i].start,
					     .end = rows[i].end,
					     .inexact = rows[i].line != wanted};
	}
	return kept;
}

/* Debug information that may know a file: the kernel's, and that of the modules that have one loaded. */
static size_t look_in(struct session *s, struct dwarf *dwarf, const char *file, unsigned line,
		      struct gdb_place *list, size_t max)
{
	struct dwarf_row *rows = arena_new_n(&s->scratch, MOST_ROWS, struct dwarf_row);
	unsigned found;
	size_t n = dwarf ? dwarf_rows_of(dwarf, file, line, rows, MOST_ROWS, &found) : 0;

	return keep_functions(s, rows, n < MOST_ROWS ? n : MOST_ROWS, line, list, max);
}

size_t gdb_places_of_line(struct session *s, const char *file, unsigned line, struct gdb_place *list,
			  size_t max)
{
	const struct modules *modules = s->kernel ? kernel_modules(s->kernel) : NULL;
	size_t n = look_in(s, target_dwarf(s->target), file, line, list, max);

	for (size_t i = 0; modules && !n && i < modules->n; i++)
		if (modules->list[i].object_file)
			n = look_in(s, target_dwarf_at(s->target, modules->list[i].base), file, line, list,
				    max);
	if (!n && has_lines(s))
		fail("no code of %s:%u", file, line);
	return n;
}

/* ---- all of them ---- */

bool gdb_place_of_frame(struct session *s, struct gdb_place *place)
{
	uint64_t pc;

	return gdb_frame_pc(s, &pc) && gdb_place_at(s, pc, place);
}

static bool line_of(struct session *s, unsigned line, const char *file, struct gdb_place *place)
{
	struct gdb_place frame = {0};

	if (!file)
		file = gdb_places(s)->file;
	if (!file) {
		if (!gdb_place_of_frame(s, &frame))
			return fail("no file was listed yet: say which, as in FILE:%u", line);
		file = frame.file;
	}
	*place = (struct gdb_place){.file = file, .line = line};
	return true;
}

bool gdb_place_in(struct session *s, const char *text, const char *file, struct gdb_place *place)
{
	uint64_t number, address;
	unsigned line;

	if (parse_number(text, 10, &number) && number && number <= INT32_MAX)
		return line_of(s, (unsigned)number, file, place);
	if (gdb_file_line(s, text, &file, &line)) {
		/* the recorded name of the file; the line may well have no code */
		if (!gdb_places_of_line(s, file, line, place, 1) && !gdb_places_of_line(s, file, 1, place, 1))
			return fail("no source file named %s", file);
		place->inexact = place->line != line;
		place->line = line;
		return true;
	}
	return gdb_address(s, text, &address) && gdb_place_at(s, address, place);
}

bool gdb_place(struct session *s, const char *text, struct gdb_place *place)
{
	return gdb_place_in(s, text, NULL, place);
}
