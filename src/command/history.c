/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was typed before, h that lists it, and r that runs it again. */
#include "command/history.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "command/session.h"
#include "command/table.h"

bool history_remember(struct history *h, const char *line)
{
	size_t size;

	if (!*line || (h->n && strcmp(h->lines[h->n - 1], line) == 0))
		return false;
	if (!h->lines)
		h->lines = xcalloc(HISTORY_KEPT, sizeof(*h->lines));
	if (h->n == HISTORY_KEPT) {
		free(h->lines[0]);
		memmove(h->lines, h->lines + 1, --h->n * sizeof(*h->lines));
		h->forgotten++;
	}
	size = strlen(line) + 1;
	h->lines[h->n++] = memcpy(xmalloc(size), line, size);
	return true;
}

void history_forget_all(struct history *h)
{
	while (h->n)
		free(h->lines[--h->n]);
	free(h->lines);
	*h = (struct history){0};
}

const char *history_numbered(const struct history *h, uint64_t number)
{
	return number > h->forgotten && number - h->forgotten <= h->n ? h->lines[number - h->forgotten - 1]
								      : NULL;
}

const char *history_before(const struct history *h, uint64_t back)
{
	return back && back <= h->n ? h->lines[h->n - back] : NULL;
}

const char *history_beginning(const struct history *h, const char *start)
{
	for (size_t i = h->n; i; i--)
		if (strncmp(h->lines[i - 1], start, strlen(start)) == 0)
			return h->lines[i - 1];
	return NULL;
}

static const struct shape line_shape = {"[{number}] {command}\n", NULL};

static bool list(struct session *s, int argc, char **argv)
{
	const struct history *h = &s->typed;
	uint64_t count = h->n;

	if (argc > 2)
		return command_usage(s, &command_h);
	if (argc == 2 && !parse_number(argv[1], 10, &count))
		return out_error(s->out, "not a number of commands: %s", argv[1]);
	list_begin(s->out, "history");
	for (size_t i = count < h->n ? h->n - (size_t)count : 0; i < h->n; i++) {
		rec_begin(s->out, &line_shape);
		put_u64(s->out, "number", h->forgotten + i + 1);
		put_str(s->out, "command", h->lines[i]);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

const struct command command_h = {
	.name = "h",
	.summary = "the commands given so far",
	.synopsis = "[count]",
	.help = "  Lists the commands of this session and, at a terminal, of those before it, with\n"
		"  their numbers; with a count, only the last ones. To run one again:\n"
		"    r, !!       the last command\n"
		"    r N, !N     command number N; !-N the one N commands ago\n"
		"    r TEXT      the last command that begins with TEXT\n"
		"    !WORD       the same, if WORD is no program of the system (!COMMAND runs that)\n",
	.example = "  inquest> h\n"
		   "  [1] bt -l | head -3\n"
		   "  [2] log | tail -5\n"
		   "  [3] h\n",
	.flags = COMMAND_MINIMAL,
	.run = list,
};

/* At the beginning of a line the shell has put the old command in place of this one. */
static bool again(struct session *s, int argc, char **argv)
{
	const char *command = argc > 1 ? history_beginning(&s->typed, argv[1]) : history_before(&s->typed, 1);
	bool ok;

	if (!command || command[0] == 'r')
		return out_error(s->out, "no such command in the history");
	list_begin(s->out, "runs");
	ok = s->run_line(s, command);
	list_end(s->out);
	return ok;
}

const struct command command_r = {
	.name = "r",
	.summary = "run a command of the history again",
	.synopsis = "[number | text]",
	.help = "  Without arguments, runs the last command again.\n"
		"    number  the command of that number (\"h\" lists them)\n"
		"    text    the last command that begins with this text\n",
	.example =
		"  inquest> r bt\n"
		"  bt -l | head -3\n"
		"  PID: 120      TASK: ffff89be2fe48000  CPU: 0    COMMAND: \"inq-trigger\"\n"
		"   #0 [ffffd19ec04377b8] machine_kexec at ffffffff9666c53f\n"
		"      debian/build/build_amd64_none_cloud-amd64/arch/x86/kernel/machine_kexec_64.c: 387\n",
	.flags = COMMAND_MINIMAL | COMMAND_RAW,
	.run = again,
};
