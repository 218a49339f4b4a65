/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that people know from gdb: what they share. */
#ifndef COMMAND_GDB_H
#define COMMAND_GDB_H

#include "command/session.h"

/* "/4xg": a count, a letter and a size, in any order. */
struct gdb_format {
	uint64_t count; /* 0: not given */
	bool backward;  /* the count was negative */
	char letter;    /* x d u o t z c a f s i, 0: not given */
	unsigned size;  /* 1, 2, 4, 8, 0: not given */
};

/* Where x and list go on when they are given nothing. */
struct gdb_places {
	bool examined;
	char letter;
	unsigned size;
	uint64_t next;
	const char *file; /* NULL: nothing was listed */
	unsigned first, last;
};

struct gdb_places *gdb_places(struct session *s);

/*
 * Take a format from the front of *@text, if one stands there, and the blanks behind it. False with a
 * message: a letter that is none.
 */
bool gdb_format_take(const char **text, struct gdb_format *f);
/* An address that gdb's words take: as session_address(), also "*address", "&symbol" and expressions. */
bool gdb_address(struct session *s, const char *text, uint64_t *address);
/* "/r" and "/s" of disassemble and ptype: all letters in front; the blanks behind are skipped. In scratch, ""
 * none. */
const char *gdb_flags_take(struct session *s, const char **text);

/* The words behind the first one as one text again. */
const char *gdb_words(struct session *s, int argc, char **argv);
/* The pc of the selected frame, of the context task; false with a message. */
bool gdb_frame_pc(struct session *s, uint64_t *pc);
/* Is it that? */
bool gdb_is_pc(struct session *s, uint64_t address);
/* What "list" does in gdb. */
bool gdb_list(struct session *s, const char *text);
/*
 * The command line of ours that "gdb TEXT" stands for; NULL where the gdb command itself answers. In scratch.
 */
const char *gdb_command_line(struct session *s, const char *text);
/* What to use instead of a command of gdb's, as half a sentence; NULL when gdb has none of that name. */
const char *gdb_instead(const char *name);
/* The same for what stands behind "info". */
const char *gdb_info_instead(const char *name);

#endif
