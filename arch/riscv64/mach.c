/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "riscv64.h"

typedef void row_fn(void *context, const char *key, const char *value);

static void hex_row(row_fn *row, void *context, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIx64, value);
	row(context, key, text);
}

static void stack_rows(struct target *t, row_fn *row, void *context, const char *name, const char *label)
{
	uint64_t cpus = t->nr_cpus;
	char key[64], text[24];
	bool first = true;

	if (!cpus && !target_variable(t, "nr_cpu_ids", 4, &cpus))
		cpus = 1;
	for (unsigned cpu = 0; cpu < cpus && cpu < 8192; cpu++) {
		struct stack list[2];
		size_t n = riscv64_stacks(t, cpu, list, 2);

		for (size_t i = 0; i < n; i++) {
			if (strcmp(list[i].name, name) != 0)
				continue;
			if (first) {
				snprintf(key, sizeof key, "%s STACK SIZE", label);
				snprintf(text, sizeof text, "%" PRIu64, list[i].end - list[i].start);
				row(context, key, text);
				snprintf(key, sizeof key, "%s STACKS", label);
				row(context, key, "");
				first = false;
			}
			snprintf(key, sizeof key, "CPU %u", cpu);
			hex_row(row, context, key, list[i].start);
		}
	}
}

void riscv64_mach(struct target *t, row_fn *row, void *context)
{
	const struct riscv64_data *d = t->arch_data;

	if (!d)
		return;
	/* Where the dump carries no note, the kernel's own was found after its memory. */
	if (!d->modules)
		riscv64_regions(t);
	if (d->page_offset)
		hex_row(row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	if (d->modules)
		hex_row(row, context, "KERNEL MODULES BASE", d->modules);
	if (d->vmalloc)
		hex_row(row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->vmemmap)
		hex_row(row, context, "KERNEL VMEMMAP BASE", d->vmemmap);
	stack_rows(t, row, context, "IRQ stack", "IRQ");
	stack_rows(t, row, context, "overflow stack", "OVERFLOW");
	fail_clear();
}
