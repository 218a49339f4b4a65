/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diskdump and kdump-compressed files, one or a split set.
 *
 *	header block, sub-header blocks (with notes), first bitmap: which pages
 *	are memory, second bitmap: which of them are in the file, page
 *	descriptors in the order of the second bitmap's bits, page data.
 *
 * makedumpfile, IMPLEMENTATION and diskdump_mod.h. A zero page is not left out
 * by "-d 1" here: its descriptor leads to one page of zeros that all share.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/search.h"
#include "dump/bitmap.h"
#include "dump/cache.h"
#include "dump/codec.h"
#include "dump/format.h"
#include "dump/kdump_header.h"

enum { MOST_CACHED = 32 << 20 };

struct part {
	struct source *source;
	struct kdump_header header;
	uint64_t start, end; /* pages whose descriptors it holds */
	uint64_t descs;      /* file offset of the first descriptor */
	struct bitmap saved; /* the second bitmap */
};

struct kdump {
	struct part *parts; /* by start */
	size_t n;
	uint32_t block_size;
	uint64_t max_mapnr;
	uint64_t pfn_offset;  /* page number of the first bit: not 0 on arm */
	struct bitmap memory; /* the first bitmap */
	struct page_cache *cache;
};

/* Where the data of a page are. */
struct page {
	struct source *source;
	uint64_t offset;
	uint32_t size, flags;
};

static const struct part *part_of(const struct kdump *k, uint64_t bit)
{
	size_t at = partition_point(k->n, i, k->parts[i].end <= bit);

	return at < k->n && k->parts[at].start <= bit ? &k->parts[at] : NULL;
}

/* Every part of a set has both bitmaps whole, so any of them tells. */
static enum read_status why_absent(struct kdump *k, uint64_t bit)
{
	enum read_status status;
	bool memory;

	status = bitmap_test(&k->memory, bit, &memory);
	if (status != READ_OK)
		return status;
	return memory ? READ_EXCLUDED : READ_NOT_RAM;
}

static enum read_status locate(struct kdump *k, uint64_t pfn, struct page *page)
{
	uint64_t bit = pfn - k->pfn_offset;
	uint8_t desc[KDUMP_DESC_SIZE];
	struct part *part;
	enum read_status status;
	uint64_t rank;
	bool saved;

	if (pfn < k->pfn_offset || bit >= k->max_mapnr)
		return READ_NOT_RAM;
	part = (struct part *)(uintptr_t)part_of(k, bit);
	status = bitmap_test(part ? &part->saved : &k->parts[0].saved, bit, &saved);
	if (status != READ_OK)
		return status;
	if (!saved)
		return why_absent(k, bit);
	if (!part)
		return READ_LOST;
	status = bitmap_rank(&part->saved, bit, &rank);
	if (status != READ_OK)
		return status;
	status = source_read(part->source, part->descs + rank * KDUMP_DESC_SIZE, desc, sizeof(desc), NULL);
	if (status != READ_OK)
		return status;
	page->source = part->source;
	page->offset = get_u64(desc, part->header.order);
	page->size = get_u32(desc + 8, part->header.order);
	page->flags = get_u32(desc + 12, part->header.order);
	/* makedumpfile that ran out of space leaves descriptors empty */
	if (!page->offset)
		return READ_LOST;
	/* what does not shrink is stored as it is, so nothing is larger than a page */
	if (!page->size || page->size > k->block_size ||
	    (!(page->flags & KDUMP_COMPRESSED) && page->size != k->block_size))
		return READ_ERROR;
	if (!source_holds(page->source, page->offset, page->size))
		return READ_LOST;
	return READ_OK;
}

/* Decompress the first @want bytes of a page, at least, into this thread's buffer. */
static enum read_status decompress(struct kdump *k, const struct page *page, size_t want, uint8_t **data)
{
	const uint8_t *in = source_view(page->source, page->offset, page->size);

	if (!in) {
		uint8_t *buffer = codec_buffer(CODEC_IN, k->block_size);
		enum read_status status = source_read(page->source, page->offset, buffer, page->size, NULL);

		if (status != READ_OK)
			return status;
		in = buffer;
	}
	*data = codec_buffer(CODEC_PAGE, k->block_size);
	return codec_decompress(page->flags, in, page->size, *data, k->block_size, want) ? READ_OK
											 : READ_ERROR;
}

static enum read_status read_part(struct kdump *k, uint64_t pfn, size_t offset, void *buffer, size_t size,
				  bool keep)
{
	enum read_status status;
	struct page page;
	uint8_t *data;

	if (cache_get(k->cache, pfn, offset, buffer, size))
		return READ_OK;
	status = locate(k, pfn, &page);
	if (status != READ_OK)
		return status;
	if (!(page.flags & KDUMP_COMPRESSED))
		return source_read(page.source, page.offset + offset, buffer, size, NULL);
	status = decompress(k, &page, keep ? k->block_size : offset + size, &data);
	if (status != READ_OK)
		return status;
	if (keep)
		cache_put(k->cache, pfn, data);
	memcpy(buffer, data + offset, size);
	return READ_OK;
}

static enum read_status read_pages(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done,
				   bool keep)
{
	struct kdump *k = d->state;

	*done = 0;
	while (*done < size) {
		uint64_t at = paddr + *done;
		size_t offset = (size_t)(at & (k->block_size - 1)), n = k->block_size - offset;
		enum read_status status;

		if (at < paddr)
			return READ_NOT_RAM;
		if (n > size - *done)
			n = size - *done;
		status = read_part(k, at / k->block_size, offset, (uint8_t *)buffer + *done, n, keep);
		if (status != READ_OK)
			return status;
		*done += n;
	}
	return READ_OK;
}

static enum read_status read_kdump(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done)
{
	return read_pages(d, paddr, buffer, size, done, true);
}

/* A look at the first bytes of all pages would leave nothing else in the cache. */
static enum read_status peek_kdump(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done)
{
	return read_pages(d, paddr, buffer, size, done, false);
}

static enum read_status status_kdump(struct dump *d, uint64_t paddr)
{
	struct kdump *k = d->state;
	struct page page;

	return locate(k, paddr / k->block_size, &page);
}

static void ranges_kdump(struct dump *d)
{
	struct kdump *k = d->state;
	uint64_t start, end = 0;

	while (end < k->max_mapnr && bitmap_run(&k->memory, end, &start, &end))
		ranges_push(d, (start + k->pfn_offset) * k->block_size,
			    (end + k->pfn_offset) * k->block_size);
}

static bool file_offset_kdump(struct dump *d, uint64_t paddr, uint64_t *offset)
{
	struct kdump *k = d->state;
	struct page page;

	return locate(k, paddr / k->block_size, &page) == READ_OK && !(page.flags & KDUMP_COMPRESSED) &&
	       source_locate(page.source, page.offset + paddr % k->block_size, offset);
}

static void close_kdump(struct dump *d)
{
	struct kdump *k = d->state;

	for (size_t i = 0; i < k->n; i++)
		bitmap_free(&k->parts[i].saved);
	bitmap_free(&k->memory);
	cache_free(k->cache);
}

/* Parts of one set have the same main header; of two that differ, one was taken from elsewhere. */
static bool same_set(const struct part *a, const struct part *b)
{
	const struct kdump_header *x = &a->header, *y = &b->header;

	if (x->order == y->order && x->word_size == y->word_size && x->version == y->version &&
	    x->block_size == y->block_size && x->sub_blocks == y->sub_blocks &&
	    x->bitmap_blocks == y->bitmap_blocks && x->max_mapnr == y->max_mapnr &&
	    x->timestamp == y->timestamp && memcmp(x->uts, y->uts, sizeof(x->uts)) == 0)
		return true;
	return fail("%s and %s are not parts of one dump", a->source->path, b->source->path);
}

static bool check_set(struct dump *d, struct kdump *k)
{
	uint64_t covered = 0;

	for (size_t i = 0; i < k->n; i++) {
		struct part *p = &k->parts[i];

		if (!p->header.split && k->n > 1)
			return fail("%s: is a whole dump, not a part of a split one", p->source->path);
		if (i && !same_set(&k->parts[0], p))
			return false;
		if (i && p->start < covered)
			return fail("%s and %s hold the same pages", k->parts[i - 1].source->path,
				    p->source->path);
		if (p->start > covered)
			d->info.flags |= DUMP_GAP;
		covered = p->end;
	}
	if (covered < k->max_mapnr)
		d->info.flags |= DUMP_GAP;
	return true;
}

/* Insertion sort: sets have a handful of parts. */
static void sort_parts(struct dump *d, struct kdump *k)
{
	for (size_t i = 1; i < k->n; i++) {
		struct part p = k->parts[i];
		size_t j = i;

		for (; j && (k->parts[j - 1].start > p.start ||
			     (k->parts[j - 1].start == p.start && k->parts[j - 1].end > p.end));
		     j--)
			k->parts[j] = k->parts[j - 1];
		k->parts[j] = p;
	}
	for (size_t i = 0; i < k->n; i++)
		d->sources[i] = k->parts[i].source;
}

/*
 * makedumpfile numbers pages of arm from the start of memory (ARCH_PFN_OFFSET
 * in its makedumpfile.h), QEMU from 0, and both have phys_base in the
 * sub-header. No memory lies below it, so when its bit there is set, the bits
 * do not count from 0.
 */
static uint64_t pfn_offset_of(struct kdump *k)
{
	const struct kdump_header *h = &k->parts[0].header;
	uint64_t base = h->phys_base / k->block_size, start, end;

	if (h->word_size != 4 || !base || (h->uts[4][0] && strncmp(h->uts[4], "arm", 3) != 0))
		return 0;
	return bitmap_run(&k->memory, 0, &start, &end) && start < base ? base : 0;
}

static void open_bitmaps(struct kdump *k)
{
	for (size_t i = 0; i < k->n; i++) {
		struct part *p = &k->parts[i];
		const struct kdump_header *h = &p->header;
		uint64_t blocks =
			(k->max_mapnr / 8 + (k->max_mapnr % 8 != 0) + h->block_size - 1) / h->block_size;
		uint64_t first = (1 + (uint64_t)h->sub_blocks) * h->block_size;
		uint64_t second = first;

		/* a dump with nothing left out may have one bitmap only */
		if (h->bitmap_blocks >= 2 * blocks)
			second += (uint64_t)(h->bitmap_blocks / 2) * h->block_size;
		p->descs = first + (uint64_t)h->bitmap_blocks * h->block_size;
		bitmap_init(&p->saved, p->source, second, k->max_mapnr, p->start);
		if (i == 0)
			bitmap_init(&k->memory, p->source, first, k->max_mapnr, 0);
	}
}

static void read_notes(struct dump *d, const struct part *p)
{
	const struct kdump_header *h = &p->header;
	struct source *s = p->source;
	const uint8_t *block;

	if (h->notes.size && (block = source_block(s, &d->arena, h->notes.offset, h->notes.size)) != NULL)
		notes_parse(d, block, (size_t)h->notes.size);
	/* in version 3 there are no notes, but this text */
	if (h->vmcoreinfo.size && h->vmcoreinfo.size <= 1 << 20 &&
	    (block = source_block(s, &d->arena, h->vmcoreinfo.offset, h->vmcoreinfo.size)) != NULL)
		d->vmcoreinfo = arena_strndup(&d->arena, (const char *)block, (size_t)h->vmcoreinfo.size);
	if (h->eraseinfo.size)
		d->info.flags |= DUMP_ERASED;
	notes_settle(d);
}

/*
 * Whether the data of the last pages lie beyond the end of the file. Counting
 * the bitmap would tell where the last descriptor is, but opening is to be
 * cheap; descriptors end where data begin, with the page of zeros if there is
 * one, and the first descriptor leads to that place or to the page behind it.
 */
static bool is_cut_short(const struct kdump *k, const struct part *p)
{
	enum { LOOKED_AT = 512 };
	uint8_t descs[LOOKED_AT * KDUMP_DESC_SIZE];
	uint64_t first, end, size, last = 0;

	if (source_read(p->source, p->descs, descs, KDUMP_DESC_SIZE, NULL) != READ_OK)
		return p->source->cut || p->descs != p->source->size; /* no page at all is possible */
	first = get_u64(descs, p->header.order);
	for (int zeros = 0; zeros < 2 && !last; zeros++) {
		end = first - (zeros ? k->block_size : 0);
		if (end > first || end < p->descs + KDUMP_DESC_SIZE || (end - p->descs) % KDUMP_DESC_SIZE)
			continue;
		size = end - p->descs < sizeof(descs) ? end - p->descs : sizeof(descs);
		if (source_read(p->source, end - size, descs, (size_t)size, NULL) != READ_OK)
			return true;
		for (uint64_t i = 0; i < size; i += KDUMP_DESC_SIZE) {
			uint64_t at = get_u64(descs + i, p->header.order);
			uint32_t n = get_u32(descs + i + 8, p->header.order);

			/* not a descriptor: this is the page of zeros, or a damaged file */
			if (at < first || n > k->block_size) {
				if (at)
					break;
				continue;
			}
			if (at + n > last)
				last = at + n;
		}
	}
	return last > p->source->size;
}

static void describe(struct dump *d, struct kdump *k)
{
	const struct kdump_header *h = &k->parts[0].header;
	const char *method = h->status & KDUMP_ZLIB     ? " (zlib)"
			     : h->status & KDUMP_LZO    ? " (lzo)"
			     : h->status & KDUMP_SNAPPY ? " (snappy)"
			     : h->status & KDUMP_ZSTD   ? " (zstd)"
							: "";
	struct dump_info *info = &d->info;

	info->format = arena_printf(&d->arena, "%s v%" PRIu32 "%s",
				    h->diskdump ? "diskdump" : "kdump compressed", h->version, method);
	info->order = h->order;
	info->word_size = h->word_size;
	info->page_size = h->block_size;
	info->uts_nodename = h->uts[1];
	info->uts_release = h->uts[2];
	info->uts_version = h->uts[3];
	/* QEMU (dump/dump.c, ELF_MACHINE_UNAME) knows a name for some machines only. */
	info->uts_machine = strcmp(h->uts[4], "Unknown") == 0 ? "" : h->uts[4];
	info->max_pfn = k->max_mapnr + k->pfn_offset;
	info->has_phys_base = h->has_sub_header;
	info->phys_base = h->word_size == 8 ? (int64_t)h->phys_base : sign_extend(h->phys_base, 32);
	info->dump_level = h->dump_level;
	info->nr_cpus = h->nr_cpus;
	info->timestamp = h->timestamp;
	/* two bitmaps: pages may be missing, unless the level says that none was to be left out */
	if (k->parts[0].saved.offset != k->memory.offset && h->dump_level != 0)
		info->flags |= DUMP_PARTIAL;
	if (h->split)
		info->flags |= DUMP_SPLIT;
	for (size_t i = 0; i < k->n; i++) {
		if (k->parts[i].header.status & KDUMP_INCOMPLETE)
			info->flags |= DUMP_INCOMPLETE;
		if (k->parts[i].header.status & KDUMP_EXCLUDED_VMEMMAP)
			info->flags |= DUMP_EXCLUDED_VMEMMAP;
		if (is_cut_short(k, &k->parts[i]))
			info->flags |= DUMP_INCOMPLETE;
	}
}

static bool open_kdump(struct dump *d)
{
	struct kdump *k = arena_new(&d->arena, struct kdump);

	k->parts = arena_array(&d->arena, d->n_sources, sizeof(*k->parts));
	d->state = k;
	for (size_t i = 0; i < d->n_sources; i++) {
		struct part *p = &k->parts[i];
		const struct kdump_header *h = &p->header;

		p->source = d->sources[i];
		if (!kdump_header_read(p->source, &p->header))
			return false;
		p->end = h->split && h->end_pfn < h->max_mapnr ? h->end_pfn : h->max_mapnr;
		p->start = !h->split ? 0 : h->start_pfn < p->end ? h->start_pfn : p->end;
		for (size_t j = 0; j < i; j++)
			if (k->parts[j].source->file->dev == p->source->file->dev &&
			    k->parts[j].source->file->inode == p->source->file->inode)
				return fail("%s and %s are the same file", k->parts[j].source->path,
					    p->source->path);
	}
	k->n = d->n_sources;
	sort_parts(d, k);
	k->block_size = k->parts[0].header.block_size;
	k->max_mapnr = k->parts[0].header.max_mapnr;
	if (!check_set(d, k)) {
		k->n = 0; /* nothing to free yet */
		return false;
	}
	open_bitmaps(k);
	k->pfn_offset = pfn_offset_of(k);
	k->cache = cache_new(k->block_size, MOST_CACHED);
	describe(d, k);
	read_notes(d, &k->parts[0]);
	return true;
}

const struct dump_format kdump_format = {
	.name = "kdump compressed",
	.probe = kdump_probe,
	.open = open_kdump,
	.close = close_kdump,
	.read = read_kdump,
	.peek = peek_kdump,
	.status = status_kdump,
	.ranges = ranges_kdump,
	.file_offset = file_offset_kdump,
};
