/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINUX_MODULE_SECTIONS_H
#define LINUX_MODULE_SECTIONS_H

#include "linux/module.h"

struct module_section {
	const char *name; /* ".text", ".init.text", ".data" */
	uint64_t address;
};

/*
 * Where the loader put each section of a module's file, as sysfs showed it
 * (kernel/module/sysfs.c). False with a message when the kernel did not keep it.
 */
bool module_sections(struct kernel *k, struct arena *a, const struct module *m, struct module_section **list,
		     size_t *n);

#endif
