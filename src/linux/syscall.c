/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/syscall.h"

#include <string.h>

#include "base/error.h"

enum { MOST_SYSCALLS = 8192, USUAL_SYSCALLS = 512 };

/* A slot of a number that is not used: its handler only returns -ENOSYS. */
static bool unused(const char *name)
{
	return strstr(name, "sys_ni_syscall") != NULL;
}

bool syscall_table(struct kernel *k, struct arena *a, struct syscall **list, size_t *n)
{
	struct target *t = k->target;
	const struct symbol *table = symbol_find(t->symbols, "sys_call_table");
	size_t slots;

	if (!table)
		return fail("symbol sys_call_table is not known");
	slots = table->size ? (size_t)(table->size / t->word_size) : USUAL_SYSCALLS;
	if (slots > MOST_SYSCALLS)
		return fail("sys_call_table has %zu entries: damaged", slots);
	*list = arena_new_n(a, slots, struct syscall);
	*n = 0;
	for (size_t i = 0; i < slots; i++) {
		const struct symbol *symbol;
		uint64_t address, offset;

		if (target_read_word(t, table->address + i * t->word_size, &address) != READ_OK)
			continue;
		symbol = symbol_text_at(t->symbols, address, &offset);
		/* the table's size may be a guess: behind it stands something else */
		if (!symbol || offset) {
			if (!table->size)
				break;
			continue;
		}
		if (!unused(symbol->name))
			(*list)[(*n)++] = (struct syscall){(uint32_t)i, address, symbol->name};
	}
	return true;
}
