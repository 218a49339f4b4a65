/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source files and lines of code. */
#ifndef COMMAND_SOURCE_H
#define COMMAND_SOURCE_H

#include "command/session.h"

struct dwarf;
struct file;

/* Debug information of the kernel or a module that covers an address; NULL without a message. */
struct dwarf *source_dwarf(struct session *s, uint64_t address);
/* Source file (as the compiler recorded it) and line of a kernel or module address; false when unknown. */
bool source_line(struct session *s, uint64_t address, const char **file, unsigned *line);

/* A source file of the kernel on this machine. */
struct source_file {
	struct file *file;
	const char *data;
	const size_t *starts; /* of its lines, and the end of the last one */
	unsigned n;           /* lines */
};

/*
 * Find the file that the compiler recorded: under --src by its whole path, then with directories taken off
 * its front; without --src where it was. False with a message that names it.
 */
bool source_file_open(struct session *s, const char *recorded, struct source_file *f);
void source_file_close(struct source_file *f);
/* Line @number, from 1, without its end; NULL when there is none. */
const char *source_file_line(const struct source_file *f, unsigned number, size_t *length);

/*
 * The source around the line of @address, as dis -s shows it: @count lines from it on, 0: what is left of its
 * function.
 * @word is what was typed. False with its message written.
 */
bool source_show(struct session *s, const char *word, uint64_t address, uint64_t count);

#endif
