/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "x86.h"

#include "base/error.h"
#include "stack_rows.h"

void x86_mach(struct target *t, mach_row_fn *row, void *context)
{
	const struct x86_data *d = t->arch_data;

	if (!d || !d->page_offset)
		return;
	mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	if (d->high_memory)
		mach_address_row(t, row, context, "KERNEL VMALLOC BASE", x86_vmalloc_start(d));
	mach_stack_rows(t, row, context, "hard IRQ", "HARD IRQ");
	mach_stack_rows(t, row, context, "soft IRQ", "SOFT IRQ");
	mach_stack_rows(t, row, context, "double fault stack", "DOUBLEFAULT");
	fail_clear();
}
