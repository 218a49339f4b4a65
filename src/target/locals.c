/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "target/locals.h"

#include <dwarf.h>
#include <string.h>

#include "base/error.h"
#include "debuginfo/dwarf_locals.h"
#include "debuginfo/dwarf_object.h"
#include "target/arch.h"

enum {
	MOST_BYTES = 1 << 16, /* of an object that is put together from registers */
	MOST_CALLERS = 16,    /* that a value at the entry may come from */
};

/* What an expression sees: a frame, and through it the frames that called it. */
struct view {
	struct target *t;
	const struct trace *trace;
	size_t index;
	struct arena *arena;
	struct dwarf *d;
	uint64_t unit;                  /* of the expression */
	struct dwarf_identity function; /* the frame's */
	unsigned depth;
	enum read_status status; /* of a read that failed */
};

static bool view_reg(void *context, uint64_t n, uint64_t *value)
{
	const struct view *v = context;
	const struct regs *r = &v->trace->frames[v->index].regs;

	if (n >= REGS_MAX || !regs_known(r, (unsigned)n))
		return false;
	*value = r->value[n];
	return true;
}

static enum read_status view_read(void *context, uint64_t address, void *buffer, size_t size)
{
	struct view *v = context;

	v->status = target_read(v->t, address & target_word_mask(v->t), buffer, size);
	return v->status;
}

static bool view_base_type(void *context, uint64_t entry, struct expr_base *type)
{
	const struct view *v = context;

	return dwarf_base_type(v->d, v->unit, entry, type);
}

/* The register that is all of an expression. */
static bool register_of(const uint8_t *expr, size_t size, uint64_t *reg)
{
	struct cursor c = cursor_over(expr, size, ORDER_LITTLE, 8);
	uint8_t op = cursor_u8(&c);

	if (op >= DW_OP_reg0 && op <= DW_OP_reg31)
		*reg = (uint64_t)(op - DW_OP_reg0);
	else if (op == DW_OP_regx)
		*reg = cursor_uleb(&c);
	else
		return false;
	return !c.failed && !cursor_left(&c);
}

static bool number_in(struct view *v, const struct dwarf_place *place, uint64_t *value);

/* GCC takes parts out of functions, and what is left jumps to them: then the call was one of the whole. */
static bool is_part(struct target *t, const struct frame *f)
{
	const struct symbol *symbol = symbol_text_at(t->symbols, frame_lookup_pc(f), NULL);

	return !symbol || strstr(symbol->name, ".part.") != NULL;
}

/*
 * A register as it was when the frame's function was entered: what the call in its caller passed, if that
 * call is one of this very function. One that went to another function, which jumped to this one, tells
 * nothing.
 */
static bool view_entry_value(void *context, const uint8_t *expr, size_t size, uint64_t *value)
{
	struct view *v = context;
	const struct frame *f = &v->trace->frames[v->index], *caller = f + 1;
	struct dwarf_place place;
	struct dwarf_identity callee;
	bool found;
	uint64_t reg;
	struct view outer = *v;

	if (!register_of(expr, size, &reg))
		return fail("the value of an expression at the entry of its function is not known");
	if (v->depth >= MOST_CALLERS || v->index + 1 >= v->trace->n || f->has_eframe || caller->exact_pc ||
	    !caller->reliable || !(outer.d = target_dwarf_at(v->t, caller->pc - 1)))
		return fail("register %u at the entry of its function: the caller does not tell",
			    (unsigned)reg);
	found = dwarf_call_value(outer.d, caller->pc, reg, &place, &callee);
	if (!found || !dwarf_same_function(&callee, &v->function) || is_part(v->t, f))
		return fail("register %u at the entry of its function: the call does not tell",
			    (unsigned)reg);
	outer.index++;
	outer.depth++;
	found = number_in(&outer, &place, value);
	v->status = outer.status;
	return found;
}

static struct expr_env env_of(struct view *v)
{
	return (struct expr_env){
		.context = v,
		.reg = view_reg,
		.read = view_read,
		.base_type = view_base_type,
		.entry_value = view_entry_value,
		.order = v->t->order,
		.word_size = v->t->word_size,
		.slide = dwarf_slide(v->d),
	};
}

static bool frame_base_number(struct view *v, const struct dwarf_place *place, const struct expr_env *base,
			      uint64_t *number)
{
	struct expr_result result;

	v->unit = place->unit;
	if (place->kind != PLACE_EXPR || !expr_eval(base, place->bytes, place->size, NULL, &result) ||
	    result.n_pieces)
		return false;
	*number = result.whole.value;
	if (result.whole.kind == EXPR_REGISTER)
		return view_reg(v, result.whole.value, number);
	return result.whole.kind == EXPR_ADDRESS || result.whole.kind == EXPR_VALUE;
}

/* Give @env the CFA and the frame base, as far as they are known. */
static void set_bases(struct view *v, struct expr_env *env)
{
	struct dwarf_function function;

	v->function = (struct dwarf_identity){0};
	env->has_cfa = trace_cfa(v->t, v->trace, v->index, &env->cfa);
	if (dwarf_function_at(v->d, frame_lookup_pc(&v->trace->frames[v->index]), &function)) {
		v->function = function.identity;
		env->has_frame_base = frame_base_number(v, &function.frame_base, env, &env->frame_base);
	}
	fail_clear();
}

/* What a call passes, in the frame that made it. */
static bool number_in(struct view *v, const struct dwarf_place *place, uint64_t *value)
{
	struct expr_env env = env_of(v);
	struct expr_result result;

	set_bases(v, &env);
	if (v->t->arch->mistold_frame_base)
		env.has_frame_base = false;
	v->unit = place->unit;
	if (!expr_eval(&env, place->bytes, place->size, NULL, &result))
		return false;
	if (result.n_pieces)
		return fail("the call passes no single value");
	*value = result.whole.value;
	if (result.whole.kind == EXPR_REGISTER)
		return view_reg(v, result.whole.value, value) || fail("the register is not known");
	return result.whole.kind == EXPR_ADDRESS || result.whole.kind == EXPR_VALUE ||
	       fail("the call does not tell the value");
}

/* ---- values ---- */

static bool object_new(struct arena *a, uint64_t size, struct expr_object *o)
{
	if (size == 0 || size > MOST_BYTES)
		return false;
	*o = (struct expr_object){
		.bytes = arena_zalloc(a, size), .lost = arena_zalloc(a, size), .size = size};
	return true;
}

/* All of a value is not known, and @why (NULL: it was optimized out). */
static void unknown(struct view *v, struct value *value, const char *why)
{
	struct expr_object o;

	value->why = why;
	if (object_new(v->arena, type_size(v->t->types, value->type), &o)) {
		memset(o.lost, 1, o.size);
		value->bytes = o.bytes;
		value->lost = o.lost;
	} else {
		value->lost = (const uint8_t *)"\1";
	}
}

static void from_expression(struct view *v, const struct expr_env *bases, const struct dwarf_place *place,
			    struct value *value)
{
	uint64_t size = type_size(v->t->types, value->type);
	struct expr_env changed = *bases;
	const struct expr_env *env = &changed;
	struct expr_result result;
	struct expr_object o;

	v->unit = place->unit;
	v->status = READ_OK;
	if (place->listed && v->t->arch->mistold_frame_base)
		changed.has_frame_base = false;
	if (!expr_eval(env, place->bytes, place->size, NULL, &result)) {
		unknown(v, value,
			v->status == READ_OK ? arena_strdup(v->arena, fail_text())
					     : read_status_text(v->status));
		fail_clear();
		return;
	}
	if (!result.n_pieces && result.whole.kind == EXPR_ADDRESS) {
		value->in_memory = true;
		value->address = result.whole.value & target_word_mask(v->t);
		return;
	}
	if (!object_new(v->arena, size, &o)) {
		unknown(v, value, NULL);
		return;
	}
	expr_assemble(env, &result, &o);
	value->bytes = o.bytes;
	value->lost = memchr(o.lost, 1, size) ? o.lost : NULL;
	value->why = o.why;
}

static void find_value(struct view *v, const struct expr_env *env, const struct dwarf_local *local,
		       struct value *value)
{
	const struct dwarf_place *place = &local->place;
	uint64_t size = type_size(v->t->types, local->type);
	struct expr_object o;

	*value = (struct value){.type = local->type};
	switch (place->kind) {
	case PLACE_NOWHERE: unknown(v, value, NULL); return;
	case PLACE_EXPR: from_expression(v, env, place, value); return;
	case PLACE_NUMBER:
	case PLACE_BYTES: break;
	}
	if (!object_new(v->arena, size, &o) || (place->kind == PLACE_BYTES && place->size < size)) {
		unknown(v, value, NULL);
		return;
	}
	if (place->kind == PLACE_BYTES)
		memcpy(o.bytes, place->bytes, size);
	else if (size > 8)
		put_uint(o.bytes + (v->t->order == ORDER_BIG ? size - 8 : 0), 8, place->number, v->t->order);
	else
		put_uint(o.bytes, (size_t)size, place->number, v->t->order);
	value->bytes = o.bytes;
}

size_t trace_locals(struct target *t, const struct trace *trace, size_t index, struct arena *a,
		    struct local_scope **scopes)
{
	const struct frame *f = &trace->frames[index];
	struct view v = {.t = t, .trace = trace, .index = index, .arena = a};
	struct dwarf_scope *list;
	struct expr_env env;
	size_t n;

	v.d = target_dwarf_at(t, frame_lookup_pc(f));
	n = v.d ? dwarf_scopes(v.d, frame_lookup_pc(f), a, &list) : 0;
	*scopes = arena_new_n(a, n + 1, struct local_scope);
	if (!n)
		return 0;
	env = env_of(&v);
	set_bases(&v, &env);
	for (size_t i = 0; i < n; i++) {
		struct local_scope *scope = &(*scopes)[i];

		*scope = (struct local_scope){.function = list[i].function,
					      .inlined = list[i].inlined,
					      .file = list[i].file,
					      .line = list[i].line,
					      .list = arena_new_n(a, list[i].n + 1, struct local),
					      .n = list[i].n};
		for (size_t k = 0; k < list[i].n; k++) {
			scope->list[k].name = list[i].locals[k].name;
			scope->list[k].argument = list[i].locals[k].argument;
			find_value(&v, &env, &list[i].locals[k], &scope->list[k].value);
		}
	}
	fail_clear();
	return n;
}
