/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the kernel in a dump that says nothing: the banner of the vmlinux must
 * be in memory, and the page tables that lie behind it must map the code that
 * lies before it.
 */
#include "x86.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "debuginfo/elf_file.h"

/*
 * The image moves by CONFIG_PHYSICAL_ALIGN: a power of two from 8 KB on, most often 2 MB or 16 MB
 * (arch/x86/Kconfig); and never beyond 512 MB (KERNEL_IMAGE_SIZE).
 */
enum { LEAST_ALIGN = 8 << 10, USUAL_ALIGN = 2 << 20, FARTHEST = 1 << 30 };

struct banner {
	const char *text;
	size_t size;
	uint64_t address; /* link time */
};

/* Is the banner at this physical address that of the kernel that ran? */
static bool try_at(struct target *t, struct x86_data *d, const struct banner *b, uint64_t at, uint64_t *slide)
{
	static const uint64_t splits[] = {0xc0000000, 0xb0000000, 0x80000000, 0x78000000, 0x40000000};
	uint64_t chosen;
	char got[256];

	if (target_read_physical(t, at, got, b->size) != READ_OK || memcmp(got, b->text, b->size) != 0)
		return false;
	for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
		*slide = (at + splits[i] - b->address) & target_word_mask(t);
		if (target_option(t, "page_offset", &chosen))
			*slide = (at + chosen - b->address) & target_word_mask(t);
		if (x86_settle(t, d, *slide))
			return true;
	}
	return false;
}

static bool search(struct target *t, struct x86_data *d, const struct banner *b, uint64_t align,
		   uint64_t *slide)
{
	const struct dump_range *ranges;
	size_t n = dump_ranges(t->dump, &ranges);
	uint64_t inside = b->address & (align - 1);

	for (size_t i = 0; i < n; i++) {
		uint64_t at = (ranges[i].start & ~(align - 1)) + inside;

		for (; at < ranges[i].end && at < FARTHEST && !interrupted(); at += align) {
			if (at >= ranges[i].start && try_at(t, d, b, at, slide))
				return true;
		}
	}
	return false;
}

bool x86_locate(struct target *t, struct x86_data *d, uint64_t *slide)
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
	if (search(t, d, &b, USUAL_ALIGN, slide) || search(t, d, &b, LEAST_ALIGN, slide)) {
		target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
		return true;
	}
	return fail("the dump's memory holds no kernel with the banner of %s, \"%s\"",
		    elf_file_path(t->vmlinux), b.text);
}
