/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print: p under gdb's name. */
#include "command/table.h"

static bool run(struct session *s, int argc, char **argv)
{
	return command_p.run(s, argc, argv);
}

const struct command command_print = {
	.name = "print",
	.summary = "value of an expression, as p",
	.synopsis = "[/FMT] expression",
	.help = "  As p, under gdb's name. A format is one letter: x z d u o t c a f s.\n",
	.example = "  inquest> print/x init_task.tasks\n"
		   "  $1 = {\n"
		   "    next = 0xffff8df4811fa950,\n"
		   "    prev = 0xffff8df4821f4a10\n"
		   "  }\n",
	.flags = COMMAND_RAW | COMMAND_FORMAT,
	.run = run,
};
