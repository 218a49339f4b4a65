/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "check.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/dwarf_locals.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/elf_sites.h"
#include "fixture.h"

static const char *const linked[] = {"plain.elf", "zlib.elf", "gnu-zlib.elf", "dwarf4.elf"};

enum { SLIDE = 0x12000000, N_LINKED = sizeof linked / sizeof *linked };

static struct elf_file *elf;

static struct dwarf *opened(const char *name, uint64_t slide)
{
	struct dwarf *d;

	elf = elf_file_open(fixture(name));
	REQUIRE(elf);
	d = dwarf_open(elf, slide, NULL, NULL);
	if (!d)
		FAIL("%s: %s", name, fail_text());
	REQUIRE(d);
	return d;
}

static void closed(struct dwarf *d)
{
	dwarf_close(d);
	elf_file_close(elf);
}

static uint64_t address_of(const char *symbol)
{
	uint64_t address = 0;

	REQUIRE(elf_file_symbol(elf, symbol, &address));
	return address;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = s ? strlen(s) : 0, m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static void finds_lines(void)
{
	for (size_t i = 0; i < N_LINKED; i++) {
		struct dwarf *d = opened(linked[i], SLIDE);
		const char *file;
		unsigned line;

		REQUIRE(dwarf_line(d, address_of("fixture_leaf") + SLIDE, &file, &line));
		CHECK(ends_with(file, "fixtures/fixture.c"));
		CHECK_EQ_U64(line, fixture_line("return value * 3"));
		CHECK(!dwarf_line(d, address_of("fixture_leaf"), &file, &line));
		CHECK(!dwarf_line(d, 0, &file, &line));
		closed(d);
	}
}

/* From a line to the addresses of its code and back; where a line has none, the next one that has. */
static void finds_code_of_lines(void)
{
	for (size_t i = 0; i < N_LINKED; i++) {
		struct dwarf *d = opened(linked[i], SLIDE);
		unsigned line = fixture_line("return value * 3"), found = 0;
		struct dwarf_row list[8], row;
		size_t n = dwarf_rows_of(d, "fixture.c", line, list, 8, &found);

		REQUIRE(n > 0 && n <= 8);
		CHECK_EQ_U64(found, line);
		for (size_t k = 0; k < n; k++) {
			CHECK(ends_with(list[k].file, "fixtures/fixture.c"));
			REQUIRE(dwarf_row_at(d, list[k].start, &row));
			CHECK_EQ_U64(row.line, line);
			CHECK(row.start <= list[k].start && list[k].start < row.end);
			CHECK(row.file == list[k].file);
		}
		/* the line before is that of the function's brace or its head */
		CHECK(dwarf_rows_of(d, "fixtures/fixture.c", line - 3, list, 8, &found) > 0);
		CHECK(found >= line - 3 && found <= line);
		CHECK_EQ_U64(dwarf_rows_of(d, "ixture.c", line, list, 8, &found), 0);
		CHECK_EQ_U64(dwarf_rows_of(d, "fixture.c", 100000, list, 8, &found), 0);
		closed(d);
	}
}

static void compares_files(void)
{
	CHECK(dwarf_same_file("/usr/src/fs/read_write.c", "read_write.c"));
	CHECK(dwarf_same_file("/usr/src/fs/read_write.c", "fs/read_write.c"));
	CHECK(dwarf_same_file("/usr/src/fs/read_write.c", "/usr/src/fs/read_write.c"));
	CHECK(!dwarf_same_file("/usr/src/fs/read_write.c", "write.c"));
	CHECK(!dwarf_same_file("/usr/src/fs/read_write.c", ""));
	CHECK(!dwarf_same_file("a.c", "fs/a.c"));
}

/* Somewhere in the function all three levels show, with the lines where each call stands. */
static void finds_inlined_calls(void)
{
	for (size_t i = 0; i < N_LINKED; i++) {
		struct dwarf *d = opened(linked[i], SLIDE);
		uint64_t start = address_of("fixture_inlines") + SLIDE;
		struct dwarf_inline list[4];
		bool seen = false;

		for (uint64_t at = start; at < start + 64 && !seen; at++) {
			if (dwarf_inlines(d, at, list, 4) != 3 || strcmp(list[0].function, "inner") != 0)
				continue;
			seen = true;
			CHECK_STR(list[1].function, "outer");
			CHECK_STR(list[2].function, "fixture_inlines");
			CHECK_EQ_U64(list[0].line, fixture_line("line INNER"));
			CHECK_EQ_U64(list[1].line, fixture_line("line OUTER"));
			CHECK_EQ_U64(list[2].line, fixture_line("line CALL"));
			CHECK(ends_with(list[2].file, "fixtures/fixture.c"));
			/* a short list gets the first, and the number of all */
			CHECK_EQ_U64(dwarf_inlines(d, at, list, 1), 3);
		}
		if (!seen)
			FAIL("%s: no address is in all three functions", linked[i]);
		CHECK_EQ_U64(dwarf_inlines(d, address_of("fixture_leaf") + SLIDE, list, 4), 1);
		CHECK_STR(list[0].function, "fixture_leaf");
		CHECK_EQ_U64(dwarf_inlines(d, 4, list, 4), 0);
		closed(d);
	}
}

static void finds_rows(void)
{
	static struct unwind_row row;
	struct dwarf *d = opened("plain.elf", SLIDE);
	uint64_t at = address_of("fixture_inlines") + SLIDE;

	REQUIRE(dwarf_cfi_row(d, at, &row));
	CHECK(row.cfa.kind == RULE_REG_PLUS);
	CHECK(row.kind == FRAME_CALL);
	CHECK(!dwarf_cfi_row(d, at - SLIDE, &row));
	closed(d);
}

static bool place(void *context, const char *section, uint64_t *address)
{
	(void)context;
	if (strncmp(section, ".text", 5) != 0)
		return false;
	*address = strcmp(section, ".text") == 0 ? 0x30000000 : 0x40000000;
	return true;
}

/* In a module everything lies where it was loaded, and names come out right only when relocations were
 * applied. */
static void relocates_modules(void)
{
	static const char *const modules[] = {"module.ko", "module-zlib.ko"};

	for (size_t i = 0; i < 2; i++) {
		struct dwarf_inline list[4];
		static struct unwind_row row;
		struct dwarf *d;
		const char *file;
		unsigned line;

		elf = elf_file_open(fixture(modules[i]));
		REQUIRE(elf);
		d = dwarf_open(elf, 0, place, NULL);
		if (!d)
			FAIL("%s: %s", modules[i], fail_text());
		REQUIRE(d);
		REQUIRE(dwarf_line(d, 0x30000000 + address_of("fixture_leaf"), &file, &line));
		CHECK(ends_with(file, "fixtures/fixture.c"));
		CHECK_EQ_U64(line, fixture_line("return value * 3"));
		CHECK(dwarf_inlines(d, 0x30000000 + address_of("fixture_inlines"), list, 4) >= 1);
		CHECK(dwarf_cfi_row(d, 0x30000000 + address_of("fixture_inlines"), &row));
		CHECK(!dwarf_line(d, 0x10, &file, &line));
		closed(d);
	}
}

/* The places that a loader fills in, in order, with the names of what is meant. */
static void lists_relocated_places(void)
{
	const struct elf_site *sites;
	struct elf_section text;
	struct arena arena = {0};
	size_t n;

	elf = elf_file_open(fixture("module.ko"));
	REQUIRE(elf);
	REQUIRE(elf_file_section(elf, ".debug_info", &text));
	REQUIRE(elf_sites(elf, &text, &arena, &sites, &n));
	REQUIRE(n > 2);
	for (size_t i = 0; i < n; i++) {
		CHECK(sites[i].symbol != NULL);
		CHECK(sites[i].offset < text.size);
		CHECK(i == 0 || sites[i - 1].offset <= sites[i].offset);
	}
	arena_free(&arena);
	elf_file_close(elf);
}

static void says_what_is_missing(void)
{
	elf = elf_file_open(fixture("stripped.elf"));
	REQUIRE(elf);
	CHECK(!dwarf_open(elf, 0, NULL, NULL));
	CHECK(strstr(fail_text(), "stripped.elf") && strstr(fail_text(), "no DWARF"));
	elf_file_close(elf);
}

static const struct dwarf_local *named(const struct dwarf_scope *scope, const char *name)
{
	for (size_t i = 0; i < scope->n; i++) {
		if (strcmp(scope->locals[i].name, name) == 0)
			return &scope->locals[i];
	}
	return NULL;
}

/* Each of the three functions has its own "where"; "sum" is nothing's argument. */
static void lists_variables_by_scope(void)
{
	for (size_t i = 0; i < N_LINKED; i++) {
		struct dwarf *d = opened(linked[i], SLIDE);
		uint64_t start = address_of("fixture_inlines") + SLIDE;
		struct arena arena = {0};
		struct dwarf_scope *scopes;
		struct dwarf_function function, other;
		size_t n = 0;

		for (uint64_t at = start; at < start + 64; at++) {
			n = dwarf_scopes(d, at, &arena, &scopes);
			if (n == 3 && strcmp(scopes[0].function, "inner") == 0)
				break;
		}
		REQUIRE(n == 3);
		CHECK_STR(scopes[1].function, "outer");
		CHECK_STR(scopes[2].function, "fixture_inlines");
		CHECK(scopes[0].inlined && scopes[1].inlined && !scopes[2].inlined);
		CHECK_EQ_U64(scopes[1].line, fixture_line("line OUTER"));
		for (size_t k = 0; k < 3; k++) {
			const struct dwarf_local *where = named(&scopes[k], "where");

			REQUIRE(where);
			CHECK(where->argument && where->type->kind == TYPE_POINTER);
		}
		CHECK(!named(&scopes[0], "sum"));
		CHECK(named(&scopes[1], "sum") && !named(&scopes[1], "sum")->argument);
		CHECK(named(&scopes[2], "sum"));
		REQUIRE(dwarf_function_at(d, start, &function));
		CHECK_STR(function.identity.name, "fixture_inlines");
		CHECK(function.frame_base.kind == PLACE_EXPR);
		REQUIRE(dwarf_function_at(d, address_of("fixture_leaf") + SLIDE, &other));
		CHECK(!dwarf_same_function(&function.identity, &other.identity));
		CHECK(dwarf_same_function(&function.identity, &function.identity));
		CHECK(!dwarf_is_noreturn(d, start));
		CHECK_EQ_U64(dwarf_scopes(d, 4, &arena, &scopes), 0);
		CHECK(!dwarf_function_at(d, 4, &function));
		arena_free(&arena);
		closed(d);
	}
}

int main(void)
{
	RUN(finds_lines);
	RUN(finds_code_of_lines);
	RUN(compares_files);
	RUN(finds_inlined_calls);
	RUN(lists_variables_by_scope);
	RUN(finds_rows);
	RUN(relocates_modules);
	RUN(lists_relocated_places);
	RUN(says_what_is_missing);
	return check_done();
}
