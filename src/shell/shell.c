/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/shell.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "command/command.h"
#include "shell/child.h"
#include "shell/detour.h"
#include "shell/dispatch.h"
#include "shell/editor.h"
#include "shell/history_file.h"
#include "shell/input.h"
#include "shell/line.h"
#include "shell/recall.h"

enum { MAX_NESTING = 10 }; /* commands and command files that run each other */

static unsigned nesting;

/* A message about the line itself, as a document of its own. Always false. */
static bool refuse(struct session *s, const char *text)
{
	out_begin(s->out, text);
	out_error(s->out, "%s", fail_text());
	out_end(s->out, false);
	return false;
}

/* ---- lines ---- */

/* cmd < file: the command once for each line of the file, with the line's words behind it. */
static bool each_argument(struct session *s, const struct line *line)
{
	struct file *f = file_open(line->input);
	const uint8_t *data;
	bool ok = true;
	size_t size, at = 0;

	if (!f)
		return refuse(s, line->command);
	size = (size_t)f->size;
	data = file_block(f, 0, size);
	while (data && at < size && !s->quit && !interrupted()) {
		const uint8_t *newline = memchr(data + at, '\n', size - at);
		size_t n = newline ? (size_t)(newline - data) - at : size - at;
		struct text command = {0};

		text_printf(&command, "%s ", line->command);
		text_put(&command, (const char *)data + at, n);
		at += n + 1;
		if (n)
			ok &= dispatch(s, text_str(&command));
		text_free(&command);
	}
	file_close(f);
	return ok;
}

/* One command without aliases; its words live in scratch memory. */
static bool run_one(struct session *s, const char *text)
{
	struct detour d;
	struct line line;
	bool ok;

	fail_clear();
	if (!line_parse(&s->scratch, text, &line))
		return refuse(s, text);
	switch (line.kind) {
	case LINE_EMPTY: return true;
	case LINE_FILE: return shell_file(s, line.input);
	case LINE_SHELL: {
		pid_t pid;

		out_flush(s->out);
		pid = child_start(line.command, NULL);
		return pid ? child_wait(pid) == 0 : refuse(s, text);
	}
	case LINE_COMMAND: break;
	}
	if (!detour_begin(s, &line, nesting == 0, &d))
		return refuse(s, text);
	ok = line.input ? each_argument(s, &line) : dispatch(s, line.command);
	return detour_end(&d) ? ok : refuse(s, line.command);
}

/* Commands with ; between them. An alias may stand for several, which have none at their beginnings any more.
 */
static bool run_all(struct session *s, const char *text, bool aliases)
{
	const char *rest = text;
	bool ok = true;

	while (rest && !s->quit) {
		char *command = line_first(&s->scratch, rest, &rest);
		const char *expanded = aliases && *command != '\\' ? dispatch_expand(s, command) : command;

		ok &= expanded == command ? run_one(s, command) : run_all(s, expanded, false);
		if (interrupted())
			break;
	}
	return ok;
}

bool shell_line(struct session *s, const char *text)
{
	struct arena outer = s->scratch;
	bool ok;

	/* a command that runs commands keeps its own scratch memory */
	s->scratch = (struct arena){0};
	ok = run_all(s, text, true);
	arena_free(&s->scratch);
	s->scratch = outer;
	return ok;
}

static bool run_line(struct session *s, const char *text)
{
	bool ok;

	/* "sys; r" is a command of the history that runs itself */
	if (nesting >= MAX_NESTING) {
		fail("commands run each other more than %d deep", MAX_NESTING);
		return refuse(s, text);
	}
	nesting++;
	ok = shell_line(s, text);
	nesting--;
	return ok;
}

/* Nobody reads the results any more, or they cannot be stored: nothing is left to do. */
static bool lost(struct session *s)
{
	return !out_flush(s->out);
}

bool shell_file(struct session *s, const char *path)
{
	struct input in = {0};
	struct text line = {0};
	struct file *f;
	const char *origin = s->alias_origin;
	bool ok = true;

	if (nesting >= MAX_NESTING) {
		fail("command files run each other more than %d deep", MAX_NESTING);
		return refuse(s, path);
	}
	f = file_open(path);
	if (!f)
		return refuse(s, path);
	in.at = (const char *)file_block(f, 0, f->size);
	if (f->size && !in.at)
		ok = refuse(s, path);
	in.end = in.at ? in.at + f->size : NULL;
	nesting++;
	s->alias_origin = path;
	while (in.at && !s->quit && !lost(s) && input_read(&in, &line) == LINE_READ) {
		ok &= shell_line(s, text_str(&line));
		if (interrupted()) {
			ok = false;
			break;
		}
	}
	input_forget(&in);
	text_free(&line);
	s->alias_origin = origin;
	nesting--;
	file_close(f);
	return ok;
}

bool shell_startup_files(struct session *s)
{
	static const char *const names[] = {".inquestrc", ".crashrc"};
	const char *home = getenv("HOME");
	struct stat in_home, here;
	bool ok = true;

	for (size_t i = 0; i < 2; i++) {
		char *path = home ? arena_printf(&s->arena, "%s/%s", home, names[i]) : NULL;
		bool there = path && stat(path, &in_home) == 0;

		if (there)
			ok &= shell_file(s, path);
		/* started in the home directory: once is enough */
		if (stat(names[i], &here) == 0 &&
		    !(there && here.st_dev == in_home.st_dev && here.st_ino == in_home.st_ino))
			ok &= shell_file(s, names[i]);
	}
	return ok;
}

/* A command of the top level: it may be one of the history, and becomes one. */
static bool command(struct session *s, const char *text)
{
	const char *old;
	char *whole;
	size_t n;
	bool ok;

	fail_clear();
	out_set_colour(s->out, s->settings.colour);
	if (!recall(s, text, &old)) {
		arena_free(&s->scratch);
		return refuse(s, text);
	}
	if (old && s->interactive)
		out_title(s->out, "%s", old);
	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	whole = old ? strdup(old) : strndup(text, n);
	arena_free(&s->scratch);
	if (!whole)
		return true;
	if (history_remember(&s->typed, whole) && s->interactive) {
		editor_remember(whole);
		history_file_append(whole);
	}
	ok = shell_line(s, whole);
	free(whole);
	return ok;
}

bool shell_commands(struct session *s, const char *text)
{
	struct input in = {.at = text, .end = text + strlen(text)};
	struct text line = {0};
	bool ok = true;

	while (!s->quit && !lost(s) && input_read(&in, &line) == LINE_READ) {
		ok &= command(s, text_str(&line));
		if (interrupted())
			break;
	}
	input_forget(&in);
	text_free(&line);
	return ok;
}

static void begin_typing(struct session *s)
{
	s->interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (!s->interactive)
		return;
	history_file_load(&s->typed);
	for (size_t i = 0; i < s->typed.n; i++)
		editor_remember(s->typed.lines[i]);
}

static void new_line(void)
{
	ssize_t n = write(STDOUT_FILENO, "\n", 1);

	(void)n; /* a terminal that is lost is no news here */
}

bool shell_loop(struct session *s)
{
	struct input in = {0};
	struct text line = {0};
	enum line_result result = LINE_READ;
	bool ok = true;

	begin_typing(s);
	in.session = s->interactive ? s : NULL;
	while (!s->quit && !lost(s)) {
		/* behind the ^C that the terminal showed */
		if (interrupt_typed() && s->interactive && result == LINE_READ)
			new_line();
		interrupt_clear();
		result = input_read(&in, &line);
		if (result == LINE_INTERRUPTED && s->interactive) {
			input_forget(&in);
			continue;
		}
		if (result != LINE_READ)
			break;
		ok &= command(s, text_str(&line));
		if (!interrupted())
			continue;
		if (!s->interactive)
			break;
		input_forget(&in);
	}
	if (s->interactive && !s->quit)
		new_line();
	input_forget(&in);
	text_free(&line);
	return ok;
}

void shell_init(struct session *s)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	/* a closed pipe is an error of write(), which ends what is written to it and nothing else */
	sigaction(SIGPIPE, &ignore, NULL);
	interrupt_catch();
	alias_builtin(s);
	s->run_line = run_line;
}
