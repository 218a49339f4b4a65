/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types as gdb's ptype writes them. */
#ifndef TYPE_PTYPE_H
#define TYPE_PTYPE_H

#include "base/text.h"
#include "type/type.h"

/*
 * The type with typedefs taken off and the body of the structure, union or enumeration that it is made of:
 * "struct list_head {...} *". Without a newline.
 */
void type_expand(struct types *ts, const struct type *t, struct text *out);
/*
 * The same for a structure or union as ptype/o has it: offset and size in front of each member, holes, and
 * everything inside it written out. @hex: as ptype/ox. False: it is neither.
 */
bool type_layout(struct types *ts, const struct type *t, bool hex, struct text *out);

#endif
