/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page table entries as rows, for vtop and pte. */
#ifndef COMMAND_TRANSLATION_H
#define COMMAND_TRANSLATION_H

#include "command/session.h"
#include "target/space.h"

/* The steps of a walk, and the flags of the entry that ended it, into the current record. */
void translation_steps(struct session *s, const struct space *space, const struct walk *walk);
/*
 * One entry with its flags as a record: "PTE PHYSICAL FLAGS"; @block: it is one of a level above the last;
 * @present is false where it maps nothing.
 */
void translation_entry(struct session *s, const struct page_form *form, bool block, uint64_t entry,
		       uint64_t physical, bool present);
/* "(PRESENT|RW|ACCESSED)" for a leaf entry of this form, in the arena. */
const char *translation_flags(struct arena *a, const struct page_form *form, bool block, uint64_t entry);

#endif
