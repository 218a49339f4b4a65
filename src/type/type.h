/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The type graph. There is one graph; several producers (BTF, DWARF, ...) hang
 * their types into it, and nobody above can tell which one a type came from
 * except by asking type_source_name(). Everything is found lazily: a lookup by
 * name reads one type, the members of a structure are read when asked for.
 *
 * Not thread-safe: threads that need types resolve them before they start.
 */
#ifndef TYPE_TYPE_H
#define TYPE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

enum type_kind {
	TYPE_VOID,
	TYPE_INT, /* integers, characters and _Bool */
	TYPE_FLOAT,
	TYPE_POINTER,
	TYPE_ARRAY,
	TYPE_STRUCT,
	TYPE_UNION,
	TYPE_ENUM,
	TYPE_TYPEDEF,
	TYPE_QUALIFIER, /* const, volatile, restrict, _Atomic */
	TYPE_FUNCTION,
};

enum type_qualifier {
	QUALIFIER_CONST = 1,
	QUALIFIER_VOLATILE = 2,
	QUALIFIER_RESTRICT = 4,
	QUALIFIER_ATOMIC = 8
};

struct type_source;

struct type {
	enum type_kind kind;
	const char *name; /* without "struct", "union", "enum"; NULL: anonymous or derived */
	uint64_t size;    /* bytes of integers, floats, pointers, structures, unions and enums; for all
			     others ask type_size() */
	const struct type *target;  /* pointee, element, aliased or qualified type, return type */
	uint64_t count;             /* TYPE_ARRAY: number of elements */
	uint8_t qualifiers;         /* TYPE_QUALIFIER: enum type_qualifier */
	bool is_signed;             /* TYPE_INT, TYPE_ENUM */
	bool is_char, is_bool;      /* TYPE_INT */
	bool incomplete;            /* declared, not defined anywhere; arrays: no length given */
	bool variadic;              /* TYPE_FUNCTION */
	struct type_source *source; /* NULL only in types that the graph itself made */
	uint64_t id;                /* the producer's own name for it: BTF id, DWARF offset */
};

struct type_member {
	const char *name; /* NULL: anonymous structure or union, or unnamed bit-field */
	const struct type *type;
	uint64_t bit_offset; /* from the start of the containing type; for bit-fields in target order */
	uint32_t bit_size;   /* 0: no bit-field */
};

struct type_enumerator {
	const char *name;
	int64_t value; /* unsigned enumerations: read as uint64_t */
};

struct type_parameter {
	const char *name; /* may be NULL */
	const struct type *type;
};

/* What a name stands for. */
enum type_name_kind {
	NAME_STRUCT,
	NAME_UNION,
	NAME_ENUM,
	NAME_TYPEDEF,
	NAME_BASE, /* as C spells it: "unsigned long" */
	NAME_VARIABLE,
	NAME_FUNCTION,
	NAME_ENUMERATOR,
	NAME_KINDS,
};

/* False ends what calls it. */
typedef bool type_name_fn(void *context, enum type_name_kind kind, const char *name);

/* A variable or function as one source file defines it. */
struct type_symbol {
	const struct type *type;
	const char *file; /* the compile unit's, directory included; NULL: not told */
	uint64_t address; /* at run time */
	bool has_address; /* false: per-CPU, thread-local, or not in memory */
	bool is_function;
};

typedef bool type_symbol_fn(void *context, const struct type_symbol *symbol);

/*
 * What a producer implements. Functions return NULL or false when the thing is
 * not there, and may leave a message when it is there but damaged. The lists
 * live as long as the source.
 */
struct type_source_ops {
	const char *name; /* "BTF", "DWARF" */
	/* A complete definition, if the source has one, else a declaration. @kind is never QUALIFIER,
	 * POINTER, ARRAY. */
	const struct type *(*find)(struct type_source *s, enum type_kind kind, const char *name);
	bool (*members)(struct type_source *s, const struct type *t, const struct type_member **list,
			size_t *n);
	bool (*enumerators)(struct type_source *s, const struct type *t, const struct type_enumerator **list,
			    size_t *n);
	bool (*parameters)(struct type_source *s, const struct type *t, const struct type_parameter **list,
			   size_t *n);
	/* Type of a global variable or function; NULL when unknown. */
	const struct type *(*symbol)(struct type_source *s, const char *name);
	/* Value and type of an enumerator by name. May be absent. */
	bool (*enumerator)(struct type_source *s, const char *name, int64_t *value, const struct type **type);
	/* Call fn for each named struct, union, enum, typedef and base type; stop when it returns false. */
	void (*each)(struct type_source *s, bool (*fn)(void *context, const struct type *t), void *context);
	/*
	 * Call fn for each name of @kinds (a set of bits 1 << enum type_name_kind) that begins with
	 * @prefix; false when fn ended it. May be absent.
	 */
	bool (*each_name)(struct type_source *s, const char *prefix, unsigned kinds, type_name_fn *fn,
			  void *context);
	/* Call fn for each definition of a variable or function of that name, in any file. May be absent. */
	void (*each_definition)(struct type_source *s, const char *name, type_symbol_fn *fn, void *context);
};

struct type_source {
	const struct type_source_ops *ops;
	const char *label; /* "vmlinux", or a module's name */
	void *data;
};

/* The graph: an ordered list of sources, and the types derived from theirs (pointers, arrays). */
struct types;

struct types *types_new(struct arena *a, uint8_t word_size, enum byte_order order);
/* Add a source. Lookups ask sources in the order they were added. */
void types_add(struct types *ts, struct type_source *s);
/* Take a source away. Types that it gave stay valid as long as it does itself. */
void types_remove(struct types *ts, const struct type_source *s);
size_t types_sources(const struct types *ts, struct type_source *const **sources);
uint8_t types_word_size(const struct types *ts);
enum byte_order types_order(const struct types *ts);

/*
 * Find a named type: TYPE_STRUCT "task_struct", TYPE_TYPEDEF "pid_t", TYPE_INT
 * "unsigned long". A definition in any source wins over a declaration. NULL
 * without a message.
 */
const struct type *type_find(struct types *ts, enum type_kind kind, const char *name);
/* struct, union, enum, typedef or base type of that name, in this order; NULL without a message. */
const struct type *type_find_any(struct types *ts, const char *name);
/* Type of a global variable or function, from whichever source knows it; NULL without a message. */
const struct type *type_of_symbol(struct types *ts, const char *name);
bool type_find_enumerator(struct types *ts, const char *name, int64_t *value, const struct type **type);
/*
 * Call @fn for each name of @kinds (a set of bits 1 << enum type_name_kind) that begins with @prefix, in no
 * order; a name may come more than once.
 */
void types_each_prefix(struct types *ts, const char *prefix, unsigned kinds, type_name_fn *fn, void *context);
const struct type *type_pointer_to(struct types *ts, const struct type *t);
/* @count 0 is an array without a length. */
const struct type *type_array_of(struct types *ts, const struct type *t, uint64_t count);
const struct type *type_qualified(struct types *ts, const struct type *t, uint8_t qualifiers);
/* A function; @list is copied. */
const struct type *type_function_of(struct types *ts, const struct type *returns,
				    const struct type_parameter *list, size_t n, bool variadic);
const struct type *type_void(struct types *ts);
/* A built-in integer ("unsigned long", "short") even without any source; @size 1, 2, 4, 8 or 16. */
const struct type *type_integer(struct types *ts, uint8_t size, bool is_signed);
/*
 * C's name of an integer for GCC's in debug information: "unsigned long" for
 * "long unsigned int"; @name itself where they agree. Producers put C's name into
 * struct type; their ->find is asked for GCC's.
 */
const char *type_integer_name(const char *name);

/* Through typedefs and qualifiers. Bounded; never NULL. An incomplete struct is replaced by its definition if
 * any. */
const struct type *type_strip(struct types *ts, const struct type *t);
uint64_t type_size(struct types *ts,
		   const struct type *t); /* through typedefs; arrays multiplied, overflow gives 0 */
const char *type_source_name(const struct type *t); /* "BTF", "DWARF", "built in" */

bool type_members(struct types *ts, const struct type *t, const struct type_member **list, size_t *n);
bool type_enumerators(struct types *ts, const struct type *t, const struct type_enumerator **list, size_t *n);
bool type_parameters(struct types *ts, const struct type *t, const struct type_parameter **list, size_t *n);

/* A member found by path. */
struct type_place {
	const struct type *type;
	uint64_t bit_offset; /* from the start of the outermost type */
	uint32_t bit_size;   /* 0: no bit-field */
};

/*
 * Follow "a.b[2].c" from @t, through anonymous members, typedefs and array
 * elements, not through pointers. False with a message that names the member
 * that is missing.
 */
bool type_path(struct types *ts, const struct type *t, const char *path, struct type_place *place);

#endif
