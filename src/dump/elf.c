/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF cores that describe physical memory: /proc/vmcore (kernel
 * fs/proc/vmcore.c), makedumpfile -E, QEMU's dump-guest-memory, /proc/kcore.
 *
 * p_memsz > p_filesz does not mean zeros here, as it does for a program. Who
 * writes such segments did not save the rest: makedumpfile -E ends a segment
 * where at least 256 pages were excluded and counts them in p_memsz only
 * (write_elf_pages_cyclic()), QEMU does so for memory outside the range it was
 * asked for. Reads there give READ_EXCLUDED.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.h"
#include "dump/elf_header.h"
#include "dump/format.h"

enum { DUMP_ELF_INCOMPLETE = 1 }; /* e_flags, set by makedumpfile when it ran out of space */
enum { PROC_MAGIC = 0x9fa0 };     /* f_type of procfs, include/uapi/linux/magic.h */

struct elf_dump {
	struct extents memory;
};

static bool probe(const uint8_t *head, size_t n)
{
	struct elf_header h;

	return elf_header_parse(head, n, &h) && h.type == ELF_ET_CORE;
}

/* /proc/kcore is memory that changes; /proc/vmcore, next to it, is a dump like others. */
static bool is_kcore(const struct source *s)
{
	char link[64], name[256];
	struct statfs fs;
	ssize_t n;

	if (fstatfs(s->file->fd, &fs) != 0 || (uint64_t)fs.f_type != PROC_MAGIC)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", s->file->fd);
	n = readlink(link, name, sizeof(name));
	return n >= 6 && memcmp(name + n - 6, "/kcore", 6) == 0;
}

/* Where the program headers lie; NULL with a message. */
static const uint8_t *segment_table(struct dump *d, const struct elf_header *h, uint64_t *count)
{
	struct source *s = d->sources[0];
	const uint8_t *table;

	*count = h->phnum;
	if (h->phnum == ELF_PN_XNUM && h->shoff) {
		uint8_t section[64];

		if (source_read(s, h->shoff, section, elf_section_size(h), NULL) != READ_OK) {
			fail("%s: has too many segments for its ELF header, and section 0, which should "
			     "count them, cannot be read",
			     s->path);
			return NULL;
		}
		*count = elf_section_info(h, section);
	}
	if (!*count || h->phentsize != elf_segment_size(h)) {
		fail("%s: is an ELF core without usable program headers", s->path);
		return NULL;
	}
	table = source_block(s, &d->arena, h->phoff, *count * elf_segment_size(h));
	if (!table)
		fail("%s: its %" PRIu64 " program headers lie beyond its end", s->path, *count);
	return table;
}

/* @left: how many bytes of notes are still believed. Segments that overlap would tell more than the file
 * holds. */
static void read_notes(struct dump *d, const struct elf_segment *seg, uint64_t *left)
{
	struct source *s = d->sources[0];
	uint64_t size = seg->filesz;
	const uint8_t *block;

	if (seg->offset >= s->size)
		return;
	/* a file cut inside its notes still has the first of them */
	if (size > s->size - seg->offset)
		size = s->size - seg->offset;
	if (size > *left)
		size = *left;
	*left -= size;
	block = source_block(s, &d->arena, seg->offset, size);
	if (block)
		notes_parse(d, block, (size_t)size);
}

/* One PT_LOAD becomes a saved piece, a piece that was not saved, or both. */
static void add_segment(struct arena *scratch, const struct elf_segment *seg, struct extents *pieces,
			size_t *capacity)
{
	uint64_t saved = seg->filesz, size = seg->memsz > seg->filesz ? seg->memsz : seg->filesz;

	/* up to and without the very last byte, so that ends can be told */
	if (size > UINT64_MAX - seg->paddr)
		size = UINT64_MAX - seg->paddr;
	if (saved > size)
		saved = size;
	if (saved > UINT64_MAX - seg->offset)
		saved = UINT64_MAX - seg->offset;
	for (int i = 0; i < 2; i++) {
		uint64_t start = i ? seg->paddr + saved : seg->paddr;
		uint64_t end = i ? seg->paddr + size : seg->paddr + saved;

		if (start >= end)
			continue;
		if (pieces->n == *capacity)
			pieces->items =
				vec_grow(scratch, pieces->items, pieces->n, capacity, sizeof(*pieces->items));
		pieces->items[pieces->n++] = (struct extent){start, end, i ? 0 : seg->offset, !i};
	}
}

static bool read_segments(struct dump *d, const struct elf_header *h, const uint8_t *table, uint64_t count)
{
	struct elf_dump *e = d->state;
	struct source *s = d->sources[0];
	uint64_t none = h->word_size == 8 ? UINT64_MAX : UINT32_MAX; /* p_paddr of virtual-only ones */
	uint64_t loads = 0, notes_left = s->size;
	bool physical = false;
	struct arena scratch = {0};
	struct extents pieces = {0};
	size_t capacity = 0;

	for (uint64_t i = 0; i < count; i++) {
		struct elf_segment seg = elf_segment_parse(h, table + i * elf_segment_size(h));

		if (seg.type == ELF_PT_NOTE)
			read_notes(d, &seg, &notes_left);
		if (seg.type != ELF_PT_LOAD || seg.paddr == none)
			continue;
		loads++;
		physical |= seg.paddr != 0;
		if (seg.filesz && !(d->info.flags & DUMP_LIVE) &&
		    (seg.offset > s->size || seg.filesz > s->size - seg.offset))
			d->info.flags |= DUMP_INCOMPLETE;
		if (seg.memsz > seg.filesz)
			d->info.flags |= DUMP_PARTIAL;
		add_segment(&scratch, &seg, &pieces, &capacity);
	}
	if (loads > 1 && !physical)
		fail("%s: gives no physical addresses, only virtual ones%s", s->path,
		     d->info.flags & DUMP_LIVE
			     ? " (this kernel is too old, or the reader lacks privileges)"
			     : "; it is a core dump of a process, or of a tool that cannot save them");
	else if (!pieces.n)
		fail("%s: is an ELF core that holds no memory", s->path);
	else
		e->memory = extents_settle(&scratch, pieces.items, pieces.n, false);
	if (e->memory.n)
		e->memory.items = arena_copy(&d->arena, e->memory.items, e->memory.n * sizeof(struct extent));
	arena_free(&scratch);
	return e->memory.n != 0;
}

/* The page size of the kernel is no part of an ELF core, but VMCOREINFO has it. */
static uint32_t page_size_of(const char *vmcoreinfo)
{
	const char *line = vmcoreinfo ? strstr(vmcoreinfo, "PAGESIZE=") : NULL;
	uint32_t size = 0;

	if (!line || (line != vmcoreinfo && line[-1] != '\n'))
		return 0;
	for (line += 9; *line >= '0' && *line <= '9' && size < 1u << 20; line++)
		size = size * 10 + (uint32_t)(*line - '0');
	return size >= 1024 && size <= 1u << 20 && !(size & (size - 1)) ? size : 0;
}

static bool open_elf(struct dump *d)
{
	struct source *s = d->sources[0];
	struct elf_dump *e = arena_new(&d->arena, struct elf_dump);
	uint8_t head[ELF_HEADER_SIZE];
	struct elf_header h;
	const uint8_t *table;
	uint64_t count;
	size_t n;

	d->state = e;
	if (d->n_sources > 1)
		return fail("%s: is an ELF core, which cannot be a part of a split dump", s->path);
	source_read(s, 0, head, sizeof(head), &n);
	if (!elf_header_parse(head, n, &h))
		return fail("%s: is cut short inside its ELF header", s->path);
	if (is_kcore(s))
		d->info.flags |= DUMP_LIVE;
	else if (h.flags & DUMP_ELF_INCOMPLETE)
		d->info.flags |= DUMP_INCOMPLETE;
	d->info.order = h.order;
	d->info.word_size = h.word_size;
	d->info.elf_machine = h.machine;
	d->info.format = d->info.flags & DUMP_LIVE ? "live memory" : "ELF vmcore";
	table = segment_table(d, &h, &count);
	if (!table || !read_segments(d, &h, table, count))
		return false;
	notes_settle(d);
	d->info.page_size = page_size_of(d->vmcoreinfo);
	if (d->info.page_size)
		d->info.max_pfn = (e->memory.items[e->memory.n - 1].end - 1) / d->info.page_size + 1;
	return true;
}

static enum read_status read_elf(struct dump *d, uint64_t paddr, void *buffer, size_t size, size_t *done)
{
	struct elf_dump *e = d->state;

	*done = 0;
	while (*done < size) {
		uint64_t at = paddr + *done, left = size - *done;
		const struct extent *x = at < paddr ? NULL : extents_find(&e->memory, at);
		enum read_status status;
		size_t n;

		if (!x || at < x->start)
			return READ_NOT_RAM;
		if (!x->saved)
			return READ_EXCLUDED;
		if (left > x->end - at)
			left = x->end - at;
		status = source_read(d->sources[0], x->offset + (at - x->start), (uint8_t *)buffer + *done,
				     (size_t)left, &n);
		*done += n;
		if (status != READ_OK)
			return status;
	}
	return READ_OK;
}

static enum read_status status_elf(struct dump *d, uint64_t paddr)
{
	struct elf_dump *e = d->state;
	uint64_t mask = (d->info.page_size ? d->info.page_size : 4096) - 1;
	const struct extent *x = extents_find(&e->memory, paddr);
	uint64_t start, end;

	if (!x || paddr < x->start)
		return READ_NOT_RAM;
	if (!x->saved)
		return READ_EXCLUDED;
	/* the page, as far as it lies in this piece */
	start = (paddr & ~mask) > x->start ? paddr & ~mask : x->start;
	end = x->end - 1 < (paddr | mask) ? x->end : (paddr | mask) + 1;
	return source_holds(d->sources[0], x->offset + (start - x->start), end - start) ? READ_OK : READ_LOST;
}

static void ranges_elf(struct dump *d)
{
	struct elf_dump *e = d->state;

	for (size_t i = 0; i < e->memory.n; i++)
		ranges_push(d, e->memory.items[i].start, e->memory.items[i].end);
}

static bool file_offset_elf(struct dump *d, uint64_t paddr, uint64_t *offset)
{
	struct elf_dump *e = d->state;
	const struct extent *x = extents_find(&e->memory, paddr);

	return x && paddr >= x->start && x->saved &&
	       source_locate(d->sources[0], x->offset + (paddr - x->start), offset);
}

const struct dump_format elf_format = {
	.name = "ELF vmcore",
	.probe = probe,
	.open = open_elf,
	.read = read_elf,
	.status = status_elf,
	.ranges = ranges_elf,
	.file_offset = file_offset_elf,
};
