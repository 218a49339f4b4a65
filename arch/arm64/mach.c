/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "arm64.h"
#include "stack_rows.h"

#include "base/error.h"

static void region_row(struct target *t, mach_row_fn *row, void *context, const char *key, const char *number)
{
	int64_t value;

	if (vmcoreinfo_number(t->vmcoreinfo, number, &value))
		mach_address_row(t, row, context, key, (uint64_t)value);
}

void arm64_mach(struct target *t, mach_row_fn *row, void *context)
{
	const struct arm64_data *d = t->arch_data;

	if (!d)
		return;
	mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	region_row(t, row, context, "KERNEL MODULES BASE", "MODULES_VADDR");
	region_row(t, row, context, "KERNEL VMALLOC BASE", "VMALLOC_START");
	region_row(t, row, context, "KERNEL VMEMMAP BASE", "VMEMMAP_START");
	mach_stack_rows(t, row, context, "IRQ stack", "IRQ");
	mach_stack_rows(t, row, context, "Overflow stack", "OVERFLOW");
	mach_stack_rows(t, row, context, "SDEI normal stack", "SDEI NORMAL");
	mach_stack_rows(t, row, context, "SDEI critical stack", "SDEI CRITICAL");
	fail_clear();
}
