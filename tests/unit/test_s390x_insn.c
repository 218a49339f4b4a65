/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions of a big-endian machine, from a real kernel's schedule(). */
#include "check.h"
#include "target/arch.h"
#include "target/insn.h"

extern const struct arch arch_s390x;

static struct disassembler *d;

static void check(uint64_t address, const char *bytes, size_t n, const char *text, uint64_t goal)
{
	struct insn insn;

	REQUIRE(disassemble(d, (const uint8_t *)bytes, n, address, &insn));
	CHECK_STR(insn.text, text);
	CHECK_EQ_U64(insn.size, n);
	CHECK(!insn.bad);
	CHECK_EQ_U64(insn.has_goal, goal != 0);
	if (goal)
		CHECK_EQ_U64(insn.goal, goal);
}

static void instructions(void)
{
	check(0xa2a0e6, "\xeb\xbf\xf0\x70\x00\x24", 6, "stmg   %r11,%r15,112(%r15)", 0);
	check(0xa2a0ec, "\xb9\x04\x00\xef", 4, "lgr    %r14,%r15", 0);
	check(0xa2a132, "\xc0\xe5\xff\xdc\x44\xf3", 6, "brasl  %r14,0x5b2b18", 0x5b2b18);
	check(0xa2a106, "\xec\x18\x00\x19\x00\x7e", 6, "cije   %r1,0,0xa2a138", 0xa2a138);
	check(0x1894d4, "\xec\x26\x02\x45\x00\x7e", 6, "cijne  %r2,0,0x18995e", 0x18995e);
	check(0xa2a0e0, "\xc0\x04\x00\x00\x00\x00", 6, "jgnop  0xa2a0e0", 0xa2a0e0);
	check(0xa2a114, "\xa7\x74\x00\x3a", 4, "jne    0xa2a188", 0xa2a188);
}

static void data(void)
{
	struct insn insn;

	REQUIRE(disassemble(d, (const uint8_t *)"\xc0\x10\x00\x5e\xf2\x07", 6, 0x19f162, &insn));
	CHECK_STR(insn.text, "larl   %r1,0xd7d570");
	CHECK(insn.has_goal && insn.goal_is_data);
	CHECK_EQ_U64(insn.goal, 0xd7d570);
}

static void no_instructions(void)
{
	struct insn insn;

	/* Unknown ones have the length that their first bits say. */
	REQUIRE(disassemble(d, (const uint8_t *)"\0\0\0\0", 4, 0x1000, &insn));
	CHECK(insn.bad);
	CHECK_EQ_U64(insn.size, 2);
	REQUIRE(disassemble(d, (const uint8_t *)"\xeb\x15\x20\x00\x00\x17", 6, 0x1000, &insn));
	CHECK(insn.bad);
	CHECK_EQ_U64(insn.size, 6);
}

int main(void)
{
	struct target t = {.order = ORDER_BIG, .word_size = 8, .arch = &arch_s390x};

	d = disassembler_open(&t);
	if (!d)
		return 1;
	RUN(instructions);
	RUN(data);
	RUN(no_instructions);
	disassembler_close(d);
	return check_done();
}
