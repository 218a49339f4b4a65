/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/rust_name.h"

#include <ctype.h>
#include <string.h>

/*
 * A hostile name may refer back to itself in ways whose expansion has no end:
 * depth and length are limited.
 */
enum { DEEPEST = 128, LONGEST = 4096, LONGEST_SYMBOL = 1024 };

struct parser {
	const char *start, *at, *end; /* behind "_R" */
	struct text *out;
	size_t first; /* length of out at the beginning */
	unsigned depth;
	unsigned silent; /* parse without printing */
	bool bad;
};

static void parse_path(struct parser *p, bool in_value);
static void parse_type(struct parser *p);
static void parse_const(struct parser *p);

static void put(struct parser *p, const char *s, size_t n)
{
	if (p->silent || p->bad)
		return;
	if (p->out->n - p->first + n > LONGEST)
		p->bad = true;
	else
		text_put(p->out, s, n);
}

static void puts_(struct parser *p, const char *s)
{
	put(p, s, strlen(s));
}

static char peek(const struct parser *p)
{
	return p->at < p->end ? *p->at : '\0';
}

static bool eat(struct parser *p, char c)
{
	if (peek(p) != c)
		return false;
	p->at++;
	return true;
}

static char take(struct parser *p)
{
	if (p->at == p->end) {
		p->bad = true;
		return '\0';
	}
	return *p->at++;
}

/* {0-9 a-z A-Z} "_": "_" is 0, "0_" is 1. */
static uint64_t base62(struct parser *p)
{
	uint64_t value = 0;

	if (eat(p, '_'))
		return 0;
	while (!p->bad && !eat(p, '_')) {
		char c = take(p);

		if (c >= '0' && c <= '9')
			value = value * 62 + (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'z')
			value = value * 62 + 10 + (uint64_t)(c - 'a');
		else if (c >= 'A' && c <= 'Z')
			value = value * 62 + 36 + (uint64_t)(c - 'A');
		else
			p->bad = true;
	}
	return value + 1;
}

static uint64_t optional62(struct parser *p, char tag)
{
	return eat(p, tag) ? base62(p) + 1 : 0;
}

struct identifier {
	const char *name;
	size_t n;
	bool punycode;
	uint64_t disambiguator;
};

static struct identifier identifier(struct parser *p, bool with_disambiguator)
{
	struct identifier id = {0};
	size_t n = 0;

	if (with_disambiguator)
		id.disambiguator = optional62(p, 's');
	id.punycode = eat(p, 'u');
	if (!isdigit((unsigned char)peek(p)))
		p->bad = true;
	if (!eat(p, '0'))
		while (isdigit((unsigned char)peek(p)) && n < LONGEST)
			n = n * 10 + (size_t)(take(p) - '0');
	eat(p, '_');
	if (p->bad || n > (size_t)(p->end - p->at)) {
		p->bad = true;
		return id;
	}
	id.name = p->at;
	id.n = n;
	p->at += n;
	return id;
}

static void put_identifier(struct parser *p, const struct identifier *id)
{
	if (id->punycode)
		puts_(p, "punycode{");
	put(p, id->name, id->n);
	if (id->punycode)
		puts_(p, "}");
}

static void put_number(struct parser *p, uint64_t n)
{
	struct text digits = {0};

	text_dec(&digits, n);
	puts_(p, text_str(&digits));
	text_free(&digits);
}

/* "B" base62: the same thing again as at that earlier place. */
static void backref(struct parser *p, void (*parse)(struct parser *))
{
	const char *here, *tag = p->at - 1;
	uint64_t offset = base62(p);

	if (p->bad || offset >= (uint64_t)(tag - p->start) || p->silent)
		p->bad |= offset >= (uint64_t)(tag - p->start);
	else {
		here = p->at;
		p->at = p->start + offset;
		parse(p);
		p->at = here;
	}
}

static void path_in_type(struct parser *p)
{
	parse_path(p, false);
}

static void path_in_value(struct parser *p)
{
	parse_path(p, true);
}

static void lifetime(struct parser *p)
{
	/* which one it is says little: printed as in '_ */
	base62(p);
	puts_(p, "'_");
}

static void generic_args(struct parser *p)
{
	for (bool first = true; !p->bad && !eat(p, 'E'); first = false) {
		if (!first)
			puts_(p, ", ");
		if (eat(p, 'L'))
			lifetime(p);
		else if (eat(p, 'K'))
			parse_const(p);
		else
			parse_type(p);
	}
}

static void impl_path(struct parser *p)
{
	optional62(p, 's');
	p->silent++;
	parse_path(p, false);
	p->silent--;
}

static void nested_path(struct parser *p, bool in_value)
{
	char space = take(p);
	struct identifier id;

	parse_path(p, in_value);
	id = identifier(p, true);
	if (space >= 'a' && space <= 'z') {
		if (id.n) {
			puts_(p, "::");
			put_identifier(p, &id);
		}
		return;
	}
	puts_(p, space == 'C' ? "::{closure" : space == 'S' ? "::{shim" : "::{");
	if (id.n) {
		puts_(p, ":");
		put_identifier(p, &id);
	}
	puts_(p, "#");
	put_number(p, id.disambiguator);
	puts_(p, "}");
}

static void parse_path(struct parser *p, bool in_value)
{
	struct identifier id;

	if (p->bad || ++p->depth > DEEPEST) {
		p->bad = true;
		return;
	}
	switch (take(p)) {
	case 'C':
		id = identifier(p, true);
		put_identifier(p, &id);
		break;
	case 'N': nested_path(p, in_value); break;
	case 'M':
		impl_path(p);
		puts_(p, "<");
		parse_type(p);
		puts_(p, ">");
		break;
	case 'X': impl_path(p); /* fall through */
	case 'Y':
		puts_(p, "<");
		parse_type(p);
		puts_(p, " as ");
		parse_path(p, false);
		puts_(p, ">");
		break;
	case 'I':
		parse_path(p, in_value);
		puts_(p, in_value ? "::<" : "<");
		generic_args(p);
		puts_(p, ">");
		break;
	case 'B': backref(p, in_value ? path_in_value : path_in_type); break;
	default: p->bad = true;
	}
	p->depth--;
}

static const char *basic_type(char c)
{
	static const char *const names[26] = {
		"i8",    "bool", "char", "f64", "str",  "f32",  NULL,  "u8", "isize",
		"usize", NULL,   "i32",  "u32", "i128", "u128", "_",   NULL, NULL,
		"i16",   "u16",  "()",   "...", NULL,   "i64",  "u64", "!",
	};

	return c >= 'a' && c <= 'z' ? names[c - 'a'] : NULL;
}

static void fn_type(struct parser *p)
{
	optional62(p, 'G');
	if (eat(p, 'U'))
		puts_(p, "unsafe ");
	if (eat(p, 'K')) {
		puts_(p, "extern \"");
		if (eat(p, 'C')) {
			puts_(p, "C");
		} else {
			struct identifier abi = identifier(p, false);

			put_identifier(p, &abi);
		}
		puts_(p, "\" ");
	}
	puts_(p, "fn(");
	for (bool first = true; !p->bad && !eat(p, 'E'); first = false) {
		if (!first)
			puts_(p, ", ");
		parse_type(p);
	}
	puts_(p, ")");
	if (eat(p, 'u'))
		return;
	puts_(p, " -> ");
	parse_type(p);
}

static void dyn_type(struct parser *p)
{
	puts_(p, "dyn ");
	optional62(p, 'G');
	for (bool first = true; !p->bad && !eat(p, 'E'); first = false) {
		if (!first)
			puts_(p, " + ");
		parse_path(p, false);
		while (!p->bad && eat(p, 'p')) {
			struct identifier id = identifier(p, false);

			puts_(p, "<");
			put_identifier(p, &id);
			puts_(p, " = ");
			parse_type(p);
			puts_(p, ">");
		}
	}
	if (eat(p, 'L'))
		base62(p);
	else
		p->bad = true;
}

static void tuple_type(struct parser *p)
{
	unsigned n = 0;

	puts_(p, "(");
	for (; !p->bad && !eat(p, 'E'); n++) {
		if (n)
			puts_(p, ", ");
		parse_type(p);
	}
	puts_(p, n == 1 ? ",)" : ")");
}

static void parse_type(struct parser *p)
{
	char c = peek(p);
	const char *basic = basic_type(c);

	if (p->bad || ++p->depth > DEEPEST) {
		p->bad = true;
		return;
	}
	if (basic) {
		p->at++;
		puts_(p, basic);
	} else if (c && strchr("CMXYNI", c)) {
		parse_path(p, false);
	} else {
		switch (take(p)) {
		case 'A':
			puts_(p, "[");
			parse_type(p);
			puts_(p, "; ");
			parse_const(p);
			puts_(p, "]");
			break;
		case 'S':
			puts_(p, "[");
			parse_type(p);
			puts_(p, "]");
			break;
		case 'T': tuple_type(p); break;
		case 'R':
			if (eat(p, 'L'))
				base62(p);
			puts_(p, "&");
			parse_type(p);
			break;
		case 'Q':
			if (eat(p, 'L'))
				base62(p);
			puts_(p, "&mut ");
			parse_type(p);
			break;
		case 'P':
			puts_(p, "*const ");
			parse_type(p);
			break;
		case 'O':
			puts_(p, "*mut ");
			parse_type(p);
			break;
		case 'F': fn_type(p); break;
		case 'D': dyn_type(p); break;
		case 'B': backref(p, parse_type); break;
		default: p->bad = true;
		}
	}
	p->depth--;
}

static void parse_const(struct parser *p)
{
	if (p->bad || ++p->depth > DEEPEST) {
		p->bad = true;
		return;
	}
	if (eat(p, 'B')) {
		backref(p, parse_const);
	} else if (eat(p, 'p')) {
		puts_(p, "_");
	} else {
		const char *digits;

		p->silent++;
		parse_type(p);
		p->silent--;
		if (eat(p, 'n'))
			puts_(p, "-");
		digits = p->at;
		while (isxdigit((unsigned char)peek(p)))
			p->at++;
		puts_(p, "0x");
		put(p, p->at > digits ? digits : "0", p->at > digits ? (size_t)(p->at - digits) : 1);
		if (!eat(p, '_'))
			p->bad = true;
	}
	p->depth--;
}

static bool demangle_v0(const char *name, size_t n, struct text *out)
{
	struct parser p = {.start = name, .at = name, .end = name + n, .out = out, .first = out->n};

	parse_path(&p, true);
	/* the crate that instantiated it is not part of the name */
	if (!p.bad && p.at < p.end && *p.at != '.') {
		p.silent++;
		parse_path(&p, false);
	}
	if (!p.bad && p.at < p.end && *p.at == '.') {
		p.silent = 0;
		put(&p, p.at, (size_t)(p.end - p.at)); /* .llvm.123, .cold */
		p.at = p.end;
	}
	if (!p.bad && p.at == p.end)
		return true;
	out->n = p.first;
	return false;
}

/* $LT$ and the like in legacy names. */
static const char *escape(const char *at, const char *end, size_t *used)
{
	static const struct {
		const char *code, *text;
	} codes[] = {{"$SP$", "@"},  {"$BP$", "*"},  {"$RF$", "&"},  {"$LT$", "<"},
		     {"$GT$", ">"},  {"$LP$", "("},  {"$RP$", ")"},  {"$C$", ","},
		     {"$u20$", " "}, {"$u27$", "'"}, {"$u5b$", "["}, {"$u5d$", "]"},
		     {"$u7b$", "{"}, {"$u7d$", "}"}, {"$u7e$", "~"}, {"..", "::"}};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		size_t n = strlen(codes[i].code);

		if ((size_t)(end - at) >= n && memcmp(at, codes[i].code, n) == 0) {
			*used = n;
			return codes[i].text;
		}
	}
	return NULL;
}

static bool is_hash(const char *part, size_t n)
{
	if (n != 17 || part[0] != 'h')
		return false;
	for (size_t i = 1; i < n; i++)
		if (!isxdigit((unsigned char)part[i]))
			return false;
	return true;
}

/* {length name} "17h" hash "E"; without the hash it is a C++ name and left alone. */
static bool demangle_legacy(const char *name, size_t length, struct text *out)
{
	const char *at = name, *end = name + length;
	size_t first = out->n;
	bool hash = false;

	while (at < end && isdigit((unsigned char)*at)) {
		const char *stop;
		size_t n = 0;

		while (at < end && isdigit((unsigned char)*at) && n < LONGEST)
			n = n * 10 + (size_t)(*at++ - '0');
		if (n > (size_t)(end - at))
			break;
		stop = at + n;
		hash = is_hash(at, n);
		if (hash) {
			at = stop;
			break;
		}
		if (out->n > first)
			text_puts(out, "::");
		/* a leading underscore keeps an escape from the front */
		if (n > 1 && at[0] == '_' && at[1] == '$')
			at++;
		while (at < stop) {
			size_t used = 1;
			const char *text = escape(at, stop, &used);

			if (text)
				text_puts(out, text);
			else
				text_putc(out, *at);
			at += used;
		}
	}
	if (hash && out->n > first && at < end && *at == 'E') {
		text_put(out, at + 1, (size_t)(end - at - 1));
		return true;
	}
	out->n = first;
	return false;
}

static bool demangle(const char *name, size_t n, struct text *out)
{
	if (n > LONGEST_SYMBOL)
		return false;
	text_reserve(out, 0);
	if (n > 2 && memcmp(name, "_R", 2) == 0)
		return demangle_v0(name + 2, n - 2, out);
	if (n > 3 && memcmp(name, "_ZN", 3) == 0)
		return demangle_legacy(name + 3, n - 3, out);
	return false;
}

bool rust_demangle(const char *mangled, struct text *out)
{
	size_t n = out->n;
	bool ok = demangle(mangled, strlen(mangled), out);

	if (!ok)
		out->n = n;
	if (out->data)
		out->data[out->n] = '\0';
	return ok;
}

static bool in_symbol(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '.';
}

void rust_demangle_line(const char *line, size_t n, struct text *out)
{
	for (size_t i = 0; i < n;) {
		size_t stop = i;

		while (stop < n && in_symbol(line[stop]))
			stop++;
		if (stop == i)
			stop++;
		if (!demangle(line + i, stop - i, out))
			text_put(out, line + i, stop - i);
		i = stop;
	}
	if (out->data)
		out->data[out->n] = '\0';
}
