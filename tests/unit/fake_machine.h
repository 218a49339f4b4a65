/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A target for tests of the linux room: memory of fake_memory.h, each address its own physical one, and types
 * of fake_types.h. machine() starts anew, with any word size and byte order.
 */
#ifndef TESTS_UNIT_FAKE_MACHINE_H
#define TESTS_UNIT_FAKE_MACHINE_H

#include "fake_memory.h"
#include "fake_types.h"

#include "target/arch.h"
#include "target/target.h"

static struct machine {
	struct arena arena;
	struct arch arch;
	struct target target;
	struct fake_types types;
} m;

static void machine(unsigned word_size, enum byte_order order)
{
	static const struct space_range all = {
		.start = 0, .last = UINT64_MAX, .method = SPACE_LINEAR, .what = "all"};

	arena_free(&m.arena);
	memset(&m, 0, sizeof m);
	fake_memory_clear();
	m.arch = (struct arch){.name = "test", .word_size = (uint8_t)word_size};
	m.target = (struct target){.id = 1,
				   .arena = &m.arena,
				   .arch = &m.arch,
				   .order = order,
				   .word_size = (uint8_t)word_size,
				   .page_shift = 12,
				   .page_size = 4096,
				   .release = "",
				   .physical = fake_memory_read};
	m.target.symbols = symbols_new(&m.arena);
	m.target.types = types_new(&m.arena, (uint8_t)word_size, order);
	fake_types_init(&m.types, &m.arena, m.target.types);
	space_add(&m.target.kernel, &all);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): what is declared cannot stand in parentheses */
#define EACH_MACHINE(WORD, ORDER)                                                                            \
	for (unsigned WORD = 4; WORD <= 8; WORD += 4)                                                        \
		for (enum byte_order ORDER = ORDER_LITTLE; ORDER <= ORDER_BIG; ORDER++)
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
