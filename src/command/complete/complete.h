/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the word at the cursor of a command being typed may become. */
#ifndef COMMAND_COMPLETE_H
#define COMMAND_COMPLETE_H

#include "command/session.h"

struct completion {
	size_t start;       /* of the word in the line */
	bool files;         /* a file's name: the caller knows those */
	bool open;          /* the word may well go on (a member follows): no blank after a unique one */
	const char **words; /* sorted, each once; they begin with what stands at @start */
	size_t n;
};

/*
 * @line is one command, without what redirection or another command may stand around it, up to the cursor.
 * What is found lives in @a. Leaves no message: where nothing is known there are no words.
 */
void complete(struct session *s, struct arena *a, const char *line, struct completion *c);

#endif
