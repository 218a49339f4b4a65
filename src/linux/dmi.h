/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_DMI_H
#define LINUX_DMI_H

#include "linux/kernel.h"

struct dmi_line {
	const char *key;   /* as enum dmi_field names it: "DMI_BIOS_VENDOR" */
	const char *value; /* NULL with a status */
	enum read_status status;
};

/* The firmware's identification strings (drivers/firmware/dmi_scan.c: dmi_ident[]). False with a message. */
bool dmi_read(struct kernel *k, struct arena *a, struct dmi_line **lines, size_t *n);

#endif
