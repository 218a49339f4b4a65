/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TAB key: what may stand at the cursor, told to readline. */
#ifndef SHELL_COMPLETER_H
#define SHELL_COMPLETER_H

#include "command/session.h"

/* Once, before the first line. */
void completer_install(void);
/* Around each line that is read: whose names they are, and the lines before of the same command ("": none).
 */
void completer_begin(struct session *s, const char *earlier);
void completer_end(void);

#endif
