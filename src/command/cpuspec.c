/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/cpuspec.h"

#include <ctype.h>
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

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* How long the list of CPUs behind a colon is that begins at @p; false when what stands there is none. */
static bool spec_length(const char *p, size_t *n)
{
	*n = strncmp(p, "all", 3) == 0 ? 3 : *p == 'a' ? 1 : strspn(p, "0123456789,-");
	/* "->" follows a member's name, not a CPU's */
	while (*n && p[*n - 1] == '-' && p[*n] == '>')
		--*n;
	return !is_part(p[*n]) && p[*n] != ':';
}

/* May the list end here? A conditional's colon is followed by something else. */
static bool spec_ends(const char *p, size_t n)
{
	return n || !*p || strchr(".)[-,", *p);
}

bool cpuspec_cut(struct session *s, char *text, struct cpuspec_use *use)
{
	for (char *p = text; *p && *p != '?';) {
		uint64_t address;
		size_t n = 0, spec;

		if (*p == '"' || *p == '\'') {
			for (char quote = *p++; *p && *p != quote; p++)
				p += *p == '\\' && p[1];
			p += *p != '\0';
			continue;
		}
		while (is_part(p[n]))
			n++;
		if (n && p[n] == ':' && spec_length(p + n + 1, &spec) && spec_ends(p + n + 1, spec)) {
			*use = (struct cpuspec_use){(size_t)(p - text), n, arena_strndup(&s->scratch, p, n),
						    arena_strndup(&s->scratch, p + n + 1, spec)};
			if (session_symbol(s, use->name, &address) && session_is_percpu(s, address)) {
				memmove(p + n, p + n + 1 + spec, strlen(p + n + 1 + spec) + 1);
				return true;
			}
		}
		p += n ? n : 1;
	}
	return false;
}
