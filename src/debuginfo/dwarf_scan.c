/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two thousand compile units repeat the same few thousand types: a worker tells
 * by the address of a name (one for all units, in .debug_str) whether it has it
 * already, without looking at the text.
 */
#include "debuginfo/dwarf_scan.h"

#include <dwarf.h>
#include <elf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "debuginfo/dwarf_unit.h"

enum {
	MOST_WORKERS = 64,
	ENUMERATIONS = 1 << 16,
	AROUND = 64 << 10, /* bytes that Linux maps around one that is touched */
	PIECE = 2 << 20,   /* bytes of units that a worker takes at once */
	/* Longer ones are no names of C: many that share one huge text would take for ever. */
	NAME_LIMIT = 1024,
};

/* An entry whose name is told by one of another unit. */
struct far_name {
	uint64_t where, origin;
};

struct slot {
	uint64_t key;   /* address of the name << 4 | kind; 0: free */
	uint64_t where; /* the best so far */
};

struct worker {
	struct arena arena, names;
	struct abbrev_table abbrevs;
	struct str_map
		texts; /* of names that do not lie in .debug_str: to the one address that stands for all */
	uint64_t *enumerations; /* hashes of the bytes of some that were read, ENUMERATIONS of them */
	struct slot *slots;
	size_t n, capacity;
	VEC(struct index_item) definitions; /* of variables and functions: each counts */
	VEC(struct far_name) far;
	VEC(uint64_t) units;
	struct index_item *items;
	size_t n_items;
};

struct scan {
	struct dwarf *d;
	struct unit_sections sections;
	pthread_mutex_t lock;
	uint64_t next; /* offset of the first unit that nobody has taken */
	struct worker workers[MOST_WORKERS];
};

static struct slot *slot_of(struct slot *slots, size_t capacity, uint64_t key)
{
	size_t i = (key * 0x9e3779b97f4a7c15ULL) >> 20 & (capacity - 1);

	while (slots[i].key && slots[i].key != key)
		i = (i + 1) & (capacity - 1);
	return &slots[i];
}

static void grow(struct worker *w)
{
	size_t capacity = w->capacity ? w->capacity * 2 : 1 << 14;
	struct slot *slots = xcalloc(capacity, sizeof(*slots));

	for (size_t i = 0; i < w->capacity; i++) {
		if (w->slots[i].key)
			*slot_of(slots, capacity, w->slots[i].key) = w->slots[i];
	}
	free(w->slots);
	w->slots = slots;
	w->capacity = capacity;
}

/* Note that @name is at @where. */
static void note(struct worker *w, const char *name, uint64_t where)
{
	uint64_t key = (uint64_t)(uintptr_t)name << 4 | where_kind(where);
	struct slot *slot;

	if (w->n >= w->capacity / 3 * 2)
		grow(w);
	slot = slot_of(w->slots, w->capacity, key);
	if (slot->key) {
		if (where < slot->where)
			slot->where = where;
		return;
	}
	*slot = (struct slot){key, where};
	w->n++;
}

/* The address that stands for all names of that text. */
static const char *address_of(struct worker *w, const struct entry *e)
{
	uint64_t known;

	if (!e->inline_name)
		return e->name;
	if (strnlen(e->name, NAME_LIMIT) == NAME_LIMIT)
		return NULL;
	if (!str_map_get(&w->texts, e->name, &known)) {
		/* a copy: the file's pages there are given back */
		char *copy = arena_strdup(&w->names, e->name);

		known = (uintptr_t)copy;
		str_map_put(&w->arena, &w->texts, copy, known);
	}
	return (const char *)(uintptr_t)known;
}

static uint64_t hash_of(const uint8_t *at, const uint8_t *end)
{
	uint64_t hash = (uint64_t)(end - at);

	for (; end - at >= 8; at += 8)
		hash = (hash ^ get_u64(at, ORDER_LITTLE)) * 0x9e3779b97f4a7c15ULL;
	return hash_u64(hash ^ get_uint(at, (size_t)(end - at), ORDER_LITTLE));
}

/*
 * The same enumeration comes in hundreds of units, mostly as the same bytes: those are not read again. (A
 * name in common would not do: what of the other names is found must not depend on which worker meets them.)
 */
static void scan_enumerators(struct worker *w, struct unit *u, const struct entry *enumeration)
{
	uint64_t where = index_where(NAME_ENUMERATOR, STANDING_DEFINITION, enumeration->offset);
	struct entry e;

	if (!enumeration->children)
		return;
	if (enumeration->sibling) {
		uint64_t hash = hash_of(u->at, enumeration->sibling);
		uint64_t *known = &w->enumerations[hash % ENUMERATIONS];

		if (*known == hash) {
			u->at = enumeration->sibling;
			return;
		}
		*known = hash;
	}
	while (unit_entry(u, &e)) {
		const char *name = e.tag == DW_TAG_enumerator && e.name ? address_of(w, &e) : NULL;

		if (name)
			note(w, name, where);
		unit_skip_children(u, &e);
	}
}

static int kind_of(unsigned tag)
{
	switch (tag) {
	case DW_TAG_structure_type:
	case DW_TAG_class_type: return NAME_STRUCT;
	case DW_TAG_union_type: return NAME_UNION;
	case DW_TAG_enumeration_type: return NAME_ENUM;
	case DW_TAG_typedef: return NAME_TYPEDEF;
	case DW_TAG_base_type: return NAME_BASE;
	case DW_TAG_variable: return NAME_VARIABLE;
	case DW_TAG_subprogram: return NAME_FUNCTION;
	default: return -1;
	}
}

static enum index_standing standing_of(int kind, uint8_t marks)
{
	if (marks & MARK_DECLARATION)
		return STANDING_DECLARATION;
	if ((kind == NAME_FUNCTION && !(marks & MARK_CODE)) ||
	    (kind == NAME_VARIABLE && !(marks & MARK_VALUE)))
		return STANDING_ABSTRACT;
	return STANDING_DEFINITION;
}

static void take_entry(struct worker *w, const struct entry *e, int kind)
{
	enum index_standing standing = standing_of(kind, e->marks);
	uint64_t where = index_where((enum type_name_kind)kind, standing, e->offset);
	const char *name = e->name ? address_of(w, e) : NULL;

	if (e->origin == ORIGIN_FAR && !name)
		*vec_push(&w->arena, &w->far) = (struct far_name){where, e->origin_offset};
	if (!name)
		return;
	if ((kind == NAME_VARIABLE || kind == NAME_FUNCTION) && standing == STANDING_DEFINITION)
		*vec_push(&w->arena, &w->definitions) = (struct index_item){.name = name, .where = where};
	else
		note(w, name, where);
}

static void scan_unit(struct worker *w, struct unit *u)
{
	struct entry e;

	*vec_push(&w->arena, &w->units) = u->offset;
	if ((u->type != DW_UT_compile && u->type != DW_UT_partial) || !unit_begin(u, &w->abbrevs))
		return;
	while (unit_entry(u, &e)) {
		int kind = kind_of(e.tag);

		if (kind >= 0)
			take_entry(w, &e, kind);
		if (kind == NAME_ENUM)
			scan_enumerators(w, u, &e);
		else
			unit_skip_children(u, &e);
	}
}

/* Some units that nobody has taken yet: *@begin up to the result, which is *@begin when there are none. */
static uint64_t take_piece(struct scan *scan, uint64_t *begin)
{
	uint64_t end;
	struct unit u;

	pthread_mutex_lock(&scan->lock);
	*begin = end = scan->next;
	while (end - *begin < PIECE && unit_open(&scan->sections, end, &u))
		end = u.end;
	scan->next = end;
	pthread_mutex_unlock(&scan->lock);
	return end;
}

/* Text hashes, here where all processors have a share in them. */
static void list_items(struct worker *w)
{
	size_t n = 0;

	w->items = xmalloc((w->n + w->definitions.n + 1) * sizeof(*w->items));
	for (size_t i = 0; i < w->capacity; i++) {
		const char *name = (const char *)(uintptr_t)(w->slots[i].key >> 4);

		if (!name || strnlen(name, NAME_LIMIT) == NAME_LIMIT)
			continue;
		if (where_kind(w->slots[i].where) == NAME_BASE)
			name = type_integer_name(name);
		w->items[n++] = (struct index_item){name, w->slots[i].where, index_hash(name)};
	}
	for (size_t i = 0; i < w->definitions.n; i++) {
		struct index_item item = w->definitions.items[i];

		if (strnlen(item.name, NAME_LIMIT) == NAME_LIMIT)
			continue;
		item.hash = index_hash(item.name);
		w->items[n++] = item;
	}
	w->n_items = n;
	free(w->enumerations);
	free(w->slots);
	w->slots = NULL;
	abbrev_table_free(&w->abbrevs);
}

static void work(void *context, size_t begin, size_t end, unsigned number)
{
	struct scan *scan = context;
	struct worker *w = &scan->workers[number];
	uint64_t at, limit;

	(void)begin;
	(void)end;
	if (w->items)
		return; /* this thread is quick: all pieces were taken when it came the first time */
	w->enumerations = xcalloc(ENUMERATIONS, sizeof(*w->enumerations));
	while ((limit = take_piece(scan, &at)) != at) {
		uint64_t from = at;
		struct unit u;

		while (at < limit && unit_open(&scan->sections, at, &u)) {
			at = u.end;
			scan_unit(w, &u);
		}
		/* with what the neighbours' first look mapped */
		elf_file_forget(scan->d->elf, ".debug_info", from > AROUND ? from - AROUND : 0, limit);
	}
	list_items(w);
}

/* Names that other units tell are rare (link-time optimisation): libdw follows them. */
static void add_far(struct dwarf *d, const struct far_name *far, struct scan_result *result)
{
	Dwarf_Die die;
	const char *name = dwarf_die_at(d, far->origin, &die) ? dwarf_diename(&die) : NULL;

	if (name && *name && strnlen(name, NAME_LIMIT) < NAME_LIMIT)
		*vec_push(&result->arena, &result->items) =
			(struct index_item){name, far->where, index_hash(name)};
}

static void collect(struct scan *scan, struct scan_result *result)
{
	size_t n_items = 0, n_units = 0;

	for (size_t i = 0; i < MOST_WORKERS; i++) {
		n_items += scan->workers[i].n_items;
		n_units += scan->workers[i].units.n;
	}
	result->items.items = arena_alloc(&result->arena, n_items * sizeof(*result->items.items));
	result->items.capacity = n_items;
	result->units.items = arena_alloc(&result->arena, n_units * sizeof(*result->units.items));
	result->units.capacity = n_units;
	for (size_t i = 0; i < MOST_WORKERS; i++) {
		struct worker *w = &scan->workers[i];

		if (w->n_items)
			memcpy(result->items.items + result->items.n, w->items,
			       w->n_items * sizeof(*w->items));
		if (w->units.n)
			memcpy(result->units.items + result->units.n, w->units.items,
			       w->units.n * sizeof(*w->units.items));
		result->items.n += w->n_items;
		result->units.n += w->units.n;
	}
	for (size_t i = 0; i < MOST_WORKERS; i++) {
		struct worker *w = &scan->workers[i];

		for (size_t at = 0; at < w->far.n; at++)
			add_far(scan->d, &w->far.items[at], result);
		result->names[i] = w->names;
		free(w->items);
		arena_free(&w->arena);
	}
}

static struct unit_section section(struct dwarf *d, const char *name, bool strings)
{
	struct unit_section s = {0};
	uint64_t address;
	char older[32];

	s.data = dwarf_section(d, name, &s.size, &address);
	if (!s.data) {
		/* ".debug_info" compressed in the older way is ".zdebug_info" */
		snprintf(older, sizeof(older), ".z%s", name + 1);
		s.data = dwarf_section(d, older, &s.size, &address);
	}
	if (!s.data)
		s.size = 0;
	while (strings && s.size && s.data[s.size - 1])
		s.size--;
	return s;
}

void dwarf_scan(struct dwarf *d, struct scan_result *result)
{
	struct scan *scan = xcalloc(1, sizeof(*scan));
	unsigned width = parallel_width();

	*result = (struct scan_result){0};
	scan->d = d;
	scan->sections = (struct unit_sections){
		.order = elf_file_order(d->elf),
		.info = section(d, ".debug_info", false),
		.abbrev = section(d, ".debug_abbrev", false),
		.strings = section(d, ".debug_str", true),
		.line_strings = section(d, ".debug_line_str", true),
		.string_offsets = section(d, ".debug_str_offsets", false),
	};
	pthread_mutex_init(&scan->lock, NULL);
	parallel_for(width < MOST_WORKERS ? width : MOST_WORKERS, 1, work, scan);
	pthread_mutex_destroy(&scan->lock);
	collect(scan, result);
	elf_file_forget(d->elf, ".debug_abbrev", 0, UINT64_MAX);
	free(scan);
}

void dwarf_scan_free(struct scan_result *result)
{
	for (size_t i = 0; i < MOST_WORKERS; i++)
		arena_free(&result->names[i]);
	arena_free(&result->arena);
}
