/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kallsyms tables of any bytes: the input is the memory, its first byte the form. */
#include <string.h>

#include "debuginfo/kallsyms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
};

enum { START = 0x10000 };

static enum read_status from_input(void *context, uint64_t address, void *buffer, size_t size)
{
	const struct input *in = context;

	if (address < START || address - START > in->size || size > in->size - (address - START))
		return READ_UNMAPPED;
	memcpy(buffer, in->data + (address - START), size);
	return READ_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data + 1, size - 1};
	struct kallsyms_places p = {.num_syms = START,
				    .token_index = START + 4,
				    .names = START + 4 + 512,
				    .token_table = START + size / 2,
				    .stext = 0};
	struct arena arena = {0};
	struct symbols *s;

	if (size < 2)
		return 0;
	if (data[0] & 1)
		p.offsets = START + size / 4;
	else
		p.addresses = START + size / 4;
	if (data[0] & 2)
		p.relative_base = START + 8;
	p.release = data[0] & 4 ? "5.10" : "6.12";
	s = symbols_new(&arena);
	if (symbols_load_kallsyms(s, &p, data[0] & 8 ? ORDER_BIG : ORDER_LITTLE, data[0] & 16 ? 8 : 4,
				  from_input, &in)) {
		symbol_find(s, "_stext");
		symbol_at(s, 0x1000, NULL);
	}
	arena_free(&arena);
	return 0;
}
