/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines from standard input that is no terminal. */
#ifndef SHELL_LINEEDIT_H
#define SHELL_LINEEDIT_H

#include <stdbool.h>

#include "base/text.h"

enum line_result {
	LINE_READ,
	LINE_INTERRUPTED, /* Ctrl-C while typing: what was typed is forgotten */
	LINE_END,         /* end of the input, or it cannot be read */
};

/* Read one line without its newline. */
enum line_result lineedit_read(struct text *line);

#endif
