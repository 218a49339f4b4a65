/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures for tests, written as text: "task_struct 64 { 0 int pid; 8 long state; 16:3:2 int flag; 24
 * char[16] comm; 40 list_head tasks; 56 * next }". Numbers are decimal bytes, or byte:bit:bits for a
 * bit-field. "*" is a pointer. A structure must stand before what contains it.
 */
#ifndef TESTS_UNIT_FAKE_TYPES_H
#define TESTS_UNIT_FAKE_TYPES_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "type/type.h"

struct fake_struct {
	struct type type;
	VEC(struct type_member) members;
};

struct fake_types {
	struct type_source source;
	struct arena *arena;
	struct types *types;
	struct fake_struct *structs[32];
	size_t n;
};

static const struct type *fake_find(struct type_source *s, enum type_kind kind, const char *name)
{
	struct fake_types *f = s->data;

	for (size_t i = 0; i < f->n; i++)
		if (f->structs[i]->type.kind == kind && strcmp(f->structs[i]->type.name, name) == 0)
			return &f->structs[i]->type;
	return NULL;
}

static bool fake_members(struct type_source *s, const struct type *t, const struct type_member **list,
			 size_t *n)
{
	struct fake_types *f = s->data;

	*list = f->structs[t->id]->members.items;
	*n = f->structs[t->id]->members.n;
	return true;
}

static bool fake_enumerators(struct type_source *s, const struct type *t, const struct type_enumerator **list,
			     size_t *n)
{
	(void)s, (void)t, (void)list;
	*n = 0;
	return false;
}

static bool fake_parameters(struct type_source *s, const struct type *t, const struct type_parameter **list,
			    size_t *n)
{
	(void)s, (void)t, (void)list;
	*n = 0;
	return false;
}

static const struct type *fake_symbol(struct type_source *s, const char *name)
{
	(void)s, (void)name;
	return NULL;
}

static const struct type *fake_member_type(struct fake_types *f, const char *word)
{
	const char *bracket = strchr(word, '[');
	char name[64];
	const struct type *t;

	snprintf(name, sizeof name, "%.*s", bracket ? (int)(bracket - word) : 63, word);
	if (strcmp(name, "*") == 0)
		t = type_pointer_to(f->types, type_void(f->types));
	else if (strcmp(name, "char") == 0)
		t = type_integer(f->types, 1, true);
	else if (strcmp(name, "int") == 0)
		t = type_integer(f->types, 4, true);
	else if (strcmp(name, "unsigned") == 0)
		t = type_integer(f->types, 4, false);
	else if (strcmp(name, "long") == 0)
		t = type_integer(f->types, types_word_size(f->types), true);
	else if (strcmp(name, "u64") == 0)
		t = type_integer(f->types, 8, false);
	else
		t = fake_find(&f->source, TYPE_STRUCT, name);
	return t && bracket ? type_array_of(f->types, t, strtoull(bracket + 1, NULL, 10)) : t;
}

__attribute__((unused)) static void fake_types_add(struct fake_types *f, const char *text)
{
	char *copy = arena_strdup(f->arena, text), *at = copy, *line;
	char *name = strsep(&at, " "), *size = strsep(&at, " ");
	struct fake_struct *s = arena_new(f->arena, struct fake_struct);

	s->type = (struct type){.kind = TYPE_STRUCT,
				.name = name,
				.size = strtoull(size, NULL, 10),
				.source = &f->source,
				.id = f->n};
	at = strchr(at, '{') + 1;
	while ((line = strsep(&at, ";}"))) {
		char where[32], type[64], member[64];
		struct type_member *m;
		char *colon;

		if (sscanf(line, "%31s %63s %63s", where, type, member) != 3)
			continue;
		m = vec_push(f->arena, &s->members);
		*m = (struct type_member){.name = arena_strdup(f->arena, member),
					  .type = fake_member_type(f, type)};
		m->bit_offset = strtoull(where, &colon, 10) * 8;
		if (*colon) {
			m->bit_offset += strtoull(colon + 1, &colon, 10);
			m->bit_size = (uint32_t)strtoull(colon + 1, NULL, 10);
		}
	}
	f->structs[f->n++] = s;
}

__attribute__((unused)) static void fake_types_init(struct fake_types *f, struct arena *a,
						    struct types *types)
{
	static const struct type_source_ops ops = {
		.name = "fake",
		.find = fake_find,
		.members = fake_members,
		.enumerators = fake_enumerators,
		.parameters = fake_parameters,
		.symbol = fake_symbol,
	};

	*f = (struct fake_types){.source = {.ops = &ops, .label = "test"}, .arena = a, .types = types};
	f->source.data = f;
	types_add(types, &f->source);
}

#endif
