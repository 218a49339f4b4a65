/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The symbols of the kernel or of one module, sorted, with an index of their names. Inside this room only. */
#ifndef DEBUGINFO_SYMBOL_SET_H
#define DEBUGINFO_SYMBOL_SET_H

#include "base/arena.h"
#include "debuginfo/symbols.h"

struct symbol_set {
	struct symbol *list; /* by address; of those at one address the best comes first */
	size_t n;
	uint32_t *heads, *next; /* chains of equal name hashes, entries are positions + 1 */
	size_t n_heads;         /* a power of two; 0: no index yet */
};

/* Which of several symbols at one address is shown: the one with the smallest rank. */
uint8_t symbol_rank(const char *name, char type, bool is_object, uint64_t size);
struct symbol_key {
	uint64_t address;
	uint32_t index; /* of the symbol, wherever it is now */
	uint8_t rank;
};

/* Sort @n @keys by address, then by rank, then as they stand. There are @n more places behind them, for
 * scratch. */
void symbol_keys_sort(struct symbol_key *keys, size_t n);
/* The next symbol of that name in address order after the one that *@cookie (0 at first) stands for. */
const struct symbol *symbol_set_find(struct symbol_set *set, struct arena *a, const char *name,
				     uint32_t *cookie);
/* Position of the best symbol among those with the largest address that is not above @address; n when none.
 */
size_t symbol_set_at(const struct symbol_set *set, uint64_t address);

#endif
