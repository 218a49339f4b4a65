/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception index tables of any bytes: count of entries and order from the first byte, the rest is the other
 * table. */
#include <string.h>

#include "debuginfo/exidx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ADDRESS = 0x8000 };

struct bytes {
	const uint8_t *data;
	size_t size;
};

static bool read_bytes(void *context, uint64_t address, uint8_t *bytes, size_t size)
{
	const struct bytes *b = context;

	if (address < ADDRESS || address - ADDRESS > b->size || size > b->size - (size_t)(address - ADDRESS))
		return false;
	memcpy(bytes, b->data + (address - ADDRESS), size);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct unwind_row row;
	struct bytes bytes;
	struct exidx x = {.address = ADDRESS, .read = read_bytes, .context = &bytes};

	if (size < 1)
		return 0;
	bytes = (struct bytes){data + 1, size - 1};
	x.index = data + 1;
	x.n = data[0] & 0x7f;
	x.order = data[0] & 0x80 ? ORDER_BIG : ORDER_LITTLE;
	if (x.n > (size - 1) / 8)
		x.n = (size - 1) / 8;
	exidx_check(&x);
	for (size_t i = 0; i < x.n; i++)
		exidx_row(&x,
			  ADDRESS + i * 8 +
				  (uint64_t)(int64_t)((int32_t)(get_u32(x.index + i * 8, x.order) << 1) / 2),
			  &row, NULL);
	for (uint64_t at = 0; at < 0x10000; at += 0x1001)
		exidx_row(&x, at, &row, NULL);
	return 0;
}
