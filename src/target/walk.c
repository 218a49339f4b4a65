/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one page-table walker: single addresses step by step, and whole spaces run by run. */
#include <inttypes.h>
#include <string.h>

#include "base/interrupt.h"
#include "target/space.h"
#include "target/target.h"

unsigned form_level_shift(const struct page_form *form, unsigned level)
{
	unsigned shift = form->page_shift;

	for (unsigned i = level + 1; i < form->levels; i++)
		shift += form->index_bits[i];
	return shift;
}

static uint64_t low_mask(unsigned bits)
{
	return bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
}

static uint64_t entry_index(const struct page_form *form, unsigned level, uint64_t address)
{
	unsigned shift = form_level_shift(form, level);

	return shift >= 64 ? 0 : address >> shift & low_mask(form->index_bits[level]);
}

static unsigned entry_size(const struct page_form *form, unsigned level)
{
	return level + 1U == form->levels && form->leaf_entry_size ? form->leaf_entry_size : form->entry_size;
}

/* Reads one entry; a walk over many uses a window of the table instead. */
typedef enum read_status entry_reader(struct target *t, const struct page_form *form, unsigned level,
				      uint64_t table, uint64_t index, void *context, uint64_t *value);

static enum read_status read_entry(struct target *t, const struct page_form *form, unsigned level,
				   uint64_t table, uint64_t index, void *context, uint64_t *value)
{
	uint8_t bytes[8];
	unsigned each = entry_size(form, level);
	enum read_status status = target_read_physical(t, table + index * each, bytes, each);

	(void)context;
	if (status == READ_OK)
		*value = get_uint(bytes, each, form->order);
	return status;
}

/* The page of a last entry. @shift: log2 of its size, unless the entry itself says it. */
static void set_page(struct walk *walk, const struct entry *e, uint64_t address, unsigned *shift)
{
	if (e->leaf_shift)
		*shift = e->leaf_shift;
	walk->page_size = low_mask(*shift) + 1;
	walk->page = e->address & ~low_mask(*shift);
	walk->address = walk->page | (address & low_mask(*shift));
}

/* A table that covers the 1 << @shift bytes of one entry, in pages of 1 << @table->leaf_shift. */
static void walk_huge_table(struct target *t, const struct page_form *form, const struct entry *table,
			    uint64_t address, struct walk *walk, unsigned *shift)
{
	unsigned level = form->levels - 1U;
	uint64_t index = (address & low_mask(*shift)) >> table->leaf_shift;
	struct walk_step *step = &walk->steps[walk->n_steps++];
	struct entry e;

	*step = (struct walk_step){level, table->address + index * form->entry_size, 0};
	*shift = table->leaf_shift;
	walk->status = read_entry(t, form, level, table->address, index, NULL, &step->entry);
	if (walk->status != READ_OK)
		return;
	walk->leaf = step->entry;
	e = form->decode(form, level, step->entry);
	if (e.kind == ENTRY_LEAF)
		set_page(walk, &e, address, shift);
	else
		walk->status = READ_UNMAPPED;
}

/*
 * The tables cannot loop us: every level is visited once. *@shift is the size
 * that the last entry decides about, mapped or not.
 */
static void walk_tables(struct target *t, const struct space *s, uint64_t address, entry_reader *reader,
			void *context, struct walk *walk, unsigned *shift)
{
	const struct page_form *form = s->form;
	uint64_t table = s->root;

	for (unsigned level = 0; level < form->levels; level++) {
		uint64_t index = entry_index(form, level, address);
		struct walk_step *step = &walk->steps[walk->n_steps];
		struct entry e;

		*shift = form_level_shift(form, level);
		if (level && form->is_beyond && form->is_beyond(form, level - 1, walk->leaf, index))
			break;
		walk->n_steps++;
		*step = (struct walk_step){level, table + index * entry_size(form, level), 0};
		walk->status = reader(t, form, level, table, index, context, &step->entry);
		if (walk->status != READ_OK)
			return;
		walk->leaf = step->entry;
		e = form->decode(form, level, step->entry);
		if (e.kind == ENTRY_TABLE && level + 1 < form->levels) {
			table = e.address;
			continue;
		}
		if (e.kind == ENTRY_HUGE_TABLE && e.leaf_shift <= *shift &&
		    walk->n_steps < PAGING_MAX_LEVELS) {
			walk_huge_table(t, form, &e, address, walk, shift);
			return;
		}
		if (e.kind != ENTRY_LEAF)
			break;
		set_page(walk, &e, address, shift);
		return;
	}
	walk->status = READ_UNMAPPED;
}

void space_walk(struct target *t, const struct space *s, uint64_t address, bool tables, struct walk *walk)
{
	const struct space_range *r = space_find(s, address);
	unsigned shift;

	*walk = (struct walk){.status = READ_UNMAPPED};
	if (!r)
		return;
	if (r->method == SPACE_LINEAR && !(tables && !s->linear_only && s->has_root && s->form)) {
		walk->status = READ_OK;
		walk->linear = true;
		walk->address = address + (uint64_t)r->offset;
		walk->page_size = t->page_size;
		walk->page = walk->address & ~(uint64_t)(t->page_size - 1);
		return;
	}
	if (r->method == SPACE_LOOKUP) {
		const struct space_piece *piece = space_find_piece(s, address, NULL);

		if (!piece)
			return;
		walk->status = READ_OK;
		walk->linear = true;
		walk->address = piece->physical + (address - piece->start);
		walk->page_size = t->page_size;
		walk->page = walk->address & ~(uint64_t)(t->page_size - 1);
		return;
	}
	if (s->has_root && s->form)
		walk_tables(t, s, address, read_entry, NULL, walk, &shift);
}

const char *walk_why(struct arena *a, const struct space *s, const struct walk *walk)
{
	const struct walk_step *step;

	if (walk->n_steps == 0)
		return arena_printf(a, "%s",
				    s->has_root ? "no part of the address space" : "no page tables known");
	step = &walk->steps[walk->n_steps - 1];
	if (walk->status == READ_UNMAPPED)
		return arena_printf(a, "level %s at 0x%" PRIx64 ": entry 0x%" PRIx64 " maps nothing",
				    s->form->level_name[step->level], step->entry_address, step->entry);
	return arena_printf(a, "level %s at 0x%" PRIx64 ": %s", s->form->level_name[step->level],
			    step->entry_address, read_status_text(walk->status));
}

static enum read_status read_window(struct target *t, const struct page_form *form, unsigned level,
				    uint64_t table, uint64_t index, void *context, uint64_t *value)
{
	struct table_window *w = (struct table_window *)context + level;
	unsigned each = entry_size(form, level);
	size_t size = (size_t)WINDOW_ENTRIES * each;
	uint64_t first = index & ~(uint64_t)(WINDOW_ENTRIES - 1);

	if (!w->valid || w->table != table || w->first != first) {
		uint64_t entries = low_mask(form->index_bits[level]) + 1;

		if (entries && entries - first < WINDOW_ENTRIES)
			size = (size_t)(entries - first) * each;
		w->valid = true;
		w->table = table;
		w->first = first;
		w->status = target_read_physical(t, table + first * each, w->bytes, size);
	}
	/* A window may cross into a page that is missing: then entry by entry. */
	if (w->status != READ_OK)
		return read_entry(t, form, level, table, index, NULL, value);
	*value = get_uint(w->bytes + (index - first) * each, each, form->order);
	return READ_OK;
}

/*
 * Is @address the first that an entry of a level above the last maps, which is equal to the one before it?
 * *@piece_last is then the last address of what the uppermost such entry maps.
 */
static bool is_repeated(struct space_runs *w, const struct walk *walk, uint64_t address, uint64_t *piece_last)
{
	const struct page_form *form = w->space->form;

	for (size_t i = 0; i + 1 < walk->n_steps; i++) {
		const struct walk_step *step = &walk->steps[i];
		unsigned level = step->level, each = entry_size(form, level);
		uint64_t mask = low_mask(form_level_shift(form, level)), before;
		uint64_t index = entry_index(form, level, address);

		if (address & mask || !index ||
		    read_window(w->target, form, level, step->entry_address - index * each, index - 1,
				w->windows, &before) != READ_OK ||
		    before != step->entry)
			continue;
		*piece_last = address | mask;
		return true;
	}
	return false;
}

/* The smallest piece at @address that one entry or range decides about. */
static void next_piece(struct space_runs *w, uint64_t address, uint64_t last, struct walk *walk,
		       uint64_t *piece_last)
{
	const struct space *s = w->space;
	const struct space_range *r = space_find(s, address);
	unsigned shift = 0;
	uint64_t entry_last;

	*walk = (struct walk){.status = READ_UNMAPPED};
	*piece_last = last;
	if (!r) {
		for (size_t i = 0; i < s->n_ranges; i++) {
			if (s->ranges[i].start > address) {
				if (s->ranges[i].start - 1 < last)
					*piece_last = s->ranges[i].start - 1;
				break;
			}
		}
		return;
	}
	if (r->last < last)
		*piece_last = r->last;
	if (r->method == SPACE_LINEAR) {
		walk->status = READ_OK;
		walk->address = address + (uint64_t)r->offset;
		return;
	}
	if (r->method == SPACE_LOOKUP) {
		uint64_t next;
		const struct space_piece *piece = space_find_piece(s, address, &next);

		if (piece) {
			walk->status = READ_OK;
			walk->address = piece->physical + (address - piece->start);
			entry_last = piece->last;
		} else {
			entry_last = next ? next - 1 : *piece_last;
		}
		if (entry_last < *piece_last)
			*piece_last = entry_last;
		return;
	}
	if (!s->has_root || !s->form)
		return;
	walk_tables(w->target, s, address, read_window, w->windows, walk, &shift);
	entry_last = address | low_mask(shift);
	if (w->skip_repeated && is_repeated(w, walk, address, &entry_last)) {
		/* what is empty may be one table everywhere, too (invalid_pte_table of MIPS) */
		if (walk->status == READ_OK)
			w->repeated += entry_last - address + 1;
		walk->status = READ_UNMAPPED;
	}
	if (entry_last < *piece_last)
		*piece_last = entry_last;
}

bool space_runs_next(struct space_runs *w, uint64_t address, uint64_t last, uint64_t *run_last,
		     uint64_t *physical, enum read_status *status)
{
	struct walk walk, next;
	uint64_t next_last;

	if (address > last)
		return false;
	next_piece(w, address, last, &walk, run_last);
	while (*run_last < last) {
		uint64_t repeated = w->repeated;

		if (interrupted())
			return false;
		next_piece(w, *run_last + 1, last, &next, &next_last);
		if (next.status != walk.status ||
		    (walk.status == READ_OK && next.address != walk.address + (*run_last + 1 - address))) {
			/* it will be seen again */
			w->repeated = repeated;
			break;
		}
		*run_last = next_last;
	}
	*status = walk.status;
	*physical = walk.status == READ_OK ? walk.address : 0;
	return true;
}

bool space_next_run(struct target *t, const struct space *s, uint64_t address, uint64_t last,
		    uint64_t *run_last, uint64_t *physical, enum read_status *status)
{
	struct space_runs w = {.target = t, .space = s};

	return space_runs_next(&w, address, last, run_last, physical, status);
}
