/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/shell.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
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
#include "shell/dispatch.h"
#include "shell/line.h"
#include "shell/lineedit.h"

enum { MAX_NESTING = 10 }; /* command files that run command files */

static unsigned nesting;

/* A message about the line itself, as a document of its own. Always false. */
static bool refuse(struct session *s, const char *text)
{
	out_begin(s->out, text);
	out_error(s->out, "%s", fail_text());
	out_end(s->out, false);
	return false;
}

/* ---- redirection ---- */

/* Results of one line that go elsewhere. */
struct detour {
	int old;   /* the descriptor they went to before */
	pid_t pid; /* of the shell command behind a pipe, 0 none */
	bool pager;
};

static const char *pager(const struct session *s)
{
	const char *chosen = getenv("CRASHPAGER");

	if (!s->interactive || !s->settings.scroll || out_view(s->out) != OUT_TEXT || !isatty(STDOUT_FILENO))
		return NULL;
	if (s->settings.pager)
		return s->settings.pager[0] == 'l' ? "less -FRX" : "more";
	if (!chosen || !*chosen)
		chosen = getenv("PAGER");
	if (chosen && *chosen)
		return chosen;
	return child_exists("less") ? "less -FRX" : child_exists("more") ? "more" : NULL;
}

static bool detour_begin(struct session *s, const struct line *line, struct detour *d)
{
	const char *command = line->output == OUTPUT_PIPE ? line->to : NULL;
	int fd = -1;

	*d = (struct detour){.old = -1};
	if (line->output == OUTPUT_HERE && nesting == 0) {
		command = pager(s);
		d->pager = command != NULL;
	}
	if (command) {
		out_flush(s->out);
		d->pid = child_start(command, &fd);
		if (!d->pid)
			return false;
	} else if (line->output == OUTPUT_FILE || line->output == OUTPUT_APPEND) {
		fd = open(line->to,
			  O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY |
				  (line->output == OUTPUT_APPEND ? O_APPEND : O_TRUNC),
			  0666);
		if (fd < 0)
			return fail("cannot open %s: %s", line->to, strerror(errno));
	}
	if (fd >= 0)
		d->old = out_redirect(s->out, fd);
	return true;
}

/* False with a message when the results could not be written, or when the shell command failed. */
static bool detour_end(struct session *s, const struct line *line, struct detour *d)
{
	bool ok = true;
	int fd, error, status;

	if (d->old < 0)
		return true;
	ok = out_flush(s->out);
	error = out_errno(s->out);
	fd = out_redirect(s->out, d->old);
	if (close(fd) != 0 && ok && !d->pid) {
		/* network file systems tell only now */
		error = errno;
		ok = fail("cannot write results: %s", strerror(error));
	}
	if (d->pid) {
		status = child_wait(d->pid);
		/* "| head" has had enough: no failure of ours */
		if (error == EPIPE)
			ok = true;
		if (status == 127 && !d->pager)
			ok = fail("%s: cannot be run", line->to);
	} else if (!ok) {
		fail("cannot write %s: %s", line->to, strerror(error));
	}
	return ok;
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
			ok &= dispatch(s, text_str(&command), line->literal);
		text_free(&command);
	}
	file_close(f);
	return ok;
}

bool shell_line(struct session *s, const char *text)
{
	struct arena outer = s->scratch;
	struct detour d;
	struct line line;
	bool ok;

	/* a command that runs commands keeps its own scratch memory */
	s->scratch = (struct arena){0};
	fail_clear();
	if (!line_parse(&s->scratch, text, &line)) {
		ok = refuse(s, text);
	} else if (line.kind == LINE_EMPTY) {
		ok = true;
	} else if (line.kind == LINE_SHELL) {
		pid_t pid;

		out_flush(s->out);
		pid = child_start(line.command, NULL);
		ok = pid ? child_wait(pid) == 0 : refuse(s, text);
	} else if (line.kind == LINE_FILE) {
		ok = shell_file(s, line.input);
	} else if (!detour_begin(s, &line, &d)) {
		ok = refuse(s, text);
	} else {
		ok = line.input ? each_argument(s, &line) : dispatch(s, line.command, line.literal);
		if (!detour_end(s, &line, &d))
			ok = refuse(s, line.command);
	}
	arena_free(&s->scratch);
	s->scratch = outer;
	return ok;
}

static bool run_line(struct session *s, const char *text)
{
	bool ok;

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
	struct file *f;
	const uint8_t *data;
	const char *origin = s->alias_origin;
	size_t size, at = 0;
	bool ok = true;

	if (nesting >= MAX_NESTING) {
		fail("command files run each other more than %d deep", MAX_NESTING);
		return refuse(s, path);
	}
	f = file_open(path);
	if (!f)
		return refuse(s, path);
	size = (size_t)f->size;
	data = file_block(f, 0, size);
	if (size && !data)
		ok = refuse(s, path);
	nesting++;
	s->alias_origin = path;
	while (data && at < size && !s->quit && !lost(s)) {
		const uint8_t *newline = memchr(data + at, '\n', size - at);
		size_t n = newline ? (size_t)(newline - data) - at : size - at;
		struct text line = {0};

		text_put(&line, (const char *)data + at, n);
		at += n + 1;
		ok &= shell_line(s, text_str(&line));
		text_free(&line);
		if (interrupted()) {
			ok = false;
			break;
		}
	}
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

bool shell_loop(struct session *s)
{
	struct text line = {0};
	bool ok = true;

	s->interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	while (!s->quit && !lost(s)) {
		enum line_result result;

		interrupt_clear();
		result = lineedit_read(s->interactive ? "inquest> " : NULL, &line);
		if (result == LINE_INTERRUPTED && s->interactive)
			continue;
		if (result != LINE_READ)
			break;
		ok &= shell_line(s, text_str(&line));
		if (interrupted() && !s->interactive)
			break;
	}
	if (s->interactive && !s->quit) {
		ssize_t n = write(STDOUT_FILENO, "\n", 1);

		(void)n;
	}
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
