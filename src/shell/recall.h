/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of the history, run again: r, r N, r text, !!, !N, !-N, !word. */
#ifndef SHELL_RECALL_H
#define SHELL_RECALL_H

#include "command/session.h"

/*
 * If @text asks for an earlier command, *command is that one, with what stands behind !N ("!3 | wc"), in
 * scratch memory; else it is NULL. False with a message when there is no such command.
 */
bool recall(struct session *s, const char *text, const char **command);

#endif
