/* SPDX-License-Identifier: GPL-2.0-or-later */
/* C expressions inside the type room: words, type names, syntax trees. Not for other rooms: they use value.h.
 */
#ifndef TYPE_EXPR_H
#define TYPE_EXPR_H

#include "type/value.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,   /* identifier; may be qualified: "file.c:name", "module:name" */
	TOKEN_NUMBER, /* also characters */
	TOKEN_STRING, /* with its quotes and escapes */
	TOKEN_REGISTER,
	TOKEN_HISTORY,     /* ->number, ->back */
	TOKEN_PUNCTUATION, /* ->code */
	TOKEN_BAD,         /* ->text says what */
};

/* Punctuation of one character is that character. */
enum punctuation {
	P_ARROW = 256,
	P_SHL,
	P_SHR,
	P_LE,
	P_GE,
	P_EQ,
	P_NE,
	P_AND,
	P_OR,
	P_INCREMENT,
	P_DECREMENT,
	P_ELLIPSIS,
	P_ASSIGN, /* += and the like */
};

struct token {
	enum token_kind kind;
	const char *at; /* in the text */
	size_t length;
	int code;
	const char *message; /* TOKEN_BAD */
	uint64_t number;
	bool is_unsigned, is_long, is_long_long, is_decimal, is_char;
	bool back; /* TOKEN_HISTORY: counted from the last one, $$2 */
};

struct lexer {
	const char *text;
	const char *next;
	struct token token; /* the current one */
	/* Inside "a ? b : c" a colon without blanks around it is no qualified name. */
	int conditional;
	/*
	 * The type that typeof(...) means, from that word on: NULL where there are no expressions. NULL with
	 * a message. @context is whatever parses expressions.
	 */
	const struct type *(*typeof_type)(struct lexer *l);
	void *context;
};

void lexer_start(struct lexer *l, const char *text);
void lexer_next(struct lexer *l);
/* The character or escape sequence at *@at, which is moved behind it. What is wrong with it, or NULL. */
const char *lexer_character(const char **at, uint8_t *c);
bool token_is(const struct lexer *l, int code);
/* Is it that word? */
bool token_is_name(const struct lexer *l, const char *name);
/* Fail with the text and a caret under @at. Always false. */
bool fail_at(const char *text, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* How much must be known before a name counts as a type. */
enum type_words {
	TYPES_SURE,    /* keywords, tags behind struct/union/enum, typedefs */
	TYPES_POINTER, /* also a bare tag, but only where a "*" follows */
	TYPES_ANY,     /* also a bare tag */
};

/*
 * Parse a type name (specifiers and an abstract declarator) from the current
 * token on. NULL without a message and with the lexer where it was when no type
 * name begins here; NULL with a message when one begins that is wrong.
 */
const struct type *parse_type_name(struct types *ts, struct lexer *l, enum type_words words, bool *failed);

enum expr_kind {
	EXPR_NUMBER,
	EXPR_NAME,
	EXPR_STRING,  /* ->name, its ->token.number bytes with the NUL */
	EXPR_HISTORY, /* ->token */
	EXPR_REGISTER,
	EXPR_VALUE,       /* given from outside: the base of a member path */
	EXPR_UNARY,       /* ->code: - + ~ ! * & */
	EXPR_BINARY,      /* ->code, also && || , @ */
	EXPR_CONDITIONAL, /* c ? a : b; without ->a what c is */
	EXPR_MEMBER,      /* ->name, either . or -> */
	EXPR_INDEX,
	EXPR_CAST,
	EXPR_SIZEOF_TYPE,  /* ->type */
	EXPR_SIZEOF,       /* ->a */
	EXPR_OFFSETOF,     /* ->type, ->name: a path */
	EXPR_CONTAINER_OF, /* ->a, ->type, ->name: a path */
};

struct expr {
	enum expr_kind kind;
	int code;
	struct expr *a, *b, *c;
	const struct type *type;
	const char *name;
	struct token token; /* EXPR_NUMBER, EXPR_STRING, EXPR_HISTORY */
	const char *at;     /* in the text, for messages */
	int depth;
	const struct value *value; /* EXPR_VALUE */
};

/*
 * Parse a whole expression; with @base what is parsed is a path of members from it ("a.b[2]->c"). NULL with a
 * message.
 */
struct expr *parse_expression(const struct type_env *env, const char *text, const struct value *base);
bool eval_expression(const struct type_env *env, const char *text, const struct expr *e,
		     struct value *result);
/* The type of an expression; what it reads need not be there. NULL with a message. */
const struct type *eval_type(const struct type_env *env, const char *text, const struct expr *e);

/* Shared by evaluation and formatting. */

/* The @size bytes of an integer, enum or pointer, or the bits of a bit-field, as its type says. */
uint64_t number_from_bytes(struct types *ts, const struct type *t, const uint8_t *bytes, uint64_t size,
			   uint32_t bit_offset, uint32_t bit_size);
/* Is it a signed integer or enumeration? */
bool type_is_signed(struct types *ts, const struct type *t);

#endif
