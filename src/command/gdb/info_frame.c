/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info args, frame, locals, registers: of the selected frame. */
#include "base/error.h"
#include "command/frame/frame.h"
#include "command/frame/locals_view.h"
#include "command/gdb/info.h"
#include "debuginfo/dwarf.h"
#include "target/arch.h"
#include "target/reg_name.h"

/* ---- locals, args ---- */

static bool show_variables(struct session *s, enum locals_which which, const char *none)
{
	static const struct locals_style style = {
		{"{?inlined}(inlined) {function}:\n{/}", NULL},
		{{"{name} = {value}\n", NULL}, {"    {name} = {value:2}\n", NULL}},
	};
	struct local_scope *scopes;
	size_t index, n;

	if (!session_kernel(s))
		return false;
	if (!frame_index(s, &index))
		return out_error(s->out, "%s", fail_text());
	n = trace_locals(s->target, session_trace(s), index, &s->scratch, &scopes);
	if (!n) {
		if (!target_dwarf_at(s->target, frame_lookup_pc(&session_trace(s)->frames[index])))
			return out_error(s->out, "there is no debug information of this code");
		return out_error(s->out, "debug information does not know this function");
	}
	if (!locals_put(s, &style, scopes, n, which, s->settings.radix == 16, false))
		out_title(s->out, "%s", none);
	return true;
}

static bool run_locals(struct session *s, int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return out_error(s->out, "\"info locals\" takes no arguments");
	return show_variables(s, LOCALS_VARIABLES, "No locals.");
}

static bool run_args(struct session *s, int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return out_error(s->out, "\"info args\" takes no arguments");
	return show_variables(s, LOCALS_ARGUMENTS, "No arguments.");
}

/* ---- registers ---- */

static void put_register(struct session *s, const struct regs *r, const char *name, unsigned number)
{
	static const struct shape shape = {"{name:<15}{!known}<not saved>{/}{?known}{hex:<19}{?place}{hex} "
					   "<{place}{?offset}+{offset}{/}>{/}"
					   "{!place}{number}{/}{/}\n",
					   NULL};
	uint64_t value = r->value[number], offset;
	const struct symbol *symbol = NULL;

	rec_begin(s->out, &shape);
	put_str(s->out, "name", name);
	put_bool(s->out, "known", regs_known(r, number));
	if (!regs_known(r, number)) {
		put_missing(s->out, "value", "not saved");
		rec_end(s->out);
		return;
	}
	put_addr(s->out, "value", value);
	if (out_view(s->out) == OUT_TEXT) {
		put_fmt(s->out, "hex", "0x%llx", (unsigned long long)value);
		if (s->target->word_size == 4)
			put_i64(s->out, "number", (int32_t)value);
		else
			put_i64(s->out, "number", (int64_t)value);
	}
	if (number == s->target->arch->pc)
		symbol = symbol_text_at(s->target->symbols, value, &offset);
	if (symbol) {
		put_str(s->out, "place", symbol->name);
		put_u64(s->out, "offset", offset);
	}
	rec_end(s->out);
}

static bool run_registers(struct session *s, int argc, char **argv)
{
	const struct regs *r;
	const char *name;
	unsigned number;
	bool ok = true;

	if (!session_kernel(s))
		return false;
	r = session_regs(s);
	if (!r)
		return out_error(s->out, "%s", fail_text());
	list_begin(s->out, "registers");
	for (size_t i = 0; argc == 1 && (name = reg_name_at(s->target, i, &number)); i++)
		put_register(s, r, name, number);
	for (int i = 1; i < argc; i++) {
		name = argv[i][0] == '$' ? argv[i] + 1 : argv[i];
		if (reg_number(s->target, name, &number))
			put_register(s, r, name, number);
		else
			ok = out_error(s->out, "%s has no register \"%s\"", s->target->arch->name, name);
	}
	list_end(s->out);
	return ok;
}

/* ---- frame ---- */

static const char *pc_name(struct session *s)
{
	unsigned number;
	const char *name;

	for (size_t i = 0; (name = reg_name_at(s->target, i, &number)); i++) {
		if (number == s->target->arch->pc)
			return name;
	}
	return "pc";
}

static void put_place(struct session *s, const struct frame *f)
{
	const struct symbol *symbol = symbol_text_at(s->target->symbols, frame_lookup_pc(f), NULL);
	struct dwarf *d = target_dwarf_at(s->target, frame_lookup_pc(f));
	const char *file;
	unsigned line;

	if (symbol)
		put_str(s->out, "function", symbol->name);
	if (d && dwarf_line(d, frame_lookup_pc(f), &file, &line)) {
		put_str(s->out, "file", file);
		put_u64(s->out, "line", line);
	}
}

static bool run_frame(struct session *s, int argc, char **argv)
{
	static const struct shape shape = {
		"Stack level {number}, {?cfa}frame at {cfa_hex}{/}{!cfa}frame at an unknown place{/}:\n"
		" {pc_name} = 0x{pc:x}{?function} in {function}{/}{?file} ({file}:{line}){/}"
		"{?saved_pc}; saved {pc_name} = 0x{saved_pc:x}{/}\n"
		"{?caller}{!interrupted} called by{/}{?interrupted} interrupted{/} {caller}\n{/}"
		"{?inner} calls {inner}\n{/}"
		" found by: {how}{!reliable}, and so doubtful{/}\n"
		"{?stack} on the {stack}\n{/}",
		NULL};
	const struct trace *trace;
	const struct frame *f;
	uint64_t cfa;
	size_t i;

	(void)argv;
	if (argc > 1)
		return out_error(s->out,
				 "\"info frame\" is about the selected frame: choose one with \"frame\"");
	if (!session_kernel(s))
		return false;
	if (!frame_index(s, &i))
		return out_error(s->out, "%s", fail_text());
	trace = session_trace(s);
	f = &trace->frames[i];
	rec_begin(s->out, &shape);
	put_u64(s->out, "number", frame_number(s, trace, i));
	if (trace_cfa(s->target, trace, i, &cfa)) {
		put_addr(s->out, "cfa", cfa);
		if (out_view(s->out) == OUT_TEXT)
			put_fmt(s->out, "cfa_hex", "0x%llx", (unsigned long long)cfa);
	}
	put_addr(s->out, "sp", f->sp);
	put_str(s->out, "pc_name", pc_name(s));
	put_addr(s->out, "pc", f->pc);
	put_place(s, f);
	if (i + 1 < trace->n) {
		const struct frame *caller = f + 1;
		const struct symbol *symbol =
			symbol_text_at(s->target->symbols, frame_lookup_pc(caller), NULL);

		put_addr(s->out, "saved_pc", caller->pc);
		put_bool(s->out, "interrupted", f->has_eframe);
		put_str(s->out, "caller", symbol ? symbol->name : "an unknown function");
	}
	if (i > 0) {
		const struct symbol *symbol =
			symbol_text_at(s->target->symbols, frame_lookup_pc(f - 1), NULL);

		put_str(s->out, "inner", symbol ? symbol->name : NULL);
	}
	put_bool(s->out, "reliable", f->reliable);
	put_str(s->out, "how", f->how);
	put_str(s->out, "stack", f->stack);
	rec_end(s->out);
	return true;
}

const struct info_word info_args = {"args", NULL, "arguments of the selected frame's function", run_args};
const struct info_word info_frame = {"frame", NULL, "where the selected frame lies, and what called it",
				     run_frame};
const struct info_word info_locals = {"locals", NULL, "local variables of the selected frame", run_locals};
const struct info_word info_registers = {"registers", "[names]", "registers of the selected frame",
					 run_registers};
