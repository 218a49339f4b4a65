/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>

#include "base/error.h"
#include "check.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/elf_file.h"
#include "fixture.h"
#include "type/declare.h"
#include "type/type.h"

static const char *const files[] = {"plain.elf", "zlib.elf", "dwarf4.elf", "module.ko", "module-zlib.ko"};

static struct elf_file *elf;
static struct dwarf *dwarf;
static struct arena arena;
static struct types *types;

static void begin(const char *name)
{
	elf = elf_file_open(fixture(name));
	REQUIRE(elf);
	dwarf = dwarf_open(elf, 0, NULL, NULL);
	if (!dwarf)
		FAIL("%s: %s", name, fail_text());
	REQUIRE(dwarf);
	types = types_new(&arena, elf_file_word_size(elf), elf_file_order(elf));
	types_add(types, dwarf_types(dwarf, &arena, name));
}

static void end(void)
{
	dwarf_close(dwarf);
	elf_file_close(elf);
	arena_free(&arena);
}

static const char *declared(const struct type *t, const char *name)
{
	static struct text out;

	text_clear(&out);
	if (t)
		type_declare(types, t, name, &out);
	return text_str(&out);
}

/* The compiler that made the fixture is the one that compiles this: its own layout is the truth. */
struct list_head {
	struct list_head *next, *prev;
};

struct sample {
	int number;
	unsigned low : 3, middle : 7, high : 22;
	int sign : 5;
	struct list_head list;
	union {
		unsigned long long whole;
		struct {
			unsigned first, second;
		};
	};
	enum { RED } colour;
	const volatile char *name;
	int (*call)(struct sample *self, unsigned long long value, ...);
	struct opaque *hidden;
	unsigned char table[4][3];
	_Bool flag;
	double ratio;
	char tail[];
};

static void lays_out_structures(void)
{
	static const struct {
		const char *path;
		size_t offset;
		const char *type;
	} members[] = {
		{"number", offsetof(struct sample, number), "int x"},
		{"list", offsetof(struct sample, list), "struct list_head x"},
		{"list.prev", offsetof(struct sample, list.prev), "struct list_head *x"},
		{"whole", offsetof(struct sample, whole), "u64 x"},
		{"second", offsetof(struct sample, second), "u32 x"},
		{"colour", offsetof(struct sample, colour), "enum colour x"},
		{"name", offsetof(struct sample, name), "const volatile char *x"},
		{"call", offsetof(struct sample, call), "int (*x)(struct sample *, u64, ...)"},
		{"hidden", offsetof(struct sample, hidden), "struct opaque *x"},
		{"table", offsetof(struct sample, table), "unsigned char x[4][3]"},
		{"table[2]", offsetof(struct sample, table[2]), "unsigned char x[3]"},
		{"flag", offsetof(struct sample, flag), "_Bool x"},
		{"ratio", offsetof(struct sample, ratio), "double x"},
		{"tail", offsetof(struct sample, tail), "char x[]"},
	};

	for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
		const struct type *t;

		begin(files[f]);
		t = type_find(types, TYPE_STRUCT, "sample");
		REQUIRE(t);
		CHECK_EQ_U64(t->size, sizeof(struct sample));
		CHECK_STR(type_source_name(t), "DWARF");
		for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
			struct type_place place;

			if (!type_path(types, t, members[i].path, &place)) {
				FAIL("%s: %s", members[i].path, fail_text());
				continue;
			}
			CHECK_EQ_U64(place.bit_offset, members[i].offset * 8);
			CHECK_STR(declared(place.type, "x"), members[i].type);
			CHECK_EQ_U64(place.bit_size, 0);
		}
		end();
	}
}

/* Where the bits are, by setting them in a real object. */
static void places_bit_fields(void)
{
	static const char *const names[] = {"low", "middle", "high", "sign"};
	static const unsigned sizes[] = {3, 7, 22, 5};

	for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
		const struct type *t;

		begin(files[f]);
		t = type_find(types, TYPE_STRUCT, "sample");
		REQUIRE(t);
		for (unsigned i = 0; i < 4; i++) {
			static struct sample s;
			struct type_place place;
			const uint8_t *bytes = (const uint8_t *)&s;
			bool big = elf_file_order(elf) == ORDER_BIG;

			memset(&s, 0, sizeof s);
			if (i == 0)
				s.low = 7;
			else if (i == 1)
				s.middle = 127;
			else if (i == 2)
				s.high = (1U << 22) - 1;
			else
				s.sign = -1;
			REQUIRE(type_path(types, t, names[i], &place));
			CHECK_EQ_U64(place.bit_size, sizes[i]);
			for (unsigned bit = 0; bit < sizes[i]; bit++) {
				uint64_t at = place.bit_offset + bit;

				CHECK(bytes[at / 8] >> (big ? 7 - at % 8 : at % 8) & 1);
			}
		}
		end();
	}
}

static void knows_symbols_and_enumerators(void)
{
	for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
		const struct type *t;
		int64_t value = 0;

		begin(files[f]);
		CHECK_STR(declared(type_of_symbol(types, "fixture_sample"), "v"), "struct sample v");
		CHECK_STR(declared(type_of_symbol(types, "fixture_table"), "v"), "int v[3]");
		CHECK_STR(declared(type_of_symbol(types, "fixture_local"), "v"), "int v");
		CHECK_STR(declared(type_of_symbol(types, "linux_banner"), "v"), "const char v[49]");
		CHECK_STR(declared(type_of_symbol(types, "fixture_leaf"), "f"), "int f(int)");
		CHECK(!type_of_symbol(types, "fixture_nothing"));
		CHECK(type_find_enumerator(types, "GREEN", &value, &t) && value == 5);
		CHECK_STR(t->name, "colour");
		CHECK(t->is_signed);
		CHECK(type_find_enumerator(types, "BLUE", &value, &t) && value == -1);
		CHECK(type_find_enumerator(types, "LARGE", &value, &t) && (uint64_t)value == UINT64_MAX);
		CHECK(!t->is_signed && t->size == 8);
		CHECK(!type_find_enumerator(types, "YELLOW", &value, &t));
		t = type_find(types, TYPE_TYPEDEF, "u32");
		CHECK_STR(declared(t ? t->target : NULL, "x"), "unsigned int x");
		t = type_find(types, TYPE_INT, "unsigned int");
		CHECK(t && t->size == 4 && !t->is_signed);
		t = type_find(types, TYPE_STRUCT, "opaque");
		CHECK(!t || t->incomplete);
		CHECK(!type_find(types, TYPE_UNION, "sample"));
		end();
	}
}

static bool count(void *context, const struct type *t)
{
	size_t *n = context;

	*n += t->name && strcmp(t->name, "sample") == 0;
	return true;
}

static bool stop(void *context, const struct type *t)
{
	(void)t;
	++*(size_t *)context;
	return false;
}

static void lists_everything(void)
{
	struct type_source *const *sources;
	size_t n = 0;

	begin("plain.elf");
	REQUIRE(types_sources(types, &sources) == 1);
	sources[0]->ops->each(sources[0], count, &n);
	CHECK_EQ_U64(n, 1);
	n = 0;
	sources[0]->ops->each(sources[0], stop, &n);
	CHECK_EQ_U64(n, 1);
	end();
}

int main(void)
{
	RUN(lays_out_structures);
	RUN(places_bit_fields);
	RUN(knows_symbols_and_enumerators);
	RUN(lists_everything);
	return check_done();
}
