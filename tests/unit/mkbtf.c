/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mkbtf.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"

enum { WORDS = 64 };

struct maker {
	struct arena *arena;
	struct mkbtf *options;
	struct str_map labels;
	struct text types, strings;
};

static void die(const char *what, const char *where)
{
	fprintf(stderr, "mkbtf: %s: %s\n", what, where);
	exit(99);
}

static void put32(struct maker *m, uint32_t value)
{
	uint8_t b[4];

	put_uint(b, 4, value, m->options->order);
	text_put(&m->types, (const char *)b, 4);
}

static uint32_t name(struct maker *m, const char *s)
{
	uint32_t at = (uint32_t)m->strings.n;

	if (strcmp(s, "-") == 0)
		return 0;
	text_put(&m->strings, s, strlen(s) + 1);
	return m->options->first_string + at;
}

static uint32_t number(const char *s)
{
	char *end;
	long long v;

	if (!s)
		die("a number is missing", "");
	v = strtoll(s, &end, 0);
	if (!*s || *end)
		die("no number", s);
	return (uint32_t)v;
}

static uint32_t reference(struct maker *m, const char *s)
{
	uint64_t id;

	if (!s)
		die("a type is missing", "");
	if (strcmp(s, "void") == 0)
		return 0;
	if (str_map_get(&m->labels, s, &id))
		return (uint32_t)id;
	return number(s);
}

static void header(struct maker *m, uint32_t name_offset, unsigned kind, unsigned vlen, bool flag,
		   uint32_t size)
{
	put32(m, name_offset);
	put32(m, (flag ? 1u << 31 : 0) | kind << 24 | vlen);
	put32(m, size);
}

/* Cut "a:b:c" at its colons; the parts that are missing are NULL. */
static void split(char *s, char *part[4])
{
	memset(part, 0, 4 * sizeof(part[0]));
	for (int i = 0; i < 4 && s; i++) {
		part[i] = s;
		s = strchr(s, ':');
		if (s)
			*s++ = '\0';
	}
}

static void members(struct maker *m, unsigned kind, char **w, int n)
{
	bool flag = false;

	for (int i = 2; i < n; i++) {
		const char *colon = strchr(w[i], ':');

		for (int c = 0; colon; c++, colon = strchr(colon + 1, ':'))
			flag |= c == 2;
	}
	header(m, name(m, w[0]), kind, (unsigned)n - 2, flag, number(w[1]));
	for (int i = 2; i < n; i++) {
		char *part[4];

		split(w[i], part);
		if (!part[2])
			die("a member is NAME:REF:BIT", w[i]);
		put32(m, name(m, part[0]));
		put32(m, reference(m, part[1]));
		put32(m, number(part[2]) | (part[3] ? number(part[3]) << 24 : 0));
	}
}

static void enumerators(struct maker *m, unsigned kind, char **w, int n)
{
	bool is_signed = n > 2 && strcmp(w[2], "signed") == 0;
	int first = is_signed ? 3 : 2;

	header(m, name(m, w[0]), kind, (unsigned)(n - first), is_signed, number(w[1]));
	for (int i = first; i < n; i++) {
		char *value = strchr(w[i], '=');
		long long v;

		if (!value)
			die("an enumerator is NAME=VALUE", w[i]);
		*value++ = '\0';
		v = strtoll(value, NULL, 0);
		put32(m, name(m, w[i]));
		put32(m, (uint32_t)v);
		if (kind == 19)
			put32(m, (uint32_t)((uint64_t)v >> 32));
	}
}

static void prototype(struct maker *m, char **w, int n)
{
	header(m, 0, 13, (unsigned)n - 1, false, reference(m, w[0]));
	for (int i = 1; i < n; i++) {
		char *part[4];
		bool dots = strcmp(w[i], "...") == 0;

		split(w[i], part);
		put32(m, dots ? 0 : name(m, part[0]));
		put32(m, dots ? 0 : reference(m, part[1]));
	}
}

static void section(struct maker *m, char **w, int n)
{
	header(m, name(m, w[0]), 15, (unsigned)n - 2, false, number(w[1]));
	for (int i = 2; i < n; i++) {
		char *part[4];

		split(w[i], part);
		put32(m, reference(m, part[0]));
		put32(m, number(part[1]));
		put32(m, number(part[2]));
	}
}

static void integer(struct maker *m, char **w, int n)
{
	uint32_t size = number(w[1]), encoding = 0;

	for (int i = 2; i < n; i++)
		encoding |= strcmp(w[i], "signed") == 0 ? 1 : strcmp(w[i], "char") == 0 ? 2 : 4;
	header(m, name(m, w[0]), 1, 0, false, size);
	put32(m, encoding << 24 | size * 8);
}

static void raw(struct maker *m, char **w, int n)
{
	header(m, 0, number(w[0]), number(w[1]), false, number(w[2]));
	for (int i = 3; i < n; i++)
		text_putc(&m->types, (char)number(w[i]));
}

static void one(struct maker *m, const char *kind, char **w, int n)
{
	static const struct {
		const char *name;
		unsigned kind;
		bool named;
	} simple[] = {
		{"ptr", 2, false},       {"typedef", 8, true}, {"volatile", 9, false}, {"const", 10, false},
		{"restrict", 11, false}, {"func", 12, true},   {"typetag", 18, true},
	};

	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
		if (strcmp(kind, simple[i].name) == 0) {
			bool named = simple[i].named;

			header(m, named ? name(m, w[0]) : 0, simple[i].kind, 0, false,
			       reference(m, w[named]));
			return;
		}
	}
	if (strcmp(kind, "int") == 0) {
		integer(m, w, n);
	} else if (strcmp(kind, "array") == 0) {
		header(m, 0, 3, 0, false, 0);
		put32(m, reference(m, w[0]));
		put32(m, 0);
		put32(m, number(w[1]));
	} else if (strcmp(kind, "struct") == 0) {
		members(m, 4, w, n);
	} else if (strcmp(kind, "union") == 0) {
		members(m, 5, w, n);
	} else if (strcmp(kind, "enum") == 0) {
		enumerators(m, 6, w, n);
	} else if (strcmp(kind, "enum64") == 0) {
		enumerators(m, 19, w, n);
	} else if (strcmp(kind, "fwd") == 0) {
		header(m, name(m, w[0]), 7, 0, strcmp(w[1], "union") == 0, 0);
	} else if (strcmp(kind, "proto") == 0) {
		prototype(m, w, n);
	} else if (strcmp(kind, "var") == 0) {
		header(m, name(m, w[0]), 14, 0, false, reference(m, w[1]));
		put32(m, 1);
	} else if (strcmp(kind, "datasec") == 0) {
		section(m, w, n);
	} else if (strcmp(kind, "float") == 0) {
		header(m, name(m, w[0]), 16, 0, false, number(w[1]));
	} else if (strcmp(kind, "decltag") == 0) {
		header(m, name(m, w[0]), 17, 0, false, reference(m, w[1]));
		put32(m, 0xffffffff);
	} else if (strcmp(kind, "raw") == 0) {
		raw(m, w, n);
	} else {
		die("unknown kind", kind);
	}
}

/* Words of the next line with something on it; 0 at the end. */
static int next_line(struct maker *m, const char **at, char *w[WORDS])
{
	while (**at) {
		size_t length = strcspn(*at, "\n");
		char *line = arena_strndup(m->arena, *at, length);
		int n = 0;

		*at += length + ((*at)[length] == '\n');
		line[strcspn(line, "#")] = '\0';
		for (char *p = strtok(line, " \t"); p; p = strtok(NULL, " \t")) {
			if (n == WORDS)
				die("too many words", p);
			w[n++] = p;
		}
		if (n && (n < 4 || strcmp(w[1], "=") != 0))
			die("a line is LABEL = KIND ...", w[0]);
		if (n)
			return n;
	}
	return 0;
}

uint8_t *mkbtf(struct arena *a, const char *text, struct mkbtf *options)
{
	struct maker m = {.arena = a, .options = options};
	uint32_t header_size = options->header ? options->header : 24, id;
	const char *at = text;
	uint32_t layout = 0;
	char *w[WORDS];
	uint8_t *out;
	int n;

	id = options->first_id ? options->first_id : 1;
	if (!options->first_string)
		text_putc(&m.strings, '\0');
	options->n_types = 0;
	while (next_line(&m, &at, w) > 0) {
		str_map_put(a, &m.labels, w[0], id + options->n_types);
		options->n_types++;
	}
	at = text;
	while ((n = next_line(&m, &at, w)) > 0)
		one(&m, w[2], w + 3, n - 3);
	if (options->layout)
		layout = (uint32_t)strlen(options->layout) / 2;
	options->strings = (uint32_t)m.strings.n;
	options->size = header_size + layout + m.types.n + m.strings.n;
	out = arena_zalloc(a, options->size);
	put_uint(out, 2, 0xeb9f, options->order);
	out[2] = 1;
	put_uint(out + 4, 4, header_size, options->order);
	put_uint(out + 8, 4, layout, options->order);
	put_uint(out + 12, 4, m.types.n, options->order);
	put_uint(out + 16, 4, layout + m.types.n, options->order);
	put_uint(out + 20, 4, m.strings.n, options->order);
	if (header_size >= 32)
		put_uint(out + 28, 4, layout, options->order);
	for (uint32_t i = 0; i < layout; i++) {
		char digits[3] = {options->layout[2 * i], options->layout[2 * i + 1], 0};

		out[header_size + i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	memcpy(out + header_size + layout, text_str(&m.types), m.types.n);
	memcpy(out + header_size + layout + m.types.n, text_str(&m.strings), m.strings.n);
	text_free(&m.types);
	text_free(&m.strings);
	return out;
}
