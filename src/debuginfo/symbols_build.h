/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the kernel's symbols get into struct symbols. Inside this room only. */
#ifndef DEBUGINFO_SYMBOLS_BUILD_H
#define DEBUGINFO_SYMBOLS_BUILD_H

#include "debuginfo/elf_file.h"
#include "debuginfo/symbol_set.h"

/* A stretch of the kernel image. */
struct image_area {
	uint64_t start, end;
};

/*
 * Read the symbols of a vmlinux at link-time addresses + @slide into @set; the
 * extent of the image into *image and its executable sections into *text. False
 * with a message.
 */
bool symbols_read_elf(struct elf_file *e, uint64_t slide, struct arena *a, struct symbol_set *set,
		      struct image_area *image, struct image_area **text, size_t *n_text);

/* The file whose local symbol @symbol is, or NULL. */
const char *symbols_file_of(struct elf_file *e, uint64_t slide, const struct symbol *symbol);

/* Make ready symbols the kernel's; @text is copied. */
void symbols_take(struct symbols *s, const struct symbol_set *set, const struct image_area *image,
		  const struct image_area *text, size_t n_text, const char *origin);
struct arena *symbols_arena(const struct symbols *s);

#endif
