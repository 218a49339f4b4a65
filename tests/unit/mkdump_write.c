/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that mkdump.c describes. Headers are laid out as a compiler of the machine would, member by
 * member. */
#include <stdlib.h>
#include <string.h>

#include <minilzo.h>
#include <zlib.h>

#include "mkdump.h"
#include "mkdump_private.h"
#include "mkdump_text.h"

uint8_t *mkdump_at(struct description *d, uint64_t offset, uint64_t size)
{
	if (offset + size > d->capacity) {
		d->capacity = (offset + size) * 2;
		d->out = realloc(d->out, d->capacity);
		if (!d->out)
			mkdump_mistake("out of memory", "");
		memset(d->out + d->size, 0, d->capacity - d->size);
	}
	if (offset + size > d->size)
		d->size = offset + size;
	return d->out + offset;
}

/* A C structure of the described machine, laid out member by member. */
struct layout {
	struct description *d;
	uint64_t base, at;
};

static void member(struct layout *l, size_t size, size_t align, uint64_t value)
{
	l->at = (l->at + align - 1) / align * align;
	put_uint(mkdump_at(l->d, l->base + l->at, size), size, value, l->d->order);
	l->at += size;
}

static void member_int(struct layout *l, uint32_t value)
{
	member(l, 4, 4, value);
}

static void member_long(struct layout *l, uint64_t value)
{
	member(l, l->d->word, l->d->word, value);
}

static void member_u64(struct layout *l, uint64_t value)
{
	member(l, 8, l->d->align8, value);
}

static void member_chars(struct layout *l, const char *s, size_t size)
{
	size_t n = 0;

	while (n < size && s[n])
		n++;
	memcpy(mkdump_at(l->d, l->base + l->at, size), s, n);
	l->at += size;
}

static uint64_t blocks_of(const struct description *d, uint64_t bytes)
{
	return (bytes + d->block - 1) / d->block;
}

/* The simplest streams of the two formats that have no compressor here. */
static size_t snappy_stream(const uint8_t *page, size_t n, uint8_t *z)
{
	size_t at = 0;
	bool same = true;

	for (size_t i = 1; i < n; i++)
		same &= page[i] == page[0];
	z[at++] = (uint8_t)(n | 0x80);
	z[at++] = (uint8_t)(n >> 7);
	if (same) {
		z[at++] = 0; /* a literal of one byte, repeated by copies with distance 1 */
		z[at++] = page[0];
		for (size_t left = n - 1; left;) {
			size_t now = left > 64 ? 64 : left;

			z[at++] = (uint8_t)(2 | (now - 1) << 2);
			z[at++] = 1;
			z[at++] = 0;
			left -= now;
		}
		return at;
	}
	z[at++] = 61 << 2; /* a literal with two bytes of length */
	z[at++] = (uint8_t)(n - 1);
	z[at++] = (uint8_t)((n - 1) >> 8);
	memcpy(z + at, page, n);
	return at + n;
}

/* RFC 8878: a single-segment frame of one block, RLE or raw. */
static size_t zstd_stream(const struct page *p, size_t n, uint8_t *z)
{
	static const uint8_t head[] = {0x28, 0xb5, 0x2f, 0xfd, 0x60};
	bool same = true;

	if (p->text && n == PAGE) {
		memcpy(z, zstd_text, sizeof(zstd_text));
		return sizeof(zstd_text);
	}
	for (size_t i = 1; i < n; i++)
		same &= p->data[i] == p->data[0];
	memcpy(z, head, sizeof(head));
	put_uint(z + 5, 2, n - 256, ORDER_LITTLE);
	put_uint(z + 7, 3, n << 3 | (same ? 1 << 1 : 0) | 1, ORDER_LITTLE);
	memcpy(z + 10, p->data, same ? 1 : n);
	return 10 + (same ? 1 : n);
}

static size_t compress_page(const struct page *p, size_t n, uint8_t *z)
{
	static uint8_t work[LZO1X_1_MEM_COMPRESS];
	uLongf zlib_size = (uLongf)2 * PAGE;
	lzo_uint lzo_size = 0;

	switch (p->flags) {
	case 1: compress(z, &zlib_size, p->data, n); return zlib_size;
	case 2: lzo1x_1_compress(p->data, n, z, &lzo_size, work); return lzo_size;
	case 4: return snappy_stream(p->data, n, z);
	case 0x20: return zstd_stream(p, n, z);
	default: memcpy(z, p->data, n); return n;
	}
}

static void kdump_main(struct description *d, uint64_t sub_blocks, uint64_t bitmap_blocks)
{
	struct layout l = {d, 0, 0};

	member_chars(&l, d->diskdump ? "DISKDUMP" : "KDUMP   ", 8);
	member_int(&l, d->version);
	member_chars(&l, d->release[0] ? "Linux" : "", 65);
	member_chars(&l, d->release[0] ? "node" : "", 65);
	member_chars(&l, d->release, 65);
	member_chars(&l, d->release[0] ? "#1 SMP" : "", 65);
	member_chars(&l, d->machine, 65);
	member_chars(&l, "", 65);
	member(&l, d->time, d->time == 8 ? d->align8 : 4, d->release[0] ? 1700000000 : 0);
	member(&l, d->time, d->time == 8 ? d->align8 : 4, 0);
	member_int(&l, d->status);
	member_int(&l, d->block);
	member_int(&l, (uint32_t)sub_blocks);
	member_int(&l, (uint32_t)bitmap_blocks);
	member_int(&l, (uint32_t)(d->max < UINT32_MAX ? d->max : UINT32_MAX));
	for (int i = 0; i < 4; i++)
		member_int(&l, 0);
	member_int(&l, 2);
}

/* Returns the offset behind the header; @size is known from a first call. */
static uint64_t kdump_sub(struct description *d, uint64_t size, uint64_t erase_offset)
{
	struct layout l = {d, d->block, 0};
	uint64_t notes = d->block + size;
	uint64_t text = notes + (d->version >= 4 ? d->notes_size : 0);

	member_long(&l, d->phys_base);
	member_int(&l, d->level);
	member_int(&l, d->split);
	member_long(&l, d->split ? d->split_start : 0);
	member_long(&l, d->split ? d->split_end : 0);
	member_u64(&l, d->vmcoreinfo[0] && d->version >= 3 ? text : 0);
	member_long(&l, d->version >= 3 ? strlen(d->vmcoreinfo) : 0);
	member_u64(&l, d->notes_size && d->version >= 4 ? notes : 0);
	member_long(&l, d->version >= 4 ? d->notes_size : 0);
	member_u64(&l, d->eraseinfo[0] && d->version >= 5 ? erase_offset : 0);
	member_long(&l, d->version >= 5 ? strlen(d->eraseinfo) : 0);
	if (d->version >= 6) {
		member_u64(&l, d->split ? d->split_start : 0);
		member_u64(&l, d->split ? d->split_end : 0);
		member_u64(&l, d->max);
	}
	return l.at;
}

static void set_bit(struct description *d, uint64_t bitmap, uint64_t bit)
{
	*mkdump_at(d, bitmap + bit / 8, 1) |= (uint8_t)(1u << (bit & 7));
}

void mkdump_kdump(struct description *d)
{
	uint64_t header = kdump_sub(d, 0, 0);
	uint64_t sub_blocks = blocks_of(d, header + d->notes_size + strlen(d->vmcoreinfo));
	uint64_t bitmap_blocks = blocks_of(d, (d->max + 7) / 8) * d->bitmaps;
	uint64_t first = (1 + sub_blocks) * d->block;
	uint64_t second = d->bitmaps == 2 ? first + bitmap_blocks / 2 * d->block : first;
	uint64_t descs = first + bitmap_blocks * d->block, data, n = 0;

	kdump_main(d, sub_blocks, bitmap_blocks);
	memcpy(mkdump_at(d, d->block + header, d->notes_size), d->notes, d->version >= 4 ? d->notes_size : 0);
	memcpy(mkdump_at(d, d->block + header + (d->version >= 4 ? d->notes_size : 0), strlen(d->vmcoreinfo)),
	       d->vmcoreinfo, strlen(d->vmcoreinfo));
	mkdump_at(d, first, descs - first);
	for (size_t i = 0; i < d->n_excluded; i++)
		for (uint64_t bit = d->excluded[i].from; bit < d->excluded[i].to; bit++)
			set_bit(d, first, bit);
	for (size_t i = 0; i < d->n_pages; i++) {
		set_bit(d, first, d->pages[i].pfn);
		set_bit(d, second, d->pages[i].pfn);
		n += !d->split || (d->pages[i].pfn >= d->split_start && d->pages[i].pfn < d->split_end);
	}
	data = descs + n * 24;
	for (size_t i = 0, k = 0; i < d->n_pages; i++) {
		const struct page *p = &d->pages[i];
		uint8_t z[3 * PAGE];
		size_t size = compress_page(p, d->block, z);
		bool raw = size >= d->block; /* as makedumpfile does it */
		uint8_t *desc;

		if (d->split && (p->pfn < d->split_start || p->pfn >= d->split_end))
			continue;
		desc = mkdump_at(d, descs + k++ * 24, 24);
		if (p->lost)
			continue;
		put_uint(desc, 8, data, d->order);
		put_uint(desc + 8, 4, raw ? d->block : size, d->order);
		put_uint(desc + 12, 4, raw ? 0 : (uint64_t)p->flags, d->order);
		memcpy(mkdump_at(d, data, raw ? d->block : size), raw ? p->data : z, raw ? d->block : size);
		data += raw ? d->block : size;
	}
	memcpy(mkdump_at(d, data, strlen(d->eraseinfo)), d->eraseinfo, strlen(d->eraseinfo));
	kdump_sub(d, header, data);
}

static const struct page *page_at(const struct description *d, uint64_t paddr)
{
	for (size_t i = 0; i < d->n_pages; i++)
		if (d->pages[i].pfn == paddr / d->block)
			return &d->pages[i];
	return NULL;
}

static void elf_segment(struct layout *l, uint32_t type, uint64_t offset, uint64_t paddr, uint64_t filesz,
			uint64_t memsz)
{
	member_int(l, type);
	if (l->d->word == 8)
		member_int(l, 7);
	member_long(l, offset);
	member_long(l, type == 1 ? paddr + (l->d->word == 8 ? 0xffff888000000000 : 0xc0000000) : 0);
	member_long(l, paddr);
	member_long(l, filesz);
	member_long(l, memsz);
	if (l->d->word == 4)
		member_int(l, 7);
	member_long(l, 0);
}

void mkdump_elf(struct description *d)
{
	struct layout l = {d, 0, 0};
	uint64_t header = d->word == 8 ? 64 : 52, entry = d->word == 8 ? 56 : 32;
	uint64_t n = d->n_segments + 1, data = header + n * entry, section = 0;

	if (d->xnum) {
		section = data;
		data += d->word == 8 ? 64 : 40;
		put_uint(mkdump_at(d, section, 64) + (d->word == 8 ? 44 : 28), 4, n, d->order);
	}
	member_chars(&l, "\177ELF", 4);
	member(&l, 1, 1, d->word / 4);
	member(&l, 1, 1, d->order == ORDER_BIG ? 2 : 1);
	member(&l, 1, 1, 1);
	l.at = 16;
	member(&l, 2, 2, 4);
	member(&l, 2, 2, d->e_machine);
	member_int(&l, 1);
	member_long(&l, 0);
	member_long(&l, header);
	member_long(&l, section);
	member_int(&l, d->e_flags);
	member(&l, 2, 2, header);
	member(&l, 2, 2, entry);
	member(&l, 2, 2, d->xnum ? 0xffff : n);
	member(&l, 2, 2, d->word == 8 ? 64 : 40);
	l = (struct layout){d, header, 0};
	elf_segment(&l, 4, data, 0, d->notes_size, d->notes_size);
	memcpy(mkdump_at(d, data, d->notes_size), d->notes, d->notes_size);
	data += d->notes_size;
	for (size_t i = 0; i < d->n_segments; i++) {
		uint64_t paddr = d->segments[i].paddr, filesz = d->segments[i].filesz;

		elf_segment(&l, 1, data, paddr, filesz, d->segments[i].memsz);
		for (uint64_t k = 0; k < filesz; k++) {
			const struct page *p = page_at(d, paddr + k);

			*mkdump_at(d, data + k, 1) =
				p ? p->data[(paddr + k) % d->block] : mkdump_byte(paddr + k);
		}
		data += filesz;
	}
}

void mkdump_flatten(struct description *d)
{
	uint8_t *from = d->out;
	size_t size = d->size, step = 1500;

	d->out = NULL;
	d->size = d->capacity = 0;
	memcpy(mkdump_at(d, 0, 4096), "makedumpfile", 12);
	put_uint(mkdump_at(d, 16, 8), 8, 1, ORDER_BIG);
	put_uint(mkdump_at(d, 24, 8), 8, 1, ORDER_BIG);
	put_uint(mkdump_at(d, d->size, 8), 8, 100, ORDER_BIG);
	put_uint(mkdump_at(d, d->size, 8), 8, 800, ORDER_BIG);
	memset(mkdump_at(d, d->size, 800), 0x55, 800);
	for (int odd = 1; odd >= 0; odd--) {
		for (size_t i = odd ? step : 0; i < size; i += 2 * step) {
			size_t n = size - i < step ? size - i : step;

			put_uint(mkdump_at(d, d->size, 8), 8, i, ORDER_BIG);
			put_uint(mkdump_at(d, d->size, 8), 8, n, ORDER_BIG);
			memcpy(mkdump_at(d, d->size, n), from + i, n);
		}
	}
	if (d->flat_cut)
		d->size -= d->flat_cut;
	else
		memset(mkdump_at(d, d->size, 16), 0xff, 16);
	free(from);
}
