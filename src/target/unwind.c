/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From registers to a trace: steps until user mode, the outermost frame, or the first doubt. */
#include "target/unwind.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/vec.h"
#include "target/arch.h"

struct unwinder {
	struct target *t;
	struct arena *arena;
	struct trace *trace;
	VEC(struct frame) frames;
	struct stack stacks[UNWIND_MAX_STACKS];
	size_t n_stacks;
	size_t now;       /* the stack that we are on; n_stacks: on none of them */
	uint32_t visited; /* bit per stack: it was left, or is the one we are on */
};

static void end(struct unwinder *u, enum unwind_end why, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void end(struct unwinder *u, enum unwind_end why, const char *format, ...)
{
	va_list ap;

	u->trace->end = why;
	if (format) {
		va_start(ap, format);
		u->trace->why = arena_vprintf(u->arena, format, ap);
		va_end(ap);
	}
}

/* Its end belongs to a stack: the stack pointer is there when the stack is empty. */
static bool on_stack(const struct stack *s, uint64_t sp)
{
	return sp >= s->start && sp <= s->end;
}

static size_t stack_of(const struct unwinder *u, uint64_t sp)
{
	if (u->now < u->n_stacks && on_stack(&u->stacks[u->now], sp))
		return u->now;
	for (size_t i = 0; i < u->n_stacks; i++) {
		if (sp >= u->stacks[i].start && sp < u->stacks[i].end)
			return i;
	}
	for (size_t i = 0; i < u->n_stacks; i++) {
		if (sp == u->stacks[i].end)
			return i;
	}
	/* A stack that overflowed: into the page below it, where nothing is mapped. */
	for (size_t i = 0; i < u->n_stacks; i++) {
		if (sp < u->stacks[i].start && u->stacks[i].start - sp <= u->t->page_size)
			return i;
	}
	return u->n_stacks;
}

/*
 * Upwards on one stack, and on to another at most once each: so a trace ends,
 * whatever the memory holds. @same: this step may leave the stack pointer where
 * it is (a leaf function whose return address is in a register).
 */
static bool advance(struct unwinder *u, uint64_t from, uint64_t to, bool same)
{
	size_t next = stack_of(u, to);

	if (next == u->now) {
		if (to > from || (to == from && same))
			return true;
		end(u, UNWIND_STUCK, "the stack pointer does not move up: 0x%" PRIx64 " after 0x%" PRIx64, to,
		    from);
		return false;
	}
	if (next == u->n_stacks) {
		end(u, UNWIND_STUCK, "the stack pointer 0x%" PRIx64 " is on no known stack", to);
		return false;
	}
	if (u->visited >> next & 1) {
		end(u, UNWIND_STUCK, "the stack pointer 0x%" PRIx64 " returns to a stack that was left", to);
		return false;
	}
	u->now = next;
	u->visited |= 1U << next;
	return true;
}

static bool is_user(struct target *t, const struct regs *r)
{
	return t->arch->user_mode && t->arch->user_mode(t, r);
}

static bool is_text(struct target *t, uint64_t pc)
{
	return symbols_is_text(t->symbols, pc);
}

static struct frame *push(struct unwinder *u, const struct regs *r, uint64_t slot, const char *how)
{
	struct frame *f = vec_push(u->arena, &u->frames);
	const struct arch *arch = u->t->arch;

	*f = (struct frame){.pc = r->value[arch->pc],
			    .exact_pc = !r->pc_is_return,
			    .reliable = strcmp(how, "scan") != 0,
			    .how = how,
			    .regs = *r};
	f->sp = slot && arch->link < 0 ? slot : regs_known(r, arch->sp) ? r->value[arch->sp] : 0;
	if (u->now < u->n_stacks) {
		f->stack = u->stacks[u->now].name;
		f->stack_start = u->stacks[u->now].start;
		f->stack_end = u->stacks[u->now].end;
	}
	return f;
}

/*
 * The pc is where a call through a bad pointer went. Nothing was pushed there,
 * so the return address is where the call left it.
 */
static bool after_bad_call(struct unwinder *u, const struct regs *r, struct regs *caller, uint64_t *slot)
{
	const struct arch *arch = u->t->arch;
	uint64_t address, sp;

	if (r->pc_is_return || !regs_known(r, arch->sp))
		return false;
	sp = r->value[arch->sp];
	*caller = *r;
	*slot = 0;
	if (arch->link >= 0) {
		if (!regs_known(r, (unsigned)arch->link))
			return false;
		address = target_untag(u->t, r->value[arch->link]);
	} else {
		if (target_read_word(u->t, sp, &address) != READ_OK)
			return false;
		*slot = sp;
		regs_set(caller, arch->sp, sp + u->t->word_size);
	}
	caller->pc_is_return = true;
	caller->ran_on = false;
	if (arch->code_address)
		address = arch->code_address(u->t, address);
	regs_set(caller, arch->pc, address);
	return is_text(u->t, address);
}

/* What was known from the start, once the frames that the CPU went on to make are behind us. */
static void restore(struct target *t, const struct regs *start, struct regs *r)
{
	if (!regs_known(r, t->arch->sp) || r->value[t->arch->sp] != start->value[t->arch->sp])
		return;
	for (unsigned n = 0; n < REGS_MAX; n++) {
		if (!regs_known(r, n) && regs_known(start, n))
			regs_set(r, n, start->value[n]);
	}
}

/*
 * No table knows the pc: the first word of the stack that follows a call of this very function. It may be
 * left over from an older call, so the frame is marked as doubtful.
 */
static bool scan(struct unwinder *u, const struct regs *r, struct regs *caller, uint64_t *slot)
{
	struct target *t = u->t;
	const struct arch *arch = t->arch;
	uint64_t pc = r->value[arch->pc], sp, value;
	const struct symbol *function = symbol_text_at(t->symbols, r->pc_is_return ? pc - 1 : pc, NULL);

	if (!arch->is_call || arch->link >= 0 || !function || !regs_known(r, arch->sp) ||
	    u->now == u->n_stacks)
		return false;
	for (sp = r->value[arch->sp]; sp < u->stacks[u->now].end; sp += t->word_size) {
		if (target_read_word(t, sp, &value) != READ_OK)
			return false;
		if (!is_text(t, value) || !arch->is_call(t, value, function->address))
			continue;
		*caller = (struct regs){.pc_is_return = true};
		regs_set(caller, arch->pc, value);
		regs_set(caller, arch->sp, sp + t->word_size);
		/* A frame pointer into what follows is its caller's, unless the function changed it. */
		if (regs_known(r, arch->fp) && r->value[arch->fp] > sp &&
		    on_stack(&u->stacks[u->now], r->value[arch->fp]))
			regs_set(caller, arch->fp, r->value[arch->fp]);
		*slot = sp;
		return true;
	}
	return false;
}

/*
 * Registers of the kernel where those of user mode would lie: a thread of the kernel, whose entry code found
 * what copy_thread() put there. Its pc may be 0 or where such threads begin.
 */
static bool is_thread_start(const struct unwinder *u, const struct unwind_step *step)
{
	const struct arch *arch = u->t->arch;
	const struct stack *s = &u->stacks[0];

	return arch->user_regs && !step->partial && u->n_stacks > 0 && !s->name &&
	       arch->user_regs(u->t, s) == step->cfa && !is_user(u->t, &step->regs);
}

/*
 * Code that called a function on an empty stack goes on on the one that it was on before. False when the
 * trace ended.
 */
static bool switch_back(struct unwinder *u, struct regs *r)
{
	const struct arch *arch = u->t->arch;
	uint64_t sp = regs_known(r, arch->sp) ? r->value[arch->sp] : 0, before;

	if (!arch->sp_before || u->now == u->n_stacks || sp != u->stacks[u->now].end ||
	    !arch->sp_before(u->t, &u->stacks[u->now], r, &before))
		return true;
	if (!advance(u, sp, before, false))
		return false;
	regs_set(r, arch->sp, before);
	return true;
}

/* One frame on; false when the trace ended. @r becomes the next frame's registers. */
static bool go_on(struct unwinder *u, struct regs *r, uint64_t *slot, const char **how)
{
	struct target *t = u->t;
	const struct arch *arch = t->arch;
	struct frame *f = &u->frames.items[u->frames.n - 1];
	struct unwind_step step;
	struct regs caller;
	uint64_t sp;

	if (!switch_back(u, r))
		return false;
	sp = regs_known(r, arch->sp) ? r->value[arch->sp] : 0;
	if (!is_text(t, r->value[arch->pc])) {
		if (!after_bad_call(u, r, &caller, slot)) {
			end(u, UNWIND_STUCK, "0x%" PRIx64 " is no code of the kernel or of a module",
			    r->value[arch->pc]);
			return false;
		}
		*how = "call through a bad pointer";
		f->cfa = caller.value[arch->sp];
		*r = caller;
		return advance(u, sp, r->value[arch->sp], arch->link >= 0);
	}
	unwind_one(t, r, &step);
	switch (step.kind) {
	case STEP_END: end(u, step.from_user ? UNWIND_USER : UNWIND_KTHREAD, NULL); return false;
	case STEP_STUCK:
		if (!step.how && scan(u, r, &caller, slot)) {
			*how = "scan";
			*r = caller;
			return true;
		}
		end(u, UNWIND_STUCK, "%s", step.why);
		return false;
	case STEP_CALLER:
		f->cfa = step.cfa - arch->cfa_above_sp;
		*slot = step.slot;
		*how = step.how;
		if (!advance(u, sp, step.regs.value[arch->sp], arch->link >= 0 && !r->pc_is_return))
			return false;
		if (!is_text(t, step.regs.value[arch->pc])) {
			end(u, UNWIND_STUCK,
			    "the return address 0x%" PRIx64 " is no code of the kernel or of a module",
			    step.regs.value[arch->pc]);
			return false;
		}
		*r = step.regs;
		return true;
	case STEP_REGS: break;
	}
	if (is_thread_start(u, &step)) {
		end(u, UNWIND_KTHREAD, NULL);
		return false;
	}
	f->has_eframe = true;
	f->eframe_address = step.cfa;
	f->eframe = step.regs;
	f->eframe_partial = step.partial;
	memcpy(f->eframe_slots, step.slots, sizeof f->eframe_slots);
	f->eframe_user = is_user(t, &step.regs);
	if (f->eframe_user) {
		end(u, UNWIND_USER, NULL);
		return false;
	}
	*r = step.regs;
	*slot = 0;
	*how = "exception frame";
	/* Entry code that was interrupted before it left the user's stack: a frame, whose table knows its
	 * end. */
	if (arch->is_user && arch->is_user(t, r->value[arch->sp]) && is_text(t, r->value[arch->pc]))
		return true;
	return advance(u, sp, r->value[arch->sp], false);
}

static void set_stacks(struct unwinder *u, const struct stack *task_stack, unsigned cpu)
{
	const struct arch *arch = u->t->arch;

	if (task_stack && task_stack->end > task_stack->start)
		u->stacks[u->n_stacks++] = *task_stack;
	if (arch->stacks)
		u->n_stacks +=
			arch->stacks(u->t, cpu, u->stacks + u->n_stacks, UNWIND_MAX_STACKS - u->n_stacks);
}

static void run(struct unwinder *u, const struct regs *start)
{
	struct target *t = u->t;
	const struct arch *arch = t->arch;
	struct regs r = *start;
	const char *how = "registers";
	uint64_t slot = 0, sp;
	bool inner, lost, guessed;

	if (!regs_known(start, arch->pc)) {
		end(u, UNWIND_STUCK, "the instruction pointer is not known");
		return;
	}
	lost = !regs_known(start, arch->sp) && !is_user(t, start) &&
	       !unwind_lost_sp(t, start, u->stacks, u->n_stacks, &r);
	fail_clear();
	guessed = !regs_known(start, arch->sp) && arch->link >= 0 &&
		  !regs_known(start, (unsigned)arch->link) && !lost && regs_known(&r, (unsigned)arch->link);
	u->trace->started_in_user = is_user(t, start);
	u->trace->start = *start;
	inner = start->ran_on && unwind_inner(t, start, u->stacks, u->n_stacks, &r);
	fail_clear();
	if (!inner && u->trace->started_in_user) {
		end(u, UNWIND_USER, NULL);
		return;
	}
	if (inner)
		how = "its caller is proven";
	else if (!regs_known(start, arch->sp))
		how = "registers without a stack pointer";
	sp = regs_known(&r, arch->sp) ? r.value[arch->sp] : 0;
	u->now = u->n_stacks;
	u->now = stack_of(u, sp);
	if (u->now < u->n_stacks)
		u->visited |= 1U << u->now;
	/* Where a return address was taken from the stack, it is shown at its place. */
	if (r.pc_is_return && arch->link < 0)
		slot = sp - t->word_size;
	for (;;) {
		if (u->frames.n == UNWIND_MAX_FRAMES) {
			end(u, UNWIND_LIMIT, "more than %d frames", UNWIND_MAX_FRAMES);
			return;
		}
		if (interrupted()) {
			end(u, UNWIND_LIMIT, "interrupted");
			return;
		}
		push(u, &r, slot, how);
		if (lost) {
			end(u, UNWIND_STUCK, "its stack pointer was lost in the moment of an exception");
			return;
		}
		if (!go_on(u, &r, &slot, &how))
			return;
		/* where it was to return to is gone too: a word of the stack that fits */
		if (guessed && u->frames.n == 1)
			how = "scan";
		if (inner)
			restore(t, start, &r);
	}
}

void unwind(struct target *t, const struct regs *start, const struct stack *task_stack, unsigned cpu,
	    struct arena *a, struct trace *trace)
{
	struct unwinder u = {.t = t, .arena = a, .trace = trace};

	*trace = (struct trace){0};
	set_stacks(&u, task_stack, cpu);
	run(&u, start);
	trace->frames = u.frames.items;
	trace->n = u.frames.n;
	fail_clear();
}
