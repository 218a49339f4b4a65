/* SPDX-License-Identifier: GPL-2.0-or-later */
/* disassemble: machine code as gdb lists it. */
#include <string.h>

#include "base/error.h"
#include "command/code/code.h"
#include "command/code/source.h"
#include "command/gdb/gdb.h"
#include "command/table.h"
#include "debuginfo/dwarf.h"

enum { MOST_SOURCE = 500 }; /* lines in front of one instruction */

static const struct shape function_shape = {"Dump of assembler code for function {function}:\n",
					    "End of assembler dump.\n"};
static const struct shape range_shape = {"Dump of assembler code from 0x{start:x} to 0x{end:x}:\n",
					 "End of assembler dump.\n"};
static const struct shape part_shape = {"Address range 0x{start:x} to 0x{end:x}:\n", NULL};
static const struct shape insn_shape = {
	"{?current}=> {/}{!current}   {/}0x{address:x} {?place}<{place}>{/}:\t{?raw}{raw:<19}\t{/}{text}"
	"{?goal_place} <{goal_place}>{/}{?data}        # 0x{data:x}{?data_place} <{data_place}>{/}{/}\n",
	NULL,
};
static const struct shape source_shape = {"{number}\t{text}\n", NULL};

struct listing {
	struct session *s;
	bool raw, source;
	bool in_function; /* places are offsets alone */
	uint64_t start;   /* of the function */
	const char *file; /* whose lines were shown last, */
	unsigned line;    /* and which */
	struct source_file text;
	bool has_text, began;
};

/* ---- the source between the code ---- */

static void show_text(struct listing *l, unsigned first, unsigned last)
{
	struct session *s = l->s;

	for (unsigned n = first; n <= last; n++) {
		size_t length = 0;
		const char *text = l->has_text ? source_file_line(&l->text, n, &length) : NULL;

		rec_begin(s->out, &source_shape);
		put_u64(s->out, "number", n);
		if (text)
			put_strn(s->out, "text", text, length);
		else
			put_fmt(s->out, "text", "in %s", l->file);
		rec_end(s->out);
	}
}

/* In front of the first instruction of another line: the lines since the one shown last, if they follow on
 * it. */
static void show_source(struct listing *l, uint64_t address)
{
	struct dwarf *dwarf = source_dwarf(l->s, address);
	struct dwarf_row row;
	bool same_file;
	unsigned first;

	if (!dwarf || !dwarf_row_at(dwarf, address, &row) || !row.line)
		return;
	same_file = l->file && strcmp(row.file, l->file) == 0;
	if (same_file && row.line == l->line)
		return;
	if (l->began)
		out_title(l->s->out, "%s", "");
	if (!same_file) {
		if (l->has_text)
			source_file_close(&l->text);
		l->file = row.file;
		l->has_text = source_file_open(l->s, row.file, &l->text);
		fail_clear();
		out_title(l->s->out, "%s:", row.file);
	}
	first = same_file && row.line > l->line && row.line - l->line < MOST_SOURCE ? l->line + 1 : row.line;
	if (out_view(l->s->out) == OUT_TEXT)
		show_text(l, first, row.line);
	l->line = row.line;
}

/* ---- instructions ---- */

static const char *place(const struct listing *l, uint64_t address)
{
	struct session *s = l->s;

	if (l->in_function && address >= l->start)
		return arena_printf(&s->scratch, s->settings.radix == 16 ? "+0x%llx" : "+%llu",
				    (unsigned long long)(address - l->start));
	return code_place(s, address, s->settings.radix == 16);
}

static void show(void *context, const struct code_insn *c)
{
	struct listing *l = context;
	struct session *s = l->s;
	const char *file;
	unsigned line;

	if (l->source)
		show_source(l, c->insn.address);
	l->began = true;
	rec_begin(s->out, &insn_shape);
	put_addr(s->out, "address", c->insn.address);
	put_str(s->out, "place", place(l, c->insn.address));
	if (l->raw || out_view(s->out) == OUT_JSON)
		put_str(s->out, "raw", code_bytes(s, c, " "));
	put_str(s->out, "text", c->insn.text);
	code_put_goal(s, &c->insn, true, s->settings.radix == 16);
	put_bool(s->out, "current", gdb_is_pc(s, c->insn.address));
	if (l->source && out_view(s->out) == OUT_JSON && source_line(s, c->insn.address, &file, &line)) {
		put_str(s->out, "file", file);
		put_u64(s->out, "line", line);
	}
	rec_end(s->out);
}

static bool walk(struct listing *l, uint64_t start, uint64_t end)
{
	struct code_walk w = {
		.s = l->s, .start = start, .end = end, .last = UINT64_MAX, .show = show, .context = l};

	return code_walk(&w);
}

/* ---- a function and its parts ---- */

/* What the compiler moved away from the function: "NAME.cold". */
static bool other_part(struct session *s, const struct symbol *symbol, struct code_range *part)
{
	const char *name = arena_printf(&s->scratch, "%s.cold", symbol->name);
	const struct symbol *cold =
		strstr(symbol->name, ".cold") ? NULL : symbol_find(s->target->symbols, name);

	return cold && cold->module == symbol->module && code_function(s, cold->address, part);
}

static void begin_part(struct listing *l, const struct code_range *part)
{
	rec_begin(l->s->out, &part_shape);
	put_addr(l->s->out, "start", part->start);
	put_addr(l->s->out, "end", part->end);
	rec_end(l->s->out);
}

static bool function(struct listing *l, uint64_t address)
{
	struct session *s = l->s;
	struct code_range f, cold;
	bool two, ok;

	if (!code_function(s, address, &f))
		return out_error(s->out, "%s", fail_text());
	two = other_part(s, f.symbol, &cold);
	rec_begin(s->out, &function_shape);
	put_str(s->out, "function", f.symbol->name);
	list_begin(s->out, "instructions");
	if (two && out_view(s->out) == OUT_TEXT)
		begin_part(l, &f);
	l->in_function = true;
	l->start = f.start;
	ok = walk(l, f.start, f.end);
	if (ok && two) {
		if (out_view(s->out) == OUT_TEXT)
			begin_part(l, &cold);
		l->in_function = false;
		ok = walk(l, cold.start, cold.end);
	}
	list_end(s->out);
	rec_end(s->out);
	return ok;
}

/* "START,END" and "START,+LENGTH". */
static bool range(struct listing *l, const char *text, const char *comma)
{
	struct session *s = l->s;
	const char *second = comma + 1 + strspn(comma + 1, " \t");
	char *first = arena_strndup(&s->scratch, text, (size_t)(comma - text));
	uint64_t start = 0, end = 0, length = 0;
	bool ok;

	for (size_t n = strlen(first); n && (first[n - 1] == ' ' || first[n - 1] == '\t'); n--)
		first[n - 1] = '\0';
	if (!gdb_address(s, first, &start) ||
	    (*second == '+' ? !session_number(s, second + 1, &length) : !gdb_address(s, second, &end)))
		return out_error(s->out, "%s", fail_text());
	if (*second == '+')
		end = start + length;
	if (end <= start)
		return out_error(s->out, "the end lies before the start");
	rec_begin(s->out, &range_shape);
	put_addr(s->out, "start", start);
	put_addr(s->out, "end", end);
	list_begin(s->out, "instructions");
	ok = walk(l, start, end);
	list_end(s->out);
	rec_end(s->out);
	return ok;
}

static bool run(struct session *s, int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : "", *flags, *comma;
	struct listing l = {.s = s};
	uint64_t address;
	bool ok;

	flags = gdb_flags_take(s, &text);
	if (strspn(flags, "rsmb") != strlen(flags))
		return out_error(s->out, "/%s: the letters are r (bytes), s and m (source)", flags);
	l.raw = strpbrk(flags, "rb") != NULL;
	l.source = strpbrk(flags, "sm") != NULL;
	if (!session_target(s))
		return false;
	comma = strchr(text, ',');
	if (comma)
		ok = range(&l, text, comma);
	else if (*text ? gdb_address(s, text, &address) : gdb_frame_pc(s, &address))
		ok = function(&l, address);
	else
		ok = out_error(s->out, "%s", fail_text());
	if (l.has_text)
		source_file_close(&l.text);
	return ok;
}

const struct command command_disassemble = {
	.name = "disassemble",
	.summary = "disassemble a function or range as gdb does",
	.synopsis = "[/rs] [address | symbol | start,end | start,+length]",
	.help = "  Shows the machine code of the function around an address, or of a range; without\n"
		"  either, that of the function of the selected frame. => marks the frame's pc. A\n"
		"  part that the compiler moved away (.cold) follows. dis has other ways to ask, and\n"
		"  marks what was patched.\n"
		"    /r  with the bytes\n"
		"    /s  with the source lines (/m the same); --src tells where the sources are\n",
	.example = "  inquest> disassemble vfs_write,+8\n"
		   "  Dump of assembler code from 0xffffffff96f4a0d0 to 0xffffffff96f4a0d8:\n"
		   "     0xffffffff96f4a0d0 <vfs_write>:\tnopl   0x0(%rax,%rax,1)\n"
		   "     0xffffffff96f4a0d5 <vfs_write+5>:\tpush   %r15\n"
		   "     0xffffffff96f4a0d7 <vfs_write+7>:\tpush   %r14\n"
		   "  End of assembler dump.\n",
	.flags = COMMAND_MINIMAL | COMMAND_RAW | COMMAND_FORMAT,
	.run = run,
};
