/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of text collected from the dump. */
#ifndef LINUX_LINES_H
#define LINUX_LINES_H

#include "base/vec.h"

struct text_lines {
	const char **items;
	size_t n, capacity;
};

#endif
