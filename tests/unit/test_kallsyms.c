/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "check.h"
#include "debuginfo/kallsyms.h"

/* A kernel's memory with the tables in it: from START on, as far as MEMORY. */
static const uint64_t START = 0xc0000000;
enum { MEMORY = 0x10000, NUM = 0, TOKEN_TABLE = 0x100, TOKEN_INDEX = 0x1000, OFFSETS = 0x2000 };
enum { BASE_AT = 0x2f00, NAMES = 0x3000 };

static uint8_t memory[MEMORY];
static struct arena arena;

static enum read_status from_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	const uint64_t *start = context;

	if (address < *start || address - *start > MEMORY || size > MEMORY - (address - *start))
		return READ_EXCLUDED;
	memcpy(buffer, memory + (address - *start), size);
	return READ_OK;
}

static const struct {
	const char *name;
	int64_t offset; /* from _text, or absolute when @fixed */
	char type;
	bool fixed;
} table[] = {
	{"fixed_percpu_data", 0, 'A', true},
	{"cpu_number", 0x1f000, 'A', true},
	{"_text", 0, 'T', false},
	{"_stext", 0, 'T', false},
	{"do_one", 0x40, 't', false},
	{"do_two", 0x80, 'T', false},
	{"LONG", 0x90, 't', false},
	{"_etext", 0x100, 'T', false},
	{"init_task", 0x800, 'D', false},
	{"_end", 0x1000, 'B', false},
};

enum { N = sizeof table / sizeof *table, LONG = 6 };

static char long_name[300];

/* Names in tokens of one character, but for "do_", which has a token of its own. */
static void put_names(enum byte_order order, bool two_bytes, size_t long_length)
{
	size_t at = NAMES, token = TOKEN_TABLE;

	for (unsigned i = 0; i < 256; i++) {
		put_uint(memory + TOKEN_INDEX + 2 * i, 2, token - TOKEN_TABLE, order);
		if (i == 1) {
			memcpy(memory + token, "do_", 4);
			token += 4;
		} else {
			memory[token] = (uint8_t)(i ? i : '!');
			memory[token + 1] = 0;
			token += 2;
		}
	}
	memset(long_name, 'x', sizeof long_name);
	long_name[long_length] = '\0';
	for (size_t i = 0; i < N; i++) {
		const char *name = i == LONG ? long_name : table[i].name;
		bool has_do = strncmp(name, "do_", 3) == 0;
		size_t n = 1 + strlen(name) - (has_do ? 2 : 0);

		if (two_bytes && n > 127) {
			memory[at++] = (uint8_t)(n & 0x7f) | 0x80;
			memory[at++] = (uint8_t)(n >> 7);
		} else {
			memory[at++] = (uint8_t)n;
		}
		memory[at++] = (uint8_t)table[i].type;
		if (has_do) {
			memory[at++] = 1;
			name += 3;
		}
		memcpy(memory + at, name, strlen(name));
		at += strlen(name);
	}
}

enum form { PERCPU, RELATIVE, PLACE, ABSOLUTE, ADDRESSES };

static struct kallsyms_places made(enum form form, enum byte_order order, uint8_t word, uint64_t start,
				   uint64_t text)
{
	struct kallsyms_places p = {.num_syms = start + NUM,
				    .names = start + NAMES,
				    .token_table = start + TOKEN_TABLE,
				    .token_index = start + TOKEN_INDEX,
				    .offsets = start + OFFSETS,
				    .stext = text};

	memset(memory, 0, sizeof memory);
	put_uint(memory + NUM, 4, N, order);
	if (form == PERCPU || form == RELATIVE) {
		p.relative_base = start + BASE_AT;
		put_uint(memory + BASE_AT, word, text, order);
	}
	if (form == ADDRESSES) {
		p.addresses = p.offsets;
		p.offsets = 0;
	}
	for (size_t i = 0; i < N; i++) {
		uint64_t address =
			table[i].fixed ? (uint64_t)table[i].offset : text + (uint64_t)table[i].offset;
		uint64_t value = address;

		if (form == PERCPU)
			value = table[i].fixed ? address : text - 1 - address;
		else if (form == RELATIVE)
			value = address - text;
		else if (form == PLACE)
			value = address - (start + OFFSETS + 4 * i);
		if (form == ADDRESSES)
			put_uint(memory + OFFSETS + word * i, word, value, order);
		else
			put_uint(memory + OFFSETS + 4 * i, 4, value, order);
	}
	return p;
}

static void reads_every_encoding(void)
{
	static const struct {
		enum form form;
		enum byte_order order;
		uint8_t word;
		bool two_bytes;
		const char *release;
	} cases[] = {
		{PERCPU, ORDER_LITTLE, 8, false, "5.10.0"},  {PERCPU, ORDER_LITTLE, 8, true, "6.1.0"},
		{RELATIVE, ORDER_BIG, 8, true, NULL},        {RELATIVE, ORDER_LITTLE, 4, true, "6.12"},
		{PLACE, ORDER_LITTLE, 8, true, "7.0"},       {PLACE, ORDER_BIG, 4, true, "7.0"},
		{ABSOLUTE, ORDER_BIG, 4, true, "7.1"},       {ADDRESSES, ORDER_BIG, 4, false, "4.14"},
		{ADDRESSES, ORDER_LITTLE, 8, false, "5.4"},  {RELATIVE, ORDER_LITTLE, 8, false, NULL},
		{RELATIVE, ORDER_LITTLE, 8, true, "5.10.0"}, {ADDRESSES, ORDER_BIG, 8, true, "6.9"},
	};

	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		uint64_t start = cases[c].word == 8 ? 0xffffffff81800000 : START;
		uint64_t text = start - 0x100000, offset;
		struct kallsyms_places p = made(cases[c].form, cases[c].order, cases[c].word, start, text);
		struct symbols *s = symbols_new(&arena);
		const struct symbol *found;

		p.release = cases[c].release;
		/* one byte holds up to 255, where a reader of two would go astray */
		put_names(cases[c].order, cases[c].two_bytes, cases[c].two_bytes ? 280 : 200);
		if (!symbols_load_kallsyms(s, &p, cases[c].order, cases[c].word, from_memory, &start)) {
			FAIL("case %zu: %s", c, fail_text());
			continue;
		}
		CHECK_STR(symbols_origin(s), "kallsyms in memory");
		for (size_t i = 0; i < N; i++) {
			found = symbol_find(s, i == LONG ? long_name : table[i].name);
			if (!found) {
				FAIL("case %zu: no %s", c, table[i].name);
				continue;
			}
			/* what lies outside the image has no meaning where all is relative */
			if (!table[i].fixed)
				CHECK_EQ_U64(found->address, text + (uint64_t)table[i].offset);
			else if (cases[c].form == PERCPU)
				CHECK_EQ_U64(found->address, (uint64_t)table[i].offset);
			CHECK(found->type == table[i].type);
			CHECK(cases[c].form != PERCPU || found->slides == !table[i].fixed);
		}
		CHECK_STR(symbol_text_at(s, text + 0x44, &offset)->name, "do_one");
		CHECK_EQ_U64(offset, 4);
		CHECK(symbols_is_text(s, text + 0xff) && !symbols_is_text(s, text + 0x800));
		CHECK(!symbol_at(s, text + 0x1000, NULL));
	}
}

static void says_what_does_not_fit(void)
{
	uint64_t start = START;
	struct kallsyms_places p = made(RELATIVE, ORDER_LITTLE, 4, START, START - 0x1000);
	struct symbols *s = symbols_new(&arena);

	put_names(ORDER_LITTLE, true, 50);
	p.stext += 4;
	CHECK(!symbols_load_kallsyms(s, &p, ORDER_LITTLE, 4, from_memory, &start));
	CHECK(strstr(fail_text(), "_stext"));
	p.stext -= 4;
	p.offsets = 0x1000;
	CHECK(!symbols_load_kallsyms(s, &p, ORDER_LITTLE, 4, from_memory, &start));
	CHECK(strstr(fail_text(), "kallsyms_offsets"));
	CHECK(strstr(fail_text(), "excluded"));
	p.names = 0;
	CHECK(!symbols_load_kallsyms(s, &p, ORDER_LITTLE, 4, from_memory, &start));
	put_uint(memory + NUM, 4, 0xffffffff, ORDER_LITTLE);
	p.names = START + NAMES;
	CHECK(!symbols_load_kallsyms(s, &p, ORDER_LITTLE, 4, from_memory, &start));
	CHECK(strstr(fail_text(), "num_syms"));
}

/* Every byte of the tables changed: symbols or a message. */
static void survives_damage(void)
{
	uint64_t start = START;
	size_t loaded = 0;

	for (size_t at = 0; at < 0x3200; at += at < 0x2000 ? 61 : 3) {
		struct kallsyms_places p = made(RELATIVE, ORDER_LITTLE, 4, START, START - 0x1000);
		struct arena own = {0};
		struct symbols *s = symbols_new(&own);

		put_names(ORDER_LITTLE, true, 280);
		memory[at] ^= 0xa5;
		fail_clear();
		if (symbols_load_kallsyms(s, &p, ORDER_LITTLE, 4, from_memory, &start))
			loaded++;
		else
			CHECK(fail_text()[0]);
		arena_free(&own);
	}
	CHECK(loaded > 10);
}

int main(void)
{
	RUN(reads_every_encoding);
	RUN(says_what_does_not_fit);
	RUN(survives_damage);
	arena_free(&arena);
	return check_done();
}
