/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bt -t and -T: all addresses of code that lie on a stack. */
#include "base/interrupt.h"
#include "command/bt/bt.h"
#include "linux/fields.h"
#include "target/arch.h"

enum { PLAIN, DECIMAL, HEXADECIMAL };

#define PLACE(OFFSET)                                                                                        \
	"{?function}{function}" OFFSET "{/}{!function}(unknown){/} at {pc}{?module} [{module}]{/}"

static unsigned offset_kind(const struct bt_options *o)
{
	if (!o->offsets)
		return PLAIN;
	return o->hex ? HEXADECIMAL : DECIMAL;
}

#define WORD(OFFSET)                                                                                         \
	{                                                                                                    \
		"{?pc}  [{address}] " PLACE(OFFSET) "\n{/}{?unreadable}  [{address}] <{unreadable}>\n{/}",   \
			NULL                                                                                 \
	}
static const struct shape word_shapes[] = {WORD(""), WORD("+{offset}"), WORD("+0x{offset:x}")};

/* As wide as what stands before the names of words. */
#define START(OFFSET)                                                                                        \
	{                                                                                                    \
		"{?wide}        {/}      START: " PLACE(OFFSET) "\n", NULL                                   \
	}
static const struct shape start_shapes[] = {START(""), START("+{offset}"), START("+0x{offset:x}")};

bool bt_code(struct target *t, uint64_t word, uint64_t *pc)
{
	*pc = target_untag(t, word);
	if (t->arch->code_address)
		*pc = t->arch->code_address(t, *pc);
	return symbols_is_text(t->symbols, *pc);
}

const struct symbol *bt_code_symbol(struct target *t, uint64_t pc, uint64_t *offset)
{
	const struct symbol *symbol = symbol_text_at(t->symbols, pc, offset);

	/* Where a function begins, the one before it may have ended in a call that never returns. */
	if (symbol && *offset == 0 && t->arch->is_call && t->arch->is_call(t, pc, 0) &&
	    !target_is_returned_to(t, pc)) {
		symbol = symbol_text_at(t->symbols, pc - 1, offset);
		*offset += 1;
	}
	return symbol;
}

static void put_place(struct session *s, uint64_t pc, const struct symbol *symbol, uint64_t offset)
{
	put_addr(s->out, "pc", pc);
	if (!symbol)
		return;
	put_str(s->out, "function", symbol->name);
	put_u64(s->out, "offset", offset);
	put_str(s->out, "module", symbols_module_name(s->target->symbols, symbol->module));
}

static void put_words(struct session *s, const struct bt_options *o, uint64_t start, uint64_t end)
{
	const struct shape *shape = &word_shapes[offset_kind(o)];
	struct target *t = s->target;
	uint64_t word, pc = 0, offset = 0;

	list_begin(s->out, "text");
	for (uint64_t at = start; at < end && !interrupted() && !out_broken(s->out); at += t->word_size) {
		enum read_status status = target_read_word(t, at, &word);
		const struct symbol *symbol = NULL;

		/* What lies before the first function is no code. */
		if (status == READ_OK &&
		    (!bt_code(t, word, &pc) || !(symbol = bt_code_symbol(t, pc, &offset))))
			continue;
		rec_begin(s->out, shape);
		put_addr(s->out, "address", at);
		if (symbol) {
			put_place(s, pc, symbol, offset);
		} else {
			/* one line tells about the rest of the page */
			put_str(s->out, "unreadable", read_status_text(status));
			at |= t->page_size - t->word_size;
		}
		rec_end(s->out);
	}
	list_end(s->out);
}

static void put_stack(struct session *s, const struct bt_options *o, const char *name, uint64_t start,
		      uint64_t end)
{
	static const struct shape shape = {NULL, "{?stack}--- <{stack}> ---\n{/}"};

	rec_begin(s->out, &shape);
	put_str(s->out, "stack", name);
	put_addr(s->out, "start", start);
	put_addr(s->out, "end", end);
	put_words(s, o, start, end);
	rec_end(s->out);
}

static void put_start(struct session *s, const struct bt_options *o, const struct frame *f)
{
	uint64_t offset = 0;
	const struct symbol *symbol = bt_frame_symbol(s, f, &offset);

	obj_begin(s->out, "start");
	rec_begin(s->out, &start_shapes[offset_kind(o)]);
	if (out_view(s->out) == OUT_TEXT)
		put_bool(s->out, "wide", s->target->word_size == 8);
	put_place(s, f->pc, symbol, offset);
	rec_end(s->out);
	obj_end(s->out);
}

/* A struct thread_info at the stack's end is no part of it: it has pointers to functions. */
static uint64_t first_word(struct session *s, const struct task *task, const struct stack *stack)
{
	uint64_t info;

	if (task_thread_info(s->kernel, task, &info) && info == stack->start)
		return info + size_of(s->target, "thread_info");
	return stack->start;
}

void bt_text(struct session *s, const struct bt_options *o, const struct task *task,
	     const struct trace *trace, const struct stack *stack)
{
	bool all = o->view == BT_ALL_TEXT, known = trace->n || trace->started_in_user, own = false;

	if (trace->n && !all)
		put_start(s, o, &trace->frames[0]);
	list_begin(s->out, "stacks");
	for (size_t i = 0; i < trace->n; i++) {
		const struct frame *f = &trace->frames[i];
		uint64_t start = f->sp;

		if (!f->stack_end || (i && f->stack_end == f[-1].stack_end))
			continue;
		own |= f->stack_end == stack->end;
		if (all)
			start = f->stack_end == stack->end ? first_word(s, task, stack) : f->stack_start;
		put_stack(s, o, f->stack, start, f->stack_end);
	}
	if (!own && (all || !known))
		put_stack(s, o, NULL, first_word(s, task, stack), stack->end);
	list_end(s->out);
	bt_put_user(s, trace);
}
