/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "target/reg_name.h"

#include <string.h>

#include "target/arch.h"

/* What every target has under these names, unless they are a register's own. */
static bool by_role(const struct arch *arch, const char *name, unsigned *number)
{
	if (strcmp(name, "pc") == 0)
		*number = arch->pc;
	else if (strcmp(name, "sp") == 0)
		*number = arch->sp;
	else if (strcmp(name, "fp") == 0)
		*number = arch->fp;
	else
		return false;
	return true;
}

bool reg_number(const struct target *t, const char *name, unsigned *number)
{
	const struct reg_layout *layout = t->arch->pt_regs;

	for (const struct reg_name *r = t->arch->reg_names; r && r->name; r++) {
		if (strcmp(r->name, name) == 0 || (r->also && strcmp(r->also, name) == 0)) {
			*number = (unsigned)r->number;
			return true;
		}
	}
	for (size_t i = 0; layout && i < layout->n_slots; i++) {
		if (layout->slots[i].number >= 0 && strcmp(layout->slots[i].name, name) == 0) {
			*number = (unsigned)layout->slots[i].number;
			return true;
		}
	}
	return by_role(t->arch, name, number);
}

const char *reg_name_at(const struct target *t, size_t i, unsigned *number)
{
	const struct reg_layout *layout = t->arch->pt_regs;
	const struct reg_name *names = t->arch->reg_names;

	if (names) {
		*number = (unsigned)names[i].number;
		return names[i].name;
	}
	for (size_t at = 0; layout && at < layout->n_slots; at++) {
		if (layout->slots[at].number < 0)
			continue;
		if (i-- == 0) {
			*number = (unsigned)layout->slots[at].number;
			return layout->slots[at].name;
		}
	}
	return NULL;
}
