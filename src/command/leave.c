/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit, q and repeat. */
#include "base/error.h"
#include "base/interrupt.h"
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"

#include <ctype.h>
#include <stdlib.h>
#include <time.h>

static bool leave(struct session *s, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	s->quit = true;
	return true;
}

const struct command command_exit = {
	.name = "exit",
	.summary = "end the session",
	.synopsis = "",
	.help = "  Ends the session. So do q, quit and Ctrl-D.\n",
	.example = "  inquest> exit\n",
	.flags = COMMAND_MINIMAL,
	.run = leave,
};

const struct command command_q = {
	.name = "q",
	.summary = "end the session",
	.synopsis = "",
	.help = "  Ends the session. So do exit, quit and Ctrl-D.\n",
	.example = "  inquest> q\n",
	.flags = COMMAND_MINIMAL,
	.run = leave,
};

static bool repeat(struct session *s, int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	struct timespec pause = {0};
	bool ok = true;

	if (*command == '-' && isdigit((unsigned char)command[1])) {
		char *end;

		pause.tv_sec = (time_t)strtoul(command + 1, &end, 10);
		command = end;
	}
	while (isspace((unsigned char)*command))
		command++;
	if (!*command)
		return command_usage(s, &command_repeat);
	list_begin(s->out, "runs");
	while (ok && !interrupted() && !out_broken(s->out) && !s->quit) {
		ok = s->run_line(s, command);
		out_flush(s->out);
		if (pause.tv_sec)
			nanosleep(&pause, NULL);
	}
	list_end(s->out);
	/* Ctrl-C is the way to end it, not a failure */
	if (interrupted())
		interrupt_clear();
	return ok;
}

const struct command command_repeat = {
	.name = "repeat",
	.summary = "run a command again and again",
	.synopsis = "[-seconds] command",
	.help = "  Runs the command until it fails or Ctrl-C is typed; with a number, pauses so\n"
		"  many seconds in between. For live systems.\n",
	.example = "  inquest> repeat -2 sys | grep UPTIME\n"
		   "        UPTIME: 00:00:24\n"
		   "        UPTIME: 00:00:24\n",
	.flags = COMMAND_MINIMAL | COMMAND_RAW,
	.run = repeat,
};
