/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bt -R: does what would be shown of a task mention a symbol or a value? */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/bt/bt.h"
#include "target/arch.h"

bool bt_reference(struct session *s, const char *text, struct bt_reference *r)
{
	uint64_t address;

	*r = (struct bt_reference){0};
	if (session_symbol(s, text, &address)) {
		const char *colon = strchr(text, ':');

		r->symbol = arena_strdup(&s->scratch, colon ? colon + 1 : text);
		return true;
	}
	return session_address(s, text, &r->value) || out_error(s->out, "-R: %s", fail_text());
}

static bool is_symbol(const struct bt_reference *r, const struct symbol *symbol)
{
	return r->symbol && symbol && strcmp(symbol->name, r->symbol) == 0;
}

static bool is_value(const struct bt_reference *r, uint64_t value)
{
	return !r->symbol && value == r->value;
}

static bool exception_mentions(struct session *s, const struct bt_reference *r, const struct frame *f)
{
	const struct arch *arch = s->target->arch;

	for (size_t i = 0; i < arch->pt_regs->n_slots && i < EFRAME_MAX_SLOTS; i++)
		if (is_value(r, f->eframe_slots[i]))
			return true;
	return !f->eframe_user && regs_known(&f->eframe, arch->pc) &&
	       is_symbol(r, symbol_text_at(s->target->symbols, f->eframe.value[arch->pc], NULL));
}

static bool frame_mentions(struct session *s, const struct bt_reference *r, const struct frame *f)
{
	uint64_t offset;

	return is_value(r, f->pc) || is_value(r, f->sp) || is_symbol(r, bt_frame_symbol(s, f, &offset)) ||
	       (f->has_eframe && exception_mentions(s, r, f));
}

static bool word_mentions(struct session *s, const struct bt_options *o, uint64_t word)
{
	const struct bt_reference *r = &o->reference;
	struct target *t = s->target;
	uint64_t pc, offset;

	if (o->view == BT_TEXT || o->view == BT_ALL_TEXT)
		return bt_code(t, word, &pc) &&
		       (is_value(r, pc) || (r->symbol && is_symbol(r, bt_code_symbol(t, pc, &offset))));
	if (is_value(r, word))
		return true;
	return r->symbol && (o->symbols != MEMORY_PLAIN || o->view == BT_RAW) &&
	       is_symbol(r, symbol_at(t->symbols, word, NULL));
}

static bool memory_mentions(struct session *s, const struct bt_options *o, uint64_t start, uint64_t end)
{
	struct target *t = s->target;
	uint64_t word;

	for (uint64_t at = start; at < end && !interrupted(); at += t->word_size) {
		if (target_read_word(t, at, &word) != READ_OK)
			at |= t->page_size - t->word_size; /* a missing page mentions nothing */
		else if (word_mentions(s, o, word))
			return true;
	}
	return false;
}

bool bt_mentions(struct session *s, const struct bt_options *o, const struct trace *trace,
		 const struct stack *stack)
{
	uint64_t start, end;

	if (o->view == BT_RAW || o->view == BT_ALL_TEXT)
		return memory_mentions(s, o, stack->start, stack->end);
	for (size_t i = 0; i < trace->n; i++) {
		if (frame_mentions(s, &o->reference, &trace->frames[i]))
			return true;
		if ((o->memory || o->view == BT_TEXT) &&
		    bt_frame_extent(s->target, trace, stack, i, &start, &end) &&
		    memory_mentions(s, o, start, end))
			return true;
	}
	return false;
}
