/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "check.h"
#include "debuginfo/dwarf_expr.h"

static bool reg(void *context, uint64_t number, uint64_t *value)
{
	(void)context;
	*value = 0x1000 * (number + 1);
	return number < 20;
}

static enum read_status from_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	uint8_t *to = buffer;

	(void)context;
	if (address >= 0x9000)
		return READ_EXCLUDED;
	for (size_t i = 0; i < size; i++)
		to[i] = (uint8_t)(address + i);
	return READ_OK;
}

static struct expr_env env_of(uint8_t word, enum byte_order order)
{
	return (struct expr_env){.reg = reg,
				 .read = from_memory,
				 .order = order,
				 .word_size = word,
				 .slide = 0x100000,
				 .has_cfa = true,
				 .cfa = 0x7777,
				 .has_frame_base = true,
				 .frame_base = 0x5000};
}

#define EXPR(text) (const uint8_t *)(text), sizeof(text) - 1

static const struct {
	const char *text;
	size_t size;
	uint64_t value; /* in 64 bits; what 32 bits give is its low half unless @narrow */
	uint64_t narrow;
} cases[] = {
#define CASE(text, value)                                                                                    \
	{                                                                                                    \
		text, sizeof(text) - 1, value, (uint32_t)(value)                                             \
	}
#define CASE2(text, value, narrow)                                                                           \
	{                                                                                                    \
		text, sizeof(text) - 1, value, narrow                                                        \
	}
	CASE("\x30", 0),
	CASE("\x4f", 31),
	CASE("\x08\xff", 255),
	CASE("\x09\xff", UINT64_MAX),
	CASE("\x0a\x34\x12", 0x1234),
	CASE("\x0b\xfe\xff", (uint64_t)-2),
	CASE("\x0c\x78\x56\x34\x12", 0x12345678),
	CASE("\x0d\xfd\xff\xff\xff", (uint64_t)-3),
	CASE("\x0e\x88\x77\x66\x55\x44\x33\x22\x11", 0x1122334455667788),
	CASE("\x10\xe5\x8e\x26", 624485),
	CASE("\x11\x7e", (uint64_t)-2),
	CASE("\x31\x32\x12\x13\x13", 1),        /* dup drop drop */
	CASE("\x31\x32\x14", 1),                /* over */
	CASE("\x31\x32\x33\x15\x02", 1),        /* pick 2 */
	CASE("\x31\x32\x16", 1),                /* swap */
	CASE("\x31\x32\x33\x17", 2),            /* rot */
	CASE("\x11\x79\x19", 7),                /* abs */
	CASE("\x3f\x33\x1a", 3),                /* 15 & 3 */
	CASE("\x11\x79\x32\x1b", (uint64_t)-3), /* -7 / 2 */
	CASE("\x37\x33\x1c", 4),
	CASE("\x37\x33\x1d", 1),
	CASE("\x37\x33\x1e", 21),
	CASE("\x37\x1f", (uint64_t)-7),
	CASE("\x37\x20", (uint64_t)-8),
	CASE("\x34\x33\x21", 7),
	CASE("\x34\x33\x22", 7),
	CASE("\x34\x23\x10", 20),
	CASE("\x31\x34\x24", 16),
	CASE2("\x31\x08\x28\x24", 1ULL << 40, 0),
	CASE2("\x11\x70\x34\x25", 0x0fffffffffffffff, 0x0fffffff),
	CASE("\x11\x70\x34\x26", (uint64_t)-1),
	CASE("\x11\x70\x08\x80\x26", (uint64_t)-1),
	CASE("\x35\x33\x27", 6),
	CASE("\x31\x28\x01\x00\x96\x34", 4), /* a taken branch over a nop */
	CASE("\x30\x28\x01\x00\x36\x34", 4), /* one not taken */
	CASE("\x2f\x01\x00\x36\x39", 9),     /* skip */
	CASE("\x33\x33\x29", 1),
	CASE("\x11\x7f\x31\x2d", 1), /* -1 < 1 */
	CASE("\x11\x7f\x31\x2b", 0), /* -1 > 1 */
	CASE("\x33\x33\x2c", 1),
	CASE("\x33\x33\x2a", 1),
	CASE("\x33\x34\x2e", 1),
	CASE("\x77\x08", 0x8008),      /* breg7 8 */
	CASE("\x77\x78", 0x7ff8),      /* breg7 -8 */
	CASE("\x92\x13\x01", 0x14001), /* bregx 19 1 */
	CASE("\x91\x70", 0x4ff0),      /* fbreg -16 */
	CASE("\x9c", 0x7777),
	CASE("\x0a\x01\x20\x94\x02", 0x0201), /* deref_size 2 */
	CASE("\x33\xa8\x00", 3),
	/* the .plt of x86: breg7 8, breg16 0, lit15, and, lit11, ge, lit3, shl, plus */
	CASE("\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22", 0x8008),
};

static void computes(void)
{
	for (unsigned word = 4; word <= 8; word += 4) {
		struct expr_env env = env_of((uint8_t)word, ORDER_LITTLE);

		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			uint64_t got = 0;

			if (!expr_number(&env, (const uint8_t *)cases[i].text, cases[i].size, NULL, &got))
				FAIL("case %zu: %s", i, fail_text());
			else if (got != (word == 8 ? cases[i].value : cases[i].narrow))
				FAIL("case %zu, word %u: %#llx", i, word, (unsigned long long)got);
		}
	}
}

static void follows_the_targets_order(void)
{
	struct expr_env env = env_of(4, ORDER_BIG);
	uint64_t got;

	CHECK(expr_number(&env, EXPR("\x0a\x12\x34"), NULL, &got) && got == 0x1234);
	CHECK(expr_number(&env, EXPR("\x03\x00\x00\x20\x01"), NULL, &got) && got == 0x102001);
	CHECK(expr_number(&env, EXPR("\x0a\x20\x01\x06"), NULL, &got) && got == 0x01020304);
	env = env_of(8, ORDER_LITTLE);
	CHECK(expr_number(&env, EXPR("\x0a\x01\x20\x06"), NULL, &got) && got == 0x0807060504030201);
}

static void starts_with_a_value(void)
{
	struct expr_env env = env_of(8, ORDER_LITTLE);
	uint64_t first = 0x40, got;

	CHECK(expr_number(&env, EXPR("\x23\x08"), &first, &got) && got == 0x48);
	CHECK(expr_number(&env, EXPR(""), &first, &got) && got == 0x40);
}

static void describes_places(void)
{
	struct expr_env env = env_of(8, ORDER_LITTLE);
	struct expr_result r;

	CHECK(expr_eval(&env, EXPR("\x55"), NULL, &r) && r.whole.kind == EXPR_REGISTER && r.whole.value == 5);
	CHECK(expr_eval(&env, EXPR("\x90\x21"), NULL, &r) && r.whole.kind == EXPR_REGISTER &&
	      r.whole.value == 33);
	CHECK(expr_eval(&env, EXPR("\x35\x9f"), NULL, &r) && r.whole.kind == EXPR_VALUE &&
	      r.whole.value == 5);
	CHECK(expr_eval(&env,
			EXPR("\x9e\x03"
			     "abc"),
			NULL, &r) &&
	      r.whole.kind == EXPR_BYTES && r.whole.size == 3);
	CHECK_MEM(r.whole.bytes, "abc", 3);
	CHECK(expr_eval(&env, EXPR(""), NULL, &r) && r.whole.kind == EXPR_LOST);
	/* reg3 piece 4, piece 2 (lost), breg7 0 piece 2, lit1 stack_value bit_piece 4 3 */
	CHECK(expr_eval(&env, EXPR("\x53\x93\x04\x93\x02\x77\x00\x93\x02\x31\x9f\x9d\x04\x03"), NULL, &r));
	CHECK_EQ_U64(r.n_pieces, 4);
	CHECK(r.pieces[0].kind == EXPR_REGISTER && r.pieces[0].value == 3 && r.pieces[0].bit_size == 32);
	CHECK(r.pieces[1].kind == EXPR_LOST && r.pieces[1].bit_size == 16);
	CHECK(r.pieces[2].kind == EXPR_ADDRESS && r.pieces[2].value == 0x8000);
	CHECK(r.pieces[3].kind == EXPR_VALUE && r.pieces[3].bit_size == 4 && r.pieces[3].bit_offset == 3);
}

/* Entries 1 to 4 are base types: int, unsigned int, long long, signed char. */
static bool base_type(void *context, uint64_t entry, struct expr_base *type)
{
	static const struct expr_base types[] = {
		{4, EXPR_SIGNED}, {4, EXPR_UNSIGNED}, {8, EXPR_SIGNED}, {1, EXPR_SIGNED}};

	(void)context;
	if (entry < 1 || entry > 4)
		return false;
	*type = types[entry - 1];
	return true;
}

static void converts(void)
{
	static const struct {
		const char *text;
		size_t size;
		uint64_t value;
	} typed[] = {
#define TYPED(text, value) {text, sizeof(text) - 1, value}
		TYPED("\x0c\xfe\xff\xff\xff\xa8\x01\xa8\x03\x9f", (uint64_t)-2), /* int to long long */
		TYPED("\x0c\xfe\xff\xff\xff\xa8\x02\xa8\x03\x9f", 0xfffffffe),   /* unsigned int */
		TYPED("\x08\x80\xa8\x04\xa8\x01\x9f", 0xffffff80),
		TYPED("\xa4\x03\x08\xf8\xff\xff\xff\xff\xff\xff\xff\xa4\x03\x08\x03\0\0\0\0\0\0\0\x1b\x9f",
		      (uint64_t)-2), /* -8 / 3 */
		TYPED("\xa4\x03\x08\xf8\xff\xff\xff\xff\xff\xff\xff\xa4\x03\x08\x03\0\0\0\0\0\0\0\x1d\x9f",
		      (uint64_t)-2),                                      /* -8 % 3 */
		TYPED("\x0c\xff\xff\xff\xff\xa8\x02\x31\xa8\x02\x2b", 1), /* 4294967295u > 1u */
		TYPED("\x0c\xff\xff\xff\xff\xa8\x01\x31\xa8\x01\x2b", 0), /* -1 > 1 */
		TYPED("\xa5\x05\x02\x9f", 0x6000),                        /* regval_type */
		TYPED("\x0a\x01\x20\xa6\x01\x04\xa8\x01\x9f", 1),         /* deref_type */
		TYPED("\x08\x85\xa8\x04\xa9\x04\xa8\x00\x9f", 0xffffff85),
	};
	struct expr_env env = env_of(4, ORDER_LITTLE);
	uint64_t got;

	env.base_type = base_type;
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		if (!expr_number(&env, (const uint8_t *)typed[i].text, typed[i].size, NULL, &got))
			FAIL("case %zu: %s", i, fail_text());
		else if (got != typed[i].value)
			FAIL("case %zu: %#llx", i, (unsigned long long)got);
	}
	CHECK(!expr_number(&env, EXPR("\x31\xa8\x09\x9f"), NULL, &got));
	CHECK(!expr_number(&env, EXPR("\x31\xa8\x01\xa9\x03\x9f"), NULL, &got)); /* of another size */
}

static bool entry_value(void *context, const uint8_t *expr, size_t size, uint64_t *value)
{
	(void)context;
	*value = 0x4000;
	return (size == 1 && expr[0] == 0x55) || fail("not that register");
}

static void asks_for_what_was_passed(void)
{
	for (unsigned old = 0; old < 2; old++) {
		struct expr_env env = env_of(8, old ? ORDER_BIG : ORDER_LITTLE);
		uint8_t expr[] = {old ? 0xf3 : 0xa3, 1, 0x55, 0x23, 8, 0x9f};
		uint64_t got;

		env.entry_value = entry_value;
		CHECK(expr_number(&env, expr, sizeof expr, NULL, &got) && got == 0x4008);
		expr[2] = 0x54;
		CHECK(!expr_number(&env, expr, sizeof expr, NULL, &got));
		CHECK(strstr(fail_text(), "not that register"));
		expr[1] = 9;
		CHECK(!expr_number(&env, expr, sizeof expr, NULL, &got));
	}
}

static void tells_where_a_pointer_leads(void)
{
	struct expr_env env = env_of(4, ORDER_BIG);
	struct expr_result r;

	CHECK(expr_eval(&env, EXPR("\xa0\x00\x01\x02\x03\x7c"), NULL, &r));
	CHECK(r.whole.kind == EXPR_POINTER && r.whole.value == 0x10203 && r.whole.offset == -4);
	env.offset_size = 8;
	CHECK(expr_eval(&env, EXPR("\xf2\0\0\0\0\x00\x01\x02\x03\x04"), NULL, &r));
	CHECK(r.whole.kind == EXPR_POINTER && r.whole.value == 0x10203 && r.whole.offset == 4);
}

static void refuses(void)
{
	static const struct {
		const char *text;
		size_t size;
		const char *says;
	} bad[] = {
#define BAD(text, says) {text, sizeof(text) - 1, says}
		BAD("\x22", "too little"),
		BAD("\x31\x30\x1b", "division by zero"),
		BAD("\x31\x30\x1d", "division by zero"),
		BAD("\x2f\xfd\xff", "does not end"), /* skip -3: for ever */
		BAD("\x2f\x10\x00", "a jump leaves"),
		BAD("\x2f\xf0\xff", "a jump leaves"),
		BAD("\x0c\x01", "cut off"),
		BAD("\x31\x12\x2f\xfc\xff", "stack overflow"),
		BAD("\x92\x20\x00", "register 32"),
		BAD("\x0a\x00\x90\x06", "page excluded"),
		BAD("\x31\x94\x09", "cannot read 9"),
		BAD("\x31\x94\x00", "cannot read 0"),
		BAD("\xff", "not supported"),
		BAD("\x9e\x7f", "cut off"),
		BAD("\xa3\x01\x55\x9f", "entry"),
		BAD("\x55", "no number"),
	};
	struct expr_env env = env_of(8, ORDER_LITTLE);
	uint64_t got;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		fail_clear();
		if (expr_number(&env, (const uint8_t *)bad[i].text, bad[i].size, NULL, &got))
			FAIL("case %zu gives %#llx", i, (unsigned long long)got);
		else if (!strstr(fail_text(), bad[i].says))
			FAIL("case %zu: %s", i, fail_text());
	}
	env.has_cfa = env.has_frame_base = false;
	CHECK(!expr_number(&env, EXPR("\x9c"), NULL, &got));
	CHECK(!expr_number(&env, EXPR("\x91\x00"), NULL, &got));
}

int main(void)
{
	RUN(computes);
	RUN(follows_the_targets_order);
	RUN(starts_with_a_value);
	RUN(describes_places);
	RUN(converts);
	RUN(asks_for_what_was_passed);
	RUN(tells_where_a_pointer_leads);
	RUN(refuses);
	return check_done();
}
