/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source files and lines of code. */
#ifndef COMMAND_SOURCE_H
#define COMMAND_SOURCE_H

#include "command/session.h"

/* Source file (as the compiler recorded it) and line of a kernel or module address; false when unknown. */
bool source_line(struct session *s, uint64_t address, const char **file, unsigned *line);
/*
 * The source around the line of @address, as dis -s shows it; @count lines from
 * it on, 0: a few around it. @word is what was typed. False with its message written.
 */
bool source_show(struct session *s, const char *word, uint64_t address, uint64_t count);

#endif
