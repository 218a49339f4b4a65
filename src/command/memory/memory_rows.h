/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory as rows of words and characters, for rd and whatever else dumps memory. */
#ifndef COMMAND_MEMORY_ROWS_H
#define COMMAND_MEMORY_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct session;
struct space;
struct text;

enum memory_source { MEMORY_KERNEL, MEMORY_PHYSICAL, MEMORY_USER, MEMORY_FILE };
enum memory_number { MEMORY_HEX, MEMORY_SIGNED, MEMORY_UNSIGNED };
enum memory_symbols { MEMORY_PLAIN, MEMORY_SYMBOLS, MEMORY_SLABS, MEMORY_SLAB_ADDRESSES };

struct memory_view {
	enum memory_source source;
	const struct space *space; /* of MEMORY_USER */
	unsigned width;            /* bytes per unit: 1, 2, 4, 8 */
	enum memory_number number;
	enum memory_symbols symbols;
	bool ascii_only, no_ascii, network_order, reverse;
};

/* Read as the view's source says; *@got tells how much. */
enum read_status memory_view_read(struct session *s, const struct memory_view *view, uint64_t address,
				  void *buffer, size_t size, size_t *got);
/*
 * The @n bytes at @p as the view says: "words" and, in JSON, "names" of those that have one, into the open
 * record. @buffer is scratch.
 */
void memory_put_words(struct session *s, const struct memory_view *view, const uint8_t *p, size_t n,
		      struct text *buffer);
/* @count units from @address as rows of 16 bytes in a list "rows". False when nothing at all could be read.
 */
bool memory_rows(struct session *s, const struct memory_view *view, uint64_t address, uint64_t count);
/* The same as records of the list that is open; READ_OK unless nothing at all could be read. */
enum read_status memory_row_records(struct session *s, const struct memory_view *view, uint64_t address,
				    uint64_t count);
/* Characters only, 60 a row; @count 0: up to the first that is not printable. */
bool memory_text(struct session *s, const struct memory_view *view, uint64_t address, uint64_t count);

#endif
