/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a line without redirection to the command that runs it. */
#ifndef SHELL_DISPATCH_H
#define SHELL_DISPATCH_H

#include "command/session.h"

/* Run it as one document. @literal: do not look for an alias. False when it failed, with its message written.
 */
bool dispatch(struct session *s, const char *text, bool literal);

#endif
