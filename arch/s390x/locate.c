/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the kernel in a dump that says nothing. Absolute address 0 is a lowcore
 * with fields for dump tools in fixed places; without them, the banner.
 */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "debuginfo/elf_file.h"
#include "s390x.h"
#include "target/early.h"

/* asm/lowcore.h: "do not change the position of any fields in 0x0e00-0x0f00". */
enum { LOWCORE_VMCORE_INFO = 0xe0c };

static bool physical_word(struct target *t, uint64_t address, uint64_t *value)
{
	uint8_t bytes[8];

	if (target_read_physical(t, address, bytes, sizeof bytes) != READ_OK)
		return false;
	*value = get_u64(bytes, ORDER_BIG);
	return true;
}

/* A pointer to an ELF note; while the kernel starts it is odd, and a KASLR offset instead. */
struct vmcoreinfo *s390x_lowcore_note(struct target *t)
{
	static const char name[] = "VMCOREINFO";
	enum { HEADER = 12, MOST = 64 << 10 };
	uint8_t header[HEADER + sizeof name];
	uint64_t at, size;
	char *text;

	if (!physical_word(t, LOWCORE_VMCORE_INFO, &at) || !at || at & 1 ||
	    target_read_physical(t, at, header, sizeof header) != READ_OK ||
	    get_u32(header, ORDER_BIG) != sizeof name || memcmp(header + HEADER, name, sizeof name) != 0)
		return NULL;
	size = get_u32(header + 4, ORDER_BIG);
	if (size == 0 || size > MOST)
		return NULL;
	text = arena_zalloc(t->arena, size + 1);
	if (target_read_physical(t, at + HEADER + ((sizeof name + 3) & ~3ULL), text, size) != READ_OK ||
	    strncmp(text, "OSRELEASE=", 10) != 0)
		return NULL;
	target_evidence(t, "VMCOREINFO", "the absolute lowcore", "%" PRIu64 " bytes", size);
	return vmcoreinfo_parse(t->arena, text);
}

static bool take(void *context, uint64_t physical)
{
	uint64_t *found = context;

	*found = physical;
	return true;
}

bool s390x_locate(struct target *t, struct s390x_data *d, uint64_t *slide)
{
	uint64_t delta, layout, value, physical;
	struct banner b;

	if (!banner_of_vmlinux(t, &b))
		return false;
	/* KASLR moves the image by multiples of a page. */
	if (!banner_search(t, &b, 4096, UINT64_MAX, take, &physical))
		return banner_not_found(t, &b);
	delta = physical - b.address;
	*slide = delta;
	d->image_offset = 0;
	d->identity_base = 0;
	/* struct vm_layout (asm/page.h, 6.10): kaslr_offset, kaslr_offset_phys, identity_base. */
	if (elf_file_symbol(t->vmlinux, "vm_layout", &layout)) {
		if (!physical_word(t, layout + delta, &value) ||
		    !physical_word(t, layout + delta + 8, &physical) ||
		    !physical_word(t, layout + delta + 16, &d->identity_base))
			return fail("the kernel's vm_layout is not in the dump");
		*slide = value;
		d->image_offset = physical - value;
	}
	target_evidence(t, "KASLR", "the banner in memory", "0x%" PRIx64, *slide);
	return true;
}
