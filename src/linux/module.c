/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/module.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vec.h"
#include "linux/fields.h"
#include "linux/list.h"
#include "linux/module_symbols.h"
#include "linux/taint.h"

enum {
	MOD_LIST,
	MOD_NAME,
	MOD_STATE,
	MOD_TAINTS,
	MOD_VERSION,
	MOD_BUILD_ID,
	MOD_MEM,
	MOD_BASE,
	MOD_SIZE,
	MOD_INIT_BASE,
	MOD_INIT_SIZE,
	MOD_PERCPU,
	MOD_PERCPU_SIZE,
	N_MOD
};

/*
 * Where a module lies: one area per kind of memory since ac3b43283923 (v6.4),
 * struct module_layout since 7523e4dc5057 (v4.5), plain members before.
 */
static const char *const mod_names[N_MOD] = {
	[MOD_LIST] = "list",
	[MOD_NAME] = "name",
	[MOD_STATE] = "state",
	[MOD_TAINTS] = "taints",
	[MOD_VERSION] = "version",
	[MOD_BUILD_ID] = "build_id",
	[MOD_MEM] = "mem",
	[MOD_BASE] = "core_layout.base|module_core",
	[MOD_SIZE] = "core_layout.size|core_size",
	[MOD_INIT_BASE] = "init_layout.base|module_init",
	[MOD_INIT_SIZE] = "init_layout.size|init_size",
	[MOD_PERCPU] = "percpu",
	[MOD_PERCPU_SIZE] = "percpu_size",
};

enum { MEM_BASE, MEM_SIZE, N_MEM };
static const char *const mem_names[N_MEM] = {[MEM_BASE] = "base", [MEM_SIZE] = "size"};

/* A module larger than this is damage: modules live in 1.5 GB on x86_64 and less elsewhere. */
static const uint64_t largest_area = 1ULL << 31;

static void add_area(struct module *m, uint64_t base, uint64_t size)
{
	if (!base || !size || size > largest_area || m->n_areas == sizeof(m->areas) / sizeof(*m->areas))
		return;
	m->areas[m->n_areas++] = (struct symbol_area){.start = base, .end = base + size};
}

/* enum mod_mem_type, include/linux/module.h: text first; MOD_INIT_TEXT and later are freed after loading. */
static void read_memory_areas(struct kernel *k, const struct object *o, struct module *m)
{
	struct target *t = k->target;
	const struct field *mem = &o->fields->list[MOD_MEM];
	const struct type *array = type_strip(t->types, mem->type);
	uint64_t at = object_at(o, MOD_MEM), element;
	struct fields f;

	if (array->kind != TYPE_ARRAY || !fields_resolve(t, &f, "module_memory", mem_names, N_MEM))
		return;
	element = type_size(t->types, array->target);
	for (uint64_t i = 0; i < array->count && i < 8; i++) {
		struct object area;
		uint64_t base, size;

		object_read(t, k->arena, &f, at + i * element, &area);
		base = object_get(&area, t, MEM_BASE, 0);
		size = object_get(&area, t, MEM_SIZE, 0);
		if (i == 0)
			m->base = base;
		m->size += size;
		add_area(m, base, size);
	}
}

static const char *state_name(uint64_t state)
{
	static const char *const names[] = {"live", "coming", "going", "unformed"};

	return state < 4 ? names[state] : "unknown";
}

/* A kernel without CONFIG_STACKTRACE_BUILD_ID leaves it all zeros. */
static bool is_set(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i])
			return true;
	return false;
}

static void read_module(struct kernel *k, const struct fields *f, uint64_t address, struct module *m)
{
	struct target *t = k->target;
	struct object o;
	uint64_t value;
	char version[64];

	*m = (struct module){.address = address};
	object_read(t, k->arena, f, address, &o);
	m->status = o.status;
	m->name = object_string(&o, k->arena, MOD_NAME);
	if (!m->name || !*m->name)
		m->name = "?";
	m->state = state_name(object_get(&o, t, MOD_STATE, 4));
	m->taints = taint_letters(k, k->arena, object_get(&o, t, MOD_TAINTS, 0), true);
	if (object_uint(&o, t, MOD_VERSION, &value) == READ_OK && value &&
	    target_read_string(t, value, version, sizeof(version)) == READ_OK)
		m->version = arena_strdup(k->arena, version);
	m->percpu = object_get(&o, t, MOD_PERCPU, 0);
	m->percpu_size = object_get(&o, t, MOD_PERCPU_SIZE, 0);
	if (f->list[MOD_BUILD_ID].there) {
		uint8_t id[20];

		if (target_read(t, object_at(&o, MOD_BUILD_ID), id, sizeof(id)) == READ_OK &&
		    is_set(id, sizeof(id)))
			m->build_id = text_of_bytes(k->arena, id, sizeof(id));
	}
	if (f->list[MOD_MEM].there) {
		read_memory_areas(k, &o, m);
		return;
	}
	m->base = object_get(&o, t, MOD_BASE, 0);
	m->size = object_get(&o, t, MOD_SIZE, 0);
	add_area(m, m->base, m->size);
	add_area(m, object_get(&o, t, MOD_INIT_BASE, 0), object_get(&o, t, MOD_INIT_SIZE, 0));
}

struct collector {
	struct kernel *k;
	const struct fields *f;
	VEC(struct module) list;
};

static bool collect(void *context, uint64_t address)
{
	struct collector *c = context;
	struct module m;

	read_module(c->k, c->f, address, &m);
	/* a module being set up or torn down is in the list but not in use (MODULE_STATE_UNFORMED) */
	if (strcmp(m.state, "unformed") != 0)
		*vec_push(c->k->arena, &c->list) = m;
	return true;
}

static int by_base(const void *a, const void *b)
{
	const struct module *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

const struct modules *kernel_modules(struct kernel *k)
{
	struct target *t = k->target;
	struct collector c = {.k = k};
	struct fields f;
	uint64_t head;

	if (k->modules)
		return k->modules;
	if (!target_symbol(t, "modules", &head)) {
		fail("symbol modules is not known (a kernel without CONFIG_MODULES?)");
		return NULL;
	}
	if (!fields_resolve(t, &f, "module", mod_names, N_MOD))
		return NULL;
	if (!f.list[MOD_LIST].there) {
		fail("struct module has no member list");
		return NULL;
	}
	c.f = &f;
	k->modules = arena_new(k->arena, struct modules);
	if (!list_walk(t, head, f.list[MOD_LIST].offset, collect, &c))
		k->modules->why = arena_strdup(k->arena, fail_text());
	fail_clear();
	if (c.list.n)
		qsort(c.list.items, c.list.n, sizeof(*c.list.items), by_base);
	k->modules->list = c.list.items;
	k->modules->n = c.list.n;
	for (size_t i = 0; i < c.list.n; i++)
		module_symbols_add(k, &c.list.items[i]);
	return k->modules;
}

struct module *module_by_name(struct kernel *k, const char *name)
{
	const struct modules *all = kernel_modules(k);

	for (size_t i = 0; all && i < all->n; i++) {
		const char *a = all->list[i].name, *b = name;

		/* "-" in a file's name is "_" in the module's */
		while (*a && (*a == *b || (*a == '_' && *b == '-')))
			a++, b++;
		if (!*a && !*b)
			return &all->list[i];
	}
	return NULL;
}

struct module *module_at(struct kernel *k, uint64_t address)
{
	const struct modules *all = kernel_modules(k);

	for (size_t i = 0; all && i < all->n; i++)
		for (size_t j = 0; j < all->list[i].n_areas; j++)
			if (address >= all->list[i].areas[j].start && address < all->list[i].areas[j].end)
				return &all->list[i];
	return NULL;
}
