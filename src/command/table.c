/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All commands. One line each, sorted by name. */
#include "command/table.h"

#include <string.h>

/* one line each, so that additions do not collide */
/* clang-format off */
const struct command *const command_table[] = {
	&command_star,
	&command_alias,
	&command_ascii,
	&command_bt,
	&command_btop,
	&command_dis,
	&command_disassemble,
	&command_down,
	&command_eval,
	&command_exit,
	&command_foreach,
	&command_frame,
	&command_gdb,
	&command_h,
	&command_help,
	&command_info,
	&command_list,
	&command_log,
	&command_mach,
	&command_mod,
	&command_p,
	&command_print,
	&command_ps,
	&command_pte,
	&command_ptob,
	&command_ptov,
	&command_ptype,
	&command_q,
	&command_r,
	&command_rd,
	&command_repeat,
	&command_search,
	&command_set,
	&command_struct,
	&command_sym,
	&command_sys,
	&command_task,
	&command_tree,
	&command_union,
	&command_up,
	&command_vtop,
	&command_whatis,
	&command_wr,
	&command_x,
	NULL,
};
/* clang-format on */

const struct command *command_find(const char *name)
{
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, name) == 0)
			return command_table[i];
	return NULL;
}

enum { MAX_NAME = 24 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours that make @b of @a. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][MAX_NAME + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2], *spare;
	size_t n = strlen(a), m = strlen(b);

	if (n > MAX_NAME || m > MAX_NAME)
		return MAX_NAME;
	for (size_t j = 0; j <= m; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			now[j] = least(least(last[j] + 1, now[j - 1] + 1),
				       last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[m];
}

const char *command_suggest(const char *name)
{
	const char *best = NULL;
	size_t length = strlen(name);
	unsigned limit = length < 3 ? 1 : length < 6 ? 2 : 3, nearest = limit + 1;

	for (size_t i = 0; command_table[i]; i++) {
		const char *known = command_table[i]->name;
		unsigned far = distance(name, known);

		/* nothing of what was typed would be left */
		if (far < nearest && far < length && strlen(known) > 1) {
			nearest = far;
			best = known;
		}
	}
	return best;
}
