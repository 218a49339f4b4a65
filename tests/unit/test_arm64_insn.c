/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions as an assembler made them, spelled as objdump 2.40 spells them (its remarks on conditions left
 * out). */
#include "check.h"
#include "target/arch.h"
#include "target/insn.h"

extern const struct arch arch_arm64;

#define AT 0xffff800008010000ULL

static struct arena arena;

static const struct {
	uint32_t code;
	const char *text;
	uint64_t goal;
} rows[] = {
	{0xa9be7bfd, "stp\tx29, x30, [sp, #-32]!", 0},
	{0xa8c27bfd, "ldp\tx29, x30, [sp], #32", 0},
	{0xf9000bf3, "str\tx19, [sp, #16]", 0},
	{0xb85fc001, "ldur\tw1, [x0, #-4]", 0},
	{0x9139c273, "add\tx19, x19, #0xe70", 0},
	{0x3100041f, "cmn\tw0, #0x1", 0},
	{0x528000a0, "mov\tw0, #0x5                   \t// #5", 0},
	{0x928002a1, "mov\tx1, #0xffffffffffffffea    \t// #-22", 0},
	{0xf2a24680, "movk\tx0, #0x1234, lsl #16", 0},
	{0x92781c20, "and\tx0, x1, #0xff00", 0},
	{0xd37df020, "lsl\tx0, x1, #3", 0},
	{0x53042c20, "ubfx\tw0, w1, #4, #8", 0},
	{0x8b204843, "add\tx3, x2, w0, uxtw #2", 0},
	{0xf862d820, "ldr\tx0, [x1, w2, sxtw #3]", 0},
	{0x7a400a64, "ccmp\tw19, #0x0, #0x4, eq", 0},
	{0x9a822020, "csel\tx0, x1, x2, cs", 0},
	{0x1a9f27e0, "cset\tw0, cc", 0},
	{0xcac22020, "eor\tx0, x1, x2, ror #8", 0},
	{0xd4000001, "svc\t#0x0", 0},
	{0xd4210000, "brk\t#0x800", 0},
	{0xd50342df, "msr\tdaifset, #0x2", 0},
	{0xd503233f, "paciasp", 0},
	{0xd65f03c0, "ret", 0},
	{0x54000042, "b.cs\t0xffff800008010008", AT + 8},
	{0x36280080, "tbz\tw0, #5, 0xffff800008010010", AT + 16},
	{0x90000000, "adrp\tx0, 0xffff800008010000", AT},
	{0xb5ffffe3, "cbnz\tx3, 0xffff80000800fffc", AT - 4},
	{0x94000040, "bl\t0xffff800008010100", AT + 256},
	{0x58000042, "ldr\tx2, 0xffff800008010008", AT + 8},
};

/* Code is little-endian in both byte orders. */
static void spells(void)
{
	for (enum byte_order order = ORDER_LITTLE; order <= ORDER_BIG; order++) {
		struct target *t = target_new(&arena, &arch_arm64, NULL);
		struct disassembler *d;

		t->order = order;
		d = disassembler_open(t);
		REQUIRE(d);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct insn insn;
			uint8_t bytes[4];

			put_uint(bytes, 4, rows[i].code, ORDER_LITTLE);
			REQUIRE(disassemble(d, bytes, 4, AT, &insn));
			CHECK_STR(insn.text, rows[i].text);
			CHECK_EQ_U64(insn.size, 4);
			CHECK_EQ_U64(insn.has_goal, rows[i].goal != 0);
			/* The text names it: nothing more is said behind it but the symbol. */
			CHECK(!insn.goal_is_data);
			if (rows[i].goal)
				CHECK_EQ_U64(insn.goal, rows[i].goal);
		}
		disassembler_close(d);
	}
}

int main(void)
{
	RUN(spells);
	arena_free(&arena);
	return check_done();
}
