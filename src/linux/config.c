/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/config.h"

#include <string.h>
#include <zlib.h>

#include "base/error.h"

/* kernel/configs.c frames the gzip data with these, for scripts/extract-ikconfig. */
static const char start_mark[] = "IKCFG_ST", end_mark[] = "IKCFG_ED";
enum { MARK = 8, LARGEST = 16 << 20, LARGEST_PACKED = 2 << 20 };

static bool inflate_text(struct arena *a, uint8_t *packed, size_t size, char **text)
{
	z_stream z = {.next_in = packed, .avail_in = (uInt)size};
	size_t room = size * 8 < LARGEST ? size * 8 + 4096 : LARGEST;
	char *out = NULL;
	int result;

	for (;; room *= 2) {
		out = arena_alloc(a, room + 1);
		/* 16: a gzip header */
		if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
			return fail("zlib cannot be set up");
		z.next_in = packed;
		z.avail_in = (uInt)size;
		z.next_out = (Bytef *)out;
		z.avail_out = (uInt)room;
		result = inflate(&z, Z_FINISH);
		inflateEnd(&z);
		if (result == Z_STREAM_END)
			break;
		if ((result != Z_BUF_ERROR && result != Z_OK) || z.avail_out || room > LARGEST)
			return fail("the configuration's compressed data are damaged");
	}
	out[z.total_out] = '\0';
	*text = out;
	return true;
}

bool config_read(struct kernel *k, struct arena *a, char **text)
{
	struct target *t = k->target;
	uint64_t at;
	size_t got, size = 0;
	uint8_t *data;

	if (!target_symbol(t, "kernel_config_data", &at))
		return fail("kernel_config_data does not exist in this kernel");
	data = arena_zalloc(a, LARGEST_PACKED);
	target_read_some(t, NULL, at, data, LARGEST_PACKED, &got);
	/* the marks are outside of the symbol since 13610aa908dc (v5.1) */
	if (got >= MARK && memcmp(data, start_mark, MARK) == 0) {
		memmove(data, data + MARK, got - MARK);
		got -= MARK;
	}
	while (size + MARK <= got && memcmp(data + size, end_mark, MARK) != 0)
		size++;
	if (size + MARK > got)
		return fail("the configuration in memory has no end mark: damaged, or pages are missing");
	return inflate_text(a, data, size, text);
}
