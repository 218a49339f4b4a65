/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places in the source as gdb's words name them: a function, FILE:LINE, a line, *ADDRESS. */
#ifndef COMMAND_GDB_PLACE_H
#define COMMAND_GDB_PLACE_H

#include "command/session.h"

struct gdb_place {
	const char *file; /* as the compiler recorded it */
	unsigned line;
	bool has_address;
	uint64_t address;     /* that was named, or where the line's code begins */
	const char *function; /* that is there, NULL unknown */
	uint64_t start, end;  /* of the row of the line table */
	bool inexact;         /* the line named has no code: @address is that of the next one that has */
};

/* False with a message. A bare number is a line of the file that was listed last, else of the selected
 * frame's. */
bool gdb_place(struct session *s, const char *text, struct gdb_place *place);
/* The same, but a bare number is a line of @file; NULL: as gdb_place(). */
bool gdb_place_in(struct session *s, const char *text, const char *file, struct gdb_place *place);
/* Where the selected frame is. */
bool gdb_place_of_frame(struct session *s, struct gdb_place *place);
/* The place of an address; false with a message when its line is not known. */
bool gdb_place_at(struct session *s, uint64_t address, struct gdb_place *place);
/*
 * All places where code of a line begins, at most one for each function. Returns how many there are, stores
 * at most
 * @max; 0 with a message.
 */
size_t gdb_places_of_line(struct session *s, const char *file, unsigned line, struct gdb_place *list,
			  size_t max);
/* "read_write.c:565" taken apart; false without a message when it is something else. */
bool gdb_file_line(struct session *s, const char *text, const char **file, unsigned *line);

#endif
