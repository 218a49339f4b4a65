/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Location lists of any bytes, of both versions, in each word size and byte order. */
#include "debuginfo/dwarf_loclist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool by_index(void *context, uint64_t index, uint64_t *address)
{
	(void)context;
	*address = index << 8;
	return index < 1000;
}

/* What is found must lie in the section: its bytes are looked at. */
static unsigned sum(const uint8_t *expr, size_t size)
{
	unsigned all = 0;

	for (size_t i = 0; i < size; i++)
		all += expr[i];
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	volatile unsigned looked = 0;

	for (unsigned form = 0; form < 8; form++) {
		const struct loclist l = {.data = data,
					  .size = size,
					  .order = form & 1 ? ORDER_BIG : ORDER_LITTLE,
					  .address_size = form & 2 ? 8 : 4,
					  .version = form & 4 ? 5 : 4,
					  .base = 0x1000,
					  .address = by_index};
		uint64_t offset = size ? data[0] % 16 : 0;
		const uint8_t *expr;
		size_t n;

		loclist_offset(&l, offset, size > 1 ? data[1] : 0, form & 2 ? 8 : 4, &offset);
		for (uint64_t pc = 0x1000; pc < 0x1100; pc += 0x11) {
			if (loclist_find(&l, offset, pc, &expr, &n))
				looked += sum(expr, n);
		}
	}
	return 0;
}
