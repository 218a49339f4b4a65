/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pieces below the formats: extents, flattened files, bitmaps, the page cache, snappy. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/parallel.h"
#include "check.h"
#include "dump/bitmap.h"
#include "dump/cache.h"
#include "dump/snappy.h"
#include "mkdump.h"

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % n;
}

/* Against the definition, address by address. */
static void extents_are_cut(void)
{
	enum { SPAN = 200, MOST = 24 };

	for (int round = 0; round < 2000; round++) {
		struct extent items[MOST], kept[MOST];
		size_t n = random_below(MOST);
		bool last_wins = round & 1;
		struct arena a = {0};
		struct extents e;

		for (size_t i = 0; i < n; i++) {
			uint64_t start = random_below(SPAN - 1);

			items[i] = (struct extent){start, start + 1 + random_below((uint32_t)(SPAN - start)),
						   1000 * ((uint64_t)i + 1), random_below(3) != 0};
			kept[i] = items[i];
		}
		e = extents_settle(&a, items, n, last_wins);
		for (size_t i = 1; i < e.n; i++)
			REQUIRE(e.items[i - 1].end <= e.items[i].start);
		for (uint64_t x = 0; x < (uint64_t)2 * SPAN; x++) {
			const struct extent *found = extents_find(&e, x), *want = NULL;

			for (size_t k = 0; k < n; k++) {
				const struct extent *c = &kept[last_wins ? n - 1 - k : k];

				if (x >= c->start && x < c->end && (!want || (c->saved && !want->saved)))
					want = c;
			}
			REQUIRE((found && x >= found->start) == (want != NULL));
			if (!want)
				continue;
			REQUIRE(found->saved == want->saved);
			CHECK_EQ_U64(found->offset + (x - found->start), want->offset + (x - want->start));
		}
		arena_free(&a);
	}
}

static void flattened_reads_as_its_inside(void)
{
	static const char inside[] = "format elf; segment 0x1000 0x5000 0x5000; note CORE 1 registers";
	size_t size;
	uint8_t *plain = mkdump_bytes(&size, inside);
	char *path = mkdump_file(inside, "flat");
	struct arena a = {0};
	struct source *s = source_open(&a, path);
	uint8_t *got = malloc(size);
	uint64_t where;
	size_t done;

	REQUIRE(s);
	CHECK(s->flattened && !s->cut);
	CHECK_EQ_U64(s->size, size);
	CHECK(source_read(s, 0, got, size, &done) == READ_OK);
	CHECK_MEM(got, plain, size);
	/* over the border of records, where no view exists */
	CHECK(source_view(s, 1490, 20) == NULL);
	CHECK(source_block(s, &a, 1490, 20) != NULL);
	CHECK_MEM(source_block(s, &a, 1490, 20), plain + 1490, 20);
	CHECK(source_view(s, 1500, 20) != NULL);
	CHECK(source_locate(s, 1500, &where) && memcmp(file_at(s->file, where, 20), plain + 1500, 20) == 0);
	CHECK(source_read(s, size - 4, got, 8, &done) == READ_LOST);
	CHECK_EQ_U64(done, 4);
	CHECK(source_read(s, UINT64_MAX - 2, got, 8, &done) == READ_LOST);
	source_close(s);
	arena_free(&a);
	free(got);
	free(plain);
	mkdump_close(path);
}

static void flattened_holes(void)
{
	uint8_t file[4096 + 4 * 24 + 16] = "makedumpfile";
	uint8_t got[20];
	uint8_t *p = file + 4096;

	file[23] = file[31] = 1;
	for (uint64_t i = 0; i < 2; i++, p += 24) {
		put_uint(p, 8, i * 12, ORDER_BIG);
		put_uint(p + 8, 8, 8, ORDER_BIG);
		memset(p + 16, 'a' + (int)i, 8);
	}
	memset(p, 0xff, 16);
	/* with and without its end record: what was never written is a hole, or may have been cut off */
	for (int whole = 0; whole < 2; whole++) {
		size_t size = (size_t)(p - file) + (whole ? 16 : 0), done;
		char *path = mkdump_file_of(file, size);
		struct arena a = {0};
		struct source *s = source_open(&a, path);

		REQUIRE(s);
		CHECK(s->cut == !whole);
		CHECK_EQ_U64(s->size, 20);
		CHECK(source_read(s, 0, got, 20, &done) == (whole ? READ_OK : READ_LOST));
		CHECK_EQ_U64(done, whole ? 20 : 8);
		if (whole)
			CHECK_MEM(got, "aaaaaaaa\0\0\0\0bbbbbbbb", 20);
		CHECK(!source_locate(s, 9, NULL));
		source_close(s);
		arena_free(&a);
		mkdump_close(path);
	}
	/* a record that cannot be */
	put_uint(file + 4096, 8, INT64_MAX - 3, ORDER_BIG);
	{
		char *path = mkdump_file_of(file, sizeof(file));
		struct arena a = {0};

		CHECK(source_open(&a, path) == NULL);
		CHECK(strstr(fail_text(), "damaged flattened file") != NULL);
		arena_free(&a);
		mkdump_close(path);
	}
}

static void bitmap_against_counting(void)
{
	enum { BITS = 40000, BYTES = BITS / 8, AT = 77 };
	static uint8_t file[AT + BYTES];
	char *path;
	struct arena a = {0};
	struct source *s;

	for (size_t i = 0; i < BYTES; i++)
		file[AT + i] = i > 1000 && i < 3000 ? 0 : (uint8_t)random_below(256);
	memset(file + AT + 3200, 0xff, 700);
	path = mkdump_file_of(file, sizeof(file));
	s = source_open(&a, path);
	REQUIRE(s);
	for (uint64_t first = 0; first < BITS; first += 9973) {
		struct bitmap b;
		uint64_t rank, want = 0;
		bool set;

		bitmap_init(&b, s, AT, BITS, first);
		/* the last first: everything before it is counted at once */
		CHECK(bitmap_rank(&b, BITS - 1, &rank) == READ_OK);
		for (uint64_t i = first; i < BITS; i++) {
			bool is = file[AT + i / 8] >> (i % 8) & 1;

			REQUIRE(bitmap_test(&b, i, &set) == READ_OK && set == is);
			REQUIRE(bitmap_rank(&b, i, &rank) == READ_OK);
			REQUIRE(rank == want);
			want += is;
		}
		CHECK(bitmap_rank(&b, BITS, &rank) == READ_LOST);
		bitmap_free(&b);
	}
	{
		struct bitmap b;
		uint64_t start, end = 0, at = 0;

		bitmap_init(&b, s, AT, BITS - 3, 0);
		while (bitmap_run(&b, end, &start, &end)) {
			for (; at < start; at++)
				REQUIRE(!(file[AT + at / 8] >> (at % 8) & 1));
			for (; at < end; at++)
				REQUIRE(file[AT + at / 8] >> (at % 8) & 1);
		}
		for (; at < BITS - 3; at++)
			REQUIRE(!(file[AT + at / 8] >> (at % 8) & 1));
		bitmap_free(&b);
		/* a bitmap that the file does not hold whole */
		bitmap_init(&b, s, AT, 10 * (uint64_t)BITS, 0);
		CHECK_EQ_U64(b.n, BITS);
		bitmap_free(&b);
		bitmap_init(&b, s, 1 << 20, BITS, 0);
		CHECK_EQ_U64(b.n, 0);
		CHECK(!bitmap_run(&b, 0, &start, &end));
		bitmap_free(&b);
	}
	source_close(s);
	arena_free(&a);
	mkdump_close(path);
}

static struct page_cache *shared;
static atomic_int wrong;

static void hammer(void *context, size_t begin, size_t end, unsigned worker)
{
	uint8_t page[512], got[100];

	(void)context;
	(void)worker;
	for (size_t i = begin; i < end; i++) {
		uint64_t pfn = i * 2654435761u % 300;

		memset(page, (int)(pfn & 0xff), sizeof(page));
		if (!cache_get(shared, pfn, 17, got, sizeof(got)))
			cache_put(shared, pfn, page);
		else if (memcmp(got, page, sizeof(got)) != 0)
			wrong++;
	}
}

static void cache_keeps_pages(void)
{
	uint8_t page[512], got[8];
	size_t kept = 0;

	shared = cache_new(512, 64 << 10);
	for (uint64_t pfn = 0; pfn < 100; pfn++) {
		memset(page, (int)pfn, sizeof(page));
		cache_put(shared, pfn, page);
		CHECK(cache_get(shared, pfn, 504, got, 8) && got[7] == pfn);
	}
	for (uint64_t pfn = 0; pfn < 100; pfn++)
		kept += cache_get(shared, pfn, 0, got, 8);
	/* 128 fit, but some sets are fuller than others */
	CHECK(kept >= 80);
	CHECK(!cache_get(shared, 100, 0, got, 8));
	for (uint64_t pfn = 0; pfn < 10000; pfn++)
		cache_put(shared, pfn, page);
	CHECK(cache_get(shared, 9999, 0, got, 8));
	CHECK(!cache_get(shared, 0, 0, got, 8));
	parallel_for(200000, 1000, hammer, NULL);
	CHECK_EQ_U64((uint64_t)wrong, 0);
	cache_free(shared);
}

static void snappy_streams(void)
{
	static const struct {
		const char *in;
		size_t size;
		const char *out; /* NULL: damaged */
	} rows[] = {
		{"\x05\x10hello", 7, "hello"},
		/* copy with 11-bit distance, length 4 to 11 */
		{"\x0a\x04"
		 "ab\x11\x02",
		 6, "ababababab"},
		/* 16-bit distance */
		{"\x0a\x04"
		 "ab\x1e\x02\x00",
		 7, "ababababab"},
		/* 32-bit distance */
		{"\x0a\x04"
		 "ab\x1f\x02\x00\x00\x00",
		 9, "ababababab"},
		/* literal with a length byte */
		{"\x03\xf0\x02xyz", 6, "xyz"},
		{"\x03\xf4\x02\x00xyz", 7, "xyz"},
		/* too long, too short, cut */
		{"\x04\x10hello", 7, NULL},
		{"\x06\x10hello", 7, NULL},
		{"\x05\x10hell", 6, NULL},
		{"\x05", 1, NULL},
		{"", 0, NULL},
		{"\xff\xff\xff", 3, NULL},
		/* distance 0, distance before the start, copy past the end */
		{"\x0a\x04"
		 "ab\x11\x00",
		 6, NULL},
		{"\x0a\x04"
		 "ab\x11\x03",
		 6, NULL},
		{"\x06\x04"
		 "ab\x11\x02",
		 6, NULL},
		/* a literal of 4 GiB */
		{"\x05\xfc\xff\xff\xff\xff", 6, NULL},
		/* a copy cut short */
		{"\x0a\x04"
		 "ab\x1e\x02",
		 6, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t out[16] = {0};
		size_t n = rows[i].out ? strlen(rows[i].out) : rows[i].size ? (uint8_t)rows[i].in[0] & 15 : 5;
		bool good = snappy_decompress((const uint8_t *)rows[i].in, rows[i].size, out, n);

		if (good != (rows[i].out != NULL) || (good && memcmp(out, rows[i].out, n) != 0))
			FAIL("row %zu: %d", i, good);
	}
}

int main(void)
{
	RUN(extents_are_cut);
	RUN(flattened_reads_as_its_inside);
	RUN(flattened_holes);
	RUN(bitmap_against_counting);
	RUN(cache_keeps_pages);
	RUN(snappy_streams);
	return check_done();
}
