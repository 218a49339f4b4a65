/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C values over target memory. A value is a type and either an address or the
 * bytes themselves; memory is read when the value is looked at. Where bytes,
 * symbols and registers come from is the caller's: struct type_env.
 */
#ifndef TYPE_VALUE_H
#define TYPE_VALUE_H

#include "base/status.h"
#include "base/text.h"
#include "type/type.h"

struct value;

struct type_env {
	struct types *types;
	struct arena *arena; /* values and trees are made here */
	void *context;
	enum read_status (*read)(void *context, uint64_t address, void *buffer, size_t size);
	/* A symbol by C name, "file.c:name" or "module:name"; *type is NULL where unknown. */
	bool (*symbol)(void *context, const char *name, uint64_t *address, const struct type **type);
	/* Name and offset of the symbol that covers @address; false when none does. */
	bool (*symbol_at)(void *context, uint64_t address, const char **name, uint64_t *offset);
	/*
	 * Register of the selected frame ("rip"); false when unknown, perhaps with a message. *type is NULL
	 * for a word. May be NULL.
	 */
	bool (*reg)(void *context, const char *name, uint64_t *value, const struct type **type);
	/* Address of a per-CPU object for a CPU (-1: current); false when @address is none. May be NULL. */
	bool (*percpu)(void *context, int cpu, uint64_t address, uint64_t *where);
	bool on_cpu; /* per-CPU objects are those of @cpu, not of the current one */
	unsigned cpu;
	/*
	 * A value that was shown before: number @n, or with @back the @n-th before the last. False when there
	 * is none. May be NULL.
	 */
	bool (*history)(void *context, bool back, uint64_t n, struct value *v);
	/*
	 * A variable that is in scope, which hides symbols of its name; false when there is none. May be
	 * NULL.
	 */
	bool (*local)(void *context, const char *name, struct value *v);
};

struct value {
	const struct type *type;
	bool in_memory;
	uint64_t address;     /* in memory: of the containing storage unit's first byte */
	uint32_t bit_offset;  /* of a bit-field from @address, target order */
	uint32_t bit_size;    /* 0: no bit-field */
	uint64_t number;      /* not in memory: integers and pointers, sign-extended as the type says */
	const uint8_t *bytes; /* not in memory: aggregates, or NULL */
	/*
	 * Not 0 for each of @bytes that is not known: a variable of which the compiler kept only a part.
	 * NULL: all are. Without @bytes: nothing is.
	 */
	const uint8_t *lost;
	const char *why; /* ... and why; NULL: it was optimized out */
};

/*
 * Evaluate a C expression without side effects. False with a message that shows
 * the place:  "unknown symbol\n    foo + bar\n          ^".
 */
bool value_eval(const struct type_env *env, const char *expression, struct value *result);
/* A type name, in which typeof(expression) may stand. NULL with a message. */
const struct type *value_type(const struct type_env *env, const char *text);
/* An integer, pointer, enum or bit-field as a number; arrays and functions give their address. */
bool value_number(const struct type_env *env, const struct value *v, uint64_t *number);
/* Member by path, through pointers with "->" or ".". */
bool value_member(const struct type_env *env, const struct value *v, const char *path, struct value *member);

/*
 * A value as a tree, from which both views are made: the text view writes it
 * with gdb's braces, the JSON view as nested objects.
 */
enum node_kind {
	NODE_NUMBER,  /* @number, @is_signed */
	NODE_POINTER, /* @number */
	NODE_BOOL,
	NODE_ENUM,   /* @text is the enumerator or "(A | B)" or the number */
	NODE_STRING, /* a character array: @string of @length bytes (may hold NULs) */
	NODE_FLOAT,
	NODE_STRUCT,     /* children have names (NULL: anonymous) */
	NODE_ARRAY,      /* children without names; @repeats tells how often a child stands */
	NODE_UNREADABLE, /* @status, or @why */
	NODE_MORE,       /* elements left out: @number of them */
};

struct node {
	enum node_kind kind;
	const char *name; /* member name in a struct */
	const char *text; /* gdb's spelling of a leaf: 0xffffffff81c0a1e0 <tty_fops>, 15 '\017',
			     "swapper/0\000..." */
	uint64_t number;
	bool is_signed;
	const char *string;
	size_t length;
	enum read_status status;
	const char *why;  /* NODE_UNREADABLE: instead of @status, or NULL */
	uint64_t repeats; /* in an array: this child stands for so many elements, at least 1 */
	struct node *children, *next;
	size_t n_children;
	bool rows; /* an array whose elements stand on lines of their own */
};

/*
 * Hexadecimal, filled with zeros, signed, unsigned, octal, binary, character, address with its symbol,
 * floating point, string (what is a string without a letter).
 */
#define NODE_FORMATS "xzduotcafs"

struct node_options {
	bool hex;           /* -x */
	char format;        /* gdb's format letter, one of NODE_FORMATS; 0 none */
	bool print_array;   /* each element of an array on a line of its own */
	bool null_stop;     /* arrays of characters end at their first NUL */
	unsigned print_max; /* elements of arrays and strings; 0: 256, which is crash's */
	bool member;        /* no "(struct x *) " in front of a pointer: as a structure's member shows it */
};

/* Never NULL: what cannot be read is a node that says so. */
struct node *value_tree(const struct type_env *env, const struct value *v,
			const struct node_options *options);
/* gdb's text of a tree as crash shows it, without a trailing newline. @indent is the depth of the first
 * brace. */
void node_write(const struct node *n, unsigned indent, struct text *out);

#endif
