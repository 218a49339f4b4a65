/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/module_symbols.h"

#include <string.h>

#include "linux/fields.h"
#include "target/arch.h"

enum { KSYM_SYMTAB, KSYM_NUM, KSYM_STRTAB, KSYM_TYPETAB, N_KSYM };

/* A struct of its own since 8244062ef1e5 (v4.5); typetab since 1c7651f43777 (v5.2). */
static const char *const kallsyms_names[N_KSYM] = {
	[KSYM_SYMTAB] = "symtab",
	[KSYM_NUM] = "num_symtab",
	[KSYM_STRTAB] = "strtab",
	[KSYM_TYPETAB] = "typetab",
};

enum { MODULE_KALLSYMS, MODULE_NUM_ORCS, MODULE_ORC_IP, MODULE_ORC, N_MODULE };
static const char *const module_names[N_MODULE] = {
	[MODULE_KALLSYMS] = "kallsyms",
	[MODULE_NUM_ORCS] = "arch.num_orcs",
	[MODULE_ORC_IP] = "arch.orc_unwind_ip",
	[MODULE_ORC] = "arch.orc_unwind",
};

/* No module comes near these; more is damage. */
enum { MOST_SYMBOLS = 1 << 20, LARGEST_STRTAB = 32 << 20 };

struct symtab {
	const uint8_t *entries, *types;
	uint64_t n;
	const char *strings;
	size_t strings_size;
};

static uint8_t *read_block(struct target *t, struct arena *a, uint64_t address, uint64_t size, size_t *got)
{
	uint8_t *block = arena_zalloc(a, (size_t)size + 1);

	target_read_some(t, NULL, address, block, (size_t)size, got);
	return block;
}

/* The string table's size is nowhere: it ends with the string of the highest offset. */
static bool read_strings(struct target *t, struct arena *a, uint64_t address, struct symtab *s)
{
	unsigned entry = t->word_size == 8 ? 24 : 16;
	uint32_t highest = 0;
	size_t got;

	for (uint64_t i = 0; i < s->n; i++) {
		uint32_t name = get_u32(s->entries + i * entry, t->order);

		if (name > highest)
			highest = name;
	}
	if (highest > LARGEST_STRTAB)
		return false;
	/* KSYM_NAME_LEN is 512 at most */
	s->strings = (const char *)read_block(t, a, address, (uint64_t)highest + 512, &got);
	s->strings_size = got;
	return got > highest;
}

static char symbol_letter(const struct symtab *s, uint64_t i, const uint8_t *entry, uint8_t word_size)
{
	uint8_t info = entry[word_size == 8 ? 4 : 12];

	if (s->types)
		return (char)s->types[i];
	/* before the type table the loader stored the letter in st_info */
	return (char)info;
}

static size_t convert(struct target *t, const struct symtab *s, struct symbol *list)
{
	bool wide = t->word_size == 8;
	unsigned size = wide ? 24 : 16;
	size_t n = 0;

	/* entry 0 is the empty one of every ELF symbol table */
	for (uint64_t i = 1; i < s->n; i++) {
		const uint8_t *e = s->entries + i * size;
		uint32_t name = get_u32(e, t->order);
		char letter = symbol_letter(s, i, e, t->word_size);

		if (name >= s->strings_size || !s->strings[name] || letter == 'U' || letter == 'u' ||
		    letter == 0 || symbol_is_place(t->arch->elf_machine, s->strings + name))
			continue;
		list[n++] = (struct symbol){
			.address = wide ? get_u64(e + 8, t->order) : get_u32(e + 4, t->order),
			.size = wide ? get_u64(e + 16, t->order) : get_u32(e + 8, t->order),
			.name = s->strings + name,
			.type = letter,
		};
	}
	return n;
}

static struct symbol *read_symbols(struct kernel *k, uint64_t module, const struct fields *f, size_t *n)
{
	struct target *t = k->target;
	struct fields ks;
	struct object o;
	struct symtab s = {0};
	uint64_t at = module, types;
	struct symbol *list;
	unsigned entry = t->word_size == 8 ? 24 : 16;
	size_t got;

	if (f->list[MODULE_KALLSYMS].there) {
		if (field_read(t, f, MODULE_KALLSYMS, module, &at) != READ_OK || !at ||
		    !fields_resolve(t, &ks, "mod_kallsyms", kallsyms_names, N_KSYM))
			return NULL;
	} else if (!fields_resolve(t, &ks, "module", kallsyms_names, N_KSYM)) {
		return NULL;
	}
	object_read(t, k->arena, &ks, at, &o);
	s.n = object_get(&o, t, KSYM_NUM, 0) & 0xffffffff;
	if (s.n < 2 || s.n > MOST_SYMBOLS)
		return NULL;
	s.entries = read_block(t, k->arena, object_get(&o, t, KSYM_SYMTAB, 0), s.n * entry, &got);
	s.n = got / entry;
	if (!read_strings(t, k->arena, object_get(&o, t, KSYM_STRTAB, 0), &s))
		return NULL;
	types = object_get(&o, t, KSYM_TYPETAB, 0);
	if (types) {
		s.types = read_block(t, k->arena, types, s.n, &got);
		if (got < s.n)
			s.n = got;
	}
	list = arena_new_n(k->arena, s.n, struct symbol);
	*n = convert(t, &s, list);
	return list;
}

static void add_orc(struct kernel *k, const struct module *m, const struct fields *f)
{
	struct object o;
	uint64_t n, ip, entries;

	if (!f->type || !f->list[MODULE_NUM_ORCS].there)
		return;
	object_read(k->target, k->arena, f, m->address, &o);
	n = object_get(&o, k->target, MODULE_NUM_ORCS, 0) & 0xffffffff;
	ip = object_get(&o, k->target, MODULE_ORC_IP, 0);
	entries = object_get(&o, k->target, MODULE_ORC, 0);
	if (n && n <= MOST_SYMBOLS && ip && entries)
		target_add_orc(k->target, m->areas, m->n_areas, ip, entries, (size_t)n);
}

void module_symbols_add(struct kernel *k, struct module *m)
{
	struct target *t = k->target;
	struct symbol *list = NULL;
	struct fields f;
	size_t n = 0;

	if (fields_resolve(t, &f, "module", module_names, N_MODULE))
		list = read_symbols(k, m->address, &f, &n);
	add_orc(k, m, &f);
	m->number = symbols_add_module(t->symbols, m->name, list, n, m->areas, m->n_areas);
}
