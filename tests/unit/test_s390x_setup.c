/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where an s390x kernel lies: as its note says, before and since 6.10, and how the note is found. */
#include "../../arch/s390x/s390x.h"
#include "base/error.h"
#include "check.h"
#include "mkdump.h"

extern const struct arch arch_s390x;

static struct arena arena;
static struct target *t;
static char *path;

#define HEAD "format elf\nabi 64be\nmachine 22\nblock 4096\nsegment 0 0x400000 0x400000\n"

static bool open_dump(const char *rest, const char *const *machdep, size_t n)
{
	static const char *dumps[1];
	static struct target_options options;
	const char *warning = NULL;

	path = mkdump_file(HEAD, rest);
	dumps[0] = path;
	options = (struct target_options){
		.dumps = dumps, .n_dumps = 1, .target = "s390x", .machdep = machdep, .n_machdep = n};
	arena_free(&arena);
	t = target_open(&arena, &options, &warning);
	if (CHECK(t != NULL))
		return CHECK(t->kernel.has_root);
	printf("# %s\n", fail_text());
	return false;
}

static void close_dump(void)
{
	target_close(t);
	mkdump_close(path);
}

static void expect(uint64_t address, enum read_status status, uint64_t physical)
{
	uint64_t got = 0;

	CHECK_EQ_U64(space_translate(t, &t->kernel, address, &got, NULL), status);
	if (status == READ_OK)
		CHECK_EQ_U64(got, physical);
}

/* Until 6.9: the image is where it was linked, plus KERNELOFFSET, and memory at its own addresses. */
static void one_to_one(void)
{
	REQUIRE(open_dump("note VMCOREINFO 0 OSRELEASE=6.1.0\\nPAGESIZE=4096\\nSYMBOL(lowcore_ptr)=201000\\n"
			  "SYMBOL(swapper_pg_dir)=204000\\nKERNELOFFSET=100000\\n\n"
			  /* A region-third table, whose second entry has a large page of 2 GB. */
			  "page 0x204 fill 0\nword 0x204 0 8 0x24\nword 0x204 8 8 0x80000407\n",
			  NULL, 0));
	CHECK_EQ_U64(t->kernel.root, 0x204000);
	CHECK_EQ_U64(t->kernel.form->levels, 3);
	CHECK_EQ_U64(t->slide, 0x100000);
	expect(0x10, READ_OK, 0x10);
	expect(0x3fffff, READ_OK, 0x3fffff);
	expect(0x400000, READ_UNMAPPED, 0);
	expect(0x80000000 + 0x777, READ_OK, 0x80000777);
	CHECK(t->order == ORDER_BIG);
	close_dump();
}

/* Since 6.10: the image apart, and memory from IDENTITYBASE on. */
static void apart(void)
{
	static const char *const machdep[] = {"phys_base=0x200000", "page_offset=0x9000000000"};
	static const char note[] =
		"note VMCOREINFO 0 OSRELEASE=6.12.0\\nPAGESIZE=4096\\nSYMBOL(lowcore_ptr)=3ffe0001000\\n"
		"SYMBOL(swapper_pg_dir)=3ffe0004000\\nSAMODE31=20000\\nEAMODE31=23000\\n"
		"IDENTITYBASE=8000000000\\nKERNELOFFSET=3ffe0000000\\nKERNELOFFPHYS=200000\\n\n"
		"page 0x204 fill 0\nword 0x204 0 8 0x24\n"
		"page 0x207 fill 0\nword 0x207 0xfe0 8 0x80000407\n";

	REQUIRE(open_dump(note, NULL, 0));
	CHECK_EQ_U64(t->kernel.root, 0x204000);
	CHECK_EQ_U64(t->slide, 0x3ffe0000000);
	expect(0x8000000000 + 0x1234, READ_OK, 0x1234);
	expect(0x10, READ_OK, 0x10); /* the lowcore */
	expect(0x20008, READ_OK, 0x20008);
	expect(0x23000, READ_UNMAPPED, 0);
	/* Entry 2044 of the root: 3fe00000000. */
	expect(0x3fe00000000 + 0x123, READ_OK, 0x80000123);
	close_dump();
	/* The user knows better. */
	REQUIRE(open_dump(note, machdep, 2));
	CHECK_EQ_U64(t->kernel.root, 0x204000);
	expect(0x9000000000 + 0x1234, READ_OK, 0x1234);
	expect(0x8000000000 + 0x1234, READ_UNMAPPED, 0);
	close_dump();
}

int main(void)
{
	RUN(one_to_one);
	RUN(apart);
	arena_free(&arena);
	return check_done();
}
