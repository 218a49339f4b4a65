/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DWARF as a producer of types. */
#include <dwarf.h>
#include <string.h>

#include "debuginfo/dwarf_index.h"
#include "debuginfo/dwarf_make.h"

static struct dwarf_types *types_of(struct type_source *s)
{
	return s->data;
}

/* A concrete instance of a function may lack parameters that the compiler found a way to do without. */
static void abstract(Dwarf_Die *function)
{
	Dwarf_Attribute attr;
	Dwarf_Die origin;

	if (dwarf_attr(function, DW_AT_abstract_origin, &attr) && dwarf_formref_die(&attr, &origin) &&
	    dwarf_tag(&origin) == DW_TAG_subprogram)
		*function = origin;
}

static const struct type *find_kind(struct type_source *s, enum type_name_kind kind, const char *name)
{
	struct dwarf_types *ts = types_of(s);
	Dwarf_Die die;

	if (!dwarf_index_find(ts->d, kind, name, &die))
		return NULL;
	if (kind == NAME_FUNCTION)
		abstract(&die);
	return dwarf_make(ts, &die);
}

static const struct type *find(struct type_source *s, enum type_kind kind, const char *name)
{
	const struct type *t;

	switch (kind) {
	case TYPE_STRUCT: return find_kind(s, NAME_STRUCT, name);
	case TYPE_UNION: return find_kind(s, NAME_UNION, name);
	case TYPE_ENUM: return find_kind(s, NAME_ENUM, name);
	case TYPE_TYPEDEF: return find_kind(s, NAME_TYPEDEF, name);
	case TYPE_FUNCTION: return find_kind(s, NAME_FUNCTION, name);
	case TYPE_INT:
	case TYPE_FLOAT:
		t = find_kind(s, NAME_BASE, type_integer_name(name));
		return t && t->kind == kind ? t : NULL;
	default: return NULL;
	}
}

static const struct type *symbol(struct type_source *s, const char *name)
{
	struct dwarf_types *ts = types_of(s);
	Dwarf_Die die;

	if (dwarf_index_find(ts->d, NAME_VARIABLE, name, &die))
		return dwarf_make_type_of(ts, &die);
	return find_kind(s, NAME_FUNCTION, name);
}

struct definitions {
	struct dwarf_types *ts;
	type_symbol_fn *fn;
	void *context;
	bool ended;
};

/* A variable that lies at an address for all: DW_OP_addr and nothing else. */
static bool fixed_address(Dwarf_Die *variable, uint64_t *address)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;

	if (!dwarf_attr(variable, DW_AT_location, &attr) || dwarf_getlocation(&attr, &ops, &n) != 0 || n != 1)
		return false;
	if (ops[0].atom == DW_OP_addr) {
		*address = ops[0].number;
		return true;
	}
	return (ops[0].atom == DW_OP_addrx || ops[0].atom == DW_OP_GNU_addr_index) &&
	       dwarf_getlocation_attr(&attr, &ops[0], &attr) == 0 && dwarf_formaddr(&attr, address) == 0;
}

static bool take_definition(void *context, Dwarf_Die *die)
{
	struct definitions *list = context;
	struct dwarf_types *ts = list->ts;
	struct type_symbol found = {.is_function = dwarf_tag(die) == DW_TAG_subprogram};
	Dwarf_Die unit, origin;
	Dwarf_Attribute attr;

	found.has_address = found.is_function ? dwarf_entrypc(die, &found.address) == 0
					      : fixed_address(die, &found.address);
	found.address += ts->d->slide;
	if (elf_file_word_size(ts->d->elf) == 4)
		found.address &= UINT32_MAX;
	/* link-time optimisation gathers definitions in a unit of its own; what they come from names the file
	 */
	if (!dwarf_attr(die, DW_AT_abstract_origin, &attr) || !dwarf_formref_die(&attr, &origin))
		origin = *die;
	if (dwarf_diecu(&origin, &unit, NULL, NULL))
		found.file = dwarf_path(ts->d, &unit, dwarf_diename(&unit));
	if (found.is_function) {
		Dwarf_Die function = *die;

		abstract(&function);
		found.type = dwarf_make(ts, &function);
	} else {
		found.type = dwarf_make_type_of(ts, die);
	}
	list->ended = !list->fn(list->context, &found);
	return !list->ended;
}

static void each_definition(struct type_source *s, const char *name, type_symbol_fn *fn, void *context)
{
	struct definitions list = {types_of(s), fn, context, false};

	dwarf_index_definitions(list.ts->d, NAME_VARIABLE, name, take_definition, &list);
	if (!list.ended)
		dwarf_index_definitions(list.ts->d, NAME_FUNCTION, name, take_definition, &list);
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
	const struct type *t = find_kind(s, NAME_ENUMERATOR, name);
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

struct each {
	struct type_source *source;
	bool (*fn)(void *context, const struct type *t);
	void *context;
};

static bool make_each(void *context, enum type_name_kind kind, const char *name)
{
	struct each *each = context;
	const struct type *t = find_kind(each->source, kind, name);

	return !t || each->fn(each->context, t);
}

static void each(struct type_source *s, bool (*fn)(void *context, const struct type *t), void *context)
{
	struct each each = {s, fn, context};

	dwarf_index_each(types_of(s)->d, "",
			 1u << NAME_STRUCT | 1u << NAME_UNION | 1u << NAME_ENUM | 1u << NAME_TYPEDEF |
				 1u << NAME_BASE,
			 make_each, &each);
}

static bool each_name(struct type_source *s, const char *prefix, unsigned kinds, type_name_fn *fn,
		      void *context)
{
	return dwarf_index_each(types_of(s)->d, prefix, kinds, fn, context);
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
	.each_name = each_name,
	.each_definition = each_definition,
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
