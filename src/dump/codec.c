/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dump/codec.h"

#include <pthread.h>
#include <stdlib.h>

#include <minilzo.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "dump/kdump_header.h"
#include "dump/snappy.h"

/* Contexts cost more to make than a page to decompress, so each thread keeps its own. */
struct scratch {
	z_stream zlib;
	bool have_zlib;
	ZSTD_DCtx *zstd;
	uint8_t *buffer[CODEC_BUFFERS];
	size_t size[CODEC_BUFFERS];
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool have_key;

static void free_scratch(void *p)
{
	struct scratch *s = p;

	if (s->have_zlib)
		inflateEnd(&s->zlib);
	ZSTD_freeDCtx(s->zstd);
	for (int i = 0; i < CODEC_BUFFERS; i++)
		free(s->buffer[i]);
	free(s);
}

static void start(void)
{
	have_key = pthread_key_create(&key, free_scratch) == 0;
}

static struct scratch *this_thread(void)
{
	struct scratch *s;

	pthread_once(&once, start);
	if (!have_key)
		abort(); /* 128 keys at least, and this program uses one */
	s = pthread_getspecific(key);
	if (!s) {
		s = xcalloc(1, sizeof(*s));
		pthread_setspecific(key, s);
	}
	return s;
}

uint8_t *codec_buffer(enum codec_buffer which, size_t size)
{
	struct scratch *s = this_thread();

	if (s->size[which] < size) {
		free(s->buffer[which]);
		s->buffer[which] = xmalloc(size);
		s->size[which] = size;
	}
	return s->buffer[which];
}

static bool inflate_page(struct scratch *s, const uint8_t *in, size_t in_size, uint8_t *out, size_t page_size,
			 size_t want)
{
	int status;

	if (!s->have_zlib && inflateInit(&s->zlib) != Z_OK)
		return false;
	if (s->have_zlib)
		inflateReset(&s->zlib);
	s->have_zlib = true;
	s->zlib.next_in = (Bytef *)(uintptr_t)in;
	s->zlib.avail_in = (uInt)in_size;
	s->zlib.next_out = out;
	s->zlib.avail_out = (uInt)want;
	status = inflate(&s->zlib, want < page_size ? Z_SYNC_FLUSH : Z_FINISH);
	if (s->zlib.avail_out)
		return false;
	return status == Z_STREAM_END || (want < page_size && (status == Z_OK || status == Z_BUF_ERROR));
}

bool codec_decompress(unsigned flags, const uint8_t *in, size_t in_size, uint8_t *out, size_t page_size,
		      size_t want)
{
	struct scratch *s = this_thread();
	lzo_uint lzo_size = page_size;

	switch (flags & KDUMP_COMPRESSED) {
	case KDUMP_ZLIB: return inflate_page(s, in, in_size, out, page_size, want);
	case KDUMP_LZO:
		return lzo1x_decompress_safe(in, in_size, out, &lzo_size, NULL) == LZO_E_OK &&
		       lzo_size == page_size;
	case KDUMP_SNAPPY: return snappy_decompress(in, in_size, out, page_size);
	case KDUMP_ZSTD:
		if (!s->zstd)
			s->zstd = ZSTD_createDCtx();
		return s->zstd && ZSTD_decompressDCtx(s->zstd, out, page_size, in, in_size) == page_size;
	default: return false;
	}
}
