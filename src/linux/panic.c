/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why the kernel died, and which task and CPU it was that died. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "linux/log.h"
#include "linux/task.h"

/*
 * What a message of a fatal end looks like. A panic line says the reason, unless
 * it only says that an oops was fatal: then the oops is the reason.
 */
enum message_kind {
	MESSAGE_NONE,
	MESSAGE_PANIC,
	MESSAGE_AFTER_OOPS,
	MESSAGE_OOPS,
	MESSAGE_FAULT, /* what an oops is about */
	MESSAGE_BUG,   /* the same, and says more than the oops line */
	MESSAGE_SYSRQ
};

static const struct {
	const char *begins;
	enum message_kind kind;
} messages[] = {
	{"Kernel panic - not syncing: Fatal exception", MESSAGE_AFTER_OOPS},
	{"Kernel panic - not syncing: Fatal Machine check", MESSAGE_PANIC},
	{"Kernel panic - not syncing: Aiee, killing interrupt handler", MESSAGE_AFTER_OOPS},
	{"Kernel panic - not syncing: Attempted to kill", MESSAGE_PANIC},
	{"Kernel panic", MESSAGE_PANIC},
	{"Oops: ", MESSAGE_OOPS},
	{"Oops - ", MESSAGE_OOPS},
	{"Internal error: ", MESSAGE_OOPS}, /* arm, arm64 */
	{"Oops[#", MESSAGE_OOPS},           /* mips */
	{"Oops [#", MESSAGE_OOPS},          /* riscv */
	{"kernel BUG at ", MESSAGE_BUG},
	{"BUG: unable to handle", MESSAGE_FAULT},
	{"BUG: TASK stack guard page", MESSAGE_FAULT},
	{"BUG: kernel NULL pointer dereference", MESSAGE_FAULT},
	{"Unable to handle kernel", MESSAGE_FAULT},
	{"CPU 0 Unable to handle kernel", MESSAGE_FAULT},
	{"SysRq : Trigger a crash", MESSAGE_SYSRQ},
	{"SysRq : Crash", MESSAGE_SYSRQ},
	{"SysRq : Netdump", MESSAGE_SYSRQ},
	{"sysrq: SysRq : Trigger a crash", MESSAGE_SYSRQ},
};

/* die() of every architecture counts its calls: "stack guard page: 0000 [#1] PREEMPT SMP". */
static bool is_die_line(const char *line, size_t n)
{
	for (size_t i = 0; i + 3 < n; i++) {
		size_t end = i + 2;

		if (line[i] != '[' || line[i + 1] != '#')
			continue;
		while (end < n && line[end] >= '0' && line[end] <= '9')
			end++;
		if (end > i + 2 && end < n && line[end] == ']')
			return true;
	}
	return false;
}

static enum message_kind message_kind(const char *line, size_t n)
{
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
		size_t length = strlen(messages[i].begins);

		if (n >= length && memcmp(line, messages[i].begins, length) == 0)
			return messages[i].kind;
	}
	return is_die_line(line, n) ? MESSAGE_OOPS : MESSAGE_NONE;
}

struct line {
	const char *text;
	size_t n;
};

struct findings {
	struct line panic, oops, fault, sysrq;
	bool after_oops, is_bug;
	long cpu; /* of the first register dump after the fatal message, -1 none */
};

/* "CPU: 0 PID: 1 Comm: init Not tainted": who was running when this was printed. */
static long cpu_of_line(const char *line, size_t n)
{
	char text[64];
	const char *mark;
	char *end;
	long cpu;

	n = n < sizeof text - 1 ? n : sizeof text - 1;
	memcpy(text, line, n);
	text[n] = 0;
	mark = strstr(text, "CPU: ");
	if (!mark || !strstr(text, "PID: "))
		return -1;
	cpu = strtol(mark + 5, &end, 10);
	return end > mark + 5 && cpu >= 0 && cpu < 1 << 16 ? cpu : -1;
}

/*
 * A plain ring has its time stamps in the text: "[    8.059062] Kernel panic".
 * So has a line that something else printed first, as "traps: ".
 */
static struct line without_stamp(struct line line)
{
	const char *end;

	if (line.n && line.text[0] == '<' && (end = memchr(line.text, '>', line.n < 5 ? line.n : 5))) {
		line.n -= (size_t)(end + 1 - line.text);
		line.text = end + 1;
	}
	if (line.n && line.text[0] == '[' && (end = memchr(line.text, ']', line.n < 24 ? line.n : 24))) {
		end++;
		line.n -= (size_t)(end - line.text);
		line.text = end;
		while (line.n && *line.text == ' ') {
			line.text++;
			line.n--;
		}
	}
	return line;
}

static void look_at(struct findings *f, struct line line)
{
	long cpu;

	line = without_stamp(line);
	switch (message_kind(line.text, line.n)) {
	case MESSAGE_PANIC:
	case MESSAGE_AFTER_OOPS:
		/* The first one is the cause, later ones are other CPUs that fell too. */
		if (f->panic.n)
			return;
		f->panic = line;
		f->after_oops = message_kind(line.text, line.n) == MESSAGE_AFTER_OOPS;
		if (!f->after_oops)
			f->cpu = -1;
		return;
	case MESSAGE_OOPS:
		if (!f->panic.n)
			f->oops = line;
		return;
	case MESSAGE_FAULT:
	case MESSAGE_BUG:
		if (f->panic.n)
			return;
		f->fault = line;
		f->is_bug = message_kind(line.text, line.n) == MESSAGE_BUG;
		f->oops = (struct line){0};
		f->cpu = -1;
		return;
	case MESSAGE_SYSRQ: f->sysrq = line; return;
	case MESSAGE_NONE: break;
	}
	cpu = f->panic.n || f->fault.n || f->oops.n || f->sysrq.n ? cpu_of_line(line.text, line.n) : -1;
	if (f->cpu < 0 && cpu >= 0)
		f->cpu = cpu;
}

static void read_messages(const struct log *log, struct findings *f)
{
	f->cpu = -1;
	for (size_t i = 0; i < log->n; i++) {
		const struct log_record *record = &log->records[i];
		const char *at = record->text, *end = at ? at + record->length : NULL;

		while (at && at < end) {
			const char *stop = memchr(at, '\n', (size_t)(end - at));

			if (!stop)
				stop = end;
			look_at(f, (struct line){at, (size_t)(stop - at)});
			at = stop + 1;
		}
	}
}

static void take_message(struct kernel *k, const struct findings *f, struct panic *p)
{
	struct line line = f->panic;

	if (!line.n || f->after_oops) {
		if (f->fault.n && (f->is_bug || !f->oops.n))
			line = f->fault;
		else if (f->oops.n)
			line = f->oops;
	}
	if (!line.n) {
		line = f->sysrq;
		p->sysrq = line.n != 0;
	}
	if (!line.n)
		return;
	p->oops = line.text != f->panic.text && line.text != f->sysrq.text;
	while (line.n && (line.text[line.n - 1] == ' ' || line.text[line.n - 1] == '\r'))
		line.n--;
	p->message = arena_strndup(k->arena, line.text, line.n);
	p->from = "log";
}

/* The CPU that called panic(): panic_cpu since v4.5; x86 notes the one that takes the dump. */
static int read_panic_cpu(struct target *t, const char **from)
{
	static const char *const names[] = {"panic_cpu", "crashing_cpu", NULL};
	uint64_t address, value;

	for (const char *const *name = names; *name; name++) {
		if (!target_symbol(t, *name, &address) || target_read_uint(t, address, 4, &value) != READ_OK)
			continue;
		if (value < 1 << 16) {
			*from = *name;
			return (int)value;
		}
	}
	return -1;
}

const struct panic *kernel_panic(struct kernel *k)
{
	const struct log *log;
	struct findings f = {.cpu = -1};
	struct panic *p;

	if (k->panic)
		return k->panic;
	/* Tasks ask for the panic when they are read; so the table comes first. */
	kernel_tasks(k);
	if (k->panic)
		return k->panic;
	p = k->panic = arena_new(k->arena, struct panic);
	log = log_read(k->arena, k->target);
	if (log) {
		read_messages(log, &f);
		take_message(k, &f, p);
	}
	p->cpu = read_panic_cpu(k->target, &p->cpu_from);
	if (p->cpu < 0 && p->message && f.cpu >= 0) {
		p->cpu = (int)f.cpu;
		p->cpu_from = "log";
	}
	if (p->cpu >= 0 && p->cpu < (int)kernel_cpus(k)->n)
		p->task = task_on_cpu(k, (unsigned)p->cpu);
	fail_clear();
	return p;
}
