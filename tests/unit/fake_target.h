/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small made-up target for tests of types and values: types from mkbtf, memory of three pages. */
#ifndef TESTS_UNIT_FAKE_TARGET_H
#define TESTS_UNIT_FAKE_TARGET_H

#include "type/value.h"

enum { FAKE_SIZE = 3 * 4096 }; /* the last page is excluded */

struct fake_target {
	struct arena arena;
	struct type_env env;
	uint8_t word;
	enum byte_order order;
	uint64_t base; /* of the memory; what is behind is not mapped */
	uint8_t memory[FAKE_SIZE];
	unsigned reads; /* calls of ->env.read */
};

/*
 * Types: struct list_head {next, prev}; struct task {int pid; short prio; char comm[8]; unsigned flag:1,
 * level:3; struct list_head list; union {unsigned long word; struct {int low, high;}}; enum color color;
 * struct point points[2]; const char *name; int (*fn)(int); bool on; unsigned char byte; int tail[];}
 *
 * Symbols: init (a struct task at the base), other (the next one, behind it), words (unsigned long [4]),
 * untyped, file.c:local and ext4:global (int), vmemory (a task in the excluded page), printf_like (function).
 * History: $1 is other, $2 an array of two characters that is not in memory.
 */
void fake_target_open(struct fake_target *t, uint8_t word, enum byte_order order);
void fake_target_close(struct fake_target *t);

#endif
