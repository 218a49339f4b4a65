/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/frame/frame_view.h"

#include <string.h>

#include "command/bt/bt.h"
#include "command/frame/frame.h"
#include "command/frame/locals_view.h"
#include "debuginfo/dwarf.h"
#include "target/arch.h"

enum { MOST_INLINED = 16 };

static const struct shape frame_shape = {
	"{!interrupted}#{number:<2} {/}{?interrupted}[exception under #{number}]{/} "
	"0x{pc:x} in {?function}{function}{/}{!function}??{/} ({arguments})"
	"{?file} at {file}:{line}{/}{!file}{?module} from {module}{/}{/}\n",
	NULL,
};
static const struct shape inlined_shape = {"    (inlined) {function} ({arguments}) at {file}:{line}\n", NULL};

/* The frame's own function last. */
static size_t inlined(struct session *s, const struct frame *f, struct dwarf_inline *list)
{
	struct dwarf *d = target_dwarf_at(s->target, frame_lookup_pc(f));
	size_t n = d ? dwarf_inlines(d, frame_lookup_pc(f), list, MOST_INLINED) : 0;

	return n < MOST_INLINED ? n : MOST_INLINED;
}

bool frame_inlines(struct session *s, const struct frame *f, const char *name)
{
	struct dwarf_inline list[MOST_INLINED];
	size_t n = inlined(s, f, list);

	for (size_t i = 0; i < n; i++) {
		if (list[i].function && strcmp(list[i].function, name) == 0)
			return true;
	}
	return false;
}

static void put_inlined(struct session *s, const struct local_scope *scopes, size_t n)
{
	list_begin(s->out, "inlined");
	for (size_t i = n; i > 1; i--) {
		const struct local_scope *scope = &scopes[i - 2];

		rec_begin(s->out, &inlined_shape);
		put_str(s->out, "function", scope->function);
		put_str(s->out, "arguments", locals_arguments(s, scope));
		put_str(s->out, "file", scope->file);
		put_u64(s->out, "line", scope->line);
		rec_end(s->out);
	}
	list_end(s->out);
}

void frame_show(struct session *s, const struct trace *trace, size_t index)
{
	const struct frame *f = &trace->frames[index];
	const struct symbol *symbol = symbol_text_at(s->target->symbols, frame_lookup_pc(f), NULL);
	struct local_scope *scopes;
	size_t n = trace_locals(s->target, trace, index, &s->scratch, &scopes);

	rec_begin(s->out, &frame_shape);
	put_u64(s->out, "number", frame_number(s, trace, index));
	put_bool(s->out, "interrupted", bt_is_interrupted(s->target->arch, trace, index));
	put_addr(s->out, "pc", f->pc);
	put_addr(s->out, "sp", f->sp);
	if (symbol) {
		put_str(s->out, "function", symbol->name);
		put_str(s->out, "module", symbols_module_name(s->target->symbols, symbol->module));
	}
	put_bool(s->out, "reliable", f->reliable);
	put_str(s->out, "stack", f->stack);
	if (n) {
		const struct local_scope *own = &scopes[n - 1];

		put_str(s->out, "arguments", locals_arguments(s, own));
		put_str(s->out, "file", own->file);
		if (own->file)
			put_u64(s->out, "line", own->line);
	}
	put_inlined(s, scopes, n);
	rec_end(s->out);
}
