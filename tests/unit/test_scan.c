/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking for values and texts: in bytes, and in address spaces made of text. */
#include "check.h"
#include "fake_memory.h"
#include "target/arch.h"
#include "target/scan.h"

/* ---- in bytes ---- */

enum { BYTES = 2048, MOST = 4096 };

static uint8_t bytes[BYTES];
static struct scan_hit hits[MOST];
static struct arena arena;

static size_t match(const struct scan_pattern *p, uint64_t address, size_t size)
{
	size_t next, n = scan_match(p, address, bytes, size, 0, size, hits, MOST, &next);

	CHECK_EQ_U64(next, size);
	return n;
}

#define FOR_EACH_WORD                                                                                        \
	for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)                              \
		for (unsigned width = 2; width <= 8; width *= 2)

static void integers_of_all_widths_and_orders(void)
{
	/* about the borders of vectors and blocks */
	static const size_t places[] = {0, 8, 16, 248, 256, 264, 1016, 1024, 2032, 2040};
	enum { N = sizeof(places) / sizeof(places[0]) };
	const uint64_t wide = 0x1122334455667788;

	FOR_EACH_WORD
	{
		uint64_t value = wide & (~0ULL >> (64 - 8 * width));
		struct scan_pattern p = scan_integers(&arena, width, order, 0, &value, 1);
		size_t n;

		memset(bytes, 0, sizeof(bytes));
		for (size_t i = 0; i < N; i++)
			put_uint(bytes + places[i], width, value, order);
		n = match(&p, 0x1000, BYTES);
		CHECK_EQ_U64(n, N);
		for (size_t i = 0; i < N && i < n; i++) {
			CHECK_EQ_U64(hits[i].offset, places[i]);
			CHECK_EQ_U64(hits[i].value, value);
		}
		/* at an address that is no multiple of the width they are none */
		CHECK_EQ_U64(match(&p, 0x1001, BYTES), 0);
		/* cut short inside the last one */
		CHECK_EQ_U64(match(&p, 0x1000, 2040 + width - 1), N - 1);
	}
}

static void masks_and_several_values(void)
{
	FOR_EACH_WORD
	{
		const uint64_t values[] = {0xab00, 0x7, 0x1200};
		struct scan_pattern p = scan_integers(&arena, width, order, 0xff, values, 3);

		memset(bytes, 0xee, sizeof(bytes));
		put_uint(bytes + 512, width, 0xabcd, order);
		put_uint(bytes + 512 + width, width, 0x12ff, order);
		put_uint(bytes + 1024, width, 0x99, order);
		put_uint(bytes + 1032, width, 0xac00, order);
		CHECK_EQ_U64(match(&p, 0, BYTES), 3);
		CHECK_EQ_U64(hits[0].offset, 512);
		CHECK_EQ_U64(hits[0].which, 0);
		CHECK_EQ_U64(hits[0].value, 0xabcd);
		CHECK_EQ_U64(hits[1].offset, 512 + width);
		CHECK_EQ_U64(hits[1].which, 2);
		CHECK_EQ_U64(hits[2].which, 1);
		CHECK_EQ_U64(hits[2].value, 0x99);
	}
}

/* Words of 8 bytes are compared by halves first: whichever is the rare one, or none. */
static void halves_that_are_common(void)
{
	static const uint64_t values[] = {0,
					  ~0ULL,
					  0xabcd000000000000,
					  0xffffffff12345678,
					  0x12345678ffffffff,
					  0x00000000ffffffff,
					  0xffffffff00000000,
					  0xdeadbeef};
	static const uint64_t masks[] = {0, 0xffffffff, 0xffffffff00000000, 0xff, ~0ULL};

	for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++) {
		for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
			for (size_t m = 0; m < sizeof(masks) / sizeof(masks[0]); m++) {
				struct scan_pattern p =
					scan_integers(&arena, 8, order, masks[m], &values[v], 1);
				const uint64_t other = 0x5a5a5a5aa5a5a5a5;
				size_t all = BYTES / 8;

				for (size_t i = 0; i < BYTES; i += 8)
					put_uint(bytes + i, 8, other, order);
				put_uint(bytes + 800, 8, values[v] ^ (masks[m] & other), order);
				CHECK_EQ_U64(match(&p, 0, BYTES), masks[m] == ~0ULL ? all : 1);
				if (masks[m] != ~0ULL)
					CHECK_EQ_U64(hits[0].offset, 800);
			}
		}
	}
}

static void texts_lie_anywhere(void)
{
	static const struct scan_text list[] = {{"needle", 6}, {"n", 1}, {"eed", 3}};
	struct scan_pattern p = scan_texts(list, 1), all = scan_texts(list, 3);

	for (size_t at = 0; at < BYTES; at++) {
		size_t n;

		memset(bytes, 'n', sizeof(bytes));
		for (size_t i = 0; i < 6 && at + i < BYTES; i++)
			bytes[at + i] = (uint8_t) "needle"[i];
		n = match(&p, at, BYTES);
		if (!CHECK(n == (at + 6 <= BYTES)) || (n && !CHECK(hits[0].offset == at)))
			return;
	}
	memset(bytes, 0, sizeof(bytes));
	for (size_t i = 0; i < 6; i++)
		bytes[100 + i] = (uint8_t) "needle"[i];
	CHECK_EQ_U64(match(&all, 0, BYTES), 3);
	CHECK_EQ_U64(hits[0].which, 0);
	CHECK_EQ_U64(hits[1].which, 1);
	CHECK_EQ_U64(hits[1].offset, 100);
	CHECK_EQ_U64(hits[2].which, 2);
	CHECK_EQ_U64(hits[2].offset, 101);
}

static void texts_may_overlap(void)
{
	static const struct scan_text aa = {"aa", 2};
	struct scan_pattern p = scan_texts(&aa, 1);

	memset(bytes, 'a', sizeof(bytes));
	CHECK_EQ_U64(match(&p, 0, BYTES), BYTES - 1);
}

static void goes_on_where_it_stopped(void)
{
	const uint64_t values[] = {0, 0};
	struct scan_pattern p = scan_integers(&arena, 4, ORDER_LITTLE, 0, values, 2);
	size_t sum = 0, from = 0, rounds = 0;

	memset(bytes, 0, sizeof(bytes));
	while (from < BYTES && rounds++ < BYTES) {
		size_t n = scan_match(&p, 0, bytes, BYTES, from, BYTES, hits, 5, &from);

		/* what begins at one place is not torn apart */
		CHECK(n == 4 || from == BYTES);
		for (size_t i = 0; i < n; i++) {
			CHECK_EQ_U64(hits[i].offset, (sum + i) / 2 * 4);
			CHECK_EQ_U64(hits[i].which, i % 2);
		}
		sum += n;
	}
	CHECK_EQ_U64(sum, BYTES / 4 * 2);
	/* only what begins in a part of it */
	CHECK_EQ_U64(scan_match(&p, 0, bytes, BYTES, 100, 200, hits, MOST, &from), 50);
	CHECK_EQ_U64(hits[0].offset, 100);
	CHECK_EQ_U64(from, 200);
}

/* ---- in address spaces ---- */

/* Bit 0 valid; the address from bit 12. */
static struct entry decode(const struct page_form *form, unsigned level, uint64_t value)
{
	struct entry e = {ENTRY_NONE, value & form->address_mask, 0};

	if (value & 1)
		e.kind = level + 1 == form->levels ? ENTRY_LEAF : ENTRY_TABLE;
	return e;
}

static struct page_form form;
static struct arch arch;
static struct target target;
static struct space *kernel = &target.kernel;

static struct {
	struct scan_found list[20000];
	size_t n, stop_at;
} found;

static bool keep(void *context, const struct scan_found *f)
{
	(void)context;
	if (found.n < sizeof(found.list) / sizeof(found.list[0]))
		found.list[found.n++] = *f;
	return found.n != found.stop_at;
}

/*
 * Kernel addresses from 80000000 on are linear, from c0000000 on those of one table, whose entries are
 * @entries. Memory is at 4000 to 7fff, zeros.
 */
static void set_up(unsigned word, enum byte_order order, const char *entries)
{
	static uint64_t id;
	char text[200];

	id++;
	fake_memory_clear();
	form = (struct page_form){.name = "test",
				  .entry_size = (uint8_t)word,
				  .levels = 2,
				  .level_name = {"A", "B"},
				  .index_bits = {10, 10},
				  .page_shift = 12,
				  .order = order,
				  .address_mask = 0xfffff000,
				  .decode = decode};
	arch = (struct arch){.name = "test", .word_size = (uint8_t)word};
	target = (struct target){.id = id,
				 .arch = &arch,
				 .order = order,
				 .word_size = (uint8_t)word,
				 .page_shift = 12,
				 .page_size = 4096,
				 .physical = fake_memory_read};
	*kernel = (struct space){.name = "kernel", .form = &form, .root = 0x10000, .has_root = true};
	space_add(kernel,
		  &(struct space_range){0x80000000, 0x8000ffff, SPACE_LINEAR, -0x80000000LL, "direct"});
	space_add(kernel, &(struct space_range){0xc0000000, 0xffffffff, SPACE_TABLE, 0, "vmalloc"});
	fake_memory_put(0x10000, 1024 * word, READ_OK);
	fake_memory_put(0x20000, 1024 * word, READ_OK);
	fake_memory_put(0x4000, 0x4000, READ_OK);
	snprintf(text, sizeof(text), "%x: 20001\n20000: %s\n", 0x10000 + 768 * word, entries);
	fake_memory_text(text, word, order);
}

static struct scan_tally scan(const struct space *space, const struct scan_pattern *p, uint64_t start,
			      uint64_t last)
{
	const struct scan_area area = {start, last};
	struct scan s = {.space = space, .pattern = p, .areas = &area, .n_areas = 1, .found = keep};

	found.n = 0;
	CHECK(scan_run(&target, &s) == !(found.stop_at && found.n == found.stop_at));
	return s.tally;
}

static void put_text(uint64_t physical, const char *text)
{
	memcpy(fake_memory_put(physical, strlen(text), READ_OK)->data, text, strlen(text));
}

#define FOR_EACH_TARGET                                                                                      \
	for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++)                              \
		for (unsigned word = 4; word <= 8; word += 4)

static void expect(size_t n, const uint64_t *addresses)
{
	CHECK_EQ_U64(found.n, n);
	for (size_t i = 0; i < n && i < found.n; i++)
		CHECK_EQ_U64(found.list[i].address, addresses[i]);
}

static void a_page_is_found_at_each_of_its_addresses(void)
{
	static const uint64_t virtual[] = {0x80005010, 0xc0000010, 0xc0003010}, physical[] = {0x5010};

	FOR_EACH_TARGET
	{
		const uint64_t value = 0x12345678;
		struct scan_pattern p = scan_integers(&arena, word, order, 0, &value, 1);
		struct scan_tally tally;

		set_up(word, order, "5001 4001 0 5001");
		fake_memory_text("5010: 12345678 12345679", word, order);
		tally = scan(kernel, &p, 0x80000000, 0xffffffff);
		expect(3, virtual);
		CHECK_EQ_U64(tally.missing[READ_EXCLUDED], 0);
		CHECK_EQ_U64(tally.no_table, 0);
		scan(NULL, &p, 0, 0xffff);
		expect(1, physical);
	}
}

static void a_text_goes_on_in_the_next_page(void)
{
	/* pages that follow each other at these addresses, in memory not: 5000 6000 4000 */
	static const uint64_t at[] = {0xc0000ffd, 0xc0001ffa}, linear[] = {0x80005ffa};
	static const struct scan_text text = {"across", 6};
	struct scan_pattern p = scan_texts(&text, 1);

	FOR_EACH_TARGET
	{
		set_up(word, order, "5001 6001 4001");
		put_text(0x5ffd, "acr");
		put_text(0x6000, "oss");
		put_text(0x6ffa, "across");
		scan(kernel, &p, 0xc0000000, 0xc0ffffff);
		expect(2, at);
		/* 5000 and 6000 follow each other here, too, but 7000 stands behind 6000 */
		scan(kernel, &p, 0x80006000, 0x8000ffff);
		expect(1, (const uint64_t[]){0x80006ffa});
		put_text(0x5ffa, "across");
		scan(kernel, &p, 0x80005000, 0x80005fff);
		expect(1, linear);
		/* nothing of it is there */
		set_up(word, order, "5001 0 6001");
		put_text(0x5ffd, "acr");
		put_text(0x6000, "oss");
		scan(kernel, &p, 0xc0000000, 0xc0ffffff);
		expect(0, NULL);
	}
}

static void only_what_lies_in_the_area_whole(void)
{
	static const struct scan_text text = {"whole", 5};
	struct scan_pattern texts = scan_texts(&text, 1);

	FOR_EACH_TARGET
	{
		const uint64_t value = 0x12345678;
		struct scan_pattern p = scan_integers(&arena, word, order, 0, &value, 1);

		set_up(word, order, "5001 4001");
		fake_memory_text("5100: 12345678*3", word, order);
		put_text(0x5200, "whole");
		scan(kernel, &p, 0xc0000100, 0xc0000100 + 3 * word - 1);
		CHECK_EQ_U64(found.n, 3);
		scan(kernel, &p, 0xc0000101, 0xc0000100 + 3 * word - 2);
		CHECK_EQ_U64(found.n, 1);
		CHECK_EQ_U64(found.list[0].address, 0xc0000100 + word);
		scan(kernel, &texts, 0xc0000200, 0xc0000204);
		CHECK_EQ_U64(found.n, 1);
		scan(kernel, &texts, 0xc0000200, 0xc0000203);
		CHECK_EQ_U64(found.n, 0);
		scan(kernel, &texts, 0xc0000201, 0xc0000fff);
		CHECK_EQ_U64(found.n, 0);
		scan(NULL, &p, 0x5100, 0x5100 + word - 1);
		CHECK_EQ_U64(found.n, 1);
	}
}

static void the_last_address_there_is(void)
{
	const uint64_t value = 0x12345678;
	struct scan_pattern p = scan_integers(&arena, 8, ORDER_BIG, 0, &value, 1);

	set_up(8, ORDER_BIG, "5001");
	fake_memory_text("4ff8: 12345678", 8, ORDER_BIG);
	space_add(kernel, &(struct space_range){~0xfffULL, ~0ULL, SPACE_LINEAR, 0x5000, "top"});
	scan(kernel, &p, 0, ~0ULL);
	CHECK_EQ_U64(found.n, 2);
	CHECK_EQ_U64(found.list[1].address, ~7ULL);
}

static void missing_pages_are_passed_over_and_counted(void)
{
	FOR_EACH_TARGET
	{
		const uint64_t value = 0x12345678;
		struct scan_pattern p = scan_integers(&arena, word, order, 0, &value, 1);
		struct scan_tally tally;

		set_up(word, order, "4001 5001 6001 7001");
		fake_memory_text("4ff8: 12345678\n6000: 12345678", word, order);
		fake_memory_put(0x5000, 0x1000, READ_EXCLUDED);
		fake_memory_put(0x7800, 0x800, READ_LOST);
		tally = scan(kernel, &p, 0xc0000000, 0xffffffff);
		CHECK_EQ_U64(found.n, 2);
		CHECK_EQ_U64(tally.searched, 0x2800);
		CHECK_EQ_U64(tally.missing[READ_EXCLUDED], 0x1000);
		CHECK_EQ_U64(tally.missing[READ_LOST], 0x800);
		/* a table that is not there maps 4 MB of nobody knows what */
		fake_memory_put(0x20000, 1024 * word, READ_EXCLUDED);
		tally = scan(kernel, &p, 0xc0000000, 0xffffffff);
		CHECK_EQ_U64(found.n, 0);
		CHECK_EQ_U64(tally.no_table, 4 << 20);
	}
}

static void memory_full_of_it_is_told_in_order(void)
{
	FOR_EACH_TARGET
	{
		const uint64_t values[] = {0x77, 0};
		struct scan_pattern p = scan_integers(&arena, word, order, 0, values, 2);

		set_up(word, order, "");
		scan(kernel, &p, 0x80004000, 0x80007fff);
		CHECK_EQ_U64(found.n, 0x4000 / word);
		for (size_t i = 0; i < found.n; i++)
			if (!CHECK_EQ_U64(found.list[i].address, 0x80004000 + i * word))
				break;
		CHECK_EQ_U64(found.list[5].which, 1);
		found.stop_at = 1500;
		scan(kernel, &p, 0x80004000, 0x80007fff);
		CHECK_EQ_U64(found.n, 1500);
		found.stop_at = 0;
	}
}

static void areas_are_told_in_their_order(void)
{
	const uint64_t value = 0x12345678;
	const struct scan_area areas[] = {
		{0xc0001000, 0xc0001fff}, {5, 4}, {0x80000000, 0x8000ffff}, {0xc0000000, 0xc0000fff}};
	struct scan_pattern p = scan_integers(&arena, 4, ORDER_LITTLE, 0, &value, 1);
	struct scan s = {.space = kernel, .pattern = &p, .areas = areas, .n_areas = 4, .found = keep};

	set_up(4, ORDER_LITTLE, "4001 4001");
	fake_memory_text("4100: 12345678", 4, ORDER_LITTLE);
	found.n = 0;
	CHECK(scan_run(&target, &s));
	expect(3, (const uint64_t[]){0xc0001100, 0x80004100, 0xc0000100});
	CHECK_EQ_U64(found.list[0].area, 0);
	CHECK_EQ_U64(found.list[1].area, 2);
	CHECK_EQ_U64(found.list[2].area, 3);
}

static void tables_that_repeat_are_searched_once(void)
{
	const uint64_t value = 0x12345678;
	struct scan_pattern p = scan_integers(&arena, 4, ORDER_LITTLE, 0, &value, 1);
	struct scan_tally tally;

	/* as KASAN's shadow: all upper entries lead to one table, all of whose entries to one page */
	set_up(4, ORDER_LITTLE, "4001*1024");
	fake_memory_text("10c00: 20001*256\n4100: 12345678", 4, ORDER_LITTLE);
	tally = scan(kernel, &p, 0xc0000000, 0xffffffff);
	CHECK_EQ_U64(found.n, 1024);
	CHECK_EQ_U64(tally.repeated, 255ULL << 22);
}

int main(void)
{
	RUN(integers_of_all_widths_and_orders);
	RUN(masks_and_several_values);
	RUN(halves_that_are_common);
	RUN(texts_lie_anywhere);
	RUN(texts_may_overlap);
	RUN(goes_on_where_it_stopped);
	RUN(a_page_is_found_at_each_of_its_addresses);
	RUN(a_text_goes_on_in_the_next_page);
	RUN(only_what_lies_in_the_area_whole);
	RUN(the_last_address_there_is);
	RUN(missing_pages_are_passed_over_and_counted);
	RUN(memory_full_of_it_is_told_in_order);
	RUN(areas_are_told_in_their_order);
	RUN(tables_that_repeat_are_searched_once);
	arena_free(&arena);
	fake_memory_clear();
	return check_done();
}
