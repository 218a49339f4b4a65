/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an architecture's setup() works with: nothing can be read by virtual
 * address yet, and no symbol has been moved. What the user and VMCOREINFO say of
 * KASLR, symbols of the vmlinux, and the search for the kernel by its banner.
 */
#ifndef TARGET_EARLY_H
#define TARGET_EARLY_H

#include "target/target.h"

/* Run-time minus link-time address, by --kaslr off or a number; false when the user leaves it open. */
bool early_kaslr_option(struct target *t, uint64_t *slide);
/*
 * The same by --kaslr, KERNELOFFSET, or SYMBOL(_stext) beside the vmlinux's; 0 where the note's own symbols
 * are all there are. False: nobody says.
 */
bool early_slide(struct target *t, uint64_t *slide);
/* The run-time address of a symbol, by VMCOREINFO or the vmlinux. False without a message. */
bool early_symbol(struct target *t, const char *name, uint64_t slide, uint64_t *address);

/* linux_banner, as the vmlinux has it. */
struct banner {
	const char *text;
	size_t size;      /* bytes to compare */
	uint64_t address; /* link time */
};

/* False with a message: there is no vmlinux, or it has none. */
bool banner_of_vmlinux(struct target *t, struct banner *b);
/* Does it lie at this physical address? */
bool banner_is_at(struct target *t, const struct banner *b, uint64_t physical);
/*
 * Every place below @end where it lies and that is the same modulo @step (a power of two) as its link-time
 * address, until
 * @take says yes. False without a message.
 */
bool banner_search(struct target *t, const struct banner *b, uint64_t step, uint64_t end,
		   bool (*take)(void *context, uint64_t physical), void *context);
/* Always false, with a message: no memory of the dump has it. */
bool banner_not_found(struct target *t, const struct banner *b);

#endif
