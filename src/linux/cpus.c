/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which CPUs there are: the kernel's CPU masks. */
#include "base/error.h"
#include "linux/fields.h"
#include "linux/kernel.h"

enum { CPUS_MAX = 1 << 16 };

/* One mask as a byte per CPU; NULL when it cannot be read. @names are alternatives. */
static uint8_t *read_mask(struct kernel *k, unsigned n, const char *const *names)
{
	struct target *t = k->target;
	uint64_t size = size_of(t, "cpumask|cpumask_t");
	uint8_t *mask = arena_new_n(k->arena, n, uint8_t);
	uint64_t address = 0;
	unsigned bits = t->word_size * 8;

	while (*names && !target_symbol(t, *names, &address))
		names++;
	if (!*names)
		return NULL;
	/* An array of unsigned long, whatever NR_CPUS is. */
	for (unsigned first = 0; first < n; first += bits) {
		uint64_t word;

		if (size && first / 8 >= size)
			break;
		if (target_read_word(t, address + first / 8, &word) != READ_OK)
			return NULL;
		for (unsigned i = 0; i < bits && first + i < n; i++)
			mask[first + i] = word >> i & 1;
	}
	return mask;
}

static unsigned count(const uint8_t *mask, unsigned n)
{
	unsigned set = 0;

	for (unsigned i = 0; i < n; i++)
		set += mask[i];
	return set;
}

/* nr_cpu_ids is a constant in kernels for one CPU, and with CONFIG_FORCE_NR_CPUS (6f9c07be9d02, v6.1). */
static unsigned cpu_limit(struct target *t)
{
	uint64_t n, address;

	if (target_symbol(t, "nr_cpu_ids", &address) && target_variable(t, "nr_cpu_ids", 4, &n) && n &&
	    n <= CPUS_MAX)
		return (unsigned)n;
	if (t->nr_cpus && t->nr_cpus <= CPUS_MAX)
		return t->nr_cpus;
	n = size_of(t, "cpumask|cpumask_t") * 8;
	/* A kernel for one CPU still has a mask of one word. */
	if (!target_symbol(t, "__per_cpu_offset", &address))
		return 1;
	return n && n <= CPUS_MAX ? (unsigned)n : 1;
}

const struct cpus *kernel_cpus(struct kernel *k)
{
	/* Since 4.5 (5aec01b834fd) the masks are variables; before, arrays of bits behind pointers. */
	static const char *const possible[] = {"__cpu_possible_mask", "cpu_possible_bits", "cpu_possible_map",
					       NULL};
	static const char *const present[] = {"__cpu_present_mask", "cpu_present_bits", "cpu_present_map",
					      NULL};
	static const char *const online[] = {"__cpu_online_mask", "cpu_online_bits", "cpu_online_map", NULL};
	struct cpus *c;
	bool known;

	if (k->cpus)
		return k->cpus;
	c = arena_new(k->arena, struct cpus);
	c->n = cpu_limit(k->target);
	c->possible = read_mask(k, c->n, possible);
	known = c->possible != NULL;
	if (!c->possible) {
		c->possible = arena_new_n(k->arena, c->n, uint8_t);
		for (unsigned i = 0; i < c->n; i++)
			c->possible[i] = 1;
	}
	c->present = read_mask(k, c->n, present);
	known |= c->present != NULL;
	if (!c->present)
		c->present = c->possible;
	c->online = read_mask(k, c->n, online);
	known |= c->online != NULL;
	if (!c->online)
		c->online = c->present;
	/* without any mask the limit is all that is known, and no count of CPUs */
	if (known) {
		c->n_online = count(c->online, c->n);
		c->n_present = count(c->present, c->n);
	}
	fail_clear();
	return k->cpus = c;
}
