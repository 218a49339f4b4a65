/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The places in a module's code that the kernel's loader filled in. */
#ifndef DEBUGINFO_ELF_SITES_H
#define DEBUGINFO_ELF_SITES_H

#include "base/arena.h"
#include "debuginfo/elf_file.h"

enum { ELF_SITE_LONGEST = 8 };

struct elf_site {
	uint64_t offset;    /* in the section */
	uint8_t size;       /* bytes from there that may have changed */
	bool loader;        /* other instructions may stand there, by the rules of the loader */
	const char *symbol; /* never NULL */
};

/* The relocations of a section of an object file, by offset. Names lie in the file. False with a message. */
bool elf_sites(struct elf_file *e, const struct elf_section *section, struct arena *a,
	       const struct elf_site **list, size_t *n);

#endif
