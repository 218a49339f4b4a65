/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types of the kernel's best known variables, for when no debug information tells. */
#ifndef DEBUGINFO_WELLKNOWN_H
#define DEBUGINFO_WELLKNOWN_H

#include "type/type.h"

/*
 * BTF describes no variables but per-CPU ones, so with BTF alone "init_task" has
 * no type. This source gives the types of some well known symbols, by name; the
 * types themselves are looked up in @ts. Add it to @ts last: the others know better.
 */
struct type_source *wellknown_source(struct arena *a, struct types *ts);

#endif
