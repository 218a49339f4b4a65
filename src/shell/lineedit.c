/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shell/lineedit.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"

/* A longer line is no command; without a limit a wrong file on standard input would fill the memory. */
enum { LONGEST = 1 << 20 };

static char buffer[4096];
static size_t at, end;

/* More bytes; 0 at the end, -1 when Ctrl-C was typed. */
static ssize_t refill(void)
{
	for (;;) {
		ssize_t n = read(STDIN_FILENO, buffer, sizeof(buffer));

		if (n >= 0) {
			at = 0;
			end = (size_t)n;
			return n;
		}
		if (errno == EINTR && interrupted())
			return -1;
		if (errno == EAGAIN) {
			/* someone made it non-blocking */
			struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

			poll(&p, 1, -1);
			continue;
		}
		if (errno != EINTR)
			return 0;
	}
}

enum line_result lineedit_read(struct text *line)
{
	text_clear(line);
	for (;;) {
		const char *newline;
		size_t n;

		if (at == end) {
			ssize_t got = refill();

			if (got < 0) {
				interrupt_clear();
				return LINE_INTERRUPTED;
			}
			if (got == 0)
				return line->n ? LINE_READ : LINE_END;
		}
		newline = memchr(buffer + at, '\n', end - at);
		n = newline ? (size_t)(newline - buffer) - at : end - at;
		if (line->n < LONGEST)
			text_put(line, buffer + at, n);
		at += n + (newline != NULL);
		if (newline)
			return LINE_READ;
	}
}
