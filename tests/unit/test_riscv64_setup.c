/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a riscv64 kernel lies: as its note says, and by page tables that map themselves where it says little.
 */
#include "../../arch/riscv64/riscv64.h"
#include "base/error.h"
#include "check.h"
#include "mkdump.h"

static struct arena arena;
static struct target *t;
static char *path;

/*
 * The root table is at 80202000 and the image's tables are linked at ffffffff80202000. Sv39: entry 510 is a
 * leaf of 1 GB for the image, entry 344 one for the linear map.
 */
#define HEAD "format elf\nabi 64le\nmachine 243\nblock 4096\nsegment 0x80200000 0x400000 0x400000\n"
#define SV39 "page 0x80202 fill 0\nword 0x80202 4080 8 0x200000ef\nword 0x80202 2752 8 0x200000ef\n"

static bool open_dump(const char *note, const char *tables, const char *const *machdep, size_t n)
{
	static const char *dumps[1];
	static struct target_options options;
	const char *warning = NULL;

	path = mkdump_file(HEAD, note, tables);
	dumps[0] = path;
	options = (struct target_options){
		.dumps = dumps, .n_dumps = 1, .target = "riscv64", .machdep = machdep, .n_machdep = n};
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

static void told(void)
{
	REQUIRE(open_dump(
		"note VMCOREINFO 0 OSRELEASE=6.12.0\\nPAGESIZE=4096\\nNUMBER(VA_BITS)=39\\n"
		"SYMBOL(swapper_pg_dir)=ffffffff80202000\\nSYMBOL(_stext)=ffffffff80200000\\n"
		"NUMBER(phys_ram_base)=2147483648\\nNUMBER(PAGE_OFFSET)=0xffffffd600000000\\n"
		"NUMBER(MODULES_VADDR)=0xffffffff00000000\\nNUMBER(MODULES_END)=0xffffffff80000000\\n"
		"NUMBER(va_kernel_pa_offset)=0xffffffff00000000\\n\n",
		SV39, NULL, 0));
	CHECK_EQ_U64(t->kernel.root, 0x80202000);
	CHECK_EQ_U64(t->kernel.form->levels, 3);
	CHECK_STR(t->arch->name, "riscv64");
	expect(0xffffffff80200123, READ_OK, 0x80200123);
	expect(0xffffffd600200010, READ_OK, 0x80200010);
	CHECK_STR(space_find(&t->kernel, 0xffffffff10000000)->what, "modules");
	CHECK_STR(space_find(&t->kernel, 0xffffffd600200010)->what, "linear map");
	expect(0xffffffff10000000, READ_UNMAPPED, 0);
	close_dump();
}

static void found(void)
{
	static const char *const machdep[] = {"vm=sv39", "page_offset=0xffffffd600000000",
					      "phys_offset=0x80100000"};
	static const char note[] = "note VMCOREINFO 0 OSRELEASE=5.15.0\\nPAGESIZE=4096\\n"
				   "SYMBOL(swapper_pg_dir)=ffffffff80202000\\n\n";

	/* Nothing but the root table's address: the tables that map it to where they are. */
	REQUIRE(open_dump(note, SV39, NULL, 0));
	CHECK_EQ_U64(t->kernel.root, 0x80202000);
	CHECK_EQ_U64(t->kernel.form->levels, 3);
	expect(0xffffffff80200123, READ_OK, 0x80200123);
	expect(0xffffffd600200010, READ_OK, 0x80200010);
	CHECK_STR(space_find(&t->kernel, 0xffffffd600200010)->what, "linear map");
	close_dump();
	/* What the user says of the linear map goes before what the tables say. */
	REQUIRE(open_dump(note, SV39, machdep, 3));
	expect(0xffffffd600000010, READ_OK, 0x80100010);
	close_dump();
}

int main(void)
{
	RUN(told);
	RUN(found);
	arena_free(&arena);
	return check_done();
}
