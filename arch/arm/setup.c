/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel lies. ARM kernels are not moved at boot, but where their
 * addresses begin (PAGE_OFFSET) is a choice of their configuration, and where RAM
 * begins (PHYS_OFFSET) one of the machine. Documentation/arch/arm/memory.rst has
 * the map.
 */
#include "arm.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "debuginfo/elf_file.h"

bool arm_is_user(const struct target *t, uint64_t address)
{
	const struct arm_data *d = t->arch_data;

	/* TASK_SIZE; the lowest that any split gives when nothing is known */
	return address < (d && d->page_offset ? d->page_offset : 0x40000000) - MODULES_SIZE;
}

bool arm_early_symbol(struct target *t, const char *name, uint64_t *address)
{
	if (t->vmcoreinfo && vmcoreinfo_symbol(t->vmcoreinfo, name, address))
		return true;
	return t->vmlinux && elf_file_symbol(t->vmlinux, name, address);
}

/*
 * PAGE_OFFSET is 0x40000000, 0x80000000, 0xb0000000 or 0xc0000000 (CONFIG_VMSPLIT_*), and RAM's first
 * megabytes hold the kernel. The text of a kernel that runs from ROM lies elsewhere: its tables do not.
 */
static bool find_page_offset(struct target *t, struct arm_data *d)
{
	static const char *const names[] = {"swapper_pg_dir", "_sdata", "_stext", "stext", "_text"};
	uint64_t address;

	if (target_option(t, "page_offset", &d->page_offset)) {
		target_evidence(t, "PAGE_OFFSET", "-m page_offset=", "0x%" PRIx64, d->page_offset);
		return true;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!arm_early_symbol(t, names[i], &address) || address < 0x40000000 || address >> 32)
			continue;
		d->page_offset = address & 0xf0000000;
		target_evidence(t, "PAGE_OFFSET", names[i], "0x%" PRIx64, d->page_offset);
		return true;
	}
	return fail("neither the dump nor its memory says where the kernel lies, and there is no vmlinux "
		    "to tell");
}

static void add(struct target *t, uint64_t start, uint64_t last, enum space_method method, uint64_t offset,
		const char *what)
{
	space_add(&t->kernel, &(struct space_range){start, last, method, (int64_t)offset, what});
}

static bool read_early(struct target *t, const char *name, uint64_t *value)
{
	uint64_t address;

	return arm_early_symbol(t, name, &address) && target_read_word(t, address, value) == READ_OK;
}

/* The exported variable of kernels that learn at boot where RAM is (CONFIG_ARM_PATCH_PHYS_VIRT). */
static void compare_pv_offset(struct target *t, const struct arm_data *d)
{
	uint64_t pfn;

	if (!read_early(t, "__pv_phys_pfn_offset", &pfn))
		return;
	target_evidence(t, "__pv_phys_pfn_offset",
			pfn << 12 == d->phys_offset ? "the kernel's variable, which agrees"
						    : "the kernel's variable, which differs",
			"0x%" PRIx64, pfn);
}

/*
 * The linear map ends at high_memory, and vmalloc begins at the next multiple of
 * 8 MB at least 8 MB further (VMALLOC_OFFSET). What else there is (modules, kmap
 * below PAGE_OFFSET, fixmap and vectors at the top) is found by the tables.
 */
static void add_ranges(struct target *t, struct arm_data *d)
{
	enum { VMALLOC_OFFSET = 8 << 20 };
	const uint64_t vmalloc_end = 0xff800000; /* 0xff000000 before 3.15 */

	add(t, d->page_offset - MODULES_SIZE, UINT32_MAX, SPACE_TABLE, 0, "kernel");
	add(t, d->page_offset - MODULES_SIZE, d->page_offset - 1, SPACE_TABLE, 0, "modules");
	if (!read_early(t, "high_memory", &d->high_memory) || d->high_memory <= d->page_offset ||
	    d->high_memory > vmalloc_end - VMALLOC_OFFSET) {
		d->high_memory = 0;
		return;
	}
	target_evidence(t, "high_memory", "the kernel's variable", "0x%" PRIx64, d->high_memory);
	add(t, d->page_offset, d->high_memory - 1, SPACE_LINEAR, d->phys_offset - d->page_offset,
	    "direct map");
	d->vmalloc = (d->high_memory + VMALLOC_OFFSET) & ~(uint64_t)(VMALLOC_OFFSET - 1);
	add(t, d->vmalloc, vmalloc_end - 1, SPACE_TABLE, 0, "vmalloc");
}

bool arm_setup(struct target *t)
{
	struct arm_data *d = arena_new(t->arena, struct arm_data);
	const char *vm = target_option_text(t, "vm");

	t->arch_data = d;
	d->short_form = vm && strcmp(vm, "hardware") == 0 ? arm_hardware : arm_short;
	d->lpae_form = arm_lpae;
	d->short_form.order = d->lpae_form.order = t->order;
	if (!find_page_offset(t, d) || !arm_locate(t, d))
		return false;
	symbols_set_slide(t->symbols, 0);
	target_evidence(t, "page tables", "kernel image", "%s, root at 0x%" PRIx64, t->kernel.form->name,
			t->kernel.root);
	add_ranges(t, d);
	compare_pv_offset(t, d);
	return true;
}

bool arm_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	const struct arm_data *d = t->arch_data;

	return target_user_tables(t, pgd, d ? d->page_offset - MODULES_SIZE - 1 : 0, s);
}
