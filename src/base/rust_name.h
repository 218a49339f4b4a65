/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of Rust symbols as people write them. Both manglings are understood:
 * v0 ("_RNvCs...", RFC 2603) and the legacy one ("_ZN4core3fmt...17h<hash>E").
 */
#ifndef BASE_RUST_NAME_H
#define BASE_RUST_NAME_H

#include <stdbool.h>

#include "base/text.h"

/* Append the readable form of @mangled; false (and nothing appended) when it is no Rust symbol. */
bool rust_demangle(const char *mangled, struct text *out);
/* Append @n bytes of @line with every Rust symbol in it replaced. */
void rust_demangle_line(const char *line, size_t n, struct text *out);

#endif
