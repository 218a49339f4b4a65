/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception index tables as bytes: every instruction of the ABI's table, every form of entry, both byte
 * orders. */
#include <stdlib.h>

#include "check.h"
#include "debuginfo/exidx.h"

#define INDEX 0xc0800000U
#define TAB   0xc0900000U
enum { MOST = 8, TAB_WORDS = 512 };
enum { SP = 13, LR = 14, PC = 15 };

static uint8_t index_bytes[MOST * 8], tab[TAB_WORDS * 4];
static struct unwind_row row;
static enum byte_order order;

static bool read_tab(void *context, uint64_t address, uint8_t *bytes, size_t size)
{
	(void)context;
	if (address < TAB || address + size > TAB + sizeof tab)
		return false;
	memcpy(bytes, tab + (address - TAB), size);
	return true;
}

static uint32_t prel31(uint64_t to, uint64_t from)
{
	return (uint32_t)(to - from) & 0x7fffffff;
}

/* Function @i is at @address; its word is @second, or a reference when that is an address of the other table.
 */
static void entry(size_t i, uint64_t address, uint64_t second)
{
	if (second >= TAB && second < TAB + sizeof tab)
		second = prel31(second, INDEX + i * 8 + 4);
	put_uint(index_bytes + i * 8, 4, prel31(address, INDEX + i * 8), order);
	put_uint(index_bytes + i * 8 + 4, 4, second, order);
}

static struct exidx table(size_t n)
{
	struct exidx x = {.index = index_bytes, .n = n, .address = INDEX, .order = order, .read = read_tab};

	exidx_check(&x);
	return x;
}

static enum exidx_answer ask(const struct exidx *x, uint64_t pc)
{
	memset(&row, 0, sizeof row);
	return exidx_row(x, pc, &row, NULL);
}

/* Instructions as hexadecimal text, in an entry of personality routine 1. */
static bool run(const char *text)
{
	uint8_t code[64] = {0};
	size_t n = 0;
	struct exidx x;
	char *next;

	for (unsigned long byte = strtoul(text, &next, 16); next != text; byte = strtoul(text, &next, 16)) {
		code[n++] = (uint8_t)byte;
		text = next;
	}
	while (n < 2 || (n - 2) % 4)
		code[n++] = 0xb0;
	put_uint(tab, 4, 0x81000000 | (n - 2) / 4 << 16 | (unsigned)code[0] << 8 | code[1], order);
	for (size_t i = 2; i < n; i += 4)
		put_uint(tab + 4 + (i - 2), 4,
			 (uint32_t)code[i] << 24 | code[i + 1] << 16 | code[i + 2] << 8 | code[i + 3], order);
	entry(0, 0xc0100000, TAB);
	x = table(1);
	return ask(&x, 0xc0100010) == EXIDX_UNWINDS;
}

static bool cfa_is(unsigned reg, int64_t offset)
{
	return row.kind == FRAME_CALL && row.cfa.kind == RULE_REG_PLUS && row.cfa.reg == reg &&
	       row.cfa.offset == offset && !row.cfa_deref && row.n_regs == 16 && !row.signal;
}

static bool at(unsigned n, unsigned reg, int64_t offset)
{
	return row.regs[n].kind == RULE_AT_REG && row.regs[n].reg == reg && row.regs[n].offset == offset;
}

#define FOR_BOTH_ORDERS for (order = ORDER_LITTLE; order <= ORDER_BIG; order++)

static void instructions(void)
{
	FOR_BOTH_ORDERS
	{
		CHECK(run("b0") && cfa_is(SP, 0) && row.return_reg == LR && row.regs[LR].kind == RULE_ABI);
		CHECK(row.regs[4].kind == RULE_ABI && row.regs[0].kind == RULE_UNDEFINED);
		CHECK(row.regs[12].kind == RULE_UNDEFINED && row.regs[SP].kind == RULE_ABI);
		CHECK_STR(row.origin, "EXIDX");
		/* vsp += 4 .. 256, vsp -= 4 .. 256 */
		CHECK(run("00 b0") && cfa_is(SP, 4));
		CHECK(run("3f 3f") && cfa_is(SP, 512));
		CHECK(run("01 40") && cfa_is(SP, 4));
		CHECK(run("3f 7f") && cfa_is(SP, 0));
		/* pop under a mask; r4 and lr, then all from r4 to r11 and pc */
		CHECK(run("84 01") && cfa_is(SP, 8) && at(4, SP, 0) && at(LR, SP, 4) && row.return_reg == LR);
		CHECK(run("88 ff") && cfa_is(SP, 36) && at(11, SP, 28) && at(PC, SP, 32));
		CHECK_EQ_U64(row.return_reg, PC);
		CHECK(!run("80 00")); /* refuse to unwind */
		/* vsp = r7, with what was pushed below it */
		CHECK(run("97 41 84 80") && cfa_is(7, 0));
		CHECK(at(11, 7, -8) && at(LR, 7, -4));
		CHECK(!run("9d") && !run("9f"));
		/* pop r4 to r[4+n], and lr */
		CHECK(run("a0") && cfa_is(SP, 4) && at(4, SP, 0) && row.regs[5].kind == RULE_ABI);
		CHECK(run("a7") && cfa_is(SP, 32) && at(11, SP, 28));
		CHECK(run("ab") && cfa_is(SP, 20) && at(7, SP, 12) && at(LR, SP, 16));
		/* r0 to r3 */
		CHECK(run("b1 09") && cfa_is(SP, 8) && at(0, SP, 0) && at(3, SP, 4));
		CHECK(!run("b1 00") && !run("b1 10"));
		/* vsp += 0x204 + (uleb128 << 2) */
		CHECK(run("b2 00") && cfa_is(SP, 0x204));
		CHECK(run("b2 81 01") && cfa_is(SP, 0x204 + 0x81 * 4));
		CHECK(!run("b2 ff ff ff ff ff ff ff ff ff"));
		/* VFP registers, and the word that FSTMFDX adds */
		CHECK(run("b3 83") && cfa_is(SP, 4 * 8 + 4));
		CHECK(run("b9") && cfa_is(SP, 2 * 8 + 4));
		CHECK(run("c8 01") && cfa_is(SP, 16));
		CHECK(run("c9 8f") && cfa_is(SP, 128));
		CHECK(run("d7") && cfa_is(SP, 64));
		/* return address authentication */
		CHECK(run("b5 84 08 b4") && cfa_is(SP, 12) && at(7, SP, 0) && at(LR, SP, 4));
		/* iWMMXt */
		CHECK(run("c2") && cfa_is(SP, 24));
		CHECK(run("c6 a2") && cfa_is(SP, 24));
		CHECK(run("c7 05") && cfa_is(SP, 8));
		CHECK(!run("c7 00") && !run("c7 10"));
		/* spare */
		CHECK(!run("b6") && !run("b7") && !run("ca") && !run("cf") && !run("d8") && !run("ff"));
		/* what follows the end does not count */
		CHECK(run("00 b0 ff ff ff") && cfa_is(SP, 4));
	}
}

/* A stack pointer that comes from memory: __bad_stack's frame, and a frame pointer that was popped. */
static void loaded_stack_pointers(void)
{
	FOR_BOTH_ORDERS
	{
		CHECK(run("84 80 8a 00") && row.cfa_deref && row.cfa.reg == SP && row.cfa.offset == 8);
		CHECK_EQ_U64(row.cfa_add, 0);
		CHECK(at(11, SP, 0) && at(LR, SP, 4) && at(PC, SP, 12) && row.return_reg == PC);
		CHECK(run("84 80 9b 00 a8") && row.cfa_deref && row.cfa.reg == SP && row.cfa.offset == 0);
		CHECK(row.cfa_add == 12 && row.regs[4].kind == RULE_AT_CFA && row.regs[4].offset == -8);
		CHECK(row.regs[LR].kind == RULE_AT_CFA && row.regs[LR].offset == -4);
		/* twice is more than a row can say */
		CHECK(!run("82 00 82 00"));
		CHECK(!run("82 00 97"));
	}
}

static void entries(void)
{
	FOR_BOTH_ORDERS
	{
		uint64_t start = 0;
		struct exidx x;

		entry(0, 0xc0100000, 0x80a8b0b0); /* pop {r4, lr}, in the index itself */
		entry(1, 0xc0100100, 1);
		entry(2, 0xc0100200, 0x8000b0b0);
		entry(3, 0xc0100300, TAB);
		entry(4, 0xc0100400, TAB + 16);
		entry(5, 0xc0100500, TAB + 32);
		entry(6, 0xc0100600, 0x84000000);
		entry(7, 0xc0100700, 0x12345678); /* far away: cannot be read */
		put_uint(tab, 4, 0x800201b0, order);
		put_uint(tab + 16, 4, prel31(0xc0200000, TAB + 16), order); /* a routine of its own */
		put_uint(tab + 20, 4, 0x01a8a800, order);
		put_uint(tab + 24, 4, 0x01b0b0b0, order);
		put_uint(tab + 32, 4, 0x83000000, order);
		x = table(8);
		CHECK(!x.unsorted);
		CHECK(ask(&x, 0xc00fffff) == EXIDX_NONE);
		CHECK(exidx_row(&x, 0xc01000ff, &row, &start) == EXIDX_UNWINDS && start == 0xc0100000);
		CHECK(cfa_is(SP, 8) && at(4, SP, 0) && at(LR, SP, 4));
		CHECK(ask(&x, 0xc0100100) == EXIDX_CANNOT);
		CHECK(ask(&x, 0xc0100200) == EXIDX_UNWINDS && cfa_is(SP, 4));
		CHECK(ask(&x, 0xc0100300) == EXIDX_UNWINDS && cfa_is(SP, 20));
		CHECK(ask(&x, 0xc0100400) == EXIDX_UNWINDS && cfa_is(SP, 8 + 8 + 4 + 8));
		CHECK(ask(&x, 0xc0100500) == EXIDX_NONE);
		CHECK(ask(&x, 0xc0100600) == EXIDX_NONE);
		CHECK(ask(&x, 0xc0100700) == EXIDX_NONE);
		/* in any order */
		entry(0, 0xc0100300, 0x8000b0b0);
		entry(1, 0xc0100100, 0x8001b0b0);
		entry(2, 0xc0100200, 0x8002b0b0);
		x = table(3);
		CHECK(x.unsorted);
		CHECK(ask(&x, 0xc0100180) == EXIDX_UNWINDS && cfa_is(SP, 8));
		CHECK(ask(&x, 0xc0100280) == EXIDX_UNWINDS && cfa_is(SP, 12));
		CHECK(ask(&x, 0xc0100380) == EXIDX_UNWINDS && cfa_is(SP, 4));
		CHECK(ask(&x, 0xc0100000) == EXIDX_NONE);
		x = table(0);
		CHECK(ask(&x, 0xc0100000) == EXIDX_NONE);
	}
}

int main(void)
{
	RUN(instructions);
	RUN(loaded_stack_pointers);
	RUN(entries);
	return check_done();
}
