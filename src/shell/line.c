/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/line.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vec.h"

static const char *skip_blanks(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

static char *trimmed(struct arena *a, const char *start, const char *end)
{
	start = skip_blanks(start);
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return arena_strndup(a, start, end > start ? (size_t)(end - start) : 0);
}

/* Inside what is the scan? A quote inside another quote, and quotes that never close (don't), are plain
 * characters. */
struct nesting {
	char quote; /* 0 none */
	unsigned parens;
};

static bool plain(struct nesting *n, const char *at)
{
	if (n->quote) {
		if (*at == n->quote)
			n->quote = 0;
		return false;
	}
	if ((*at == '"' || *at == '\'') && strchr(at + 1, *at)) {
		n->quote = *at;
		return false;
	}
	if (*at == '(')
		n->parens++;
	else if (*at == ')' && n->parens)
		n->parens--;
	return !n->parens && *at != ')';
}

static bool is_comment(const char *text, const char *at)
{
	size_t n = *at == '#' ? 1 : at[0] == '/' && at[1] == '/' ? 2 : 0;

	if (!n || (at > text && !isspace((unsigned char)at[-1])))
		return false;
	/* "#1" may be a word, but not the first one */
	return at == text || !at[n] || isspace((unsigned char)at[n]);
}

static bool is_for_shell(const char *text)
{
	return *skip_blanks(text) == '!';
}

char *line_first(struct arena *a, const char *text, const char **rest)
{
	struct nesting n = {0};
	const char *start = skip_blanks(text), *at = start;

	*rest = NULL;
	if (is_for_shell(start))
		return trimmed(a, start, start + strlen(start));
	for (; *at; at++) {
		if (!plain(&n, at))
			continue;
		if (is_comment(start, at))
			break;
		if (*at == ';' && !(at > start && at[-1] == '\\')) {
			*rest = at + 1;
			break;
		}
	}
	return trimmed(a, start, at);
}

enum line_place line_place(const char *text, const char **start)
{
	struct nesting n = {0};
	enum line_place place = PLACE_COMMAND;

	*start = skip_blanks(text);
	for (const char *at = text; *at; at++) {
		if (!plain(&n, at))
			continue;
		if (*at == ';') {
			*start = skip_blanks(at + 1);
			place = PLACE_COMMAND;
		} else if (at == *start && (*at == '!' || *at == '<')) {
			place = PLACE_FILE;
		} else if (*at == '|' || (*at == '>' && !(at > text && at[-1] == '-')) ||
			   (*at == '<' && at > text && isspace((unsigned char)at[-1]))) {
			place = PLACE_FILE;
		}
	}
	return place;
}

enum line_more line_more(const char *text)
{
	const char *start = skip_blanks(text);
	size_t length = strlen(start), backslashes = 0, open = 0;
	bool for_shell = is_for_shell(start);
	char quote = 0;

	while (backslashes < length && start[length - backslashes - 1] == '\\')
		backslashes++;
	if (is_comment(start, start))
		return LINE_WHOLE;
	if (backslashes % 2)
		return LINE_CONTINUED;
	if (for_shell)
		return LINE_WHOLE;
	for (const char *at = start; *at; at++) {
		bool begins = at == start || strchr(" \t(,", at[-1]);

		if (quote) {
			if (*at == quote)
				quote = 0;
		} else if (*at == '"' || (*at == '\'' && (begins || for_shell || strchr(at + 1, '\'')))) {
			quote = *at;
		} else if (*at == '(' || *at == '{') {
			open++;
		} else if (*at == ')' || *at == '}') {
			open -= open > 0;
		} else if (!open && *at == '|') {
			for_shell = true;
		} else if (!open && is_comment(start, at)) {
			break;
		}
	}
	return quote || open ? LINE_OPEN : LINE_WHOLE;
}

/* The file name after > or <: one word, quotes removed. */
static bool file_name(struct arena *a, const char *after, const char *sign, const char **name)
{
	char **words = NULL;
	int n = 0;

	if (!line_words(a, after, &n, &words))
		return false;
	if (n != 1)
		return fail(n ? "more than one file name after %s" : "no file name after %s", sign);
	*name = words[0];
	return true;
}

bool line_parse(struct arena *a, const char *text, struct line *line)
{
	struct nesting n = {0};
	const char *start = skip_blanks(text), *at, *end;
	const char *after_in = NULL;

	*line = (struct line){.kind = LINE_EMPTY};
	if (!*start || *start == '#' || (start[0] == '/' && start[1] == '/'))
		return true;
	if (*start == '!') {
		line->kind = LINE_SHELL;
		line->command = trimmed(a, start + 1, start + strlen(start));
		return *line->command || fail("no shell command after !");
	}
	if (*start == '<') {
		line->kind = LINE_FILE;
		return file_name(a, start + 1, "<", &line->input);
	}
	/* "\ps" is the command even where an alias has its name */
	start += *start == '\\';
	line->kind = LINE_COMMAND;
	for (at = start; *at; at++) {
		if (!plain(&n, at))
			continue;
		if (*at == '|') {
			line->output = OUTPUT_PIPE;
			line->to = trimmed(a, at + 1, at + strlen(at));
			if (!*line->to)
				return fail("no command after |");
			break;
		}
		if (*at == '>' && !(at > start && at[-1] == '-')) {
			bool append = at[1] == '>';

			line->output = append ? OUTPUT_APPEND : OUTPUT_FILE;
			if (!file_name(a, at + 1 + append, append ? ">>" : ">", &line->to))
				return false;
			break;
		}
		if (*at == '<' && !after_in && at > start && isspace((unsigned char)at[-1]))
			after_in = at;
	}
	end = at;
	if (after_in) {
		if (!file_name(a, arena_strndup(a, after_in + 1, (size_t)(end - after_in - 1)), "<",
			       &line->input))
			return false;
		end = after_in;
	}
	line->command = trimmed(a, start, end);
	return *line->command || fail("no command before %s", line->output == OUTPUT_PIPE ? "|" : ">");
}

bool line_words(struct arena *a, const char *text, int *argc, char ***argv)
{
	VEC(char *) words = {0};
	struct nesting n = {0};
	struct text word = {0};
	bool open = false;

	for (const char *at = text;; at++) {
		char quote = n.quote;

		if (!*at || (plain(&n, at) && isspace((unsigned char)*at))) {
			if (open)
				*vec_push(a, &words) = arena_strndup(a, text_str(&word), word.n);
			text_clear(&word);
			open = false;
			if (!*at)
				break;
			continue;
		}
		open = true;
		/* a double quote that opened or closed just now */
		if (*at == '"' && n.quote != quote)
			continue;
		text_putc(&word, *at);
	}
	text_free(&word);
	if (n.quote)
		return fail("a %c is not closed", n.quote);
	if (n.parens)
		return fail("a ( is not closed");
	*argc = (int)words.n;
	*vec_push(a, &words) = NULL;
	*argv = words.items;
	return true;
}
