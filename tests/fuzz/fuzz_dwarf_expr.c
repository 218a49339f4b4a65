/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DWARF expressions of any bytes, in each word size and byte order. */
#include <string.h>

#include "debuginfo/dwarf_object.h"

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

static bool base_type(void *context, uint64_t entry, struct expr_base *type)
{
	(void)context;
	*type = (struct expr_base){(uint8_t)(1 << entry % 4), entry & 4 ? EXPR_SIGNED : EXPR_UNSIGNED};
	return entry < 16;
}

static bool entry_value(void *context, const uint8_t *expr, size_t size, uint64_t *value)
{
	(void)context;
	*value = 0;
	for (size_t i = 0; i < size; i++)
		*value += expr[i];
	return size < 5;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[64], lost[64];

	for (unsigned form = 0; form < 4; form++) {
		const struct expr_env env = {.reg = reg,
					     .read = from_memory,
					     .base_type = base_type,
					     .entry_value = entry_value,
					     .order = form & 1 ? ORDER_BIG : ORDER_LITTLE,
					     .word_size = form & 2 ? 8 : 4,
					     .has_cfa = true,
					     .cfa = 0x1000};
		struct expr_result result;
		uint64_t first = 5;

		struct expr_object object = {.bytes = bytes, .lost = lost, .size = size % sizeof bytes};

		if (expr_eval(&env, data, size, form & 1 ? &first : NULL, &result))
			expr_assemble(&env, &result, &object);
	}
	return 0;
}
