/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The linear map. VMCOREINFO or memstart_addr say which physical address stands
 * at PAGE_OFFSET ("negative" where a 52-bit kernel runs with fewer bits); since
 * its rules changed more than once, the tables have the last word.
 */
#include "arm64.h"

#include "target/early.h"

#include <inttypes.h>

static uint64_t top_of(unsigned bits)
{
	return ~((1ULL << bits) - 1);
}

/* What the tables say about the linear address of the root table, when it is mapped with @offset. */
static enum read_status try_offset(struct target *t, const struct arm64_data *d, uint64_t offset, bool *same)
{
	uint64_t at = t->kernel.root - offset;
	struct walk walk = {.status = READ_UNMAPPED};

	if (at >= d->linear_start && at <= d->linear_last)
		space_walk(t, &t->kernel, at, true, &walk);
	*same = walk.status == READ_OK && walk.address == t->kernel.root;
	return walk.status;
}

static bool told_phys_offset(struct target *t, const struct arm64_data *d, uint64_t *phys_offset,
			     const char **from)
{
	uint64_t at;
	int64_t number;
	uint8_t value[8];

	if (target_option(t, "phys_offset", phys_offset)) {
		*from = "-m phys_offset=";
		return true;
	}
	if (vmcoreinfo_number(t->vmcoreinfo, "PHYS_OFFSET", &number)) {
		*phys_offset = (uint64_t)number;
		*from = "VMCOREINFO";
		return true;
	}
	if (!early_symbol(t, "memstart_addr", t->slide, &at) ||
	    target_read_physical(t, at - d->kimage_voffset, value, 8) != READ_OK)
		return false;
	*phys_offset = get_u64(value, t->order);
	*from = "the kernel's variable memstart_addr";
	return true;
}

/* The first run of mapped addresses from which the root table's own follows. */
static bool by_tables(struct target *t, const struct arm64_data *d, uint64_t *offset)
{
	enum { MOST_RUNS = 4096 };
	uint64_t at = d->linear_start, run_last, physical;
	enum read_status status;
	bool same;

	for (unsigned i = 0; i < MOST_RUNS &&
			     space_next_run(t, &t->kernel, at, d->linear_last, &run_last, &physical, &status);
	     i++, at = run_last + 1) {
		if (status == READ_OK && (try_offset(t, d, physical - at, &same), same)) {
			*offset = physical - at;
			return true;
		}
		if (run_last == d->linear_last)
			break;
	}
	return false;
}

/* 14c127c957c1 (5.4) moved it to the lower half of the kernel's addresses; the image is in the other one. */
static void find_region(struct target *t, struct arm64_data *d)
{
	unsigned bits = d->va.bits, actual = d->va.actual;
	unsigned least = bits <= 48 ? bits : d->va.page_shift == 14 ? 47 : 48;
	uint64_t image = t->kernel.root + d->kimage_voffset, unused;

	d->flipped =
		(image >> (least - 1) & 1) && (!t->vmlinux || early_symbol(t, "kimage_voffset", 0, &unused));
	if (d->flipped) {
		d->page_offset = top_of(bits);
		d->linear_start = top_of(actual);
		d->linear_last = top_of((actual < least ? actual : least) - 1) - 1;
	} else {
		d->page_offset = d->linear_start = top_of(bits - 1);
		d->linear_last = UINT64_MAX;
	}
	if (target_option(t, "page_offset", &d->page_offset))
		target_evidence(t, "PAGE_OFFSET", "-m page_offset=", "0x%" PRIx64, d->page_offset);
}

void arm64_find_linear(struct target *t, struct arm64_data *d)
{
	uint64_t phys_offset = 0;
	const char *from = NULL;
	bool told, same = false;
	enum read_status status = READ_OK;

	find_region(t, d);
	told = told_phys_offset(t, d, &phys_offset, &from);
	if (told) {
		d->linear_offset = phys_offset - d->page_offset;
		status = try_offset(t, d, d->linear_offset, &same);
		/* Tables that are not in the dump contradict nobody. */
		d->has_linear = same || (status != READ_OK && status != READ_UNMAPPED);
		target_evidence(t, "PHYS_OFFSET", from, "0x%" PRIx64 "%s", phys_offset,
				d->has_linear ? "" : ", which the page tables contradict");
	}
	if (!d->has_linear && by_tables(t, d, &d->linear_offset)) {
		d->has_linear = same = true;
		target_evidence(t, "PHYS_OFFSET", "page tables", "0x%" PRIx64,
				d->linear_offset + d->page_offset);
	}
	if (d->has_linear)
		target_evidence(t, "linear map", same ? "the kernel's own tables" : from,
				"0x%" PRIx64 " is physical 0x%" PRIx64, t->kernel.root - d->linear_offset,
				t->kernel.root);
}
