/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where search looks: the areas of an address space that its options name. */
#ifndef COMMAND_SEARCH_H
#define COMMAND_SEARCH_H

#include "command/session.h"
#include "linux/task.h"
#include "target/scan.h"

enum search_where {
	SEARCH_KERNEL,   /* -k */
	SEARCH_LINEAR,   /* -K: what the hardware or the kernel maps as it lies in memory */
	SEARCH_MAPPED,   /* -V: the rest */
	SEARCH_USER,     /* -u */
	SEARCH_PHYSICAL, /* -p */
	SEARCH_STACKS,   /* -t */
	SEARCH_ACTIVE,   /* -T */
};

/* What was said about it; words are NULL where nothing was. */
struct search_place {
	enum search_where where;
	const char *start, *end, *length;
	unsigned align; /* of the start: bytes of an integer, 1 for texts */
};

struct search_areas {
	const struct space *space; /* NULL: physical memory */
	struct space user;         /* @space, with SEARCH_USER */
	VEC(struct scan_area) list;
	const struct task **tasks; /* of each area: whose stack it is; NULL: of nobody */
};

/* False with an out_error(). */
bool search_areas(struct session *s, const struct search_place *place, struct search_areas *areas);

#endif
