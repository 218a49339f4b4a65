/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/command.h"
#include "command/session.h"

bool command_usage(struct session *s, const struct command *c)
{
	return out_error(s->out, "Usage: %s %s\nEnter \"help %s\" for details.", c->name, c->synopsis,
			 c->name);
}
