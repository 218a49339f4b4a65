/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "base/error.h"
#include "s390x.h"
#include "stack_rows.h"

void s390x_mach(struct target *t, mach_row_fn *row, void *context)
{
	static const struct {
		const char *name, *label;
	} stacks[] = {
		{"IRQ stack", "IRQ"},         {"NODAT stack", "NODAT"}, {"PANIC stack", "PANIC"},
		{"RESTART stack", "RESTART"}, {"MCCK stack", "MCCK"},
	};
	const struct s390x_data *d = t->arch_data;

	if (!d)
		return;
	mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", d->identity_base);
	if (d->vmalloc)
		mach_address_row(t, row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->modules)
		mach_address_row(t, row, context, "KERNEL MODULES BASE", d->modules);
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
		mach_stack_rows(t, row, context, stacks[i].name, stacks[i].label);
	fail_clear();
}
