/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` tells beside the general rows. crash's has nothing more. */
#include "mips.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"

typedef void row_fn(void *context, const char *key, const char *value);

static void hex_row(const struct target *t, row_fn *row, void *context, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%0*" PRIx64, (int)target_digits(t), value);
	row(context, key, text);
}

void mips_mach(struct target *t, row_fn *row, void *context)
{
	const struct mips_data *d = t->arch_data;
	struct stack irq;

	if (!d)
		return;
	for (size_t i = 0; i < t->kernel.n_ranges; i++) {
		const struct space_range *r = &t->kernel.ranges[i];

		if (r->what[0] == 'd')
			hex_row(t, row, context, "KERNEL VIRTUAL BASE", r->start);
		else if (r->what[0] == 'v')
			hex_row(t, row, context, "KERNEL VMALLOC BASE", r->start);
		else if (r->what[0] == 'm')
			hex_row(t, row, context, "KERNEL MODULES BASE", r->start);
	}
	for (unsigned cpu = 0; mips_stacks(t, cpu, &irq, 1) == 1 && cpu < 256; cpu++) {
		char key[24];

		snprintf(key, sizeof key, "%s%u", cpu ? "             CPU " : "IRQ STACKS: CPU ", cpu);
		hex_row(t, row, context, key, irq.start);
	}
	fail_clear();
}
