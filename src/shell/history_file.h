/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history between sessions: ${XDG_STATE_HOME:-$HOME/.local/state}/inquest/history, a command on each
 * line. */
#ifndef SHELL_HISTORY_FILE_H
#define SHELL_HISTORY_FILE_H

#include "command/history.h"

/* Read what earlier sessions left; nothing when there is no file, or no place for one. */
void history_file_load(struct history *h);
/*
 * Add one command at the end. Several sessions may do so at once: each command is one write to the end of the
 * file, under a lock. Failure is silent: a history that cannot be kept is no reason to disturb a session.
 */
void history_file_append(const char *line);

#endif
