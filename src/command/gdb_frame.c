/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where gdb's words stand when they are given no place: the selected frame. */
#include "base/error.h"
#include "command/gdb.h"

bool gdb_frame_pc(struct session *s, uint64_t *pc)
{
	(void)s;
	(void)pc;
	return fail("no frame is selected: name a function or an address");
}

bool gdb_is_pc(struct session *s, uint64_t address)
{
	(void)s;
	(void)address;
	return false;
}
