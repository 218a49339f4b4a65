/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/dwarf_loclist.h"

#include <dwarf.h>

enum {
	LLE_GNU_VIEW_PAIR = 9
}; /* GCC's, before an entry: which of the statements at one address it is from */

struct reader {
	const struct loclist *l;
	struct cursor c;
	uint64_t pc, base;
	const uint8_t *expr, *otherwise; /* found; of a default location */
	size_t size, otherwise_size;
};

/* @length bytes of expression for [start, end). True when that is the one. */
static bool entry(struct reader *r, uint64_t start, uint64_t end, uint64_t length)
{
	const uint8_t *expr = cursor_take(&r->c, length);

	if (r->c.failed || !expr || r->pc < start || r->pc >= end)
		return false;
	r->expr = expr;
	r->size = (size_t)length;
	return true;
}

/* Pairs of addresses, relative to a base that an entry of its own may change. */
static void find_in_pairs(struct reader *r)
{
	uint8_t n = r->l->address_size;
	uint64_t most = n == 4 ? UINT32_MAX : UINT64_MAX;

	while (!r->c.failed) {
		uint64_t start = cursor_uint(&r->c, n), end = cursor_uint(&r->c, n);

		if (start == most)
			r->base = end;
		else if (start == 0 && end == 0)
			return;
		else if (entry(r, (r->base + start) & most, (r->base + end) & most, cursor_u16(&r->c)))
			return;
	}
}

static uint64_t indexed(struct reader *r)
{
	uint64_t index = cursor_uleb(&r->c), address = 0;

	if (!r->l->address || !r->l->address(r->l->context, index, &address))
		r->c.failed = true;
	return address;
}

static void default_location(struct reader *r)
{
	r->otherwise_size = (size_t)cursor_uleb(&r->c);
	r->otherwise = cursor_take(&r->c, r->otherwise_size);
}

/* One entry of DWARF 5. False at the list's end, and when the expression was found. */
static bool next(struct reader *r)
{
	uint8_t n = r->l->address_size, kind = cursor_u8(&r->c);
	uint64_t start, end;

	switch (kind) {
	case DW_LLE_base_addressx: r->base = indexed(r); return true;
	case DW_LLE_base_address: r->base = cursor_uint(&r->c, n); return true;
	case LLE_GNU_VIEW_PAIR:
		cursor_uleb(&r->c);
		cursor_uleb(&r->c);
		return true;
	case DW_LLE_default_location: default_location(r); return true;
	case DW_LLE_startx_endx:
		start = indexed(r);
		end = indexed(r);
		break;
	case DW_LLE_startx_length:
		start = indexed(r);
		end = start + cursor_uleb(&r->c);
		break;
	case DW_LLE_offset_pair:
		start = r->base + cursor_uleb(&r->c);
		end = r->base + cursor_uleb(&r->c);
		break;
	case DW_LLE_start_end:
		start = cursor_uint(&r->c, n);
		end = cursor_uint(&r->c, n);
		break;
	case DW_LLE_start_length:
		start = cursor_uint(&r->c, n);
		end = start + cursor_uleb(&r->c);
		break;
	default: return false; /* the end; or what nobody knows the length of */
	}
	return !entry(r, start, end, cursor_uleb(&r->c));
}

bool loclist_find(const struct loclist *l, uint64_t offset, uint64_t pc, const uint8_t **expr, size_t *size)
{
	struct reader r = {.l = l, .pc = pc, .base = l->base};

	r.c = cursor_over(l->data, l->size, l->order, l->address_size);
	if ((l->address_size != 4 && l->address_size != 8) || !cursor_seek(&r.c, offset))
		return false;
	if (l->version < 5)
		find_in_pairs(&r);
	else
		while (!r.c.failed && next(&r))
			;
	*expr = r.expr ? r.expr : r.c.failed ? NULL : r.otherwise;
	*size = r.expr ? r.size : r.otherwise_size;
	return *expr != NULL;
}

bool loclist_offset(const struct loclist *l, uint64_t table, uint64_t index, uint8_t offset_size,
		    uint64_t *offset)
{
	struct cursor c = cursor_over(l->data, l->size, l->order, l->address_size);

	if (table > l->size || index > l->size || !cursor_seek(&c, table + index * offset_size))
		return false;
	*offset = table + cursor_uint(&c, offset_size);
	return !c.failed;
}
