/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_SAFE_LOG_H
#define LINUX_SAFE_LOG_H

#include "linux/kernel.h"
#include "linux/lines.h"

/*
 * Text left in the per-CPU buffers of printk_safe (kernel/printk/printk_safe.c:
 * nmi_print_seq since 42a0bb3f7138, v4.7, safe_print_seq since 099f1c84c005,
 * v4.11; both gone with 93d102f094be, v5.15), a heading per buffer. False with a
 * message when this kernel has no such buffers.
 */
bool safe_log_read(struct kernel *k, struct arena *a, struct text_lines *lines);

#endif
