/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "ppc64.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

typedef void row_fn(void *context, const char *key, const char *value);

static void hex_row(row_fn *row, void *context, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIx64, value);
	row(context, key, text);
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
		struct stack list[8];
		size_t n = ppc64_stacks(t, cpu, list, 8);

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
			break;
		}
	}
}

void ppc64_mach(struct target *t, row_fn *row, void *context)
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
	hex_row(row, context, "KERNEL VIRTUAL BASE", linear_map);
	if (d->vmalloc)
		hex_row(row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->vmemmap)
		hex_row(row, context, "KERNEL VMEMMAP BASE", d->vmemmap);
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
		stack_rows(t, row, context, stacks[i].name, stacks[i].label);
	fail_clear();
}
