/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/cfi.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "debuginfo/cfi_program.h"
#include "debuginfo/symbol_set.h"

enum { KEEP_CIES = 64 };

struct cfi {
	struct arena *arena;
	struct cfi_section section;
	struct symbol_key *index; /* start address and offset of each FDE, sorted */
	size_t n;
	bool indexed;
	struct cfi_cie cies[KEEP_CIES]; /* by offset modulo: few differ */
};

/* One entry's header. */
struct entry {
	size_t offset, end;
	bool is_cie;
	size_t cie; /* offset of the CIE */
	struct cursor body;
};

static bool next_entry(const struct cfi_section *s, size_t offset, struct entry *e)
{
	struct cursor c = cursor_over(s->data, s->size, s->order, s->word_size);
	uint64_t length, id;
	size_t id_at, id_size;

	if (!cursor_seek(&c, offset) || cursor_left(&c) < 4)
		return false;
	length = cursor_u32(&c);
	id_size = 4;
	if (length == 0xffffffff) {
		length = cursor_u64(&c);
		id_size = s->is_eh ? 4 : 8;
	}
	if (c.failed || length > cursor_left(&c))
		return false;
	e->offset = offset;
	e->end = cursor_offset(&c) + (size_t)length;
	id_at = cursor_offset(&c);
	if (length == 0) { /* terminator, of which a linked .eh_frame may have several */
		e->is_cie = true;
		e->body = (struct cursor){0};
		return true;
	}
	id = cursor_uint(&c, id_size);
	if (c.failed || cursor_offset(&c) > e->end)
		return false;
	e->is_cie = s->is_eh ? id == 0 : id == (id_size == 4 ? UINT32_MAX : UINT64_MAX);
	e->cie = s->is_eh ? id_at - (size_t)id : (size_t)id;
	e->body = cursor_over(c.at, e->end - cursor_offset(&c), s->order, s->word_size);
	return true;
}

/* A pointer as .eh_frame encodes it. Indirect ones would have to be read from memory: none in a kernel. */
static uint64_t read_pointer(const struct cfi_section *s, struct cursor *c, uint8_t encoding, uint8_t size)
{
	uint64_t base = 0, value;

	if ((encoding & 0x70) == DW_EH_PE_pcrel)
		base = s->address + (uint64_t)(c->at - s->data);
	switch (encoding & 15) {
	case DW_EH_PE_absptr: value = cursor_uint(c, size); break;
	case DW_EH_PE_uleb128: value = cursor_uleb(c); break;
	case DW_EH_PE_udata2: value = cursor_u16(c); break;
	case DW_EH_PE_udata4: value = cursor_u32(c); break;
	case DW_EH_PE_udata8: value = cursor_u64(c); break;
	case DW_EH_PE_sleb128: value = (uint64_t)cursor_sleb(c); break;
	case DW_EH_PE_sdata2: value = (uint64_t)cursor_int(c, 2); break;
	case DW_EH_PE_sdata4: value = (uint64_t)cursor_int(c, 4); break;
	case DW_EH_PE_sdata8: value = cursor_u64(c); break;
	default: c->failed = true; return 0;
	}
	value += base;
	return s->word_size == 4 ? value & UINT32_MAX : value;
}

static void read_augmentation(const struct cfi_section *s, struct cursor *c, const char *text,
			      struct cfi_cie *cie)
{
	uint64_t size;
	const uint8_t *end;

	if (text[0] != 'z') {
		/* other augmentations say nothing about how to go on */
		c->failed |= text[0] != '\0';
		return;
	}
	cie->has_size = true;
	size = cursor_uleb(c);
	if (c->failed || size > cursor_left(c)) {
		c->failed = true;
		return;
	}
	end = c->at + size;
	for (text++; *text && !c->failed; text++) {
		switch (*text) {
		case 'R': cie->encoding = cursor_u8(c); break;
		case 'L': cursor_u8(c); break;
		case 'P': {
			uint8_t encoding = cursor_u8(c);

			read_pointer(s, c, encoding, cie->address_size);
			break;
		}
		case 'S': cie->signal = true; break;
		case 'B': break;            /* arm64: return addresses are signed with the B key */
		default: text = "z"; break; /* the size tells where the rest ends */
		}
	}
	if (!c->failed && end >= c->at)
		c->at = end;
}

static bool read_cie(const struct cfi_section *s, size_t offset, struct cfi_cie *cie)
{
	struct cursor *c;
	struct entry e;
	const char *text;
	uint8_t version;

	if (!next_entry(s, offset, &e) || !e.is_cie || !e.body.start)
		return false;
	*cie = (struct cfi_cie){.offset = offset, .address_size = s->word_size, .encoding = DW_EH_PE_absptr};
	c = &e.body;
	version = cursor_u8(c);
	text = cursor_string(c);
	if (!text || (version != 1 && version != 3 && version != 4))
		return false;
	if (version == 4) {
		cie->address_size = cursor_u8(c);
		if (cursor_u8(c) != 0) /* segment selectors */
			return false;
	}
	cie->code_factor = cursor_uleb(c);
	cie->data_factor = cursor_sleb(c);
	cie->return_reg = version == 1 ? cursor_u8(c) : cursor_uleb(c);
	read_augmentation(s, c, text, cie);
	if (c->failed || (cie->address_size != 4 && cie->address_size != 8))
		return false;
	cie->program = c->at;
	cie->program_size = cursor_left(c);
	cie->valid = true;
	return true;
}

static const struct cfi_cie *cie_at(struct cfi *c, size_t offset)
{
	struct cfi_cie *cie = &c->cies[offset / 4 % KEEP_CIES];

	if ((!cie->valid || cie->offset != offset) && !read_cie(&c->section, offset, cie)) {
		cie->valid = false;
		return NULL;
	}
	return cie;
}

/* Read where an FDE's function lies; the cursor then stands at its program. */
static bool read_fde(struct cfi *c, struct entry *e, const struct cfi_cie **cie, uint64_t *start,
		     uint64_t *length)
{
	if (e->is_cie || !(*cie = cie_at(c, e->cie)))
		return false;
	*start = read_pointer(&c->section, &e->body, (*cie)->encoding, (*cie)->address_size);
	*length = read_pointer(&c->section, &e->body, (*cie)->encoding & 15, (*cie)->address_size);
	if ((*cie)->has_size)
		cursor_take(&e->body, cursor_uleb(&e->body));
	return !e->body.failed;
}

static void make_index(struct cfi *c)
{
	const struct cfi_cie *cie;
	struct symbol_key *keys;
	uint64_t start, length;
	size_t n = 0, most = 0;
	struct entry e;

	c->indexed = true;
	if (c->section.size >= UINT32_MAX)
		return;
	for (size_t at = 0; next_entry(&c->section, at, &e); at = e.end)
		most += !e.is_cie;
	if (!most)
		return;
	keys = xmalloc(2 * most * sizeof(*keys));
	for (size_t at = 0; next_entry(&c->section, at, &e); at = e.end) {
		if (read_fde(c, &e, &cie, &start, &length) && length)
			keys[n++] = (struct symbol_key){start, (uint32_t)e.offset, 0};
	}
	symbol_keys_sort(keys, n);
	c->index = arena_copy(c->arena, keys, n * sizeof(*keys));
	c->n = n;
	free(keys);
}

struct cfi *cfi_open(struct arena *a, const struct cfi_section *section)
{
	struct cfi *c = arena_new(a, struct cfi);

	c->arena = a;
	c->section = *section;
	return c;
}

size_t cfi_entries(struct cfi *c)
{
	if (!c->indexed)
		make_index(c);
	return c->n;
}

/* The entry of the function at @address; the cursor then stands at its program. */
static bool find_fde(struct cfi *c, uint64_t address, struct entry *e, const struct cfi_cie **cie,
		     uint64_t *start)
{
	size_t n = partition_point(cfi_entries(c), i, c->index[i].address <= address);
	uint64_t length;

	/* of several that start at one place, one may be empty or short: try each */
	for (size_t i = n; i > 0 && c->index[i - 1].address == c->index[n - 1].address; i--) {
		if (next_entry(&c->section, c->index[i - 1].index, e) &&
		    read_fde(c, e, cie, start, &length) && address - *start < length)
			return true;
	}
	return false;
}

bool cfi_row(struct cfi *c, uint64_t address, struct unwind_row *row)
{
	const struct cfi_cie *cie;
	struct entry e;
	uint64_t start;

	return find_fde(c, address, &e, &cie, &start) &&
	       cfi_run(cie, &c->section, start, &e.body, address, row);
}

bool cfi_returns(struct cfi *c, uint64_t address)
{
	const struct cfi_cie *cie;
	struct entry e;
	uint64_t start;

	return !find_fde(c, address, &e, &cie, &start) ||
	       cfi_gives_frame_back(cie, &c->section, start, &e.body);
}
