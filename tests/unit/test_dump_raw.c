/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bare memory: FILE@ADDRESS, one or several. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "check.h"
#include "dump/dump.h"
#include "mkdump.h"

static struct arena arena;
static char *one, *two; /* 8192 bytes of 'a', 4096 of 'b' */

static char *file_of(char c, size_t size)
{
	char *bytes = malloc(size), *path;

	memset(bytes, c, size);
	path = mkdump_file_of(bytes, size);
	free(bytes);
	return path;
}

/* Both texts as one, until the end of the program. */
static const char *spec(const char *path, const char *rest)
{
	return arena_printf(&arena, "%s%s", path, rest);
}

static struct dump *open_two(const char *first, const char *second)
{
	const char *paths[] = {first, second};

	fail_clear();
	return dump_open(paths, second ? 2 : 1);
}

static void pieces(void)
{
	for (int list = 0; list < 2; list++) {
		struct dump *d;
		const struct dump_range *ranges;
		const char *const *paths;
		uint8_t bytes[16];
		size_t done;
		uint64_t offset;

		/* in any order, as two words or as one */
		if (list)
			d = open_two(spec(spec(two, "@0x90000000,"), spec(one, "@1000")), NULL);
		else
			d = open_two(spec(two, "@90000000"), spec(one, "@0x1000"));
		REQUIRE(d);
		CHECK_STR(dump_info(d)->format, "raw memory");
		CHECK_EQ_U64(dump_info(d)->elf_machine, 0);
		REQUIRE(dump_ranges(d, &ranges) == 2);
		CHECK_EQ_U64(ranges[0].start, 0x1000);
		CHECK_EQ_U64(ranges[0].end, 0x3000);
		CHECK_EQ_U64(ranges[1].start, 0x90000000);
		CHECK_EQ_U64(dump_paths(d, &paths), 2);
		CHECK_EQ_U64(dump_read(d, 0x2ff0, bytes, 16, &done), READ_OK);
		CHECK_EQ_U64(bytes[15], 'a');
		CHECK_EQ_U64(dump_read(d, 0x2ff8, bytes, 16, &done), READ_NOT_RAM);
		CHECK_EQ_U64(done, 8);
		CHECK_EQ_U64(dump_read(d, 0xfff, bytes, 1, NULL), READ_NOT_RAM);
		CHECK_EQ_U64(dump_read(d, 0x90000fff, bytes, 1, NULL), READ_OK);
		CHECK_EQ_U64(bytes[0], 'b');
		CHECK_EQ_U64(dump_page_status(d, 0x90000000), READ_OK);
		CHECK_EQ_U64(dump_page_status(d, 0x90001000), READ_NOT_RAM);
		CHECK(dump_file_offset(d, 0x90000010, &offset) && offset == 0x10);
		CHECK(!dump_file_offset(d, 0x1010, &offset)); /* not of the first file */
		dump_close(d);
	}
}

static void neighbours_are_one_range(void)
{
	struct dump *d = open_two(spec(one, "@0"), spec(two, "@2000"));
	const struct dump_range *ranges;
	uint8_t bytes[2];

	REQUIRE(d);
	CHECK_EQ_U64(dump_ranges(d, &ranges), 1);
	CHECK_EQ_U64(dump_read(d, 0x1fff, bytes, 2, NULL), READ_OK);
	CHECK(bytes[0] == 'a' && bytes[1] == 'b');
	dump_close(d);
	/* the top of the address space: its last byte cannot be told */
	d = open_two(spec(two, "@fffffffffffff000"), NULL);
	REQUIRE(d);
	CHECK_EQ_U64(dump_read(d, 0xfffffffffffffff0, bytes, 2, NULL), READ_OK);
	CHECK_EQ_U64(dump_read(d, 0xffffffffffffffff, bytes, 1, NULL), READ_NOT_RAM);
	dump_close(d);
}

static void mistakes(void)
{
	char *elf = mkdump_file("format elf; segment 0 16 16");

	CHECK(!open_two(spec(one, "@0"), spec(two, "@1000")) && strstr(fail_text(), "overlaps"));
	CHECK(!open_two(spec(one, "@0"), elf) && strstr(fail_text(), "another format"));
	CHECK(!open_two("/nowhere/ram@0", NULL) && strstr(fail_text(), "/nowhere/ram"));
	CHECK(!open_two(spec(one, ""), NULL)); /* without an address it is nothing */
	CHECK_EQ_U64(file_recognise(spec(one, "@80000000")), FILE_DUMP);
	CHECK_EQ_U64(file_recognise(spec(one, "@0,x@y")), FILE_UNKNOWN);
	CHECK_EQ_U64(file_recognise(spec(one, "@")), FILE_UNKNOWN);
	CHECK_EQ_U64(file_recognise("@1000"), FILE_UNKNOWN);
	fail_clear();
	mkdump_close(elf);
}

/* A file whose name looks like one is that file. */
static void a_name_with_an_at(void)
{
	static const char name[] = "test_dump_raw.file@1000";
	FILE *f = fopen(name, "w");

	REQUIRE(f);
	fputs("c0100000 T _text\nc0100000 t stext\n", f);
	fclose(f);
	CHECK_EQ_U64(file_recognise(name), FILE_SYSTEM_MAP);
	unlink(name);
}

int main(void)
{
	one = file_of('a', 8192);
	two = file_of('b', 4096);
	RUN(pieces);
	RUN(neighbours_are_one_range);
	RUN(mistakes);
	RUN(a_name_with_an_at);
	mkdump_close(one);
	mkdump_close(two);
	arena_free(&arena);
	return check_done();
}
