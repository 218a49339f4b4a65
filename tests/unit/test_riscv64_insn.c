/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions of a real kernel's do_irq() and others, spelled as objdump 2.41 spells them. */
#include "check.h"
#include "target/arch.h"
#include "target/insn.h"

extern const struct arch arch_riscv64;

static struct disassembler *d;

static const struct {
	uint64_t address;
	uint32_t code;
	size_t n;
	const char *text;
	uint64_t goal;
} rows[] = {
	{0xffffffff80a69ef4, 0x1101, 2, "addi   sp,sp,-32", 0},
	{0xffffffff80a69ef6, 0xe822, 2, "sd     s0,16(sp)", 0},
	{0xffffffff80a69efe, 0x1000, 2, "addi   s0,sp,32", 0},
	{0xffffffff80a69f00, 0x84aa, 2, "mv     s1,a0", 0},
	{0xffffffff80a69f02, 0x00000097, 4, "auipc  ra,0x0", 0},
	{0xffffffff80a69f06, 0x404080e7, 4, "jalr   1028(ra)", 0},
	{0xffffffff80a69f0a, 0x05023783, 4, "ld     a5,80(tp)", 0},
	{0xffffffff80a69f0e, 0x6711, 2, "lui    a4,0x4", 0},
	{0xffffffff80a69f12, 0x0027c7b3, 4, "xor    a5,a5,sp", 0},
	{0xffffffff80a69f16, 0x02e7f763, 4, "bgeu   a5,a4,0xffffffff80a69f44", 0xffffffff80a69f44},
	{0xffffffff80a69f38, 0x60e2, 2, "ld     ra,24(sp)", 0},
	{0xffffffff80a69f42, 0x8082, 2, "ret", 0},
	{0xffffffff80a69f4e, 0xbff9, 2, "j      0xffffffff80a69f2c", 0xffffffff80a69f2c},
	{0xffffffff80a76748, 0x000a5763, 4, "bgez   s4,0xffffffff80a76756", 0xffffffff80a76756},
	{0xffffffff80a76774, 0x9302, 2, "jalr   t1", 0},
	{0xffffffff80a7676a, 0x929a, 2, "add    t0,t0,t1", 0},
	{0xffffffff80a767a8, 0x7282, 2, "ld     t0,32(sp)", 0},
	{0xffffffff80060b8e, 0x20800613, 4, "li     a2,520", 0},
	{0xffffffff80060a9c, 0x2781, 2, "sext.w a5,a5", 0},
	{0xffffffff80060b1e, 0x070e, 2, "slli   a4,a4,0x3", 0},
	{0xffffffff80a767e2, 0x10200073, 4, "sret", 0},
};

static void spells(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct insn insn;
		uint8_t bytes[4];

		put_uint(bytes, 4, rows[i].code, ORDER_LITTLE);
		REQUIRE(disassemble(d, bytes, rows[i].n, rows[i].address, &insn));
		CHECK_STR(insn.text, rows[i].text);
		CHECK_EQ_U64(insn.size, rows[i].n);
		CHECK_EQ_U64(insn.has_goal, rows[i].goal != 0);
		if (rows[i].goal)
			CHECK_EQ_U64(insn.goal, rows[i].goal);
	}
}

static void no_instructions(void)
{
	struct insn insn;

	REQUIRE(disassemble(d, (const uint8_t *)"\x73\x00\xd0\x00", 4, 0x1000, &insn)); /* wrs.nto */
	CHECK(insn.bad);
	CHECK_EQ_U64(insn.size, 4);
	REQUIRE(disassemble(d, (const uint8_t *)"\0\0\0\0", 4, 0x1000, &insn));
	CHECK_EQ_U64(insn.size, 2);
}

int main(void)
{
	struct target t = {.order = ORDER_LITTLE, .word_size = 8, .arch = &arch_riscv64};

	d = disassembler_open(&t);
	if (!d)
		return 1;
	RUN(spells);
	RUN(no_instructions);
	disassembler_close(d);
	return check_done();
}
