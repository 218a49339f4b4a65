/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel lies. Until 6.9 all memory is mapped at its own address, and
 * KASLR moves the image in it; since 6.10 the image is apart, at the top of the
 * address space, and the identity mapping may begin anywhere.
 */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "s390x.h"
#include "target/early.h"

/* A line "NAME=hexadecimal" of VMCOREINFO. */
static bool note_number(struct target *t, const char *name, uint64_t *value)
{
	const char *text = t->vmcoreinfo ? vmcoreinfo_get(t->vmcoreinfo, name) : NULL;

	return text && parse_number(text, 16, value);
}

static bool told_slide(struct target *t, uint64_t *slide)
{
	uint64_t stext, link;

	if (early_kaslr_option(t, slide))
		return true;
	if (!t->vmcoreinfo)
		return false;
	if (vmcoreinfo_symbol(t->vmcoreinfo, "_stext", &stext) && t->vmlinux &&
	    elf_file_symbol(t->vmlinux, "_stext", &link)) {
		*slide = stext - link;
		target_evidence(t, "KASLR", "VMCOREINFO SYMBOL(_stext)", "0x%" PRIx64, *slide);
		return true;
	}
	if (!vmcoreinfo_kernel_offset(t->vmcoreinfo, slide))
		*slide = 0;
	return true;
}

static void told_offsets(struct target *t, struct s390x_data *d)
{
	uint64_t value, offset;

	/* VMCOREINFO, since 6.10: physical addresses of the image are what KERNELOFFPHYS makes of them. */
	if (note_number(t, "KERNELOFFPHYS", &value) && vmcoreinfo_kernel_offset(t->vmcoreinfo, &offset)) {
		d->image_offset = value - offset;
		target_evidence(t, "image", "VMCOREINFO KERNELOFFPHYS", "0x%" PRIx64 " is 0x%" PRIx64, offset,
				value);
	}
	if (note_number(t, "IDENTITYBASE", &d->identity_base))
		target_evidence(t, "identity base", "VMCOREINFO IDENTITYBASE", "0x%" PRIx64,
				d->identity_base);
}

static void user_says(struct target *t, struct s390x_data *d, uint64_t slide)
{
	uint64_t value;

	if (target_option(t, "phys_base", &value)) {
		d->image_offset = value - slide;
		target_evidence(t, "image", "-m phys_base=", "0x%" PRIx64 " is 0x%" PRIx64, slide, value);
	}
	if (target_option(t, "page_offset", &d->identity_base))
		target_evidence(t, "identity base", "-m page_offset=", "0x%" PRIx64, d->identity_base);
}

static bool find_root(struct target *t, struct s390x_data *d, uint64_t slide)
{
	uint64_t top;
	uint8_t entry[8];
	enum read_status status;

	if (!early_symbol(t, "swapper_pg_dir", slide, &top))
		return fail("the kernel's page tables were not found: no symbol swapper_pg_dir");
	t->kernel.root = top + d->image_offset;
	/* All entries of a table have its type, also those that map nothing. */
	status = target_read_physical(t, t->kernel.root, entry, sizeof entry);
	if (status != READ_OK)
		return fail("the kernel's page tables at 0x%" PRIx64 ": %s", t->kernel.root,
			    read_status_text(status));
	d->form = s390x_form_of_entry(get_u64(entry, ORDER_BIG));
	t->kernel.form = d->form;
	t->kernel.has_root = true;
	return true;
}

static void add(struct target *t, uint64_t start, uint64_t last, enum space_method method, uint64_t offset,
		const char *what)
{
	space_add(&t->kernel, &(struct space_range){start, last, method, (int64_t)offset, what});
}

/* A region between two of the kernel's variables, which are there since 3.x or 4.x. */
static uint64_t region(struct target *t, const char *start, const char *end, const char *what)
{
	uint64_t first, last, at;

	if (!early_symbol(t, start, t->slide, &at) || target_read_word(t, at, &first) != READ_OK ||
	    !early_symbol(t, end, t->slide, &at) || target_read_word(t, at, &last) != READ_OK ||
	    last <= first)
		return 0;
	add(t, first, last - 1, SPACE_TABLE, 0, what);
	return first;
}

static void add_ranges(struct target *t, struct s390x_data *d)
{
	uint64_t max_pfn = dump_info(t->dump)->max_pfn, size = max_pfn << 12, start, end;

	add(t, 0, s390x_last(d->form), SPACE_TABLE, 0, "kernel");
	if (max_pfn && max_pfn < 1ULL << 52 && d->identity_base <= UINT64_MAX - size)
		add(t, d->identity_base, d->identity_base + size - 1, SPACE_LINEAR, -d->identity_base,
		    "identity mapping");
	if (d->identity_base) {
		/* The lowcore, and code for 31-bit addresses, stay at their own addresses. */
		add(t, 0, 0x1fff, SPACE_LINEAR, 0, "lowcore");
		if (note_number(t, "SAMODE31", &start) && note_number(t, "EAMODE31", &end) && end > start)
			add(t, start, end - 1, SPACE_LINEAR, 0, "31-bit code");
	}
	if (t->vmlinux && elf_file_symbol(t->vmlinux, "_stext", &start) &&
	    elf_file_symbol(t->vmlinux, "_end", &end) && start < end && end - start <= 1ULL << 31)
		add(t, start + t->slide, end + t->slide - 1, SPACE_LINEAR, d->image_offset, "kernel image");
	d->vmalloc = region(t, "VMALLOC_START", "VMALLOC_END", "vmalloc");
	d->modules = region(t, "MODULES_VADDR", "MODULES_END", "modules");
	fail_clear();
}

bool s390x_setup(struct target *t)
{
	struct s390x_data *d = arena_new(t->arena, struct s390x_data);
	uint64_t slide = 0;

	t->arch_data = d;
	if (!t->vmcoreinfo)
		t->vmcoreinfo = s390x_lowcore_note(t);
	if (told_slide(t, &slide))
		told_offsets(t, d);
	else if (!s390x_locate(t, d, &slide))
		goto failed;
	user_says(t, d, slide);
	if (!find_root(t, d, slide))
		goto failed;
	t->slide = slide;
	symbols_set_slide(t->symbols, slide);
	target_evidence(t, "page tables", "swapper_pg_dir", "%s, root at 0x%" PRIx64, d->form->name,
			t->kernel.root);
	add_ranges(t, d);
	return true;
failed:
	t->arch_data = NULL;
	return false;
}

/* The root table of a process is of the type that the size of its address space asks for. */
bool s390x_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	enum read_status status;
	uint64_t entry;

	if (!t->arch_data || !t->kernel.has_root)
		return fail("the kernel's memory was not found");
	status = space_translate(t, &t->kernel, pgd, &s->root, NULL);
	if (status == READ_OK)
		status = target_read_word(t, pgd, &entry);
	if (status != READ_OK)
		return target_read_failed(t, "the process's page tables", pgd, status);
	s->form = s390x_form_of_entry(entry);
	s->has_root = true;
	return space_add(s, &(struct space_range){0, s390x_last(s->form), SPACE_TABLE, 0, "user"});
}
