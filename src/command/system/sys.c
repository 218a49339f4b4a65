/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/system/sys.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/command.h"
#include "command/options.h"
#include "debuginfo/dwarf.h"
#include "linux/config.h"
#include "linux/dmi.h"
#include "linux/syscall.h"
#include "linux/taint.h"
#include "linux/task.h"
#include "target/arch.h"

static const struct shape banner_shape = {
	"{?kernel}      KERNEL: {kernel}{?tainted}  [TAINTED]{/}\n{/}"
	"{?system_map}  SYSTEM MAP: {system_map}\n{/}"
	"{?debuginfo}   DEBUGINFO: {debuginfo}\n{/}"
	"{dumpfiles}{?flags}  {flags}{/}\n"
	"{?cpus}        CPUS: {cpus}{?offline} [OFFLINE: {offline}]{/}\n{/}"
	"{?date}        DATE: {date}\n{/}"
	"{?uptime}      UPTIME: {uptime}\n{/}"
	"{?load_average}LOAD AVERAGE: {load_average}\n{/}"
	"{?tasks}       TASKS: {tasks}\n{/}"
	"{?nodename}    NODENAME: {nodename}\n{/}"
	"{?release}     RELEASE: {release}\n{/}"
	"{?version}     VERSION: {version}\n{/}"
	"{?machine}     MACHINE: {machine}  ({?mhz}{mhz}{/}{!mhz}unknown{/} Mhz)\n{/}"
	"{?memory}      MEMORY: {memory}\n{/}"
	"{?panic}       PANIC: {panic:q!}{?more_in_log} (check log for details){/}\n{/}",
	NULL,
};

/* As crash writes sizes: whole ones without a fraction. */
const char *sys_size(struct arena *a, uint64_t bytes)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[] = {{1ULL << 40, "TB"}, {1ULL << 30, "GB"}, {1ULL << 20, "MB"}, {1ULL << 10, "KB"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (bytes < units[i].unit)
			continue;
		if (bytes % units[i].unit == 0)
			return arena_printf(a, "%llu %s", (unsigned long long)(bytes / units[i].unit),
					    units[i].name);
		return arena_printf(a, "%.1f %s", (double)bytes / (double)units[i].unit, units[i].name);
	}
	return arena_printf(a, "%llu bytes", (unsigned long long)bytes);
}

static const char *dump_files(struct session *s)
{
	const char *const *paths;
	size_t n = dump_paths(s->target->dump, &paths);
	const char *text = arena_printf(&s->scratch, "%s: %s", n > 1 ? "   DUMPFILES" : "    DUMPFILE",
					n ? paths[0] : "?");

	for (size_t i = 1; i < n; i++)
		text = arena_printf(&s->scratch, "%s\n              %s", text, paths[i]);
	return text;
}

static const char *flag_text(struct session *s)
{
	static const struct {
		unsigned flag;
		const char *text;
	} flags[] = {
		{DUMP_LIVE, "[LIVE SYSTEM]"},      {DUMP_PARTIAL, "[PARTIAL DUMP]"},
		{DUMP_INCOMPLETE, "[INCOMPLETE]"}, {DUMP_EXCLUDED_VMEMMAP, "[EXCLUDED VMEMMAP]"},
		{DUMP_GAP, "[PART MISSING]"},      {DUMP_ERASED, "[PARTS ERASED]"},
	};
	const struct dump_info *info = dump_info(s->target->dump);
	const char *text = "";

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (info->flags & flags[i].flag)
			text = arena_printf(&s->scratch, "%s%s%s", text, *text ? " " : "", flags[i].text);
	return text;
}

uint64_t sys_mhz(struct target *t)
{
	uint64_t value;

	if (!t->arch->speed_variable || !target_variable(t, t->arch->speed_variable, 0, &value)) {
		fail_clear();
		return 0;
	}
	return value / t->arch->speed_per_mhz;
}

static void put_times(struct session *s)
{
	const struct clock_facts *c = kernel_clock(s->kernel);
	char buffer[64];
	struct tm tm;
	time_t now;

	if (!c)
		return;
	now = (time_t)c->now;
	if (c->has_now && localtime_r(&now, &tm) &&
	    strftime(buffer, sizeof(buffer), "%a %b %e %H:%M:%S %Z %Y", &tm)) {
		put_str(s->out, "date", buffer);
		if (out_view(s->out) == OUT_JSON)
			put_u64(s->out, "timestamp", c->now);
	}
	if (c->has_uptime) {
		unsigned long long days = c->uptime / 86400, rest = c->uptime % 86400;

		if (days)
			put_fmt(s->out, "uptime", "%llu days, %02llu:%02llu:%02llu", days, rest / 3600,
				rest / 60 % 60, rest % 60);
		else
			put_fmt(s->out, "uptime", "%02llu:%02llu:%02llu", rest / 3600, rest / 60 % 60,
				rest % 60);
	}
	if (c->has_load)
		put_fmt(s->out, "load_average", "%u.%02u, %u.%02u, %u.%02u", c->load[0] / 100,
			c->load[0] % 100, c->load[1] / 100, c->load[1] % 100, c->load[2] / 100,
			c->load[2] % 100);
}

static void put_dump(struct session *s)
{
	struct target *t = s->target;

	put_str(s->out, "kernel", t->vmlinux_path);
	if (t->debug_path && (!t->vmlinux_path || strcmp(t->debug_path, t->vmlinux_path) != 0))
		put_str(s->out, "debuginfo", t->debug_path);
	if (out_view(s->out) == OUT_JSON) {
		const char *const *paths;
		size_t n = dump_paths(t->dump, &paths);

		list_begin(s->out, "dumpfiles");
		for (size_t i = 0; i < n; i++)
			put_str(s->out, NULL, paths[i]);
		list_end(s->out);
		put_str(s->out, "format", dump_info(t->dump)->format);
	} else {
		put_str(s->out, "dumpfiles", dump_files(s));
	}
	put_str(s->out, "flags", flag_text(s));
}

static void put_kernel(struct session *s)
{
	struct kernel *k = s->kernel;
	const struct cpus *cpus = kernel_cpus(k);
	const struct tasks *tasks;
	const struct memory_facts *memory;
	const struct panic *panic;
	const struct uts *uts = kernel_uts(k);
	uint64_t value;

	if (cpus && cpus->n_present) {
		put_u64(s->out, "cpus", cpus->n_present);
		if (cpus->n_online < cpus->n_present)
			put_u64(s->out, "offline", cpus->n_present - cpus->n_online);
	}
	put_times(s);
	tasks = kernel_tasks(k);
	if (tasks)
		put_u64(s->out, "tasks", tasks->n);
	put_str(s->out, "nodename", uts->nodename);
	put_str(s->out, "release", uts->release);
	put_str(s->out, "version", uts->version);
	put_str(s->out, "machine", uts->machine);
	value = sys_mhz(s->target);
	if (value)
		put_u64(s->out, "mhz", value);
	memory = kernel_memory(k);
	if (memory && memory->known)
		put_str(s->out, "memory", sys_size(&s->scratch, memory->bytes));
	if (dump_info(s->target->dump)->flags & DUMP_LIVE)
		return;
	panic = kernel_panic(k);
	if (panic && panic->message) {
		put_str(s->out, "panic", panic->message);
		put_bool(s->out, "more_in_log", panic->oops);
	}
}

void sys_banner(struct session *s)
{
	uint64_t mask;

	rec_begin(s->out, &banner_shape);
	put_dump(s);
	if (s->kernel) {
		if (taint_mask(s->kernel, &mask))
			put_bool(s->out, "tainted", mask != 0);
		put_kernel(s);
	} else if (*s->target->release) {
		put_str(s->out, "release", s->target->release);
	}
	fail_clear();
	rec_end(s->out);
}

static const struct shape taint_shape = {"TAINTED_MASK: {mask:x}{?letters}  {letters}{/}\n", NULL};

static bool show_taint(struct session *s)
{
	uint64_t mask;

	if (!taint_mask(s->kernel, &mask))
		return out_error(s->out, "%s", fail_text());
	rec_begin(s->out, &taint_shape);
	put_hex(s->out, "mask", mask);
	put_str(s->out, "letters", taint_letters(s->kernel, &s->scratch, mask, false));
	rec_end(s->out);
	return true;
}

static const struct shape dmi_shape = {"{key:>25}: {value}\n", NULL};

static bool show_dmi(struct session *s)
{
	struct dmi_line *lines;
	size_t n;

	if (!dmi_read(s->kernel, &s->scratch, &lines, &n))
		return out_error(s->out, "%s", fail_text());
	list_begin(s->out, "dmi");
	for (size_t i = 0; i < n; i++) {
		rec_begin(s->out, &dmi_shape);
		put_str(s->out, "key", lines[i].key);
		if (lines[i].status == READ_OK)
			put_str(s->out, "value", lines[i].value);
		else
			put_none(s->out, "value", lines[i].status);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static const struct shape config_shape = {"{line}\n", NULL};

static bool show_config(struct session *s)
{
	char *text, *line, *next;

	if (!config_read(s->kernel, &s->scratch, &text))
		return out_error(s->out, "%s", fail_text());
	list_begin(s->out, "config");
	for (line = text; line && *line && !out_broken(s->out); line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		rec_begin(s->out, &config_shape);
		put_str(s->out, "line", line);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static const struct shape syscall_shape = {"{number:>3d}  {name:<26}{?file} {file}: {line}{/}\n", NULL};

static void emit_syscall(struct session *s, const struct syscall *c)
{
	struct dwarf *dwarf = target_dwarf_at(s->target, c->address);
	const char *file;
	unsigned line;

	rec_begin(s->out, &syscall_shape);
	if (out_view(s->out) == OUT_TEXT && s->settings.radix == 16)
		put_fmt(s->out, "number", "%x", c->number);
	else
		put_u64(s->out, "number", c->number);
	put_addr(s->out, "address", c->address);
	put_str(s->out, "name", c->name);
	if (dwarf && dwarf_line(dwarf, c->address, &file, &line)) {
		put_str(s->out, "file", file);
		put_u64(s->out, "line", line);
	}
	rec_end(s->out);
}

static bool show_syscalls(struct session *s, const char *only)
{
	struct syscall *list;
	uint64_t number = 0;
	bool by_number, any = false;
	size_t n;

	if (!syscall_table(s->kernel, &s->scratch, &list, &n))
		return out_error(s->out, "%s", fail_text());
	by_number = only && session_number(s, only, &number);
	fail_clear();
	out_title(s->out, "NUM  SYSTEM CALL                FILE AND LINE NUMBER");
	list_begin(s->out, "syscalls");
	for (size_t i = 0; i < n && !interrupted() && !out_broken(s->out); i++) {
		if (only && (by_number ? list[i].number != number : !strstr(list[i].name, only)))
			continue;
		emit_syscall(s, &list[i]);
		any = true;
	}
	list_end(s->out);
	return any || out_error(s->out, "%s: no such system call", only ? only : "-c");
}

static bool run(struct session *s, int argc, char **argv)
{
	struct options o;
	int letter, action = 0;
	const char *word;

	if (argc > 1 && strcmp(argv[1], "-panic") == 0)
		return out_error(s->out,
				 "-panic: a dump cannot be made to panic, and a live system is not touched");
	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "tic"))) {
		if (letter == '?')
			return command_usage(s, command_find("sys"));
		action = letter;
	}
	word = o.at < argc ? argv[o.at] : NULL;
	if (word && action != 'c' && strcmp(word, "config") != 0)
		return command_usage(s, command_find("sys"));
	if (!action && !word) {
		sys_banner(s);
		return true;
	}
	if (!session_kernel(s))
		return false;
	switch (action) {
	case 't': return show_taint(s);
	case 'i': return show_dmi(s);
	case 'c': return show_syscalls(s, word);
	default: return show_config(s);
	}
}

const struct command command_sys = {
	.name = "sys",
	.summary = "the system that died: release, time, load, panic message",
	.synopsis = "[-t | -i | -c [name | number] | config]",
	.help = "  Without an option, what the banner at the start shows.\n"
		"\n"
		"    -t                taint flags\n"
		"    -i                the firmware's identification (DMI)\n"
		"    -c [name|number]  system call table: all, those whose name contains the\n"
		"                      word, or one by number\n"
		"    config            the kernel's configuration, where it carries it\n"
		"                      (CONFIG_IKCONFIG)\n",
	.example = "  inquest> sys\n"
		   "        KERNEL: vmlinux  [TAINTED]\n"
		   "      DUMPFILE: vmcore  [PARTIAL DUMP]\n"
		   "          CPUS: 2\n"
		   "          DATE: Sun Nov 22 22:09:32 UTC 2026\n"
		   "        UPTIME: 00:00:24\n"
		   "  LOAD AVERAGE: 0.35, 0.08, 0.03\n"
		   "         TASKS: 65\n"
		   "      NODENAME: inquest-guest\n"
		   "       RELEASE: 6.1.0-50-cloud-amd64\n"
		   "       VERSION: #1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-02)\n"
		   "       MACHINE: x86_64  (2445 Mhz)\n"
		   "        MEMORY: 767.5 MB\n"
		   "         PANIC: \"Oops: 0002 [#1] PREEMPT SMP NOPTI\" (check log for details)\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
