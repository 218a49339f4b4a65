/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * readline asks twice: first which characters break words, then for the words. The answer is looked for at
 * the first question, and the word's beginning given by naming the very character before it as the one that
 * breaks.
 */
#include "shell/completer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* readline's headers want stdio.h before them */
#include <readline/readline.h>

#include "command/complete/complete.h"
#include "shell/line.h"

static struct session *session;
static const char *before;
static struct arena arena;
static struct completion found;

static void look(void)
{
	char *line = arena_printf(&arena, "%s%.*s", before, rl_point, rl_line_buffer);
	size_t earlier = strlen(before);
	const char *start;

	found = (struct completion){.files = true};
	if (!session || line_place(line, &start) == PLACE_FILE)
		return;
	complete(session, &arena, start, &found);
	found.start += (size_t)(start - line);
	if (found.start < earlier)
		found = (struct completion){0};
	else
		found.start -= earlier;
}

static char *breaks(void)
{
	static char files[] = " \t\n\"'><;|&(", one[2];

	arena_free(&arena);
	look();
	if (found.files && !found.n)
		return files;
	one[0] = found.start ? rl_line_buffer[found.start - 1] : '\n';
	return one;
}

/* What all words begin with. */
static char *common(const char *const *words, size_t n)
{
	size_t length = strlen(words[0]);

	/* sorted: what the first and the last agree in, all do */
	for (size_t i = 0; i < length; i++)
		if (words[0][i] != words[n - 1][i])
			length = i;
	return strndup(words[0], length);
}

static char **words(const char *text, int start, int end)
{
	char **list;

	(void)text;
	(void)end;
	/* false: names of files come next */
	rl_attempted_completion_over = !(found.files && !found.n);
	rl_sort_completion_matches = 1;
	if (!found.n || (size_t)start != found.start)
		return NULL;
	rl_completion_append_character = found.open ? '\0' : ' ';
	rl_sort_completion_matches = 0;
	list = calloc(found.n + 2, sizeof(*list));
	if (!list)
		return NULL;
	list[0] = common(found.words, found.n);
	if (found.n > 1)
		for (size_t i = 0; i < found.n; i++)
			list[i + 1] = strdup(found.words[i]);
	return list;
}

void completer_install(void)
{
	rl_completion_word_break_hook = breaks;
	rl_attempted_completion_function = words;
}

void completer_begin(struct session *s, const char *earlier)
{
	session = s;
	before = earlier;
}

void completer_end(void)
{
	session = NULL;
	before = "";
	arena_free(&arena);
	found = (struct completion){0};
}
