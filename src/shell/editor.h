/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines typed at a terminal: GNU readline, with this program's history and completion. */
#ifndef SHELL_EDITOR_H
#define SHELL_EDITOR_H

#include "command/session.h"
#include "shell/lineedit.h"

/*
 * Read one line; it may hold newlines when several were pasted. @before is what was typed of the same command
 * already. When the terminal is lost, or a signal asks the program to end, the terminal is set back first;
 * such a signal then has its usual effect.
 */
enum line_result editor_read(struct session *s, const char *prompt, const char *before, struct text *line);
/* A command that the arrow keys find from now on. */
void editor_remember(const char *line);

#endif
