/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a line without redirection to the command that runs it. */
#ifndef SHELL_DISPATCH_H
#define SHELL_DISPATCH_H

#include "command/session.h"

/* @text with what its first word is an alias of in that word's place, in scratch memory; else @text itself.
 */
const char *dispatch_expand(struct session *s, const char *text);
/* Run it as one document. False when it failed, with its message written. */
bool dispatch(struct session *s, const char *text);

#endif
