/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "arm.h"
#include "stack_rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"

void arm_mach(struct target *t, mach_row_fn *row, void *context)
{
	const struct arm_data *d = t->arch_data;
	const struct type *thread = type_find(t->types, TYPE_UNION, "thread_union");
	char text[24];

	if (!d)
		return;
	mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	if (d->vmalloc)
		mach_address_row(t, row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	mach_address_row(t, row, context, "KERNEL MODULES BASE", d->page_offset - MODULES_SIZE);
	if (thread && type_size(t->types, thread)) {
		snprintf(text, sizeof text, "%" PRIu64, type_size(t->types, thread));
		row(context, "KERNEL STACK SIZE", text);
	}
	mach_stack_rows(t, row, context, "IRQ stack", "IRQ");
	mach_stack_rows(t, row, context, "Overflow stack", "OVERFLOW");
	fail_clear();
}
