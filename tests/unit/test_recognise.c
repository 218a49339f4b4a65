/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a file is, by its first bytes, and what is said of one that is nothing. */
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"
#include "dump/dump.h"
#include "mkdump.h"

#define COUNT(A) (sizeof(A) / sizeof((A)[0]))

static void check_kind(const char *path, enum file_kind want, const char *why, size_t row)
{
	enum file_kind got;

	fail_clear();
	got = file_recognise(path);
	if (got != want || (why && !strstr(fail_text(), why)) ||
	    (why && strncmp(fail_text(), path, strlen(path)) != 0))
		FAIL("row %zu: kind %d, %s", row, got, fail_text());
}

static void described(void)
{
	static const struct {
		const char *text;
		enum file_kind kind;
		const char *why;
	} rows[] = {
		{"format elf; segment 0x1000 16 16", FILE_DUMP, NULL},
		{"format elf; abi 32be-pad; segment 0x1000 16 16", FILE_DUMP, NULL},
		{"format elf; flat; segment 0x1000 16 16", FILE_DUMP, NULL},
		{"format kdump", FILE_DUMP, NULL},
		{"format kdump; flat; abi 32le-pack", FILE_DUMP, NULL},
		{"format diskdump; version 1", FILE_DUMP, NULL},
		/* a core of a process: notes that only processes have, no physical addresses */
		{"format elf; note CORE 1 x; note CORE 6 x; segment 0 16 16; segment 0 16 16", FILE_UNKNOWN,
		 "core dump of a process"},
		{"format elf; note CORE 1179208773 x; segment 0 16 16", FILE_UNKNOWN,
		 "core dump of a process"},
		{"format elf; note CORE 1 x; segment 0 16 16", FILE_DUMP, NULL},
		/* e_type, and PT_INTERP for the first segment */
		{"format elf; segment 0 16 16; poke 16 2 2", FILE_KERNEL, NULL},
		{"format elf; segment 0 16 16; poke 16 2 3", FILE_KERNEL, NULL},
		{"format elf; abi 32be-pad; segment 0 16 16; poke 16 2 2", FILE_KERNEL, NULL},
		{"format elf; segment 0 16 16; poke 16 2 3; poke 64 4 3", FILE_UNKNOWN, "is a program"},
		{"format elf; segment 0 16 16; poke 16 2 1", FILE_UNKNOWN, "kernel module"},
		{"format elf; segment 0 16 16; poke 16 2 77", FILE_UNKNOWN, "unknown type 77"},
		{"format elf; segment 0 16 16; poke 4 1 9", FILE_UNKNOWN, "damaged ELF"},
		{"format elf; segment 0 16 16; truncate 20", FILE_UNKNOWN, "damaged ELF"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *path = mkdump_file(rows[i].text);

		check_kind(path, rows[i].kind, rows[i].why, i);
		mkdump_close(path);
	}
}

static void by_magic(void)
{
	static const struct {
		const char *bytes;
		size_t size;
		enum file_kind kind;
		const char *why;
	} rows[] = {
		{"", 0, FILE_UNKNOWN, "is empty"},
		{"\x1f\x8b\x08", 3, FILE_UNKNOWN, "gzip"},
		{"\xfd"
		 "7zXZ\0",
		 6, FILE_UNKNOWN, "xz file"},
		{"BZh9", 4, FILE_UNKNOWN, "bzip2"},
		{"\x28\xb5\x2f\xfd", 4, FILE_UNKNOWN, "zstd"},
		{"hello, world\n", 13, FILE_UNKNOWN, "is a text file"},
		{"\1\2\3\4\5", 5, FILE_UNKNOWN, "neither a dump"},
		{"ffffffff81000000 T _text\nffffffff81000000 T startup_64\n", 54, FILE_SYSTEM_MAP, NULL},
		{"c0100000 T _text\nc0100000 t stext\n", 34, FILE_SYSTEM_MAP, NULL},
		{"0000000000000000 A fixed_percpu_data\n", 37, FILE_SYSTEM_MAP, NULL},
		{"ffffffff81000000 T _text\nand something else\n", 44, FILE_UNKNOWN, "is a text file"},
		{"ffffffff81000000 T _te", 22, FILE_UNKNOWN, "is a text file"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *path = mkdump_file_of(rows[i].bytes, rows[i].size);

		check_kind(path, rows[i].kind, rows[i].why, i);
		mkdump_close(path);
	}
}

static void unreadable(void)
{
	char folder[] = "/proc", nothing[] = "/nonexistent/dump", self[] = "/proc/self/exe";

	check_kind(folder, FILE_UNKNOWN, "is a directory", 0);
	check_kind(nothing, FILE_UNKNOWN, "No such file", 1);
	check_kind(self, FILE_UNKNOWN, "is a program", 2);
}

int main(void)
{
	RUN(described);
	RUN(by_magic);
	RUN(unreadable);
	return check_done();
}
