/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of names: read from units, as an image, and kept on disk. */
#include <dwarf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "check.h"
#include "debuginfo/dwarf_index.h"
#include "debuginfo/dwarf_unit.h"
#include "debuginfo/index_cache.h"
#include "debuginfo/index_image.h"
#include "fixture.h"
#include "type/declare.h"

/* --- units, made by hand --- */

struct bytes {
	uint8_t data[1024];
	size_t n;
	enum byte_order order;
};

static void put(struct bytes *b, size_t size, uint64_t value)
{
	put_uint(b->data + b->n, size, value, b->order);
	b->n += size;
}

static void put_text(struct bytes *b, const char *s)
{
	memcpy(b->data + b->n, s, strlen(s) + 1);
	b->n += strlen(s) + 1;
}

/* An abbreviation: code, tag, children, then attribute and form in turn. All are below 128. */
static void abbrev(struct bytes *b, const uint8_t *list, size_t n)
{
	memcpy(b->data + b->n, list, n);
	b->n += n;
	put(b, 2, 0);
}

#define ABBREV(B, ...) abbrev((B), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* What the entries of a unit are called, level by level: "struct:a(member:b) ..." by tag numbers. */
static void list_level(struct unit *u, struct text *out, unsigned depth)
{
	struct entry e;

	while (unit_entry(u, &e)) {
		text_printf(out, "%x%s%s%s", e.tag, e.name ? ":" : "", e.name ? e.name : "",
			    e.origin == ORIGIN_FAR ? "@" : "");
		if (e.children && depth) {
			text_puts(out, "(");
			list_level(u, out, depth - 1);
			text_puts(out, ")");
		} else {
			unit_skip_children(u, &e);
		}
		text_puts(out, " ");
	}
}

enum { CU = 1, LONG_NAME, SHORT_NAME, WITH_CHILDREN, WITH_SIBLING, ORIGIN, FAR, ODD, INDIRECT, INDEXED };

static void make_abbrevs(struct bytes *b)
{
	ABBREV(b, CU, DW_TAG_compile_unit, 1, DW_AT_name, DW_FORM_string, DW_AT_language, DW_FORM_data2,
	       DW_AT_str_offsets_base, DW_FORM_sec_offset);
	ABBREV(b, LONG_NAME, DW_TAG_typedef, 0, DW_AT_decl_line, DW_FORM_udata, DW_AT_name, DW_FORM_strp,
	       DW_AT_type, DW_FORM_ref4);
	ABBREV(b, SHORT_NAME, DW_TAG_base_type, 0, DW_AT_byte_size, DW_FORM_data1, DW_AT_name,
	       DW_FORM_string);
	ABBREV(b, WITH_CHILDREN, DW_TAG_structure_type, 1, DW_AT_name, DW_FORM_string);
	ABBREV(b, WITH_SIBLING, DW_TAG_union_type, 1, DW_AT_name, DW_FORM_string, DW_AT_sibling,
	       DW_FORM_ref4);
	ABBREV(b, ORIGIN, DW_TAG_subprogram, 0, DW_AT_abstract_origin, DW_FORM_ref4, DW_AT_low_pc,
	       DW_FORM_addr);
	ABBREV(b, FAR, DW_TAG_subprogram, 0, DW_AT_abstract_origin, DW_FORM_ref_addr);
	ABBREV(b, ODD, DW_TAG_variable, 0, DW_AT_location, DW_FORM_exprloc, DW_AT_const_value, DW_FORM_block2,
	       DW_AT_const_value, DW_FORM_data16, DW_AT_declaration, DW_FORM_flag_present, DW_AT_name,
	       DW_FORM_string);
	ABBREV(b, INDIRECT, DW_TAG_variable, 0, DW_AT_name, DW_FORM_indirect);
	ABBREV(b, INDEXED, DW_TAG_variable, 0, DW_AT_name, DW_FORM_strx1);
	put(b, 1, 0);
}

static void begin_unit(struct bytes *b, uint8_t version, uint8_t offset_size, uint8_t address_size)
{
	if (offset_size == 8)
		put(b, 4, UINT32_MAX);
	put(b, offset_size, 0); /* its length comes later */
	put(b, 2, version);
	if (version >= 5) {
		put(b, 1, DW_UT_compile);
		put(b, 1, address_size);
		put(b, offset_size, 0);
	} else {
		put(b, offset_size, 0);
		put(b, 1, address_size);
	}
}

static void end_unit(struct bytes *b, size_t start, uint8_t offset_size)
{
	size_t head = offset_size == 8 ? 4 : 0;

	put_uint(b->data + start + head, offset_size, b->n - start - head - offset_size, b->order);
}

static void make_unit(struct bytes *b, uint8_t version, uint8_t offset_size, uint8_t address_size)
{
	size_t start = b->n, named, sibling;

	begin_unit(b, version, offset_size, address_size);
	put(b, 1, CU);
	put_text(b, "unit.c");
	put(b, 2, 12);
	put(b, offset_size, 8);
	put(b, 1, LONG_NAME);
	put(b, 2, b->order == ORDER_BIG ? 0x8101 : 0x0181); /* an LEB128 of two bytes */
	put(b, offset_size, 6);
	put(b, 4, 0);
	put(b, 1, SHORT_NAME);
	put(b, 1, 4);
	put_text(b, "int");
	put(b, 1, WITH_CHILDREN);
	put_text(b, "outer");
	named = b->n;
	put(b, 1, WITH_CHILDREN);
	put_text(b, "inner");
	put(b, 1, SHORT_NAME);
	put(b, 1, 4);
	put_text(b, "x");
	put(b, 1, 0);
	put(b, 1, 0);
	put(b, 1, WITH_SIBLING);
	put_text(b, "un");
	sibling = b->n;
	put(b, 4, 0);
	put(b, 1, 99); /* no such abbreviation: who follows the sibling does not see it */
	put_uint(b->data + sibling, 4, b->n - start, b->order);
	put(b, 1, ORIGIN);
	put(b, 4, named - start);
	put(b, address_size, 0x1234);
	put(b, 1, FAR);
	put(b, version == 2 ? address_size : offset_size, 77);
	put(b, 1, ODD);
	put(b, 1, 3);
	put(b, 3, 0x030303);
	put(b, 2, 2);
	put(b, 2, 0x0303);
	put(b, 8, 0);
	put(b, 8, 0);
	put_text(b, "odd");
	put(b, 1, INDIRECT);
	put(b, 1, DW_FORM_strp);
	put(b, offset_size, 0);
	put(b, 1, INDEXED);
	put(b, 1, 1);
	put(b, 1, 0);
	end_unit(b, start, offset_size);
}

static const char strings[] = "first\0second";

static void reads_units(void)
{
	static const char want[] = "16:second 24:int 13:outer 17:un 2e:inner 2e@ 34:odd 34:first 34:second ";

	for (int big = 0; big < 2; big++) {
		for (uint8_t version = 2; version <= 5; version++) {
			for (uint8_t offset_size = 4; offset_size <= 8; offset_size += 4) {
				uint8_t address_size = version == 4 ? 4 : 8;
				static struct bytes info, abbrevs, offsets;
				struct abbrev_table table = {0};
				struct unit_sections s;
				struct text out = {0};
				struct unit u;

				info = (struct bytes){.order = big ? ORDER_BIG : ORDER_LITTLE};
				offsets = abbrevs = info;
				make_abbrevs(&abbrevs);
				put(&offsets, 8, 0);
				put(&offsets, offset_size, 0);
				put(&offsets, offset_size, 6);
				make_unit(&info, version, offset_size, address_size);
				make_unit(&info, version, offset_size, address_size);
				s = (struct unit_sections){
					.order = info.order,
					.info = {info.data, info.n},
					.abbrev = {abbrevs.data, abbrevs.n},
					.strings = {(const uint8_t *)strings, sizeof(strings)},
					.string_offsets = {offsets.data, offsets.n},
				};
				REQUIRE(unit_open(&s, 0, &u));
				CHECK_EQ_U64(u.end, info.n / 2);
				REQUIRE(unit_begin(&u, &table));
				list_level(&u, &out, 0);
				CHECK_STR(text_str(&out), want);
				REQUIRE(unit_open(&s, u.end, &u) && unit_begin(&u, &table));
				text_clear(&out);
				list_level(&u, &out, 0);
				CHECK_STR(text_str(&out), want);
				CHECK(!unit_open(&s, u.end, &u));
				/* cut anywhere, and with any byte changed, it comes to an end */
				for (size_t i = 0; i < info.n; i++) {
					info.data[i] ^= 0x55;
					s.info.size = i % 3 ? info.n : i;
					for (uint64_t at = 0; unit_open(&s, at, &u); at = u.end) {
						if (unit_begin(&u, &table))
							list_level(&u, &out, 2);
					}
					info.data[i] ^= 0x55;
				}
				text_free(&out);
				abbrev_table_free(&table);
			}
		}
	}
}

/* --- images --- */

static const struct index_key some_key = {"0123abcd", 1000, 200, 30};

static uint8_t *some_image(size_t *size)
{
	static const struct {
		const char *name;
		enum type_name_kind kind;
		enum index_standing standing;
		uint64_t offset;
	} list[] = {
		{"list_head", NAME_STRUCT, STANDING_DECLARATION, 11},
		{"list_head", NAME_STRUCT, STANDING_DEFINITION, 300},
		{"list_head", NAME_STRUCT, STANDING_DEFINITION, 200},
		{"list_head", NAME_VARIABLE, STANDING_DEFINITION, 0x123456789a},
		{"debug", NAME_VARIABLE, STANDING_DEFINITION, 40},
		{"debug", NAME_VARIABLE, STANDING_DEFINITION, 30},
		{"debug", NAME_VARIABLE, STANDING_DECLARATION, 20},
		{"debug", NAME_VARIABLE, STANDING_DEFINITION, 40},
		{"opaque", NAME_STRUCT, STANDING_DECLARATION, 70},
		{"opaque", NAME_STRUCT, STANDING_DECLARATION, 60},
	};
	enum { N = sizeof(list) / sizeof(*list) };
	struct index_item items[N];
	uint64_t units[] = {500, 0, 100};

	for (size_t i = 0; i < N; i++) /* names at different addresses are one name by their text */
		items[i] = (struct index_item){i == 1 ? strdup(list[i].name) : list[i].name,
					       index_where(list[i].kind, list[i].standing, list[i].offset),
					       index_hash(list[i].name)};
	*size = 0;
	uint8_t *image = index_image_make(&some_key, items, N, units, 3, size);

	free((char *)(uintptr_t)items[1].name);
	return image;
}

static void makes_images(void)
{
	uint32_t number, first, end;
	struct index_image x;
	size_t size;
	uint8_t *image = some_image(&size);

	REQUIRE(image && index_image_open(&x, image, size, &some_key));
	CHECK_EQ_U64(x.n_units, 3);
	CHECK_EQ_U64(get_u64(x.units + 8, ORDER_LITTLE), 100);
	CHECK_EQ_U64(x.n_names, 3);
	REQUIRE(index_image_find(&x, "list_head", &number));
	CHECK_STR(index_image_name(&x, number, &first, &end), "list_head");
	REQUIRE(end - first == 2);
	CHECK_EQ_U64(where_offset(index_image_entry(&x, first)), 200);
	CHECK_EQ_U64(where_offset(index_image_entry(&x, first + 1)), 0x123456789a);
	CHECK(where_kind(index_image_entry(&x, first + 1)) == NAME_VARIABLE);
	REQUIRE(index_image_find(&x, "debug", &number));
	index_image_name(&x, number, &first, &end);
	REQUIRE(end - first == 2);
	CHECK_EQ_U64(where_offset(index_image_entry(&x, first)), 30);
	CHECK_EQ_U64(where_offset(index_image_entry(&x, first + 1)), 40);
	REQUIRE(index_image_find(&x, "opaque", &number));
	index_image_name(&x, number, &first, &end);
	REQUIRE(end - first == 1);
	CHECK_EQ_U64(where_offset(index_image_entry(&x, first)), 60);
	CHECK(where_standing(index_image_entry(&x, first)) == STANDING_DECLARATION);
	CHECK(!index_image_find(&x, "list_hea", &number));
	CHECK(!index_image_find(&x, "", &number));
	free(image);
}

static void refuses_other_images(void)
{
	struct index_key key = some_key;
	struct index_image x;
	size_t size;
	uint8_t *image = some_image(&size);

	for (size_t i = 0; i < size; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			image[i] ^= (uint8_t)(1u << bit);
			CHECK(!index_image_open(&x, image, size, &some_key));
			image[i] ^= (uint8_t)(1u << bit);
		}
	}
	for (size_t i = 0; i < size; i++) {
		uint8_t *part = malloc(i ? i : 1);

		memcpy(part, image, i);
		CHECK(!index_image_open(&x, part, i, &some_key));
		free(part);
	}
	key.info_size++;
	CHECK(!index_image_open(&x, image, size, &key));
	key = some_key;
	key.build_id = "0123abce";
	CHECK(!index_image_open(&x, image, size, &key));
	CHECK(index_image_open(&x, image, size, &some_key));
	free(image);
}

/* --- on disk --- */

static char folder[64];

static void remove_folder(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		FAIL("%s", command);
}

static void make_cache(void)
{
	strcpy(folder, "/tmp/inquest-index-XXXXXX");
	REQUIRE(mkdtemp(folder));
	index_cache_set_folder(folder);
}

static const char *kept_path(void)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/index/0123456789abcdef.index", folder);
	return path;
}

static bool collect(void *context, enum type_name_kind kind, const char *name)
{
	text_printf(context, "%d:%s ", kind, name);
	return true;
}

static bool collect_definition(void *context, const struct type_symbol *symbol)
{
	const char *slash = symbol->file ? strrchr(symbol->file, '/') : NULL;

	text_printf(context, "%d@%llx %s; ", symbol->type ? symbol->type->kind : 99,
		    symbol->has_address ? (unsigned long long)symbol->address : 0, slash ? slash : "?");
	return true;
}

/* Answers of a file, whatever the index comes from. */
static char *answers(const char *name)
{
	static const char *const names[] = {"sample",        "list_head",    "opaque",        "colour",
					    "u64",           "GREEN",        "fixture_local", "fixture_leaf",
					    "fixture_table", "unsigned int", "nothing"};
	struct elf_file *elf = elf_file_open(fixture(name));
	struct dwarf *d = elf ? dwarf_open(elf, 0x1000, NULL, NULL) : NULL;
	struct arena arena = {0};
	struct text out = {0};
	struct types *types;

	if (!d) {
		elf_file_close(elf);
		return strdup(fail_text());
	}
	types = types_new(&arena, elf_file_word_size(elf), elf_file_order(elf));
	types_add(types, dwarf_types(d, &arena, name));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct type *t = type_find_any(types, names[i]);
		struct type_source *const *sources;
		int64_t value = 0;

		text_printf(&out, "%s %d %llu ", names[i], t ? (int)t->kind : -1,
			    t ? (unsigned long long)t->size : 0);
		t = type_of_symbol(types, names[i]);
		if (t)
			type_declare(types, t, "x", &out);
		if (type_find_enumerator(types, names[i], &value, &t))
			text_printf(&out, " = %lld", (long long)value);
		types_sources(types, &sources);
		sources[0]->ops->each_definition(sources[0], names[i], collect_definition, &out);
		text_puts(&out, "\n");
	}
	types_each_prefix(types, "", ~0u, collect, &out);
	text_puts(&out, "\n");
	types_each_prefix(types, "fixture_l", 1u << NAME_FUNCTION | 1u << NAME_VARIABLE, collect, &out);
	dwarf_close(d);
	elf_file_close(elf);
	arena_free(&arena);
	return out.data;
}

static size_t read_kept(uint8_t *data, size_t size)
{
	FILE *f = fopen(kept_path(), "rb");
	size_t n = f ? fread(data, 1, size, f) : 0;

	if (f)
		fclose(f);
	return n;
}

static void write_kept(const uint8_t *data, size_t size)
{
	FILE *f;

	unlink(kept_path());
	f = fopen(kept_path(), "wb");
	REQUIRE(f);
	CHECK_EQ_U64(fwrite(data, 1, size, f), size);
	fclose(f);
}

static void expect(const char *name, const char *want, const char *what, size_t i)
{
	char *got = answers(name);

	if (strcmp(got, want) != 0)
		FAIL("%s, %s %zu: got %s instead of %s", name, what, i, got, want);
	free(got);
}

static void keeps_indices(void)
{
	static uint8_t kept[1 << 16], other[1 << 16];
	char *want;
	size_t n;

	index_cache_set_folder(NULL);
	want = answers("plain.elf");
	CHECK(strstr(want, "fixture_table -1 0 int x[3]"));
	CHECK(strstr(want, " /fixture.c; "));
	CHECK(strstr(want, "\n5:fixture_local 6:fixture_leaf ") ||
	      strstr(want, "\n6:fixture_leaf 5:fixture_local "));
	CHECK(strstr(want, "GREEN -1 0  = 5"));
	make_cache();
	expect("plain.elf", want, "not kept", 0);
	n = read_kept(kept, sizeof(kept));
	CHECK(n > INDEX_HEADER && n < sizeof(kept));
	expect("plain.elf", want, "kept", 0);
	/* each byte changed: found out, and made anew as it was */
	for (size_t i = 0; i < n; i += i < INDEX_HEADER ? 1 : 3) {
		kept[i] ^= 0x10;
		write_kept(kept, n);
		kept[i] ^= 0x10;
		expect("plain.elf", want, "byte", i);
		CHECK_EQ_U64(read_kept(other, sizeof(other)), n);
		CHECK_MEM(other, kept, n);
	}
	for (size_t i = 0; i < n; i += 97) {
		write_kept(kept, i);
		expect("plain.elf", want, "cut at", i);
	}
	/* of the same build-id, but another file */
	free(want);
	index_cache_set_folder(NULL);
	want = answers("dwarf4.elf");
	index_cache_set_folder(folder);
	write_kept(kept, n);
	expect("dwarf4.elf", want, "of another file", 0);
	free(want);
	remove_folder();
}

/* Link-time optimisation: entries whose names other units tell. */
static void follows_other_units(void)
{
	char *got;

	index_cache_set_folder(NULL);
	got = answers("lto.elf");
	CHECK(strstr(got, "fixture_local -1 0 int x1@"));
	CHECK(strstr(got, "fixture_leaf -1 0 int x(int)10@"));
	CHECK(strstr(got, " /fixture.c; \nfixture_table"));
	free(got);
}

/* Whole and well sealed, but it leads to places that hold something else, or nothing. */
static void believes_no_index(void)
{
	static uint8_t kept[1 << 16];
	struct index_key key = {0};
	char *want;
	size_t n;

	index_cache_set_folder(NULL);
	want = answers("plain.elf");
	make_cache();
	expect("plain.elf", want, "not kept", 0);
	n = read_kept(kept, sizeof(kept));
	REQUIRE(n > INDEX_HEADER);
	key = (struct index_key){"0123456789abcdef", get_u64(kept + 32, ORDER_LITTLE),
				 get_u64(kept + 40, ORDER_LITTLE), get_u64(kept + 48, ORDER_LITTLE)};
	for (uint64_t shift = 1; shift < 1ULL << 40; shift = shift * 3 + 1) {
		struct index_image x;
		uint8_t forged[sizeof(kept)];
		uint8_t *entries;

		memcpy(forged, kept, n);
		REQUIRE(index_image_open(&x, forged, n, &key));
		entries = forged + (x.entries - forged);
		for (uint32_t i = 0; i < x.n_entries; i++)
			put_uint(entries + i * 8, 8, index_image_entry(&x, i) + shift, ORDER_LITTLE);
		put_uint(forged + INDEX_CHECKSUM_AT, 8, index_checksum(forged, n), ORDER_LITTLE);
		REQUIRE(index_image_open(&x, forged, n, &key));
		write_kept(forged, n);
		expect("plain.elf", want, "forged by", (size_t)shift);
	}
	free(want);
	remove_folder();
}

static void does_without_a_folder(void)
{
	char *want;

	index_cache_set_folder(NULL);
	want = answers("plain.elf");
	index_cache_set_folder("/dev/null/nowhere");
	expect("plain.elf", want, "no folder", 0);
	index_cache_set_folder("/proc/1/fd/none");
	expect("plain.elf", want, "no folder", 1);
	/* a module's build-id says nothing of where its sections were put */
	make_cache();
	free(answers("module.ko"));
	CHECK(access(folder, F_OK) == 0 && access(kept_path(), F_OK) != 0);
	remove_folder();
	index_cache_set_folder(NULL);
	free(want);
}

static void put_file(const char *name, size_t size, time_t age)
{
	char path[256];
	struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	REQUIRE(fd >= 0);
	CHECK(ftruncate(fd, (off_t)size) == 0);
	CHECK(futimens(fd, times) == 0);
	close(fd);
}

static bool is_there(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void removes_the_oldest(void)
{
	make_cache();
	put_file("a.index", 100, 30);
	put_file("b.index", 100, 40);
	put_file("c.index", 100, 20);
	put_file("d.index.12.unfinished", 1000, 10);
	put_file("e.index.13.unfinished", 1000, 100000);
	put_file("other", 1000, 100);
	index_cache_trim(folder, 300);
	CHECK(is_there("a.index") && is_there("b.index") && is_there("c.index"));
	CHECK(is_there("d.index.12.unfinished") && !is_there("e.index.13.unfinished"));
	index_cache_trim(folder, 250);
	CHECK(is_there("a.index") && !is_there("b.index") && is_there("c.index"));
	index_cache_trim(folder, 99);
	CHECK(!is_there("a.index") && !is_there("c.index") && is_there("other"));
	remove_folder();
	index_cache_trim(folder, 0);
}

int main(void)
{
	RUN(reads_units);
	RUN(makes_images);
	RUN(refuses_other_images);
	RUN(keeps_indices);
	RUN(follows_other_units);
	RUN(believes_no_index);
	RUN(does_without_a_folder);
	RUN(removes_the_oldest);
	return check_done();
}
