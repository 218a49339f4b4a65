/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/error.h"
#include "check.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"
#include "mkdump.h"

#define COUNT(A) (sizeof(A) / sizeof((A)[0]))

static void parse(void)
{
	struct arena a = {0};
	struct vmcoreinfo *v = vmcoreinfo_parse(&a, "OSRELEASE=6.1.0-50-cloud-amd64\n"
						    "PAGESIZE=4096\n"
						    "SYMBOL(init_uts_ns)=ffffffff82a14440\n"
						    "SYMBOL(bad)=xyz\n"
						    "SIZE(list_head)=16\n"
						    "OFFSET(page.flags)=0\n"
						    "LENGTH(free_area.free_list)=6\n"
						    "NUMBER(phys_base)=-94371840\n"
						    "NUMBER(kimage_voffset)=0xffff800008000000\n"
						    "NUMBER(VA_BITS)=48\n"
						    "NUMBER(ten)=10\n"
						    "a line that is none\n"
						    "=nothing\n"
						    "KERNELOFFSET=12400000\n"
						    "EMPTY=\n"
						    "PAGESIZE=1\n"
						    "NUMBER(broken)=12x\n"
						    "CRASHTIME=1795384599");
	uint64_t u;
	int64_t i;

	CHECK(!vmcoreinfo_was_scanned(v));
	CHECK(strncmp(vmcoreinfo_text(v), "OSRELEASE=6.1.0", 15) == 0);
	CHECK(strstr(vmcoreinfo_text(v), "\nCRASHTIME=1795384599") != NULL);
	CHECK_STR(vmcoreinfo_get(v, "OSRELEASE"), "6.1.0-50-cloud-amd64");
	CHECK_STR(vmcoreinfo_get(v, "PAGESIZE"), "4096");
	CHECK_STR(vmcoreinfo_get(v, "CRASHTIME"), "1795384599");
	CHECK_STR(vmcoreinfo_get(v, "EMPTY"), "");
	CHECK(vmcoreinfo_get(v, "BUILD-ID") == NULL);
	CHECK(vmcoreinfo_symbol(v, "init_uts_ns", &u) && u == 0xffffffff82a14440);
	CHECK(!vmcoreinfo_symbol(v, "bad", &u));
	CHECK(!vmcoreinfo_symbol(v, "none", &u));
	CHECK(vmcoreinfo_measure(v, "SIZE", "list_head", &u) && u == 16);
	CHECK(vmcoreinfo_measure(v, "OFFSET", "page.flags", &u) && u == 0);
	CHECK(vmcoreinfo_measure(v, "LENGTH", "free_area.free_list", &u) && u == 6);
	CHECK(!vmcoreinfo_measure(v, "SIZE", "page.flags", &u));
	CHECK(vmcoreinfo_number(v, "phys_base", &i) && i == -94371840);
	CHECK(vmcoreinfo_number(v, "kimage_voffset", &i) && (uint64_t)i == 0xffff800008000000);
	CHECK(vmcoreinfo_number(v, "VA_BITS", &i) && i == 48);
	CHECK(vmcoreinfo_number(v, "ten", &i) && i == 10);
	CHECK(!vmcoreinfo_number(v, "broken", &i));
	CHECK(!vmcoreinfo_number(NULL, "ten", &i));
	CHECK(vmcoreinfo_get(NULL, "ten") == NULL);
	CHECK(vmcoreinfo_kernel_offset(v, &u) && u == 0x12400000);
	v = vmcoreinfo_parse(&a, "");
	CHECK_STR(vmcoreinfo_text(v), "");
	CHECK(!vmcoreinfo_kernel_offset(v, &u));
	arena_free(&a);
}

/* Lines of mkdump that put a note into the page @pfn at @offset. */
static const char *note_at(unsigned pfn, unsigned offset, unsigned size, const char *text)
{
	static char lines[32][2000];
	static unsigned next;
	char *s = lines[next++ % 32];

	snprintf(s, sizeof(lines[0]),
		 "page %u none;word %u %u 4 11;word %u %u 4 %u;bytes %u %u VMCOREINFO;bytes %u %u %s", pfn,
		 pfn, offset, pfn, offset + 4, size, pfn, offset + 12, pfn, offset + 24, text);
	return s;
}

#define TEXT(RELEASE) "OSRELEASE=" RELEASE "\\nPAGESIZE=4096\\n"
enum { TEXT_SIZE = 10 + 3 + 1 + 14 }; /* with a release of three characters */

struct row {
	const char *name;
	const char *format;
	const char *pages[4];
	const char *release; /* that is to be found; NULL: nothing */
	size_t n;
};

static void check_row(const struct row *r, const char *abi)
{
	char *path =
		mkdump_file(abi, r->format, r->pages[0] ? r->pages[0] : "", r->pages[1] ? r->pages[1] : "",
			    r->pages[2] ? r->pages[2] : "", r->pages[3] ? r->pages[3] : "");
	const char *paths[1] = {path};
	struct dump *d = dump_open(paths, 1);
	struct arena a = {0};
	struct vmcoreinfo **list, *v;

	REQUIRE(d);
	CHECK(dump_vmcoreinfo(d) == NULL);
	v = vmcoreinfo_scan(&a, d);
	if ((v != NULL) != (r->release != NULL))
		FAIL("%s, %s: %s", r->name, abi, v ? vmcoreinfo_text(v) : "nothing");
	if (v && r->release) {
		CHECK_STR(vmcoreinfo_get(v, "OSRELEASE"), r->release);
		CHECK(vmcoreinfo_was_scanned(v));
	}
	CHECK_EQ_U64(vmcoreinfo_scan_all(&a, d, &list), r->n);
	arena_free(&a);
	dump_close(d);
	mkdump_close(path);
}

static void scan(void)
{
	const char *const elf = "format elf; block 4096; segment 0x1000 0x8000 0x8000";
	const char *const kdump = "format kdump; block 4096; compress zlib; excluded 0 60; release 6.1";
	const struct row rows[] = {
		{"a page", elf, {note_at(3, 0, TEXT_SIZE, TEXT("6.1"))}, "6.1", 1},
		{"compressed", kdump, {note_at(3, 0, TEXT_SIZE, TEXT("6.1"))}, "6.1", 1},
		{"small blocks",
		 "format kdump; block 1024; max 256",
		 {note_at(4, 0, TEXT_SIZE, TEXT("6.1"))},
		 "6.1",
		 1},
		/* before 4.13 it is somewhere in .bss */
		{"inside a page", elf, {note_at(5, 1028, TEXT_SIZE, TEXT("4.1"))}, "4.1", 1},
		{"inside a compressed page", kdump, {note_at(5, 1028, TEXT_SIZE, TEXT("4.1"))}, "4.1", 1},
		/* what is no note: text alone, another text, no end, a hole in the text */
		{"nothing", elf, {NULL}, NULL, 0},
		{"text only", elf, {"page 2 none;bytes 2 0 " TEXT("6.1")}, NULL, 0},
		{"another text",
		 elf,
		 {note_at(3, 0, TEXT_SIZE, "SOMETHING=ELSE\\nPAGESIZE=4096\\nxxxxxx")},
		 NULL,
		 0},
		{"size of nothing", elf, {note_at(3, 0, 0, TEXT("6.1"))}, NULL, 0},
		{"size too large", elf, {note_at(3, 0, 0x7fffffff, TEXT("6.1"))}, NULL, 0},
		{"size over the text", elf, {note_at(3, 0, TEXT_SIZE + 8, TEXT("6.1"))}, NULL, 0},
		{"excluded tail",
		 "format elf; block 4096; segment 0x1000 0x3000 0x8000",
		 {note_at(3, 0, 5000, TEXT("6.1"))},
		 NULL,
		 0},
		/* stale copies: the release of the file, the end of the note, a crash time */
		{"another release",
		 kdump,
		 {note_at(3, 0, TEXT_SIZE, TEXT("5.9")), note_at(4, 0, TEXT_SIZE, TEXT("6.1")),
		  note_at(5, 0, TEXT_SIZE, TEXT("5.8"))},
		 "6.1",
		 3},
		{"overwritten behind",
		 elf,
		 {note_at(3, 0, TEXT_SIZE, TEXT("5.9") "junk"), note_at(4, 0, TEXT_SIZE, TEXT("6.1"))},
		 "6.1",
		 2},
		{"crashed",
		 elf,
		 {note_at(3, 0, TEXT_SIZE, TEXT("5.9")),
		  note_at(4, 0, TEXT_SIZE + 13, TEXT("6.1") "CRASHTIME=12\\n")},
		 "6.1",
		 2},
	};
	static const char *const abis[] = {"abi 64le", "abi 64be", "abi 32le-pad", "abi 32be-pad"};

	for (size_t i = 0; i < COUNT(abis) * COUNT(rows); i++)
		check_row(&rows[i % COUNT(rows)], abis[i / COUNT(rows)]);
}

/* A big-endian core of a little-endian kernel, as QEMU makes them of ppc64le. */
static void other_order(void)
{
	size_t size;
	uint8_t *inside = mkdump_bytes(&size, "format elf; block 4096; segment 0x1000 0x4000 0x4000",
				       note_at(3, 0, TEXT_SIZE, TEXT("6.1")));
	uint8_t *file = mkdump_bytes(&size, "format elf; abi 64be; block 4096; segment 0x1000 0x4000 0x4000");
	size_t data = 64 + 2 * 56;
	struct arena a = {0};
	struct vmcoreinfo *v;
	const char *paths[1];
	struct dump *d;
	char *path;

	memcpy(file + data, inside + data, 0x4000);
	path = mkdump_file_of(file, size);
	paths[0] = path;
	d = dump_open(paths, 1);
	REQUIRE(d);
	v = vmcoreinfo_scan(&a, d);
	CHECK(v && vmcoreinfo_get(v, "PAGESIZE") && strcmp(vmcoreinfo_get(v, "PAGESIZE"), "4096") == 0);
	dump_close(d);
	mkdump_close(path);
	arena_free(&a);
	free(inside);
	free(file);
}

int main(void)
{
	RUN(parse);
	RUN(scan);
	RUN(other_order);
	return check_done();
}
