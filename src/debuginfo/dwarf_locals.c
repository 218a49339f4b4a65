/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_locals.h"

#include <dwarf.h>
#include <string.h>

#include "base/vec.h"
#include "debuginfo/dwarf_loclist.h"
#include "debuginfo/dwarf_make.h"

enum { MOST_SCOPES = 64, MOST_BLOCKS = 8, MOST_CHILDREN = 1 << 16, MOST_LOCALS = 4096 };

typedef VEC(struct dwarf_local) local_list;

uint64_t dwarf_slide(const struct dwarf *d)
{
	return d->slide;
}

/* ---- where a variable is ---- */

static uint64_t section_offset(Dwarf_Die *unit, unsigned name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	return dwarf_attr(unit, name, &attr) && dwarf_formudata(&attr, &value) == 0 ? value : 0;
}

struct unit_addresses {
	struct dwarf *d;
	uint64_t base;
	uint8_t size;
};

/* .debug_addr of units that name their addresses by number. */
static bool unit_address(void *context, uint64_t index, uint64_t *address)
{
	const struct unit_addresses *u = context;
	uint64_t where;
	size_t size;
	const uint8_t *data = dwarf_section(u->d, ".debug_addr", &size, &where);
	struct cursor c;

	if (!data || u->base > size || index > size)
		return false;
	c = cursor_over(data, size, elf_file_order(u->d->elf), u->size);
	if (!cursor_seek(&c, u->base + index * u->size))
		return false;
	*address = cursor_uint(&c, u->size);
	return !c.failed;
}

static const uint8_t *list_section(struct dwarf *d, unsigned version, size_t *size)
{
	uint64_t address;
	const uint8_t *data =
		dwarf_section(d, version < 5 ? ".debug_loc" : ".debug_loclists", size, &address);

	return data || version >= 5 ? data : dwarf_section(d, ".zdebug_loc", size, &address);
}

/* The expression for a file address in the list that @attr names. */
static void from_list(struct dwarf *d, Dwarf_Die *unit, Dwarf_Attribute *attr, uint64_t address,
		      struct dwarf_place *place)
{
	struct unit_addresses addresses = {.d = d, .base = section_offset(unit, DW_AT_addr_base)};
	struct loclist l = {.order = elf_file_order(d->elf), .address = unit_address, .context = &addresses};
	uint8_t address_size, offset_size;
	Dwarf_Half version;
	Dwarf_Addr base;
	Dwarf_Word offset;
	Dwarf_Die die;

	if (!dwarf_cu_die(unit->cu, &die, &version, NULL, &address_size, &offset_size, NULL, NULL) ||
	    dwarf_formudata(attr, &offset) != 0)
		return;
	addresses.size = address_size;
	l.address_size = address_size;
	l.version = version;
	l.data = list_section(d, version, &l.size);
	if (dwarf_lowpc(unit, &base) == 0)
		l.base = base;
	if (!l.data ||
	    (dwarf_whatform(attr) == DW_FORM_loclistx &&
	     !loclist_offset(&l, section_offset(unit, DW_AT_loclists_base), offset, offset_size, &offset)))
		return;
	place->listed = true;
	if (loclist_find(&l, offset, address, &place->bytes, &place->size))
		place->kind = PLACE_EXPR;
}

static void place_of_attribute(struct dwarf *d, Dwarf_Attribute *attr, uint64_t address,
			       struct dwarf_place *place)
{
	Dwarf_Block block;
	Dwarf_Die unit;

	*place = (struct dwarf_place){.kind = PLACE_NOWHERE};
	if (!dwarf_cu_die(attr->cu, &unit, NULL, NULL, NULL, NULL, NULL, NULL))
		return;
	place->unit = dwarf_dieoffset(&unit) - dwarf_cuoffset(&unit);
	switch (dwarf_whatform(attr)) {
	case DW_FORM_exprloc:
	case DW_FORM_block:
	case DW_FORM_block1:
	case DW_FORM_block2:
	case DW_FORM_block4:
		if (dwarf_formblock(attr, &block) != 0)
			return;
		place->kind = PLACE_EXPR;
		place->bytes = block.data;
		place->size = block.length;
		return;
	default: from_list(d, &unit, attr, address, place);
	}
}

static void constant(Dwarf_Die *die, struct dwarf_place *place)
{
	Dwarf_Attribute attr;
	Dwarf_Block block;
	Dwarf_Sword value;
	Dwarf_Word word;
	unsigned form;

	if (!dwarf_attr_integrate(die, DW_AT_const_value, &attr))
		return;
	form = dwarf_whatform(&attr);
	*place = (struct dwarf_place){.kind = PLACE_NUMBER};
	if (dwarf_formblock(&attr, &block) == 0)
		*place = (struct dwarf_place){.kind = PLACE_BYTES, .bytes = block.data, .size = block.length};
	/* compilers write what is not negative in forms without a sign, whatever the type */
	else if ((form == DW_FORM_sdata || form == DW_FORM_implicit_const) &&
		 dwarf_formsdata(&attr, &value) == 0)
		place->number = (uint64_t)value;
	else if (dwarf_formudata(&attr, &word) == 0)
		place->number = word;
	else
		place->kind = PLACE_NOWHERE;
}

static void place_of(struct dwarf *d, Dwarf_Die *die, uint64_t address, struct dwarf_place *place)
{
	Dwarf_Attribute attr;

	*place = (struct dwarf_place){.kind = PLACE_NOWHERE};
	if (dwarf_attr_integrate(die, DW_AT_location, &attr))
		place_of_attribute(d, &attr, address, place);
	else
		constant(die, place);
}

/* ---- variables of a scope ---- */

static struct dwarf_types *local_types(struct dwarf *d)
{
	if (!d->local_types)
		d->local_types = dwarf_types(d, &d->arena, elf_file_path(d->elf));
	return d->local_types->data;
}

static bool is_variable(Dwarf_Die *die, bool arguments)
{
	return dwarf_tag(die) == (arguments ? DW_TAG_formal_parameter : DW_TAG_variable) &&
	       dwarf_hasattr(die, DW_AT_declaration) <= 0 && dwarf_diename(die);
}

static void fill(struct dwarf *d, Dwarf_Die *die, uint64_t address, struct dwarf_local *local)
{
	local->name = dwarf_diename(die);
	local->argument = dwarf_tag(die) == DW_TAG_formal_parameter;
	local->type = dwarf_make_type_of(local_types(d), die);
	place_of(d, die, address, &local->place);
}

static bool origin_of(Dwarf_Die *die, Dwarf_Die *origin)
{
	Dwarf_Attribute attr;

	return dwarf_attr(die, DW_AT_abstract_origin, &attr) && dwarf_formref_die(&attr, origin);
}

/* Has @scope, or a block inside it, a variable that is the instance of @variable? */
static bool has_instance(Dwarf_Die *scope, Dwarf_Die *variable, unsigned depth)
{
	Dwarf_Die child, origin;
	unsigned seen = 0;

	for (int status = dwarf_child(scope, &child); status == 0 && seen < MOST_CHILDREN;
	     status = dwarf_siblingof(&child, &child), seen++) {
		int tag = dwarf_tag(&child);

		if ((tag == DW_TAG_formal_parameter || tag == DW_TAG_variable) &&
		    origin_of(&child, &origin) && dwarf_dieoffset(&origin) == dwarf_dieoffset(variable))
			return true;
		if (tag == DW_TAG_lexical_block && depth < MOST_BLOCKS &&
		    has_instance(&child, variable, depth + 1))
			return true;
	}
	return false;
}

/* Variables of @scope itself; then those that its abstract form has and this instance no longer does. */
static void add_variables(struct dwarf *d, Dwarf_Die *scope, uint64_t address, bool arguments,
			  struct arena *a, local_list *list)
{
	Dwarf_Die child, abstract;
	unsigned seen = 0;
	int status;

	for (status = dwarf_child(scope, &child);
	     status == 0 && seen < MOST_CHILDREN && list->n < MOST_LOCALS;
	     status = dwarf_siblingof(&child, &child), seen++) {
		if (is_variable(&child, arguments))
			fill(d, &child, address, vec_push(a, list));
	}
	if (!origin_of(scope, &abstract))
		return;
	for (status = dwarf_child(&abstract, &child), seen = 0;
	     status == 0 && seen < MOST_CHILDREN && list->n < MOST_LOCALS;
	     status = dwarf_siblingof(&child, &child), seen++) {
		if (is_variable(&child, arguments) && !has_instance(scope, &child, 0))
			fill(d, &child, address, vec_push(a, list));
	}
}

/* ---- scopes ---- */

static bool is_function(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* Along the references from an instance to what it is one of, and from a definition to its declaration. */
static void identify(const struct dwarf *d, Dwarf_Die *function, struct dwarf_identity *id)
{
	Dwarf_Attribute attr;
	Dwarf_Die die = *function, next;

	for (int i = 0; i < MOST_BLOCKS; i++) {
		if ((!dwarf_attr(&die, DW_AT_abstract_origin, &attr) &&
		     !dwarf_attr(&die, DW_AT_specification, &attr)) ||
		    !dwarf_formref_die(&attr, &next))
			break;
		die = next;
	}
	*id = (struct dwarf_identity){.d = d,
				      .name = dwarf_diename(&die),
				      .root = dwarf_dieoffset(&die),
				      .external = dwarf_hasattr(&die, DW_AT_external) > 0};
}

bool dwarf_same_function(const struct dwarf_identity *a, const struct dwarf_identity *b)
{
	if (a->d == b->d && a->root == b->root)
		return true;
	return a->external && b->external && a->name && b->name && strcmp(a->name, b->name) == 0;
}

size_t dwarf_scopes(struct dwarf *d, uint64_t address, struct arena *a, struct dwarf_scope **list)
{
	struct dwarf_inline places[MOST_SCOPES];
	Dwarf_Die cu, chain[MOST_SCOPES];
	size_t n, n_places = dwarf_inlines(d, address, places, MOST_SCOPES), n_scopes = 0;
	struct dwarf_scope *scopes;

	address -= d->slide;
	if (!dwarf_cu_at(d, address, &cu))
		return 0;
	n = dwarf_scope_chain(&cu, address, true, chain, MOST_SCOPES);
	scopes = arena_new_n(a, n + 1, struct dwarf_scope);
	/* from the innermost on: blocks belong to the function around them */
	for (size_t i = n; i > 0;) {
		struct dwarf_scope *scope = &scopes[n_scopes];
		local_list locals = {0};
		size_t function = i - 1;

		while (function > 0 && !is_function(&chain[function]))
			function--;
		add_variables(d, &chain[function], address, true, a, &locals);
		for (; i > function; i--)
			add_variables(d, &chain[i - 1], address, false, a, &locals);
		scope->function = dwarf_diename(&chain[function]);
		scope->inlined = dwarf_tag(&chain[function]) == DW_TAG_inlined_subroutine;
		scope->locals = locals.items;
		scope->n = locals.n;
		if (n_scopes < n_places && n_scopes < MOST_SCOPES) {
			scope->file = places[n_scopes].file;
			scope->line = places[n_scopes].line;
		}
		n_scopes++;
	}
	*list = scopes;
	return n_scopes;
}

bool dwarf_function_at(struct dwarf *d, uint64_t address, struct dwarf_function *f)
{
	Dwarf_Attribute attr;
	Dwarf_Die cu, die;

	*f = (struct dwarf_function){0};
	address -= d->slide;
	if (!dwarf_cu_at(d, address, &cu) || !dwarf_scope_chain(&cu, address, false, &die, 1))
		return false;
	identify(d, &die, &f->identity);
	if (dwarf_attr_integrate(&die, DW_AT_frame_base, &attr))
		place_of_attribute(d, &attr, address, &f->frame_base);
	return true;
}

bool dwarf_is_noreturn(struct dwarf *d, uint64_t address)
{
	Dwarf_Attribute attr;
	Dwarf_Die cu, die;
	bool flag;

	address -= d->slide;
	return dwarf_cu_at(d, address, &cu) && dwarf_scope_chain(&cu, address, false, &die, 1) &&
	       dwarf_attr_integrate(&die, DW_AT_noreturn, &attr) && dwarf_formflag(&attr, &flag) == 0 && flag;
}

bool dwarf_local_at(struct dwarf *d, uint64_t entry, uint64_t address, struct dwarf_local *local)
{
	Dwarf_Die die;

	if (!dwarf_die_at(d, entry, &die))
		return false;
	fill(d, &die, address - d->slide, local);
	return local->name != NULL;
}

bool dwarf_base_type(struct dwarf *d, uint64_t unit, uint64_t entry, struct expr_base *type)
{
	Dwarf_Attribute attr;
	Dwarf_Word encoding, size;
	Dwarf_Die die;

	if (!dwarf_die_at(d, unit + entry, &die) || dwarf_tag(&die) != DW_TAG_base_type ||
	    !dwarf_attr(&die, DW_AT_encoding, &attr) || dwarf_formudata(&attr, &encoding) != 0 ||
	    !dwarf_attr(&die, DW_AT_byte_size, &attr) || dwarf_formudata(&attr, &size) != 0 || size > 8)
		return false;
	type->size = (uint8_t)size;
	switch (encoding) {
	case DW_ATE_signed:
	case DW_ATE_signed_char: type->kind = EXPR_SIGNED; return true;
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
	case DW_ATE_boolean:
	case DW_ATE_address:
	case DW_ATE_UTF: type->kind = EXPR_UNSIGNED; return true;
	default: return false;
	}
}

/* ---- calls ---- */

static bool address_is(Dwarf_Die *die, unsigned name, uint64_t address)
{
	Dwarf_Attribute attr;
	Dwarf_Addr value;

	return dwarf_attr(die, name, &attr) && dwarf_formaddr(&attr, &value) == 0 && value == address;
}

static bool find_call(Dwarf_Die *scope, uint64_t return_address, Dwarf_Die *call)
{
	unsigned seen = 0;

	for (int status = dwarf_child(scope, call); status == 0 && seen < MOST_CHILDREN;
	     status = dwarf_siblingof(call, call), seen++) {
		int tag = dwarf_tag(call);

		if ((tag == DW_TAG_call_site && address_is(call, DW_AT_call_return_pc, return_address)) ||
		    (tag == DW_TAG_GNU_call_site && address_is(call, DW_AT_low_pc, return_address)))
			return true;
	}
	return false;
}

/* Is it the parameter that is passed in the register? */
static bool is_in_register(Dwarf_Die *parameter, uint64_t reg)
{
	int tag = dwarf_tag(parameter);
	Dwarf_Attribute attr;
	Dwarf_Block block;
	struct cursor c;
	uint8_t op;

	if ((tag != DW_TAG_call_site_parameter && tag != DW_TAG_GNU_call_site_parameter) ||
	    !dwarf_attr(parameter, DW_AT_location, &attr) || dwarf_formblock(&attr, &block) != 0)
		return false;
	c = cursor_over(block.data, block.length, ORDER_LITTLE, 8);
	op = cursor_u8(&c);
	if (op >= DW_OP_reg0 && op <= DW_OP_reg31)
		return block.length == 1 && op - DW_OP_reg0 == (int)reg;
	return op == DW_OP_regx && cursor_uleb(&c) == reg && !c.failed;
}

bool dwarf_call_value(struct dwarf *d, uint64_t return_address, uint64_t reg, struct dwarf_place *value,
		      struct dwarf_identity *callee)
{
	Dwarf_Die cu, chain[MOST_SCOPES], call, parameter;
	uint64_t address = return_address - d->slide;
	Dwarf_Attribute attr;
	bool found = false;
	unsigned seen = 0;
	size_t n;

	if (!dwarf_cu_at(d, address - 1, &cu))
		return false;
	n = dwarf_scope_chain(&cu, address - 1, true, chain, MOST_SCOPES);
	for (size_t i = n; i > 0 && !found; i--)
		found = find_call(&chain[i - 1], address, &call);
	if (!found)
		return false;
	if ((!dwarf_attr(&call, DW_AT_call_origin, &attr) &&
	     !dwarf_attr(&call, DW_AT_abstract_origin, &attr)) ||
	    !dwarf_formref_die(&attr, &parameter))
		return false;
	identify(d, &parameter, callee);
	for (int status = dwarf_child(&call, &parameter); status == 0 && seen < MOST_CHILDREN;
	     status = dwarf_siblingof(&parameter, &parameter), seen++) {
		if (!is_in_register(&parameter, reg))
			continue;
		if (!dwarf_attr(&parameter, DW_AT_call_value, &attr) &&
		    !dwarf_attr(&parameter, DW_AT_GNU_call_site_value, &attr))
			return false;
		place_of_attribute(d, &attr, address - 1, value);
		return value->kind == PLACE_EXPR;
	}
	return false;
}
