/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/rust_name.h"
#include "base/text.h"
#include "command/command.h"
#include "command/options.h"
#include "command/session.h"
#include "linux/audit_log.h"
#include "linux/log.h"
#include "linux/safe_log.h"

enum {
	LOG_NO_TIME = 1,
	LOG_DATE = 2,
	LOG_DICT = 4,
	LOG_LEVEL = 8,
	LOG_CALLER = 16,
	LOG_AUDIT = 32,
	LOG_SAFE = 64,
	LOG_RUST = 128,
};

static const struct shape record_shape = {
	"{?time}[{time}] {/}{?date}[{date}] {/}{?caller}[{caller:>6}] {/}{?level_tag}<{level_tag}>{/}{text}\n"
	"{?dict}{dict}\n{/}",
	NULL,
};

static const struct shape line_shape = {"{text}\n", NULL};

/* Further lines of a text stand under its first one, as the console shows them. */
static const char *indent(struct arena *a, const char *s, size_t n, size_t margin, bool first)
{
	struct text out = {0};
	char *copy;

	if (first)
		text_fill(&out, ' ', margin);
	for (size_t i = 0; i < n; i++) {
		text_putc(&out, s[i]);
		if (s[i] == '\n' && i + 1 < n)
			text_fill(&out, ' ', margin);
	}
	copy = arena_strdup(a, text_str(&out));
	text_free(&out);
	return copy;
}

static void demangle(struct arena *a, struct log_record *r)
{
	struct text out = {0};

	rust_demangle_line(r->text, r->length, &out);
	r->text = arena_strndup(a, text_str(&out), out.n);
	r->length = out.n;
	text_free(&out);
}

static void emit_record(struct session *s, const struct log_record *r, unsigned flags,
			const struct clock_facts *clock)
{
	bool all = out_view(s->out) == OUT_JSON;
	uint64_t seconds = r->nanoseconds / 1000000000u;
	size_t margin = 0;
	char buffer[64];

	rec_begin(s->out, &record_shape);
	if (all) {
		put_u64(s->out, "sequence", r->sequence);
		put_u64(s->out, "nanoseconds", r->nanoseconds);
		put_u64(s->out, "level", r->level);
		put_u64(s->out, "facility", r->facility);
	}
	if (all || !(flags & (LOG_NO_TIME | LOG_DATE))) {
		put_fmt(s->out, "time", "%5llu.%06llu", (unsigned long long)seconds,
			(unsigned long long)(r->nanoseconds % 1000000000u / 1000));
		margin += seconds < 100000 ? 15 : 16;
	}
	if ((flags & LOG_DATE) && clock && clock->has_now) {
		time_t at = (time_t)(clock->boot + seconds);
		struct tm tm;

		if (localtime_r(&at, &tm) &&
		    strftime(buffer, sizeof(buffer), "%a %b %e %H:%M:%S %Z %Y", &tm)) {
			put_str(s->out, "date", buffer);
			margin += strlen(buffer) + 3;
		}
	}
	if (r->has_caller && (all || (flags & LOG_CALLER))) {
		put_fmt(s->out, "caller", "%c%u", r->caller & 0x80000000u ? 'C' : 'T',
			r->caller & 0x7fffffffu);
		margin += 9;
	}
	if (flags & LOG_LEVEL) {
		put_fmt(s->out, "level_tag", "%x", r->level);
		margin += 3;
	}
	if (r->status != READ_OK)
		put_none(s->out, "text", r->status);
	else if (all)
		put_strn(s->out, "text", r->text, r->length);
	else
		put_str(s->out, "text", indent(&s->scratch, r->text, r->length, margin, false));
	if (r->dict && all)
		put_strn(s->out, "dict", r->dict, r->dict_length);
	else if (r->dict && (flags & LOG_DICT))
		put_str(s->out, "dict", indent(&s->scratch, r->dict, r->dict_length, margin, true));
	rec_end(s->out);
}

/* Text that is in no ring: one list of lines. */
static bool show_lines(struct session *s, const char *name, const char *empty,
		       bool (*read)(struct kernel *k, struct arena *a, struct text_lines *lines))
{
	struct text_lines lines = {0};

	if (!session_kernel(s))
		return false;
	if (!read(s->kernel, &s->scratch, &lines))
		return out_error(s->out, "%s", fail_text());
	if (!lines.n)
		out_note(s->out, "%s", empty);
	list_begin(s->out, name);
	for (size_t i = 0; i < lines.n; i++) {
		rec_begin(s->out, &line_shape);
		put_str(s->out, "text", lines.items[i]);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	const struct clock_facts *clock = NULL;
	const struct log *log;
	struct options o;
	unsigned flags = 0;
	int letter;

	options_init(&o, argc, argv);
	while ((letter = option_next(&o, "TtdmascR"))) {
		switch (letter) {
		case 'T': flags |= LOG_DATE; break;
		case 't': flags |= LOG_NO_TIME; break;
		case 'd': flags |= LOG_DICT; break;
		case 'm': flags |= LOG_LEVEL; break;
		case 'a': flags |= LOG_AUDIT; break;
		case 's': flags |= LOG_SAFE; break;
		case 'c': flags |= LOG_CALLER; break;
		case 'R': flags |= LOG_RUST; break;
		default: return command_usage(s, command_find("log"));
		}
	}
	if (o.at < argc)
		return command_usage(s, command_find("log"));
	if (flags & LOG_AUDIT)
		return show_lines(s, "audit", "the audit queues are empty", audit_log_read);
	if (flags & LOG_SAFE)
		return show_lines(s, "lines", "the per-CPU buffers are empty", safe_log_read);
	log = log_read(&s->scratch, s->target);
	if (!log)
		return out_error(s->out, "%s", fail_text());
	if (log->plain)
		flags |= LOG_NO_TIME; /* times, if any, are in the text */
	if (flags & LOG_DATE) {
		clock = s->kernel ? kernel_clock(s->kernel) : NULL;
		if (!clock || !clock->has_now)
			return out_error(s->out, "-T: the time of the crash is not known");
	}
	if ((flags & LOG_CALLER) && log->n && !log->records[0].has_caller)
		return out_error(s->out,
				 "-c: this kernel's records do not name their caller (CONFIG_PRINTK_CALLER)");
	list_begin(s->out, "records");
	for (size_t i = 0; i < log->n && !interrupted() && !out_broken(s->out); i++) {
		struct log_record record = log->records[i];

		if ((flags & LOG_RUST) && record.status == READ_OK)
			demangle(&s->scratch, &record);
		emit_record(s, &record, flags, clock);
	}
	list_end(s->out);
	if (log->why)
		out_note(s->out, "%s", log->why);
	return true;
}

const struct command command_log = {
	.name = "log",
	.summary = "the kernel's message buffer",
	.synopsis = "[-T] [-t] [-d] [-m] [-c] [-R] [-a] [-s]",
	.help = "  Prints the printk ring, oldest message first. Both forms are read: the\n"
		"  lockless ring (since 5.10) and the record or text buffers before it. It needs\n"
		"  no vmlinux when the dump has VMCOREINFO.\n"
		"\n"
		"    -T  time of day instead of seconds since boot\n"
		"    -t  no times\n"
		"    -d  with the dictionary of each message that has one\n"
		"    -m  with the level: <3>\n"
		"    -c  with the caller: T1 is thread 1, C1 is CPU 1\n"
		"    -R  with the names of Rust symbols made readable\n"
		"    -a  the messages that still wait in the audit queues instead\n"
		"    -s  the per-CPU buffers of printk_safe (4.10 to 5.14) instead\n",
	.example =
		"  inquest> log -m | tail -3\n"
		"  [   24.278113] <4> </TASK>\n"
		"  [   24.278113] <4>Modules linked in: inquest_test(OE) fuse dummy loop virtio_ring virtio\n"
		"  [   24.278113] <4>CR2: 0000000000000000\n",
	.flags = COMMAND_MINIMAL,
	.run = run,
};
