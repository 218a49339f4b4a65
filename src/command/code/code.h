/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machine code of a dump, instruction by instruction: what dis, disassemble and x/i show. */
#ifndef COMMAND_CODE_H
#define COMMAND_CODE_H

#include "command/session.h"
#include "target/insn.h"

struct code_insn {
	struct insn insn;
	const uint8_t *bytes; /* as they are in memory */
	bool patched;         /* the file that the code was loaded from has something else there */
	const char *original; /* the instruction in that file; NULL: not patched, or none begins there */
	const char *note;     /* "FTRACE NOP", "PATCHED", or NULL */
};

struct code_walk {
	struct session *s;
	const struct space *space; /* NULL: the kernel's */
	uint64_t start, end;       /* not beyond @end */
	uint64_t count;            /* at most so many, 0: all */
	uint64_t last; /* the first instruction at or behind this address is the last one; ~0: none */
	uint64_t next; /* filled in: behind the last instruction shown */
	void (*show)(void *context, const struct code_insn *insn);
	void *context;
};

/* Call ->show for each instruction. False with its message written when there was none, or not all of them.
 */
bool code_walk(struct code_walk *w);

struct code_range {
	uint64_t start, end;
	const struct symbol *symbol;
};

/* The function, or the part of one (.cold), that @address is in. False with a message. */
bool code_function(struct session *s, uint64_t address, struct code_range *range);
/* "vfs_write+16", with @hex "vfs_write+0x10"; NULL where no symbol is. In scratch. */
const char *code_place(struct session *s, uint64_t address, bool hex);
/* The address, and the place of where it goes or what it names, of an instruction: "goal", "data". */
void code_put_goal(struct session *s, const struct insn *insn, bool places, bool hex);
/* "f3 0f 1e fa" in JSON without the blanks. In scratch. */
const char *code_bytes(struct session *s, const struct code_insn *insn, const char *between);

#endif
