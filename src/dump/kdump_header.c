/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers are C structures of the machine that wrote them, so their layout
 * depends on its ABI, which nothing in them tells (QEMU leaves even
 * utsname.machine empty). All layouts are tried in both byte orders, and the
 * one whose numbers agree with each other best is taken.
 *
 * struct disk_dump_header: the members behind utsname move with timeval.
 * struct kdump_sub_header: longs of 4 or 8 bytes; with 4, off_t and long long
 * are aligned to 4 (i386, and QEMU for every 32-bit guest: DiskDumpHeader32 is
 * packed) or to 8 (arm, mips, ppc). From makedumpfile's diskdump_mod.h and
 * QEMU's include/sysemu/dump.h.
 */
#include "dump/kdump_header.h"

#include <string.h>

#include "base/error.h"

enum { MAIN_SIZE = 464, SUB_SIZE = 104 };
enum { SMALLEST_BLOCK = 1 << 10, LARGEST_BLOCK = 1 << 20, LATEST_VERSION = 32, MOST_SUB_BLOCKS = 1 << 20 };

/* Where the members of the main header lie behind utsname. */
struct main_layout {
	uint16_t timestamp, status;
	uint8_t time_size; /* of tv_sec */
};

static const struct main_layout main_layouts[] = {
	{404, 412, 4}, /* 32 bit */
	{408, 424, 8}, /* 64 bit; 32 bit with 64-bit time and 8-byte alignment */
	{404, 420, 8}, /* i386 with 64-bit time */
};

struct sub_layout {
	uint8_t word_size; /* also of phys_base, which comes first */
	uint8_t dump_level, split, start_pfn, end_pfn;
	uint8_t vmcoreinfo, notes, eraseinfo; /* offsets of 8 bytes; the sizes, of word_size, follow */
	uint8_t start_pfn_64, end_pfn_64, max_mapnr_64;
};

static const struct sub_layout sub_layouts[] = {
	{8, 8, 12, 16, 24, 32, 48, 64, 80, 88, 96},
	{4, 4, 8, 12, 16, 20, 32, 44, 56, 64, 72},
	{4, 4, 8, 12, 16, 24, 40, 56, 72, 80, 88},
};

bool kdump_probe(const uint8_t *head, size_t n)
{
	return n >= 8 && (memcmp(head, "KDUMP   ", 8) == 0 || memcmp(head, "DISKDUMP", 8) == 0);
}

/* Blocks of one bitmap over @bits pages. */
static uint64_t bitmap_size(uint64_t bits, uint32_t block_size)
{
	uint64_t bytes = bits / 8 + (bits % 8 != 0);

	return bytes / block_size + (bytes % block_size != 0);
}

/*
 * Versions before 6 have 32 bits for max_mapnr, and it wraps with 16 TiB of
 * 4-KiB pages. The bitmap is as long as it must be, so it tells the rest.
 */
static uint64_t unwrap_max_mapnr(const struct kdump_header *h)
{
	uint64_t max = h->max_mapnr, bits = (uint64_t)h->bitmap_blocks / 2 * h->block_size * 8;

	if (bits > max && (bits - max) >> 32)
		max += (bits - max) >> 32 << 32;
	return max;
}

static void read_main(struct kdump_header *h, const uint8_t *main, const struct main_layout *l)
{
	struct cursor c = cursor_over(main, MAIN_SIZE, h->order, 4);

	h->timestamp = get_uint(main + l->timestamp, l->time_size, h->order);
	cursor_seek(&c, l->status);
	h->status = cursor_u32(&c);
	h->block_size = cursor_u32(&c);
	h->sub_blocks = cursor_u32(&c);
	h->bitmap_blocks = cursor_u32(&c);
	h->max_mapnr = cursor_u32(&c);
	cursor_take(&c, 16); /* total_ram_blocks, device_blocks, written_blocks, current_cpu */
	h->nr_cpus = cursor_u32(&c);
}

static bool main_is_possible(const struct kdump_header *h)
{
	return h->block_size >= SMALLEST_BLOCK && h->block_size <= LARGEST_BLOCK &&
	       !(h->block_size & (h->block_size - 1)) && h->sub_blocks <= MOST_SUB_BLOCKS &&
	       h->bitmap_blocks && (uint64_t)h->bitmap_blocks * h->block_size * 8 >= h->max_mapnr;
}

static struct kdump_place read_place(const uint8_t *sub, size_t at, const struct kdump_header *h)
{
	return (struct kdump_place){get_u64(sub + at, h->order),
				    get_uint(sub + at + 8, h->word_size, h->order)};
}

static void read_sub(struct kdump_header *h, const uint8_t *sub, const struct sub_layout *l)
{
	h->has_sub_header = true;
	h->word_size = l->word_size;
	h->phys_base = get_uint(sub, l->word_size, h->order);
	h->dump_level = h->version >= 1 ? (int)get_u32(sub + l->dump_level, h->order) : -1;
	if (h->version >= 2) {
		h->split = get_u32(sub + l->split, h->order) != 0;
		h->start_pfn = get_uint(sub + l->start_pfn, l->word_size, h->order);
		h->end_pfn = get_uint(sub + l->end_pfn, l->word_size, h->order);
	}
	if (h->version >= 3)
		h->vmcoreinfo = read_place(sub, l->vmcoreinfo, h);
	if (h->version >= 4)
		h->notes = read_place(sub, l->notes, h);
	if (h->version >= 5)
		h->eraseinfo = read_place(sub, l->eraseinfo, h);
}

/* Version 6 repeats the page numbers in 64 bits. False when the two do not agree: it is another layout. */
static bool read_sub_v6(struct kdump_header *h, const uint8_t *sub, const struct sub_layout *l)
{
	uint64_t max = get_u64(sub + l->max_mapnr_64, h->order);
	uint64_t start = get_u64(sub + l->start_pfn_64, h->order);
	uint64_t end = get_u64(sub + l->end_pfn_64, h->order);

	if (h->version < 6)
		return true;
	if ((max < UINT32_MAX ? max : UINT32_MAX) != h->max_mapnr)
		return false;
	if (h->split && ((start < UINT32_MAX ? start : UINT32_MAX) != (uint32_t)h->start_pfn ||
			 (end < UINT32_MAX ? end : UINT32_MAX) != (uint32_t)h->end_pfn))
		return false;
	h->max_mapnr = max;
	if (h->split) {
		h->start_pfn = start;
		h->end_pfn = end;
	}
	return (uint64_t)h->bitmap_blocks * h->block_size * 8 >= max;
}

/* Notes and vmcoreinfo lie behind the sub-header, in its blocks. */
static bool in_sub_blocks(const struct kdump_header *h, const struct kdump_place *p)
{
	uint64_t end = (1 + (uint64_t)h->sub_blocks) * h->block_size;

	if (!p->offset && !p->size)
		return true;
	return p->offset > h->block_size && p->offset <= end && p->size <= end - p->offset;
}

/* 0 for nothing known, 4 or 8 for the word size of the machine. */
static uint8_t word_size_of_machine(const char *machine)
{
	static const char *const small[] = {"i386", "i486", "i586", "i686", "arm", "mips", "ppc", "s390"};

	if (!machine[0])
		return 0;
	if (strstr(machine, "64") || strcmp(machine, "s390x") == 0 || strcmp(machine, "alpha") == 0)
		return 8;
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
		if (strncmp(machine, small[i], strlen(small[i])) == 0)
			return 4;
	return 0;
}

/* How well the numbers agree with each other. */
static int score(const struct kdump_header *h)
{
	uint64_t one = bitmap_size(h->max_mapnr, h->block_size);
	uint8_t machine = word_size_of_machine(h->uts[4]);
	int points = 0;

	if (h->bitmap_blocks == 2 * one)
		points += 4;
	else if (h->bitmap_blocks == one)
		points += 3;
	if (h->diskdump)
		return points + (machine == h->word_size);
	points += in_sub_blocks(h, &h->vmcoreinfo) ? 2 : 0;
	points += in_sub_blocks(h, &h->notes) ? 2 : 0;
	points += !h->eraseinfo.size == !h->eraseinfo.offset && h->eraseinfo.size >> 32 == 0;
	points += h->dump_level >= -1 && h->dump_level <= 63;
	points += h->sub_blocks != 0;
	points += 2 * (machine == h->word_size);
	/* i386 alone packs, as far as machines tell their name */
	return points;
}

static void read_uts(struct kdump_header *h, const uint8_t *main)
{
	for (size_t i = 0; i < 6; i++) {
		const uint8_t *from = main + 12 + i * KDUMP_UTS_FIELD;
		size_t n = 0;

		while (n < KDUMP_UTS_FIELD && from[n] >= ' ' && from[n] < 0x7f)
			n++;
		memcpy(h->uts[i], from, n);
		h->uts[i][n] = '\0';
	}
}

bool kdump_header_read(struct source *s, struct kdump_header *best)
{
	uint8_t main[MAIN_SIZE];
	int best_score = -1;

	if (source_read(s, 0, main, sizeof(main), NULL) != READ_OK)
		return fail("%s: is cut short inside its header", s->path);
	for (size_t i = 0; i < 2 * sizeof(main_layouts) / sizeof(main_layouts[0]); i++) {
		const struct main_layout *m = &main_layouts[i / 2];
		struct kdump_header h = {.order = i & 1 ? ORDER_BIG : ORDER_LITTLE, .dump_level = -1};
		uint8_t sub[SUB_SIZE] = {0};

		h.diskdump = main[0] == 'D';
		h.version = get_u32(main + 8, h.order);
		if (h.version > LATEST_VERSION)
			continue;
		read_uts(&h, main);
		read_main(&h, main, m);
		if (!main_is_possible(&h))
			continue;
		if (h.version < 6)
			h.max_mapnr = unwrap_max_mapnr(&h);
		h.word_size = m->time_size;
		if (!h.diskdump && source_read(s, h.block_size, sub, sizeof(sub), NULL) != READ_OK)
			return fail("%s: is cut short inside its sub-header", s->path);
		for (size_t k = 0; k < sizeof(sub_layouts) / sizeof(sub_layouts[0]); k++) {
			const struct sub_layout *l = &sub_layouts[k];
			struct kdump_header full = h;

			/* a machine with 64-bit longs has the one main header */
			if (l->word_size == 8 ? m->status != 424 : 0)
				continue;
			if (!h.diskdump) {
				read_sub(&full, sub, l);
				if (!read_sub_v6(&full, sub, l))
					continue;
			}
			if (score(&full) > best_score) {
				best_score = score(&full);
				*best = full;
			}
		}
	}
	if (best_score < 0)
		return fail(
			"%s: its header is damaged: in no layout do block size, bitmap size and number of "
			"pages fit together",
			s->path);
	return true;
}
