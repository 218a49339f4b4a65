/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shell commands beside and after ours. */
#ifndef SHELL_CHILD_H
#define SHELL_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Start "/bin/sh -c @command"; with @input its standard input is a pipe whose
 * writing end is stored there. 0 with a message when it cannot be started.
 */
pid_t child_start(const char *command, int *input);
/* Wait for it. Returns its exit status, or 128 + the signal that ended it. */
int child_wait(pid_t pid);
/* Is there such a program on the PATH? */
bool child_exists(const char *program);

#endif
