/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the kernel in a dump that says nothing: the banner of the vmlinux must
 * be in memory, and at the same distance from it the variable kimage_voffset,
 * which tells what the image is mapped at.
 */
#include "arm64.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "debuginfo/elf_file.h"

struct banner {
	const char *text;
	size_t size;
	uint64_t address; /* link time */
};

static bool is_there(struct target *t, const struct banner *b, uint64_t at)
{
	char got[256];

	return target_read_physical(t, at, got, b->size) == READ_OK && memcmp(got, b->text, b->size) == 0;
}

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

/* Every @step bytes of memory, where the banner would lie. */
static bool search(struct target *t, struct arm64_data *d, const struct banner *b, uint64_t step,
		   uint64_t *slide)
{
	const struct dump_range *ranges;
	size_t n = dump_ranges(t->dump, &ranges);
	uint64_t inside = b->address & (step - 1);

	for (size_t i = 0; i < n; i++) {
		uint64_t at = (ranges[i].start & ~(step - 1)) + inside;

		for (; at < ranges[i].end && !interrupted(); at += step) {
			if (at >= ranges[i].start && is_there(t, b, at) && try_image(t, d, b, at, slide))
				return true;
		}
	}
	return false;
}

bool arm64_locate(struct target *t, struct arm64_data *d, uint64_t *slide)
{
	struct banner b = {0};

	if (!t->vmlinux)
		return fail("neither the dump nor its memory says where the kernel lies, and there is no "
			    "vmlinux to look for");
	b.text = elf_file_banner(t->vmlinux);
	b.size = b.text ? strlen(b.text) : 0;
	if (b.size < 32 || !elf_file_symbol(t->vmlinux, "linux_banner", &b.address))
		return fail("%s has no linux_banner to look for in memory", elf_file_path(t->vmlinux));
	if (b.size > 255)
		b.size = 255;
	/*
	 * Boot loaders align the image to 2 MB (Documentation/arch/arm64/booting.rst); the EFI stub only to
	 * its largest section alignment, 64 KB, and KASLR keeps the remainder.
	 */
	if (!search(t, d, &b, 2 << 20, slide) && !search(t, d, &b, 64 << 10, slide))
		return fail("the dump's memory holds no kernel with the banner of %s, \"%s\"",
			    elf_file_path(t->vmlinux), b.text);
	target_evidence(t, "kimage_voffset", "the banner in memory", "0x%" PRIx64, d->kimage_voffset);
	target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
	return true;
}
