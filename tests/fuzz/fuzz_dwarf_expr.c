/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DWARF expressions of any bytes, in each word size and byte order. */
#include <string.h>

#include "debuginfo/dwarf_expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool reg(void *context, uint64_t number, uint64_t *value)
{
	(void)context;
	*value = number << 56 | number;
	return number < 100;
}

static enum read_status from_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	(void)context;
	memset(buffer, (int)(address & 0xff), size);
	return address & 0x8000 ? READ_EXCLUDED : READ_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (unsigned form = 0; form < 4; form++) {
		const struct expr_env env = {.reg = reg,
					     .read = from_memory,
					     .order = form & 1 ? ORDER_BIG : ORDER_LITTLE,
					     .word_size = form & 2 ? 8 : 4,
					     .has_cfa = true,
					     .cfa = 0x1000};
		struct expr_result result;
		uint64_t first = 5;

		expr_eval(&env, data, size, form & 1 ? &first : NULL, &result);
	}
	return 0;
}
