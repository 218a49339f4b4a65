/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C expressions to trees: precedence climbing over the words of lex.c. */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "type/expr.h"

/* Of a tree and of the parser's own recursion; what people type is far below. */
#define DEPTH_MAX 100

struct parser {
	struct lexer lexer;
	const struct type_env *env;
	int depth;
};

static struct expr *expression(struct parser *p, int minimum);
static struct expr *unary(struct parser *p);

static const struct {
	int code, precedence;
} binary_operators[] = {
	{'*', 11},  {'/', 11}, {'%', 11}, {'+', 10},  {'-', 10}, {'@', 9},  {P_SHL, 8},
	{P_SHR, 8}, {'<', 7},  {'>', 7},  {P_LE, 7},  {P_GE, 7}, {P_EQ, 6}, {P_NE, 6},
	{'&', 5},   {'^', 4},  {'|', 3},  {P_AND, 2}, {P_OR, 1},
};

enum {
	LOWEST = -1, /* a comma and everything above it */
	CONDITIONAL = 0,
};

static struct expr *error(const struct parser *p, const char *expected)
{
	const struct token *t = &p->lexer.token;

	if (t->kind == TOKEN_BAD)
		expected = t->message;
	else if (t->kind == TOKEN_PUNCTUATION &&
		 (t->code == '=' || t->code == P_ASSIGN || t->code == P_INCREMENT || t->code == P_DECREMENT))
		expected = "a dump cannot be written to";
	else if (t->kind == TOKEN_PUNCTUATION && t->code == '(' && strstr(expected, "operator"))
		expected = "functions cannot be called in a dump";
	fail_at(p->lexer.text, t->at, "%s", expected);
	return NULL;
}

static bool expect(struct parser *p, int code, const char *message)
{
	if (!token_is(&p->lexer, code))
		return error(p, message) != NULL;
	lexer_next(&p->lexer);
	return true;
}

static struct expr *node(struct parser *p, enum expr_kind kind, const char *at, struct expr *a,
			 struct expr *b)
{
	struct expr *e = arena_new(p->env->arena, struct expr);

	e->kind = kind;
	e->at = at;
	e->a = a;
	e->b = b;
	e->depth = 1 + (a ? a->depth : 0);
	if (b && b->depth >= e->depth)
		e->depth = b->depth + 1;
	if (e->depth > DEPTH_MAX) {
		fail_at(p->lexer.text, at, "the expression is too deeply nested");
		return NULL;
	}
	return e;
}

static const char *take_text(struct parser *p)
{
	const char *text = arena_strndup(p->env->arena, p->lexer.token.at, p->lexer.token.length);

	lexer_next(&p->lexer);
	return text;
}

/* The words of a member path up to ")", as text: "a.b[2]". */
static const char *take_path(struct parser *p)
{
	const char *start = p->lexer.token.at;
	size_t n;

	if (p->lexer.token.kind != TOKEN_NAME) {
		error(p, "a member's name is expected");
		return NULL;
	}
	while (p->lexer.token.kind == TOKEN_NAME || p->lexer.token.kind == TOKEN_NUMBER ||
	       token_is(&p->lexer, '.') || token_is(&p->lexer, '[') || token_is(&p->lexer, ']'))
		lexer_next(&p->lexer);
	n = (size_t)(p->lexer.token.at - start);
	while (n && start[n - 1] == ' ')
		n--;
	return arena_strndup(p->env->arena, start, n);
}

static const struct type *type_expected(struct parser *p)
{
	bool failed;
	const struct type *t = parse_type_name(p->env->types, &p->lexer, TYPES_ANY, &failed);

	if (!t && !failed)
		error(p, "a type is expected");
	return t;
}

/* Is the current name a symbol? Then it is none of a structure's. */
static bool is_symbol(struct parser *p)
{
	const struct token *t = &p->lexer.token;
	const struct type *type;
	uint64_t address;
	char name[256];

	if (t->kind != TOKEN_NAME || t->length >= sizeof(name) || !p->env->symbol)
		return false;
	memcpy(name, t->at, t->length);
	name[t->length] = '\0';
	return p->env->symbol(p->env->context, name, &address, &type);
}

/* A type in parentheses at "(", taken with its ")". NULL without a message when it is an expression. */
static const struct type *parenthesised_type(struct parser *p, enum type_words words, bool *failed)
{
	struct lexer before = p->lexer;
	const struct type *t;

	lexer_next(&p->lexer);
	if (is_symbol(p))
		words = TYPES_SURE;
	t = parse_type_name(p->env->types, &p->lexer, words, failed);
	if (t && token_is(&p->lexer, ')')) {
		lexer_next(&p->lexer);
		return t;
	}
	if (t) {
		*failed = true;
		error(p, ") is expected after the type");
	}
	if (!*failed)
		p->lexer = before;
	return NULL;
}

static struct expr *sizeof_operator(struct parser *p, const char *at)
{
	const struct type *t;
	bool failed = false;
	struct expr *e;

	lexer_next(&p->lexer);
	if (token_is(&p->lexer, '(')) {
		t = parenthesised_type(p, TYPES_ANY, &failed);
		if (failed)
			return NULL;
		if (t) {
			e = node(p, EXPR_SIZEOF_TYPE, at, NULL, NULL);
			e->type = t;
			return e;
		}
	}
	e = unary(p);
	return e ? node(p, EXPR_SIZEOF, at, e, NULL) : NULL;
}

/* offsetof(type, path) and container_of(pointer, type, path) */
static struct expr *member_macro(struct parser *p, enum expr_kind kind)
{
	struct expr *pointer = NULL, *e;
	const struct type *t;
	const char *path, *at;

	lexer_next(&p->lexer);
	if (!expect(p, '(', "( is expected"))
		return NULL;
	if (kind == EXPR_CONTAINER_OF) {
		pointer = expression(p, CONDITIONAL);
		if (!pointer || !expect(p, ',', "a comma is expected"))
			return NULL;
	}
	t = type_expected(p);
	if (!t || !expect(p, ',', "a comma is expected"))
		return NULL;
	at = p->lexer.token.at;
	path = take_path(p);
	if (!path || !expect(p, ')', ") is expected"))
		return NULL;
	e = node(p, kind, at, pointer, NULL);
	if (e) {
		e->type = t;
		e->name = path;
	}
	return e;
}

/* typeof(expression or type), for the parser of types. */
static const struct type *typeof_type(struct lexer *l)
{
	const struct parser *outer = l->context;
	struct parser p = {.lexer = *l, .env = outer->env, .depth = outer->depth + 1};
	const struct type *t = NULL;
	struct expr *e;
	bool failed = false;

	p.lexer.context = &p;
	if (p.depth > DEPTH_MAX) {
		fail_at(l->text, l->token.at, "the expression is too deeply nested");
		return NULL;
	}
	lexer_next(&p.lexer);
	if (!token_is(&p.lexer, '(')) {
		error(&p, "( is expected");
		return NULL;
	}
	t = parenthesised_type(&p, TYPES_ANY, &failed);
	if (failed)
		return NULL;
	if (!t) {
		lexer_next(&p.lexer);
		e = expression(&p, LOWEST);
		if (e && expect(&p, ')', ") is expected"))
			t = eval_type(p.env, l->text, e);
	}
	if (t) {
		struct lexer behind = p.lexer;

		behind.context = l->context;
		*l = behind;
	}
	return t;
}

static struct expr *cast_or_parentheses(struct parser *p, const char *at)
{
	const struct type *t;
	struct expr *e;
	bool failed;

	t = parenthesised_type(p, TYPES_POINTER, &failed);
	if (failed)
		return NULL;
	if (t) {
		e = unary(p);
		e = e ? node(p, EXPR_CAST, at, e, NULL) : NULL;
		if (e)
			e->type = t;
		return e;
	}
	lexer_next(&p->lexer);
	{
		int outside = p->lexer.conditional;

		p->lexer.conditional = 0;
		e = expression(p, LOWEST);
		p->lexer.conditional = outside;
	}
	return e && expect(p, ')', ") is expected") ? e : NULL;
}

/* One or more string literals in a row. */
static struct expr *string(struct parser *p, const char *at)
{
	struct expr *e = node(p, EXPR_STRING, at, NULL, NULL);
	struct text bytes = {0};

	for (; p->lexer.token.kind == TOKEN_STRING; lexer_next(&p->lexer)) {
		const char *c = p->lexer.token.at + 1, *end = p->lexer.token.at + p->lexer.token.length - 1;
		uint8_t byte;

		while (c < end) {
			lexer_character(&c, &byte);
			text_putc(&bytes, (char)byte);
		}
	}
	text_putc(&bytes, '\0');
	e->name = arena_copy(p->env->arena, bytes.data, bytes.n);
	e->token.number = bytes.n;
	text_free(&bytes);
	return e;
}

static struct expr *primary(struct parser *p)
{
	const char *at = p->lexer.token.at;
	struct expr *e;

	switch (p->lexer.token.kind) {
	case TOKEN_NUMBER:
		e = node(p, EXPR_NUMBER, at, NULL, NULL);
		e->token = p->lexer.token;
		lexer_next(&p->lexer);
		return e;
	case TOKEN_STRING: return string(p, at);
	case TOKEN_HISTORY:
		e = node(p, EXPR_HISTORY, at, NULL, NULL);
		e->token = p->lexer.token;
		lexer_next(&p->lexer);
		return e;
	case TOKEN_REGISTER:
		e = node(p, EXPR_REGISTER, at, NULL, NULL);
		e->name = take_text(p) + 1;
		return e;
	case TOKEN_NAME:
		if (token_is_name(&p->lexer, "sizeof"))
			return sizeof_operator(p, at);
		if (token_is_name(&p->lexer, "offsetof") || token_is_name(&p->lexer, "__builtin_offsetof"))
			return member_macro(p, EXPR_OFFSETOF);
		if (token_is_name(&p->lexer, "container_of") || token_is_name(&p->lexer, "list_entry"))
			return member_macro(p, EXPR_CONTAINER_OF);
		e = node(p, EXPR_NAME, at, NULL, NULL);
		e->name = take_text(p);
		return e;
	default: break;
	}
	if (token_is(&p->lexer, '('))
		return cast_or_parentheses(p, at);
	return error(p, "an operand is expected");
}

/* What follows a primary expression, or the base of a member path: . -> [ ] */
static struct expr *postfix(struct parser *p, struct expr *e)
{
	while (e) {
		const char *at = p->lexer.token.at;

		if (token_is(&p->lexer, '.') || token_is(&p->lexer, P_ARROW)) {
			lexer_next(&p->lexer);
			at = p->lexer.token.at;
			if (p->lexer.token.kind != TOKEN_NAME)
				return error(p, "a member's name is expected");
			e = node(p, EXPR_MEMBER, at, e, NULL);
			if (e)
				e->name = take_text(p);
		} else if (token_is(&p->lexer, '[')) {
			struct expr *index;

			lexer_next(&p->lexer);
			index = expression(p, LOWEST);
			if (!index || !expect(p, ']', "] is expected"))
				return NULL;
			e = node(p, EXPR_INDEX, at, e, index);
		} else {
			break;
		}
	}
	return e;
}

/* {type} address, as gdb has it */
static struct expr *braces(struct parser *p, const char *at)
{
	const struct type *t;
	struct expr *e;

	lexer_next(&p->lexer);
	t = type_expected(p);
	if (!t || !expect(p, '}', "} is expected"))
		return NULL;
	e = unary(p);
	e = e ? node(p, EXPR_CAST, at, e, NULL) : NULL;
	if (!e)
		return NULL;
	e->type = type_pointer_to(p->env->types, t);
	e = node(p, EXPR_UNARY, at, e, NULL);
	if (e)
		e->code = '*';
	return e;
}

static struct expr *unary(struct parser *p)
{
	const struct token t = p->lexer.token;
	struct expr *e = NULL;

	if (++p->depth > DEPTH_MAX) {
		fail_at(p->lexer.text, t.at, "the expression is too deeply nested");
	} else if (t.kind == TOKEN_PUNCTUATION && t.code > 0 && t.code < 128 && strchr("-+~!*&", t.code)) {
		lexer_next(&p->lexer);
		e = unary(p);
		e = e ? node(p, EXPR_UNARY, t.at, e, NULL) : NULL;
		if (e)
			e->code = t.code;
	} else if (token_is(&p->lexer, '{')) {
		e = braces(p, t.at);
	} else {
		e = postfix(p, primary(p));
	}
	p->depth--;
	return e;
}

static int precedence_of(const struct lexer *l)
{
	if (l->token.kind != TOKEN_PUNCTUATION)
		return LOWEST;
	for (size_t i = 0; i < sizeof(binary_operators) / sizeof(binary_operators[0]); i++) {
		if (binary_operators[i].code == l->token.code)
			return binary_operators[i].precedence;
	}
	return LOWEST;
}

static struct expr *conditional(struct parser *p, struct expr *condition)
{
	const char *at = p->lexer.token.at;
	struct expr *a = NULL, *b, *e;
	bool without;

	p->lexer.conditional++;
	lexer_next(&p->lexer);
	without = token_is(&p->lexer, ':');
	if (!without)
		a = expression(p, LOWEST);
	p->lexer.conditional--;
	if ((!a && !without) || !expect(p, ':', ": is expected"))
		return NULL;
	b = expression(p, CONDITIONAL);
	if (!b)
		return NULL;
	e = node(p, EXPR_CONDITIONAL, at, a, b);
	if (!e)
		return NULL;
	e->c = condition;
	if (condition->depth >= e->depth)
		e->depth = condition->depth + 1;
	return e;
}

/* Everything that binds at least as strongly as @minimum. */
static struct expr *expression(struct parser *p, int minimum)
{
	struct expr *left = NULL;

	if (++p->depth > DEPTH_MAX)
		fail_at(p->lexer.text, p->lexer.token.at, "the expression is too deeply nested");
	else
		left = unary(p);
	while (left) {
		int precedence = precedence_of(&p->lexer), code = p->lexer.token.code;
		const char *at = p->lexer.token.at;
		struct expr *right;

		if (precedence > 0 && precedence >= minimum) {
			lexer_next(&p->lexer);
			right = expression(p, precedence + 1);
		} else if (token_is(&p->lexer, '?') && minimum <= CONDITIONAL) {
			left = conditional(p, left);
			continue;
		} else if (token_is(&p->lexer, ',') && minimum <= LOWEST) {
			lexer_next(&p->lexer);
			right = expression(p, CONDITIONAL);
		} else {
			break;
		}
		left = right ? node(p, EXPR_BINARY, at, left, right) : NULL;
		if (left)
			left->code = code;
	}
	p->depth--;
	return left;
}

struct expr *parse_expression(const struct type_env *env, const char *text, const struct value *base)
{
	struct parser p = {.env = env};
	struct expr *e;

	lexer_start(&p.lexer, text);
	p.lexer.typeof_type = typeof_type;
	p.lexer.context = &p;
	if (base) {
		e = node(&p, EXPR_VALUE, p.lexer.token.at, NULL, NULL);
		e->value = base;
		if (p.lexer.token.kind == TOKEN_NAME) {
			e = node(&p, EXPR_MEMBER, p.lexer.token.at, e, NULL);
			e->name = take_text(&p);
		}
		e = postfix(&p, e);
	} else {
		e = expression(&p, LOWEST);
	}
	if (e && p.lexer.token.kind != TOKEN_END)
		return error(&p, base ? ". or -> or [ is expected" : "an operator is expected");
	return e;
}

const struct type *value_type(const struct type_env *env, const char *text)
{
	struct parser p = {.env = env};
	const struct type *t;

	lexer_start(&p.lexer, text);
	p.lexer.typeof_type = typeof_type;
	p.lexer.context = &p;
	t = type_expected(&p);
	if (t && p.lexer.token.kind != TOKEN_END) {
		error(&p, "the type should end here");
		return NULL;
	}
	return t;
}
