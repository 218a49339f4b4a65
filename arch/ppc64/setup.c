/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things lie. Everything of the kernel but vmalloc, I/O and vmemmap is in
 * the linear map, at 0xc000000000000000 plus the physical address; a relocatable
 * kernel that runs elsewhere than at 0 (in a crash kernel's reserve, say) has
 * moved by that much. Which MMU, and how wide its tables are, is the kernel's
 * choice at boot: since 4.7 it keeps the choice in variables.
 */
#include "ppc64.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "debuginfo/elf_file.h"
#include "target/early.h"

bool ppc64_is_user(const struct target *t, uint64_t address)
{
	/* TASK_SIZE is 4 PB at the most (asm/task_size_64.h); what is above is nobody's, or the kernel's. */
	(void)t;
	return address < 1ULL << 52;
}

static void add(struct target *t, uint64_t start, uint64_t last, enum space_method method, const char *what)
{
	space_add(&t->kernel, &(struct space_range){start, last, method,
						    method == SPACE_LINEAR ? -(int64_t)linear_map : 0, what});
}

static bool early_variable(struct target *t, const char *name, size_t size, uint64_t *value)
{
	uint64_t address;

	return early_symbol(t, name, t->slide, &address) &&
	       target_read_uint(t, address, size, value) == READ_OK;
}

/* How far the image was moved, by what the user or the kernel says. */
static bool told_slide(struct target *t, uint64_t *slide)
{
	uint64_t stext, link;

	if (target_option(t, "phys_base", slide)) {
		target_evidence(t, "relocation", "-m phys_base=", "0x%" PRIx64, *slide);
		return true;
	}
	if (early_kaslr_option(t, slide))
		return true;
	if (t->vmcoreinfo && t->vmlinux && vmcoreinfo_symbol(t->vmcoreinfo, "_stext", &stext) &&
	    elf_file_symbol(t->vmlinux, "_stext", &link)) {
		*slide = stext - link;
		target_evidence(t, "relocation", "VMCOREINFO SYMBOL(_stext)", "0x%" PRIx64, *slide);
		return true;
	}
	return false;
}

static bool find_slide(struct target *t, uint64_t *slide)
{
	/* At 0, or where a crash kernel runs: at 32 MB (KDUMP_KERNELBASE), or in the reserve beyond. */
	enum { STEP = 16 << 20 };
	const uint64_t most = 2ULL << 30;
	struct banner b;

	*slide = 0;
	if (told_slide(t, slide) || !t->vmlinux)
		return true;
	if (!banner_of_vmlinux(t, &b))
		return false;
	for (*slide = 0; *slide <= most; *slide += STEP) {
		if (banner_is_at(t, &b, b.address + *slide - linear_map)) {
			target_evidence(t, "relocation", "the banner in memory", "0x%" PRIx64, *slide);
			return true;
		}
	}
	return fail("the kernel of this vmlinux was not found in memory; where it runs can be told with -m "
		    "phys_base=");
}

static const char *const width_names[] = {"__pgd_index_size", "__pud_index_size", "__pmd_index_size",
					  "__pte_index_size"};

/* The kernel's own words for the widths of its tables (since 4.7). */
static bool told_widths(struct target *t, uint64_t bits[4])
{
	for (size_t i = 0; i < 4; i++) {
		if (!early_variable(t, width_names[i], 8, &bits[i]))
			return false;
	}
	return true;
}

/* MMU_FTR_TYPE_RADIX of asm/mmu.h, in what VMCOREINFO tells of the CPU (since 6.7). */
static bool radix_by_cpu(struct target *t, bool *radix)
{
	enum { MMU_FTR_TYPE_RADIX = 0x40 };
	uint64_t spec, offset, features;

	if (!vmcoreinfo_measure(t->vmcoreinfo, "OFFSET", "cpu_spec.mmu_features", &offset) ||
	    !early_variable(t, "cur_cpu_spec", 8, &spec) ||
	    target_read_uint(t, spec + offset, 4, &features) != READ_OK)
		return false;
	*radix = features & MMU_FTR_TYPE_RADIX;
	return true;
}

/* Which MMU; false with a message for an option that names none. */
static bool is_radix(struct target *t, const uint64_t *bits, bool *answer)
{
	const char *vm = target_option_text(t, "vm");
	const char *from;
	int64_t number;
	bool radix = false, known;

	if (vm) {
		radix = strcmp(vm, "radix") == 0;
		if (!radix && strcmp(vm, "hash") != 0)
			return fail("-m vm=%s: radix and hash are known", vm);
		from = "-m vm=";
	} else if (bits) {
		/* RADIX_PGD_INDEX_SIZE; hash tables have 8, 9 or 12 there. */
		radix = bits[0] == 13;
		from = "the kernel's variable __pgd_index_size";
	} else if (vmcoreinfo_number(t->vmcoreinfo, "RADIX_MMU", &number)) {
		radix = number == 1;
		from = "VMCOREINFO";
	} else if (t->vmcoreinfo && radix_by_cpu(t, &radix)) {
		from = "cur_cpu_spec";
	} else {
		radix = ppc64_root_is_radix(t, t->kernel.root, &known);
		from = known ? "the root table's first entry" : "nothing";
	}
	target_evidence(t, "MMU", from, "%s", radix ? "radix" : "hash");
	*answer = radix;
	return true;
}

/* How many bits a page has: the last table's width tells which of the two sizes it is. */
static unsigned find_page_shift(struct target *t, const uint64_t *bits)
{
	unsigned shift = t->page_shift == 12 ? 12 : 16;

	if (bits) {
		shift = bits[3] == 9 ? 12 : 16;
		target_evidence(t, "page size", "the kernel's variable __pte_index_size", "%u", 1U << shift);
	} else if (t->vmcoreinfo && vmcoreinfo_get(t->vmcoreinfo, "PAGESIZE")) {
		target_evidence(t, "page size", "VMCOREINFO", "%u", 1U << shift);
	} else {
		target_evidence(t, "page size", "what is usual", "%u", 1U << shift);
	}
	return shift;
}

/*
 * Kernels before 4.7 had no choice: hash, in forms that changed with the release, and no variables that tell.
 * As major * 1000 + minor; 0 unknown.
 */
static unsigned release_of(const struct target *t)
{
	unsigned major = 0, minor = 0;
	const char *at = t->release;

	while (*at >= '0' && *at <= '9' && major < 100)
		major = major * 10 + (unsigned)(*at++ - '0');
	if (*at++ != '.')
		return 0;
	while (*at >= '0' && *at <= '9' && minor < 100)
		minor = minor * 10 + (unsigned)(*at++ - '0');
	return major * 1000 + minor;
}

/* root first: book3s/64/{radix,hash}-{4k,64k}.h; those of Linux 3.10 to 4.5, and of 4.6 */
static const uint64_t radix_bits[2][4] = {{13, 9, 9, 9}, {13, 9, 9, 5}};
static const uint64_t hash_bits[2][4] = {{9, 9, 7, 9}, {8, 10, 10, 8}};
static const uint64_t old_bits[2][4] = {{9, 9, 7, 9}, {12, 0, 10, 8}};
static const uint64_t bits_of_4_6[2][4] = {{9, 9, 7, 9}, {12, 5, 5, 8}};

static bool choose_form(struct target *t, struct ppc64_data *d)
{
	uint64_t told[4];
	const uint64_t *bits = told_widths(t, told) ? told : NULL;
	unsigned release = bits ? 0 : release_of(t), shift, large;

	if (!is_radix(t, bits, &d->radix))
		return false;
	shift = find_page_shift(t, bits);
	large = shift == 16;
	d->form = d->radix ? ppc64_radix : ppc64_hash;
	if (!bits)
		bits = d->radix ? radix_bits[large] : hash_bits[large];
	if (!d->radix && release && release < 4007) {
		if (release == 4005)
			return fail("the page tables of Linux 4.5 are not known");
		if (release < 4005)
			d->form = ppc64_hash_before_4_5;
		bits = release < 4005 ? old_bits[large] : bits_of_4_6[large];
		d->form.order = t->order;
	}
	if (!ppc64_set_widths(&d->form, shift, bits))
		return fail("the kernel's page tables have widths that cannot be: %" PRIu64 " %" PRIu64
			    " %" PRIu64 " %" PRIu64,
			    bits[0], bits[1], bits[2], bits[3]);
	t->page_shift = (uint8_t)shift;
	t->page_size = 1U << shift;
	return true;
}

/*
 * struct vmemmap_backing { list, phys, virt_addr } (asm/pgalloc.h): with a hash
 * MMU the map of struct page is in no Linux table, only in this list. Each is
 * one page of the size that mmu_vmemmap_psize says.
 */
static bool vmemmap_page_shift(struct target *t, uint64_t *shift)
{
	uint64_t number, table, size = 0;

	if (!early_variable(t, "mmu_vmemmap_psize", 4, &number) ||
	    !early_symbol(t, "mmu_psize_defs", t->slide, &table))
		return false;
	if (!vmcoreinfo_measure(t->vmcoreinfo, "SIZE", "mmu_psize_def", &size)) {
		const struct symbol *symbol = symbol_find(t->symbols, "mmu_psize_defs");

		/* MMU_PAGE_COUNT is 16 (15 before 4.7) */
		size = symbol ? symbol->size / (symbol->size % 16 == 0 ? 16 : 15) : 0;
	}
	return size >= 4 && size <= 256 && number < 16 &&
	       target_read_uint(t, table + number * size, 4, shift) == READ_OK && *shift >= 12 &&
	       *shift <= 34;
}

static int by_start(const void *a, const void *b)
{
	const struct space_piece *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static bool read_vmemmap_list(struct target *t, uint64_t *first)
{
	enum { MOST = 1 << 20 };
	VEC(struct space_piece) pieces = {0};
	uint64_t at, shift, mark = 0;

	if (!early_variable(t, "vmemmap_list", 8, &at) || !at || !vmemmap_page_shift(t, &shift))
		return false;
	for (size_t i = 0; at && at != mark && i < MOST; i++) {
		uint8_t entry[24];
		uint64_t start;

		/* a list that was damaged into a loop comes by one of these again */
		if ((i & (i - 1)) == 0)
			mark = at;
		if (target_read(t, at, entry, sizeof entry) != READ_OK)
			break;
		start = get_u64(entry + 16, t->order);
		*vec_push(t->arena, &pieces) = (struct space_piece){start, start + ((1ULL << shift) - 1),
								    get_u64(entry + 8, t->order)};
		at = get_u64(entry, t->order);
	}
	if (!pieces.n)
		return false;
	qsort(pieces.items, pieces.n, sizeof *pieces.items, by_start);
	t->kernel.pieces = pieces.items;
	t->kernel.n_pieces = pieces.n;
	*first = pieces.items[0].start;
	return true;
}

static void add_vmemmap(struct target *t, struct ppc64_data *d)
{
	uint64_t first = 0;

	early_variable(t, "vmemmap", 8, &d->vmemmap);
	if (!d->radix && read_vmemmap_list(t, &first)) {
		uint64_t last = t->kernel.pieces[t->kernel.n_pieces - 1].last;

		target_evidence(t, "vmemmap", "vmemmap_list", "0x%" PRIx64 ", %zu pages", first,
				t->kernel.n_pieces);
		if (!d->vmemmap)
			d->vmemmap = first;
		add(t, first, last, SPACE_LOOKUP, "vmemmap");
	} else if (d->vmemmap >= linear_map) {
		target_evidence(t, "vmemmap", "the kernel's variable", "0x%" PRIx64, d->vmemmap);
		add(t, d->vmemmap, d->vmemmap + (1ULL << 46) - 1, SPACE_TABLE, "vmemmap");
	}
}

/* A region that two variables bound. */
static void add_region(struct target *t, const char *from, const char *to, const char *what, uint64_t *start)
{
	uint64_t end;

	if (!early_variable(t, from, 8, start) || !early_variable(t, to, 8, &end) || *start <= linear_map ||
	    end <= *start) {
		*start = 0;
		return;
	}
	target_evidence(t, what, from, "0x%" PRIx64 " to 0x%" PRIx64, *start, end - 1);
	add(t, *start, end - 1, SPACE_TABLE, what);
}

static void add_ranges(struct target *t, struct ppc64_data *d)
{
	uint64_t virt = 0;

	/* Where a kernel with a hash MMU and 4K pages puts it, the linear map is shorter. */
	if (early_variable(t, "__kernel_virt_start", 8, &virt) && virt > linear_map && virt < linear_map_end)
		add(t, virt, linear_map_end - 1, SPACE_TABLE, "kernel");
	add(t, linear_map_end, 0xc00fffffffffffff, SPACE_TABLE, "kernel");
	/* Until 5.2 these had regions of their own with a hash MMU. */
	add(t, 0xd000000000000000, 0xd00fffffffffffff, SPACE_TABLE, "vmalloc");
	add_region(t, "__vmalloc_start", "__vmalloc_end", "vmalloc", &d->vmalloc);
	add_region(t, "__kernel_io_start", "__kernel_io_end", "I/O", &d->io);
	add_vmemmap(t, d);
}

bool ppc64_setup(struct target *t)
{
	struct ppc64_data *d = arena_new(t->arena, struct ppc64_data);
	uint64_t slide, root;

	t->arch_data = d;
	if (!find_slide(t, &slide))
		return false;
	t->slide = slide;
	symbols_set_slide(t->symbols, slide);
	add(t, linear_map, linear_map_end - 1, SPACE_LINEAR, "linear map");
	if (!early_symbol(t, "swapper_pg_dir", t->slide, &root))
		return fail("the kernel's page tables were not found: no symbol swapper_pg_dir");
	t->kernel.root = root - linear_map;
	if (!choose_form(t, d))
		return false;
	t->kernel.form = &d->form;
	t->kernel.has_root = true;
	target_evidence(t, "page tables", "swapper_pg_dir", "%s, root at 0x%" PRIx64, d->form.name,
			t->kernel.root);
	add_ranges(t, d);
	return true;
}

bool ppc64_user_space(struct target *t, uint64_t pgd, struct space *s)
{
	if (!t->kernel.has_root)
		return fail("the kernel's memory was not found");
	if (pgd < linear_map || pgd >= linear_map_end)
		return fail("0x%" PRIx64 " is no address of a process's page tables", pgd);
	s->root = pgd - linear_map;
	s->form = t->kernel.form;
	s->has_root = true;
	return space_add(s, &(struct space_range){0, (1ULL << 52) - 1, SPACE_TABLE, 0, "user"});
}
