/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the type room: how leaves are spelled. */
#ifndef TYPE_NODE_H
#define TYPE_NODE_H

#include "type/expr.h"

struct tree {
	const struct type_env *env;
	struct types *ts;
	const struct node_options *options;
	unsigned print_max;
	uint64_t start, end; /* the object in memory; what a read never leaves */
	size_t nodes;
	struct object_page *pages;
	uint8_t *string; /* room to read one in */
};

/* @size bytes of the object that is shown, in pages read once. */
enum read_status tree_read(struct tree *tree, uint64_t address, uint8_t *buffer, uint64_t size);

/* Does gdb show an integer of this type as a character, an array of it as a string? */
bool is_text_type(struct types *ts, const struct type *t);
/* Append a character as it stands between @quote characters. */
void put_character(struct text *out, uint8_t c, char quote);
/* Append "..." as gdb does; true when all of it was printed. */
void put_string(struct text *out, const uint8_t *s, size_t n, unsigned print_max, bool more);

/* Fill in kind, text and number of a leaf from the bytes of its storage. */
void leaf_integer(struct tree *tree, struct node *n, const struct type *t, const uint8_t *bytes,
		  uint32_t bit_offset, uint32_t bit_size);
void leaf_enum(struct tree *tree, struct node *n, const struct type *t, uint64_t value);
void leaf_float(struct tree *tree, struct node *n, uint64_t bits, uint64_t size);
/*
 * By the format letter of the options: @number is one of @bits bits. False when the letter changes nothing
 * about it.
 */
bool leaf_letter(struct tree *tree, struct node *n, const struct type *t, uint64_t number, unsigned bits);
/* A pointer to @target: its symbol, and the string behind it. */
void leaf_pointer(struct tree *tree, struct node *n, const struct type *target, uint64_t address);

#endif
