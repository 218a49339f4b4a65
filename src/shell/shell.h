/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The session loop: where command lines come from, and what becomes of their output. */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include <stdbool.h>

#include "command/session.h"

/* Prepare @s for command lines: aliases, signals, run_line. */
void shell_init(struct session *s);
/* Run the commands of one line. False when one failed. */
bool shell_line(struct session *s, const char *text);
/* The same for lines as they are typed: they may recall earlier commands, and are remembered. */
bool shell_commands(struct session *s, const char *text);
/* Run the commands in a file; false when one failed or it cannot be read. Ends early after exit or Ctrl-C. */
bool shell_file(struct session *s, const char *path);
/* ~/.inquestrc and ~/.crashrc, then the same here. Missing ones are no failure. */
bool shell_startup_files(struct session *s);
/* Commands from standard input: with a prompt when it is a terminal. False when one failed. */
bool shell_loop(struct session *s);

#endif
