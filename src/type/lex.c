/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of C expressions. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "type/expr.h"

static bool is_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

bool fail_at(const char *text, const char *at, const char *format, ...)
{
	struct text line = {0}, margin = {0};
	char message[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	/* a line end would part the caret from its place */
	for (const char *p = text; *p; p++)
		text_putc(&line, strchr("\n\r\v\f", *p) ? ' ' : *p);
	/* as wide as what stands before: tabs as they are, nothing for the further bytes of a UTF-8 character
	 */
	for (const char *p = text; p < at; p++)
		if (((unsigned char)*p & 0xc0) != 0x80)
			text_putc(&margin, *p == '\t' ? '\t' : ' ');
	fail("%s\n    %s\n    %s^", message, text_str(&line), text_str(&margin));
	text_free(&line);
	text_free(&margin);
	return false;
}

static void bad(struct lexer *l, const char *message)
{
	l->token.kind = TOKEN_BAD;
	l->token.message = message;
}

/*
 * How long a qualified name is that begins here, or 0: "read_write.c:name" (the
 * file may hold slashes and dashes), or "ext4:name".
 */
static size_t qualified_length(const struct lexer *l, const char *p)
{
	size_t n = 0, word = 0;

	while (is_part(p[word]))
		word++;
	for (n = word; is_part(p[n]) || p[n] == '-' || p[n] == '/' || p[n] == '.'; n++)
		;
	if (p[n] == ':' && is_start(p[n + 1]) && n > 2 && p[n - 2] == '.' && strchr("chS", p[n - 1]))
		n++;
	else if (p[word] == ':' && is_start(p[word + 1]) && !l->conditional)
		n = word + 1;
	else
		return 0;
	while (is_part(p[n]))
		n++;
	return n;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static bool take_digits(const char **p, int base, uint64_t *value)
{
	const char *start = *p;

	*value = 0;
	for (; digit_of(**p) < base; (*p)++) {
		if (__builtin_mul_overflow(*value, (uint64_t)base, value) ||
		    __builtin_add_overflow(*value, (uint64_t)digit_of(**p), value))
			return false;
	}
	return *p > start;
}

static void lex_number(struct lexer *l, const char *p)
{
	struct token *t = &l->token;
	const char *start = p;
	int base = 10;

	t->kind = TOKEN_NUMBER;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	} else if (p[0] == '0' && (p[1] == 'b' || p[1] == 'B') && (p[2] == '0' || p[2] == '1')) {
		base = 2;
		p += 2;
	} else if (p[0] == '0') {
		base = 8;
	}
	if (!take_digits(&p, base, &t->number))
		bad(l, digit_of(*p) < base ? "the number does not fit into 64 bits" : "digits are missing");
	t->is_decimal = base == 10;
	/* as crash does, take an address that was pasted without 0x */
	if (digit_of(*p) < 16 && base != 16 && base != 2) {
		const char *q = start;

		if (take_digits(&q, 16, &t->number) && !is_part(*q)) {
			t->is_decimal = false;
			p = q;
		}
	}
	for (; *p == 'u' || *p == 'U' || *p == 'l' || *p == 'L'; p++) {
		if (*p == 'u' || *p == 'U')
			t->is_unsigned = true;
		else if (t->is_long)
			t->is_long_long = true;
		else
			t->is_long = true;
	}
	if (t->kind == TOKEN_NUMBER && is_part(*p))
		bad(l, "unexpected letter in a number");
	else if (t->kind == TOKEN_NUMBER && *p == '.' && isdigit((unsigned char)p[1]))
		bad(l, "floating point numbers are not supported");
	t->length = (size_t)(p - t->at);
}

const char *lexer_character(const char **at, uint8_t *c)
{
	static const char letters[] = "abfnrtve\\'\"?", values[] = "\a\b\f\n\r\t\v\033\\'\"?";
	const char *p = *at, *letter, *message = NULL;
	uint64_t number = 0;

	if (*p != '\\') {
		number = (uint8_t)*p;
		p += *p != '\0';
	} else if (*++p == 'x') {
		p++;
		if (!take_digits(&p, 16, &number))
			message = "digits are missing";
	} else if (digit_of(*p) < 8) {
		for (int i = 0; i < 3 && digit_of(*p) < 8; i++)
			number = number * 8 + (uint64_t)digit_of(*p++);
	} else if (*p && (letter = strchr(letters, *p))) {
		number = (uint8_t)values[letter - letters];
		p++;
	} else {
		message = "unknown escape sequence";
	}
	*at = p;
	*c = (uint8_t)number;
	return message;
}

static void lex_character(struct lexer *l, const char *p)
{
	struct token *t = &l->token;
	const char *message;
	uint8_t c;

	t->kind = TOKEN_NUMBER;
	t->is_char = true;
	p++;
	message = lexer_character(&p, &c);
	t->number = c;
	if (message)
		bad(l, message);
	if (*p == '\'')
		p++;
	else if (t->kind == TOKEN_NUMBER)
		bad(l, "a character ends with '");
	t->length = (size_t)(p - t->at);
}

static void lex_string(struct lexer *l, const char *p)
{
	struct token *t = &l->token;
	const char *message = NULL;
	uint8_t c;

	t->kind = TOKEN_STRING;
	for (p++; *p && *p != '"' && !message;)
		message = lexer_character(&p, &c);
	if (!message && *p != '"')
		message = "a string ends with \"";
	if (message)
		bad(l, message);
	p += *p == '"';
	t->length = (size_t)(p - t->at);
}

/* $rip is a register; $, $$, $4 and $$4 are values that were shown before. */
static void lex_dollar(struct lexer *l, const char *p)
{
	struct token *t = &l->token;

	t->back = p[1] == '$';
	p += 1 + t->back;
	t->kind = TOKEN_HISTORY;
	if (isdigit((unsigned char)*p)) {
		if (!take_digits(&p, 10, &t->number))
			bad(l, "the number does not fit into 64 bits");
	} else if (t->back) {
		t->number = 1;
	} else if (is_start(*p)) {
		t->kind = TOKEN_REGISTER;
		while (is_part(*p))
			p++;
	} else {
		t->back = true; /* "$" is the last one */
	}
	if (t->kind == TOKEN_HISTORY && is_part(*p))
		bad(l, "a number or a register's name follows $");
	t->length = (size_t)(p - t->at);
}

static void lex_punctuation(struct lexer *l, const char *p)
{
	static const struct {
		const char *text;
		int code;
	} longer[] = {
		{"...", P_ELLIPSIS}, {"<<=", P_ASSIGN},   {">>=", P_ASSIGN}, {"->", P_ARROW},
		{"<<", P_SHL},       {">>", P_SHR},       {"<=", P_LE},      {">=", P_GE},
		{"==", P_EQ},        {"!=", P_NE},        {"&&", P_AND},     {"||", P_OR},
		{"+=", P_ASSIGN},    {"-=", P_ASSIGN},    {"*=", P_ASSIGN},  {"/=", P_ASSIGN},
		{"%=", P_ASSIGN},    {"&=", P_ASSIGN},    {"|=", P_ASSIGN},  {"^=", P_ASSIGN},
		{"++", P_INCREMENT}, {"--", P_DECREMENT},
	};
	struct token *t = &l->token;

	t->kind = TOKEN_PUNCTUATION;
	for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++) {
		if (strncmp(p, longer[i].text, strlen(longer[i].text)) == 0) {
			t->code = longer[i].code;
			t->length = strlen(longer[i].text);
			return;
		}
	}
	t->code = (unsigned char)*p;
	t->length = 1;
	if (!strchr("()[]{}.*&+-~!/%<>^|?:,@=", *p))
		bad(l, "unexpected character");
}

void lexer_next(struct lexer *l)
{
	const char *p = l->next;

	while (isspace((unsigned char)*p))
		p++;
	l->token = (struct token){.kind = TOKEN_END, .at = p};
	if (is_start(*p)) {
		size_t n = qualified_length(l, p);

		l->token.kind = TOKEN_NAME;
		while (n == 0 || is_part(p[n]))
			n++;
		l->token.length = n;
	} else if (isdigit((unsigned char)*p)) {
		lex_number(l, p);
	} else if (*p == '\'') {
		lex_character(l, p);
	} else if (*p == '$') {
		lex_dollar(l, p);
	} else if (*p == '"') {
		lex_string(l, p);
	} else if (*p) {
		lex_punctuation(l, p);
	}
	l->next = p + l->token.length;
}

void lexer_start(struct lexer *l, const char *text)
{
	*l = (struct lexer){.text = text, .next = text};
	lexer_next(l);
}

bool token_is(const struct lexer *l, int code)
{
	return l->token.kind == TOKEN_PUNCTUATION && l->token.code == code;
}

bool token_is_name(const struct lexer *l, const char *name)
{
	return l->token.kind == TOKEN_NAME && l->token.length == strlen(name) &&
	       memcmp(l->token.at, name, l->token.length) == 0;
}
