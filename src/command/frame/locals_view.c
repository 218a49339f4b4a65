/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/frame/locals_view.h"

#include "type/declare.h"

static bool is_wanted(const struct local *local, enum locals_which which)
{
	return which == LOCALS_ALL || local->argument == (which == LOCALS_ARGUMENTS);
}

static size_t count(const struct local_scope *scope, enum locals_which which)
{
	size_t n = 0;

	for (size_t i = 0; i < scope->n; i++)
		n += is_wanted(&scope->list[i], which);
	return n;
}

static void put_variable(struct session *s, const struct type_env *env, const struct shape *shape,
			 const struct local *local, bool hex)
{
	const struct node_options options = {.hex = hex, .print_max = s->settings.print_max, .member = true};
	const struct type *type = local->value.type;
	struct text text = {0};

	rec_begin(s->out, shape);
	put_str(s->out, "name", local->name);
	type_declare(s->target->types, type, NULL, &text);
	put_str(s->out, "type", text_str(&text));
	text_clear(&text);
	type_declare(s->target->types, type, local->name, &text);
	if (out_view(s->out) == OUT_TEXT)
		put_str(s->out, "declaration", text_str(&text));
	put_bool(s->out, "argument", local->argument);
	if (local->value.in_memory)
		put_addr(s->out, "address", local->value.address);
	put_node(s->out, "value", value_tree(env, &local->value, &options));
	rec_end(s->out);
	text_free(&text);
}

size_t locals_put(struct session *s, const struct locals_style *style, const struct local_scope *scopes,
		  size_t n, enum locals_which which, bool hex, bool interrupted)
{
	struct arena arena = {0}; /* values are large, and frames many */
	struct type_env env = *session_env(s);
	size_t shown = 0;

	env.arena = &arena;
	list_begin(s->out, "scopes");
	for (size_t i = n; i > 0; i--) {
		const struct local_scope *scope = &scopes[i - 1];

		if (!count(scope, which))
			continue;
		rec_begin(s->out, &style->scope);
		put_str(s->out, "function", scope->function);
		put_bool(s->out, "inlined", scope->inlined);
		put_bool(s->out, "interrupted", interrupted && !scope->inlined);
		put_str(s->out, "file", scope->file);
		if (scope->file)
			put_u64(s->out, "line", scope->line);
		list_begin(s->out, "variables");
		for (size_t k = 0; k < scope->n; k++) {
			if (!is_wanted(&scope->list[k], which))
				continue;
			put_variable(s, &env, &style->variable[scope->inlined], &scope->list[k], hex);
			shown++;
		}
		list_end(s->out);
		rec_end(s->out);
	}
	list_end(s->out);
	arena_free(&arena);
	return shown;
}

static bool is_aggregate(struct session *s, const struct value *v)
{
	enum type_kind kind = type_strip(s->target->types, v->type)->kind;

	return kind == TYPE_STRUCT || kind == TYPE_UNION || kind == TYPE_ARRAY;
}

const char *locals_arguments(struct session *s, const struct local_scope *scope)
{
	const struct node_options options = {
		.hex = s->settings.radix == 16, .print_max = 200, .member = true};
	struct text text = {0};
	const char *copy;

	for (size_t i = 0; i < scope->n; i++) {
		const struct local *local = &scope->list[i];

		if (!local->argument)
			continue;
		text_printf(&text, "%s%s=", text.n ? ", " : "", local->name);
		if (is_aggregate(s, &local->value))
			text_puts(&text, "...");
		else
			node_write(value_tree(session_env(s), &local->value, &options), 0, &text);
	}
	copy = arena_strdup(&s->scratch, text_str(&text));
	text_free(&text);
	return copy;
}
