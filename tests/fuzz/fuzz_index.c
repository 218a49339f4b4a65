/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A damaged or forged index of names, as it lies on disk, and entries looked up where it says. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "debuginfo/dwarf_private.h"
#include "debuginfo/index_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LOOKED_UP = 64 };

/* This program's own debug information, if it has any. */
static struct dwarf *own_dwarf(void)
{
	static struct dwarf *d;
	static bool tried;

	if (!tried) {
		struct elf_file *e = elf_file_open("/proc/self/exe");

		tried = true;
		if (e && elf_file_has_dwarf(e))
			d = dwarf_open(e, 0, NULL, NULL);
	}
	return d;
}

static void ask(const struct index_image *x)
{
	struct dwarf *d = own_dwarf();
	unsigned left = LOOKED_UP;

	for (uint32_t i = 0; i < x->n_names; i++) {
		uint32_t number, first, end;
		const char *name = index_image_name(x, i, &first, &end);

		index_image_find(x, name, &number);
		for (; first < end; first++) {
			uint64_t where = index_image_entry(x, first);
			Dwarf_Die die;

			if (d && left && left-- && dwarf_die_at(d, where_offset(where), &die))
				dwarf_diename(&die);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct index_key key = {"0123abcd", 1000, 200, 30};
	struct index_image x;
	uint8_t *copy;

	if (index_image_open(&x, data, size, &key))
		ask(&x);
	if (size < INDEX_HEADER)
		return 0;
	/* well sealed */
	copy = malloc(size);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	put_uint(copy + INDEX_CHECKSUM_AT, 8, index_checksum(copy, size), ORDER_LITTLE);
	if (index_image_open(&x, copy, size, &key))
		ask(&x);
	free(copy);
	return 0;
}
