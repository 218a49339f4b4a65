/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members by path: "a.b[2].c" from a structure, through anonymous members. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "type/type.h"

/*
 * Anonymous structures inside one another: how deep, and how many to look
 * through in all. Damaged types may hold the same one many times at every depth.
 */
enum { ANONYMOUS_MAX = 32, LOOKED_AT_MAX = 1 << 14 };

/* The member @name of @t, also inside anonymous members; ->bit_offset is added to. */
static bool find_member(struct types *ts, const struct type *t, const char *name, size_t length,
			struct type_place *place, int depth, unsigned *looked_at)
{
	const struct type_member *list;
	size_t n;

	if (depth > ANONYMOUS_MAX || ++*looked_at > LOOKED_AT_MAX || !type_members(ts, t, &list, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *own = list[i].name;

		if (own && strncmp(own, name, length) == 0 && !own[length]) {
			place->type = list[i].type;
			place->bit_offset += list[i].bit_offset;
			place->bit_size = list[i].bit_size;
			return true;
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct type_place inner = *place;

		if (list[i].name || list[i].bit_size)
			continue;
		inner.bit_offset += list[i].bit_offset;
		if (find_member(ts, list[i].type, name, length, &inner, depth + 1, looked_at)) {
			*place = inner;
			return true;
		}
	}
	return false;
}

static const char *keyword(const struct type *t)
{
	return t->kind == TYPE_UNION ? "union" : "struct";
}

static bool step_member(struct types *ts, const char *name, size_t length, struct type_place *place)
{
	const struct type *t = type_strip(ts, place->type);
	unsigned looked_at = 0;

	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
		return fail("member %.*s is asked of something that is no structure", (int)length, name);
	if (find_member(ts, t, name, length, place, 0, &looked_at))
		return true;
	if (t->incomplete)
		return fail("%s %s is declared but defined nowhere", keyword(t), t->name ? t->name : "{...}");
	return fail("%s %s has no member %.*s", keyword(t), t->name ? t->name : "{...}", (int)length, name);
}

/* "[12]" at *@at, which is moved behind it. */
static bool step_index(struct types *ts, const char **at, struct type_place *place)
{
	const struct type *t = type_strip(ts, place->type);
	const char *p = *at + 1;
	uint64_t index, size;
	char digits[24];
	size_t n = 0;

	while (isxdigit((unsigned char)p[n]) || p[n] == 'x')
		n++;
	if (n == 0 || n >= sizeof(digits) || p[n] != ']')
		return fail("a number and ] must follow [ in \"%s\"", *at);
	memcpy(digits, p, n);
	digits[n] = '\0';
	if (!parse_number(digits, 0, &index))
		return fail("\"%s\" is no number", digits);
	if (t->kind != TYPE_ARRAY)
		return fail("[%s] is asked of something that is no array", digits);
	if (t->count && index >= t->count)
		return fail("index %s of an array of %llu", digits, (unsigned long long)t->count);
	size = type_size(ts, t->target);
	if (__builtin_mul_overflow(size, 8, &size) || __builtin_mul_overflow(size, index, &size) ||
	    __builtin_add_overflow(place->bit_offset, size, &place->bit_offset))
		return fail("index %s is out of any memory", digits);
	place->type = t->target;
	place->bit_size = 0;
	*at = p + n + 1;
	return true;
}

bool type_path(struct types *ts, const struct type *t, const char *path, struct type_place *place)
{
	const char *at = path;

	*place = (struct type_place){t, 0, 0};
	if (*at == '.')
		at++;
	for (;;) {
		size_t n = 0;

		while (isalnum((unsigned char)at[n]) || at[n] == '_' || at[n] == '$')
			n++;
		if (n == 0)
			return fail("a member name is missing in \"%s\"", path);
		if (!step_member(ts, at, n, place))
			return false;
		at += n;
		while (*at == '[') {
			if (!step_index(ts, &at, place))
				return false;
		}
		if (!*at)
			return true;
		if (*at != '.')
			return fail("unexpected \"%s\" in \"%s\"", at, path);
		at++;
	}
}
