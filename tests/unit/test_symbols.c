/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "check.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/symbols.h"
#include "fixture.h"

static struct arena arena;

static const struct symbol *must_find(struct symbols *s, const char *name)
{
	const struct symbol *symbol = symbol_find(s, name);

	if (!symbol)
		FAIL("%s is not there", name);
	REQUIRE(symbol);
	return symbol;
}

static void reads_an_elf_table(void)
{
	struct elf_file *e = elf_file_open(fixture("plain.elf"));
	struct symbols *s = symbols_new(&arena);
	const struct symbol *leaf, *list;
	uint64_t address, offset;
	size_t n;

	REQUIRE(e && symbols_load_elf(s, e));
	leaf = must_find(s, "fixture_leaf");
	CHECK(leaf->type == 'T');
	CHECK(leaf->size > 0);
	CHECK(must_find(s, "fixture_call")->type == 't');
	CHECK(must_find(s, "fixture_local")->type == 'd');
	CHECK(must_find(s, "fixture_sample")->type == 'B');
	CHECK(must_find(s, "linux_banner")->type == 'R');
	CHECK(must_find(s, "fixture_weak")->type == 'W');
	CHECK(must_find(s, "fixture_weak_data")->type == 'V');
	CHECK(!symbol_find(s, "fixture"));
	CHECK(!symbol_find(s, ""));
	CHECK(symbol_address(s, "fixture_leaf", &address) && address == leaf->address);
	CHECK(symbol_at(s, leaf->address + 1, &offset) == leaf);
	CHECK_EQ_U64(offset, 1);
	CHECK(symbol_text_at(s, leaf->address, NULL) == leaf);
	CHECK(!symbol_text_at(s, must_find(s, "fixture_local")->address, NULL));
	CHECK(symbols_is_text(s, leaf->address));
	CHECK(!symbols_is_text(s, must_find(s, "fixture_sample")->address));
	CHECK(!symbol_at(s, 0, NULL));
	list = symbols_list(s, 0, &n);
	REQUIRE(n > 8);
	for (size_t i = 1; i < n; i++)
		CHECK(list[i - 1].address <= list[i].address);
	CHECK(!symbol_previous(s, &list[0]) && symbol_next(s, &list[0]) == &list[1]);
	CHECK(!symbol_next(s, &list[n - 1]) && symbol_previous(s, &list[n - 1]) == &list[n - 2]);
	elf_file_close(e);
}

static void slides(void)
{
	struct elf_file *e = elf_file_open(fixture("plain.elf"));
	struct symbols *s = symbols_new(&arena), *before = symbols_new(&arena);
	const struct symbol *leaf;
	uint64_t link;

	REQUIRE(e && symbols_load_elf(s, e) && symbols_load_elf(before, e));
	REQUIRE(elf_file_symbol(e, "fixture_leaf", &link));
	leaf = must_find(s, "fixture_leaf");
	CHECK_EQ_U64(leaf->address, link);
	symbols_set_slide(s, 0x1000000);
	CHECK_EQ_U64(leaf->address, link + 0x1000000);
	CHECK(symbol_at(s, link + 0x1000002, NULL) == leaf);
	CHECK(symbols_is_text(s, link + 0x1000002));
	CHECK(!symbol_at(s, link, NULL) || symbol_at(s, link, NULL) != leaf);
	symbols_set_slide(s, 0);
	CHECK_EQ_U64(leaf->address, link);
	/* set before the first lookup, the same comes out */
	symbols_set_slide(before, 0x1000000);
	CHECK_EQ_U64(must_find(before, "fixture_leaf")->address, link + 0x1000000);
	CHECK_EQ_U64(symbols_slide(before), 0x1000000);
	elf_file_close(e);
}

static void refuses_a_stripped_file(void)
{
	struct elf_file *e = elf_file_open(fixture("stripped.elf"));

	REQUIRE(e);
	CHECK(!symbols_load_elf(symbols_new(&arena), e));
	CHECK(strstr(fail_text(), "stripped.elf"));
	elf_file_close(e);
}

static bool place(void *context, const char *section, uint64_t *address)
{
	(void)context;
	*address = 0x50000000;
	return strcmp(section, ".text") == 0;
}

static void places_a_modules_symbols(void)
{
	struct elf_file *e = elf_file_open(fixture("module.ko"));
	struct symbol *list;
	bool found = false;
	uint64_t offset;
	size_t n;

	REQUIRE(e && elf_module_symbols(e, place, NULL, &arena, &list, &n));
	REQUIRE(elf_file_symbol(e, "fixture_leaf", &offset));
	for (size_t i = 0; i < n; i++) {
		CHECK(list[i].address >= 0x50000000 && list[i].address < 0x50001000);
		if (strcmp(list[i].name, "fixture_leaf") != 0)
			continue;
		found = true;
		CHECK_EQ_U64(list[i].address, 0x50000000 + offset);
		CHECK(list[i].type == 'T');
	}
	CHECK(found);
	elf_file_close(e);
}

static struct symbol sym(uint64_t address, uint64_t size, const char *name, char type)
{
	return (struct symbol){.address = address, .size = size, .name = name, .type = type};
}

static void knows_modules(void)
{
	struct symbols *s = symbols_new(&arena);
	const struct symbol first[] = {
		sym(0x2040, 0x10, "init", 't'), sym(0x2000, 0x40, "probe", 'T'),
		sym(0x3000, 8, "state", 'd'),   sym(0x2040, 0x10, "_alias", 'T'),
		sym(0x2040, 0, "label", 't'),
	};
	const struct symbol second[] = {sym(0x1000, 0x20, "init", 't'), sym(0x1010, 4, "other", 't')};
	const struct symbol_area areas[] = {{0x2000, 0x2800, false}, {0x3000, 0x3100, true}};
	const struct symbol_area old_area[] = {{0x1000, 0x1800, false}};
	const struct symbol *all[4];
	uint64_t offset;

	CHECK_EQ_U64(symbols_add_module(s, "snd_hda", first, 5, areas, 2), 1);
	CHECK_EQ_U64(symbols_add_module(s, "ext4", second, 2, old_area, 1), 2);
	CHECK_EQ_U64(symbols_modules(s), 2);
	CHECK_STR(symbols_module_name(s, 1), "snd_hda");
	CHECK(!symbols_module_name(s, 0) && !symbols_module_name(s, 3));
	CHECK_STR(symbol_at(s, 0x2010, &offset)->name, "probe");
	CHECK_EQ_U64(offset, 0x10);
	CHECK_EQ_U64(symbol_at(s, 0x2010, NULL)->module, 1);
	/* at one address: a sized thing, global before local */
	CHECK_STR(symbol_at(s, 0x2044, NULL)->name, "_alias");
	CHECK(!symbol_at(s, 0x2800, NULL) && !symbol_at(s, 0x2fff, NULL) && !symbol_at(s, 0x1800, NULL));
	CHECK_STR(symbol_at(s, 0x3010, NULL)->name, "state");
	CHECK(symbols_is_text(s, 0x2010) && !symbols_is_text(s, 0x3000) && !symbols_is_text(s, 0x4000));
	CHECK_EQ_U64(symbol_find(s, "init")->module, 1);
	CHECK_EQ_U64(symbol_find(s, "ext4:init")->module, 2);
	CHECK_EQ_U64(symbol_find(s, "snd-hda:init")->module, 1);
	CHECK(!symbol_find(s, "ext:init") && !symbol_find(s, "ext4x:init") && !symbol_find(s, "ext4:probe"));
	CHECK_EQ_U64(symbol_find_all(s, "init", all, 4), 2);
	CHECK(all[0]->address == 0x1000 && all[1]->address == 0x2040);
	CHECK_EQ_U64(symbol_find_all(s, "init", all, 1), 2);
	symbols_replace_module(s, 2, first + 1, 1);
	CHECK(!symbol_find(s, "other"));
	CHECK_EQ_U64(symbol_find(s, "ext4:probe")->module, 2);
}

/* Against a plain search, with many symbols of equal names and addresses. */
static void agrees_with_a_plain_search(void)
{
	enum { N = 5000 };
	static struct symbol list[N];
	const struct symbol_area area[] = {{0x10000, 0x30000, false}};
	static char names[N][12];
	struct symbols *s = symbols_new(&arena);
	const struct symbol *got;
	unsigned seed = 7;

	for (size_t i = 0; i < N; i++) {
		seed = seed * 1103515245 + 12345;
		snprintf(names[i], sizeof names[i], "s%u", (seed >> 12) % 1500);
		list[i] = sym(0x10000 + (seed >> 8) % 0x1f000, 4, names[i], "tTdW"[seed >> 30]);
	}
	symbols_add_module(s, "m", list, N, area, 1);
	for (uint64_t address = 0x10000; address < 0x30000; address += 37) {
		uint64_t best = 0;

		for (size_t i = 0; i < N; i++) {
			if (list[i].address <= address && list[i].address > best)
				best = list[i].address;
		}
		got = symbol_at(s, address, NULL);
		CHECK_EQ_U64(got ? got->address : 0, best);
	}
	for (size_t i = 0; i < N; i += 13) {
		const struct symbol *found[64];
		size_t n = 0;

		for (size_t j = 0; j < N; j++)
			n += strcmp(list[j].name, list[i].name) == 0;
		CHECK_EQ_U64(symbol_find_all(s, list[i].name, found, 64), n);
		for (size_t j = 1; j < n; j++)
			CHECK(found[j - 1]->address <= found[j]->address);
	}
}

/* ---- 64-bit PowerPC, ELF V1 ABI: a big-endian file written here, for no compiler of it may be there. ----
 */

enum {
	FILE_SIZE = 0x600,
	TEXT_AT = 0x100,
	OPD_AT = 0x200,
	SYMBOLS_AT = 0x300,
	NAMES_AT = 0x400,
	HEADS_AT = 0x480
};

static void put_section(uint8_t *file, unsigned n, uint32_t type, uint64_t flags, uint64_t address,
			uint64_t offset, uint64_t size, uint32_t link, uint64_t entry)
{
	static const uint32_t names[] = {0, 1, 7, 12, 20};
	uint8_t *p = file + HEADS_AT + n * 64;

	put_uint(p, 4, names[n], ORDER_BIG);
	put_uint(p + 4, 4, type, ORDER_BIG);
	put_uint(p + 8, 8, flags, ORDER_BIG);
	put_uint(p + 16, 8, address, ORDER_BIG);
	put_uint(p + 24, 8, offset, ORDER_BIG);
	put_uint(p + 32, 8, size, ORDER_BIG);
	put_uint(p + 40, 4, link, ORDER_BIG);
	put_uint(p + 44, 4, 1, ORDER_BIG);
	put_uint(p + 48, 8, 8, ORDER_BIG);
	put_uint(p + 56, 8, entry, ORDER_BIG);
}

static void put_symbol(uint8_t *file, unsigned n, uint32_t name, uint8_t info, uint16_t section,
		       uint64_t value, uint64_t size)
{
	uint8_t *p = file + SYMBOLS_AT + n * 24UL;

	put_uint(p, 4, name, ORDER_BIG);
	p[4] = info;
	put_uint(p + 6, 2, section, ORDER_BIG);
	put_uint(p + 8, 8, value, ORDER_BIG);
	put_uint(p + 16, 8, size, ORDER_BIG);
}

static const char *write_descriptors(void)
{
	static char path[] = "/tmp/inquest-opd-XXXXXX";
	static const char names[] = "\0.text\0.opd\0.symtab\0.strtab\0plain\0dotted\0.dotted\0wild";
	static uint8_t file[FILE_SIZE] = {0x7f, 'E', 'L', 'F', 2, 2, 1};
	int fd = mkstemp(path);

	put_uint(file + 16, 2, 2, ORDER_BIG);
	put_uint(file + 18, 2, 21, ORDER_BIG);
	put_uint(file + 20, 4, 1, ORDER_BIG);
	put_uint(file + 40, 8, HEADS_AT, ORDER_BIG);
	put_uint(file + 52, 2, 64, ORDER_BIG);
	put_uint(file + 54, 2, 56, ORDER_BIG);
	put_uint(file + 58, 2, 64, ORDER_BIG);
	put_uint(file + 60, 2, 5, ORDER_BIG);
	put_uint(file + 62, 2, 4, ORDER_BIG);
	put_section(file, 1, 1, 6, 0xc000000000000100, TEXT_AT, 0x100, 0, 0);
	put_section(file, 2, 1, 3, 0xc000000000001000, OPD_AT, 48, 0, 0);
	put_section(file, 3, 2, 0, 0, SYMBOLS_AT, 5 * 24, 4, 24);
	put_section(file, 4, 3, 0, 0, NAMES_AT, sizeof names, 0, 0);
	memcpy(file + NAMES_AT, names, sizeof names);
	put_uint(file + OPD_AT, 8, 0xc000000000000140, ORDER_BIG);
	put_uint(file + OPD_AT + 24, 8, 0xc000000000000180, ORDER_BIG);
	put_symbol(file, 1, 28, 0x12, 2, 0xc000000000001000, 0x30); /* plain: the code's size */
	put_symbol(file, 2, 34, 0x12, 2, 0xc000000000001018, 24);   /* dotted: the descriptor's */
	put_symbol(file, 3, 41, 0x12, 1, 0xc000000000000180, 0x20); /* .dotted */
	put_symbol(file, 4, 49, 0x12, 2, 0xc00000000000102c, 0x20); /* wild: no word is left for it */
	REQUIRE(fd >= 0 && write(fd, file, sizeof file) == sizeof file);
	close(fd);
	return path;
}

static void function_descriptors(void)
{
	const char *path = write_descriptors();
	struct elf_file *e = elf_file_open(path);
	struct symbols *s = symbols_new(&arena);
	const struct symbol *code;
	uint64_t address = 0xc000000002001000, offset;

	unlink(path);
	REQUIRE(e && symbols_load_elf(s, e));
	symbols_set_slide(s, 0x2000000);
	code = must_find(s, ".plain");
	CHECK_EQ_U64(code->address, 0xc000000002000140);
	CHECK(code->type == 'T');
	CHECK(symbol_text_at(s, 0xc000000002000144, &offset) == code);
	CHECK_EQ_U64(must_find(s, "plain")->address, address);
	symbol_code(s, &address);
	CHECK_EQ_U64(address, 0xc000000002000140);
	/* What the file has is not made twice. */
	CHECK_EQ_U64(symbol_find_all(s, ".dotted", &code, 1), 1);
	address = must_find(s, "dotted")->address;
	symbol_code(s, &address);
	CHECK_EQ_U64(address, 0xc000000002000180);
	/* Code is where it is. */
	symbol_code(s, &address);
	CHECK_EQ_U64(address, 0xc000000002000180);
	CHECK(!symbol_find(s, ".wild"));
	address = 0xc000000002001004;
	symbol_code(s, &address);
	CHECK_EQ_U64(address, 0xc000000002001004);
	elf_file_close(e);
}

int main(void)
{
	RUN(reads_an_elf_table);
	RUN(function_descriptors);
	RUN(slides);
	RUN(refuses_a_stripped_file);
	RUN(places_a_modules_symbols);
	RUN(knows_modules);
	RUN(agrees_with_a_plain_search);
	arena_free(&arena);
	return check_done();
}
