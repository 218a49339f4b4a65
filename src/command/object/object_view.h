/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What list and tree show under each entry: structures or some of their members, -s structure[.member,...].
 */
#ifndef COMMAND_OBJECT_VIEW_H
#define COMMAND_OBJECT_VIEW_H

#include "command/session.h"
#include "type/value.h"

struct object_format;

struct object_view {
	struct session *s;
	bool hex;
	struct object_format *formats; /* in the order given; NULL: nothing is shown but the entry */
	struct object_format **end;
	struct arena arena;   /* values of the entry that is being shown */
	struct type_env *env; /* makes values there */
};

void object_view_init(struct object_view *v, struct session *s);
/* What -s gives: members are found once, here. False with a message. */
bool object_view_add(struct object_view *v, const char *word);
/* The structures at @address, into the open record of an entry. */
void object_view_show(struct object_view *v, uint64_t address);
/* After each entry's record has ended: forget its values. */
void object_view_forget(struct object_view *v);

/*
 * An offset as options take it: a number, or structure.member, whose type is then *@type (NULL without one).
 * False with a message.
 */
bool object_offset(struct session *s, const char *word, uint64_t *offset, const struct type **type);
/* Is it structure.member, of a structure that is known? Without a message. */
bool object_offset_named(struct session *s, const char *word);

#endif
