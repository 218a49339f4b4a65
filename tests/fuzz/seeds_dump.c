/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seeds of fuzz_dump, small dumps of every format: seeds_dump FOLDER */
#include <stdio.h>
#include <stdlib.h>

#include "mkdump.h"

#define PAGES    "page 2 count; page 3 fill A; excluded 5 8; lost 10;"
#define SEGMENTS "segment 0x1000 0x400 0x1000; segment 0x8000 0x10 0x10; note CORE 1 abcd;"
#define TEXT     "OSRELEASE=6.1\\nPAGESIZE=4096\\n"

static const struct {
	const char *name, *text, *more;
} seeds[] = {
	{"elf-64le", "format elf", SEGMENTS "note VMCOREINFO 0 " TEXT},
	{"elf-32be-xnum", "format elf; abi 32be-pad; xnum", SEGMENTS},
	{"elf-overlap", "format elf",
	 "segment 0x1000 0x200 0x800; segment 0x1100 0x300 0x300; segment 0x1000 0x40 0x800"},
	{"elf-note-in-memory", "format elf; block 4096",
	 "segment 0x1000 0x200 0x200; page 1 none; word 1 0 4 11; word 1 4 4 28; bytes 1 12 VMCOREINFO; "
	 "bytes 1 24 " TEXT},
	{"elf-flat", "format elf; flat", "segment 0x1000 0x600 0x600"},
	{"kdump-64le-zlib", "format kdump; compress zlib; release 6.1; machine x86_64; eraseinfo abc",
	 PAGES "note CORE 1 abcd; note VMCOREINFO 0 " TEXT},
	{"kdump-64be-zstd", "format kdump; abi 64be; compress zstd", PAGES},
	{"kdump-32le-pack-lzo", "format kdump; abi 32le-pack; compress lzo; version 5; note CORE 1 abcd",
	 PAGES},
	{"kdump-32be-pad-snappy", "format kdump; abi 32be-pad; compress snappy; version 4; split 0 8", PAGES},
	{"kdump-v3-raw", "format kdump; version 3; vmcoreinfo " TEXT, PAGES},
	{"kdump-flat", "format kdump; flat; compress zlib", PAGES},
	{"kdump-zstd-text", "format kdump; block 4096; compress zstd", "page 2 text"},
	{"diskdump", "format diskdump; version 1; bitmaps 1", "page 2 count"},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		size_t size;
		uint8_t *bytes = mkdump_bytes(&size, seeds[i].text, seeds[i].more);
		char path[4096];
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", argv[1], seeds[i].name);
		f = fopen(path, "wb");
		if (!f || fwrite(bytes, 1, size, f) != size || fclose(f) != 0) {
			perror(path);
			return 1;
		}
		free(bytes);
	}
	return argc != 2;
}
