/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/search.h"
#include "base/vec.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/symbols_build.h"

struct module_symbols {
	const char *name;
	struct symbol_set set;
};

struct module_area {
	uint64_t start, end;
	uint16_t module;
	bool data;
};

struct symbols {
	struct arena *arena;
	const char *origin;
	struct elf_file *elf;      /* not NULL: its symbols were not read yet */
	struct elf_file *read_elf; /* the file that they were read from */
	uint64_t slide, address_mask;
	struct symbol_set kernel;
	struct image_area image;
	struct image_area *text;
	size_t n_text;
	VEC(struct module_symbols) modules;
	VEC(struct module_area) areas; /* sorted by start when ->sorted */
	bool sorted;
};

struct symbols *symbols_new(struct arena *a)
{
	struct symbols *s = arena_new(a, struct symbols);

	s->arena = a;
	s->origin = "none";
	s->address_mask = UINT64_MAX;
	return s;
}

const char *symbols_origin(const struct symbols *s)
{
	return s->origin;
}

bool symbols_load_elf(struct symbols *s, struct elf_file *elf)
{
	if (!elf_file_has_symbols(elf))
		return fail("%s: has no symbols", elf_file_path(elf));
	s->elf = elf;
	s->origin = "vmlinux symbol table";
	s->address_mask = elf_file_word_size(elf) == 8 ? UINT64_MAX : UINT32_MAX;
	return true;
}

void symbols_take(struct symbols *s, const struct symbol_set *set, const struct image_area *image,
		  const struct image_area *text, size_t n_text, const char *origin)
{
	s->elf = s->read_elf = NULL;
	s->kernel = *set;
	s->image = *image;
	s->text = arena_copy(s->arena, text, n_text * sizeof(*text));
	s->n_text = n_text;
	s->origin = origin;
}

struct arena *symbols_arena(const struct symbols *s)
{
	return s->arena;
}

/* The kernel's symbols, read when first asked for. */
static struct symbol_set *kernel(struct symbols *s)
{
	if (s->elf) {
		struct elf_file *elf = s->elf;

		s->elf = NULL;
		s->read_elf = elf;
		if (!symbols_read_elf(elf, s->slide, s->arena, &s->kernel, &s->image, &s->text, &s->n_text))
			s->origin = "none";
	}
	return &s->kernel;
}

/* Make @set of @n symbols in any order. */
static void sort_into(struct symbols *s, struct symbol_set *set, const struct symbol *from, size_t n,
		      uint16_t module)
{
	struct symbol_key *keys;

	*set = (struct symbol_set){0};
	if (n == 0 || n >= UINT32_MAX / 2)
		return;
	keys = xmalloc(2 * n * sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		keys[i] = (struct symbol_key){from[i].address, (uint32_t)i,
					      symbol_rank(from[i].name, from[i].type, true, from[i].size)};
	symbol_keys_sort(keys, n);
	set->list = arena_alloc(s->arena, n * sizeof(*set->list));
	for (size_t i = 0; i < n; i++) {
		set->list[i] = from[keys[i].index];
		set->list[i].module = module;
	}
	set->n = n;
	free(keys);
}

/*
 * Addresses are changed in place and keep their order, for what does not slide
 * (small numbers) lies below what does. Should a slide ever carry the image
 * past them, the order is made again.
 */
void symbols_set_slide(struct symbols *s, uint64_t slide)
{
	uint64_t change = slide - s->slide;
	bool in_order = true;

	s->slide = slide;
	if (!change || !s->kernel.n)
		return;
	for (size_t i = 0; i < s->kernel.n; i++) {
		struct symbol *symbol = &s->kernel.list[i];

		if (symbol->slides)
			symbol->address = (symbol->address + change) & s->address_mask;
		in_order &= i == 0 || symbol[-1].address <= symbol->address;
	}
	s->image.start = (s->image.start + change) & s->address_mask;
	s->image.end = (s->image.end + change) & s->address_mask;
	for (size_t i = 0; i < s->n_text; i++) {
		s->text[i].start = (s->text[i].start + change) & s->address_mask;
		s->text[i].end = (s->text[i].end + change) & s->address_mask;
	}
	if (!in_order)
		sort_into(s, &s->kernel, s->kernel.list, s->kernel.n, 0);
}

uint64_t symbols_slide(const struct symbols *s)
{
	return s->slide;
}

uint16_t symbols_add_module(struct symbols *s, const char *name, const struct symbol *list, size_t n,
			    const struct symbol_area *areas, size_t n_areas)
{
	struct module_symbols *m;
	uint16_t number;

	if (s->modules.n == UINT16_MAX)
		return UINT16_MAX; /* more than any list of modules that the caller accepts */
	m = vec_push(s->arena, &s->modules);
	number = (uint16_t)s->modules.n;
	*m = (struct module_symbols){.name = arena_strdup(s->arena, name)};
	sort_into(s, &m->set, list, n, number);
	for (size_t i = 0; i < n_areas; i++) {
		if (areas[i].start < areas[i].end)
			*vec_push(s->arena, &s->areas) =
				(struct module_area){areas[i].start, areas[i].end, number, areas[i].data};
	}
	s->sorted = false;
	return number;
}

void symbols_replace_module(struct symbols *s, uint16_t module, const struct symbol *list, size_t n)
{
	if (module >= 1 && module <= s->modules.n)
		sort_into(s, &s->modules.items[module - 1].set, list, n, module);
}

const char *symbols_module_name(const struct symbols *s, uint16_t module)
{
	return module >= 1 && module <= s->modules.n ? s->modules.items[module - 1].name : NULL;
}

size_t symbols_modules(const struct symbols *s)
{
	return s->modules.n;
}

static struct symbol_set *set_of(struct symbols *s, uint16_t module)
{
	if (module == 0)
		return kernel(s);
	return module <= s->modules.n ? &s->modules.items[module - 1].set : NULL;
}

static int compare_areas(const void *a, const void *b)
{
	const struct module_area *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static const struct module_area *area_at(struct symbols *s, uint64_t address)
{
	size_t n;

	if (!s->sorted) {
		if (s->areas.n)
			qsort(s->areas.items, s->areas.n, sizeof(*s->areas.items), compare_areas);
		s->sorted = true;
	}
	n = partition_point(s->areas.n, i, s->areas.items[i].start <= address);
	return n && address < s->areas.items[n - 1].end ? &s->areas.items[n - 1] : NULL;
}

/* The symbols among which @address is to be looked for, and where its area starts. */
static struct symbol_set *set_at(struct symbols *s, uint64_t address, uint64_t *start)
{
	struct symbol_set *set = kernel(s);
	const struct module_area *area;

	*start = s->image.start;
	if (address >= s->image.start && address < s->image.end)
		return set;
	area = area_at(s, address);
	if (!area)
		return NULL;
	*start = area->start;
	return set_of(s, area->module);
}

static bool is_code_letter(char type)
{
	return type == 't' || type == 'T' || type == 'w' || type == 'W' || type == 'i';
}

static const struct symbol *found(const struct symbol *symbol, uint64_t address, uint64_t *offset)
{
	if (offset)
		*offset = address - symbol->address;
	return symbol;
}

const struct symbol *symbol_at(struct symbols *s, uint64_t address, uint64_t *offset)
{
	uint64_t start;
	struct symbol_set *set = set_at(s, address, &start);
	size_t i = set ? symbol_set_at(set, address) : 0;

	if (!set || i == set->n || set->list[i].address < start)
		return NULL;
	return found(&set->list[i], address, offset);
}

const struct symbol *symbol_text_at(struct symbols *s, uint64_t address, uint64_t *offset)
{
	uint64_t start, at;
	struct symbol_set *set = set_at(s, address, &start);
	size_t i;

	if (!set || !symbols_is_text(s, address))
		return NULL;
	for (at = address;; at = set->list[i].address - 1) {
		size_t best = i = symbol_set_at(set, at);

		if (i == set->n || set->list[i].address < start)
			return NULL;
		/* the best at this address that is code */
		for (; best < set->n && set->list[best].address == set->list[i].address; best++) {
			if (is_code_letter(set->list[best].type))
				return found(&set->list[best], address, offset);
		}
		if (set->list[i].address == 0)
			return NULL;
	}
}

bool symbols_is_text(struct symbols *s, uint64_t address)
{
	const struct module_area *area;
	const struct symbol *symbol;

	kernel(s);
	for (size_t i = 0; i < s->n_text; i++) {
		if (address >= s->text[i].start && address < s->text[i].end)
			return true;
	}
	if (address >= s->image.start && address < s->image.end)
		return false;
	area = area_at(s, address);
	if (!area || area->data)
		return false;
	/* before 6.4 a module's code and data lie in one area: its symbols tell where code ends */
	symbol = symbol_at(s, address, NULL);
	return !symbol || is_code_letter(symbol->type);
}

void symbol_code(struct symbols *s, uint64_t *address)
{
	uint64_t offset;
	const struct symbol *symbol = symbol_at(s, *address, &offset), *code;
	char name[256];

	if (!symbol || offset || is_code_letter(symbol->type) || strlen(symbol->name) >= sizeof name - 1)
		return;
	snprintf(name, sizeof name, ".%s", symbol->name);
	code = symbol_find(s, name);
	if (code && is_code_letter(code->type))
		*address = code->address;
}

static bool is_global(const struct symbol *symbol)
{
	return symbol->type >= 'A' && symbol->type <= 'Z';
}

static const struct symbol *best_in(struct symbols *s, struct symbol_set *set, const char *name)
{
	const struct symbol *symbol, *first = NULL;
	uint32_t cookie = 0;

	while ((symbol = symbol_set_find(set, s->arena, name, &cookie))) {
		if (is_global(symbol))
			return symbol;
		if (!first)
			first = symbol;
	}
	return first;
}

/* Module names have "_" where file names may have "-". */
static bool same_module(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char x = a[i] == '-' ? '_' : a[i], y = b[i] == '-' ? '_' : b[i];

		if (x != y || !x)
			return false;
	}
	return a[n] == '\0';
}

const struct symbol *symbol_find(struct symbols *s, const char *name)
{
	const char *colon = strchr(name, ':');
	const struct symbol *symbol = NULL;

	if (!colon)
		symbol = best_in(s, kernel(s), name);
	for (size_t i = 0; i < s->modules.n && !symbol; i++) {
		struct module_symbols *m = &s->modules.items[i];

		if (!colon)
			symbol = best_in(s, &m->set, name);
		else if (same_module(m->name, name, (size_t)(colon - name)))
			symbol = best_in(s, &m->set, colon + 1);
	}
	return symbol;
}

size_t symbol_find_all(struct symbols *s, const char *name, const struct symbol **list, size_t max)
{
	size_t n = 0;

	for (size_t module = 0; module <= s->modules.n; module++) {
		struct symbol_set *set = set_of(s, (uint16_t)module);
		const struct symbol *symbol;
		uint32_t cookie = 0;

		while ((symbol = symbol_set_find(set, s->arena, name, &cookie))) {
			if (n++ >= max)
				continue;
			/* modules come in the order of loading, not of addresses */
			size_t at = n - 1;

			for (; at > 0 && list[at - 1]->address > symbol->address; at--)
				list[at] = list[at - 1];
			list[at] = symbol;
		}
	}
	return n;
}

const char *symbol_file(struct symbols *s, const struct symbol *symbol)
{
	if (symbol->module || is_global(symbol) || !s->read_elf)
		return NULL;
	return symbols_file_of(s->read_elf, s->slide, symbol);
}

bool symbol_address(struct symbols *s, const char *name, uint64_t *address)
{
	const struct symbol *symbol = best_in(s, kernel(s), name);

	if (symbol)
		*address = symbol->address;
	return symbol != NULL;
}

const struct symbol *symbol_previous(struct symbols *s, const struct symbol *symbol)
{
	struct symbol_set *set = set_of(s, symbol->module);

	return set && symbol > set->list ? symbol - 1 : NULL;
}

const struct symbol *symbol_next(struct symbols *s, const struct symbol *symbol)
{
	struct symbol_set *set = set_of(s, symbol->module);

	return set && (size_t)(symbol - set->list) + 1 < set->n ? symbol + 1 : NULL;
}

const struct symbol *symbols_list(struct symbols *s, uint16_t module, size_t *n)
{
	struct symbol_set *set = set_of(s, module);

	*n = set ? set->n : 0;
	return set ? set->list : NULL;
}
