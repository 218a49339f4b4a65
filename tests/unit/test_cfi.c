/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "debuginfo/cfi.h"

static struct arena arena;
static struct unwind_row row;

/* A section under construction. */
static uint8_t data[1024];
static size_t size;
static enum byte_order order;
static uint8_t word;

static void put(size_t bytes, uint64_t value)
{
	put_uint(data + size, bytes, value, order);
	size += bytes;
}

static void put_bytes(const char *bytes, size_t n)
{
	memcpy(data + size, bytes, n);
	size += n;
}

static void begin(enum byte_order o, uint8_t word_size)
{
	order = o;
	word = word_size;
	size = 0;
}

/* Version 1 (return register 16, factors 1 and -@word), CFA = r7 + word, return address at CFA - word. */
static size_t put_cie(const char *augmentation, const char *extra, size_t n_extra)
{
	size_t at = size;

	put(4, 0);
	put(4, 0xffffffff);
	put(1, 1);
	put_bytes(augmentation, strlen(augmentation) + 1);
	put(1, 1);
	put(1, (uint8_t)(word == 8 ? 0x78 : 0x7c));
	put(1, 16);
	put_bytes(extra, n_extra);
	put_bytes("\x0c\x07", 2);
	put(1, word);
	put_bytes("\x90\x01", 2);
	put_uint(data + at, 4, size - at - 4, order);
	return at;
}

static void put_fde(size_t cie, uint64_t start, uint64_t length, const char *program, size_t n)
{
	size_t at = size;

	put(4, 0);
	put(4, cie);
	put(word, start);
	put(word, length);
	put_bytes(program, n);
	put_uint(data + at, 4, size - at - 4, order);
}

static struct cfi *opened(bool is_eh, uint64_t address)
{
	const struct cfi_section section = {data, size, address, is_eh, order, word};

	return cfi_open(&arena, &section);
}

static bool cfa_is(struct cfi *c, uint64_t address, uint16_t reg, int64_t offset)
{
	return cfi_row(c, address, &row) && row.cfa.kind == RULE_REG_PLUS && row.cfa.reg == reg &&
	       row.cfa.offset == offset;
}

#define PROGRAM(text) text, sizeof(text) - 1

/* push %rbp; mov %rsp,%rbp; ...; leave; ret -- in both orders and word sizes */
static void follows_a_function(void)
{
	for (unsigned i = 0; i < 4; i++) {
		uint64_t base = i & 1 ? 0xffffffff81000000 : 0x81000000;
		int64_t w;
		struct cfi *c;
		size_t cie;

		begin(i & 2 ? ORDER_BIG : ORDER_LITTLE, i & 1 ? 8 : 4);
		w = word;
		cie = put_cie("", "", 0);
		/* the second first: the index sorts */
		put_fde(cie, base + 0x40, 0x10, PROGRAM(""));
		put_fde(cie, base, 0x20,
			PROGRAM("\x41\x0e\x10\x86\x02\x43\x0d\x06\x0a\x50\x0c\x07\x08\xc6\x41\x0b\x42\x08\x06"
				"\x07\x03"));
		c = opened(false, 0);
		CHECK_EQ_U64(cfi_entries(c), 2);
		CHECK(!cfi_row(c, base - 1, &row));
		CHECK(cfa_is(c, base, 7, w));
		CHECK(row.return_reg == 16 && row.regs[16].kind == RULE_AT_CFA && row.regs[16].offset == -w);
		CHECK(row.regs[6].kind == RULE_ABI);
		CHECK(cfa_is(c, base + 1, 7, 16));
		CHECK(row.regs[6].kind == RULE_AT_CFA && row.regs[6].offset == -2 * w);
		CHECK(cfa_is(c, base + 4, 6, 16));
		CHECK(cfa_is(c, base + 0x13, 6, 16));
		CHECK(cfa_is(c, base + 0x14, 7, 8)); /* restored to what the CIE says */
		CHECK(row.regs[6].kind == RULE_ABI);
		CHECK(cfa_is(c, base + 0x15, 6, 16)); /* and back to what was remembered */
		CHECK(row.regs[6].kind == RULE_AT_CFA);
		CHECK(cfa_is(c, base + 0x1f, 6, 16));
		CHECK(row.regs[6].kind == RULE_SAME && row.regs[3].kind == RULE_UNDEFINED);
		CHECK(!cfi_row(c, base + 0x20, &row));
		CHECK(cfa_is(c, base + 0x4f, 7, w));
		CHECK(!cfi_row(c, base + 0x50, &row));
		CHECK(row.kind == FRAME_CALL && !row.signal);
	}
}

/* A function that gives its frame back returns, one that never does not; of some nothing can be said. */
static void sees_who_returns(void)
{
	for (unsigned i = 0; i < 4; i++) {
		struct cfi *c;
		size_t cie;

		begin(i & 2 ? ORDER_BIG : ORDER_LITTLE, i & 1 ? 8 : 4);
		cie = put_cie("", "", 0);
		put_fde(cie, 0x1000, 0x100, PROGRAM(""));                     /* makes no frame */
		put_fde(cie, 0x1100, 0x100, PROGRAM("\x41\x0e\x20\x86\x02")); /* makes one and keeps it */
		put_fde(cie, 0x1200, 0x100, PROGRAM("\x0e\x20\x86\x02"));     /* was made elsewhere */
		put_fde(cie, 0x1300, 0x100, PROGRAM("\x41\x0e\x20\x86\x02\x42\x0e\x04\x0e\x08"));
		put_fde(cie, 0x1400, 0x100, PROGRAM("\x41\x0e\x20\x0a\x42\x0e\x04\x0e\x08\x41\x0b"));
		c = opened(false, 0);
		CHECK(cfi_returns(c, 0x1010));
		CHECK(!cfi_returns(c, 0x1110));
		CHECK(cfi_returns(c, 0x1210));
		CHECK(cfi_returns(c, 0x1310));
		CHECK(cfi_returns(c, 0x1410));
		CHECK(cfi_returns(c, 0x5000)); /* no table knows it */
	}
}

/* As the assembler begins every CIE for MIPS: def_cfa_register r29 and no offset, which is then 0. */
static void begins_with_a_register_alone(void)
{
	struct cfi *c;

	begin(ORDER_BIG, 4);
	put(4, 14);
	put(4, 0xffffffff);
	put_bytes("\x01\0\x01\x7c\x1f\x0d\x1d\0\0\0", 10);
	/* addiu sp,sp,-24; sw ra,20(sp) */
	put_fde(0, 0x80100000, 0x20, PROGRAM("\x44\x0e\x18\x44\x9f\x01\0\0"));
	c = opened(false, 0);
	CHECK(cfa_is(c, 0x80100000, 29, 0));
	CHECK(cfa_is(c, 0x80100004, 29, 24));
	CHECK(row.regs[31].kind == RULE_ABI);
	CHECK(cfa_is(c, 0x80100008, 29, 24));
	CHECK(row.return_reg == 31 && row.regs[31].kind == RULE_AT_CFA && row.regs[31].offset == -4);
}

static void keeps_expressions(void)
{
	struct cfi *c;
	size_t cie;

	begin(ORDER_LITTLE, 8);
	cie = put_cie("", "", 0);
	/* def_cfa_expression {breg7 0; deref}; expression r6 {breg6 8}; val_expression r3 {lit1}; val_offset
	 * r2 2 */
	put_fde(cie, 0x1000, 0x100,
		PROGRAM("\x0f\x03\x77\x00\x06\x10\x06\x02\x76\x08\x16\x03\x01\x31\x14\x02\x02\x09\x01\x05"));
	c = opened(false, 0);
	REQUIRE(cfi_row(c, 0x1080, &row));
	CHECK(row.cfa.kind == RULE_EXPR && row.cfa.expr_size == 3);
	CHECK_MEM(row.cfa.expr, "\x77\x00\x06", 3);
	CHECK(row.regs[6].kind == RULE_AT_EXPR && row.regs[6].expr_size == 2);
	CHECK(row.regs[3].kind == RULE_EXPR && row.regs[3].expr_size == 1);
	CHECK(row.regs[2].kind == RULE_CFA_PLUS && row.regs[2].offset == -16);
	CHECK(row.regs[1].kind == RULE_REG_PLUS && row.regs[1].reg == 5 && row.regs[1].offset == 0);
}

/* .eh_frame: the CIE by distance, pointers relative to their place, a signal frame. */
static void reads_eh_frame(void)
{
	struct cfi *c;
	size_t cie, fde;

	begin(ORDER_LITTLE, 8);
	cie = put_cie("zRS", "\x01\x1b", 2);
	put_uint(data + cie + 4, 4, 0, order);
	fde = size;
	put(4, 4 + 4 + 4 + 1 + 1);
	put(4, fde + 4 - cie);
	put(4, 0x2000 - (0x5000 + size));
	put(4, 0x80);
	put(1, 0);
	put(1, 0);
	put(4, 0);
	c = opened(true, 0x5000);
	CHECK_EQ_U64(cfi_entries(c), 1);
	CHECK(cfa_is(c, 0x2000, 7, 8));
	CHECK(row.signal);
	CHECK(cfa_is(c, 0x207f, 7, 8));
	CHECK(!cfi_row(c, 0x2080, &row) && !cfi_row(c, 0x1fff, &row));
}

static void knows_the_outermost_frame(void)
{
	struct cfi *c;
	size_t cie;

	begin(ORDER_LITTLE, 8);
	cie = put_cie("", "", 0);
	put_fde(cie, 0x1000, 0x10, PROGRAM("\x07\x10"));
	c = opened(false, 0);
	REQUIRE(cfi_row(c, 0x1000, &row));
	CHECK(row.kind == FRAME_END);
}

/* Every cut and every changed byte: an answer or none, nothing worse. */
static void survives_damage(void)
{
	uint8_t whole[sizeof data];
	size_t cie, n, rows = 0;

	begin(ORDER_LITTLE, 8);
	cie = put_cie("zR", "\x01\x03", 2);
	put_fde(cie, 0x1000, 0x100, PROGRAM("\x00\x41\x0e\x10\x0a\x42\x0b\x0f\x03\x77\x00\x06\x02\x10"));
	put_fde(cie, 0x2000, 0x100, PROGRAM("\x00\x44\x0c\x06\x10\x12\x05\x7f"));
	n = size;
	memcpy(whole, data, n);
	for (size_t cut = 0; cut < n; cut++) {
		size = cut;
		rows += cfi_row(opened(false, 0), 0x2004, &row);
	}
	size = n;
	for (size_t at = 0; at < n; at++) {
		for (unsigned value = 0; value < 256; value += 15) {
			memcpy(data, whole, n);
			data[at] = (uint8_t)value;
			rows += cfi_row(opened(false, 0), 0x1080, &row);
			rows += cfi_row(opened(true, 0), 0x2004, &row);
		}
	}
	CHECK(rows > 10);
	/* states remembered without end */
	begin(ORDER_LITTLE, 8);
	cie = put_cie("", "", 0);
	put_fde(cie, 0x1000, 0x100, PROGRAM("\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a"));
	CHECK(!cfi_row(opened(false, 0), 0x1000, &row));
}

int main(void)
{
	RUN(follows_a_function);
	RUN(sees_who_returns);
	RUN(begins_with_a_register_alone);
	RUN(keeps_expressions);
	RUN(reads_eh_frame);
	RUN(knows_the_outermost_frame);
	RUN(survives_damage);
	arena_free(&arena);
	return check_done();
}
