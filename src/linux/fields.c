/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members by name: resolving them, and reading objects of the dead kernel by them. */
#include "linux/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum {
	/* No field that is read by its span lies farther into a structure: types are hostile input too. */
	SPAN_MAX = 1 << 20,
	NAME_MAX_LENGTH = 256,
};

/* Copy the next of the alternatives "a|b|c" at *@rest; false at the end. */
static bool next_alternative(const char **rest, char *name, size_t size)
{
	size_t n;

	if (!*rest || !**rest)
		return false;
	n = strcspn(*rest, "|");
	if (n >= size)
		return false;
	memcpy(name, *rest, n);
	name[n] = 0;
	*rest += n;
	if (**rest == '|')
		++*rest;
	return true;
}

static const struct type *find_type(struct target *t, const char *names, char *found)
{
	const char *rest = names;

	while (next_alternative(&rest, found, NAME_MAX_LENGTH)) {
		const struct type *type = type_find_any(t->types, found);

		if (!type)
			continue;
		type = type_strip(t->types, type);
		if (!type->incomplete)
			return type;
	}
	return NULL;
}

/* Translate a place into bytes and, for a bit-field, the bits in them. */
static bool place_field(struct target *t, const struct type_place *place, struct field *field)
{
	const struct type *type = type_strip(t->types, place->type);
	uint64_t start = place->bit_offset / 8;
	uint64_t size = type_size(t->types, place->type);

	if (place->bit_size) {
		unsigned before = place->bit_offset % 8;
		unsigned bytes = (before + place->bit_size + 7) / 8;

		if (bytes > 8)
			return false;
		size = bytes;
		field->bit_size = (uint8_t)place->bit_size;
		/* Bits are counted as the target counts them: from the most significant on big-endian ones.
		 */
		field->bit_shift =
			(uint8_t)(t->order == ORDER_BIG ? bytes * 8 - before - place->bit_size : before);
	}
	if (start + size > SPAN_MAX || start + size < start)
		return false;
	field->there = true;
	field->offset = (uint32_t)start;
	field->size = (uint32_t)size;
	field->type = place->type;
	field->is_signed = (type->kind == TYPE_INT || type->kind == TYPE_ENUM) && type->is_signed;
	return true;
}

bool fields_resolve(struct target *t, struct fields *f, const char *type, const char *const *names, size_t n)
{
	char name[NAME_MAX_LENGTH];

	memset(f, 0, sizeof *f);
	if (n > FIELDS_MAX)
		n = FIELDS_MAX;
	f->n = n;
	f->list = arena_new_n(t->arena, n, struct field);
	for (size_t i = 0; i < n; i++)
		f->list[i].name = names[i];
	f->type = find_type(t, type, name);
	if (!f->type) {
		f->type_name = type;
		return fail("the type of struct %s is not known", type);
	}
	f->type_name = arena_strdup(t->arena, name);
	f->size = type_size(t->types, f->type);
	f->first = SPAN_MAX;
	for (size_t i = 0; i < n; i++) {
		struct field *field = &f->list[i];
		const char *rest = names[i];

		while (!field->there && next_alternative(&rest, name, sizeof name)) {
			struct type_place place;

			if (type_path(t->types, f->type, name, &place) && place_field(t, &place, field))
				field->name = arena_strdup(t->arena, name);
		}
		if (!field->there || !field->size)
			continue;
		if (field->offset < f->first)
			f->first = field->offset;
		if (field->offset + field->size > f->end)
			f->end = field->offset + field->size;
	}
	fail_clear();
	if (f->first > f->end)
		f->first = f->end;
	for (size_t i = 0; i < n; i++)
		f->list[i].at = f->list[i].there ? f->list[i].offset - f->first : 0;
	f->data_size = f->end - f->first;
	return true;
}

void fields_pack(struct fields *f)
{
	uint32_t at = 0;

	f->packed = true;
	for (size_t i = 0; i < f->n; i++) {
		if (!f->list[i].there)
			continue;
		f->list[i].at = at;
		at += f->list[i].size;
	}
	f->data_size = at;
}

void object_read(struct target *t, struct arena *a, const struct fields *f, uint64_t address,
		 struct object *o)
{
	size_t span = f->end - f->first;
	size_t valid = 0;
	uint8_t *bytes;

	*o = (struct object){.fields = f, .address = address};
	if (!span)
		return;
	o->data = arena_zalloc(a, f->data_size);
	bytes = f->packed ? xmalloc(span) : o->data;
	o->status = target_read_some(t, NULL, address + f->first, bytes, span, &valid);
	for (size_t i = 0; i < f->n; i++) {
		const struct field *field = &f->list[i];
		uint32_t start = field->offset - f->first;

		if (!field->there || !field->size)
			continue;
		/* Behind a page that is missing, the rest may be there. */
		if (start + field->size > valid &&
		    target_read(t, address + field->offset, bytes + start, field->size) != READ_OK)
			continue;
		o->have |= 1ULL << i;
		if (f->packed)
			memcpy(o->data + field->at, bytes + start, field->size);
	}
	if (f->packed)
		free(bytes);
}

/* The bytes of a field that was read; else NULL and *@status says why not. */
static const uint8_t *object_field(const struct object *o, unsigned i, enum read_status *status)
{
	*status = READ_ERROR;
	if (!o->fields || !fields_has(o->fields, i))
		return NULL;
	if (!(o->have >> i & 1)) {
		*status = o->status != READ_OK ? o->status : READ_ERROR;
		return NULL;
	}
	*status = READ_OK;
	return o->data + o->fields->list[i].at;
}

static uint64_t field_value(const struct field *field, const uint8_t *bytes, enum byte_order order)
{
	uint64_t value = get_uint(bytes, field->size, order);

	if (field->bit_size && field->bit_size < 64)
		value = value >> field->bit_shift & ((1ULL << field->bit_size) - 1);
	return value;
}

/* Only numbers: structures and arrays beyond a word are no integers. */
static bool field_is_number(const struct field *field)
{
	return field->size >= 1 && field->size <= 8;
}

enum read_status object_uint(const struct object *o, struct target *t, unsigned field, uint64_t *value)
{
	enum read_status status;
	const uint8_t *bytes = object_field(o, field, &status);

	if (!bytes)
		return status;
	if (!field_is_number(&o->fields->list[field]))
		return READ_ERROR;
	*value = field_value(&o->fields->list[field], bytes, t->order);
	return READ_OK;
}

enum read_status object_int(const struct object *o, struct target *t, unsigned field, int64_t *value)
{
	const struct field *place;
	uint64_t number = 0;
	enum read_status status = object_uint(o, t, field, &number);

	if (status != READ_OK)
		return status;
	place = &o->fields->list[field];
	if (place->is_signed)
		*value = sign_extend(number, place->bit_size ? place->bit_size : place->size * 8);
	else
		*value = (int64_t)number;
	return READ_OK;
}

uint64_t object_get(const struct object *o, struct target *t, unsigned field, uint64_t otherwise)
{
	uint64_t value = 0;

	return object_uint(o, t, field, &value) == READ_OK ? value : otherwise;
}

const uint8_t *object_bytes(const struct object *o, unsigned field)
{
	enum read_status status;

	return object_field(o, field, &status);
}

const char *object_string(const struct object *o, struct arena *a, unsigned field)
{
	const uint8_t *bytes = object_bytes(o, field);
	const uint8_t *end;
	size_t n;

	if (!bytes)
		return NULL;
	n = o->fields->list[field].size;
	end = memchr(bytes, 0, n);
	return arena_strndup(a, (const char *)bytes, end ? (size_t)(end - bytes) : n);
}

uint64_t object_at(const struct object *o, unsigned field)
{
	return o->fields && fields_has(o->fields, field) ? o->address + o->fields->list[field].offset : 0;
}

enum read_status field_read(struct target *t, const struct fields *f, unsigned field, uint64_t address,
			    uint64_t *value)
{
	const struct field *place;
	uint8_t bytes[8];
	enum read_status status;

	if (!fields_has(f, field) || !field_is_number(&f->list[field]))
		return READ_ERROR;
	place = &f->list[field];
	status = target_read(t, address + place->offset, bytes, place->size);
	if (status == READ_OK)
		*value = field_value(place, bytes, t->order);
	return status;
}

uint64_t size_of(struct target *t, const char *type)
{
	char name[NAME_MAX_LENGTH];
	const struct type *found = find_type(t, type, name);

	return found ? type_size(t->types, found) : 0;
}

bool offset_of(struct target *t, const char *type, const char *member, uint64_t *offset)
{
	char name[NAME_MAX_LENGTH];
	const struct type *found = find_type(t, type, name);
	const char *rest = member;

	while (found && next_alternative(&rest, name, sizeof name)) {
		struct type_place place;

		if (type_path(t->types, found, name, &place)) {
			*offset = place.bit_offset / 8;
			return true;
		}
	}
	fail_clear();
	return false;
}
