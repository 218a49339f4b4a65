/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/recall.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "shell/child.h"

static const char *skip_blanks(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* Of digits at @at, which end at a blank or at the end: their number. */
static bool number_at(struct session *s, const char *at, uint64_t *number, const char **rest)
{
	size_t n = strspn(at, "0123456789");

	*rest = at + n;
	return n && (!at[n] || isspace((unsigned char)at[n])) &&
	       parse_number(arena_strndup(&s->scratch, at, n), 10, number);
}

/* !word is a command for the system's shell if there is such a program. */
static bool is_program(const char *word)
{
	static const char *const built_in[] = {"cd",     "test",  "true",   "false",  "exit", "set",
					       "export", "unset", "type",   "umask",  "pwd",  "ulimit",
					       "times",  "echo",  "printf", "command"};

	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		if (strcmp(word, built_in[i]) == 0)
			return true;
	return child_exists(word);
}

/* After the exclamation mark. */
static const char *after_mark(struct session *s, const char *at, const char **rest, bool *asked)
{
	uint64_t number;

	*asked = true;
	*rest = "";
	if (*at == '!') {
		*rest = at + 1;
		return history_before(&s->typed, 1);
	}
	if (number_at(s, at, &number, rest))
		return history_numbered(&s->typed, number);
	if (*at == '-' && number_at(s, at + 1, &number, rest))
		return history_before(&s->typed, number);
	*rest = "";
	*asked = false;
	if (!isalpha((unsigned char)*at) && *at != '_' && *at != '*')
		return NULL;
	for (const char *c = at + 1; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_-.", *c))
			return NULL;
	return is_program(at) ? NULL : history_beginning(&s->typed, at);
}

/* After "r". */
static const char *after_r(struct session *s, const char *at)
{
	uint64_t number;
	const char *rest;

	if (!*at)
		return history_before(&s->typed, 1);
	if (number_at(s, at, &number, &rest) && !*skip_blanks(rest))
		return history_numbered(&s->typed, number);
	return history_beginning(&s->typed, at);
}

bool recall(struct session *s, const char *text, const char **command)
{
	const char *at = skip_blanks(text), *rest = "", *found;
	size_t n = strlen(at);
	bool asked = true;

	*command = NULL;
	while (n && isspace((unsigned char)at[n - 1]))
		n--;
	at = arena_strndup(&s->scratch, at, n);
	if (*at == '!')
		found = after_mark(s, at + 1, &rest, &asked);
	else if (*at == 'r' && (!at[1] || isspace((unsigned char)at[1])) && !alias_find(s, "r"))
		found = after_r(s, skip_blanks(at + 1));
	else
		return true;
	if (!found)
		return !asked || fail("no such command in the history: %s", at);
	*command = arena_printf(&s->scratch, "%s%s", found, rest);
	return true;
}
