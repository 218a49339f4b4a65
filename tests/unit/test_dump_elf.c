/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF cores, made from text by mkdump.c. */
#include <stdlib.h>

#include "base/error.h"
#include "check.h"
#include "dump/dump.h"
#include "mkdump.h"

#define COUNT(A) (sizeof(A) / sizeof((A)[0]))

static const char *const abis[] = {"abi 64le", "abi 64be", "abi 32le-pad", "abi 32be-pad"};

static struct dump *open_one(const char *path)
{
	const char *paths[1] = {path};

	return dump_open(paths, 1);
}

static bool holds_pattern(struct dump *d, uint64_t from, uint64_t to)
{
	uint8_t *got = malloc((size_t)(to - from));
	size_t done;
	bool good = dump_read(d, from, got, (size_t)(to - from), &done) == READ_OK && done == to - from;

	for (uint64_t i = 0; good && i < to - from; i++)
		good = got[i] == mkdump_byte(from + i);
	free(got);
	return good;
}

static void every_class_and_order(void)
{
	for (size_t i = 0; i < 3 * COUNT(abis); i++) {
		static const char *const shapes[] = {"", "flat", "xnum"};
		char *path = mkdump_file("format elf", abis[i / 3], shapes[i % 3],
					 "machine 62; segment 0x100000 0x3000 0x3000;"
					 "segment 0x1000 0x2400 0x2400; segment 0x200000 0x1000 0x1000;"
					 "note CORE 1 aaaa; note CORE 1 bbbb; note QEMU 0 cccccc;"
					 "note VMCOREINFO 0 OSRELEASE=6.1\\nPAGESIZE=16384\\n;");
		struct dump *d = open_one(path);
		const struct dump_info *info;
		const struct dump_range *ranges;
		const struct dump_note *notes;
		const char *const *paths;
		size_t done;
		uint8_t byte;

		REQUIRE(d);
		info = dump_info(d);
		CHECK_EQ_U64(info->flags, i % 3 == 1 ? DUMP_FLATTENED : 0);
		CHECK_STR(info->format, i % 3 == 1 ? "ELF vmcore, flattened" : "ELF vmcore");
		CHECK_EQ_U64(info->order, i / 3 & 1 ? ORDER_BIG : ORDER_LITTLE);
		CHECK_EQ_U64(info->word_size, i / 3 < 2 ? 8 : 4);
		CHECK_EQ_U64(info->elf_machine, 62);
		CHECK_EQ_U64(info->page_size, 16384);
		CHECK_EQ_U64(info->nr_cpus, 2);
		CHECK_EQ_U64(info->max_pfn, 0x201000 / 16384 + 1);
		CHECK_EQ_I64(info->dump_level, -1);
		CHECK_STR(dump_vmcoreinfo(d), "OSRELEASE=6.1\nPAGESIZE=16384\n");
		CHECK(dump_paths(d, &paths) == 1);
		CHECK_STR(paths[0], path);
		REQUIRE(dump_notes(d, &notes) == 4);
		CHECK_STR(notes[1].name, "CORE");
		CHECK_EQ_U64(notes[1].type, 1);
		CHECK_EQ_U64(notes[1].size, 4);
		CHECK_MEM(notes[1].desc, "bbbb", 4);
		CHECK_STR(notes[2].name, "QEMU");
		REQUIRE(dump_ranges(d, &ranges) == 3);
		CHECK_EQ_U64(ranges[0].start, 0x1000);
		CHECK_EQ_U64(ranges[0].end, 0x3400);
		CHECK_EQ_U64(ranges[2].end, 0x201000);
		CHECK(holds_pattern(d, 0x1000, 0x3400));
		CHECK(holds_pattern(d, 0x1ffe, 0x2003));
		CHECK(holds_pattern(d, 0x100000, 0x103000));
		CHECK(dump_read(d, 0xfff, &byte, 1, &done) == READ_NOT_RAM);
		CHECK(dump_read(d, 0x3400, &byte, 1, &done) == READ_NOT_RAM);
		CHECK(dump_page_status(d, 0x3000) == READ_OK);
		CHECK(dump_page_status(d, 0x4000) == READ_NOT_RAM);
		CHECK(dump_read(d, UINT64_MAX, &byte, 1, &done) == READ_NOT_RAM);
		dump_close(d);
		mkdump_close(path);
	}
}

static void read_tells_how_far_it_came(void)
{
	char *path = mkdump_file("format elf; segment 0x1000 0x1000 0x1000");
	struct dump *d = open_one(path);
	uint8_t got[64];
	size_t done;
	uint64_t offset;

	REQUIRE(d);
	CHECK(dump_read(d, 0x1ff0, got, sizeof(got), &done) == READ_NOT_RAM);
	CHECK_EQ_U64(done, 16);
	CHECK_EQ_U64(got[15], mkdump_byte(0x1fff));
	CHECK(dump_read(d, 0x1ff0, got, sizeof(got), NULL) == READ_NOT_RAM);
	CHECK(dump_read(d, 0x5000, got, 0, &done) == READ_OK);
	CHECK(dump_file_offset(d, 0x1010, &offset));
	CHECK_EQ_U64(offset, 64 + 2 * 56 + 0x10);
	CHECK(!dump_file_offset(d, 0x2000, &offset));
	dump_close(d);
	mkdump_close(path);
}

/* makedumpfile -E counts a tail of excluded pages in p_memsz only. */
static void unsaved_tails_are_excluded(void)
{
	char *path = mkdump_file("format elf; segment 0x1000 0x1000 0x3000; segment 0x4000 0 0x2000;"
				 "segment 0x6000 0x1000 0x1000");
	struct dump *d = open_one(path);
	const struct dump_range *ranges;
	uint8_t got[0x2000];
	size_t done;
	uint64_t offset;

	REQUIRE(d);
	CHECK_EQ_U64(dump_info(d)->flags, DUMP_PARTIAL);
	CHECK(dump_read(d, 0x1800, got, 0x1000, &done) == READ_EXCLUDED);
	CHECK_EQ_U64(done, 0x800);
	CHECK(dump_page_status(d, 0x4000) == READ_EXCLUDED);
	CHECK(dump_page_status(d, 0x6000) == READ_OK);
	CHECK(!dump_file_offset(d, 0x2000, &offset));
	CHECK(dump_ranges(d, &ranges) == 1);
	CHECK_EQ_U64(ranges[0].end, 0x7000);
	dump_close(d);
	mkdump_close(path);
}

/* The first segment of /proc/vmcore is the kernel image again: data win over a tail, the first over later
 * ones. */
static void overlaps(void)
{
	char *path = mkdump_file("format elf; segment 0x3000 0x1000 0x4000; segment 0x1000 0x8000 0x8000;"
				 "segment 0x2000 0x400 0x400");
	struct dump *d = open_one(path);
	uint64_t offset;

	REQUIRE(d);
	CHECK(holds_pattern(d, 0x1000, 0x9000));
	CHECK(dump_file_offset(d, 0x3000, &offset));
	CHECK_EQ_U64(offset, 64 + 4 * 56);
	CHECK(dump_file_offset(d, 0x4000, &offset));
	CHECK_EQ_U64(offset, 64 + 4 * 56 + 0x1000 + 0x3000);
	dump_close(d);
	mkdump_close(path);
}

static void cut_files(void)
{
	static const char text[] = "format elf; segment 0x1000 0x2000 0x2000; note CORE 1 abcd;"
				   "note VMCOREINFO 0 OSRELEASE=1\\n";
	uint8_t got[16];
	size_t size, done;
	uint8_t *whole = mkdump_bytes(&size, text);
	char *path = mkdump_file_of(whole, size - 0x1008);
	struct dump *d = open_one(path);

	REQUIRE(d);
	CHECK_EQ_U64(dump_info(d)->flags, DUMP_INCOMPLETE);
	CHECK(dump_read(d, 0x1ff0, got, 16, &done) == READ_LOST);
	CHECK_EQ_U64(done, 8);
	/* the last eight bytes of a page make the page */
	CHECK(dump_page_status(d, 0x1000) == READ_LOST);
	CHECK(dump_read(d, 0x1000, got, 16, &done) == READ_OK);
	CHECK(dump_page_status(d, 0x2000) == READ_LOST);
	dump_close(d);
	mkdump_close(path);
	/* every length, down to nothing: no crash, and a message where it does not open */
	for (size_t n = 0; n < 252; n++) {
		path = mkdump_file_of(whole, n);
		fail_clear();
		d = open_one(path);
		if (d)
			CHECK_EQ_U64(dump_read(d, 0x1000, got, 16, &done), READ_LOST);
		else
			CHECK(strncmp(fail_text(), path, strlen(path)) == 0);
		dump_close(d);
		mkdump_close(path);
	}
	free(whole);
	/* makedumpfile that ran out of space says so */
	path = mkdump_file("format elf; flags 1; segment 0x1000 0x2000 0x2000");
	d = open_one(path);
	REQUIRE(d);
	CHECK_EQ_U64(dump_info(d)->flags, DUMP_INCOMPLETE);
	dump_close(d);
	mkdump_close(path);
}

static void refused(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"format elf", "holds no memory"},
		{"format elf; segment 0 0x1000 0x1000; segment 0 0x2000 0x2000", "no physical addresses"},
		{"format elf; segment 0x1000 16 16; poke 54 2 55", "without usable program headers"},
		{"format elf; segment 0x1000 16 16; poke 32 8 0x1000000", "lie beyond its end"},
		{"format elf; segment 0x1000 16 16; poke 56 2 0xffff; poke 40 8 0x100000", "section 0"},
		{"format elf; segment 0x1000 16 16; poke 16 2 9", "not a dump of a known format"},
		{"format elf; segment 0x1000 16 16; poke 4 1 3", "not a dump of a known format"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *path = mkdump_file(rows[i].text);

		fail_clear();
		if (open_one(path) != NULL || !strstr(fail_text(), rows[i].why) ||
		    strncmp(fail_text(), path, strlen(path)) != 0)
			FAIL("row %zu: %s", i, fail_text());
		mkdump_close(path);
	}
}

/* A segment of virtual addresses only, as /proc/kcore has them, is skipped. */
static void virtual_only_segment(void)
{
	char *path =
		mkdump_file("format elf; segment 0xffffffffffffffff 0x1000 0x1000; segment 0x1000 16 16");
	struct dump *d = open_one(path);
	const struct dump_range *ranges;

	REQUIRE(d);
	CHECK(dump_ranges(d, &ranges) == 1);
	CHECK(holds_pattern(d, 0x1000, 0x1010));
	dump_close(d);
	mkdump_close(path);
}

/* Every number of the headers, replaced by what breaks arithmetic. */
static void hostile_numbers(void)
{
	static const uint64_t values[] = {0,          1,          0x7f,       0x7fffffff, 0x80000000,
					  0xffffffff, 0xfffffff0, UINT64_MAX, INT64_MAX,  UINT64_MAX - 0xfff};

	for (size_t abi = 0; abi < COUNT(abis); abi++) {
		size_t size;
		uint8_t *whole = mkdump_bytes(&size, "format elf", abis[abi],
					      "segment 0x1000 0x800 0x1000; segment 0x8000 0x10 0x10;"
					      "note CORE 1 abcd; note VMCOREINFO 0 PAGESIZE=4096\\n");

		for (size_t at = 16; at + 8 <= 320; at += 2) {
			for (size_t v = 0; v < 2 * COUNT(values); v++) {
				uint8_t saved[8], got[64];
				const struct dump_range *ranges;
				struct dump *d;
				char *path;

				memcpy(saved, whole + at, 8);
				put_uint(whole + at, v & 1 ? 8 : 4, values[v / 2],
					 abi & 1 ? ORDER_BIG : ORDER_LITTLE);
				path = mkdump_file_of(whole, size);
				fail_clear();
				d = open_one(path);
				CHECK(d || fail_text()[0]);
				if (d) {
					size_t n = dump_ranges(d, &ranges);

					for (size_t i = 0; i < n; i++) {
						dump_read(d, ranges[i].start, got, sizeof(got), NULL);
						dump_read(d, ranges[i].end - 3, got, sizeof(got), NULL);
						dump_page_status(d, ranges[i].start);
					}
				}
				dump_close(d);
				mkdump_close(path);
				memcpy(whole + at, saved, 8);
			}
		}
		free(whole);
	}
}

int main(void)
{
	RUN(every_class_and_order);
	RUN(read_tells_how_far_it_came);
	RUN(unsaved_tails_are_excluded);
	RUN(overlaps);
	RUN(cut_files);
	RUN(refused);
	RUN(virtual_only_segment);
	RUN(hostile_numbers);
	return check_done();
}
