/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where gdb's words stand when they are given no place: the selected frame. */
#include "base/error.h"
#include "command/frame/frame.h"
#include "command/gdb/gdb.h"

/* A return address may belong to what follows the call already. */
bool gdb_frame_pc(struct session *s, uint64_t *pc)
{
	size_t number;
	const struct frame *f = session_frame(s, &number);

	if (!f)
		return fail("%s: name a function or an address", fail_text());
	*pc = frame_lookup_pc(f);
	return true;
}

bool gdb_is_pc(struct session *s, uint64_t address)
{
	size_t number;
	const struct frame *f = session_frame(s, &number);

	fail_clear();
	return f && f->pc == address;
}
