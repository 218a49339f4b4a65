/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames below saved registers. A dying kernel saves its registers and goes on:
 * the CPU that panicked calls machine_kexec(), a CPU stopped by NMI waits in the
 * handler. Their stacks are in the dump, the stack pointer is not. A word that
 * the last call of such a function left behind tells where its frame must be; it
 * is believed only when unwinding from there arrives at exactly those registers.
 */
#include <string.h>

#include "target/arch.h"
#include "target/unwind.h"

enum { INNER_MAX_STEPS = 24, INNER_MAX_STACK = 64 << 10 };

struct code {
	uint64_t start, end;
};

/* The registers that the kernel saved, found again in an exception frame. */
static bool same_regs(const struct regs *start, const struct regs *found)
{
	for (unsigned n = 0; n < REGS_MAX; n++) {
		if (regs_known(start, n) && regs_known(found, n) && start->value[n] != found->value[n])
			return false;
	}
	return true;
}

static bool same_function(struct target *t, uint64_t a, uint64_t b)
{
	const struct symbol *one = symbol_text_at(t->symbols, a, NULL);
	const struct symbol *other = symbol_text_at(t->symbols, b, NULL);

	return one && other && one->address == other->address;
}

/* Does unwinding from @r arrive at @start? */
static bool arrives(struct target *t, const struct regs *start, struct regs r)
{
	const struct arch *arch = t->arch;
	struct unwind_step step;
	uint64_t sp = r.value[arch->sp];

	for (int i = 0; i < INNER_MAX_STEPS; i++) {
		uint64_t callee = 0;
		const struct symbol *symbol = symbol_text_at(t->symbols, r.value[arch->pc] - 1, NULL);

		if (symbol)
			callee = symbol->address;
		unwind_one(t, &r, &step);
		if (step.kind == STEP_REGS && !step.partial && regs_known(&step.regs, arch->sp) &&
		    step.regs.value[arch->sp] == start->value[arch->sp] &&
		    step.regs.value[arch->pc] == start->value[arch->pc] && same_regs(start, &step.regs))
			return true;
		if (step.kind == STEP_STUCK || step.kind == STEP_END || !regs_known(&step.regs, arch->sp))
			return false;
		if (step.kind == STEP_CALLER &&
		    (step.regs.value[arch->sp] <= sp ||
		     !symbols_is_text(t->symbols, step.regs.value[arch->pc]) ||
		     (arch->is_call && !arch->is_call(t, step.regs.value[arch->pc], 0))))
			return false;
		/* Registers saved by a function that then made the call which we came from. */
		if (step.kind == STEP_CALLER && step.regs.value[arch->sp] == start->value[arch->sp] &&
		    same_function(t, step.regs.value[arch->pc] - 1, start->value[arch->pc]) &&
		    (!arch->is_call || arch->is_call(t, step.regs.value[arch->pc], callee)))
			return true;
		r = step.regs;
		sp = r.value[arch->sp];
		if (t->arch->user_mode && t->arch->user_mode(t, &r))
			return false;
	}
	return false;
}

/* A part of a stack: @size bytes from @start on. */
struct piece {
	uint64_t start;
	size_t size;
	const uint8_t *bytes;
};

/* By frame records: below the return address is where its caller's record lies, and so the frame. */
static bool proves_by_record(struct target *t, const struct regs *start, const struct piece *p, size_t at,
			     uint64_t value, struct regs *inner)
{
	const struct arch *arch = t->arch;
	struct regs r = {.pc_is_return = true, .sp_is_bound = true};
	uint64_t slot = p->start + at, fp;

	if (at < t->word_size)
		return false;
	fp = get_uint(p->bytes + at - t->word_size, t->word_size, t->order);
	if (fp <= slot || fp >= p->start + p->size)
		return false;
	regs_set(&r, arch->pc, value);
	regs_set(&r, arch->sp, slot + t->word_size);
	regs_set(&r, arch->fp, fp);
	if (!arrives(t, start, r))
		return false;
	*inner = r;
	return true;
}

/*
 * Does the return address @value at @at lead to @start? Where a frame is found by its frame pointer, that is
 * among the registers that the function which was called saved first, below its return address.
 */
static bool proves(struct target *t, const struct regs *start, const struct piece *p, size_t at,
		   uint64_t value, struct regs *inner)
{
	enum { SAVED_WORDS = 8 };
	const struct arch *arch = t->arch;
	struct regs r = {.pc_is_return = true};
	uint64_t slot = p->start + at;
	uint64_t sp = arch->link >= 0 ? slot - arch->lr_save : slot + t->word_size;

	if (arch->frame_records)
		return proves_by_record(t, start, p, at, value, inner);
	regs_set(&r, arch->pc, value);
	regs_set(&r, arch->sp, sp);
	if (arrives(t, start, r)) {
		*inner = r;
		return true;
	}
	for (size_t i = 1; i <= SAVED_WORDS && i * t->word_size <= at; i++) {
		uint64_t fp = get_uint(p->bytes + at - i * t->word_size, t->word_size, t->order);

		if (fp < sp || fp >= p->start + p->size)
			continue;
		regs_set(&r, arch->fp, fp);
		if (arrives(t, start, r)) {
			*inner = r;
			return true;
		}
	}
	return false;
}

/* The highest word of [start, end) that proves itself: what lies below it are older calls. */
static bool search(struct target *t, const struct regs *start, uint64_t from, uint64_t to,
		   const struct code *code, size_t n_code, struct regs *inner)
{
	static _Thread_local uint8_t words[INNER_MAX_STACK];
	size_t size = to - from;
	struct piece piece;

	if (to <= from)
		return false;
	if (size > sizeof words)
		size = sizeof words;
	from = to - size;
	/* A page that is missing holds no proof; the others may. */
	memset(words, 0, size);
	for (uint64_t at = from; at < to;) {
		uint64_t next = (at | (t->page_size - 1)) + 1;

		target_read_some(t, NULL, at, words + (at - from), (size_t)((next < to ? next : to) - at),
				 NULL);
		at = next;
	}
	piece = (struct piece){from, size, words};
	for (size_t at = size / t->word_size * t->word_size; at > 0;) {
		uint64_t value;

		at -= t->word_size;
		value = target_untag(t, get_uint(words + at, t->word_size, t->order));
		for (size_t i = 0; i < n_code; i++) {
			if (value <= code[i].start || value > code[i].end ||
			    (t->arch->is_call && !t->arch->is_call(t, value, 0)))
				continue;
			if (proves(t, start, &piece, at, value, inner))
				return true;
		}
	}
	return false;
}

bool unwind_inner(struct target *t, const struct regs *start, const struct stack *stacks, size_t n,
		  struct regs *inner)
{
	const struct arch *arch = t->arch;
	struct code code[8];
	size_t n_code = 0;
	uint64_t sp;
	bool user;

	/* Only where calls leave their return addresses in a known place of the stack is there such a word.
	 */
	if (!arch->ran_on || (arch->link >= 0 && !arch->lr_save && !arch->frame_records) ||
	    !regs_known(start, arch->sp) || !regs_known(start, arch->pc))
		return false;
	for (const char *const *name = arch->ran_on; *name && n_code < 8; name++) {
		const struct symbol *symbol = symbol_find(t->symbols, *name);

		const struct symbol *next = symbol ? symbol_next(t->symbols, symbol) : NULL;
		uint64_t size = symbol ? symbol->size : 0;

		/* kallsyms knows no sizes. */
		if (symbol && !size && next && next->address - symbol->address < 1 << 16)
			size = next->address - symbol->address;
		if (size)
			code[n_code++] = (struct code){symbol->address, symbol->address + size};
	}
	if (n_code == 0)
		return false;
	sp = start->value[arch->sp];
	user = arch->user_mode && arch->user_mode(t, start);
	for (size_t i = 0; i < n; i++) {
		const struct stack *s = &stacks[i];
		bool here = !user && sp >= s->start && sp <= s->end;

		if (search(t, start, s->start, here ? sp : s->end, code, n_code, inner))
			return true;
	}
	return false;
}
