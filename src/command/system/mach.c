/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "command/command.h"
#include "command/options.h"
#include "command/session.h"
#include "command/system/sys.h"
#include "linux/task.h"
#include "target/arch.h"

static const struct shape row_shape = {"{key:>22}: {value}\n", NULL};

static const struct shape evidence_shape = {"{what:>22}: {value}  (from {from})\n", NULL};

static void row(void *context, const char *key, const char *value)
{
	struct session *s = context;

	rec_begin(s->out, &row_shape);
	put_str(s->out, "key", key);
	put_str(s->out, "value", value);
	rec_end(s->out);
}

static void number_row(struct session *s, const char *key, uint64_t value)
{
	row(s, key, arena_printf(&s->scratch, "%" PRIu64, value));
}

static void general_rows(struct session *s)
{
	const struct memory_facts *memory = kernel_memory(s->kernel);
	const struct cpus *cpus = kernel_cpus(s->kernel);
	const struct clock_facts *clock = kernel_clock(s->kernel);
	const struct uts *uts = kernel_uts(s->kernel);
	struct task *init = task_by_pid(s->kernel, 0);
	struct stack stack;
	uint64_t mhz = sys_mhz(s->target);

	row(s, "MACHINE TYPE", *uts->machine ? uts->machine : s->target->arch->name);
	if (memory && memory->known)
		row(s, "MEMORY SIZE", sys_size(&s->scratch, memory->bytes));
	if (cpus && cpus->n_present)
		number_row(s, "CPUS", cpus->n_present);
	row(s, "PROCESSOR SPEED", mhz ? arena_printf(&s->scratch, "%" PRIu64 " Mhz", mhz) : "(unknown)");
	if (clock && clock->has_hz)
		number_row(s, "HZ", clock->hz);
	number_row(s, "PAGE SIZE", s->target->page_size);
	if (init && task_stack(s->kernel, init, &stack))
		number_row(s, "KERNEL STACK SIZE", stack.end - stack.start);
}

static bool run(struct session *s, int argc, char **argv)
{
	struct target *t = s->target;
	struct options o;

	options_init(&o, argc, argv);
	if (option_next(&o, "") || o.at < argc)
		return command_usage(s, command_find("mach"));
	list_begin(s->out, "machine");
	if (s->kernel)
		general_rows(s);
	if (t->arch->mach)
		t->arch->mach(t, row, s);
	list_end(s->out);
	/* crash has nothing like this: what was decided about the kernel, and what it was read from */
	out_title(s->out, "%s", "");
	list_begin(s->out, "evidence");
	for (size_t i = 0; i < t->n_evidence; i++) {
		rec_begin(s->out, &evidence_shape);
		put_str(s->out, "what", t->evidence[i].what);
		put_str(s->out, "value", t->evidence[i].value);
		put_str(s->out, "from", t->evidence[i].from);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

const struct command command_mach = {
	.name = "mach",
	.summary = "the machine, and what was decided about it from what",
	.synopsis = "",
	.help = "  Shows the machine's facts: memory, processors, the layout of the kernel's\n"
		"  address space and where its special stacks lie; then what inquest decided about\n"
		"  this kernel when it opened the dump, and from what.\n",
	.example = "  inquest> mach | head -5\n"
		   "            MACHINE TYPE: x86_64\n"
		   "             MEMORY SIZE: 767.5 MB\n"
		   "                    CPUS: 2\n"
		   "         PROCESSOR SPEED: 2445 Mhz\n"
		   "                      HZ: 250\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
