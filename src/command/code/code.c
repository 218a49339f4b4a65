/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/code/code.h"

#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/code/original.h"
#include "target/arch.h"

enum {
	CHUNK = 4096,
	MAX_FUNCTION = 16 << 20, /* no function is larger; a size that a symbol table makes up may be */
};

const char *code_place(struct session *s, uint64_t address, bool hex)
{
	const struct symbol *symbol;
	uint64_t offset;

	symbol = symbol_at(s->target->symbols, address, &offset);
	if (!symbol)
		return NULL;
	if (!offset)
		return symbol->name;
	return arena_printf(&s->scratch, hex ? "%s+0x%llx" : "%s+%llu", symbol->name,
			    (unsigned long long)offset);
}

void code_put_goal(struct session *s, const struct insn *insn, bool places, bool hex)
{
	const char *place;

	if (!insn->has_goal)
		return;
	place = places ? code_place(s, insn->goal, hex) : NULL;
	put_addr(s->out, insn->goal_is_data ? "data" : "goal", insn->goal);
	put_str(s->out, insn->goal_is_data ? "data_place" : "goal_place", place);
}

const char *code_bytes(struct session *s, const struct code_insn *insn, const char *between)
{
	struct text hex = {0};
	const char *kept;

	for (unsigned i = 0; i < insn->insn.size; i++) {
		text_puts(&hex, i ? between : "");
		text_hex(&hex, insn->bytes[i], 2);
	}
	kept = arena_strdup(&s->scratch, text_str(&hex));
	text_free(&hex);
	return kept;
}

bool code_function(struct session *s, uint64_t address, struct code_range *f)
{
	uint64_t offset;
	const struct symbol *symbol = symbol_text_at(s->target->symbols, address, &offset), *next;

	if (!symbol)
		return fail("no function at %llx", (unsigned long long)address);
	f->symbol = symbol;
	f->start = symbol->address;
	f->end = symbol->address + symbol->size;
	if (!symbol->size || f->end <= f->start) {
		next = symbol;
		do
			next = symbol_next(s->target->symbols, next);
		while (next && next->address == symbol->address);
		f->end = next ? next->address : symbol->address + CHUNK;
	}
	if (f->end - f->start > MAX_FUNCTION)
		f->end = f->start + MAX_FUNCTION;
	if (address >= f->end)
		f->end = address + 1;
	return true;
}

/* What stands at a function's start for tracing to turn it into a call (CONFIG_DYNAMIC_FTRACE). */
static bool is_trace_nop(struct session *s, const struct insn *insn)
{
	const char *nop = s->target->arch->trace_nop;
	uint64_t offset;
	const struct symbol *symbol;

	if (!nop || strcmp(insn->text, nop) != 0)
		return false;
	symbol = symbol_text_at(s->target->symbols, insn->address, &offset);
	/* endbr64 may come first (CONFIG_X86_KERNEL_IBT) */
	return symbol && (offset == 0 || offset == 4);
}

static void compare(const struct code_walk *w, struct original *original, struct code_insn *c)
{
	bool traced = false;

	if (original)
		c->patched = original_differs(original, &c->insn, c->bytes, &c->original, &traced);
	if (!w->space && (traced || is_trace_nop(w->s, &c->insn)))
		c->note = "FTRACE NOP";
	else if (c->patched)
		c->note = "PATCHED";
}

/* Behind the instruction, crash leaves out what old kernels of x86 wrote there about the BUG(). */
static unsigned behind(const struct session *s, const struct insn *insn)
{
	return s->bug_bytes && strncmp(insn->text, "ud2", 3) == 0 ? s->bug_bytes : 0;
}

/* Show what is in a piece of code that was read; returns how much of it was used. */
static size_t show_piece(struct code_walk *w, struct disassembler *d, struct original *original,
			 const uint8_t *bytes, size_t size, uint64_t at, bool goes_on, uint64_t *shown,
			 bool *done)
{
	size_t used = 0;

	while (used < size && at + used < w->end && !*done && !interrupted()) {
		struct code_insn c = {.bytes = bytes + used};

		/* an instruction that the piece cuts: read on from it */
		if (goes_on && used && size - used < INSN_LONGEST)
			break;
		if (!disassemble(d, c.bytes, size - used, at + used, &c.insn))
			break;
		compare(w, original, &c);
		w->show(w->context, &c);
		used += c.insn.size;
		*done = (w->count && ++*shown == w->count) || c.insn.address >= w->last;
		used += behind(w->s, &c.insn);
	}
	return used;
}

static bool walk(struct code_walk *w, struct disassembler *d, struct original *original)
{
	struct session *s = w->s;
	uint8_t *buffer = arena_alloc(&s->scratch, CHUNK + INSN_LONGEST);
	uint64_t at = w->start, shown = 0;
	enum read_status status = READ_OK;
	bool ok = true, done = false;

	while (!done && ok && at < w->end && !interrupted() && !out_broken(s->out)) {
		/* the last instruction may end behind the end */
		size_t have = 0, used,
		       want = w->end - at < CHUNK ? (size_t)(w->end - at) + INSN_LONGEST : CHUNK;

		/* with a count, the end is not the function's: read no further than can be needed */
		if (w->count && want > (w->count - shown) * INSN_LONGEST)
			want = (size_t)(w->count - shown) * INSN_LONGEST;
		status = target_read_some(s->target, w->space, at, buffer, want, &have);
		if (status == READ_OK)
			have = want;
		used = show_piece(w, d, original, buffer, have, at, status == READ_OK && at + have < w->end,
				  &shown, &done);
		at += used;
		if (!done && status != READ_OK && at < w->end)
			ok = out_error(s->out, "cannot read code at %llx: %s", (unsigned long long)at,
				       read_status_text(status));
		if (!used)
			break;
	}
	w->next = at;
	return ok;
}

bool code_walk(struct code_walk *w)
{
	struct disassembler *d = disassembler_open(w->s->target);
	struct original *original;
	bool ok;

	if (!d)
		return out_error(w->s->out, "%s", fail_text());
	original = w->space ? NULL : original_open(w->s, d, w->start);
	ok = walk(w, d, original);
	disassembler_close(d);
	return ok;
}
