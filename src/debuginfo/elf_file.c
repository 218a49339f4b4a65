/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/elf_file.h"

#include <elf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "debuginfo/elf_handle.h"
#include "debuginfo/elf_symtab.h"

enum {
	MOST_SECTIONS = 1 << 20, /* a module built with -ffunction-sections has some ten thousand */
	/* the best that zlib can do is 1032 : 1; zstd can do more, no debug section comes near */
	MOST_COMPRESSION = 1032,
};

struct elf_file {
	struct arena arena;
	struct file *file;
	struct elf_handle handle;
	bool compressed; /* some sections are */
	uint16_t machine, type;
	uint32_t flags;
	uint8_t word_size;
	enum byte_order order;
	struct elf_section *sections;
	size_t n_sections;
	const uint8_t **data; /* per section: decompressed contents, made on demand */
	size_t *data_size;
	bool build_id_done, banner_done;
	const char *build_id, *banner;
};

/*
 * libelf writes into the section headers, even in place, when it decompresses a
 * section: only a map of our own may be given to it then.
 */
static bool map_privately(struct file *f, struct elf_handle *h)
{
	if (f->size == 0 || f->size > SIZE_MAX / 2)
		return fail("%s: cannot be mapped", f->path);
	h->map = mmap(NULL, (size_t)f->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, f->fd, 0);
	if (h->map == MAP_FAILED) {
		h->map = NULL;
		return fail("%s: cannot be mapped", f->path);
	}
	h->map_size = f->size;
	return true;
}

bool elf_handle_open(struct elf_file *e, bool writable, struct elf_handle *h)
{
	struct file *f = e->file;

	*h = (struct elf_handle){0};
	elf_version(EV_CURRENT);
	if ((writable || e->compressed) && !map_privately(f, h))
		return false;
	if (h->map)
		h->elf = elf_memory(h->map, (size_t)f->size);
	else if (f->map)
		h->elf = elf_memory((char *)(uintptr_t)f->map, (size_t)f->size);
	else /* a host with little address space: libelf reads what is asked for */
		h->elf = elf_begin(f->fd, ELF_C_READ, NULL);
	if (h->elf)
		return true;
	fail("%s: %s", f->path, elf_errmsg(-1));
	elf_handle_end(h);
	return false;
}

void elf_handle_end(struct elf_handle *h)
{
	if (h->elf)
		elf_end(h->elf);
	if (h->map)
		munmap(h->map, (size_t)h->map_size);
	*h = (struct elf_handle){0};
}

/* What a compressed section says about itself must be possible: it is allocated at once when it is read. */
static bool check_compressed(struct elf_file *e, const struct elf_section *s, Elf_Scn *scn)
{
	uint64_t whole;

	if (s->flags & SHF_COMPRESSED) {
		GElf_Chdr header;

		if (!gelf_getchdr(scn, &header))
			return fail("%s: compressed section %s is damaged", e->file->path, s->name);
		whole = header.ch_size;
	} else {
		const uint8_t *head = s->size < 12 ? NULL : file_block(e->file, s->offset, 12);

		if (!head || memcmp(head, "ZLIB", 4) != 0)
			return fail("%s: compressed section %s is damaged", e->file->path, s->name);
		whole = get_u64(head + 4, ORDER_BIG);
	}
	if (whole / MOST_COMPRESSION > s->size)
		return fail("%s: compressed section %s is damaged", e->file->path, s->name);
	e->compressed = true;
	return true;
}

static bool is_gnu_compressed(const struct elf_section *s)
{
	return strncmp(s->name, ".zdebug", 7) == 0;
}

static bool read_sections(struct elf_file *e)
{
	size_t strings, n;

	if (elf_getshdrnum(e->handle.elf, &n) != 0 || n > MOST_SECTIONS)
		return fail("%s: the section table is damaged", e->file->path);
	if (n == 0)
		return true;
	if (elf_getshdrstrndx(e->handle.elf, &strings) != 0)
		return fail("%s: there are no section names", e->file->path);
	e->sections = arena_new_n(&e->arena, n, struct elf_section);
	for (size_t i = 0; i < n; i++) {
		Elf_Scn *scn = elf_getscn(e->handle.elf, i);
		const char *name;
		GElf_Shdr header;

		if (!scn || !gelf_getshdr(scn, &header))
			return fail("%s: section %zu: %s", e->file->path, i, elf_errmsg(-1));
		name = elf_strptr(e->handle.elf, strings, header.sh_name);
		e->sections[i] = (struct elf_section){
			.name = name ? name : "",
			.type = header.sh_type,
			.flags = header.sh_flags,
			.address = header.sh_addr,
			.size = header.sh_size,
			.offset = header.sh_offset,
			.entry_size = header.sh_entsize,
			.alignment = header.sh_addralign,
			.link = header.sh_link,
			.info = header.sh_info,
			.index = i,
		};
		if ((header.sh_flags & SHF_COMPRESSED || is_gnu_compressed(&e->sections[i])) &&
		    header.sh_type != SHT_NOBITS && !check_compressed(e, &e->sections[i], scn))
			return false;
	}
	e->n_sections = n;
	e->data = arena_new_n(&e->arena, n, const uint8_t *);
	e->data_size = arena_new_n(&e->arena, n, size_t);
	if (!e->compressed)
		return true;
	elf_handle_end(&e->handle);
	return elf_handle_open(e, true, &e->handle);
}

static bool read_header(struct elf_file *e)
{
	uint8_t ident[EI_NIDENT];
	GElf_Ehdr header;

	if (!file_read(e->file, 0, ident, sizeof(ident)) || memcmp(ident, ELFMAG, SELFMAG) != 0)
		return fail("%s: is not an ELF file", e->file->path);
	if ((ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64) ||
	    (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB))
		return fail("%s: ELF class %u or byte order %u is unknown", e->file->path, ident[EI_CLASS],
			    ident[EI_DATA]);
	if (!elf_handle_open(e, false, &e->handle))
		return false;
	if (elf_kind(e->handle.elf) != ELF_K_ELF || !gelf_getehdr(e->handle.elf, &header))
		return fail("%s: the ELF header is damaged", e->file->path);
	e->machine = header.e_machine;
	e->type = header.e_type;
	e->flags = header.e_flags;
	e->word_size = ident[EI_CLASS] == ELFCLASS64 ? 8 : 4;
	e->order = ident[EI_DATA] == ELFDATA2MSB ? ORDER_BIG : ORDER_LITTLE;
	return true;
}

struct elf_file *elf_file_open(const char *path)
{
	struct file *f = file_open(path);
	struct elf_file *e;

	if (!f)
		return NULL;
	e = xcalloc(1, sizeof(*e));
	e->file = f;
	if (read_header(e) && read_sections(e))
		return e;
	elf_file_close(e);
	return NULL;
}

void elf_file_close(struct elf_file *e)
{
	if (!e)
		return;
	elf_handle_end(&e->handle);
	file_close(e->file);
	arena_free(&e->arena);
	free(e);
}

void elf_file_forget(struct elf_file *e, const char *name, uint64_t from, uint64_t to)
{
	const uintptr_t page = 4095;
	struct elf_section s;
	const uint8_t *start;

	if (!elf_file_section(e, name, &s))
		return;
	if (to > s.size)
		to = s.size;
	if (from >= to || to - from <= 2 * page)
		return;
	start = file_at(e->file, s.offset + from, to - from);
	if (start) {
		uintptr_t first = ((uintptr_t)start + page) & ~page,
			  last = ((uintptr_t)start + (to - from)) & ~page;

		madvise((void *)first, last - first, MADV_DONTNEED);
	}
}

const char *elf_file_path(const struct elf_file *e)
{
	return e->file->path;
}

uint16_t elf_file_machine(const struct elf_file *e)
{
	return e->machine;
}

uint32_t elf_file_flags(const struct elf_file *e)
{
	return e->flags;
}

uint16_t elf_file_type(const struct elf_file *e)
{
	return e->type;
}

uint8_t elf_file_word_size(const struct elf_file *e)
{
	return e->word_size;
}

enum byte_order elf_file_order(const struct elf_file *e)
{
	return e->order;
}

bool elf_file_section(struct elf_file *e, const char *name, struct elf_section *section)
{
	for (size_t i = 0; i < e->n_sections; i++) {
		if (strcmp(e->sections[i].name, name) != 0)
			continue;
		if (section)
			*section = e->sections[i];
		return true;
	}
	return false;
}

size_t elf_file_sections(struct elf_file *e, const struct elf_section **list)
{
	*list = e->sections;
	return e->n_sections;
}

/* Undo SHF_COMPRESSED, or the older form in which the section's name begins with ".z". */
static const uint8_t *decompress(struct elf_file *e, const struct elf_section *s)
{
	Elf_Scn *scn = elf_getscn(e->handle.elf, s->index);
	Elf_Data *data;
	int status = -1;

	if (scn)
		status = is_gnu_compressed(s) ? elf_compress_gnu(scn, 0, 0) : elf_compress(scn, 0, 0);
	if (status < 0 || !(data = elf_rawdata(scn, NULL)) || !data->d_buf) {
		fail("%s: section %s: %s", e->file->path, s->name, elf_errmsg(-1));
		return NULL;
	}
	e->data_size[s->index] = data->d_size;
	return e->data[s->index] = data->d_buf;
}

const uint8_t *elf_file_data(struct elf_file *e, const struct elf_section *section, size_t *size)
{
	const uint8_t *bytes;

	*size = 0;
	if (section->index >= e->n_sections || section->type == SHT_NOBITS) {
		fail("%s: section %s has no contents in this file", e->file->path, section->name);
		return NULL;
	}
	if (e->data[section->index]) {
		*size = e->data_size[section->index];
		return e->data[section->index];
	}
	if (is_gnu_compressed(section) || section->flags & SHF_COMPRESSED) {
		bytes = decompress(e, section);
		*size = e->data_size[section->index];
		return bytes;
	}
	bytes = file_block(e->file, section->offset, section->size);
	if (!bytes) {
		fail_in("section %s", section->name);
		return NULL;
	}
	e->data[section->index] = bytes;
	e->data_size[section->index] = *size = (size_t)section->size;
	return bytes;
}

static const uint8_t *in_range(struct elf_file *e, uint64_t address, size_t size, uint64_t start,
			       uint64_t length, uint64_t offset)
{
	if (address < start || address - start > length || size > length - (address - start))
		return NULL;
	if (offset > UINT64_MAX - (address - start))
		return NULL;
	return file_block(e->file, offset + (address - start), size);
}

const uint8_t *elf_file_at_address(struct elf_file *e, uint64_t address, size_t size)
{
	const uint8_t *bytes = NULL;
	size_t n = 0;

	for (size_t i = 0; i < e->n_sections && !bytes; i++) {
		const struct elf_section *s = &e->sections[i];

		if (s->flags & SHF_ALLOC && s->type != SHT_NOBITS)
			bytes = in_range(e, address, size, s->address, s->size, s->offset);
	}
	if (e->n_sections || elf_getphdrnum(e->handle.elf, &n) != 0)
		return bytes;
	for (size_t i = 0; i < n && i < MOST_SECTIONS && !bytes; i++) {
		GElf_Phdr p;

		if (gelf_getphdr(e->handle.elf, (int)i, &p) && p.p_type == PT_LOAD)
			bytes = in_range(e, address, size, p.p_vaddr, p.p_filesz, p.p_offset);
	}
	return bytes;
}

bool elf_file_has_symbols(struct elf_file *e)
{
	struct elf_symtab table;

	return elf_symtab_open(e, &table) && table.n > 1;
}

bool elf_file_has_dwarf(struct elf_file *e)
{
	struct elf_section s;

	return (elf_file_section(e, ".debug_info", &s) || elf_file_section(e, ".zdebug_info", &s)) &&
	       s.type != SHT_NOBITS && s.size;
}

/* The NT_GNU_BUILD_ID note among the notes of a section (name "GNU", elf.h). */
static const char *build_id_in(struct elf_file *e, const uint8_t *notes, size_t size)
{
	struct cursor c = cursor_over(notes, size, e->order, e->word_size);

	while (cursor_left(&c) >= 12) {
		uint32_t name_size = cursor_u32(&c), desc_size = cursor_u32(&c), type = cursor_u32(&c);
		const uint8_t *name = cursor_take(&c, name_size);
		const uint8_t *desc;

		cursor_align(&c, 4);
		desc = cursor_take(&c, desc_size);
		if (c.failed)
			return NULL;
		if (type == NT_GNU_BUILD_ID && name_size == 4 && memcmp(name, "GNU", 4) == 0 && desc_size &&
		    desc_size <= 64)
			return text_of_bytes(&e->arena, desc, desc_size);
		if (cursor_left(&c) >= 4)
			cursor_align(&c, 4);
	}
	return NULL;
}

const char *elf_file_build_id(struct elf_file *e)
{
	if (e->build_id_done)
		return e->build_id;
	e->build_id_done = true;
	for (size_t i = 0; i < e->n_sections && !e->build_id; i++) {
		size_t size;
		const uint8_t *notes =
			e->sections[i].type == SHT_NOTE ? elf_file_data(e, &e->sections[i], &size) : NULL;

		if (notes)
			e->build_id = build_id_in(e, notes, size);
	}
	return e->build_id;
}

bool elf_file_symbol(struct elf_file *e, const char *name, uint64_t *address)
{
	size_t length = strlen(name) + 1;
	struct elf_symtab table;
	struct elf_sym sym;

	if (!elf_symtab_open(e, &table))
		return false;
	for (unsigned pass = 0; pass < 2; pass++) {
		size_t i = pass ? 1 : table.first_global, end = pass ? table.first_global : table.n;

		for (; i < end; i++) {
			elf_symtab_get(&table, i, &sym);
			if (sym.name_offset >= table.strings_size ||
			    length > table.strings_size - sym.name_offset ||
			    memcmp(table.strings + sym.name_offset, name, length) != 0 ||
			    sym.section == SHN_UNDEF)
				continue;
			*address = sym.value;
			return true;
		}
	}
	return false;
}

static const char banner_start[] = "Linux version ";

static char *banner_at(struct elf_file *e, const uint8_t *at, size_t size)
{
	size_t n = 0;

	if (size > 512)
		size = 512; /* the kernel's own limit for what it prints of it */
	while (n < size && at[n] >= ' ' && at[n] < 127)
		n++;
	return arena_strndup(&e->arena, (const char *)at, n);
}

const char *elf_file_banner(struct elf_file *e)
{
	const size_t length = sizeof(banner_start) - 1;
	struct elf_section rodata;
	const uint8_t *at;
	uint64_t address;
	size_t size;

	if (e->banner_done)
		return e->banner;
	e->banner_done = true;
	if (elf_file_symbol(e, "linux_banner", &address)) {
		/* shorter where the section ends soon after it */
		for (size = 512; size > length; size -= 8) {
			at = elf_file_at_address(e, address, size);
			if (at && memcmp(at, banner_start, length) == 0)
				return e->banner = banner_at(e, at, size);
			if (at)
				break;
		}
	}
	if (!elf_file_section(e, ".rodata", &rodata) || rodata.type == SHT_NOBITS)
		return NULL;
	at = elf_file_data(e, &rodata, &size);
	/* "Linux version %s ..." stands there too: the format of linux_proc_banner */
	while (at) {
		const uint8_t *next = memmem(at, size, banner_start, length);

		if (!next)
			break;
		size -= (size_t)(next - at);
		at = next;
		if (size > length && at[length] >= '0' && at[length] <= '9')
			return e->banner = banner_at(e, at, size);
		at++, size--;
	}
	return NULL;
}
