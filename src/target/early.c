/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "target/early.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"

enum { BANNER_LEAST = 32, BANNER_MOST = 255 };

bool early_kaslr_option(struct target *t, uint64_t *slide)
{
	const char *kaslr = t->options->kaslr;

	if (!kaslr || strcmp(kaslr, "auto") == 0)
		return false;
	if (strcmp(kaslr, "off") == 0)
		*slide = 0;
	else if (!parse_number(kaslr, 0, slide))
		return false;
	target_evidence(t, "KASLR", "--kaslr", "0x%" PRIx64, *slide);
	return true;
}

bool early_slide(struct target *t, uint64_t *slide)
{
	uint64_t stext, link;

	if (early_kaslr_option(t, slide))
		return true;
	if (!t->vmcoreinfo)
		return false;
	if (vmcoreinfo_kernel_offset(t->vmcoreinfo, slide)) {
		target_evidence(t, "KASLR", "VMCOREINFO KERNELOFFSET", "0x%" PRIx64, *slide);
		return true;
	}
	if (!vmcoreinfo_symbol(t->vmcoreinfo, "_stext", &stext))
		return false;
	*slide = 0;
	if (!t->vmlinux)
		return true;
	if (!elf_file_symbol(t->vmlinux, "_stext", &link))
		return false;
	*slide = (stext - link) & target_word_mask(t);
	target_evidence(t, "KASLR", "VMCOREINFO SYMBOL(_stext)", "0x%" PRIx64, *slide);
	return true;
}

bool early_symbol(struct target *t, const char *name, uint64_t slide, uint64_t *address)
{
	if (t->vmcoreinfo && vmcoreinfo_symbol(t->vmcoreinfo, name, address))
		return true;
	if (!t->vmlinux || !elf_file_symbol(t->vmlinux, name, address))
		return false;
	*address = (*address + slide) & target_word_mask(t);
	return true;
}

bool banner_of_vmlinux(struct target *t, struct banner *b)
{
	if (!t->vmlinux)
		return fail("neither the dump nor its memory says where the kernel lies, and there is no "
			    "vmlinux to look for");
	b->text = elf_file_banner(t->vmlinux);
	b->size = b->text ? strlen(b->text) : 0;
	if (b->size < BANNER_LEAST || !elf_file_symbol(t->vmlinux, "linux_banner", &b->address))
		return fail("%s has no linux_banner to look for in memory", elf_file_path(t->vmlinux));
	if (b->size > BANNER_MOST)
		b->size = BANNER_MOST;
	return true;
}

bool banner_is_at(struct target *t, const struct banner *b, uint64_t physical)
{
	char got[BANNER_MOST];

	return target_read_physical(t, physical, got, b->size) == READ_OK &&
	       memcmp(got, b->text, b->size) == 0;
}

bool banner_search(struct target *t, const struct banner *b, uint64_t step, uint64_t end,
		   bool (*take)(void *context, uint64_t physical), void *context)
{
	const struct dump_range *ranges;
	size_t n = dump_ranges(t->dump, &ranges);

	for (size_t i = 0; i < n; i++) {
		uint64_t at = (ranges[i].start & ~(step - 1)) + (b->address & (step - 1));

		for (; at < ranges[i].end && at < end && !interrupted(); at += step) {
			if (at >= ranges[i].start && banner_is_at(t, b, at) && take(context, at))
				return true;
			if (at + step < at)
				break;
		}
	}
	return false;
}

bool banner_not_found(struct target *t, const struct banner *b)
{
	return fail("the dump's memory holds no kernel with the banner of %s, \"%s\"",
		    elf_file_path(t->vmlinux), b->text);
}
