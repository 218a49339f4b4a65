/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the halves of the BTF reader share: btf.c (sections, names) and btf_make.c (types from records). */
#ifndef DEBUGINFO_BTF_RECORD_H
#define DEBUGINFO_BTF_RECORD_H

#include "base/bytes.h"
#include "base/hash.h"
#include "type/type.h"

/* include/uapi/linux/btf.h */
enum btf_kind {
	KIND_INT = 1,
	KIND_PTR,
	KIND_ARRAY,
	KIND_STRUCT,
	KIND_UNION,
	KIND_ENUM,
	KIND_FWD,
	KIND_TYPEDEF,
	KIND_VOLATILE,
	KIND_CONST,
	KIND_RESTRICT,
	KIND_FUNC,
	KIND_FUNC_PROTO,
	KIND_VAR,
	KIND_DATASEC,
	KIND_FLOAT,
	KIND_DECL_TAG,
	KIND_TYPE_TAG,
	KIND_ENUM64,
	BTF_KINDS,
};

enum {
	BTF_MAGIC = 0xeb9f,
	TYPE_HEADER = 12, /* name, info, size or type */
	INT_SIGNED = 1,
	INT_CHAR = 2,
	INT_BOOL = 4,
	CHAIN_MAX = 64, /* pointers, qualifiers and typedefs in a row that are made at once */
};

/* A type that was asked for, with its members, enumerators or parameters once those were. */
struct btf_made {
	struct type type;
	const void *list;
	size_t n;
	bool listed;
};

/*
 * Names of one sort, hashed into chains: however many types share a name, to build it takes one step for
 * each. Chains are in the order of ids.
 */
struct name_index {
	uint32_t *heads; /* 1 + index of the first entry, 0: none */
	struct name_entry {
		uint32_t hash, id, next;
	} * entries;
	uint32_t mask;
	bool built;
};

struct btf {
	struct type_source source;
	struct arena *arena;
	const struct btf *base;
	enum byte_order order;
	uint8_t word_size;
	const uint8_t *types;
	const char *strings;
	uint32_t types_size;
	uint32_t strings_size; /* up to the last NUL */
	uint32_t strings_end;  /* offset behind our last string, where those of a split BTF begin */
	uint32_t string_base;  /* the same of the base: the offset of our first string */
	uint32_t first_id;     /* id of our first type: the base's come before */
	uint32_t n;            /* our types */
	uint32_t *starts;      /* offset of each in ->types */
	uint32_t kind_count[BTF_KINDS];
	bool signs_enums;    /* the producer tells signed enumerations from unsigned ones */
	struct num_map made; /* id -> struct btf_made * */
	struct name_index type_names, symbol_names;
	struct str_map enumerators; /* name -> id << 32 | index */
	struct str_map percpu;      /* name -> offset */
	bool enumerators_built, percpu_built;
	struct type void_type;
};

/* The header of a type and what follows it, checked to lie within the section. */
struct record {
	const struct btf *owner;
	const uint8_t *data; /* behind the header */
	const char *name;    /* "" when anonymous */
	uint32_t id, kind, vlen, size;
	bool flag;
};

static inline uint32_t u32(const struct btf *b, const uint8_t *p)
{
	return get_u32(p, b->order);
}

/* Before f7a6b9eaff3e the kind had 5 bits and vlen 16, and the bits between were zero. */
static inline uint32_t info_kind(uint32_t info)
{
	return info >> 24 & 0x7f;
}

static inline uint32_t info_vlen(uint32_t info)
{
	return info & 0xffffff;
}

/* A name by its offset, from our strings or the base's; "" when there is none. */
const char *btf_string(const struct btf *b, uint32_t offset);
/* False for ids that are not there. */
bool btf_record(const struct btf *b, uint32_t id, struct record *r);

/*
 * The type of that id, as split BTF @b numbers it; void for what is no type.
 * What it points to is made with it.
 */
const struct type *btf_type(struct btf *b, uint32_t id);
/* The members, enumerators or parameters of a type of ours, read once. */
bool btf_get_list(struct btf *b, const struct type *t, const void **list, size_t *n);

#endif
