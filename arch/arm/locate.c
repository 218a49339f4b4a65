/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where RAM begins. No dump says it for sure, and no VMCOREINFO: but the kernel's
 * tables lie at a fixed distance from there, and must map the kernel to where it
 * would be. That also tells in which of the two forms they are.
 */
#include "arm.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "debuginfo/elf_file.h"

struct place {
	uint64_t swapper; /* virtual address of the kernel's tables: short form, LPAE */
	uint64_t probe;   /* address inside the kernel image */
	const char *banner;
	uint64_t banner_address;
};

/* arch/arm/kernel/head.S: the tables are put right in front of the kernel's text. */
enum { SHORT_SIZE = 0x4000, LPAE_SIZE = 0x5000 };

static bool find_place(struct target *t, struct place swapper[2])
{
	static const char *const text[] = {"_text", "stext", "_stext"};
	uint64_t address, probe;
	struct place p = {0};

	if (t->vmlinux && (p.banner = elf_file_banner(t->vmlinux)) &&
	    !elf_file_symbol(t->vmlinux, "linux_banner", &p.banner_address))
		p.banner = NULL;
	if (p.banner && strlen(p.banner) > 255)
		p.banner = NULL;
	if (!arm_early_symbol(t, "_stext", &probe) && !arm_early_symbol(t, "swapper_pg_dir", &probe))
		return fail("no symbol _stext tells where the kernel lies");
	p.probe = p.banner ? p.banner_address : probe;
	swapper[0] = swapper[1] = p;
	if (arm_early_symbol(t, "swapper_pg_dir", &address)) {
		swapper[0].swapper = swapper[1].swapper = address;
		return true;
	}
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		if (!arm_early_symbol(t, text[i], &address))
			continue;
		/* _stext may be a section further, where the text is write-protected */
		swapper[0].swapper = (address & ~0xfffffULL) + 0x8000 - SHORT_SIZE;
		swapper[1].swapper = (address & ~0xfffffULL) + 0x8000 - LPAE_SIZE;
		if (i < 2) {
			swapper[0].swapper = address - SHORT_SIZE;
			swapper[1].swapper = address - LPAE_SIZE;
		}
		return true;
	}
	return fail("no symbol tells where the kernel's page tables are");
}

/* Do tables of that form map the kernel to where it is, when RAM begins at @phys_offset? */
static bool fits(struct target *t, struct arm_data *d, const struct place *p, bool lpae, uint64_t phys_offset)
{
	struct space s = {.name = "kernel",
			  .form = lpae ? &d->lpae_form : &d->short_form,
			  .root = p->swapper - d->page_offset + phys_offset,
			  .has_root = true};
	char got[256];
	uint64_t physical;

	space_add(&s, &(struct space_range){d->page_offset, UINT32_MAX, SPACE_TABLE, 0, "kernel"});
	if (space_translate(t, &s, p->probe, &physical, NULL) != READ_OK ||
	    physical != p->probe - d->page_offset + phys_offset)
		return false;
	if (p->banner) {
		size_t n = strlen(p->banner);

		if (target_read_physical(t, physical, got, n) != READ_OK || memcmp(got, p->banner, n) != 0)
			return false;
	}
	d->lpae = lpae;
	d->phys_offset = phys_offset;
	t->kernel.form = s.form;
	t->kernel.root = s.root;
	t->kernel.has_root = true;
	return true;
}

/* Which forms to try: bit 0 short, bit 1 LPAE. */
static unsigned told_forms(struct target *t)
{
	const char *vm = target_option_text(t, "vm");
	const char *config = t->vmcoreinfo ? vmcoreinfo_get(t->vmcoreinfo, "CONFIG_ARM_LPAE") : NULL;

	if (vm) {
		target_evidence(t, "paging", "-m vm=", "%s", vm);
		return strcmp(vm, "lpae") == 0 ? 2 : 1;
	}
	/* arch/arm/kernel/machine_kexec.c, arch_crash_save_vmcoreinfo(): no line where it is not set */
	if (config && strcmp(config, "y") == 0) {
		target_evidence(t, "paging", "VMCOREINFO CONFIG_ARM_LPAE", "LPAE");
		return 2;
	}
	return 3;
}

static bool try_forms(struct target *t, struct arm_data *d, const struct place p[2], unsigned forms,
		      uint64_t phys_offset)
{
	return (forms & 1 && fits(t, d, &p[0], false, phys_offset)) ||
	       (forms & 2 && fits(t, d, &p[1], true, phys_offset));
}

/*
 * Every multiple of @step of which the kernel's tables would be in RAM. Kernels that learn at boot where RAM
 * is take a multiple of 2 MB (16 MB before 9443076e4330, 5.11); others have any.
 */
static bool scan(struct target *t, struct arm_data *d, const struct place p[2], unsigned forms, uint64_t step)
{
	const struct dump_range *ranges;
	size_t n = dump_ranges(t->dump, &ranges);
	uint64_t inside = p[0].swapper - d->page_offset;

	for (size_t i = 0; i < n; i++) {
		uint64_t at = ranges[i].start > inside ? ranges[i].start - inside : 0;

		/* from the lowest: RAM begins there, and other kernels' leavings are further up */
		for (at &= ~(step - 1); at + inside < ranges[i].end && !interrupted(); at += step) {
			if (try_forms(t, d, p, forms, at))
				return true;
		}
	}
	return false;
}

bool arm_locate(struct target *t, struct arm_data *d)
{
	const struct dump_info *info = dump_info(t->dump);
	struct place p[2] = {0};
	unsigned forms;
	uint64_t told;

	if (!find_place(t, p))
		return false;
	forms = told_forms(t);
	if (target_option(t, "phys_offset", &told) || target_option(t, "phys_base", &told)) {
		if (!try_forms(t, d, p, forms, told))
			return fail("no page tables of this kernel are there when RAM begins at 0x%" PRIx64,
				    told);
		target_evidence(t, "PHYS_OFFSET", "-m phys_offset=", "0x%" PRIx64, told);
		return true;
	}
	if (info->has_phys_base && try_forms(t, d, p, forms, (uint64_t)info->phys_base)) {
		target_evidence(t, "PHYS_OFFSET", "the dump's header", "0x%" PRIx64, d->phys_offset);
		return true;
	}
	if (scan(t, d, p, forms, 2 << 20) || scan(t, d, p, forms, 64 << 10)) {
		target_evidence(t, "PHYS_OFFSET",
				p[0].banner ? "the banner in memory, where the kernel's tables map it"
					    : "page tables that map the kernel to itself",
				"0x%" PRIx64, d->phys_offset);
		return true;
	}
	if (p[0].banner)
		return fail("the dump's memory holds no kernel with the banner of %s, \"%s\"",
			    elf_file_path(t->vmlinux), p[0].banner);
	return fail("the dump's memory holds no page tables of this kernel");
}
