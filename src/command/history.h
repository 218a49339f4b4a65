/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that were given, numbered from 1 in the order they were. Those that are too old are forgotten.
 */
#ifndef COMMAND_HISTORY_H
#define COMMAND_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_KEPT = 1000 };

struct history {
	char **lines;
	size_t n;
	uint64_t forgotten; /* how many came before lines[0] */
};

/* Add a command, unless it is empty or the last one again. True when it was added. */
bool history_remember(struct history *h, const char *line);
void history_forget_all(struct history *h);
/* The command of that number; NULL when there is none (any more). */
const char *history_numbered(const struct history *h, uint64_t number);
/* The command given @back commands ago (1: the last); NULL when there is none. */
const char *history_before(const struct history *h, uint64_t back);
/* The last command that begins with @start; NULL when none does. */
const char *history_beginning(const struct history *h, const char *start);

#endif
