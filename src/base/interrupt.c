/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t interrupt_pending;
static volatile sig_atomic_t typed;

static void on_interrupt(int number)
{
	(void)number;
	interrupt_pending = 1;
	typed = 1;
}

void interrupt_catch(void)
{
	/* no SA_RESTART: a read at the prompt shall end */
	struct sigaction action = {.sa_handler = on_interrupt};

	sigaction(SIGINT, &action, NULL);
	interrupt_pending = 0;
}

void interrupt_clear(void)
{
	interrupt_pending = 0;
}

bool interrupt_typed(void)
{
	bool was = typed != 0;

	typed = 0;
	return was;
}
