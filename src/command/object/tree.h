/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the command tree share. */
#ifndef COMMAND_TREE_H
#define COMMAND_TREE_H

#include "command/object/object_view.h"

enum tree_type { TREE_UNKNOWN, TREE_RBTREE, TREE_XARRAY, TREE_MAPLE };

struct tree_request {
	struct session *s;
	struct object_view view;
	enum tree_type type;
	const char *type_name;                          /* as in messages: "radix trees" */
	const char *root_word, *node_word, *start_word; /* -r, -o, start */
	bool is_node, linear, positions, verbose;       /* -N, -l, -p, -v */
	bool radix_given;                               /* -x or -d */
	bool guessed;                                   /* nothing says that it is a red-black tree */
	uint64_t start;
	uint64_t node_offset; /* -o */
	/* counted while the tree is walked */
	uint64_t given, absent, damaged;
};

/* An entry's record is open: its values beside the address; structures when it is a pointer. */
void tree_entry_end(struct tree_request *r, bool is_pointer, uint64_t address);
/* A record in place of what is below a node that cannot be followed. */
void tree_hole(struct tree_request *r, uint64_t node, enum read_status status, const char *why,
	       const char *position);

/* The tree is walked and shown. False with a message in the error chain when its root cannot be. */
bool tree_maple(struct tree_request *r);

#endif
