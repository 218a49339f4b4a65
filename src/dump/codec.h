/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decompression of one page, with everything it needs kept per thread. */
#ifndef DUMP_CODEC_H
#define DUMP_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decompress @in, which @flags (one of the KDUMP_* compressions) says how it
 * was compressed, to a page of @page_size bytes in @out. With @want less than
 * that, no more than the first @want bytes need be right. False (without a
 * message) when the data are damaged.
 */
bool codec_decompress(unsigned flags, const uint8_t *in, size_t in_size, uint8_t *out, size_t page_size,
		      size_t want);

/* Buffers of this thread: for compressed data, for the page, and one for whoever asks for pages. */
enum codec_buffer { CODEC_IN, CODEC_PAGE, CODEC_CALLER, CODEC_BUFFERS };

/* At least @size bytes; what they held before is lost when they have to grow. */
uint8_t *codec_buffer(enum codec_buffer which, size_t size);

#endif
