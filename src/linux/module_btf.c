/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/module_btf.h"

#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "debuginfo/btf.h"
#include "linux/fields.h"
#include "linux/list.h"

enum { ENTRY_LIST, ENTRY_BTF, N_ENTRY };
static const char *const entry_names[N_ENTRY] = {[ENTRY_LIST] = "list", [ENTRY_BTF] = "btf"};

enum { BTF_DATA, BTF_SIZE, BTF_NAME, N_BTF };
static const char *const btf_names[N_BTF] = {
	[BTF_DATA] = "data", [BTF_SIZE] = "data_size", [BTF_NAME] = "name"};

/* Modules' own types are small: the kernel's are the base. */
enum { LARGEST = 16 << 20, LONGEST_NAME = 64 };

struct split {
	struct kernel *kernel;
	struct type_source *base;
	bool loaded;
	VEC(struct type_source *) sources;
};

static bool load_one(void *context, uint64_t entry)
{
	struct split *s = context;
	struct kernel *k = s->kernel;
	struct target *t = k->target;
	struct fields ef, bf;
	struct object o;
	struct type_source *source;
	uint64_t btf, size;
	char name[LONGEST_NAME];
	uint8_t *data;

	if (!fields_resolve(t, &ef, "btf_module", entry_names, N_ENTRY) ||
	    !fields_resolve(t, &bf, "btf", btf_names, N_BTF) ||
	    field_read(t, &ef, ENTRY_BTF, entry, &btf) != READ_OK || !btf)
		return true;
	object_read(t, k->arena, &bf, btf, &o);
	size = object_get(&o, t, BTF_SIZE, 0);
	if (!size || size > LARGEST)
		return true;
	data = arena_alloc(k->arena, (size_t)size);
	if (target_read(t, object_get(&o, t, BTF_DATA, 0), data, (size_t)size) != READ_OK)
		return true;
	if (target_read_string(t, object_at(&o, BTF_NAME), name, sizeof(name)) != READ_OK)
		strcpy(name, "module");
	source =
		btf_source(k->arena, data, (size_t)size, t->word_size, s->base, arena_strdup(k->arena, name));
	if (source)
		*vec_push(k->arena, &s->sources) = source;
	return true;
}

static void load(struct split *s)
{
	struct target *t = s->kernel->target;
	struct fields f;
	uint64_t head;

	if (s->loaded)
		return;
	/* first of all: the structures used here are looked up in the same graph */
	s->loaded = true;
	if (target_symbol(t, "btf_modules", &head) &&
	    fields_resolve(t, &f, "btf_module", entry_names, N_ENTRY) && f.list[ENTRY_LIST].there)
		list_walk(t, head, f.list[ENTRY_LIST].offset, load_one, s);
	fail_clear();
}

static const struct type *find(struct type_source *source, enum type_kind kind, const char *name)
{
	struct split *s = source->data;
	const struct type *declared = NULL;

	load(s);
	for (size_t i = 0; i < s->sources.n; i++) {
		const struct type *t = s->sources.items[i]->ops->find(s->sources.items[i], kind, name);

		if (t && !t->incomplete)
			return t;
		if (t)
			declared = t;
	}
	return declared;
}

static const struct type *symbol(struct type_source *source, const char *name)
{
	struct split *s = source->data;

	load(s);
	for (size_t i = 0; i < s->sources.n; i++) {
		const struct type_source_ops *ops = s->sources.items[i]->ops;
		const struct type *t = ops->symbol ? ops->symbol(s->sources.items[i], name) : NULL;

		if (t)
			return t;
	}
	return NULL;
}

static bool enumerator(struct type_source *source, const char *name, int64_t *value, const struct type **type)
{
	struct split *s = source->data;

	load(s);
	for (size_t i = 0; i < s->sources.n; i++) {
		const struct type_source_ops *ops = s->sources.items[i]->ops;

		if (ops->enumerator && ops->enumerator(s->sources.items[i], name, value, type))
			return true;
	}
	return false;
}

struct relay {
	bool (*fn)(void *context, const struct type *t);
	void *context;
	bool stopped;
};

static bool pass_on(void *context, const struct type *t)
{
	struct relay *r = context;

	r->stopped = !r->fn(r->context, t);
	return !r->stopped;
}

static void each(struct type_source *source, bool (*fn)(void *context, const struct type *t), void *context)
{
	struct split *s = source->data;
	struct relay r = {fn, context, false};

	load(s);
	for (size_t i = 0; i < s->sources.n && !r.stopped; i++)
		s->sources.items[i]->ops->each(s->sources.items[i], pass_on, &r);
}

/* Types come with their own source, which answers for their members. */
static const struct type_source_ops split_ops = {
	.name = "modules' BTF",
	.find = find,
	.symbol = symbol,
	.enumerator = enumerator,
	.each = each,
};

void module_btf_add(struct kernel *k)
{
	struct target *t = k->target;
	struct type_source *const *list;
	struct type_source *source;
	struct split *s;
	size_t n = types_sources(t->types, &list);
	uint64_t head;

	if (!target_symbol(t, "btf_modules", &head))
		return;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i]->ops->name, "BTF") != 0)
			continue;
		s = arena_new(k->arena, struct split);
		s->kernel = k;
		s->base = list[i];
		source = arena_new(k->arena, struct type_source);
		*source = (struct type_source){.ops = &split_ops, .label = "modules", .data = s};
		types_add(t->types, source);
		return;
	}
}
