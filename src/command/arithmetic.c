/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 64-bit arithmetic as eval and "(expression)" words know it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "command/session.h"

enum { MAX_DEPTH = 100 };

struct arithmetic {
	struct session *s;
	const char *at;
	unsigned depth;
};

static bool expression(struct arithmetic *a, unsigned level, uint64_t *value);

static void blanks(struct arithmetic *a)
{
	while (isspace((unsigned char)*a->at))
		a->at++;
}

/* The number of a word: decimal, 0x, bare hexadecimal when it is no symbol; K M G T multiply by powers of
 * 1024. */
static bool word_value(struct session *s, const char *word, uint64_t *value)
{
	static const char units[] = "kmgt";
	size_t n = strlen(word);
	const char *unit = n > 1 ? strchr(units, tolower((unsigned char)word[n - 1])) : NULL;
	char *digits = NULL;

	if (isdigit((unsigned char)word[0])) {
		bool hex = word[1] == 'x' || word[1] == 'X';

		if (parse_number(word, hex ? 16 : 10, value))
			return true;
		if (unit && *unit) {
			uint64_t factor = 1ULL << (10 * (unsigned)(unit - units + 1));

			digits = arena_strndup(&s->scratch, word, n - 1);
			if (parse_number(digits, hex ? 16 : 10, value)) {
				if (*value > UINT64_MAX / factor)
					return fail("number too large: %s", word);
				*value *= factor;
				return true;
			}
		}
	}
	if (s->target && session_symbol(s, word, value))
		return true;
	if (parse_number(word, 16, value))
		return true;
	return fail(isdigit((unsigned char)word[0]) ? "not a number: %s" : "symbol not found: %s", word);
}

static bool primary(struct arithmetic *a, uint64_t *value)
{
	size_t n;
	char sign;

	blanks(a);
	if (++a->depth > MAX_DEPTH)
		return fail("the expression nests too deep");
	if (strchr("-+~", *a->at) && *a->at) {
		sign = *a->at++;
		if (!primary(a, value))
			return false;
		*value = sign == '-' ? 0 - *value : sign == '~' ? ~*value : *value;
	} else if (*a->at == '(') {
		a->at++;
		if (!expression(a, 0, value))
			return false;
		blanks(a);
		if (*a->at++ != ')')
			return fail("a ) is missing");
	} else {
		for (n = 0; isalnum((unsigned char)a->at[n]) || (a->at[n] && strchr("_.$:", a->at[n]));)
			n++;
		if (!n)
			return *a->at ? fail("not an expression at: %s", a->at)
				      : fail("the expression is not complete");
		if (!word_value(a->s, arena_strndup(&a->s->scratch, a->at, n), value))
			return false;
		a->at += n;
	}
	a->depth--;
	return true;
}

/* C's levels, from the loosest to the tightest. */
static const char *const levels[][4] = {
	{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"},
};
enum { LEVELS = sizeof(levels) / sizeof(levels[0]) };

static const char *operator_at(struct arithmetic *a, unsigned level)
{
	blanks(a);
	for (unsigned i = 0; i < 4 && levels[level][i]; i++) {
		size_t n = strlen(levels[level][i]);

		if (strncmp(a->at, levels[level][i], n) == 0) {
			a->at += n;
			return levels[level][i];
		}
	}
	return NULL;
}

static bool apply(const char *op, uint64_t *left, uint64_t right)
{
	switch (*op) {
	case '|': *left |= right; break;
	case '^': *left ^= right; break;
	case '&': *left &= right; break;
	case '<': *left = right < 64 ? *left << right : 0; break;
	case '>': *left = right < 64 ? *left >> right : 0; break;
	case '+': *left += right; break;
	case '-': *left -= right; break;
	case '*': *left *= right; break;
	default:
		if (!right)
			return fail("division by zero");
		*left = *op == '/' ? *left / right : *left % right;
	}
	return true;
}

static bool expression(struct arithmetic *a, unsigned level, uint64_t *value)
{
	const char *op;
	uint64_t right;

	if (level == LEVELS)
		return primary(a, value);
	if (!expression(a, level + 1, value))
		return false;
	while ((op = operator_at(a, level))) {
		if (!expression(a, level + 1, &right) || !apply(op, value, right))
			return false;
	}
	return true;
}

bool session_arithmetic(struct session *s, const char *text, uint64_t *value)
{
	struct arithmetic a = {.s = s, .at = text};

	if (!expression(&a, 0, value))
		return false;
	blanks(&a);
	return !*a.at || fail("not an expression at: %s", a.at);
}
