/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of bt that foreach takes too: how a task's stack is shown. */
#include "base/error.h"
#include "command/bt/bt.h"

static bool set_view(struct session *s, struct bt_options *o, int letter, enum bt_view view)
{
	if (o->view_letter && o->view_letter != letter)
		return out_error(s->out, "-%c and -%c are mutually exclusive", o->view_letter, letter);
	o->view_letter = (char)letter;
	o->view = view;
	return true;
}

static bool set_radix(struct session *s, struct bt_options *o, int letter)
{
	if (o->radix_letter && o->radix_letter != letter)
		return out_error(s->out, "-d and -x are mutually exclusive");
	o->radix_letter = (char)letter;
	o->hex = letter == 'x';
	return true;
}

static bool set_reference(struct session *s, struct bt_options *o, const char *value)
{
	if (o->has_reference)
		return out_error(s->out, "only one -R option allowed");
	o->has_reference = true;
	return bt_reference(s, value, &o->reference);
}

static bool set_address(struct session *s, int letter, const char *value, bool *given, uint64_t *address)
{
	*given = true;
	return session_address(s, value, address) || out_error(s->out, "-%c: %s", letter, fail_text());
}

bool bt_option(struct session *s, struct bt_options *o, int letter, const char *value)
{
	switch (letter) {
	case 'l': o->lines = true; break;
	case 'L': o->locals = true; break;
	case 's': o->offsets = true; break;
	case 'x':
	case 'd': return set_radix(s, o, letter);
	case 'f': o->memory = true; break;
	case 'F':
		/* given twice: with the addresses of slab objects */
		o->symbols = o->symbols == MEMORY_PLAIN ? MEMORY_SLABS : MEMORY_SLAB_ADDRESSES;
		o->memory = true;
		break;
	case 'e': return set_view(s, o, letter, BT_EFRAMES);
	case 't': return set_view(s, o, letter, BT_TEXT);
	case 'T': return set_view(s, o, letter, BT_ALL_TEXT);
	case 'r': return set_view(s, o, letter, BT_RAW);
	case 'R': return set_reference(s, o, value);
	case 'I': return set_address(s, letter, value, &o->start.has_pc, &o->start.pc);
	case 'S': return set_address(s, letter, value, &o->start.has_sp, &o->start.sp);
	default: break; /* -o and -O choose between crash's unwinders; here is one */
	}
	return true;
}
