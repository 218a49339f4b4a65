/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address spaces as sorted ranges, and the per-thread memory of what page tables answered. */
#include "target/space.h"

#include <string.h>

#include "base/hash.h"
#include "base/search.h"
#include "target/target.h"

/* Append to @out unless empty or full. */
static bool append(struct space_range *out, size_t *n, const struct space_range *from, uint64_t start,
		   uint64_t last)
{
	if (start > last)
		return true;
	if (*n == SPACE_MAX_RANGES)
		return false;
	out[*n] = *from;
	out[*n].start = start;
	out[*n].last = last;
	(*n)++;
	return true;
}

bool space_add(struct space *s, const struct space_range *range)
{
	struct space_range list[SPACE_MAX_RANGES];
	size_t n = 0;
	bool put = false;

	if (range->start > range->last)
		return false;
	for (size_t i = 0; i < s->n_ranges; i++) {
		const struct space_range *r = &s->ranges[i];

		if (r->start < range->start &&
		    !append(list, &n, r, r->start, r->last < range->start ? r->last : range->start - 1))
			return false;
		if (!put && r->last >= range->start) {
			if (!append(list, &n, range, range->start, range->last))
				return false;
			put = true;
		}
		if (r->last > range->last &&
		    !append(list, &n, r, r->start > range->last ? r->start : range->last + 1, r->last))
			return false;
	}
	if (!put && !append(list, &n, range, range->start, range->last))
		return false;
	memcpy(s->ranges, list, n * sizeof *list);
	s->n_ranges = n;
	return true;
}

const struct space_range *space_find(const struct space *s, uint64_t address)
{
	size_t low = 0, high = s->n_ranges;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (address < s->ranges[middle].start)
			high = middle;
		else if (address > s->ranges[middle].last)
			low = middle + 1;
		else
			return &s->ranges[middle];
	}
	return NULL;
}

bool space_is_mirror(const struct space *s, const struct space_range *r)
{
	for (const char *const *name = s->mirrors; name && *name; name++)
		if (strcmp(*name, r->what) == 0)
			return true;
	return false;
}

const struct space_piece *space_find_piece(const struct space *s, uint64_t address, uint64_t *next)
{
	size_t n = partition_point(s->n_pieces, i, s->pieces[i].start <= address);

	if (next)
		*next = n < s->n_pieces ? s->pieces[n].start : 0;
	return n && address <= s->pieces[n - 1].last ? &s->pieces[n - 1] : NULL;
}

/*
 * Direct-mapped, one per thread, so that no lock is needed. The target's id and
 * the form are part of the key: targets come and go in one process, and one root
 * may be looked at with two forms.
 */
enum { TLB_SLOTS = 256 };

struct tlb_slot {
	uint64_t id, root, start, last, physical;
	const struct page_form *form;
};

static _Thread_local struct tlb_slot tlb[TLB_SLOTS];

static struct tlb_slot *tlb_slot(const struct space *s, uint64_t address)
{
	return &tlb[hash_u64((address >> s->form->page_shift) ^ s->root) % TLB_SLOTS];
}

enum read_status space_translate(struct target *t, const struct space *s, uint64_t address,
				 uint64_t *physical, uint64_t *contiguous)
{
	const struct space_range *r = space_find(s, address);
	struct tlb_slot *slot;
	struct walk walk;
	uint64_t left; /* bytes after the one at @address */

	if (!r || (r->method == SPACE_TABLE && (!s->has_root || !s->form)))
		return READ_UNMAPPED;
	if (r->method == SPACE_LINEAR) {
		*physical = address + (uint64_t)r->offset;
		left = r->last - address;
	} else if (r->method == SPACE_LOOKUP) {
		const struct space_piece *piece = space_find_piece(s, address, NULL);

		if (!piece)
			return READ_UNMAPPED;
		*physical = piece->physical + (address - piece->start);
		left = piece->last - address;
	} else {
		slot = tlb_slot(s, address);
		if (slot->id != t->id || slot->root != s->root || slot->form != s->form ||
		    address < slot->start || address > slot->last) {
			space_walk(t, s, address, false, &walk);
			if (walk.status != READ_OK)
				return walk.status;
			*slot = (struct tlb_slot){.id = t->volatile_memory ? 0 : t->id,
						  .root = s->root,
						  .start = address - (walk.address - walk.page),
						  .physical = walk.page,
						  .form = s->form};
			slot->last = slot->start + (walk.page_size - 1);
		}
		*physical = slot->physical + (address - slot->start);
		left = slot->last - address;
		if (left > r->last - address)
			left = r->last - address;
	}
	if (contiguous)
		*contiguous = left == UINT64_MAX ? left : left + 1;
	return READ_OK;
}
