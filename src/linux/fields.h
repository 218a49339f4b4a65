/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel structures by member name. A file of src/linux declares the members it
 * needs, with alternatives for what they were called at other times; they are
 * resolved once from whatever type source there is. A member that does not exist
 * is a field that is not there: it costs a column, not the session.
 *
 *	enum { TASK_PID, TASK_STATE, N_TASK };
 *	static const char *const task_names[] = {
 *		[TASK_PID] = "pid",
 *		[TASK_STATE] = "__state|state",	// 2f064a59a11f (v5.14)
 *	};
 *	struct fields f;
 *	fields_resolve(t, &f, "task_struct", task_names, N_TASK);
 */
#ifndef LINUX_FIELDS_H
#define LINUX_FIELDS_H

#include "target/target.h"

struct field {
	bool there;
	uint32_t offset;   /* bytes from the start of the structure */
	uint32_t at;       /* where its bytes stand in object->data */
	uint32_t size;     /* bytes */
	uint8_t bit_shift; /* of a bit-field, from the least significant bit of the @size bytes */
	uint8_t bit_size;  /* 0: none */
	bool is_signed;
	const struct type *type;
	const char *name; /* the alternative that was found, or the first one */
};

struct fields {
	const char *type_name;   /* the alternative that was found: "task_struct" */
	const struct type *type; /* NULL: the structure itself is unknown */
	uint64_t size;           /* of the whole structure */
	uint32_t first, end;     /* the span that holds all fields found */
	bool packed;             /* objects keep the fields' bytes only, not the whole span */
	uint32_t data_size;      /* bytes of object->data */
	struct field *list;
	size_t n;
};

enum { FIELDS_MAX = 64 };

/*
 * Resolve @n (up to FIELDS_MAX) member paths ("se.sum_exec_runtime", alternatives by '|') of struct
 * or union or typedef @type (alternatives by '|'). False with a message when the
 * type itself is unknown; then every field is absent.
 */
bool fields_resolve(struct target *t, struct fields *f, const char *type, const char *const *names, size_t n);
/*
 * Let objects keep only the bytes of the fields: for structures of which many
 * thousands are kept. Memory is still read by the span.
 */
void fields_pack(struct fields *f);
/* Is that field there? */
static inline bool fields_has(const struct fields *f, unsigned field)
{
	return field < f->n && f->list[field].there;
}

/* Some bytes of one object: the span of its fields, read at once. */
struct object {
	const struct fields *fields;
	uint64_t address;
	uint8_t *data;           /* the bytes from fields->first on, or the fields' bytes when packed */
	uint64_t have;           /* bit per field: it was read */
	enum read_status status; /* why others were not */
};

/* Read the span of @f at @address. Never fails: fields that cannot be read give ->status. */
void object_read(struct target *t, struct arena *a, const struct fields *f, uint64_t address,
		 struct object *o);

/* A field of an object that was read. READ_ERROR for a field that is not there (ask ->there first). */
enum read_status object_uint(const struct object *o, struct target *t, unsigned field, uint64_t *value);
enum read_status object_int(const struct object *o, struct target *t, unsigned field, int64_t *value);
/* Value, or @otherwise when absent or unreadable. */
uint64_t object_get(const struct object *o, struct target *t, unsigned field, uint64_t otherwise);
/* Bytes of an array member as a terminated string in the arena; NULL when absent or unreadable. */
const char *object_string(const struct object *o, struct arena *a, unsigned field);
/* The bytes of a field; NULL when absent or unreadable. */
const uint8_t *object_bytes(const struct object *o, unsigned field);
/* Address of a member; 0 when absent. */
uint64_t object_at(const struct object *o, unsigned field);
/* Read one field straight from memory. */
enum read_status field_read(struct target *t, const struct fields *f, unsigned field, uint64_t address,
			    uint64_t *value);

/* Size of a structure by name (alternatives by '|'), 0 when unknown; offset of a member, false when unknown.
 */
uint64_t size_of(struct target *t, const char *type);
bool offset_of(struct target *t, const char *type, const char *member, uint64_t *offset);

#endif
