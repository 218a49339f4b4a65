/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions of a real kernel's entry code and others, spelled as objdump 2.40 spells them. */
#include "../../arch/arm/arm.h"
#include "check.h"
#include "target/insn.h"

extern const struct arch arch_arm;

static struct disassembler *d;

static const struct {
	uint32_t address, code;
	const char *text;
	uint64_t goal;
} rows[] = {
	{0xc03000c0, 0xe5ad0008, "str    r0, [sp, #8]!", 0},
	{0xc03000c4, 0xf10c0080, "cpsid  i", 0},
	{0xc03000cc, 0xe1b01801, "lsls   r1, r1, #16", 0},
	{0xc03000d0, 0x0a00000e, "beq    0xc0300110", 0xc0300110},
	{0xc03000d4, 0xe311060f, "tst    r1, #15728640\t@ 0xf00000", 0},
	{0xc03000e4, 0xeb0031d7, "bl     0xc030c848", 0xc030c848},
	{0xc03000f4, 0xe5897040, "str    r7, [r9, #64]\t@ 0x40", 0},
	{0xc0300114, 0xee1d1f70, "mrc    15, 0, r1, cr13, cr0, {3}", 0},
	{0xc0300140, 0xe1821f92, "strex  r1, r2, [r2]", 0},
	{0xc0300174, 0xe320f000, "nop    {0}", 0},
	{0xc0300208, 0xe30ac04c, "movw   ip, #41036\t@ 0xa04c", 0},
	{0xc0300270, 0xe320f014, "csdb", 0},
	{0xc0300294, 0x23a0a000, "movcs  sl, #0", 0},
	{0xc0312a10, 0xe52de004, "push   {lr}\t\t@ (str lr, [sp, #-4]!)", 0},
	{0xc0312a24, 0xe12fff33, "blx    r3", 0},
	{0xc0312a28, 0xe8bd8010, "pop    {r4, pc}", 0},
	{0xc0312a34, 0xe49df008, "ldr    pc, [sp], #8", 0},
	{0xc0312a5c, 0xe1a00000, "nop\t\t\t@ (mov r0, r0)", 0},
	{0xc03129f8, 0xe59f1008, "ldr    r1, [pc, #8]", 0xc0312a08},
	{0xc03099dc, 0xe1a00009, "mov    r0, r9", 0},
	{0xc03099e0, 0xe10f8000, "mrs    r8, CPSR", 0},
	{0xc03099e4, 0xe1c320d0, "ldrd   r2, [r3]", 0},
};

static void spells(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct insn insn;
		uint8_t bytes[4];

		put_uint(bytes, 4, rows[i].code, ORDER_LITTLE);
		REQUIRE(disassemble(d, bytes, 4, rows[i].address, &insn));
		CHECK_STR(insn.text, rows[i].text);
		CHECK_EQ_U64(insn.size, 4);
		CHECK_EQ_U64(insn.has_goal, rows[i].goal != 0);
		if (rows[i].goal)
			CHECK_EQ_U64(insn.goal, rows[i].goal);
	}
}

int main(void)
{
	struct arena arena = {0};
	struct target *t = target_new(&arena, &arch_arm, NULL);

	t->symbols = symbols_new(&arena);
	d = disassembler_open(t);
	if (!d)
		return 1;
	RUN(spells);
	disassembler_close(d);
	arena_free(&arena);
	return check_done();
}
