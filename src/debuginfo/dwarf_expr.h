/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DWARF expressions (DWARF 5, 2.5 and 2.6) over target registers and memory, in
 * the target's word size and byte order. Bounded in steps and stack.
 */
#ifndef DEBUGINFO_DWARF_EXPR_H
#define DEBUGINFO_DWARF_EXPR_H

#include "base/bytes.h"
#include "base/status.h"

/* What a value on the stack is: a word, or of a base type of the program. */
struct expr_base {
	uint8_t size; /* at most 8 */
	enum { EXPR_GENERIC, EXPR_SIGNED, EXPR_UNSIGNED } kind;
};

struct expr_env {
	void *context;
	/* A register of the frame by DWARF number; false when its value is lost. */
	bool (*reg)(void *context, uint64_t reg, uint64_t *value);
	enum read_status (*read)(void *context, uint64_t address, void *buffer, size_t size);
	/* The base type whose entry stands at @entry of the expression's unit. May be NULL. */
	bool (*base_type)(void *context, uint64_t entry, struct expr_base *type);
	/* What @expr was when the function was entered. False with a message. May be NULL. */
	bool (*entry_value)(void *context, const uint8_t *expr, size_t size, uint64_t *value);
	enum byte_order order;
	uint8_t word_size;
	uint8_t offset_size; /* of references to entries of other units: 4 (or 0), or 8 in 64-bit DWARF */
	uint64_t slide;      /* added to DW_OP_addr */
	bool has_cfa, has_frame_base;
	uint64_t cfa, frame_base;
};

enum expr_kind {
	EXPR_ADDRESS,  /* @value is where the object lies (or simply the number computed) */
	EXPR_VALUE,    /* @value is the object itself */
	EXPR_REGISTER, /* the object is in register @value */
	EXPR_BYTES,    /* the object is @bytes, @size of them, in target order */
	EXPR_POINTER,  /* a pointer to the variable whose entry is at @value of .debug_info, and @offset on */
	EXPR_LOST,     /* optimized out: the object is nowhere */
};

struct expr_piece {
	enum expr_kind kind;
	uint64_t value;
	int64_t offset;
	const uint8_t *bytes;
	size_t size; /* EXPR_BYTES, EXPR_VALUE */
	uint64_t bit_size,
		bit_offset; /* of a composed object's part: its size, and where it lies in its place */
};

enum { EXPR_MAX_PIECES = 16 };

struct expr_result {
	struct expr_piece whole;                   /* when @n_pieces is 0 */
	struct expr_piece pieces[EXPR_MAX_PIECES]; /* from the object's start */
	size_t n_pieces;
};

/*
 * Carry out @size bytes of @expr; @first, if not NULL, is pushed before (the CFA
 * for register rules). False with a message that names the operation.
 */
bool expr_eval(const struct expr_env *env, const uint8_t *expr, size_t size, const uint64_t *first,
	       struct expr_result *result);
/* The same for an expression that computes a number, as call frame information has them. */
bool expr_number(const struct expr_env *env, const uint8_t *expr, size_t size, const uint64_t *first,
		 uint64_t *number);

#endif
