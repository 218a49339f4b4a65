/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bt -f, -F and -r: the memory of frames and of whole stacks. */
#include "base/interrupt.h"
#include "base/text.h"
#include "command/bt/bt.h"
#include "target/arch.h"

/* A row is of 16 bytes; no kernel stack is larger than the other. */
enum { ROW = 16, EXTENT_MAX = 1 << 20 };

static bool frame_sp(const struct target *t, const struct frame *f, uint64_t *sp)
{
	*sp = f->regs.value[t->arch->sp];
	return regs_known(&f->regs, t->arch->sp);
}

/* Where the outermost frame of a trace ends: below the registers of user mode, else with its stack. */
static uint64_t outermost_end(struct target *t, const struct stack *stack, const struct frame *f,
			      uint64_t start)
{
	uint64_t user = 0;

	if (f->has_eframe && f->eframe_user && f->eframe_address >= start &&
	    f->eframe_address <= f->stack_end)
		return f->eframe_address;
	if (!f->stack && stack->end == f->stack_end && t->arch->user_regs)
		user = t->arch->user_regs(t, stack);
	return user >= start && user <= f->stack_end ? user : f->stack_end;
}

bool bt_frame_extent(struct target *t, const struct trace *trace, const struct stack *stack, size_t i,
		     uint64_t *start, uint64_t *end)
{
	const struct frame *f = &trace->frames[i], *outer = f + 1;

	if (!f->stack_end || !frame_sp(t, f, start))
		return false;
	if (i + 1 == trace->n)
		*end = outermost_end(t, stack, f, *start);
	else if (outer->stack_end != f->stack_end)
		*end = f->stack_end; /* the outermost frame of its stack */
	else if (!frame_sp(t, outer, end))
		return false;
	return *end >= *start && *end - *start <= EXTENT_MAX;
}

static const struct shape row_shape = {
	"{?words}    {address}: {words}\n{/}{?unreadable}    {address}: <{unreadable}>\n{/}", NULL};

void bt_put_memory(struct session *s, const struct bt_options *o, uint64_t start, uint64_t end)
{
	const struct memory_view view = {
		.width = s->target->word_size, .symbols = o->symbols, .no_ascii = true};
	struct text buffer = {0};
	uint64_t step;

	list_begin(s->out, "memory");
	for (uint64_t at = start; at < end && end - at >= view.width && !interrupted() && !out_broken(s->out);
	     at += step) {
		uint8_t row[ROW];
		size_t got = 0, size = end - at < ROW ? (size_t)(end - at) : ROW;
		enum read_status status = target_read_some(s->target, NULL, at, row, size, &got);

		got -= got % view.width;
		rec_begin(s->out, &row_shape);
		put_addr(s->out, "address", at);
		if (got) {
			memory_put_words(s, &view, row, got, &buffer);
			step = got;
		} else {
			/* one row tells about the rest of the page */
			put_str(s->out, "unreadable", read_status_text(status));
			step = s->target->page_size - (at & (s->target->page_size - 1));
		}
		rec_end(s->out);
	}
	list_end(s->out);
	text_free(&buffer);
}

bool bt_raw(struct session *s, const struct bt_options *o, const struct stack *stack)
{
	const struct memory_view view = {.width = s->target->word_size,
					 .symbols = o->symbols == MEMORY_PLAIN ? MEMORY_SYMBOLS : o->symbols,
					 .no_ascii = true};
	uint64_t start = stack->start;

	if (o->start.has_sp && o->start.sp >= stack->start && o->start.sp < stack->end)
		start = o->start.sp;
	return memory_rows(s, &view, start, (stack->end - start) / view.width);
}
