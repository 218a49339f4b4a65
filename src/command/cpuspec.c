/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/cpuspec.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "linux/task.h"

/* "3" or "3-5" up to a comma or the end. */
static bool parse_item(const char **at, const char *spec, unsigned n, uint8_t *list)
{
	unsigned long first, last;
	char *end;

	if (**at < '0' || **at > '9')
		return fail("invalid CPU list: %s", spec);
	first = last = strtoul(*at, &end, 10);
	if (*end == '-') {
		if (end[1] < '0' || end[1] > '9')
			return fail("invalid CPU list: %s", spec);
		last = strtoul(end + 1, &end, 10);
	}
	if (*end && *end != ',')
		return fail("invalid CPU list: %s", spec);
	if (last < first || last >= n)
		return fail("invalid CPU %lu: this kernel has CPUs 0 to %u", last, n - 1);
	memset(list + first, 1, last - first + 1);
	*at = *end ? end + 1 : end;
	return true;
}

bool cpuspec_parse(struct session *s, const char *spec, uint8_t **list, unsigned *n)
{
	const struct cpus *cpus = s->kernel ? kernel_cpus(s->kernel) : NULL;

	if (!cpus || !cpus->n)
		return fail("the CPUs of this kernel are not known");
	*n = cpus->n;
	*list = arena_new_n(&s->scratch, cpus->n, uint8_t);
	if (strcmp(spec, "a") == 0 || strcmp(spec, "all") == 0) {
		for (unsigned i = 0; i < cpus->n; i++)
			(*list)[i] = cpus->possible[i] || cpus->present[i];
		return true;
	}
	if (!*spec) {
		if (!session_context(s) || s->current->cpu < 0 || (unsigned)s->current->cpu >= cpus->n)
			return fail("there is no current CPU");
		(*list)[s->current->cpu] = 1;
		return true;
	}
	while (*spec) {
		const char *whole = spec;

		if (!parse_item(&spec, whole, cpus->n, *list))
			return false;
	}
	return true;
}
