/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_AUDIT_LOG_H
#define LINUX_AUDIT_LOG_H

#include "linux/kernel.h"
#include "linux/lines.h"

/*
 * Messages that wait in the audit queues (kernel/audit.c: audit_queue,
 * audit_retry_queue, audit_hold_queue; audit_skb_queue before 4.10), oldest
 * first: "type=1400 audit(...)". False with a message when no queue can be read.
 */
bool audit_log_read(struct kernel *k, struct arena *a, struct text_lines *lines);

#endif
