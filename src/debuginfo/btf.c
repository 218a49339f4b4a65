/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF: one pass over the type section notes where each type starts; types are
 * made when somebody asks for them, and the index of names when somebody looks
 * for one.
 */
#include "debuginfo/btf.h"

#include <string.h>

#include "base/error.h"
#include "debuginfo/btf_record.h"

/* Bytes behind the header of a type: once, and for each of its vlen elements. */
struct layout {
	uint8_t fixed, element;
	bool known;
};

static const struct layout known_layout[BTF_KINDS] = {
	[KIND_INT] = {4, 0, true},        [KIND_PTR] = {0, 0, true},      [KIND_ARRAY] = {12, 0, true},
	[KIND_STRUCT] = {0, 12, true},    [KIND_UNION] = {0, 12, true},   [KIND_ENUM] = {0, 8, true},
	[KIND_FWD] = {0, 0, true},        [KIND_TYPEDEF] = {0, 0, true},  [KIND_VOLATILE] = {0, 0, true},
	[KIND_CONST] = {0, 0, true},      [KIND_RESTRICT] = {0, 0, true}, [KIND_FUNC] = {0, 0, true},
	[KIND_FUNC_PROTO] = {0, 8, true}, [KIND_VAR] = {4, 0, true},      [KIND_DATASEC] = {0, 12, true},
	[KIND_FLOAT] = {0, 0, true},      [KIND_DECL_TAG] = {4, 0, true}, [KIND_TYPE_TAG] = {0, 0, true},
	[KIND_ENUM64] = {0, 12, true},
};

const char *btf_string(const struct btf *b, uint32_t offset)
{
	while (offset < b->string_base && b->base)
		b = b->base;
	offset -= b->string_base;
	return offset < b->strings_size ? b->strings + offset : "";
}

bool btf_record(const struct btf *b, uint32_t id, struct record *r)
{
	const uint8_t *p;
	uint32_t info;

	while (id < b->first_id && b->base)
		b = b->base;
	if (id < b->first_id || id - b->first_id >= b->n)
		return false;
	p = b->types + b->starts[id - b->first_id];
	info = u32(b, p + 4);
	*r = (struct record){b,
			     p + TYPE_HEADER,
			     btf_string(b, u32(b, p)),
			     id,
			     info_kind(info),
			     info_vlen(info),
			     u32(b, p + 8),
			     info >> 31};
	return true;
}

/*
 * Sizes of kinds that came after this program was written: from the layout
 * section, which lists one entry for each kind (since 7.1).
 */
static void read_layout(const uint8_t *section, uint32_t size, struct layout table[128])
{
	memcpy(table, known_layout, sizeof(known_layout));
	for (uint32_t kind = 1; kind < 128 && kind * 4 + 4 <= size; kind++) {
		if (!table[kind].known)
			table[kind] = (struct layout){section[kind * 4], section[kind * 4 + 1], true};
	}
}

/* Note where each type starts; a damaged or unknown type ends the list, what came before it stays good. */
static void find_starts(struct btf *b, const struct layout table[128])
{
	uint32_t at = 0;

	b->starts = arena_alloc(b->arena, b->types_size / TYPE_HEADER * sizeof(uint32_t));
	while (b->types_size - at >= TYPE_HEADER) {
		uint32_t info = u32(b, b->types + at + 4);
		uint32_t kind = info_kind(info);
		uint64_t size =
			TYPE_HEADER + table[kind].fixed + (uint64_t)table[kind].element * info_vlen(info);

		if (!table[kind].known || size > b->types_size - at)
			break;
		if (kind == KIND_ENUM64 || (kind == KIND_ENUM && info >> 31))
			b->signs_enums = true;
		if (kind < BTF_KINDS)
			b->kind_count[kind]++;
		b->starts[b->n++] = at;
		at += (uint32_t)size;
	}
}

/* --- names --- */

/* What names a type for C; TYPE_VOID for kinds that do not. */
static enum type_kind sort_of(uint32_t kind, bool flag)
{
	switch (kind) {
	case KIND_INT: return TYPE_INT;
	case KIND_FLOAT: return TYPE_FLOAT;
	case KIND_STRUCT: return TYPE_STRUCT;
	case KIND_UNION: return TYPE_UNION;
	case KIND_FWD: return flag ? TYPE_UNION : TYPE_STRUCT;
	case KIND_ENUM:
	case KIND_ENUM64: return TYPE_ENUM;
	case KIND_TYPEDEF: return TYPE_TYPEDEF;
	default: return TYPE_VOID;
	}
}

/* Sets of kinds. */
#define TYPES                                                                                                \
	(1u << KIND_INT | 1u << KIND_FLOAT | 1u << KIND_STRUCT | 1u << KIND_UNION | 1u << KIND_FWD |         \
	 1u << KIND_ENUM | 1u << KIND_ENUM64 | 1u << KIND_TYPEDEF)
#define SYMBOLS (1u << KIND_FUNC | 1u << KIND_VAR)

/* Longer ones are no names of C: without a limit, many types with one huge name would take for ever. */
#define NAME_LIMIT 1024

static uint32_t hash_name(const char *name)
{
	return hash_bytes(name, strnlen(name, NAME_LIMIT));
}

/* Index the named records of those kinds. Only their names are touched, the rest of the strings is not. */
static void build_index(struct btf *b, struct name_index *index, uint32_t kinds)
{
	uint32_t wanted = 0, capacity = 16, used = 0;

	index->built = true;
	for (uint32_t kind = 1; kind < BTF_KINDS; kind++)
		wanted += kinds >> kind & 1 ? b->kind_count[kind] : 0;
	while (capacity < wanted)
		capacity *= 2;
	index->heads = arena_new_n(b->arena, capacity, uint32_t);
	index->entries = arena_alloc(b->arena, wanted * sizeof(*index->entries));
	index->mask = capacity - 1;
	/* backwards, so that each chain begins with its lowest id */
	for (uint32_t i = b->n; i-- > 0;) {
		const uint8_t *p = b->types + b->starts[i];
		uint32_t kind = info_kind(u32(b, p + 4)), hash;
		const char *name;

		if (kind >= BTF_KINDS || !(kinds >> kind & 1) || !u32(b, p))
			continue;
		name = btf_string(b, u32(b, p));
		hash = hash_name(name);
		index->entries[used] =
			(struct name_entry){hash, b->first_id + i, index->heads[hash & index->mask]};
		index->heads[hash & index->mask] = ++used;
	}
}

/* The next record of that name in a chain; *@at is where to go on. */
static bool next_named(const struct btf *b, const struct name_index *index, const char *name, uint32_t hash,
		       uint32_t *at, struct record *r)
{
	while (*at) {
		const struct name_entry *e = &index->entries[*at - 1];

		*at = e->next;
		if (e->hash == hash && btf_record(b, e->id, r) && strcmp(r->name, name) == 0)
			return true;
	}
	return false;
}

/* --- what the graph asks --- */

static struct btf *btf_of(struct type_source *s)
{
	return s->data;
}

static const struct type *find_symbol(struct type_source *s, const char *name)
{
	struct btf *b = btf_of(s);
	uint32_t hash = hash_name(name), at;
	struct record r;

	if (!b->symbol_names.built)
		build_index(b, &b->symbol_names, SYMBOLS);
	at = b->symbol_names.heads[hash & b->symbol_names.mask];
	return next_named(b, &b->symbol_names, name, hash, &at, &r) ? btf_type(b, r.size) : NULL;
}

static const struct type *find_type(struct type_source *s, enum type_kind kind, const char *name)
{
	struct btf *b = btf_of(s);
	uint32_t hash = hash_name(name), at, declared = 0;
	struct record r;

	if (kind == TYPE_FUNCTION)
		return find_symbol(s, name);
	if (!b->type_names.built)
		build_index(b, &b->type_names, TYPES);
	at = b->type_names.heads[hash & b->type_names.mask];
	while (next_named(b, &b->type_names, name, hash, &at, &r)) {
		if (sort_of(r.kind, r.flag) != kind)
			continue;
		if (r.kind != KIND_FWD && !(r.kind == KIND_ENUM && !r.vlen))
			return btf_type(b, r.id);
		declared = r.id;
	}
	return declared ? btf_type(b, declared) : NULL;
}

static bool list_members(struct type_source *s, const struct type *t, const struct type_member **list,
			 size_t *n)
{
	return btf_get_list(btf_of(s), t, (const void **)list, n);
}

static bool list_enumerators(struct type_source *s, const struct type *t, const struct type_enumerator **list,
			     size_t *n)
{
	return btf_get_list(btf_of(s), t, (const void **)list, n);
}

static bool list_parameters(struct type_source *s, const struct type *t, const struct type_parameter **list,
			    size_t *n)
{
	return btf_get_list(btf_of(s), t, (const void **)list, n);
}

static void put_name(struct btf *b, struct str_map *map, const char *name, uint64_t value)
{
	if (strnlen(name, NAME_LIMIT) < NAME_LIMIT)
		str_map_put(b->arena, map, name, value);
}

static void build_enumerators(struct btf *b)
{
	struct record r;

	b->enumerators_built = true;
	for (uint32_t id = b->first_id; id - b->first_id < b->n; id++) {
		if (!btf_record(b, id, &r) || (r.kind != KIND_ENUM && r.kind != KIND_ENUM64))
			continue;
		for (uint32_t i = 0; i < r.vlen; i++) {
			const uint8_t *p = r.data + (r.kind == KIND_ENUM64 ? 12 : 8) * (size_t)i;

			put_name(b, &b->enumerators, btf_string(b, u32(b, p)), (uint64_t)id << 32 | i);
		}
	}
}

static bool find_enumerator(struct type_source *s, const char *name, int64_t *value, const struct type **type)
{
	const struct type_enumerator *list;
	struct btf *b = btf_of(s);
	uint64_t where;
	size_t n;

	if (!b->enumerators_built)
		build_enumerators(b);
	if (!str_map_get(&b->enumerators, name, &where))
		return false;
	*type = btf_type(b, (uint32_t)(where >> 32));
	if (!list_enumerators(s, *type, &list, &n) || (uint32_t)where >= n)
		return false;
	*value = list[(uint32_t)where].value;
	return true;
}

static void each_type(struct type_source *s, bool (*fn)(void *context, const struct type *t), void *context)
{
	struct btf *b = btf_of(s);
	struct record r;

	for (uint32_t id = b->first_id; id - b->first_id < b->n; id++) {
		if (btf_record(b, id, &r) && *r.name && sort_of(r.kind, r.flag) != TYPE_VOID &&
		    !fn(context, btf_type(b, id)))
			return;
	}
}

/* What a record names; -1: nothing that is asked for. */
static int name_kind(const struct record *r)
{
	switch (r->kind) {
	case KIND_INT:
	case KIND_FLOAT: return NAME_BASE;
	case KIND_STRUCT: return NAME_STRUCT;
	case KIND_UNION: return NAME_UNION;
	case KIND_FWD: return r->flag ? NAME_UNION : NAME_STRUCT;
	case KIND_ENUM:
	case KIND_ENUM64: return NAME_ENUM;
	case KIND_TYPEDEF: return NAME_TYPEDEF;
	case KIND_FUNC: return NAME_FUNCTION;
	case KIND_VAR: return NAME_VARIABLE;
	default: return -1;
	}
}

static bool each_enumerator(struct btf *b, const struct record *r, const char *prefix, type_name_fn *fn,
			    void *context)
{
	size_t n = strlen(prefix);

	for (uint32_t i = 0; i < r->vlen; i++) {
		const char *name =
			btf_string(b, u32(b, r->data + (r->kind == KIND_ENUM64 ? 12 : 8) * (size_t)i));

		if (strncmp(name, prefix, n) == 0 && !fn(context, NAME_ENUMERATOR, name))
			return false;
	}
	return true;
}

/* All names are looked at: a hundred thousand take a few milliseconds, and people type slower. */
static bool each_name(struct type_source *s, const char *prefix, unsigned kinds, type_name_fn *fn,
		      void *context)
{
	struct btf *b = btf_of(s);
	size_t n = strlen(prefix);
	struct record r;

	for (uint32_t id = b->first_id; id - b->first_id < b->n; id++) {
		const char *name;
		int kind;

		if (!btf_record(b, id, &r) || (kind = name_kind(&r)) < 0)
			continue;
		if (kind == NAME_ENUM && kinds >> NAME_ENUMERATOR & 1 &&
		    !each_enumerator(b, &r, prefix, fn, context))
			return false;
		if (!(kinds >> kind & 1) || !*r.name || strnlen(r.name, NAME_LIMIT) == NAME_LIMIT)
			continue;
		name = kind == NAME_BASE ? type_integer_name(r.name) : r.name;
		if (strncmp(name, prefix, n) == 0 && !fn(context, (enum type_name_kind)kind, name))
			return false;
	}
	return true;
}

static const struct type_source_ops btf_ops = {
	.name = "BTF",
	.find = find_type,
	.members = list_members,
	.enumerators = list_enumerators,
	.parameters = list_parameters,
	.symbol = find_symbol,
	.enumerator = find_enumerator,
	.each = each_type,
	.each_name = each_name,
};

static void build_percpu(struct btf *b)
{
	struct record section, variable;

	b->percpu_built = true;
	for (uint32_t id = b->first_id; id - b->first_id < b->n; id++) {
		if (!btf_record(b, id, &section) || section.kind != KIND_DATASEC ||
		    strcmp(section.name, ".data..percpu") != 0)
			continue;
		for (uint32_t i = 0; i < section.vlen; i++) {
			const uint8_t *p = section.data + 12 * (size_t)i;

			if (btf_record(b, u32(b, p), &variable) && variable.kind == KIND_VAR)
				put_name(b, &b->percpu, variable.name, u32(b, p + 4));
		}
	}
}

bool btf_percpu_offset(struct type_source *s, const char *name, uint64_t *offset)
{
	struct btf *b = btf_of(s);

	if (s->ops != &btf_ops)
		return false;
	if (!b->percpu_built)
		build_percpu(b);
	return str_map_get(&b->percpu, name, offset);
}

/* --- opening --- */

/* A section at @offset behind the header, or NULL with a message. */
static const uint8_t *section(const uint8_t *data, size_t size, uint32_t header, uint32_t offset,
			      uint32_t length, const char *what)
{
	if (offset > size - header || length > size - header - offset) {
		fail("BTF: the %s section (%u bytes at %u) lies outside the %zu bytes of data", what, length,
		     offset, size);
		return NULL;
	}
	return data + header + offset;
}

struct type_source *btf_source(struct arena *a, const uint8_t *data, size_t size, uint8_t word_size,
			       struct type_source *base, const char *label)
{
	struct layout table[128] = {0};
	const uint8_t *layout = NULL;
	uint32_t header, layout_size = 0;
	struct btf *b;

	if (size < 24) {
		fail("BTF: %zu bytes are too few for a header", size);
		return NULL;
	}
	b = arena_new(a, struct btf);
	b->order = data[0] == BTF_MAGIC >> 8 ? ORDER_BIG : ORDER_LITTLE;
	if (get_u16(data, b->order) != BTF_MAGIC || data[2] != 1) {
		fail("BTF: wrong magic or version: %02x%02x, %u", data[0], data[1], data[2]);
		return NULL;
	}
	header = u32(b, data + 4);
	if (header < 24 || header > size) {
		fail("BTF: a header of %u bytes", header);
		return NULL;
	}
	b->types_size = u32(b, data + 12);
	b->strings_size = u32(b, data + 20);
	b->types = section(data, size, header, u32(b, data + 8), b->types_size, "type");
	b->strings = (const char *)section(data, size, header, u32(b, data + 16), b->strings_size, "string");
	if (!b->types || !b->strings)
		return NULL;
	if (header >= 32) {
		layout_size = u32(b, data + 28);
		layout = section(data, size, header, u32(b, data + 24), layout_size, "layout");
	}
	b->strings_end = b->strings_size;
	/* every string must end within the section */
	while (b->strings_size && b->strings[b->strings_size - 1])
		b->strings_size--;
	b->arena = a;
	b->word_size = word_size;
	b->first_id = 1;
	if (base && base->ops == &btf_ops) {
		b->base = btf_of(base);
		b->first_id = b->base->first_id + b->base->n;
		b->string_base = b->base->strings_end;
		b->strings_end += b->string_base;
		b->signs_enums = b->base->signs_enums;
	}
	b->source = (struct type_source){&btf_ops, label, b};
	read_layout(layout, layout ? layout_size : 0, table);
	find_starts(b, table);
	return &b->source;
}
