/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "ppc64.h"
#include "stack_rows.h"

#include "base/error.h"

void ppc64_mach(struct target *t, mach_row_fn *row, void *context)
{
	static const struct {
		const char *name, *label;
	} stacks[] = {
		{"hard IRQ stack", "HARD IRQ"},
		{"soft IRQ stack", "SOFT IRQ"},
		{"emergency stack", "EMERGENCY"},
		{"NMI emergency stack", "NMI EMERGENCY"},
		{"machine check emergency stack", "MC EMERGENCY"},
	};
	const struct ppc64_data *d = t->arch_data;
	if (!d)
		return;
	row(context, "MMU", d->radix ? "RADIX" : "HASH");
	mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", linear_map);
	if (d->vmalloc)
		mach_address_row(t, row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->vmemmap)
		mach_address_row(t, row, context, "KERNEL VMEMMAP BASE", d->vmemmap);
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
		mach_stack_rows(t, row, context, stacks[i].name, stacks[i].label);
	fail_clear();
}
