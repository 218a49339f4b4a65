/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/symbols_build.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "debuginfo/elf_symtab.h"

/* What a section says about the symbols in it. */
struct section_kind {
	char letter; /* as nm, for a local symbol */
	bool slides;
};

/* By flags alone, as binutils' nm does for ELF; the kernel's .rodata is writable in the file, so its letter
 * is d.
 */
static char section_letter(const struct elf_section *s)
{
	if (s->flags & SHF_EXECINSTR)
		return 't';
	if (!(s->flags & SHF_ALLOC))
		return strncmp(s->name, ".debug", 6) == 0 ? 'N' : 'n';
	if (s->type == SHT_NOBITS)
		return 'b';
	return s->flags & SHF_WRITE ? 'd' : 'r';
}

/*
 * Until 6.15 the per-CPU section of x86_64 is linked at address 0: its symbols
 * are offsets, and nothing is added to them (scripts/link-vmlinux, arch/x86/tools/relocs.c).
 */
static bool is_zero_based_percpu(const struct elf_section *s)
{
	return s->address == 0 && strcmp(s->name, ".data..percpu") == 0;
}

static struct section_kind *section_kinds(struct elf_file *e, struct image_area *image)
{
	const struct elf_section *list;
	size_t n = elf_file_sections(e, &list);
	struct section_kind *kinds = xcalloc(n, sizeof(*kinds));

	*image = (struct image_area){.start = UINT64_MAX};
	for (size_t i = 1; i < n; i++) {
		const struct elf_section *s = &list[i];

		kinds[i].letter = section_letter(s);
		kinds[i].slides = s->flags & SHF_ALLOC && !is_zero_based_percpu(s);
		if (!kinds[i].slides || !s->size || s->size > UINT64_MAX - s->address)
			continue;
		if (s->address < image->start)
			image->start = s->address;
		if (s->address + s->size > image->end)
			image->end = s->address + s->size;
	}
	return kinds;
}

bool symbol_is_place(uint16_t machine, const char *name)
{
	return (name[0] == '.' && name[1] == 'L') ||
	       (name[0] == '$' && (machine == EM_ARM || machine == EM_AARCH64 || machine == EM_RISCV));
}

static bool is_noise(uint16_t machine, const struct elf_sym *sym, const char *name)
{
	/* checksums of exported symbols: absolute values until 5.19 */
	return name[0] == '\0' || symbol_is_place(machine, name) ||
	       (sym->special && strncmp(name, "__crc_", 6) == 0);
}

static char letter_of(const struct elf_sym *sym, char section_letter)
{
	char letter = sym->special ? 'a' : section_letter;

	if (sym->binding == STB_WEAK)
		return sym->type == STT_OBJECT ? 'V' : 'W';
	if (sym->type == STT_GNU_IFUNC)
		return 'i';
	return sym->binding == STB_LOCAL || letter == 'N' ? letter : (char)(letter - 'a' + 'A');
}

static bool has_isa_bit(uint16_t machine)
{
	/* an odd address says "Thumb" or "compressed" code, not where it is */
	return machine == EM_ARM || machine == EM_MIPS;
}

/* The image as the kernel itself bounds it, where it has these symbols. */
static void bound(struct image_area *image, uint16_t machine, const char *name, uint64_t address)
{
	/* riscv's head code, where CPUs start, comes before _text (arch/riscv/kernel/vmlinux.lds.S) */
	if (strcmp(name, machine == EM_RISCV ? "_start" : "_text") == 0)
		image->start = address;
	else if (strcmp(name, "_stext") == 0 && image->start > address)
		image->start = address;
	else if (strcmp(name, "_end") == 0)
		image->end = address;
}

/*
 * 64-bit PowerPC's ELF V1 ABI: a function's symbol names its descriptor in .opd, whose first word is where
 * its code is. Kernels that GCC built have a symbol for the code too, the same name with a dot before it
 * (-mcall-aixdesc); others have the code's size in the descriptor's symbol, and get that symbol here, as from
 * binutils' nm.
 */
enum { DESCRIPTOR_SIZE = 24, OF_CODE = 1u << 31 };

struct descriptors {
	const uint8_t *bytes; /* NULL: there are none */
	uint64_t address, size;
};

static struct descriptors find_descriptors(struct elf_file *e)
{
	struct descriptors d = {0};
	struct elf_section opd;
	size_t size;

	if (elf_file_machine(e) != EM_PPC64 || !elf_file_section(e, ".opd", &opd))
		return d;
	d.bytes = elf_file_data(e, &opd, &size);
	d.address = opd.address;
	d.size = d.bytes ? size : 0;
	return d;
}

struct reader {
	const struct elf_symtab *table;
	const struct section_kind *kinds;
	size_t n_kinds;
	struct image_area sections; /* at link-time addresses */
	uint64_t slide, mask;
	uint16_t machine;
	struct descriptors opd;
	struct arena *arena; /* for names that are in no file; NULL: they are not wanted yet */
};

static bool names_code(const struct reader *r, const struct elf_sym *sym)
{
	return sym->type == STT_FUNC && sym->size && sym->size != DESCRIPTOR_SIZE &&
	       sym->value >= r->opd.address && sym->value - r->opd.address < r->opd.size &&
	       r->opd.size - (sym->value - r->opd.address) >= 8;
}

/* Make @symbol, which is the descriptor's, that of the code. */
static void follow_descriptor(const struct reader *r, const struct elf_sym *sym, struct symbol *symbol)
{
	symbol->address = get_u64(r->opd.bytes + (sym->value - r->opd.address), r->table->order) + r->slide;
	symbol->type = sym->binding == STB_WEAK ? 'W' : sym->binding == STB_LOCAL ? 't' : 'T';
	if (r->arena)
		symbol->name = arena_printf(r->arena, ".%s", symbol->name);
}

/* Entry @i as a symbol, with OF_CODE that of its code; false when it is none that anybody asks for. */
static bool read_one(const struct reader *r, size_t i, struct symbol *symbol, struct elf_sym *sym)
{
	bool of_code = i & OF_CODE;

	elf_symtab_get(r->table, i & ~(size_t)OF_CODE, sym);
	if (sym->type == STT_SECTION || sym->type == STT_FILE || sym->type == STT_TLS ||
	    sym->section == SHN_UNDEF || (sym->special && sym->section != SHN_ABS) ||
	    (!sym->special && sym->section >= r->n_kinds))
		return false;
	symbol->name = elf_symtab_name(r->table, sym);
	symbol->size = sym->size;
	symbol->module = 0;
	symbol->type = letter_of(sym, sym->special ? 'a' : r->kinds[sym->section].letter);
	/* linker scripts make absolute symbols that are addresses: init_per_cpu__*, in older kernels _end */
	symbol->slides = sym->special ? sym->value >= r->sections.start && sym->value <= r->sections.end
				      : r->kinds[sym->section].slides;
	if (sym->type == STT_FUNC && has_isa_bit(r->machine))
		sym->value &= ~1ULL;
	symbol->address = (symbol->slides ? sym->value + r->slide : sym->value) & r->mask;
	if (of_code)
		follow_descriptor(r, sym, symbol);
	return true;
}

static size_t read_keys(const struct reader *r, struct image_area *image, struct symbol_key *keys)
{
	size_t n = 0;

	*image = r->sections;
	for (size_t i = 1; i < r->table->n; i++) {
		struct symbol symbol;
		struct elf_sym sym;

		if (!read_one(r, i, &symbol, &sym) || is_noise(r->machine, &sym, symbol.name))
			continue;
		if (sym.binding == STB_GLOBAL && symbol.name[0] == '_')
			bound(image, r->machine, symbol.name, sym.value);
		keys[n++] = (struct symbol_key){
			.address = symbol.address,
			.index = (uint32_t)i,
			.rank = symbol_rank(symbol.name, symbol.type,
					    sym.type == STT_FUNC || sym.type == STT_OBJECT, symbol.size),
		};
		if (r->opd.bytes && names_code(r, &sym) && read_one(r, i | OF_CODE, &symbol, &sym))
			keys[n++] = (struct symbol_key){
				.address = symbol.address,
				.index = (uint32_t)i | OF_CODE,
				.rank = symbol_rank(symbol.name, symbol.type, true, symbol.size),
			};
	}
	image->start = (image->start + r->slide) & r->mask;
	image->end = (image->end + r->slide) & r->mask;
	return n;
}

static void text_areas(struct elf_file *e, uint64_t slide, struct arena *a, struct image_area **text,
		       size_t *n_text)
{
	const struct elf_section *list;
	size_t n = elf_file_sections(e, &list);

	*n_text = 0;
	*text = arena_new_n(a, n, struct image_area);
	for (size_t i = 1; i < n; i++) {
		const struct elf_section *s = &list[i];

		if ((s->flags & (SHF_ALLOC | SHF_EXECINSTR)) == (SHF_ALLOC | SHF_EXECINSTR) && s->size)
			(*text)[(*n_text)++] =
				(struct image_area){s->address + slide, s->address + slide + s->size};
	}
}

/* Those of equal rank by name; runs are short but in a damaged file, which may keep its order. */
static void sort_aliases(const struct symbol_key *keys, struct symbol *list, size_t n)
{
	enum { MOST_ALIASES = 64 };
	size_t first = 0;

	for (size_t i = 1; i < n; i++) {
		struct symbol symbol = list[i];
		size_t at = i;

		if (keys[i].address != keys[i - 1].address || keys[i].rank != keys[i - 1].rank)
			first = i;
		if (i - first >= MOST_ALIASES)
			continue;
		for (; at > first && strcmp(list[at - 1].name, symbol.name) > 0; at--)
			list[at] = list[at - 1];
		list[at] = symbol;
	}
}

bool symbols_read_elf(struct elf_file *e, uint64_t slide, struct arena *a, struct symbol_set *set,
		      struct image_area *image, struct image_area **text, size_t *n_text)
{
	struct reader r = {.slide = slide, .machine = elf_file_machine(e)};
	const struct elf_section *sections;
	struct section_kind *kinds;
	struct symbol_key *keys;
	struct elf_symtab table;
	struct elf_sym sym;
	size_t n;

	*set = (struct symbol_set){0};
	if (!elf_symtab_open(e, &table))
		return false;
	if (table.n < 2 || table.n >= UINT32_MAX / 2)
		return fail("%s: the symbol table is empty or too large", elf_file_path(e));
	r.table = &table;
	r.mask = elf_file_word_size(e) == 8 ? UINT64_MAX : UINT32_MAX;
	r.n_kinds = elf_file_sections(e, &sections);
	r.kinds = kinds = section_kinds(e, &r.sections);
	r.opd = find_descriptors(e);
	keys = xmalloc((r.opd.bytes ? 4 : 2) * table.n * sizeof(*keys));
	n = read_keys(&r, image, keys);
	symbol_keys_sort(keys, n);
	set->list = arena_alloc(a, n * sizeof(*set->list));
	r.arena = a;
	for (size_t i = 0; i < n; i++)
		read_one(&r, keys[i].index, &set->list[i], &sym);
	sort_aliases(keys, set->list, n);
	set->n = n;
	text_areas(e, slide, a, text, n_text);
	free(keys);
	free(kinds);
	return n ? true : fail("%s: the symbol table is empty", elf_file_path(e));
}

/* The linker puts the local symbols of a file behind one of type STT_FILE, which has its name. */
const char *symbols_file_of(struct elf_file *e, uint64_t slide, const struct symbol *symbol)
{
	uint64_t mask = elf_file_word_size(e) == 8 ? UINT64_MAX : UINT32_MAX;
	uint64_t address = (symbol->slides ? symbol->address - slide : symbol->address) & mask;
	bool isa_bit = has_isa_bit(elf_file_machine(e));
	const char *file = NULL;
	struct elf_symtab table;
	struct elf_sym sym;

	if (!elf_symtab_open(e, &table))
		return NULL;
	for (size_t i = 1; i < table.first_global; i++) {
		elf_symtab_get(&table, i, &sym);
		if (sym.type == STT_FILE)
			file = elf_symtab_name(&table, &sym);
		else if ((sym.type == STT_FUNC && isa_bit ? sym.value & ~1ULL : sym.value) == address &&
			 strcmp(elf_symtab_name(&table, &sym), symbol->name) == 0)
			return file && *file ? file : NULL;
	}
	return NULL;
}

bool elf_module_symbols(struct elf_file *elf,
			bool (*section_address)(void *context, const char *section, uint64_t *address),
			void *context, struct arena *a, struct symbol **list, size_t *n)
{
	struct reader r = {.machine = elf_file_machine(elf)};
	const struct elf_section *sections;
	struct section_kind *kinds;
	struct image_area ignored;
	struct elf_symtab table;
	uint64_t *addresses;
	bool *known;

	*n = 0;
	if (!elf_symtab_open(elf, &table))
		return false;
	r.table = &table;
	r.mask = elf_file_word_size(elf) == 8 ? UINT64_MAX : UINT32_MAX;
	r.n_kinds = elf_file_sections(elf, &sections);
	r.kinds = kinds = section_kinds(elf, &ignored);
	r.sections = (struct image_area){.start = UINT64_MAX};
	addresses = xcalloc(r.n_kinds, sizeof(*addresses));
	known = xcalloc(r.n_kinds, sizeof(*known));
	for (size_t i = 1; i < r.n_kinds; i++)
		known[i] = sections[i].flags & SHF_ALLOC &&
			   section_address(context, sections[i].name, &addresses[i]);
	*list = arena_new_n(a, table.n, struct symbol);
	for (size_t i = 1; i < table.n; i++) {
		struct symbol *symbol = &(*list)[*n];
		struct elf_sym sym;

		if (!read_one(&r, i, symbol, &sym) || sym.special || !known[sym.section] ||
		    is_noise(r.machine, &sym, symbol->name))
			continue;
		symbol->address = (symbol->address + addresses[sym.section]) & r.mask;
		++*n;
	}
	free(known);
	free(addresses);
	free(kinds);
	return true;
}
