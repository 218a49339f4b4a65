/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` tells beside the general rows. crash's has nothing more. */
#include "mips.h"
#include "stack_rows.h"

#include "base/error.h"

void mips_mach(struct target *t, mach_row_fn *row, void *context)
{
	const struct mips_data *d = t->arch_data;

	if (!d)
		return;
	for (size_t i = 0; i < t->kernel.n_ranges; i++) {
		const struct space_range *r = &t->kernel.ranges[i];

		if (r->what[0] == 'd')
			mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", r->start);
		else if (r->what[0] == 'v')
			mach_address_row(t, row, context, "KERNEL VMALLOC BASE", r->start);
		else if (r->what[0] == 'm')
			mach_address_row(t, row, context, "KERNEL MODULES BASE", r->start);
	}
	mach_stack_rows(t, row, context, "IRQ stack", "IRQ");
	fail_clear();
}
