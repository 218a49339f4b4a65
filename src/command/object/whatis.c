/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whatis: the type of a thing, and things of a type. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/interrupt.h"
#include "base/vec.h"
#include "command/object/struct.h"
#include "command/options.h"
#include "command/table.h"
#include "output/progress.h"
#include "type/declare.h"

enum { CHAIN = 16 }; /* of typedefs, pointers and arrays to a named type */

/* ---- searches over all types ---- */

struct found {
	uint64_t size;
	const char *name;
};

struct search {
	struct session *s;
	const char *member; /* a type that a member must have, or NULL */
	bool by_size;
	uint64_t least, most;
	struct str_map seen;
	VEC(struct found) found;
	uint64_t looked_at;
};

/* Is the type, or what it points to or is an array of, called @name? */
static bool is_called(const struct type *t, const char *name)
{
	for (unsigned i = 0; t && i < CHAIN; i++, t = t->target) {
		if (t->name && strcmp(t->name, name) == 0)
			return true;
		if (t->kind == TYPE_FUNCTION)
			return false;
	}
	return false;
}

/* Without arrays and qualifiers: what the bytes of a member are. */
static const struct type *embedded(const struct type *t)
{
	for (unsigned i = 0; i < CHAIN && t->target && t->kind != TYPE_POINTER && t->kind != TYPE_FUNCTION;
	     i++)
		t = t->target;
	return t;
}

static bool has_member(struct types *ts, const struct type *t, const char *name, unsigned depth)
{
	const struct type_member *list;
	const struct type *inner;
	size_t n;

	if ((t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || depth > CHAIN ||
	    !type_members(ts, t, &list, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (is_called(list[i].type, name))
			return true;
		inner = embedded(list[i].type);
		/* and in structures inside it, as crash looks for it: not in those that have a name here only
		 */
		if ((!list[i].name || inner->name) && has_member(ts, inner, name, depth + 1))
			return true;
	}
	return false;
}

static bool look_at(void *context, const struct type *t)
{
	struct search *search = context;
	struct types *ts = search->s->target->types;
	uint64_t size;

	progress_at(++search->looked_at);
	if (interrupted())
		return false;
	if (!t->name || t->incomplete || t->kind == TYPE_ENUM || (search->member && t->kind == TYPE_TYPEDEF))
		return true;
	size = type_size(ts, t);
	if (!size || (search->by_size && (size < search->least || size > search->most)))
		return true;
	if (search->member && !has_member(ts, t, search->member, 0))
		return true;
	if (str_map_put(&search->s->scratch, &search->seen, t->name, 1))
		*vec_push(&search->s->scratch, &search->found) = (struct found){size, t->name};
	return true;
}

static int by_size_and_name(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool search_types(struct session *s, struct search *search)
{
	struct type_source *const *sources;
	size_t n = types_sources(s->target->types, &sources);
	unsigned width = 4;
	struct shape *line;

	progress_begin("looking through all types", 0);
	for (size_t i = 0; i < n && !interrupted(); i++)
		if (sources[i]->ops->each)
			sources[i]->ops->each(sources[i], look_at, search);
	progress_end();
	if (!search->found.n)
		return out_error(s->out, "no such type found");
	qsort(search->found.items, search->found.n, sizeof(struct found), by_size_and_name);
	for (uint64_t size = search->found.items[search->found.n - 1].size; size >= 10000; size /= 10)
		width++;
	/* the first column is as wide as the largest size; shapes live as long as the session */
	line = arena_new(&s->arena, struct shape);
	line->head = arena_printf(&s->arena, "{size:%u}  {name}\n", width);
	out_title(s->out, "%*s  TYPE", (int)width, "SIZE");
	list_begin(s->out, "types");
	for (size_t i = 0; i < search->found.n; i++) {
		rec_begin(s->out, line);
		put_u64(s->out, "size", search->found.items[i].size);
		put_str(s->out, "name", search->found.items[i].name);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static bool parse_range(struct session *s, const char *word, struct search *search)
{
	const char *dash = strchr(word, '-');

	search->by_size = true;
	search->most = UINT64_MAX;
	if (!dash) {
		if (!session_number(s, word, &search->least))
			return false;
		search->most = search->least;
		return true;
	}
	if (dash > word &&
	    !session_number(s, arena_strndup(&s->scratch, word, (size_t)(dash - word)), &search->least))
		return false;
	return !dash[1] || session_number(s, dash + 1, &search->most);
}

/* ---- one thing ---- */

static const struct shape declaration_shape = {"{declaration}\n", NULL};

static void declare(struct session *s, const struct type *t, const char *name, const char *end)
{
	struct text text = {0};

	type_declare(s->target->types, t, name, &text);
	text_puts(&text, end);
	list_begin(s->out, "types");
	rec_begin(s->out, &declaration_shape);
	put_str(s->out, "declaration", text_str(&text));
	if (t->kind != TYPE_FUNCTION)
		put_u64(s->out, "size", type_size(s->target->types, t));
	rec_end(s->out);
	list_end(s->out);
	text_free(&text);
}

static bool tell(struct session *s, const char *word, bool offsets, bool hex)
{
	struct struct_request r = {.offsets = offsets, .hex = hex};
	const struct type_env *env = session_env(s);
	const struct type *type;
	struct value v;
	int64_t number;
	uint64_t address;

	if (env->symbol(env->context, word, &address, &type) && type) {
		const char *colon = strrchr(word, ':');

		declare(s, type, colon ? colon + 1 : word, ";");
		return true;
	}
	if (type_find_enumerator(s->target->types, word, &number, &type)) {
		declare(s, type, NULL, "");
		return true;
	}
	if (struct_parse_name(s, word, &r)) {
		struct_define(s, &r);
		return true;
	}
	/* an expression or a type such as "unsigned long *"; else the message about the name says it best */
	type = value_type(env, word);
	if (!type && value_eval(env, word, &v))
		type = v.type;
	if (type) {
		declare(s, type, NULL, "");
		return true;
	}
	if (session_symbol(s, word, &address))
		return out_error(s->out, "%s: a symbol, but its type is not known", word);
	return out_error(s->out, "%s", fail_text());
}

static bool run(struct session *s, int argc, char **argv)
{
	bool offsets = false, hex = s->settings.radix == 16;
	struct search search = {.s = s};
	struct options o;
	struct text words = {0};
	int letter;
	bool ok;

	if (!session_kernel(s))
		return false;
	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "oxdm:r:"))) {
		switch (letter) {
		case 'o': offsets = true; break;
		case 'x': hex = true; break;
		case 'd': hex = false; break;
		case 'm': search.member = o.value; break;
		case 'r':
			if (!parse_range(s, o.value, &search))
				return out_error(s->out, "%s", fail_text());
			break;
		default: return command_usage(s, &command_whatis);
		}
	}
	for (int i = o.at; i < argc; i++)
		text_printf(&words, "%s%s", i > o.at ? " " : "", argv[i]);
	if (search.member && strcmp(search.member, "struct") == 0 && words.n)
		search.member = text_str(&words);
	if (search.member || search.by_size)
		ok = search_types(s, &search);
	else
		ok = words.n ? tell(s, text_str(&words), offsets, hex) : command_usage(s, &command_whatis);
	text_free(&words);
	return ok;
}

const struct command command_whatis = {
	.name = "whatis",
	.summary = "type of a symbol, type or expression; types by size or member",
	.synopsis = "[-o] name | expression | -m type | -r size[-size]",
	.help = "  Shows the declaration of a symbol or expression, or the definition of a type.\n"
		"    -o          with the offsets of the members\n"
		"    -x, -d      offsets in hexadecimal, in decimal\n"
		"    -m type     all structures with a member of this type, or a pointer to it\n"
		"    -r size     all types of this size, or of a range: 100-200, 100-, -200\n",
	.example = "  inquest> whatis vfs_write\n"
		   "  ssize_t vfs_write(struct file *, const char *, size_t, loff_t *);\n"
		   "  inquest> whatis pid_t\n"
		   "  typedef __kernel_pid_t pid_t;\n"
		   "  SIZE: 4\n"
		   "  inquest> whatis -r 100\n"
		   "  SIZE  TYPE\n"
		   "   100  trace_event_raw_fib6_table_lookup\n"
		   "   100  vivaldi_data\n",
	.flags = 0,
	.run = run,
};
