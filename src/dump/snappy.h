/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DUMP_SNAPPY_H
#define DUMP_SNAPPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decompress one raw Snappy block of exactly @out_size bytes. False (without a message) when it is damaged.
 */
bool snappy_decompress(const uint8_t *in, size_t in_size, uint8_t *out, size_t out_size);

#endif
