/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

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

int main(void)
{
	RUN(reads_an_elf_table);
	RUN(slides);
	RUN(refuses_a_stripped_file);
	RUN(places_a_modules_symbols);
	RUN(knows_modules);
	RUN(agrees_with_a_plain_search);
	arena_free(&arena);
	return check_done();
}
