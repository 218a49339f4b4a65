/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "arm64.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

typedef void row_fn(void *context, const char *key, const char *value);

static void hex_row(row_fn *row, void *context, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%016" PRIx64, value);
	row(context, key, text);
}

static void region_row(struct target *t, row_fn *row, void *context, const char *key, const char *number)
{
	int64_t value;

	if (vmcoreinfo_number(t->vmcoreinfo, number, &value))
		hex_row(row, context, key, (uint64_t)value);
}

/* One kind of stack on all CPUs: its size, and where it is on each. */
static void stack_rows(struct target *t, row_fn *row, void *context, const char *name, const char *label)
{
	char key[64], text[64];
	bool first = true;
	uint64_t cpus = t->nr_cpus;

	if (!cpus && !target_variable(t, "nr_cpu_ids", 4, &cpus))
		cpus = 1;
	for (unsigned cpu = 0; cpu < cpus && cpu < 8192; cpu++) {
		struct stack list[16];
		size_t n = arm64_stacks(t, cpu, list, 16);

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
			snprintf(text, sizeof text, "%016" PRIx64, list[i].start);
			row(context, key, text);
			break;
		}
	}
}

void arm64_mach(struct target *t, row_fn *row, void *context)
{
	const struct arm64_data *d = t->arch_data;

	if (!d)
		return;
	hex_row(row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	region_row(t, row, context, "KERNEL MODULES BASE", "MODULES_VADDR");
	region_row(t, row, context, "KERNEL VMALLOC BASE", "VMALLOC_START");
	region_row(t, row, context, "KERNEL VMEMMAP BASE", "VMEMMAP_START");
	stack_rows(t, row, context, "IRQ stack", "IRQ");
	stack_rows(t, row, context, "Overflow stack", "OVERFLOW");
	stack_rows(t, row, context, "SDEI normal stack", "SDEI NORMAL");
	stack_rows(t, row, context, "SDEI critical stack", "SDEI CRITICAL");
	fail_clear();
}
