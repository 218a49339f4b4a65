/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A backtrace as records. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/bt/bt.h"
#include "command/frame/locals_view.h"
#include "debuginfo/dwarf.h"
#include "linux/module.h"
#include "target/arch.h"

enum { OFFSET_NONE, OFFSET_DECIMAL, OFFSET_HEX, N_OFFSETS };

#define FRAME(OFFSET)                                                                                        \
	"[{sp}] {!reliable}? {/}{?function}{function}" OFFSET                                                \
	"{/}{!function}(unknown){/} at {pc}{?module} [{module}]{/}"

/*
 * " #0 [ff3cf31b40013b70] machine_kexec+447 at ffffffff95e6c53f [module]", then the
 * source line. A frame that is only a guess has a question mark, as in the kernel's own traces.
 */
static const struct shape *frame_shape(const struct arch *arch, size_t level, unsigned offset)
{
	static const char *const usual[N_OFFSETS] = {FRAME(""), FRAME("+{offset}"), FRAME("+0x{offset:x}")};
	/* the architecture does not change while a dump is open */
	static struct shape shapes[2][N_OFFSETS];
	static char heads[2][N_OFFSETS][400];
	bool wide = level >= 10;
	struct shape *shape = &shapes[wide][offset];

	if (!shape->head) {
		snprintf(heads[wide][offset], sizeof heads[wide][offset],
			 "%s{level} %s\n{?file}    {file}: {line}\n{/}", wide ? "#" : " #",
			 arch->frame_shape[offset] ? arch->frame_shape[offset] : usual[offset]);
		shape->head = heads[wide][offset];
		shape->tail = "{?stack_ends}--- <{stack_ends}> ---\n{/}";
	}
	return shape;
}

const struct symbol *bt_frame_symbol(struct session *s, const struct frame *f, uint64_t *offset)
{
	uint64_t at = frame_lookup_pc(f);
	const struct symbol *symbol = symbol_text_at(s->target->symbols, at, offset);

	if (symbol)
		*offset += f->pc - at;
	return symbol;
}

/* Functions that the compiler put into the frame's function; each line tells who called it, where. */
static void put_inlines(struct session *s, struct dwarf *dwarf, uint64_t at)
{
	static const struct shape shape = {
		"    (inlined) {function}, called from {caller} at {file}: {line}\n", NULL};
	struct dwarf_inline list[16];
	size_t n = dwarf_inlines(dwarf, at, list, sizeof list / sizeof *list);

	if (n > sizeof list / sizeof *list)
		n = sizeof list / sizeof *list;
	if (n < 2)
		return;
	list_begin(s->out, "inlined");
	for (size_t i = 0; i + 1 < n; i++) {
		rec_begin(s->out, &shape);
		put_str(s->out, "function", list[i].function);
		put_str(s->out, "caller", list[i + 1].function);
		put_str(s->out, "file", list[i + 1].file);
		put_u64(s->out, "line", list[i + 1].line);
		rec_end(s->out);
	}
	list_end(s->out);
}

/* Where an instruction or a call comes from; -l only. */
struct place {
	const char *file;
	unsigned line;
};

static struct place find_place(struct session *s, const struct bt_options *o, uint64_t at)
{
	struct dwarf *dwarf = o->lines ? target_dwarf_at(s->target, at) : NULL;
	struct place place;

	if (dwarf && dwarf_line(dwarf, at, &place.file, &place.line))
		return place;
	return (struct place){0};
}

static void put_place(struct session *s, const struct place *place)
{
	if (!place->file)
		return;
	put_str(s->out, "file", place->file);
	put_u64(s->out, "line", place->line);
}

static void put_eframe(struct session *s, const struct bt_options *o, const struct frame *f)
{
	const struct arch *arch = s->target->arch;
	uint64_t pc = regs_known(&f->eframe, arch->pc) ? f->eframe.value[arch->pc] : 0;
	struct place place = {0};

	if (!f->eframe_user)
		place = find_place(s, o, pc);
	bt_put_exception(s, &(struct bt_exception){.address = f->eframe_address,
						   .user = f->eframe_user,
						   .partial = f->eframe_partial,
						   .slots = f->eframe_slots,
						   .pc = pc,
						   .file = place.file,
						   .line = place.line});
}

/*
 * What an exception interrupted has no line of its own, as in crash: "[exception
 * RIP: function+offset]" was that. Beyond a change of stacks it has one.
 */
bool bt_is_interrupted(const struct arch *arch, const struct trace *trace, size_t i)
{
	const struct frame *f = &trace->frames[i], *inner = f - 1;

	if (i == 0 || arch->eframe_is_nameless || !f->exact_pc || !inner->has_eframe || inner->eframe_user)
		return false;
	return f->stack && inner->stack ? strcmp(f->stack, inner->stack) == 0 : f->stack == inner->stack;
}

/* -L */
static void put_locals(struct session *s, const struct bt_options *o, const struct trace *trace, size_t i,
		       bool interrupted)
{
	static const struct locals_style style = {
		{"{?inlined}    (inlined) {function}:\n{/}{?interrupted}    (interrupted) {function}:\n{/}",
		 NULL},
		{{"    {declaration} = {value:2}\n", NULL}, {"        {declaration} = {value:4}\n", NULL}},
	};
	struct arena arena = {0}; /* tasks may be many */
	struct local_scope *scopes;
	size_t n = trace_locals(s->target, trace, i, &arena, &scopes);

	locals_put(s, &style, scopes, n, LOCALS_ALL, o->hex, interrupted);
	arena_free(&arena);
}

/* The part of the stack that is the frame's own; some architectures have a line about it. */
static void put_memory(struct session *s, const struct bt_options *o, const struct trace *trace,
		       const struct stack *stack, size_t i)
{
	static struct shape shape; /* the architecture does not change while a dump is open */
	uint64_t start, end;

	if (!bt_frame_extent(s->target, trace, stack, i, &start, &end))
		return;
	shape.head = s->target->arch->frame_memory_shape;
	rec_begin(s->out, shape.head && end > start ? &shape : NULL);
	if (i + 1 < trace->n)
		put_addr(s->out, "return_address", trace->frames[i + 1].pc);
	put_addr(s->out, "memory_start", start);
	put_addr(s->out, "memory_end", end);
	put_u64(s->out, "memory_size", end - start);
	if (out_view(s->out) == OUT_TEXT)
		put_addr(s->out, "last_word", end - s->target->word_size);
	rec_end(s->out);
	bt_put_memory(s, o, start, end);
}

static void put_frame(struct session *s, const struct bt_options *o, const struct trace *trace,
		      const struct stack *stack, size_t i, size_t *level)
{
	static const struct shape interrupted_shape = {NULL, "{?stack_ends}--- <{stack_ends}> ---\n{/}"};
	const struct frame *f = &trace->frames[i];
	const char *next = i + 1 < trace->n ? trace->frames[i + 1].stack : f->stack;
	bool interrupted_one = bt_is_interrupted(s->target->arch, trace, i);
	uint64_t at = frame_lookup_pc(f), offset;
	const struct symbol *symbol = bt_frame_symbol(s, f, &offset);
	struct place place = find_place(s, o, at);

	rec_begin(s->out, interrupted_one ? &interrupted_shape
					  : frame_shape(s->target->arch, *level,
							o->offsets ? o->hex ? OFFSET_HEX : OFFSET_DECIMAL
								   : OFFSET_NONE));
	if (interrupted_one)
		put_bool(s->out, "interrupted", true);
	else
		put_u64(s->out, "level", (*level)++);
	put_addr(s->out, "sp", f->sp);
	put_addr(s->out, "pc", f->pc);
	if (s->target->arch->frame_shape[OFFSET_NONE] && i + 1 < trace->n)
		put_addr(s->out, "from", trace->frames[i + 1].pc);
	if (symbol) {
		put_str(s->out, "function", symbol->name);
		put_u64(s->out, "offset", offset);
		put_str(s->out, "module", symbols_module_name(s->target->symbols, symbol->module));
	}
	put_bool(s->out, "reliable", f->reliable);
	put_str(s->out, "how", f->how);
	put_str(s->out, "stack", f->stack);
	if (f->stack && (!next || strcmp(next, f->stack) != 0))
		put_str(s->out, "stack_ends", f->stack);
	put_place(s, &place);
	if (place.file)
		put_inlines(s, target_dwarf_at(s->target, at), at);
	if (o->locals)
		put_locals(s, o, trace, i, interrupted_one);
	if (f->has_eframe)
		put_eframe(s, o, f);
	if (o->memory)
		put_memory(s, o, trace, stack, i);
	rec_end(s->out);
}

static const char *end_name(enum unwind_end end)
{
	switch (end) {
	case UNWIND_USER: return "user mode";
	case UNWIND_KTHREAD: return "outermost frame";
	case UNWIND_STUCK: return "stuck";
	case UNWIND_LIMIT: return "too long";
	}
	return "?";
}

void bt_put_end(struct session *s, const struct task *task, const struct trace *trace)
{
	put_str(s->out, "registers_from", trace->regs_from);
	put_str(s->out, "end", end_name(trace->end));
	put_str(s->out, "why", trace->why);
	if (s->settings.verbose && trace->regs_from)
		out_note(s->out, "task %d: registers from %s", task->pid, trace->regs_from);
	if (trace->end == UNWIND_STUCK)
		out_note(s->out, "the trace of task %d ends here: %s", task->pid,
			 trace->why ? trace->why : "no rule for the last frame");
	else if (trace->end == UNWIND_LIMIT)
		out_note(s->out, "the trace of task %d is longer than %d frames", task->pid,
			 UNWIND_MAX_FRAMES);
}

void bt_frames(struct session *s, const struct bt_options *o, const struct trace *trace,
	       const struct stack *stack)
{
	size_t level = 0;

	if ((o->lines || o->locals) && !target_dwarf(s->target)) {
		out_note(s->out, "%s are not available: %s", o->lines ? "line numbers" : "local variables",
			 fail_text());
		fail_clear();
	}
	list_begin(s->out, "frames");
	for (size_t i = 0; i < trace->n && !out_broken(s->out); i++)
		put_frame(s, o, trace, stack, i, &level);
	list_end(s->out);
	if (!trace->n)
		bt_put_user(s, trace);
}
