/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the kernel in a dump that says nothing: the banner of the vmlinux must
 * be in memory, and at the same distance from it the variable kimage_voffset,
 * which tells what the image is mapped at.
 */
#include "arm64.h"

#include <inttypes.h>

#include "debuginfo/elf_file.h"
#include "target/early.h"

/* The image at this place; its tables and its own variable must agree with it. */
static bool try_image(struct target *t, struct arm64_data *d, const struct banner *b, uint64_t at,
		      uint64_t *slide)
{
	uint64_t variable, voffset;
	uint8_t bytes[8];

	/* Since a7f8de168ace (4.6); before, the image was a part of the linear map. */
	if (!elf_file_symbol(t->vmlinux, "kimage_voffset", &variable)) {
		d->kimage_voffset = b->address - at;
		*slide = 0;
		return true;
	}
	if (target_read_physical(t, at + (variable - b->address), bytes, 8) != READ_OK)
		return false;
	voffset = get_u64(bytes, t->order);
	/* A copy of the file in memory has the value of link time, 0; and pages stay pages. */
	if (!voffset || (voffset & 0xfff))
		return false;
	d->kimage_voffset = voffset;
	*slide = at + voffset - b->address;
	return true;
}

struct search {
	struct target *t;
	struct arm64_data *d;
	const struct banner *b;
	uint64_t slide;
};

static bool take(void *context, uint64_t physical)
{
	struct search *s = context;

	return try_image(s->t, s->d, s->b, physical, &s->slide);
}

bool arm64_locate(struct target *t, struct arm64_data *d, uint64_t *slide)
{
	struct banner b;
	struct search s = {.t = t, .d = d, .b = &b};

	if (!banner_of_vmlinux(t, &b))
		return false;
	/*
	 * Boot loaders align the image to 2 MB (Documentation/arch/arm64/booting.rst); the EFI stub only to
	 * its largest section alignment, 64 KB, and KASLR keeps the remainder.
	 */
	if (!banner_search(t, &b, 2 << 20, UINT64_MAX, take, &s) &&
	    !banner_search(t, &b, 64 << 10, UINT64_MAX, take, &s))
		return banner_not_found(t, &b);
	*slide = s.slide;
	target_evidence(t, "kimage_voffset", "the banner in memory", "0x%" PRIx64, d->kimage_voffset);
	target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
	return true;
}
