/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The libelf side of an ELF file, for the files of this room that hand it to libdw. */
#ifndef DEBUGINFO_ELF_HANDLE_H
#define DEBUGINFO_ELF_HANDLE_H

#include <libelf.h>

#include "debuginfo/elf_file.h"

struct elf_handle {
	Elf *elf;
	void *map; /* a private, writable map of the file, or NULL */
	uint64_t map_size;
};

/*
 * Another handle over the same file, for a thread of its own or for a reader
 * that changes it. With @writable the section data may be changed in place;
 * pages are copied as they are written to. End it before the file is closed.
 * False with a message.
 */
bool elf_handle_open(struct elf_file *e, bool writable, struct elf_handle *h);
void elf_handle_end(struct elf_handle *h);
/*
 * Give back the memory that bytes @from to @to of section @name take, or all of it where @to lies beyond;
 * they are read again when they are touched again.
 */
void elf_file_forget(struct elf_file *e, const char *name, uint64_t from, uint64_t to);

#endif
