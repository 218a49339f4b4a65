/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A backtrace as records. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/bt.h"
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

/* Which function a frame is in. A call that never returns may be the last instruction of its function. */
static const struct symbol *frame_symbol(struct session *s, const struct frame *f, uint64_t *offset)
{
	uint64_t at = f->exact_pc ? f->pc : f->pc - 1;
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

/* The function that the link register of an exception frame leads to. */
static void put_link(struct session *s, bool user, const uint64_t slots[EFRAME_MAX_SLOTS])
{
	const struct arch *arch = s->target->arch;

	if (user || arch->link < 0)
		return;
	for (size_t i = 0; i < arch->pt_regs->n_slots && i < EFRAME_MAX_SLOTS; i++) {
		uint64_t offset, link = target_untag(s->target, slots[i]);
		const struct symbol *symbol;

		if (arch->pt_regs->slots[i].number != arch->link)
			continue;
		symbol = symbol_text_at(s->target->symbols, link, &offset);
		if (symbol) {
			put_str(s->out, "link_function", symbol->name);
			put_u64(s->out, "link_offset", offset);
		}
	}
}

/* @unknown: a bit for each slot whose value nobody saved. */
static void put_eframe(struct session *s, uint64_t address, bool user, bool partial,
		       const uint64_t slots[EFRAME_MAX_SLOTS], uint64_t unknown, uint64_t pc,
		       const struct place *place)
{
	const struct arch *arch = s->target->arch;
	static struct shape shape; /* the architecture does not change while a dump is open */
	const struct symbol *symbol;
	uint64_t offset;

	shape.head = arch->eframe_shape;
	obj_begin(s->out, "exception");
	rec_begin(s->out, arch->eframe_shape ? &shape : NULL);
	if (address)
		put_addr(s->out, "frame", address);
	put_bool(s->out, "user", user);
	put_bool(s->out, "partial", partial);
	symbol = user ? NULL : symbol_text_at(s->target->symbols, pc, &offset);
	if (symbol) {
		put_str(s->out, "function", symbol->name);
		put_u64(s->out, "offset", offset);
		put_str(s->out, "module", symbols_module_name(s->target->symbols, symbol->module));
	}
	if (arch->eframe_title)
		put_str(s->out, "title", arch->eframe_title(slots));
	put_link(s, user, slots);
	put_place(s, place);
	for (size_t i = 0; i < arch->pt_regs->n_slots && i < EFRAME_MAX_SLOTS; i++) {
		const struct reg_slot *slot = &arch->pt_regs->slots[i];

		if (unknown >> i & 1)
			continue;
		if (slot->size == s->target->word_size)
			put_addr(s->out, slot->name, slots[i]);
		else
			put_hex(s->out, slot->name, slots[i]);
	}
	rec_end(s->out);
	obj_end(s->out);
}

void bt_put_eframe(struct session *s, uint64_t address, bool user, bool partial,
		   const uint64_t slots[EFRAME_MAX_SLOTS], uint64_t pc)
{
	put_eframe(s, address, user, partial, slots, 0, pc, &(struct place){0});
}

/*
 * What an exception interrupted has no line of its own, as in crash: "[exception
 * RIP: function+offset]" was that. Beyond a change of stacks it has one.
 */
static bool is_interrupted(const struct arch *arch, const struct trace *trace, size_t i)
{
	const struct frame *f = &trace->frames[i], *inner = f - 1;

	if (i == 0 || arch->eframe_is_nameless || !f->exact_pc || !inner->has_eframe || inner->eframe_user)
		return false;
	return f->stack && inner->stack ? strcmp(f->stack, inner->stack) == 0 : f->stack == inner->stack;
}

static void put_frame(struct session *s, const struct bt_options *o, const struct trace *trace, size_t i,
		      size_t *level)
{
	static const struct shape interrupted_shape = {NULL, "{?stack_ends}--- <{stack_ends}> ---\n{/}"};
	const struct frame *f = &trace->frames[i];
	const char *next = i + 1 < trace->n ? trace->frames[i + 1].stack : f->stack;
	bool interrupted_one = is_interrupted(s->target->arch, trace, i);
	uint64_t at = f->exact_pc ? f->pc : f->pc - 1, offset;
	const struct symbol *symbol = frame_symbol(s, f, &offset);
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
	if (f->has_eframe) {
		const struct arch *arch = s->target->arch;
		uint64_t pc = regs_known(&f->eframe, arch->pc) ? f->eframe.value[arch->pc] : 0;

		place = (struct place){0};
		if (!f->eframe_user)
			place = find_place(s, o, pc);
		put_eframe(s, f->eframe_address, f->eframe_user, f->eframe_partial, f->eframe_slots, 0, pc,
			   &place);
	}
	rec_end(s->out);
}

/* A CPU that was in user mode: its registers are all there is. */
static void put_user_start(struct session *s, const struct regs *start)
{
	const struct reg_layout *layout = s->target->arch->pt_regs;
	uint64_t slots[EFRAME_MAX_SLOTS] = {0}, unknown = 0;

	for (size_t i = 0; i < layout->n_slots && i < EFRAME_MAX_SLOTS; i++) {
		int number = layout->slots[i].number;

		if (number >= 0 && regs_known(start, (unsigned)number))
			slots[i] = start->value[number];
		else
			unknown |= 1ULL << i;
	}
	put_eframe(s, 0, true, false, slots, unknown, 0, &(struct place){0});
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

bool bt_trace(struct session *s, const struct bt_options *o, const struct task *task)
{
	struct trace trace;
	struct stack stack;
	size_t level = 0;

	if (!task_stack(s->kernel, task, &stack)) {
		out_title(s->out, "(no stack)");
		put_str(s->out, "why", fail_text());
		fail_clear();
		return true;
	}
	task_trace(s->kernel, task, &s->scratch, &trace);
	if (o->lines && !target_dwarf(s->target)) {
		out_note(s->out, "line numbers are not available: %s", fail_text());
		fail_clear();
	}
	list_begin(s->out, "frames");
	for (size_t i = 0; i < trace.n && !out_broken(s->out); i++)
		put_frame(s, o, &trace, i, &level);
	list_end(s->out);
	if (trace.started_in_user && !trace.n)
		put_user_start(s, &trace.start);
	put_str(s->out, "registers_from", trace.regs_from);
	put_str(s->out, "end", end_name(trace.end));
	put_str(s->out, "why", trace.why);
	if (s->settings.verbose && trace.regs_from)
		out_note(s->out, "task %d: registers from %s", task->pid, trace.regs_from);
	if (trace.end == UNWIND_STUCK)
		out_note(s->out, "the trace of task %d ends here: %s", task->pid,
			 trace.why ? trace.why : "no rule for the last frame");
	else if (trace.end == UNWIND_LIMIT)
		out_note(s->out, "the trace of task %d is longer than %d frames", task->pid,
			 UNWIND_MAX_FRAMES);
	return true;
}

bool bt_show(struct session *s, const struct bt_options *o, const struct task *task, bool first)
{
	static const struct shape next_shape = {"\n" TASK_HEADER "\n", NULL};
	bool ok;

	rec_begin(s->out, first ? &task_header_shape : &next_shape);
	put_task(s, task);
	ok = o->eframes ? bt_task_eframes(s, task) : bt_trace(s, o, task);
	rec_end(s->out);
	return ok;
}
