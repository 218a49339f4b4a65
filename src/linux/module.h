/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loaded modules, their symbols from the dump itself, and their debug files. */
#ifndef LINUX_MODULE_H
#define LINUX_MODULE_H

#include "debuginfo/elf_file.h"
#include "debuginfo/symbols.h"
#include "linux/kernel.h"

struct module {
	uint64_t address; /* of struct module */
	const char *name;
	uint64_t base, size; /* core text: what crash shows */
	struct symbol_area areas[8];
	size_t n_areas;
	uint64_t percpu, percpu_size;   /* its per-CPU data, as a __percpu pointer tells it */
	const char *state;              /* "live", "coming", "going" */
	const char *taints;             /* letters, "" none */
	const char *version, *build_id; /* NULL unknown */
	uint16_t number;                /* in the symbol store, 0 not yet */
	const char *object_file;        /* loaded debug file, NULL none */
	enum read_status status;        /* not READ_OK: columns are missing */
	struct module_debug *debug;     /* files loaded so far, newest first: module_load.c's own */
};

struct modules {
	struct module *list; /* in address order, as crash lists them */
	size_t n;
	const char *why; /* when the list may not be complete */
};

/* The list, with symbols of all modules added to the target's symbol store. NULL with a message. */
const struct modules *kernel_modules(struct kernel *k);
struct module *module_by_name(struct kernel *k, const char *name);
/* The module that @address lies in, or NULL. */
struct module *module_at(struct kernel *k, uint64_t address);
/* Load the debug file (NULL: look for it); types, lines and CFI of the module become known. False with a
 * message. */
bool module_load(struct kernel *k, struct module *m, const char *path);
/* Forget it again; its types, lines and CFI are no longer found. */
void module_unload(struct kernel *k, struct module *m);
/*
 * The section of the loaded debug file that @address lies in, if that file has its code, and where it starts.
 * False without a message.
 */
bool module_code_at(const struct module *m, uint64_t address, struct elf_file **file,
		    struct elf_section *section, uint64_t *start);
/* The name of the section of a module that @address lies in, as its loader told; NULL without a message. */
const char *module_section_at(struct kernel *k, struct arena *a, const struct module *m, uint64_t address);
/* At the end of the session: close its files. */
void module_close(struct module *m);

#endif
