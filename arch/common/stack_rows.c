/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stack_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "target/arch.h"

enum { STACKS = UNWIND_MAX_STACKS, MOST_CPUS = 8192 };

void mach_address_row(struct target *t, mach_row_fn *row, void *context, const char *key, uint64_t address)
{
	char text[24];

	snprintf(text, sizeof text, "%0*" PRIx64, (int)target_digits(t), address);
	row(context, key, text);
}

void mach_stack_rows(struct target *t, mach_row_fn *row, void *context, const char *name, const char *label)
{
	char key[64], text[64];
	bool first = true;
	uint64_t cpus = t->nr_cpus;

	if (!cpus && !target_variable(t, "nr_cpu_ids", 4, &cpus))
		cpus = 1;
	for (unsigned cpu = 0; cpu < cpus && cpu < MOST_CPUS; cpu++) {
		struct stack list[STACKS];
		size_t n = t->arch->stacks(t, cpu, list, STACKS);
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
			snprintf(text, sizeof text, "%0*" PRIx64 "%s", (int)target_digits(t), list[i].start,
				 target_read(t, list[i].start, &byte, 1) == READ_UNMAPPED ? " [unavailable]"
											  : "");
			row(context, key, text);
			break;
		}
	}
}
