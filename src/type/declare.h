/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types as C text, both ways. */
#ifndef TYPE_DECLARE_H
#define TYPE_DECLARE_H

#include "base/text.h"
#include "type/type.h"

/*
 * The declaration "unsigned long (*name[4])(struct file *)"; @name may be NULL
 * or "". A named structure is referred to, an anonymous one is written out.
 */
void type_declare(struct types *ts, const struct type *t, const char *name, struct text *out);

/* The type as a cast names it: "struct task_struct *"; the body of an anonymous one is "{...}". */
void type_name(struct types *ts, const struct type *t, struct text *out);

struct type_define_options {
	bool offsets;     /* "   [16] struct path f_path;" as crash's struct -o */
	bool hex;         /* offsets and sizes in hexadecimal */
	uint64_t address; /* with @offsets: print address + offset instead of [offset] where non-zero */
	const char *only; /* a member path: just that member, or NULL */
};

/*
 * The definition in gdb's layout, with the closing "SIZE: n" line that crash adds (not with ->only, whose
 * offset is always shown). What is no structure is declared: "typedef int pid_t;", "enum x {A, B};".
 */
void type_define(struct types *ts, const struct type *t, const struct type_define_options *options,
		 struct text *out);

/*
 * Parse a type name as in a cast: "struct list_head *", "unsigned int",
 * "const char *[4]", "task_struct" (the keyword may be left out when no typedef
 * has the name). NULL with a message.
 */
const struct type *type_parse(struct types *ts, const char *text);

#endif
