/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps from a few lines of text, for tests that need no guest. Lines end with
 * a newline or a semicolon; numbers are decimal or 0x hexadecimal.
 *
 *	format elf | kdump | diskdump	(first line)
 *	abi 64le | 64be | 32le-pack | 32be-pack | 32le-pad | 32be-pad
 *	time64				32-bit ABIs: timeval of 16 bytes
 *	block N				page size (1024)
 *	flat | flat-cut N		flattened; without the end record and the last N bytes
 *	truncate N			leave N bytes
 *	poke OFFSET SIZE VALUE		overwrite a number, in the order of the ABI
 *	note NAME TYPE TEXT...		"\n" in the text is a line feed
 *	compress none | zlib | lzo | snappy | zstd	of the pages that follow
 *	page PFN fill CHARACTER | count | text
 *	bytes PFN OFFSET TEXT...	put text into a page (before that: page)
 *	word PFN OFFSET SIZE VALUE	put a number into a page
 *
 * kdump and diskdump:
 *	version N; max N; machine S; release S; status N; level N; phys_base N
 *	bitmaps 1 | 2; split START END; excluded FROM TO; lost PFN
 *	vmcoreinfo TEXT...; eraseinfo TEXT...
 *	lzo, snappy and zstd streams: the simplest that are valid, but "compress zstd" of "page text" is a
 *	frame that the zstd program made
 *
 * elf:
 *	machine N; flags N; xnum; segment PADDR FILESZ MEMSZ
 *	bytes of a segment that no page line gives are mkdump_byte() of their address
 */
#ifndef TESTS_UNIT_MKDUMP_H
#define TESTS_UNIT_MKDUMP_H

#include <stddef.h>
#include <stdint.h>

/* The file described by the texts, one after the other; a mistake in them ends the program. */
#define mkdump_bytes(SIZE, ...) mkdump_bytes_of((SIZE), (const char *const[]){__VA_ARGS__, NULL})
/* The same as a file without a name in any folder: a path to it, to be given back with mkdump_close(). */
#define mkdump_file(...) mkdump_file_from((const char *const[]){__VA_ARGS__, NULL})

uint8_t *mkdump_bytes_of(size_t *size, const char *const *texts);
char *mkdump_file_from(const char *const *texts);
/* The path of a file with these bytes, likewise. */
char *mkdump_file_of(const void *bytes, size_t size);
void mkdump_close(char *path);
/* What "page PFN count" and "page PFN text" hold at an offset, and a segment at an address. */
uint8_t mkdump_count(uint64_t pfn, size_t offset);
uint8_t mkdump_text(size_t offset);
uint8_t mkdump_byte(uint64_t paddr);

#endif
