/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Local variables and arguments of a trace's frames, as far as debug information
 * says where they are and the registers that it names were recovered.
 */
#ifndef TARGET_LOCALS_H
#define TARGET_LOCALS_H

#include "target/unwind.h"
#include "type/value.h"

struct local {
	const char *name;
	bool argument;
	/* ->lost of a value not in memory marks what is optimized out, ->why of it says why */
	struct value value;
};

struct local_scope {
	const char *function;
	bool inlined; /* its code was put into that of the scope that follows */
	const char *file;
	unsigned line;
	struct local *list; /* arguments first */
	size_t n;
};

/*
 * The scopes of frame @index, innermost first; the last is the frame's function. The trace's registers must
 * be whole: trace_recover(). Returns how many there are; 0, without a message, where debug information is
 * missing.
 */
size_t trace_locals(struct target *t, const struct trace *trace, size_t index, struct arena *a,
		    struct local_scope **scopes);

#endif
