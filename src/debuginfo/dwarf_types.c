/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DWARF as a producer of types. */
#include <string.h>

#include "debuginfo/dwarf_index.h"
#include "debuginfo/dwarf_make.h"

static const struct type *make_at(struct dwarf_types *ts, const struct index_entry *entry)
{
	Dwarf_Die die;

	return entry && dwarf_offdie(ts->d->dw, entry->offset, &die) ? dwarf_make(ts, &die) : NULL;
}

static const struct index_entry *entry_of(struct type_source *s, enum index_kind kind, const char *name)
{
	struct dwarf_types *ts = s->data;

	return dwarf_index_find(dwarf_index(ts->d), kind, name);
}

static const struct type *find(struct type_source *s, enum type_kind kind, const char *name)
{
	const struct type *t;

	switch (kind) {
	case TYPE_STRUCT: return make_at(s->data, entry_of(s, INDEX_STRUCT, name));
	case TYPE_UNION: return make_at(s->data, entry_of(s, INDEX_UNION, name));
	case TYPE_ENUM: return make_at(s->data, entry_of(s, INDEX_ENUM, name));
	case TYPE_TYPEDEF: return make_at(s->data, entry_of(s, INDEX_TYPEDEF, name));
	case TYPE_FUNCTION: return make_at(s->data, entry_of(s, INDEX_FUNCTION, name));
	case TYPE_INT:
	case TYPE_FLOAT:
		t = make_at(s->data, entry_of(s, INDEX_BASE, type_integer_name(name)));
		return t && t->kind == kind ? t : NULL;
	default: return NULL;
	}
}

static const struct type *symbol(struct type_source *s, const char *name)
{
	const struct index_entry *variable = entry_of(s, INDEX_VARIABLE, name);
	struct dwarf_types *ts = s->data;
	Dwarf_Die die;

	if (variable && dwarf_offdie(ts->d->dw, variable->offset, &die))
		return dwarf_make_type_of(ts, &die);
	return make_at(ts, entry_of(s, INDEX_FUNCTION, name));
}

static bool members(struct type_source *s, const struct type *t, const struct type_member **list, size_t *n)
{
	const void *items;

	if ((t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || !dwarf_make_list(s->data, t, &items, n))
		return false;
	*list = items;
	return true;
}

static bool enumerators(struct type_source *s, const struct type *t, const struct type_enumerator **list,
			size_t *n)
{
	const void *items;

	if (t->kind != TYPE_ENUM || !dwarf_make_list(s->data, t, &items, n))
		return false;
	*list = items;
	return true;
}

static bool parameters(struct type_source *s, const struct type *t, const struct type_parameter **list,
		       size_t *n)
{
	const void *items;

	if (t->kind != TYPE_FUNCTION || !dwarf_make_list(s->data, t, &items, n))
		return false;
	*list = items;
	return true;
}

static bool enumerator(struct type_source *s, const char *name, int64_t *value, const struct type **type)
{
	const struct type *t = make_at(s->data, entry_of(s, INDEX_ENUMERATOR, name));
	const struct type_enumerator *list;
	size_t n;

	if (!t || !enumerators(s, t, &list, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) != 0)
			continue;
		*value = list[i].value;
		if (type)
			*type = t;
		return true;
	}
	return false;
}

static void each(struct type_source *s, bool (*fn)(void *context, const struct type *t), void *context)
{
	struct dwarf_types *ts = s->data;
	struct dwarf_index *x = dwarf_index(ts->d);

	for (int kind = INDEX_STRUCT; kind <= INDEX_BASE; kind++) {
		const struct str_map *names = dwarf_index_names(x, (enum index_kind)kind);

		for (size_t i = 0; i < names->capacity; i++) {
			const struct type *t;

			if (!names->slots[i].key)
				continue;
			t = make_at(ts, (const struct index_entry *)(uintptr_t)names->slots[i].value);
			if (t && !fn(context, t))
				return;
		}
	}
}

static const struct type_source_ops ops = {
	.name = "DWARF",
	.find = find,
	.members = members,
	.enumerators = enumerators,
	.parameters = parameters,
	.symbol = symbol,
	.enumerator = enumerator,
	.each = each,
};

struct type_source *dwarf_types(struct dwarf *d, struct arena *a, const char *label)
{
	struct dwarf_types *ts = arena_new(a, struct dwarf_types);

	ts->source = (struct type_source){.ops = &ops, .label = label, .data = ts};
	ts->d = d;
	ts->arena = a;
	ts->void_type = (struct type){.kind = TYPE_VOID, .source = &ts->source};
	return &ts->source;
}
