/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COMMAND_SYS_H
#define COMMAND_SYS_H

#include "command/session.h"

/* The banner as one record: what `sys` prints, and what a session begins with. */
void sys_banner(struct session *s);
/* A size as crash writes it: "1 GB", "767.5 MB". */
const char *sys_size(struct arena *a, uint64_t bytes);

/* The processor's speed; 0 where the kernel does not tell. */
uint64_t sys_mhz(struct target *t);

#endif
