/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ppc64 instructions of a real kernel, spelled as objdump 2.40 spells them (with gdb's 0x at goals of
 * branches), in both byte orders. */
#include "../../arch/ppc64/ppc64.h"
#include "check.h"
#include "target/insn.h"

extern const struct arch arch_ppc64;

static const struct {
	uint64_t address;
	uint32_t word;
	const char *text;
} rows[] = {
	{0xc000000000016804, 0x7d210164, "mtmsrd  r9,1"},
	{0xc000000000016820, 0x0b090000, "tdnei   r9,0"},
	{0xc000000000016888, 0x792907a4, "clrrdi  r9,r9,1"},
	{0xc0000000001ad020, 0x37be0300, "addic.  r29,r30,768"},
	{0xc0000000001ad02c, 0xa0fe0324, "lhz     r7,804(r30)"},
	{0xc0000000001ad044, 0x794a1f24, "sldi    r10,r10,3"},
	{0xc0000000001ad04c, 0x7fe8502a, "ldx     r31,r8,r10"},
	{0xc0000000001ad05c, 0x7fe9fa14, "add     r31,r9,r31"},
	{0xc0000000001ad068, 0xe95e0156, "lwa     r10,340(r30)"},
	{0xc0000000001ad148, 0x4d820020, "beqlr"},
	{0xc0000000001ad164, 0x7d2a0034, "cntlzw  r10,r9"},
	{0xc0000000001ad168, 0x554ad97e, "srwi    r10,r10,5"},
	{0xc0000000001ad170, 0x7d244850, "subf    r9,r4,r9"},
	{0xc0000000001ad174, 0x9123fd04, "stw     r9,-764(r3)"},
	{0xc0000000001ad1a0, 0x7c8400d0, "neg     r4,r4"},
	{0xc0000000001ad1ac, 0x7c8407b4, "extsw   r4,r4"},
	{0xc0000000001ad1f4, 0x57c9e8f8, "rlwinm  r9,r30,29,3,28"},
	{0xc0000000001ad1f8, 0x57ca06be, "clrlwi  r10,r30,26"},
	{0xc0000000001ad200, 0x7d295436, "srd     r9,r9,r10"},
	{0xc0000000001ad2c4, 0x3ce00008, "lis     r7,8"},
	{0xc0000000001ad2d8, 0x7cc048a8, "ldarx   r6,0,r9"},
	{0xc0000000001ad2dc, 0x7cc63878, "andc    r6,r6,r7"},
	{0xc0000000001ad2e0, 0x7cc049ad, "stdcx.  r6,0,r9"},
	{0xc0000000001ad2e4, 0x40c2fff4, "bne-    0xc0000000001ad2d8"},
	{0xc0000000001ad2e8, 0x7c0004ac, "hwsync"},
	{0xc0000000001ad35c, 0x280a0001, "cmplwi  r10,1"},
	{0xc0000000001ad360, 0x40810080, "ble     0xc0000000001ad3e0"},
	{0xc0000000001ad368, 0x4c820020, "bnelr"},
	{0xc0000000001ad384, 0x7cea3670, "srawi   r10,r7,6"},
	{0xc0000000001ad388, 0x7d4a0194, "addze   r10,r10"},
	{0xc0000000001ad394, 0x7d083836, "sld     r8,r8,r7"},
	{0xc0000000001ad3a8, 0x7d4a4378, "or      r10,r10,r8"},
	{0xc0000000001ad3b4, 0x7c2004ac, "lwsync"},
	{0xc0000000001ad3c0, 0x7d404828, "lwarx   r10,0,r9"},
	{0xc0000000001ad3c4, 0x314a0001, "addic   r10,r10,1"},
	{0xc0000000001ad3c8, 0x7d40492d, "stwcx.  r10,0,r9"},
	{0xc000000000dc0030, 0x3c4c0039, "addis   r2,r12,57"},
	{0xc000000000dc0034, 0x384280d0, "addi    r2,r2,-32560"},
	{0xc000000000dc0038, 0x7c0802a6, "mflr    r0"},
	{0xc000000000dc003c, 0x4b2aca61, "bl      0xc00000000006ca9c"},
	{0xc000000000dc0044, 0xfbe1fff8, "std     r31,-8(r1)"},
	{0xc000000000dc004c, 0xebed0908, "ld      r31,2312(r13)"},
	{0xc000000000dc0054, 0xf821ff91, "stdu    r1,-112(r1)"},
	{0xc000000000dc0058, 0x813f0100, "lwz     r9,256(r31)"},
	{0xc000000000dc005c, 0x2c090000, "cmpwi   r9,0"},
	{0xc000000000dc0060, 0x41820038, "beq     0xc000000000dc0098"},
	{0xc000000000dc0068, 0x712a0030, "andi.   r10,r9,48"},
	{0xc000000000dc006c, 0x40820084, "bne     0xc000000000dc00f0"},
	{0xc000000000dc0084, 0x2c230000, "cmpdi   r3,0"},
	{0xc000000000dc008c, 0x38800001, "li      r4,1"},
	{0xc000000000dc0094, 0x60000000, "nop"},
	{0xc000000000dc00c0, 0x7fe3fb78, "mr      r3,r31"},
	{0xc000000000dc00e0, 0x7c0803a6, "mtlr    r0"},
	{0xc000000000dc00e4, 0x4e800020, "blr"},
	{0xc000000000dc00ec, 0x60420000, "ori     r2,r2,0"},
	{0xc000000000dc0104, 0x4bffff6c, "b       0xc000000000dc0070"},
	{0xc000000000dc0144, 0x89296d36, "lbz     r9,27958(r9)"},
	{0xc000000000dc0160, 0x992a6d36, "stb     r9,27958(r10)"},
	{0xc000000000dc016c, 0x0fe00000, "twui    r0,0"},
};

static void spells_as_objdump(void)
{
	for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++) {
		struct target t = {.arch = &arch_ppc64, .order = order, .word_size = 8};
		struct disassembler *d = disassembler_open(&t);

		REQUIRE(d);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct insn insn;
			uint8_t bytes[4];

			put_uint(bytes, 4, rows[i].word, order);
			REQUIRE(disassemble(d, bytes, 4, rows[i].address, &insn));
			CHECK_EQ_U64(insn.size, 4);
			CHECK_STR(insn.text, rows[i].text);
			CHECK(!insn.has_goal || insn.goal >> 32 == 0xc0000000);
			CHECK(insn.has_goal == (strstr(rows[i].text, "0xc0") != NULL));
		}
		disassembler_close(d);
	}
}

static void what_is_no_code(void)
{
	struct target t = {.arch = &arch_ppc64, .order = ORDER_BIG, .word_size = 8};
	struct disassembler *d = disassembler_open(&t);
	static const uint8_t zero[4];
	struct insn insn;

	REQUIRE(d && disassemble(d, zero, 4, 0x1000, &insn));
	CHECK(insn.bad);
	CHECK_EQ_U64(insn.size, 4);
	disassembler_close(d);
}

int main(void)
{
	RUN(spells_as_objdump);
	RUN(what_is_no_code);
	return check_done();
}
