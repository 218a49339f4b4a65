/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "s390x.h"

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
		struct stack list[8];
		size_t n = s390x_stacks(t, cpu, list, 8);

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

void s390x_mach(struct target *t, row_fn *row, void *context)
{
	static const struct {
		const char *name, *label;
	} stacks[] = {
		{"IRQ stack", "IRQ"},         {"NODAT stack", "NODAT"}, {"PANIC stack", "PANIC"},
		{"RESTART stack", "RESTART"}, {"MCCK stack", "MCCK"},
	};
	const struct s390x_data *d = t->arch_data;

	if (!d)
		return;
	hex_row(row, context, "KERNEL VIRTUAL BASE", d->identity_base);
	if (d->vmalloc)
		hex_row(row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->modules)
		hex_row(row, context, "KERNEL MODULES BASE", d->modules);
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
		stack_rows(t, row, context, stacks[i].name, stacks[i].label);
	fail_clear();
}
