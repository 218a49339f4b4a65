/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ctrl-C ends the command, not the session: loops ask interrupted() now and then and return early. */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

extern volatile sig_atomic_t interrupt_pending;

static inline bool interrupted(void)
{
	return interrupt_pending != 0;
}

/* Install the SIGINT handler (once) and forget a pending interrupt. */
void interrupt_catch(void);
void interrupt_clear(void);
/* Did Ctrl-C come since this was asked last, whether or not somebody cleared it meanwhile? */
bool interrupt_typed(void);

#endif
