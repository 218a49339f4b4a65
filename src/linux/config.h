/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_CONFIG_H
#define LINUX_CONFIG_H

#include "linux/kernel.h"

/* The configuration inside the kernel (kernel/configs.c, CONFIG_IKCONFIG) as text. False with a message. */
bool config_read(struct kernel *k, struct arena *a, char **text);

#endif
