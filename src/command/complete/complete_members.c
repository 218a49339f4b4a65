/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of structures: of which one, and what they are called. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "command/complete/complete_private.h"

enum { MAX_DEPTH = 16 }; /* anonymous structures in each other */

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Back over a bracket of any kind to the one that opens it; NULL when there is none. */
static const char *opening(const char *line, const char *closing)
{
	unsigned depth = 0;

	for (const char *at = closing;; at--) {
		if (*at == ')' || *at == ']')
			depth++;
		else if ((*at == '(' || *at == '[') && --depth == 0)
			return at;
		if (at == line)
			return NULL;
	}
}

const char *member_base(const char *line, const char *end)
{
	const char *at = end;

	while (at > line) {
		char before = at[-1];

		if (before == ')' || before == ']') {
			const char *open = opening(line, at - 1);

			if (!open)
				break;
			at = open;
			/* a parenthesis begins the expression, an index stands behind something */
			if (*open == '(')
				break;
		} else if (is_name(before) || before == '.') {
			at--;
		} else if (before == '>' && at - line >= 2 && at[-2] == '-') {
			at -= 2;
		} else {
			break;
		}
	}
	return at;
}

/* What a pointer leads to or an array consists of; else the type itself. */
static const struct type *inside(struct types *ts, const struct type *t)
{
	for (unsigned i = 0; i < MAX_DEPTH; i++) {
		t = type_strip(ts, t);
		if ((t->kind != TYPE_POINTER && t->kind != TYPE_ARRAY) || !t->target)
			break;
		t = t->target;
	}
	return t;
}

static const struct type *first_type(struct session *s, const char *name, bool types)
{
	struct types *ts = s->target->types;
	const struct type *type = types ? type_find_any(ts, name) : NULL;

	if (!type)
		type = type_of_symbol(ts, name);
	return type ? type : type_find_any(ts, name);
}

/* "name.member->member[1]": by types alone, so that pointers which are NULL or cannot be read do no harm. */
static const struct type *type_of_path(struct session *s, struct arena *a, const char *path, bool types)
{
	struct types *ts = s->target->types;
	const struct type *type;
	size_t n = 0;

	while (is_name(path[n]))
		n++;
	type = first_type(s, arena_strndup(a, path, n), types);
	for (path += n; type && *path; path += n) {
		struct type_place place;

		n = 1;
		if (*path == '[') {
			n = strcspn(path, "]");
			n += path[n] == ']';
			continue;
		}
		if (!is_name(*path))
			continue;
		while (is_name(path[n]))
			n++;
		if (!type_path(ts, inside(ts, type), arena_strndup(a, path, n), &place))
			return NULL;
		type = place.type;
	}
	return type;
}

static void add_members(struct words *w, struct types *ts, const struct type *t, unsigned depth)
{
	const struct type_member *list;
	size_t n;

	t = inside(ts, t);
	if ((t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || depth == MAX_DEPTH ||
	    !type_members(ts, t, &list, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		if (list[i].name)
			words_add(w, list[i].name);
		else if (!list[i].bit_size)
			add_members(w, ts, list[i].type, depth + 1);
	}
}

void words_of_members(struct words *w, struct session *s, const char *base, bool types)
{
	const struct type *type = NULL;
	struct value v;

	if (!s->target)
		return;
	if (is_name(*base))
		type = type_of_path(s, w->arena, base, types);
	else if (value_eval(session_env(s), base, &v))
		type = v.type;
	if (type)
		add_members(w, s->target->types, type, 0);
}
