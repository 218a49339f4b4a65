/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of an exception as a record. */
#include "command/bt/bt.h"
#include "target/arch.h"

/* The function that the link register of an exception frame leads to. */
static void put_link(struct session *s, const uint64_t *slots)
{
	const struct arch *arch = s->target->arch;

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

void bt_put_exception(struct session *s, const struct bt_exception *e)
{
	const struct arch *arch = s->target->arch;
	static struct shape shape; /* the architecture does not change while a dump is open */
	const struct symbol *symbol;
	uint64_t offset;

	shape.head = arch->eframe_shape;
	obj_begin(s->out, "exception");
	rec_begin(s->out, arch->eframe_shape ? &shape : NULL);
	if (e->address)
		put_addr(s->out, "frame", e->address);
	put_bool(s->out, "user", e->user);
	put_bool(s->out, "partial", e->partial);
	symbol = e->user ? NULL : symbol_text_at(s->target->symbols, e->pc, &offset);
	if (symbol) {
		put_str(s->out, "function", symbol->name);
		put_u64(s->out, "offset", offset);
		put_str(s->out, "module", symbols_module_name(s->target->symbols, symbol->module));
	}
	if (arch->eframe_title)
		put_str(s->out, "title", arch->eframe_title(e->slots));
	if (!e->user && arch->link >= 0)
		put_link(s, e->slots);
	if (e->file) {
		put_str(s->out, "file", e->file);
		put_u64(s->out, "line", e->line);
	}
	for (size_t i = 0; i < arch->pt_regs->n_slots && i < EFRAME_MAX_SLOTS; i++) {
		const struct reg_slot *slot = &arch->pt_regs->slots[i];

		if (e->unknown >> i & 1)
			continue;
		if (slot->size == s->target->word_size)
			put_addr(s->out, slot->name, e->slots[i]);
		else
			put_hex(s->out, slot->name, e->slots[i]);
	}
	rec_end(s->out);
	obj_end(s->out);
}

/* A CPU that was in user mode: its registers are all there is. */
static void put_start(struct session *s, const struct regs *start)
{
	const struct reg_layout *layout = s->target->arch->pt_regs;
	uint64_t slots[EFRAME_MAX_SLOTS] = {0};
	struct bt_exception e = {.user = true, .slots = slots};

	for (size_t i = 0; i < layout->n_slots && i < EFRAME_MAX_SLOTS; i++) {
		int number = layout->slots[i].number;

		if (number >= 0 && regs_known(start, (unsigned)number))
			slots[i] = start->value[number];
		else
			e.unknown |= 1ULL << i;
	}
	bt_put_exception(s, &e);
}

void bt_put_user(struct session *s, const struct trace *trace)
{
	const struct frame *last = trace->n ? &trace->frames[trace->n - 1] : NULL;

	if (!last && trace->started_in_user)
		put_start(s, &trace->start);
	else if (last && last->has_eframe && last->eframe_user)
		bt_put_exception(s, &(struct bt_exception){.address = last->eframe_address,
							   .user = true,
							   .partial = last->eframe_partial,
							   .slots = last->eframe_slots});
}
