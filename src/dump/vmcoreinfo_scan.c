/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the note in memory. Since 4.13 (203e9e41219b, "kexec: move vmcoreinfo
 * out of the kernel's .bss section") it has pages of its own, so it is at the
 * start of a page; before, it was an array of 32-bit words anywhere in .bss.
 *
 * A page may hold the same text and yet not be the note: vmcoreinfo_data has
 * it without a header, a kernel that ran before a warm reset may have left its
 * note, and any buffer may hold a part of one. A candidate must have the whole
 * header and the text that the header promises; the kernel ends the note with
 * an empty header (final_note()), and the release must be the one of the file's
 * header, where that has one.
 */
#include <pthread.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "base/search.h"
#include "base/vec.h"
#include "dump/codec.h"
#include "dump/format.h"
#include "dump/vmcoreinfo_private.h"

enum {
	STEP = 4096,    /* the smallest page */
	NOTE_HEAD = 24, /* three words, the name "VMCOREINFO\0", one byte of padding */
	NAME_SIZE = 11,
	LARGEST_TEXT = 65536, /* VMCOREINFO_BYTES is a page */
	MOST_CANDIDATES = 64,
	GRAIN = 512,
};

struct candidate {
	uint64_t paddr;
	const char *text;
	int score;
	enum byte_order order;
};

struct scan {
	struct dump *d;
	const struct dump_range *ranges;
	uint64_t *before; /* blocks in the ranges before each, and in all */
	size_t n_ranges;
	uint32_t block; /* bytes looked at in one go */
	bool anywhere;  /* not only at page starts */
	pthread_mutex_t lock;
	struct arena arena;
	VEC(struct candidate) found;
};

static bool is_head(const uint8_t *p, enum byte_order *order)
{
	if (memcmp(p + 12, "VMCOREINFO", NAME_SIZE) != 0)
		return false;
	*order = get_u32(p, ORDER_LITTLE) == NAME_SIZE ? ORDER_LITTLE : ORDER_BIG;
	return get_u32(p, *order) == NAME_SIZE && get_u32(p + 8, *order) == 0;
}

static bool is_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)text[i] < ' ' ? text[i] != '\n' && text[i] != '\t' : text[i] == 0x7f)
			return false;
	return strncmp(text, "OSRELEASE=", 10) == 0;
}

/* How sure it is that this is the note of the kernel that died. */
static int score_of(struct scan *s, const char *text, const uint8_t *behind)
{
	const char *release = s->d->info.uts_release;
	size_t n = strlen(release);
	int score = 0;

	if (n && strncmp(text + 10, release, n) == 0 && text[10 + n] == '\n')
		score += 4;
	for (int i = 0; i < 12; i++)
		if (behind[i])
			return score;
	return score + 2 + (strstr(text, "\nCRASHTIME=") != NULL);
}

static void consider(struct scan *s, uint64_t paddr, const uint8_t *head)
{
	enum byte_order order;
	uint32_t size;
	char *text;
	uint8_t behind[12] = {0};

	if (!is_head(head, &order))
		return;
	size = get_u32(head + 4, order);
	if (size < 10 || size > LARGEST_TEXT)
		return;
	pthread_mutex_lock(&s->lock);
	text = arena_zalloc(&s->arena, (size_t)size + 1);
	if (s->found.n < MOST_CANDIDATES &&
	    dump_read_once(s->d, paddr + NOTE_HEAD, text, size, NULL) == READ_OK && is_text(text, size)) {
		if (dump_read_once(s->d, paddr + NOTE_HEAD + ((size + 3) & ~3u), behind, sizeof(behind),
				   NULL) != READ_OK)
			behind[0] = 1;
		*vec_push(&s->arena, &s->found) =
			(struct candidate){paddr, text, score_of(s, text, behind), order};
	}
	pthread_mutex_unlock(&s->lock);
}

static void look_at_block(struct scan *s, uint64_t paddr)
{
	uint8_t head[NOTE_HEAD];
	uint8_t *all;
	size_t step = s->anywhere ? 4 : STEP;

	if (!s->anywhere && s->block == STEP) {
		if (dump_read_once(s->d, paddr, head, sizeof(head), NULL) == READ_OK)
			consider(s, paddr, head);
		return;
	}
	all = codec_buffer(CODEC_CALLER, s->block);
	if (dump_read_once(s->d, paddr, all, s->block, NULL) != READ_OK)
		return;
	for (size_t i = 0; i + NOTE_HEAD <= s->block; i += step)
		if (all[i + 12] == 'V')
			consider(s, paddr + i, all + i);
}

static void look(void *context, size_t begin, size_t end, unsigned worker)
{
	struct scan *s = context;
	size_t range;

	(void)worker;
	if (interrupted())
		return;
	/* the range that holds block number begin; before[0] is 0 */
	range = partition_point(s->n_ranges, i, s->before[i] <= begin) - 1;
	for (size_t i = begin; i < end; i++) {
		while (s->before[range + 1] <= i)
			range++;
		look_at_block(s, (s->ranges[range].start & ~(uint64_t)(s->block - 1)) +
					 (i - s->before[range]) * s->block);
	}
}

static void scan(struct scan *s)
{
	s->before = arena_array(&s->arena, s->n_ranges + 1, sizeof(*s->before));
	for (size_t i = 0; i < s->n_ranges; i++) {
		uint64_t first = s->ranges[i].start / s->block, last = (s->ranges[i].end - 1) / s->block;

		s->before[i + 1] = s->before[i] + (last - first + 1);
	}
	if (s->n_ranges && s->before[s->n_ranges] <= SIZE_MAX / 2)
		parallel_for((size_t)s->before[s->n_ranges], GRAIN, look, s);
}

size_t vmcoreinfo_scan_all(struct arena *a, struct dump *d, struct vmcoreinfo ***list)
{
	struct scan s = {.d = d, .block = d->info.page_size > STEP ? d->info.page_size : STEP};
	size_t n;

	pthread_mutex_init(&s.lock, NULL);
	s.n_ranges = dump_ranges(d, &s.ranges);
	scan(&s);
	if (!s.found.n && !interrupted()) {
		s.anywhere = true;
		scan(&s);
	}
	/* threads find them in any order: best first, and by address */
	for (size_t i = 1; i < s.found.n; i++) {
		struct candidate c = s.found.items[i];
		size_t j = i;

		for (; j && (s.found.items[j - 1].score < c.score ||
			     (s.found.items[j - 1].score == c.score && s.found.items[j - 1].paddr > c.paddr));
		     j--)
			s.found.items[j] = s.found.items[j - 1];
		s.found.items[j] = c;
	}
	n = s.found.n;
	*list = arena_new_n(a, n, struct vmcoreinfo *);
	for (size_t i = 0; i < n; i++)
		(*list)[i] = vmcoreinfo_make(a, s.found.items[i].text, true, s.found.items[i].order);
	pthread_mutex_destroy(&s.lock);
	arena_free(&s.arena);
	return n;
}

struct vmcoreinfo *vmcoreinfo_scan(struct arena *a, struct dump *d)
{
	struct vmcoreinfo **list;

	return vmcoreinfo_scan_all(a, d, &list) ? list[0] : NULL;
}
