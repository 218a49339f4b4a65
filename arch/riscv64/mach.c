/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "base/error.h"
#include "riscv64.h"
#include "stack_rows.h"

void riscv64_mach(struct target *t, mach_row_fn *row, void *context)
{
	const struct riscv64_data *d = t->arch_data;

	if (!d)
		return;
	/* Where the dump carries no note, the kernel's own was found after its memory. */
	if (!d->modules)
		riscv64_regions(t);
	if (d->page_offset)
		mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	if (d->modules)
		mach_address_row(t, row, context, "KERNEL MODULES BASE", d->modules);
	if (d->vmalloc)
		mach_address_row(t, row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->vmemmap)
		mach_address_row(t, row, context, "KERNEL VMEMMAP BASE", d->vmemmap);
	mach_stack_rows(t, row, context, "IRQ stack", "IRQ");
	mach_stack_rows(t, row, context, "overflow stack", "OVERFLOW");
	fail_clear();
}
