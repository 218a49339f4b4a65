/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the kernel in a dump that says nothing: the banner of the vmlinux must
 * be in memory, and the page tables that lie behind it must map the code that
 * lies before it.
 */
#include "x86.h"

#include <inttypes.h>

#include "target/early.h"

/*
 * The image moves by CONFIG_PHYSICAL_ALIGN: a power of two from 8 KB on, most often 2 MB or 16 MB
 * (arch/x86/Kconfig); and never beyond 512 MB (KERNEL_IMAGE_SIZE).
 */
enum { LEAST_ALIGN = 8 << 10, USUAL_ALIGN = 2 << 20, FARTHEST = 1 << 30 };

struct search {
	struct target *t;
	struct x86_data *d;
	const struct banner *b;
	uint64_t slide; /* found */
};

/* Is the banner at this physical address that of the kernel that ran? */
static bool take(void *context, uint64_t at)
{
	static const uint64_t splits[] = {0xc0000000, 0xb0000000, 0x80000000, 0x78000000, 0x40000000};
	struct search *s = context;
	uint64_t mask = target_word_mask(s->t), chosen;

	for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
		s->slide = (at + splits[i] - s->b->address) & mask;
		if (target_option(s->t, "page_offset", &chosen))
			s->slide = (at + chosen - s->b->address) & mask;
		if (x86_settle(s->t, s->d, s->slide))
			return true;
	}
	return false;
}

bool x86_locate(struct target *t, struct x86_data *d, uint64_t *slide)
{
	struct banner b;
	struct search s = {t, d, &b, 0};

	if (!banner_of_vmlinux(t, &b))
		return false;
	if (!banner_search(t, &b, USUAL_ALIGN, FARTHEST, take, &s) &&
	    !banner_search(t, &b, LEAST_ALIGN, FARTHEST, take, &s))
		return banner_not_found(t, &b);
	*slide = s.slide;
	target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
	return true;
}
