/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "command/command.h"
#include "command/cpuspec.h"
#include "command/options.h"
#include "command/session.h"

static const struct shape address_shape = {"{title}\n{virtual}  {physical:x}\n", NULL};

static const struct shape percpu_shape = {"PER-CPU OFFSET: {offset:x}\n  CPU    VIRTUAL\n", NULL};

static const struct shape cpu_shape = {"  [{cpu}]  {virtual}\n", NULL};

/* The kernel's linear mapping of physical memory, the direct map before the image. */
static bool to_virtual(const struct target *t, uint64_t physical, uint64_t *address)
{
	const struct space_range *best = NULL;

	for (size_t i = 0; i < t->kernel.n_ranges; i++) {
		const struct space_range *r = &t->kernel.ranges[i];
		uint64_t at = physical - (uint64_t)r->offset;

		if (r->method != SPACE_LINEAR || at < r->start || at > r->last)
			continue;
		if (!best || strcmp(r->what, "direct map") == 0)
			best = r;
	}
	if (!best)
		return fail("no linear mapping of this kernel covers physical address %llx",
			    (unsigned long long)physical);
	*address = physical - (uint64_t)best->offset;
	return true;
}

static bool percpu(struct session *s, const char *offset_word, const char *spec)
{
	uint64_t offset;
	uint8_t *list;
	unsigned n;

	if (!session_kernel(s))
		return false;
	if (!session_address(s, offset_word, &offset) || !cpuspec_parse(s, spec, &list, &n))
		return out_error(s->out, "%s", fail_text());
	rec_begin(s->out, &percpu_shape);
	put_hex(s->out, "offset", offset);
	list_begin(s->out, "cpus");
	for (unsigned cpu = 0; cpu < n; cpu++) {
		uint64_t where;

		if (!list[cpu])
			continue;
		rec_begin(s->out, &cpu_shape);
		put_u64(s->out, "cpu", cpu);
		if (target_percpu(s->target, cpu, offset, &where))
			put_addr(s->out, "virtual", where);
		else
			put_missing(s->out, "virtual", fail_text());
		rec_end(s->out);
	}
	list_end(s->out);
	rec_end(s->out);
	return true;
}

static bool one(struct session *s, char *word)
{
	char *colon = strchr(word, ':');
	uint64_t physical, address = 0;

	if (colon) {
		*colon = '\0';
		return percpu(s, word, colon + 1);
	}
	if (!session_address(s, word, &physical) || !to_virtual(s->target, physical, &address))
		return out_error(s->out, "%s", fail_text());
	rec_begin(s->out, &address_shape);
	if (out_view(s->out) == OUT_TEXT)
		put_fmt(s->out, "title", "%-*s  PHYSICAL", (int)target_digits(s->target), "VIRTUAL");
	put_addr(s->out, "virtual", address);
	put_hex(s->out, "physical", physical);
	rec_end(s->out);
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct options o;
	bool ok = true;

	options_init(&o, argc, argv);
	if (option_next(&o, "") || o.at >= argc)
		return command_usage(s, command_find("ptov"));
	list_begin(s->out, "addresses");
	for (int i = o.at; i < argc; i++)
		ok &= one(s, argv[i]);
	list_end(s->out);
	return ok;
}

const struct command command_ptov = {
	.name = "ptov",
	.summary = "physical address, or per-CPU offset, to kernel virtual address",
	.synopsis = "address | offset:cpuspec ...",
	.help = "  Shows where the kernel's linear mapping has a physical address. With a cpuspec\n"
		"  (a list such as 1,3-5, or a for all, or nothing for the current CPU) the number\n"
		"  is the offset of a per-CPU object, and its address on each CPU is shown.\n",
	.example = "  inquest> ptov 1000000\n"
		   "  VIRTUAL           PHYSICAL\n"
		   "  ffff8da3c1000000  1000000\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
