/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ORC tables and call frame information of any bytes: version, order and word size from the first byte. */
#include "debuginfo/cfi.h"
#include "debuginfo/orc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct unwind_row row;
	struct arena arena = {0};
	enum byte_order order;
	struct orc_table t;
	struct cfi *c;

	if (size < 1)
		return 0;
	order = data[0] & 8 ? ORDER_BIG : ORDER_LITTLE;
	t = (struct orc_table){
		.n = (size - 1) / 10, .ip_address = 0x1000, .version = data[0] & 7, .order = order};
	t.ip = data + 1;
	t.entries = data + 1 + 4 * t.n;
	orc_version_check(&t, t.version);
	for (size_t i = 0; i < t.n && i < 64; i++)
		orc_row(&t, t.ip_address + 4 * i + (uint64_t)get_int(t.ip + 4 * i, 4, order) + (i & 1), &row);
	c = cfi_open(&arena, &(struct cfi_section){.data = data + 1,
						   .size = size - 1,
						   .address = 0x8000,
						   .is_eh = data[0] & 16,
						   .order = order,
						   .word_size = data[0] & 32 ? 8 : 4});
	for (uint64_t at = 0; at < 0x4000; at += 0x101)
		cfi_row(c, at, &row);
	arena_free(&arena);
	return 0;
}
