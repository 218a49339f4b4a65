/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MIPS memory: segments, page tables in all forms, both widths and byte orders, and finding out which form it
 * is. */
#include "../../arch/mips/mips.h"
#include "check.h"
#include "fake_memory.h"

#include <stdio.h>

extern const struct arch arch_mips, arch_mips64;

enum { ROOT = 0x1000, HEAD = 0x6000 };

static struct arena arena;
static struct target *t;
static struct mips_data data;
static struct target_options options;

/* @root_size: of swapper_pg_dir, 0 where no symbol tells. @modules: the list begins at HEAD. */
static void set_up(const struct arch *arch, enum byte_order order, uint64_t root_size, bool modules)
{
	uint64_t kseg0 = arch->word_size == 8 ? 0xffffffff80000000 : 0x80000000;
	const struct symbol list[] = {
		{.address = kseg0 + ROOT, .size = root_size, .name = "swapper_pg_dir", .type = 'B'},
	};
	const struct symbol_area areas[] = {{.start = kseg0, .end = kseg0 + 0x10000}};

	fake_memory_clear();
	arena_free(&arena);
	data = (struct mips_data){
		.levels = arch->word_size == 8 ? 3 : 2, .va_bits = 40, .page_offset = 0x9800000000000000};
	t = target_new(&arena, arch, &options);
	t->order = order;
	t->physical = fake_memory_read;
	t->arch_data = &data;
	t->types = types_new(&arena, arch->word_size, order);
	t->symbols = symbols_new(&arena);
	symbols_add_module(t->symbols, "image", list, 1, areas, 1);
	if (modules) {
		char line[64];

		snprintf(line, sizeof line, "SYMBOL(modules)=%" PRIx64 "\n", kseg0 + HEAD);
		t->vmcoreinfo = vmcoreinfo_parse(&arena, line);
	}
	t->kernel.root = ROOT;
	t->kernel.has_root = true;
	mips_add_segments(t, &data);
}

static void expect(uint64_t address, enum read_status status, uint64_t physical, uint64_t page_size)
{
	struct walk walk;

	space_walk(t, &t->kernel, address, false, &walk);
	CHECK_EQ_U64(walk.status, status);
	if (status != READ_OK)
		return;
	CHECK_EQ_U64(walk.address, physical);
	if (page_size)
		CHECK_EQ_U64(walk.page_size, page_size);
}

static void segments(void)
{
	set_up(&arch_mips, ORDER_BIG, 4096, false);
	expect(0x80001234, READ_OK, 0x1234, 0);
	expect(0xbfc00000, READ_OK, 0x1fc00000, 0);
	expect(0x7fffffff, READ_UNMAPPED, 0, 0);
	expect(0xc0000000, READ_UNMAPPED, 0, 0);
	CHECK(mips_is_user(t, 0x7fffffff));
	CHECK(!mips_is_user(t, 0x80000000));
	set_up(&arch_mips64, ORDER_BIG, 8192, false);
	expect(0xffffffff80001234, READ_OK, 0x1234, 0);
	expect(0xffffffffbfc00000, READ_OK, 0x1fc00000, 0);
	expect(0x9800000123456789, READ_OK, 0x123456789, 0);
	expect(0x9000000123456789, READ_OK, 0x123456789, 0); /* the same memory, not cached */
	expect(0x80001234, READ_UNMAPPED, 0, 0);
	expect(0xffffffffc0000000, READ_UNMAPPED, 0, 0);
	CHECK(mips_is_user(t, 0xffffffffff));
	CHECK(!mips_is_user(t, 0x9800000000000000));
	/* Page tables are not asked about what the hardware maps, not even by vtop. */
	{
		struct walk walk;

		data.levels = 3;
		mips_form_init(&data.form, t, MIPS_PTE_WORD, 10, 3, 14);
		t->kernel.form = &data.form.form;
		space_walk(t, &t->kernel, 0xffffffff80001234, true, &walk);
		CHECK_EQ_U64(walk.status, READ_OK);
		CHECK(walk.linear);
	}
}

/* One page at c0000000 (frame 7), whose list element points back to the head; a second one further on. */
static void tables_32(const char *entries, unsigned entry_words, enum byte_order order)
{
	char text[400];

	snprintf(text, sizeof text,
		 "1000: 80004000*%u 80005000 80004000*%u\n5000: %s\n"
		 "6000: c0000010 c0000010\n7010: 80006000 80006000\n",
		 entry_words == 1 ? 768U : 1536U, entry_words == 1 ? 255U : 511U, entries);
	fake_memory_text(text, 4, order);
	fake_memory_text("4000: 0*512", 8, order); /* invalid_pte_table */
	fake_memory_text("5100: 0*480", 8, order);
}

static void flag_names(const char *want)
{
	const char *got = "";

	for (const struct flag_name *f = data.form.form.flags; f->name; f++)
		got = arena_printf(&arena, "%s%s ", got, f->name);
	CHECK_STR(got, want);
}

static void forms_of_32_bits(void)
{
	static const struct {
		const char *entries;
		unsigned words, root_size;
		enum mips_pte pte;
		unsigned shift;
		const char *flags;
	} rows[] = {
		/* RIXI, as Debian's 4kc */
		{"77cf 0 87ce 97cf 0*60", 1, 4096, MIPS_PTE_WORD, 12,
		 "PRESENT WRITE ACCESSED MODIFIED NO_EXEC NO_READ GLOBAL VALID DIRTY "},
		/* without */
		{"3bfd 0 43fc 4bfd 0*60", 1, 4096, MIPS_PTE_WORD, 11,
		 "PRESENT NO_READ WRITE ACCESSED MODIFIED GLOBAL VALID DIRTY "},
		/* without, and pte_special() */
		{"77dd 0 87dc 97dd 0*60", 1, 4096, MIPS_PTE_WORD, 12,
		 "PRESENT NO_READ WRITE ACCESSED MODIFIED SPECIAL GLOBAL VALID DIRTY "},
		/* the R3000: the frame number is where the hardware has it, the cache is one bit */
		{"771d 0 871c 971d 0*60", 1, 4096, MIPS_PTE_WORD, 12,
		 "PRESENT NO_READ WRITE ACCESSED MODIFIED GLOBAL VALID DIRTY "},
		{"740 1df 0 0 700 21f 740 25f 0*56", 2, 8192, MIPS_PTE_PHYS64, 6,
		 "PRESENT NO_READ WRITE ACCESSED MODIFIED GLOBAL VALID DIRTY "},
		{"f000000 77c 0 0 e000000 87c f000000 97c 0*56", 2, 8192, MIPS_PTE_XPA, 8,
		 "PRESENT WRITE ACCESSED MODIFIED NO_EXEC NO_READ GLOBAL VALID DIRTY "},
	};

	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		enum byte_order order = i & 1 ? ORDER_BIG : ORDER_LITTLE;

		set_up(&arch_mips, order, rows[i / 2].root_size, true);
		tables_32(rows[i / 2].entries, rows[i / 2].words, order);
		mips_probe(t, &data);
		CHECK_EQ_U64(data.form.pte, rows[i / 2].pte);
		CHECK_EQ_U64(data.form.pfn_shift, rows[i / 2].shift);
		flag_names(rows[i / 2].flags);
		expect(0xc0000123, READ_OK, 0x7123, 4096);
		expect(0xc0001000, READ_UNMAPPED, 0, 0);
		expect(0xc0002000, READ_UNMAPPED, 0, 0); /* not present */
		expect(0xc0003fff, READ_OK, 0x9fff, 4096);
		expect(0xd0000000, READ_UNMAPPED, 0, 0); /* an empty table */
	}
}

static void addresses_beyond_32_bits(void)
{
	set_up(&arch_mips, ORDER_BIG, 8192, true);
	/* PFNX: bits 24 and up of the frame number are the low ones of pte_low. */
	tables_32("f000000 77c f000001 77c 0*60", 2, ORDER_BIG);
	mips_probe(t, &data);
	expect(0xc0001042, READ_OK, 0x1000007042, 4096);
}

static void without_modules(void)
{
	set_up(&arch_mips, ORDER_LITTLE, 4096, false);
	tables_32("77cf 87cf 97cf 5000000 0*60", 1, ORDER_LITTLE);
	mips_probe(t, &data);
	CHECK_EQ_U64(data.form.pfn_shift, 12);
	expect(0xc0002000, READ_OK, 0x9000, 4096);
	set_up(&arch_mips, ORDER_BIG, 4096, false);
	tables_32("771d 871d 971d 0*61", 1, ORDER_BIG);
	mips_probe(t, &data);
	CHECK_EQ_U64(data.form.pfn_shift, 12);
	flag_names("PRESENT NO_READ WRITE ACCESSED MODIFIED GLOBAL VALID DIRTY ");
	/* What the user says goes before what is found. */
	options = (struct target_options){.machdep = (const char *const[]){"pfn_shift=11"}, .n_machdep = 1};
	set_up(&arch_mips, ORDER_LITTLE, 4096, true);
	tables_32("77cf 0*60", 1, ORDER_LITTLE);
	mips_probe(t, &data);
	CHECK_EQ_U64(data.form.pfn_shift, 11);
	options = (struct target_options){0};
}

/* Modules' page in CKSSEG, the last entry of the root; a large page and a hole behind it. */
static void tables_64(enum byte_order order)
{
	fake_memory_text("1000: ffffffff80008000*1023 9800000000003000\n"
			 "3000: ffffffff80005000 801f1f 801f1e 0\n"
			 "5000: 1df0f 0 21f0f 0*509\n"
			 "6000: ffffffffc0000010 ffffffffc0000010\n7010: ffffffff80006000 ffffffff80006000\n"
			 "8000: ffffffff80004000*512\n4000: 0*512",
			 8, order);
	fake_memory_text("3020: ffffffff8000a000 ffffffff80004000*507\na000: excluded 1000", 8, order);
}

static void forms_of_64_bits(void)
{
	for (int big = 0; big < 2; big++) {
		struct space user;
		uint64_t physical;

		set_up(&arch_mips64, big ? ORDER_BIG : ORDER_LITTLE, 8192, true);
		tables_64(t->order);
		mips_probe(t, &data);
		CHECK_EQ_U64(data.form.pfn_shift, 14);
		flag_names(
			"PRESENT WRITE ACCESSED MODIFIED HUGE SPECIAL NO_EXEC NO_READ GLOBAL VALID DIRTY ");
		expect(0xffffffffc0000abc, READ_OK, 0x7abc, 4096);
		expect(0xffffffffc0001000, READ_UNMAPPED, 0, 0);
		expect(0xffffffffc0002000, READ_OK, 0x8000, 4096);
		expect(0xffffffffc0212345, READ_OK, 0x212345, 2 << 20);
		expect(0xffffffffc0400000, READ_UNMAPPED, 0, 0); /* large, but not present */
		expect(0xffffffffc0800000, READ_EXCLUDED, 0, 0);
		expect(0xc000000000000000, READ_UNMAPPED, 0, 0);
		/* A process's root lies where the kernel's does here. */
		REQUIRE(target_user_space(t, 0x9800000000001000, &user));
		CHECK_EQ_U64(space_translate(t, &user, 0xffc0000abc, &physical, NULL), READ_OK);
		CHECK_EQ_U64(physical, 0x7abc);
		CHECK(!target_user_space(t, 0xc000000000001000, &user));
	}
}

/* The widths of the levels: PAGE_SHIFT, PGTABLE_LEVELS and CONFIG_MIPS_VA_BITS_48 of pgtable-64.h. */
static void depths(void)
{
	static const struct {
		unsigned page_shift, levels, root_bits, all;
	} rows[] = {
		{12, 3, 10, 40}, {12, 4, 9, 48},  {14, 3, 11, 47},
		{14, 3, 12, 48}, {16, 2, 13, 42}, {16, 3, 13, 55},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unsigned sum = rows[i].page_shift;

		set_up(&arch_mips64, ORDER_LITTLE, 8192, false);
		t->page_shift = (uint8_t)rows[i].page_shift;
		mips_form_init(&data.form, t, MIPS_PTE_WORD, rows[i].root_bits, rows[i].levels,
			       rows[i].page_shift + 2);
		for (unsigned level = 0; level < rows[i].levels; level++)
			sum += data.form.form.index_bits[level];
		CHECK_EQ_U64(sum, rows[i].all);
		CHECK_STR(data.form.form.level_name[rows[i].levels - 1], "PTE");
	}
	set_up(&arch_mips, ORDER_LITTLE, 256, false);
	t->page_shift = 14;
	mips_form_init(&data.form, t, MIPS_PTE_WORD, 6, 2, 14);
	CHECK_EQ_U64(data.form.form.index_bits[1], 12);
}

int main(void)
{
	RUN(segments);
	RUN(forms_of_32_bits);
	RUN(addresses_beyond_32_bits);
	RUN(without_modules);
	RUN(forms_of_64_bits);
	RUN(depths);
	fake_memory_clear();
	arena_free(&arena);
	return check_done();
}
