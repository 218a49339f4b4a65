/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Local variables and arguments at an address, and what calls say of their
 * arguments. Only what debug information says: expressions are carried out by
 * who has the frames (target/locals.h).
 */
#ifndef DEBUGINFO_DWARF_LOCALS_H
#define DEBUGINFO_DWARF_LOCALS_H

#include "debuginfo/dwarf.h"
#include "debuginfo/dwarf_expr.h"

/* A DWARF expression; its bytes are the file's. @unit is for dwarf_base_type(). */
struct dwarf_place {
	enum { PLACE_NOWHERE, PLACE_EXPR, PLACE_NUMBER, PLACE_BYTES } kind;
	const uint8_t *bytes; /* PLACE_EXPR; PLACE_BYTES: the object itself */
	size_t size;
	uint64_t number; /* PLACE_NUMBER: the object's value */
	bool listed;     /* PLACE_EXPR: from a location list */
	uint64_t unit;
};

struct dwarf_local {
	const char *name;
	const struct type *type;
	bool argument;
	struct dwarf_place place;
};

/* A function, or one that was put into another, with its variables: arguments first, then by block from the
 * innermost one on. */
struct dwarf_scope {
	const char *function;
	bool inlined;
	const char *file; /* where, inside it, the address belongs or the next call stands */
	unsigned line;
	struct dwarf_local *locals;
	size_t n;
};

/* Which function of the source it is: clones of one are the same. */
struct dwarf_identity {
	const struct dwarf *d;
	const char *name;
	uint64_t root; /* the entry that all entries for it lead to */
	bool external;
};

/* The function that is no inlined one. */
struct dwarf_function {
	struct dwarf_identity identity;
	struct dwarf_place frame_base;
};

/* Are they the same function? One of another unit is known by its name. */
bool dwarf_same_function(const struct dwarf_identity *a, const struct dwarf_identity *b);

/*
 * The scopes that hold @address, innermost first; the last one is the real function. Returns how many there
 * are, 0 without a message when nothing is known of @address.
 */
size_t dwarf_scopes(struct dwarf *d, uint64_t address, struct arena *a, struct dwarf_scope **list);

/* The function at @address. False without a message. */
bool dwarf_function_at(struct dwarf *d, uint64_t address, struct dwarf_function *f);

/*
 * What the call that returns to @return_address says of the register @reg: the value it passes, and which
 * function it calls. False without a message, also when it goes through a pointer.
 */
bool dwarf_call_value(struct dwarf *d, uint64_t return_address, uint64_t reg, struct dwarf_place *value,
		      struct dwarf_identity *callee);

/* The variable whose entry is at @entry of .debug_info, at @address: what a DW_OP_implicit_pointer leads to.
 */
bool dwarf_local_at(struct dwarf *d, uint64_t entry, uint64_t address, struct dwarf_local *local);

/* The base type whose entry is at @entry of @unit, for expressions. False for what is no integer. */
bool dwarf_base_type(struct dwarf *d, uint64_t unit, uint64_t entry, struct expr_base *type);
/* What is added to addresses of expressions (DW_OP_addr). */
uint64_t dwarf_slide(const struct dwarf *d);

#endif
