/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/detour.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "shell/child.h"

/* What to page with; NULL when nothing is to be paged. */
static const char *pager(const struct session *s, const struct line *line)
{
	const char *chosen = getenv("CRASHPAGER");

	if (!s->interactive || !s->settings.scroll || out_view(s->out) != OUT_TEXT || !isatty(STDOUT_FILENO))
		return NULL;
	/* it writes for as long as it is looked at */
	if (strncmp(line->command, "repeat", 6) == 0)
		return NULL;
	if (s->settings.pager)
		return s->settings.pager;
	if (!chosen || !*chosen)
		chosen = getenv("PAGER");
	if (chosen && *chosen)
		return chosen;
	return child_exists("less") ? "less" : child_exists("more") ? "more" : NULL;
}

/* Does @text take more rows than the screen has beside the prompt? */
static bool overflows(const struct detour *d, const struct text *text)
{
	size_t rows = 0, column = 0;

	for (size_t i = 0; i < text->n && rows < d->rows; i++) {
		unsigned char c = (unsigned char)text->data[i];

		if (c == '\n') {
			rows++;
			column = 0;
		} else if (c == '\033') {
			while (i < text->n && text->data[i] != 'm')
				i++;
		} else if (c == '\t') {
			column += 8 - column % 8;
		} else if ((c & 0xc0) != 0x80) {
			if (column == d->columns) {
				rows++;
				column = 0;
			}
			column++;
		}
	}
	return rows + (column > 0) >= d->rows;
}

static bool take(void *context, const char *data, size_t n)
{
	struct detour *d = context;
	struct text command = {0};
	bool ok;

	if (d->to_pager >= 0)
		return file_write_all(d->to_pager, data, n);
	text_put(&d->held, data, n);
	if (!overflows(d, &d->held))
		return true;
	/* colours, and what was shown stays on the screen; whoever has options of his own keeps them */
	text_printf(&command, "LESS=${LESS-FRX}; export LESS; %s", d->pager);
	d->pid = child_start(text_str(&command), &d->to_pager);
	text_free(&command);
	if (!d->pid) {
		/* without a pager then */
		d->to_pager = dup(STDOUT_FILENO);
		if (d->to_pager < 0)
			return false;
	}
	ok = file_write_all(d->to_pager, d->held.data, d->held.n);
	text_clear(&d->held);
	return ok;
}

static void begin_paging(struct detour *d)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_row)
		size.ws_row = 24;
	d->rows = size.ws_row;
	d->columns = size.ws_col ? size.ws_col : 80;
	out_divert(d->out, take, d, isatty(STDERR_FILENO));
}

/* Whoever leaves the pager early has had enough: no failure. */
static bool end_paging(struct detour *d)
{
	bool ok;

	out_flush(d->out);
	out_divert(d->out, NULL, NULL, false);
	ok = d->to_pager >= 0 || file_write_all(STDOUT_FILENO, d->held.data, d->held.n) ||
	     fail("cannot write results: %s", strerror(errno));
	text_free(&d->held);
	if (d->to_pager >= 0)
		close(d->to_pager);
	if (d->pid) {
		child_wait(d->pid);
		/* Ctrl-C in the pager is the pager's */
		interrupt_clear();
	}
	return ok;
}

static int open_file(const struct line *line)
{
	int fd = open(line->to,
		      O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY |
			      (line->output == OUTPUT_APPEND ? O_APPEND : O_TRUNC),
		      0666);

	if (fd < 0)
		fail("cannot open %s: %s", line->to, strerror(errno));
	return fd;
}

bool detour_begin(struct session *s, const struct line *line, bool top, struct detour *d)
{
	int fd = -1;

	*d = (struct detour){.out = s->out, .old = -1, .line = line, .to_pager = -1};
	if (line->output == OUTPUT_HERE) {
		d->pager = top ? pager(s, line) : NULL;
		if (d->pager)
			begin_paging(d);
		return true;
	}
	if (line->output == OUTPUT_PIPE) {
		out_flush(s->out);
		d->pid = child_start(line->to, &fd);
		if (!d->pid)
			return false;
	} else {
		fd = open_file(line);
		if (fd < 0)
			return false;
	}
	d->colour = out_set_colour(s->out, false);
	d->old = out_redirect(s->out, fd);
	return true;
}

bool detour_end(struct detour *d)
{
	bool ok;
	int fd, error, status;

	if (d->pager)
		return end_paging(d);
	if (d->old < 0)
		return true;
	ok = out_flush(d->out);
	error = out_errno(d->out);
	fd = out_redirect(d->out, d->old);
	out_set_colour(d->out, d->colour);
	if (close(fd) != 0 && ok && !d->pid) {
		/* network file systems tell only now */
		error = errno;
		ok = fail("cannot write results: %s", strerror(error));
	}
	if (!d->pid)
		return ok || fail("cannot write %s: %s", d->line->to, strerror(error));
	status = child_wait(d->pid);
	if (status == 127)
		return fail("%s: cannot be run", d->line->to);
	/* "| head" has had enough: no failure of ours */
	return ok || error == EPIPE;
}
