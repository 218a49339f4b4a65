/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kdump-compressed and diskdump files, made from text by mkdump.c. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "check.h"
#include "dump/dump.h"
#include "mkdump.h"

#define COUNT(A) (sizeof(A) / sizeof((A)[0]))
#define KIB      ((uint64_t)1024)

static const struct {
	const char *abi;
	enum byte_order order;
	uint8_t word;
} abis[] = {
	{"abi 64le", ORDER_LITTLE, 8},
	{"abi 64be", ORDER_BIG, 8},
	{"abi 32le-pack", ORDER_LITTLE, 4},
	{"abi 32be-pack", ORDER_BIG, 4},
	{"abi 32le-pad", ORDER_LITTLE, 4},
	{"abi 32be-pad", ORDER_BIG, 4},
	{"abi 32le-pack; time64", ORDER_LITTLE, 4},
	{"abi 32le-pad; time64", ORDER_LITTLE, 4},
	{"abi 32be-pad; time64", ORDER_BIG, 4},
};

static const char pages[] =
	"page 2 count; page 3 fill A; page 4 count; page 9 fill Z; excluded 5 8; lost 10;";

static struct dump *open_one(const char *path)
{
	const char *paths[1] = {path};

	return dump_open(paths, 1);
}

static bool is_count(const uint8_t *got, uint64_t pfn, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (got[i] != mkdump_count(pfn, from + i))
			return false;
	return true;
}

/* What the lines in pages[] promise, for a page size of 1024. */
static void check_pages(struct dump *d, const char *what)
{
	static const enum read_status want[] = {READ_NOT_RAM, READ_NOT_RAM,  READ_OK,       READ_OK,
						READ_OK,      READ_EXCLUDED, READ_EXCLUDED, READ_EXCLUDED,
						READ_NOT_RAM, READ_OK,       READ_LOST,     READ_NOT_RAM};
	const struct dump_range *ranges;
	uint8_t got[3072];
	size_t done;

	for (uint64_t pfn = 0; pfn < COUNT(want); pfn++)
		if (dump_page_status(d, pfn * KIB + 5) != want[pfn] ||
		    dump_read(d, pfn * KIB + 5, got, 1, NULL) != want[pfn])
			FAIL("%s: page %d", what, (int)pfn);
	CHECK(dump_read(d, 64 * KIB, got, 1, NULL) == READ_NOT_RAM);
	CHECK(dump_read(d, UINT64_MAX - 1, got, 2, NULL) == READ_NOT_RAM);
	CHECK(dump_read(d, 2048, got, 3072, &done) == READ_OK && done == 3072);
	if (!is_count(got, 2, 0, 1024) || got[1024] != 'A' || got[2047] != 'A' ||
	    !is_count(got + 2048, 4, 0, 1024))
		FAIL("%s: data differ", what);
	CHECK(dump_read(d, 4 * KIB + 1000, got, 100, &done) == READ_EXCLUDED);
	CHECK_EQ_U64(done, 24);
	CHECK(is_count(got, 4, 1000, 24));
	REQUIRE(dump_ranges(d, &ranges) == 2);
	CHECK_EQ_U64(ranges[0].start, 2 * KIB);
	CHECK_EQ_U64(ranges[0].end, 8 * KIB);
	CHECK_EQ_U64(ranges[1].start, 9 * KIB);
	CHECK_EQ_U64(ranges[1].end, 11 * KIB);
}

/* Nothing in the file names its ABI: with and without a machine name, notes and texts. */
static void every_abi_and_version(void)
{
	static const char *const contents[] = {
		"release 6.1.0-test",
		"",
		"vmcoreinfo OSRELEASE=6.1\\n",
		"note CORE 1 aaaa; note QEMU 0 bbbbbbbb; vmcoreinfo OSRELEASE=6.1\\n; eraseinfo erase me",
	};

	for (unsigned i = 0; i < COUNT(abis) * 6 * COUNT(contents); i++) {
		const char *abi = abis[i % COUNT(abis)].abi, *content = contents[i / COUNT(abis) / 6];
		unsigned version = i / COUNT(abis) % 6 + 1;
		bool erased = strstr(content, "erase") && version >= 5;
		char line[64], what[200];
		const struct dump_info *info;
		const struct dump_note *notes;
		struct dump *d;
		char *path;

		/* 64-bit time is younger than version 6 */
		if (strstr(abi, "time64") && version < 6)
			continue;
		snprintf(line, sizeof(line), "version %u", version);
		snprintf(what, sizeof(what), "%s, %s, %s", abi, line, content);
		path = mkdump_file("format kdump", abi, line, content, "phys_base 0x40", pages);
		d = open_one(path);
		if (!d) {
			FAIL("%s: %s", what, fail_text());
			mkdump_close(path);
			continue;
		}
		info = dump_info(d);
		if (info->order != abis[i % COUNT(abis)].order ||
		    (version > 2 && info->word_size != abis[i % COUNT(abis)].word))
			FAIL("%s: order %d, word %d", what, info->order, info->word_size);
		CHECK_EQ_U64(info->flags, DUMP_PARTIAL | (erased ? DUMP_ERASED : 0));
		CHECK_EQ_U64(info->page_size, 1024);
		CHECK_EQ_U64(info->max_pfn, 64);
		CHECK_EQ_U64(info->nr_cpus, 2);
		CHECK(info->has_phys_base && info->phys_base == 0x40);
		CHECK_EQ_I64(info->dump_level, 31);
		if (content == contents[0]) {
			CHECK_STR(info->uts_release, "6.1.0-test");
			CHECK_STR(info->uts_nodename, "node");
			CHECK_EQ_U64(info->timestamp, 1700000000);
		}
		if (strstr(content, "vmcoreinfo") && version >= 3)
			CHECK_STR(dump_vmcoreinfo(d), "OSRELEASE=6.1\n");
		else
			CHECK(dump_vmcoreinfo(d) == NULL);
		CHECK_EQ_U64(dump_notes(d, &notes), strstr(content, "note") && version >= 4 ? 2 : 0);
		check_pages(d, what);
		dump_close(d);
		mkdump_close(path);
	}
}

/* The machine's name decides where numbers do not: version 3 without texts, 4 to 5 likewise. */
static void diskdump_and_names(void)
{
	char *path = mkdump_file("format diskdump; version 1; machine x86_64", pages);
	struct dump *d = open_one(path);

	REQUIRE(d);
	CHECK_STR(dump_info(d)->format, "diskdump v1");
	CHECK(!dump_info(d)->has_phys_base);
	CHECK_STR(dump_info(d)->uts_machine, "x86_64");
	check_pages(d, "diskdump");
	dump_close(d);
	mkdump_close(path);
}

static void every_compression(void)
{
	static const char *const names[] = {"none", "zlib", "lzo", "snappy", "zstd"};
	static const char *const status[] = {"", " (zlib)", " (lzo)", " (snappy)", " (zstd)"};
	static const char *const flags[] = {"0", "1", "2", "4", "0x20"};

	for (size_t i = 0; i < 2 * COUNT(names); i++) {
		char line[80], format[64];
		uint8_t got[4096];
		uint64_t offset;
		struct dump *d;
		char *path;

		snprintf(line, sizeof(line), "compress %s; status %s", names[i / 2], flags[i / 2]);
		snprintf(format, sizeof(format), "kdump compressed v6%s%s", status[i / 2],
			 i & 1 ? ", flattened" : "");
		path = mkdump_file("format kdump", i & 1 ? "flat" : "", line, pages);
		d = open_one(path);
		REQUIRE(d);
		CHECK_STR(dump_info(d)->format, format);
		check_pages(d, line);
		check_pages(d, line); /* from the cache */
		CHECK(dump_file_offset(d, 3 * KIB, &offset) == (i / 2 == 0));
		dump_close(d);
		mkdump_close(path);
		/* a page that compresses well, with real entropy coding where there is a compressor */
		path = mkdump_file("format kdump; block 4096", i & 1 ? "flat" : "", line,
				   "page 7 text; page 8 text");
		d = open_one(path);
		REQUIRE(d);
		CHECK(dump_read(d, 28 * KIB, got, sizeof(got), NULL) == READ_OK);
		for (size_t k = 0; k < sizeof(got); k++)
			REQUIRE(got[k] == mkdump_text(k));
		CHECK(dump_read(d, 32 * KIB - 2, got, 12, NULL) == READ_OK);
		CHECK(got[0] == mkdump_text(4094) && got[2] == mkdump_text(0));
		dump_close(d);
		mkdump_close(path);
	}
}

static void one_bitmap(void)
{
	char *path = mkdump_file("format kdump; bitmaps 1; level 0; page 2 count; page 5 count");
	struct dump *d = open_one(path);
	uint8_t got[4];

	REQUIRE(d);
	CHECK_EQ_U64(dump_info(d)->flags, 0);
	CHECK(dump_read(d, 5 * KIB, got, 4, NULL) == READ_OK && is_count(got, 5, 0, 4));
	CHECK(dump_page_status(d, 3 * KIB) == READ_NOT_RAM);
	dump_close(d);
	mkdump_close(path);
}

/* makedumpfile on arm counts pages from phys_base, QEMU from 0; phys_base is in both. */
static void arm_page_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t first;
	} rows[] = {
		{"abi 32le-pad; machine armv7l; phys_base 0x4000; page 0 count; page 5 fill B; max 64",
		 0x4000},
		{"abi 32le-pack; phys_base 0x4000; page 16 count; page 21 fill B; max 64", 0x4000},
		{"abi 32le-pack; machine i686; phys_base 0x4000; page 0 count; page 5 fill B; max 64", 0},
		{"abi 64le; machine aarch64; phys_base 0x4000; page 0 count; page 5 fill B; max 64", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *path = mkdump_file("format kdump", rows[i].text);
		struct dump *d = open_one(path);
		const struct dump_range *ranges;
		uint8_t got[4];

		REQUIRE(d);
		CHECK(dump_read(d, rows[i].first + 5 * KIB, got, 4, NULL) == READ_OK && got[0] == 'B');
		CHECK(dump_ranges(d, &ranges) == 2);
		CHECK_EQ_U64(ranges[0].start, rows[i].first);
		CHECK_EQ_U64(dump_info(d)->max_pfn, i ? 64 : 64 + 16);
		dump_close(d);
		mkdump_close(path);
	}
}

enum { PARTS = 3 };
static const char *const split_lines[PARTS] = {"split 0 4", "split 4 8", "split 8 64"};

static void open_parts(char **all, const char *more, const char *flat)
{
	for (size_t i = 0; i < PARTS; i++)
		all[i] = mkdump_file("format kdump; compress zlib", pages, split_lines[i], more, flat);
}

static void close_parts(char **all)
{
	for (size_t i = 0; i < PARTS; i++)
		mkdump_close(all[i]);
}

static void split_sets(void)
{
	static const uint8_t orders[][PARTS] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
	char *all[PARTS];

	for (size_t i = 0; i < 2 * COUNT(orders); i++) {
		const char *paths[PARTS];
		const char *const *sorted;
		struct dump *d;

		open_parts(all, "", i & 1 ? "flat" : "");
		for (size_t k = 0; k < PARTS; k++)
			paths[k] = all[orders[i / 2][k]];
		d = dump_open(paths, PARTS);
		REQUIRE(d);
		CHECK_EQ_U64(dump_info(d)->flags, DUMP_PARTIAL | DUMP_SPLIT | (i & 1 ? DUMP_FLATTENED : 0));
		check_pages(d, "split");
		CHECK_EQ_U64(dump_paths(d, &sorted), PARTS);
		for (size_t k = 0; k < PARTS; k++)
			CHECK_STR(sorted[k], all[k]);
		dump_close(d);
		close_parts(all);
	}
}

static void split_sets_with_a_gap(void)
{
	char *all[PARTS];
	uint8_t got[4];

	open_parts(all, "", "");
	for (size_t missing = 0; missing < PARTS; missing++) {
		const char *paths[2] = {all[missing == 0 ? 1 : 0], all[missing == 2 ? 1 : 2]};
		struct dump *d = dump_open(paths, 2);

		REQUIRE(d);
		CHECK(dump_info(d)->flags & DUMP_GAP);
		CHECK(dump_read(d, 2 * KIB, got, 4, NULL) == (missing == 0 ? READ_LOST : READ_OK));
		CHECK(dump_read(d, 4 * KIB, got, 4, NULL) == (missing == 1 ? READ_LOST : READ_OK));
		CHECK(dump_read(d, 9 * KIB, got, 4, NULL) == (missing == 2 ? READ_LOST : READ_OK));
		/* the bitmaps of the others still tell */
		CHECK(dump_page_status(d, 5 * KIB) == READ_EXCLUDED);
		CHECK(dump_page_status(d, 1 * KIB) == READ_NOT_RAM);
		dump_close(d);
	}
	close_parts(all);
}

static void split_sets_refused(void)
{
	char *all[PARTS], *other[PARTS], *elf = mkdump_file("format elf; segment 0 16 16");
	char *whole = mkdump_file("format kdump; compress zlib", pages);
	char *again = mkdump_file("format kdump; compress zlib", pages, split_lines[0]);

	open_parts(all, "", "");
	open_parts(other, "release 5.5", "");
	{
		const struct {
			const char *paths[2], *why;
		} rows[] = {
			{{all[0], all[0]}, "same file"},
			{{all[0], again}, "hold the same pages"},
			{{all[0], other[1]}, "not parts of one"},
			{{all[1], whole}, "is a whole dump"},
			{{all[0], elf}, "another format"},
			{{elf, elf}, "cannot be a part of a split"},
			{{all[0], "/nonexistent"}, "No such file"},
		};

		for (size_t i = 0; i < COUNT(rows); i++) {
			fail_clear();
			if (dump_open(rows[i].paths, 2) || !strstr(fail_text(), rows[i].why))
				FAIL("row %zu: %s", i, fail_text());
		}
	}
	close_parts(all);
	close_parts(other);
	mkdump_close(elf);
	mkdump_close(whole);
	mkdump_close(again);
}

static void incomplete(void)
{
	size_t size;
	uint8_t *whole = mkdump_bytes(&size, "format kdump; status 0x18; compress zlib", pages);
	size_t opened = 0;

	for (size_t n = size; n-- > 0;) {
		char *path = mkdump_file_of(whole, n);
		struct dump *d;
		uint8_t got[4];

		fail_clear();
		d = open_one(path);
		if (d) {
			enum read_status last = READ_OK;

			opened++;
			CHECK_EQ_U64(dump_info(d)->flags,
				     DUMP_PARTIAL | DUMP_INCOMPLETE | DUMP_EXCLUDED_VMEMMAP);
			/* pages vanish from the end, and what is left is right */
			for (uint64_t pfn = 2; pfn < 5; pfn++) {
				enum read_status status = dump_read(d, pfn * KIB, got, 4, NULL);

				if (status != READ_OK && status != READ_LOST)
					FAIL("cut at %zu: page %d is %d", n, (int)pfn, status);
				if (last == READ_LOST && status == READ_OK)
					FAIL("cut at %zu: page %d is back", n, (int)pfn);
				if (status == READ_OK && pfn != 3)
					CHECK(is_count(got, pfn, 0, 4));
				last = status;
			}
			dump_close(d);
		} else if (strncmp(fail_text(), path, strlen(path)) != 0) {
			FAIL("cut at %zu: %s", n, fail_text());
		}
		mkdump_close(path);
	}
	CHECK(opened > 1000 && opened < size - 1024);
	free(whole);
}

/* Nothing but its length tells that a copy of a file was cut short. */
static void cut_short(void)
{
	size_t size;
	uint8_t *whole =
		mkdump_bytes(&size, "format kdump; compress zlib; page 2 count; page 4 count; page 9 fill Z");
	uint8_t got[4];

	for (size_t less = 0; less < 3; less++) {
		char *path = mkdump_file_of(whole, size - less);
		struct dump *d = open_one(path);

		REQUIRE(d);
		CHECK_EQ_U64(dump_info(d)->flags, DUMP_PARTIAL | (less ? DUMP_INCOMPLETE : 0));
		CHECK(dump_read(d, 9 * KIB, got, 4, NULL) == (less ? READ_LOST : READ_OK));
		CHECK(dump_read(d, 4 * KIB, got, 4, NULL) == READ_OK);
		dump_close(d);
		mkdump_close(path);
	}
	free(whole);
}

/* A page whose stream is damaged is an error, and only that page. */
static void damaged_pages(void)
{
	static const char *const names[] = {"zlib", "lzo", "snappy", "zstd"};

	for (size_t i = 0; i < COUNT(names); i++) {
		char line[64];
		size_t size;
		uint8_t got[4096], *whole;
		struct dump *d;
		char *path;
		uint64_t data;

		snprintf(line, sizeof(line), "compress %s", names[i]);
		whole = mkdump_bytes(&size, "format kdump; block 4096", line, "page 1 fill A; page 2 fill B");
		data = get_u64(whole + 16 * KIB, ORDER_LITTLE);
		REQUIRE(data < size);
		memset(whole + data, 0xff, 4);
		path = mkdump_file_of(whole, size);
		d = open_one(path);
		REQUIRE(d);
		if (dump_read(d, 4096, got, sizeof(got), NULL) != READ_ERROR)
			FAIL("%s: a damaged page is read", names[i]);
		CHECK(dump_read(d, 8 * KIB, got, sizeof(got), NULL) == READ_OK);
		dump_close(d);
		mkdump_close(path);
		/* descriptors that cannot be: a raw page of another size, a page larger than a page, an empty
		 * one */
		for (int k = 0; k < 3; k++) {
			put_uint(whole + 16 * KIB + 8, 4, k == 0 ? 4095 : k == 1 ? 4097 : 0, ORDER_LITTLE);
			put_uint(whole + 16 * KIB + 12, 4, k == 0 ? 0 : 1, ORDER_LITTLE);
			path = mkdump_file_of(whole, size);
			d = open_one(path);
			REQUIRE(d);
			CHECK(dump_read(d, 4096, got, 16, NULL) == READ_ERROR);
			dump_close(d);
			mkdump_close(path);
		}
		free(whole);
	}
}

/* Every number of the headers, replaced by what breaks arithmetic. */
static void hostile_numbers(void)
{
	static const uint64_t values[] = {0,          1,          3,          0x400,
					  0x10000,    0x7fffffff, 0x80000000, 0xffffffff,
					  0xfffffff0, UINT64_MAX, INT64_MAX};

	for (size_t abi = 0; abi < 6; abi++) {
		size_t size;
		uint8_t *whole =
			mkdump_bytes(&size, "format kdump; note CORE 1 abcd; compress zlib", abis[abi].abi,
				     "split 0 64; eraseinfo x; vmcoreinfo OSRELEASE=1\\n", pages);

		for (size_t at = 8; at < 1024 + 104; at = at == 8 ? 400 : at == 464 ? 1024 : at + 4) {
			for (size_t v = 0; v < 2 * COUNT(values); v++) {
				uint8_t saved[8], got[2048];
				const struct dump_range *ranges;
				struct dump *d;
				char *path;

				memcpy(saved, whole + at, 8);
				put_uint(whole + at, v & 1 ? 8 : 4, values[v / 2], abis[abi].order);
				path = mkdump_file_of(whole, size);
				fail_clear();
				d = open_one(path);
				CHECK(d || fail_text()[0]);
				if (d) {
					size_t n = dump_ranges(d, &ranges);

					for (size_t i = 0; i < n && i < 8; i++)
						dump_read(d, ranges[i].end - 3, got, 6, NULL);
					for (uint64_t p = 0; p < 16; p++)
						dump_read(d, p * 1000, got, sizeof(got), NULL);
				}
				dump_close(d);
				mkdump_close(path);
				memcpy(whole + at, saved, 8);
			}
		}
		free(whole);
	}
}

static void refused(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"format kdump; poke 428 4 3", "header is damaged"},
		{"format kdump; poke 8 4 77", "header is damaged"},
		{"format kdump; truncate 400", "cut short inside its header"},
		{"format kdump; truncate 1100", "cut short inside its sub-header"},
		{"format kdump; poke 0 1 0x58", "not a dump of a known format"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *path = mkdump_file(rows[i].text);

		fail_clear();
		if (open_one(path) != NULL || !strstr(fail_text(), rows[i].why) ||
		    strncmp(fail_text(), path, strlen(path)) != 0)
			FAIL("row %zu: %s", i, fail_text());
		mkdump_close(path);
	}
	CHECK(dump_open(NULL, 0) == NULL);
}

struct crowd {
	struct dump *d;
	atomic_int wrong;
};

static void read_some(void *context, size_t begin, size_t end, unsigned worker)
{
	struct crowd *c = context;
	uint8_t got[100];

	(void)worker;
	for (size_t i = begin; i < end; i++) {
		uint64_t pfn = i * 7919 % 200, from = i % 900;

		if (dump_read(c->d, pfn * KIB + from, got, sizeof(got), NULL) != READ_OK ||
		    !is_count(got, pfn, from, sizeof(got)))
			c->wrong++;
	}
}

static void many_threads(void)
{
	static char text[8000];
	size_t n = 0;

	for (unsigned i = 0; i < 200; i++) {
		static const char *const names[] = {"zlib", "lzo", "snappy", "zstd", "none"};

		n += (size_t)snprintf(text + n, sizeof(text) - n, "compress %s;page %u count;", names[i % 5],
				      i);
	}
	for (int flat = 0; flat < 2; flat++) {
		char *path = mkdump_file("format kdump; max 200", flat ? "flat" : "", text);
		struct crowd c = {.d = open_one(path)};

		REQUIRE(c.d);
		parallel_for(20000, 100, read_some, &c);
		CHECK_EQ_I64(c.wrong, 0);
		dump_close(c.d);
		mkdump_close(path);
	}
}

int main(void)
{
	RUN(every_abi_and_version);
	RUN(diskdump_and_names);
	RUN(every_compression);
	RUN(one_bitmap);
	RUN(arm_page_numbers);
	RUN(split_sets);
	RUN(split_sets_with_a_gap);
	RUN(split_sets_refused);
	RUN(incomplete);
	RUN(cut_short);
	RUN(damaged_pages);
	RUN(hostile_numbers);
	RUN(refused);
	RUN(many_threads);
	return check_done();
}
