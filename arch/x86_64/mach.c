/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `mach` shows of this architecture, with crash's keys. */
#include "x86_64.h"

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
		size_t n = x86_64_stacks(t, cpu, list, 16);
		uint8_t byte;

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
			snprintf(text, sizeof text, "%016" PRIx64 "%s", list[i].start,
				 target_read(t, list[i].start, &byte, 1) == READ_UNMAPPED ? " [unavailable]"
											  : "");
			row(context, key, text);
			break;
		}
	}
}

void x86_64_mach(struct target *t, row_fn *row, void *context)
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
		hex_row(row, context, "KERNEL VIRTUAL BASE", d->page_offset);
	if (d->vmalloc)
		hex_row(row, context, "KERNEL VMALLOC BASE", d->vmalloc);
	if (d->vmemmap)
		hex_row(row, context, "KERNEL VMEMMAP BASE", d->vmemmap);
	hex_row(row, context, "KERNEL START MAP", start_kernel_map);
	hex_row(row, context, "KERNEL MODULES BASE", start_kernel_map + d->image_size);
	if (thread && type_size(t->types, thread)) {
		snprintf(text, sizeof text, "%" PRIu64, type_size(t->types, thread));
		row(context, "KERNEL STACK SIZE", text);
	}
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
		stack_rows(t, row, context, stacks[i].name, stacks[i].label);
	fail_clear();
}
