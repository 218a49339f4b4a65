/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/input.h"

#include <string.h>

#include "shell/editor.h"
#include "shell/line.h"

enum { MOST_LINES = 32 };

static enum line_result read_line(struct input *in, const char *before, struct text *line)
{
	const char *newline;
	size_t n;

	if (!in->at)
		return in->session ? editor_read(in->session, before ? "> " : "inquest> ",
						 before ? before : "", line)
				   : lineedit_read(line);
	text_clear(line);
	if (in->at == in->end)
		return LINE_END;
	newline = memchr(in->at, '\n', (size_t)(in->end - in->at));
	n = (size_t)((newline ? newline : in->end) - in->at);
	text_put(line, in->at, n);
	in->at += n + (newline != NULL);
	return LINE_READ;
}

/* Put lines back, or several that were pasted as one. */
static void keep(struct input *in, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		*vec_push(&in->arena, &in->ahead) = arena_strndup(&in->arena, text, n);
		if (!text[n])
			break;
		text += n + 1;
	}
}

/* @before: what there is of the command already; NULL: nothing. */
static enum line_result next_line(struct input *in, const char *before, struct text *line)
{
	enum line_result result;

	if (in->next == in->ahead.n) {
		input_forget(in);
		result = read_line(in, before, line);
		if (result != LINE_READ || !in->session || !strchr(text_str(line), '\n'))
			return result;
		keep(in, text_str(line));
	}
	text_clear(line);
	text_puts(line, in->ahead.items[in->next++]);
	return LINE_READ;
}

static void append(struct text *command, enum line_more how, const char *line)
{
	if (how == LINE_CONTINUED)
		command->data[--command->n] = '\0';
	else
		text_putc(command, ' ');
	text_puts(command, line);
}

/* What the next line will stand behind. */
static const char *so_far(struct arena *a, const struct text *command, enum line_more how)
{
	return how == LINE_CONTINUED ? arena_strndup(a, text_str(command), command->n - 1)
				     : arena_printf(a, "%s ", text_str(command));
}

/* The rest of a command that goes on: false when it was given up with Ctrl-C. */
static bool read_rest(struct input *in, struct text *command)
{
	VEC(const char *) taken = {0};
	struct arena scratch = {0};
	struct text line = {0};
	const char *first = arena_strdup(&scratch, text_str(command));
	enum line_more how;
	enum line_result result = LINE_READ;

	while ((how = line_more(text_str(command))) != LINE_WHOLE && (in->session || taken.n < MOST_LINES)) {
		result = next_line(in, so_far(&scratch, command, how), &line);
		if (result != LINE_READ)
			break;
		*vec_push(&scratch, &taken) = arena_strdup(&scratch, text_str(&line));
		append(command, how, text_str(&line));
	}
	how = line_more(text_str(command));
	if (how == LINE_CONTINUED)
		command->data[--command->n] = '\0';
	/* never closed: a parenthesis by mistake shall not swallow the commands behind it */
	if (how == LINE_OPEN && !in->session) {
		text_clear(command);
		text_puts(command, first);
		while (in->next < in->ahead.n)
			*vec_push(&scratch, &taken) = arena_strdup(&scratch, in->ahead.items[in->next++]);
		input_forget(in);
		for (size_t i = 0; i < taken.n; i++)
			keep(in, taken.items[i]);
	}
	arena_free(&scratch);
	text_free(&line);
	return result != LINE_INTERRUPTED;
}

enum line_result input_read(struct input *in, struct text *command)
{
	enum line_result result = next_line(in, NULL, command);

	if (result == LINE_READ && !read_rest(in, command))
		return LINE_INTERRUPTED;
	return result;
}

void input_forget(struct input *in)
{
	arena_free(&in->arena);
	in->ahead.items = NULL;
	in->ahead.n = in->ahead.capacity = in->next = 0;
}
