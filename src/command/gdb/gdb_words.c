/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the words of gdb's commands are taken apart. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "command/gdb/gdb.h"

struct gdb_places *gdb_places(struct session *s)
{
	if (!s->gdb)
		s->gdb = arena_new(&s->arena, struct gdb_places);
	return s->gdb;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

bool gdb_format_take(const char **text, struct gdb_format *f)
{
	static const char sizes[] = "bhwg";
	const char *at = skip_blanks(*text), *found;

	*f = (struct gdb_format){0};
	if (*at != '/')
		return true;
	at++;
	if (*at == '-') {
		f->backward = true;
		at++;
	}
	for (; isdigit((unsigned char)*at); at++)
		if (f->count < 1 << 24)
			f->count = f->count * 10 + (unsigned)(*at - '0');
	for (; *at && !isspace((unsigned char)*at); at++) {
		found = strchr(sizes, *at);
		if (found)
			f->size = 1U << (found - sizes);
		else if (strchr("xduotzcafsi", *at))
			f->letter = *at;
		else
			return fail("undefined output format \"%c\": x d u o t z c a f s i, and b h w g for "
				    "the size",
				    *at);
	}
	*text = skip_blanks(at);
	return true;
}

const char *gdb_flags_take(struct session *s, const char **text)
{
	const char *at = skip_blanks(*text);
	size_t n;

	*text = at;
	if (*at != '/')
		return "";
	n = strcspn(at, " \t");
	*text = skip_blanks(at + n);
	return arena_strndup(&s->scratch, at + 1, n - 1);
}

bool gdb_address(struct session *s, const char *text, uint64_t *address)
{
	const char *word = skip_blanks(text);

	if (*word == '*')
		word = skip_blanks(word + 1);
	if (session_address(s, word, address)) {
		/* a function's code, not its descriptor */
		symbol_code(s->target->symbols, address);
		return true;
	}
	return false;
}

const char *gdb_words(struct session *s, int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : "";

	for (int i = 2; i < argc; i++)
		text = arena_printf(&s->scratch, "%s %s", text, argv[i]);
	return text;
}
