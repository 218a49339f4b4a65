/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/object/namesakes.h"

#include <string.h>

#include "base/text.h"

enum { MOST = 64 }; /* that are told apart */

struct namesakes {
	struct namesake list[MOST];
	size_t n, all;
	unsigned told; /* the number of the command that told of them */
};

static const char *file_end(const char *name)
{
	const char *colon = strrchr(name, ':');

	if (!colon || colon - name < 3 || colon[-2] != '.' || !strchr("chS", colon[-1]))
		return NULL;
	return colon;
}

bool namesake_names_file(const char *name)
{
	return file_end(name) != NULL;
}

struct description {
	struct session *s;
	struct namesakes *all;
	bool any;
};

static bool describe_one(void *context, const struct type_symbol *symbol)
{
	struct description *d = context;

	d->any = true;
	for (size_t i = 0; i < d->all->n && symbol->has_address; i++) {
		struct namesake *one = &d->all->list[i];

		if (one->address != symbol->address)
			continue;
		one->type = symbol->type;
		if (symbol->file)
			one->file = arena_strdup(&d->s->arena, symbol->file);
	}
	return true;
}

/* Types and whole paths, as the debug information has them. */
static void describe(struct session *s, const char *name, struct namesakes *all)
{
	struct description d = {s, all, false};
	struct type_source *const *sources;
	size_t n = types_sources(s->target->types, &sources);

	for (size_t i = 0; i < n; i++)
		if (sources[i]->ops->each_definition)
			sources[i]->ops->each_definition(sources[i], name, describe_one, &d);
	/* BTF has one type for all of them */
	for (size_t i = 0; i < all->n && !d.any; i++)
		all->list[i].type = type_of_symbol(s->target->types, name);
}

static struct namesakes *of_name(struct session *s, const char *name, bool even_one)
{
	const struct symbol *symbols[MOST];
	struct namesakes *all;
	uint64_t known;
	size_t n;

	if (str_map_get(&s->namesakes, name, &known))
		return (struct namesakes *)(uintptr_t)known;
	n = symbol_find_all(s->target->symbols, name, symbols, MOST);
	if (n < (even_one ? 1 : 2))
		return NULL;
	all = arena_new(&s->arena, struct namesakes);
	for (size_t i = 0; i < n && i < MOST; i++) {
		if (symbols[i]->module)
			continue; /* the module's name tells those apart */
		all->list[all->n++] = (struct namesake){
			.address = symbols[i]->address,
			.file = symbol_file(s->target->symbols, symbols[i]),
			.global = symbols[i]->type >= 'A' && symbols[i]->type <= 'Z',
		};
	}
	all->all = n > MOST ? n : all->n;
	if (all->n > 1 || even_one)
		describe(s, name, all);
	str_map_put(&s->arena, &s->namesakes, arena_strdup(&s->arena, name), (uintptr_t)all);
	return all;
}

/* Is @wanted, of @n characters, the file or its last folders? */
static bool is_file(const char *file, const char *wanted, size_t n)
{
	size_t length;

	if (!file)
		return false;
	length = strlen(file);
	return length >= n && memcmp(file + length - n, wanted, n) == 0 &&
	       (length == n || file[length - n - 1] == '/');
}

const struct namesake *namesake_in_file(struct session *s, const char *name)
{
	const char *end = file_end(name);
	struct namesakes *all = end ? of_name(s, end + 1, true) : NULL;

	for (size_t i = 0; all && i < all->n; i++)
		if (is_file(all->list[i].file, name, (size_t)(end - name)))
			return &all->list[i];
	return NULL;
}

/* The shortest end of the path that no other one has. */
static const char *short_file(const struct namesakes *all, const struct namesake *one)
{
	const char *at = one->file + strlen(one->file);
	bool shared = true;

	while (shared && at > one->file) {
		at--;
		while (at > one->file && at[-1] != '/')
			at--;
		shared = false;
		for (size_t i = 0; i < all->n; i++)
			shared |= &all->list[i] != one && is_file(all->list[i].file, at, strlen(at));
	}
	return at;
}

static void put_choice(const struct namesakes *all, const struct namesake *one, const char *name,
		       struct text *out)
{
	if (one->file)
		text_printf(out, "%s:%s", short_file(all, one), name);
	else
		text_printf(out, "%s at 0x%llx", one->global ? "the global one" : "one",
			    (unsigned long long)one->address);
}

static void tell(struct session *s, const struct namesakes *all, const struct namesake *chosen,
		 const char *name)
{
	enum { SHOWN = 12 };
	struct text out = {0};
	size_t shown = 0;

	text_printf(&out, "%zu symbols are called %s; taken is ", all->all, name);
	put_choice(all, chosen, name, &out);
	for (size_t i = 0; i < all->n && shown < SHOWN; i++) {
		if (&all->list[i] == chosen)
			continue;
		text_puts(&out, shown++ ? ", " : "; there are also ");
		put_choice(all, &all->list[i], name, &out);
	}
	if (all->all > shown + 1)
		text_printf(&out, " and %zu more", all->all - shown - 1);
	out_note(s->out, "%s", text_str(&out));
	text_free(&out);
}

const struct namesake *namesake_chosen(struct session *s, const char *name, uint64_t address)
{
	struct namesakes *all = of_name(s, name, false);

	for (size_t i = 0; all && all->n > 1 && i < all->n; i++) {
		const struct namesake *one = &all->list[i];

		if (one->address != address)
			continue;
		if (!one->global && all->told != s->n_commands) {
			all->told = s->n_commands;
			tell(s, all, one, name);
		}
		return one;
	}
	return NULL;
}
