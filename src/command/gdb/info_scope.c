/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info scope: the variables that can be seen at a place in the code, and where they are there. */
#include <dwarf.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "command/code/source.h"
#include "command/gdb/gdb.h"
#include "command/gdb/gdb_place.h"
#include "command/gdb/info.h"
#include "debuginfo/dwarf_locals.h"
#include "target/arch.h"
#include "type/declare.h"

static const struct shape head_shape = {"Scope for {function}{?offset} + {offset}{/}:\n", NULL};
static const struct shape function_shape = {"{?several}In {function}{?inlined} (inlined){/}:\n{/}", NULL};
static const struct shape symbol_shape = {"Symbol {name} is {where}{?length}, length {length}{/}.\n", NULL};

/* ---- where a variable is ---- */

static const char *register_name(struct session *s, uint64_t number)
{
	const struct reg_layout *layout = s->target->arch->pt_regs;

	for (size_t i = 0; layout && i < layout->n_slots; i++)
		if (layout->slots[i].number >= 0 && (uint64_t)layout->slots[i].number == number)
			return arena_printf(&s->scratch, "$%s", layout->slots[i].name);
	return arena_printf(&s->scratch, "register %llu", (unsigned long long)number);
}

/* Expressions of one operation, and what may stand behind it to say that the result is the value. */
static const char *one_operation(struct session *s, struct cursor *c, uint8_t op, struct dwarf *d)
{
	int64_t offset;
	uint64_t reg;

	if (op >= DW_OP_reg0 && op <= DW_OP_reg31)
		return arena_printf(&s->scratch, "a variable in %s", register_name(s, op - DW_OP_reg0));
	if (op == DW_OP_regx)
		return arena_printf(&s->scratch, "a variable in %s", register_name(s, cursor_uleb(c)));
	if (op == DW_OP_fbreg)
		return arena_printf(&s->scratch, "a variable at frame base%+lld", (long long)cursor_sleb(c));
	if (op == DW_OP_addr)
		return arena_printf(&s->scratch, "static storage at address 0x%llx",
				    (unsigned long long)((cursor_word(c) + dwarf_slide(d)) &
							 target_word_mask(s->target)));
	if ((op >= DW_OP_breg0 && op <= DW_OP_breg31) || op == DW_OP_bregx) {
		reg = op == DW_OP_bregx ? cursor_uleb(c) : (uint64_t)(op - DW_OP_breg0);
		offset = cursor_sleb(c);
		return arena_printf(&s->scratch, "a variable at %s%+lld", register_name(s, reg),
				    (long long)offset);
	}
	return NULL;
}

static const char *where_is(struct session *s, const struct dwarf_place *p, struct dwarf *d)
{
	const char *simple = NULL;
	struct cursor c;

	switch (p->kind) {
	case PLACE_NOWHERE: return "optimized out here";
	case PLACE_NUMBER: return arena_printf(&s->scratch, "constant %lld", (long long)p->number);
	case PLACE_BYTES: return "constant bytes";
	case PLACE_EXPR: break;
	}
	c = cursor_over(p->bytes, p->size, s->target->order, s->target->word_size);
	if (p->size)
		simple = one_operation(s, &c, cursor_u8(&c), d);
	if (simple && !c.failed && !cursor_left(&c))
		return simple;
	return "computed by a DWARF expression of several operations";
}

/* ---- the scopes ---- */

static void show_local(struct session *s, struct dwarf *d, const struct dwarf_local *v)
{
	struct text type = {0};

	rec_begin(s->out, &symbol_shape);
	put_str(s->out, "name", v->name);
	put_str(s->out, "where", where_is(s, &v->place, d));
	if (v->type) {
		put_u64(s->out, "length", type_size(s->target->types, v->type));
		if (out_view(s->out) == OUT_JSON) {
			type_declare(s->target->types, v->type, NULL, &type);
			put_str(s->out, "type", text_str(&type));
			text_free(&type);
		}
	}
	if (out_view(s->out) == OUT_JSON)
		put_bool(s->out, "argument", v->argument);
	rec_end(s->out);
}

static void show_scope(struct session *s, struct dwarf *d, const struct dwarf_scope *scope, bool several)
{
	rec_begin(s->out, &function_shape);
	put_str(s->out, "function", scope->function);
	put_bool(s->out, "inlined", scope->inlined);
	if (out_view(s->out) == OUT_TEXT)
		put_bool(s->out, "several", several);
	list_begin(s->out, "symbols");
	for (size_t i = 0; i < scope->n; i++)
		if (scope->locals[i].name)
			show_local(s, d, &scope->locals[i]);
	list_end(s->out);
	rec_end(s->out);
}

static bool find(struct session *s, const char *text, uint64_t *address)
{
	struct gdb_place place;
	const char *file;
	unsigned line;

	if (!*text)
		return gdb_frame_pc(s, address);
	if (!gdb_file_line(s, text, &file, &line))
		return gdb_address(s, text, address);
	if (!gdb_places_of_line(s, file, line, &place, 1))
		return false;
	*address = place.address;
	return true;
}

static bool run(struct session *s, int argc, char **argv)
{
	const char *text = gdb_words(s, argc, argv);
	struct dwarf_scope *list;
	const struct symbol *symbol;
	uint64_t address, offset = 0;
	struct dwarf *d;
	size_t n;

	if (!session_target(s))
		return false;
	if (!find(s, text, &address))
		return out_error(s->out, "%s", fail_text());
	d = source_dwarf(s, address);
	n = d ? dwarf_scopes(d, address, &s->scratch, &list) : 0;
	if (!n)
		return out_error(s->out, "debug information tells of no function at 0x%llx",
				 (unsigned long long)address);
	symbol = symbol_text_at(s->target->symbols, address, &offset);
	rec_begin(s->out, &head_shape);
	put_str(s->out, "function", symbol ? symbol->name : list[n - 1].function);
	put_u64(s->out, "offset", offset);
	put_addr(s->out, "address", address);
	list_begin(s->out, "scopes");
	for (size_t i = 0; i < n; i++)
		show_scope(s, d, &list[i], n > 1);
	list_end(s->out);
	rec_end(s->out);
	return true;
}

const struct info_word info_scope = {
	.name = "scope",
	.synopsis = "function | file:line | *address",
	.summary = "the variables that can be seen at a place, and where they are",
	.run = run,
};
