/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "indexing types: 43%" on standard error: only on a terminal, only for what
 * takes longer than a second, and wiped out again at the end.
 */
#ifndef OUTPUT_PROGRESS_H
#define OUTPUT_PROGRESS_H

#include <stdint.h>

/* Start; a progress that is still open is replaced. @total 0: no percentage. @what must stay valid. */
void progress_begin(const char *what, uint64_t total);
/* Cheap enough for inner loops: looks at the clock every few hundred calls. */
void progress_at(uint64_t done);
void progress_end(void);

#endif
