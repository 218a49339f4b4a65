/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of an object out of what a location expression said of it. */
#ifndef DEBUGINFO_DWARF_OBJECT_H
#define DEBUGINFO_DWARF_OBJECT_H

#include "debuginfo/dwarf_expr.h"

struct expr_object {
	uint8_t *bytes; /* as the target has them in memory */
	uint8_t *lost;  /* not 0 where a byte, or a bit of it, is not known */
	uint64_t size;
	const char *why; /* of what is lost, if not optimized out */
};

/*
 * Fill the zero-filled object. Registers and numbers give their low-order end, in either byte order; what is
 * in memory is read.
 */
void expr_assemble(const struct expr_env *env, const struct expr_result *result, struct expr_object *o);

#endif
