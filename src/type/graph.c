/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/hash.h"
#include "base/vec.h"
#include "type/type.h"

#define STRIP_MAX 64 /* typedefs and qualifiers in a row: more is a loop */
#define KINDS     (TYPE_FUNCTION + 1)

/* Integers that exist without any source, in the order of builtin_names. */
enum { BUILTINS = 13 };

struct types {
	struct arena *arena;
	uint8_t word_size;
	enum byte_order order;
	VEC(struct type_source *) sources;
	struct str_map found[KINDS]; /* name -> struct type *, 0 where no source knows it */
	struct str_map symbols;
	struct num_map pointers; /* struct type * -> pointer to it */
	struct num_map arrays;   /* hash of element and count -> newest struct array_link */
	struct type void_type;
	struct type builtin[BUILTINS];
};

struct array_link {
	struct type type;
	struct array_link *next;
};

/* A function that no source gave. */
struct function {
	struct type type;
	const struct type_parameter *list;
	size_t n;
};

/*
 * GCC's spelling of the integers in DWARF and BTF, and C's (which is also what
 * gdb prints). Sizes: 0 stands for the target's word.
 */
static const struct {
	const char *c, *gcc;
	uint8_t size;
	bool is_signed;
} integers[BUILTINS] = {
	{"char", "char", 1, true},
	{"signed char", "signed char", 1, true},
	{"unsigned char", "unsigned char", 1, false},
	{"short", "short int", 2, true},
	{"unsigned short", "short unsigned int", 2, false},
	{"int", "int", 4, true},
	{"unsigned int", "unsigned int", 4, false},
	{"long", "long int", 0, true},
	{"unsigned long", "long unsigned int", 0, false},
	{"long long", "long long int", 8, true},
	{"unsigned long long", "long long unsigned int", 8, false},
	{"_Bool", "_Bool", 1, false},
	{"unsigned __int128", "__int128 unsigned", 16, false},
};

const char *type_integer_name(const char *name)
{
	/* the last one stays as it is: gdb does not know better */
	for (size_t i = 0; name && i < BUILTINS - 1; i++) {
		if (strcmp(integers[i].gcc, name) == 0)
			return integers[i].c;
	}
	return name;
}

struct types *types_new(struct arena *a, uint8_t word_size, enum byte_order order)
{
	struct types *ts = arena_new(a, struct types);

	ts->arena = a;
	ts->word_size = word_size;
	ts->order = order;
	ts->void_type.kind = TYPE_VOID;
	for (size_t i = 0; i < BUILTINS; i++) {
		struct type *t = &ts->builtin[i];

		t->kind = TYPE_INT;
		t->name = integers[i].c;
		t->size = integers[i].size ? integers[i].size : word_size;
		t->is_signed = integers[i].is_signed;
		t->is_bool = strcmp(t->name, "_Bool") == 0;
		t->is_char = t->size == 1 && !t->is_bool;
	}
	return ts;
}

/* What was unknown may be known now, and a declaration may have found its definition, or lost it. */
static void forget_lookups(struct types *ts)
{
	memset(ts->found, 0, sizeof(ts->found));
	memset(&ts->symbols, 0, sizeof(ts->symbols));
}

void types_add(struct types *ts, struct type_source *s)
{
	*vec_push(ts->arena, &ts->sources) = s;
	forget_lookups(ts);
}

void types_remove(struct types *ts, const struct type_source *s)
{
	size_t n = 0;

	for (size_t i = 0; i < ts->sources.n; i++)
		if (ts->sources.items[i] != s)
			ts->sources.items[n++] = ts->sources.items[i];
	ts->sources.n = n;
	forget_lookups(ts);
}

size_t types_sources(const struct types *ts, struct type_source *const **sources)
{
	if (sources)
		*sources = ts->sources.items;
	return ts->sources.n;
}

uint8_t types_word_size(const struct types *ts)
{
	return ts->word_size;
}

enum byte_order types_order(const struct types *ts)
{
	return ts->order;
}

static const struct type *find_in_sources(struct types *ts, enum type_kind kind, const char *name)
{
	const struct type *declared = NULL;

	for (size_t i = 0; i < ts->sources.n; i++) {
		struct type_source *s = ts->sources.items[i];
		const struct type *t = s->ops->find ? s->ops->find(s, kind, name) : NULL;

		if (t && !t->incomplete)
			return t;
		if (t && !declared)
			declared = t;
	}
	return declared;
}

static const struct type *find_integer(struct types *ts, const char *name)
{
	size_t i;

	for (i = 0; i < BUILTINS; i++) {
		if (strcmp(integers[i].c, name) == 0 || strcmp(integers[i].gcc, name) == 0)
			break;
	}
	if (i == BUILTINS)
		return find_in_sources(ts, TYPE_INT, name);
	/* only whether char is signed depends on the target's compiler: the others need no source */
	if (i == 0 || ts->builtin[i].size == 16) {
		const struct type *t = find_in_sources(ts, TYPE_INT, integers[i].gcc);

		if (t)
			return t;
	}
	return &ts->builtin[i];
}

const struct type *type_find(struct types *ts, enum type_kind kind, const char *name)
{
	const struct type *t;
	uint64_t known;

	if (!name || !*name || (unsigned)kind >= KINDS)
		return NULL;
	if (str_map_get(&ts->found[kind], name, &known))
		return (const struct type *)(uintptr_t)known;
	switch (kind) {
	case TYPE_VOID: return strcmp(name, "void") == 0 ? &ts->void_type : NULL;
	case TYPE_INT: t = find_integer(ts, name); break;
	case TYPE_POINTER:
	case TYPE_ARRAY:
	case TYPE_QUALIFIER: return NULL;
	default: t = find_in_sources(ts, kind, name); break;
	}
	str_map_put(ts->arena, &ts->found[kind], arena_strdup(ts->arena, name), (uintptr_t)t);
	return t;
}

const struct type *type_find_any(struct types *ts, const char *name)
{
	static const enum type_kind order[] = {TYPE_STRUCT,  TYPE_UNION, TYPE_ENUM,
					       TYPE_TYPEDEF, TYPE_INT,   TYPE_FLOAT};
	const struct type *declared = NULL;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct type *t = type_find(ts, order[i], name);

		if (t && !t->incomplete)
			return t;
		if (t && !declared)
			declared = t;
	}
	return declared;
}

const struct type *type_of_symbol(struct types *ts, const char *name)
{
	const struct type *t = NULL;
	uint64_t known;

	if (!name || !*name)
		return NULL;
	if (str_map_get(&ts->symbols, name, &known))
		return (const struct type *)(uintptr_t)known;
	for (size_t i = 0; i < ts->sources.n && !t; i++) {
		struct type_source *s = ts->sources.items[i];

		t = s->ops->symbol ? s->ops->symbol(s, name) : NULL;
	}
	str_map_put(ts->arena, &ts->symbols, arena_strdup(ts->arena, name), (uintptr_t)t);
	return t;
}

bool type_find_enumerator(struct types *ts, const char *name, int64_t *value, const struct type **type)
{
	for (size_t i = 0; i < ts->sources.n; i++) {
		struct type_source *s = ts->sources.items[i];

		if (s->ops->enumerator && s->ops->enumerator(s, name, value, type))
			return true;
	}
	return false;
}

void types_each_prefix(struct types *ts, const char *prefix, unsigned kinds, type_name_fn *fn, void *context)
{
	struct type_source *const *sources;
	size_t n = types_sources(ts, &sources);

	for (size_t i = 0; i < n; i++) {
		const struct type_source_ops *ops = sources[i]->ops;

		if (ops->each_name && !ops->each_name(sources[i], prefix, kinds, fn, context))
			return;
	}
}

const struct type *type_pointer_to(struct types *ts, const struct type *t)
{
	struct type *pointer;
	uint64_t known;

	if (!t)
		t = &ts->void_type;
	if (num_map_get(&ts->pointers, (uintptr_t)t, &known))
		return (const struct type *)(uintptr_t)known;
	pointer = arena_new(ts->arena, struct type);
	pointer->kind = TYPE_POINTER;
	pointer->size = ts->word_size;
	pointer->target = t;
	num_map_put(ts->arena, &ts->pointers, (uintptr_t)t, (uintptr_t)pointer);
	return pointer;
}

const struct type *type_array_of(struct types *ts, const struct type *t, uint64_t count)
{
	uint64_t key = hash_u64((uintptr_t)t) ^ count, known = 0;
	struct array_link *link;

	if (num_map_get(&ts->arrays, key, &known)) {
		for (link = (struct array_link *)(uintptr_t)known; link; link = link->next) {
			if (link->type.target == t && link->type.count == count)
				return &link->type;
		}
	}
	link = arena_new(ts->arena, struct array_link);
	link->type.kind = TYPE_ARRAY;
	link->type.target = t;
	link->type.count = count;
	link->type.incomplete = count == 0;
	link->next = (struct array_link *)(uintptr_t)known;
	num_map_put(ts->arena, &ts->arrays, key, (uintptr_t)link);
	return &link->type;
}

/* Not kept apart: two that are alike may be two types. */
const struct type *type_qualified(struct types *ts, const struct type *t, uint8_t qualifiers)
{
	struct type *qualified = arena_new(ts->arena, struct type);

	qualified->kind = TYPE_QUALIFIER;
	qualified->qualifiers = qualifiers;
	qualified->target = t;
	return qualified;
}

const struct type *type_function_of(struct types *ts, const struct type *returns,
				    const struct type_parameter *list, size_t n, bool variadic)
{
	struct function *f = arena_new(ts->arena, struct function);

	f->type.kind = TYPE_FUNCTION;
	f->type.target = returns;
	f->type.variadic = variadic;
	f->list = arena_copy(ts->arena, list, n * sizeof(*list));
	f->n = n;
	return &f->type;
}

const struct type *type_void(struct types *ts)
{
	return &ts->void_type;
}

const struct type *type_integer(struct types *ts, uint8_t size, bool is_signed)
{
	/* C's choice for a size: int before long, long before long long; characters are not "char" */
	static const uint8_t preferred[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12};

	for (size_t i = 0; i < sizeof(preferred); i++) {
		const struct type *t = &ts->builtin[preferred[i]];

		if (t->size == size && t->is_signed == is_signed)
			return t;
	}
	return is_signed ? &ts->builtin[5] : &ts->builtin[6];
}

const struct type *type_strip(struct types *ts, const struct type *t)
{
	for (int i = 0; t && i < STRIP_MAX; i++) {
		if (t->kind == TYPE_TYPEDEF || t->kind == TYPE_QUALIFIER) {
			t = t->target;
			continue;
		}
		if (t->incomplete && t->name &&
		    (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM)) {
			const struct type *definition = type_find(ts, t->kind, t->name);

			return definition && !definition->incomplete ? definition : t;
		}
		return t;
	}
	return &ts->void_type;
}

uint64_t type_size(struct types *ts, const struct type *t)
{
	uint64_t elements = 1;

	for (int i = 0; i < STRIP_MAX; i++) {
		uint64_t size;

		t = type_strip(ts, t);
		if (t->kind == TYPE_ARRAY) {
			if (__builtin_mul_overflow(elements, t->count, &elements))
				return 0;
			t = t->target;
			continue;
		}
		size = t->kind == TYPE_POINTER && !t->size ? ts->word_size : t->size;
		return __builtin_mul_overflow(elements, size, &size) ? 0 : size;
	}
	return 0;
}

const char *type_source_name(const struct type *t)
{
	for (int i = 0; t && i < STRIP_MAX; i++, t = t->target) {
		if (t->source)
			return t->source->ops->name;
	}
	return "built in";
}

bool type_members(struct types *ts, const struct type *t, const struct type_member **list, size_t *n)
{
	t = type_strip(ts, t);
	*list = NULL;
	*n = 0;
	if ((t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || t->incomplete || !t->source ||
	    !t->source->ops->members)
		return false;
	return t->source->ops->members(t->source, t, list, n);
}

bool type_enumerators(struct types *ts, const struct type *t, const struct type_enumerator **list, size_t *n)
{
	t = type_strip(ts, t);
	*list = NULL;
	*n = 0;
	if (t->kind != TYPE_ENUM || !t->source || !t->source->ops->enumerators)
		return false;
	return t->source->ops->enumerators(t->source, t, list, n);
}

bool type_parameters(struct types *ts, const struct type *t, const struct type_parameter **list, size_t *n)
{
	t = type_strip(ts, t);
	*list = NULL;
	*n = 0;
	if (t->kind != TYPE_FUNCTION)
		return false;
	if (!t->source) {
		const struct function *f = (const struct function *)t;

		*list = f->list;
		*n = f->n;
		return true;
	}
	if (!t->source->ops->parameters)
		return false;
	return t->source->ops->parameters(t->source, t, list, n);
}
