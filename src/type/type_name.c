/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Type names as in a cast: specifiers and an abstract declarator. */
#include <string.h>

#include "base/error.h"
#include "type/declare.h"
#include "type/expr.h"

enum {
	NAME_MAX_LENGTH = 256,
	LAYERS_MAX = 32, /* stars and brackets of one declarator, declarators inside one another */
	PARAMETERS_MAX = 32,
};

struct specifiers {
	unsigned longs, shorts, chars, ints, bools, voids, floats, doubles, is_signed, is_unsigned;
	unsigned qualifiers;
	const struct type *type;
};

static bool copy_name(const struct lexer *l, char name[NAME_MAX_LENGTH])
{
	if (l->token.kind != TOKEN_NAME || l->token.length >= NAME_MAX_LENGTH)
		return false;
	memcpy(name, l->token.at, l->token.length);
	name[l->token.length] = '\0';
	return true;
}

/* Take a keyword of C's integers or a qualifier. */
static bool take_keyword(struct lexer *l, struct specifiers *s)
{
	const struct {
		const char *name;
		unsigned *count;
	} words[] = {
		{"long", &s->longs},       {"short", &s->shorts},         {"char", &s->chars},
		{"int", &s->ints},         {"_Bool", &s->bools},          {"bool", &s->bools},
		{"void", &s->voids},       {"float", &s->floats},         {"double", &s->doubles},
		{"signed", &s->is_signed}, {"unsigned", &s->is_unsigned},
	};
	static const struct {
		const char *name;
		unsigned bit;
	} qualifiers[] = {
		{"const", QUALIFIER_CONST},
		{"volatile", QUALIFIER_VOLATILE},
		{"restrict", QUALIFIER_RESTRICT},
		{"_Atomic", QUALIFIER_ATOMIC},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (token_is_name(l, words[i].name)) {
			++*words[i].count;
			lexer_next(l);
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(qualifiers[0]); i++) {
		if (token_is_name(l, qualifiers[i].name)) {
			s->qualifiers |= qualifiers[i].bit;
			lexer_next(l);
			return true;
		}
	}
	return false;
}

static bool any_keyword(const struct specifiers *s)
{
	return s->longs || s->shorts || s->chars || s->ints || s->bools || s->voids || s->floats ||
	       s->doubles || s->is_signed || s->is_unsigned;
}

static const struct type *keyword_type(struct types *ts, const struct specifiers *s)
{
	const char *name;

	if (s->voids)
		return type_void(ts);
	if (s->floats || s->doubles)
		return type_find(ts, TYPE_FLOAT, s->floats ? "float" : s->longs ? "long double" : "double");
	if (s->bools)
		name = "_Bool";
	else if (s->chars)
		name = s->is_unsigned ? "unsigned char" : s->is_signed ? "signed char" : "char";
	else if (s->shorts)
		name = s->is_unsigned ? "unsigned short" : "short";
	else if (s->longs > 1)
		name = s->is_unsigned ? "unsigned long long" : "long long";
	else if (s->longs)
		name = s->is_unsigned ? "unsigned long" : "long";
	else
		name = s->is_unsigned ? "unsigned int" : "int";
	return type_find(ts, TYPE_INT, name);
}

/* struct, union or enum with its tag. */
static bool take_tagged(struct types *ts, struct lexer *l, struct specifiers *s)
{
	static const struct {
		const char *name;
		enum type_kind kind;
	} words[] = {{"struct", TYPE_STRUCT}, {"union", TYPE_UNION}, {"enum", TYPE_ENUM}};
	char name[NAME_MAX_LENGTH];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!token_is_name(l, words[i].name))
			continue;
		lexer_next(l);
		if (!copy_name(l, name))
			return fail_at(l->text, l->token.at, "a name must follow %s", words[i].name);
		s->type = type_find(ts, words[i].kind, name);
		if (!s->type)
			return fail_at(l->text, l->token.at, "there is no %s %s", words[i].name, name);
		lexer_next(l);
		return true;
	}
	return true;
}

/* A typedef or, where asked for, a tag without its keyword. */
static void take_name(struct types *ts, struct lexer *l, enum type_words words, struct specifiers *s)
{
	struct lexer before = *l;
	char name[NAME_MAX_LENGTH];

	if (!copy_name(l, name))
		return;
	s->type = type_find(ts, TYPE_TYPEDEF, name);
	if (!s->type && words != TYPES_SURE)
		s->type = type_find_any(ts, name);
	else
		words = TYPES_SURE;
	if (!s->type)
		return;
	lexer_next(l);
	if (words == TYPES_POINTER && !token_is(l, '*')) {
		s->type = NULL;
		*l = before;
	}
}

static const struct type *qualify(struct types *ts, const struct type *t, unsigned qualifiers)
{
	return qualifiers ? type_qualified(ts, t, (uint8_t)qualifiers) : t;
}

static const struct type *type_name_at(struct types *ts, struct lexer *l, enum type_words words, int depth,
				       bool *failed);

/* "(int, char *, ...)" behind what a function of type @t returns. */
static const struct type *function(struct types *ts, struct lexer *l, const struct type *t, int depth)
{
	struct type_parameter list[PARAMETERS_MAX];
	bool variadic = false, failed;
	size_t n = 0;

	lexer_next(l);
	while (!token_is(l, ')')) {
		if (n && !token_is(l, ',')) {
			fail_at(l->text, l->token.at, ") or , is expected");
			return NULL;
		}
		if (n)
			lexer_next(l);
		variadic = token_is(l, P_ELLIPSIS);
		if (variadic) {
			lexer_next(l);
			break;
		}
		if (n == PARAMETERS_MAX) {
			fail_at(l->text, l->token.at, "too many parameters");
			return NULL;
		}
		list[n] = (struct type_parameter){NULL, type_name_at(ts, l, TYPES_ANY, depth + 1, &failed)};
		if (!list[n].type) {
			if (!failed)
				fail_at(l->text, l->token.at, "a parameter's type is expected");
			return NULL;
		}
		if (l->token.kind == TOKEN_NAME)
			lexer_next(l);
		n++;
	}
	if (!token_is(l, ')')) {
		fail_at(l->text, l->token.at, ") is expected");
		return NULL;
	}
	lexer_next(l);
	if (n == 1 && list[0].type == type_void(ts))
		n = 0;
	return type_function_of(ts, t, list, n, variadic);
}

/*
 * Stars, brackets and parentheses around no name, from the inside out:
 * "*[4]" is an array of pointers, "(*)[4]" a pointer to an array.
 */
static const struct type *declarator(struct types *ts, struct lexer *l, const struct type *t, int depth)
{
	uint64_t counts[LAYERS_MAX];
	bool open[LAYERS_MAX];
	struct lexer inside;
	bool has_inside = false;
	int n = 0;

	if (depth > LAYERS_MAX) {
		fail_at(l->text, l->token.at, "the type is too deeply nested");
		return NULL;
	}
	while (token_is(l, '*')) {
		struct specifiers s = {0};

		lexer_next(l);
		t = type_pointer_to(ts, t);
		while (take_keyword(l, &s) && !any_keyword(&s))
			;
		if (any_keyword(&s)) {
			fail_at(l->text, l->token.at, "a type is not expected after *");
			return NULL;
		}
		t = qualify(ts, t, s.qualifiers);
		if (++n > LAYERS_MAX) {
			fail_at(l->text, l->token.at, "too many stars");
			return NULL;
		}
	}
	if (token_is(l, '(')) {
		struct lexer ahead = *l;

		lexer_next(&ahead);
		if (token_is(&ahead, '*')) {
			int level = 1;

			/* what stands inside applies to what stands around: come back to it */
			has_inside = true;
			inside = ahead;
			for (; level && ahead.token.kind != TOKEN_END; lexer_next(&ahead))
				level += token_is(&ahead, '(') - token_is(&ahead, ')');
			*l = ahead;
		}
	}
	if (token_is(l, '(')) {
		t = function(ts, l, t, depth);
		if (!t)
			return NULL;
		if (token_is(l, '[') || token_is(l, '(')) {
			fail_at(l->text, l->token.at, "functions do not return arrays or functions");
			return NULL;
		}
	}
	for (n = 0; token_is(l, '['); n++) {
		lexer_next(l);
		open[n] = token_is(l, ']');
		counts[n] = open[n] ? 0 : l->token.number;
		if (n + 1 == LAYERS_MAX || (!open[n] && l->token.kind != TOKEN_NUMBER)) {
			fail_at(l->text, l->token.at, "a number is expected");
			return NULL;
		}
		if (!open[n])
			lexer_next(l);
		if (!token_is(l, ']')) {
			fail_at(l->text, l->token.at, "] is expected");
			return NULL;
		}
		lexer_next(l);
	}
	while (n-- > 0)
		t = type_array_of(ts, t, counts[n]);
	if (has_inside) {
		t = declarator(ts, &inside, t, depth + 1);
		if (t && !token_is(&inside, ')')) {
			fail_at(l->text, inside.token.at, ") is expected");
			return NULL;
		}
	}
	return t;
}

static const struct type *type_name_at(struct types *ts, struct lexer *l, enum type_words words, int depth,
				       bool *failed)
{
	struct specifiers s = {0};
	struct lexer before = *l;
	const struct type *t;

	*failed = true;
	while (take_keyword(l, &s))
		;
	if (!any_keyword(&s)) {
		if (l->typeof_type && (token_is_name(l, "typeof") || token_is_name(l, "__typeof__"))) {
			s.type = l->typeof_type(l);
			if (!s.type)
				return NULL;
		} else if (!take_tagged(ts, l, &s)) {
			return NULL;
		}
		if (!s.type)
			take_name(ts, l, s.qualifiers ? TYPES_ANY : words, &s);
		if (!s.type && s.qualifiers) {
			fail_at(l->text, l->token.at, "a type is expected");
			return NULL;
		}
		if (!s.type) {
			*failed = false;
			*l = before;
			return NULL;
		}
		while (take_keyword(l, &s))
			; /* "struct list_head const *" */
		if (any_keyword(&s)) {
			fail_at(l->text, l->token.at, "two types in one");
			return NULL;
		}
	} else {
		s.type = keyword_type(ts, &s);
		if (!s.type) {
			fail_at(l->text, before.token.at, "there is no such type here");
			return NULL;
		}
	}
	t = declarator(ts, l, qualify(ts, s.type, s.qualifiers), depth);
	*failed = !t;
	return t;
}

const struct type *parse_type_name(struct types *ts, struct lexer *l, enum type_words words, bool *failed)
{
	return type_name_at(ts, l, words, 0, failed);
}

const struct type *type_parse(struct types *ts, const char *text)
{
	const struct type *t;
	struct lexer l;
	bool failed;

	lexer_start(&l, text);
	t = parse_type_name(ts, &l, TYPES_ANY, &failed);
	if (!t) {
		if (!failed)
			fail_at(text, l.token.at, "a type is expected");
		return NULL;
	}
	if (l.token.kind != TOKEN_END) {
		fail_at(text, l.token.at, "the type should end here");
		return NULL;
	}
	return t;
}
