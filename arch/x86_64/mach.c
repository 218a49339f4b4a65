/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "x86_64.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "stack_rows.h"

void x86_64_mach(struct target *t, mach_row_fn *row, void *context)
{
	static const struct {
		const char *name, *label;
	} stacks[] = {
		{"IRQ stack", "IRQ"},           {"DOUBLEFAULT exception stack", "DOUBLEFAULT"},
		{"NMI exception stack", "NMI"}, {"DEBUG exception stack", "DEBUG"},
		{"MCE exception stack", "MCE"}, {"VC exception stack", "VC"},
	};
	const struct x86_64_data *d = t->arch_data;
	const struct type *thread = type_find(t->types, TYPE_UNION, "thread_union");
	char text[24];

	if (!d)
		return;
	if (d->page_offset)
		mach_address_row(t, row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	if (d->vmalloc)
		mach_address_row(t, row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->vmemmap)
		mach_address_row(t, row, context, "KERNEL VMEMMAP BASE", d->vmemmap);
	mach_address_row(t, row, context, "KERNEL START MAP", start_kernel_map);
	mach_address_row(t, row, context, "KERNEL MODULES BASE", start_kernel_map + d->image_size);
	if (thread && type_size(t->types, thread)) {
		snprintf(text, sizeof text, "%" PRIu64, type_size(t->types, thread));
		row(context, "KERNEL STACK SIZE", text);
	}
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
		mach_stack_rows(t, row, context, stacks[i].name, stacks[i].label);
	fail_clear();
}
