/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF notes. The cores of Linux align name and descriptor to four bytes in
 * both classes (kernel: append_elf_note() in kernel/crash_core.c; QEMU:
 * dump/dump.c), whatever p_align says.
 */
#include <string.h>

#include "dump/format.h"

enum { NT_PRSTATUS = 1 };

void notes_parse(struct dump *d, const uint8_t *block, size_t size)
{
	struct cursor c = cursor_over(block, size, d->info.order, 4);

	while (cursor_left(&c) >= 12) {
		uint32_t name_size = cursor_u32(&c);
		uint32_t desc_size = cursor_u32(&c);
		uint32_t type = cursor_u32(&c);
		const uint8_t *name = cursor_take(&c, name_size);
		const uint8_t *desc;

		cursor_align(&c, 4);
		desc = cursor_take(&c, desc_size);
		if (c.failed)
			return;
		/* the padding behind the last descriptor may be missing */
		cursor_align(&c, 4);
		/* per-CPU note buffers end with an empty header: final_note() */
		if (!name_size && !desc_size && !type)
			continue;
		*vec_push(&d->arena, &d->notes) = (struct dump_note){
			.name = arena_strndup(&d->arena, (const char *)name, name_size),
			.type = type,
			.desc = desc,
			.size = desc_size,
		};
	}
}

void notes_settle(struct dump *d)
{
	uint32_t cpus = 0;

	for (size_t i = 0; i < d->notes.n; i++) {
		const struct dump_note *n = &d->notes.items[i];

		if (!d->vmcoreinfo && strcmp(n->name, "VMCOREINFO") == 0)
			d->vmcoreinfo = arena_strndup(&d->arena, (const char *)n->desc, n->size);
		if (strcmp(n->name, "ERASEINFO") == 0 && n->size)
			d->info.flags |= DUMP_ERASED;
		if (strcmp(n->name, "CORE") == 0 && n->type == NT_PRSTATUS)
			cpus++;
	}
	if (!d->info.nr_cpus)
		d->info.nr_cpus = cpus;
}
