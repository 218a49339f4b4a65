/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions of both word sizes and byte orders, spelled as objdump spells them (with gdb's 0x at goals of
 * branches). */
#include <stdlib.h>

#include "base/bytes.h"
#include "check.h"
#include "target/arch.h"
#include "target/insn.h"

extern const struct arch arch_mips, arch_mips64;

static const struct {
	unsigned word_size;
	uint32_t code;
	uint64_t address;
	const char *text;
} rows[] = {
	{4, 0x27bdffe8, 0x1000, "addiu  sp,sp,-24"},
	{4, 0xafbf0014, 0x1000, "sw     ra,20(sp)"},
	{4, 0x8f900000, 0x1000, "lw     s0,0(gp)"},
	{4, 0x8fc9fffc, 0x1000, "lw     t1,-4(s8)"},
	{4, 0x2409e000, 0x1000, "li     t1,-8192"},
	{4, 0x3409ffff, 0x1000, "li     t1,0xffff"},
	{4, 0x3c0282d3, 0x1000, "lui    v0,0x82d3"},
	{4, 0x30430030, 0x1000, "andi   v1,v0,0x30"},
	{4, 0x3528001f, 0x1000, "ori    t0,t1,0x1f"},
	{4, 0x2c820021, 0x1000, "sltiu  v0,a0,33"},
	{4, 0x03a08825, 0x1000, "move   s1,sp"},
	{4, 0x00051023, 0x1000, "negu   v0,a1"},
	{4, 0x001ad0c0, 0x1000, "sll    k0,k0,0x3"},
	{4, 0x40036000, 0x1000, "mfc0   v1,c0_status"},
	{4, 0x40827801, 0x1000, "mtc0   v0,c0_ebase"},
	{4, 0x40029001, 0x1000, "mfc0   v0,c0_watchlo,1"},
	{4, 0x0065001a, 0x1000, "div    zero,v1,a1"},
	{4, 0x03e00008, 0x1000, "jr     ra"},
	{4, 0x0040f809, 0x1000, "jalr   v0"},
	{4, 0x00000000, 0x1000, "nop"},
	{4, 0x0000000c, 0x1000, "syscall"},
	{4, 0x0000000f, 0x1000, "sync"},
	{4, 0x7c6220c0, 0x1000, "ext    v0,v1,0x3,0x5"},
	{4, 0x7c0210a0, 0x1000, "wsbh   v0,v0"},
	{4, 0x00430034, 0x1000, "teq    v0,v1"},
	{4, 0x70851002, 0x1000, "mul    v0,a0,a1"},
	{4, 0x88820003, 0x1000, "lwl    v0,3(a0)"},
	{4, 0xbc950000, 0x1000, "cache  0x15,0(a0)"},
	{4, 0xcca40020, 0x1000, "pref   0x4,32(a1)"},
	{8, 0x67bdffe0, 0x1000, "daddiu sp,sp,-32"},
	{8, 0xffbf0018, 0x1000, "sd     ra,24(sp)"},
	{8, 0x67ac0008, 0x1000, "daddiu t0,sp,8"},
	{8, 0x00404025, 0x1000, "move   a4,v0"},
	{8, 0x0002143c, 0x1000, "dsll32 v0,v0,0x10"},
	{8, 0x7c6202c2, 0x1000, "dext   v0,v1,0x2b,0x1"},
	{8, 0x7c627801, 0x1000, "dext   v0,v1,0x0,0x30"},
	{8, 0x7d88f806, 0x1000, "dins   a4,t0,0x20,0x20"},
	{8, 0x0012902f, 0x1000, "dnegu  s2,s2"},
	{8, 0x403f7000, 0x1000, "dmfc0  ra,c0_epc"},
	{8, 0x0090001f, 0x1000, "ddivu  zero,a0,s0"},
	{8, 0x9d620004, 0x1000, "lwu    v0,4(a7)"},
	{4, 0x00223f02, 0x1000, "ror    a3,v0,0x1c"},
	{4, 0x1040000f, 0x829ba0dc, "beqz   v0,0x829ba11c"},
	{4, 0x0e6ae82e, 0x829ba0dc, "jal    0x89aba0b8"},
	{4, 0x1000ffff, 0x81f00000, "b      0x81f00000"},
	{8, 0x1040000f, 0xffffffff824fc570, "beqz   v0,0xffffffff824fc5b0"},
	{8, 0x0d3ad6c0, 0xffffffff824fc570, "jal    0xffffffff84eb5b00"},
	{8, 0x04110003, 0xffffffffc0001000, "bal    0xffffffffc0001010"},
};

static void spells_as_objdump(void)
{
	static const struct arch *const archs[] = {&arch_mips, &arch_mips64};

	for (unsigned kind = 0; kind < 4; kind++) {
		struct arena arena = {0};
		struct target *t = target_new(&arena, archs[kind / 2], NULL);
		struct disassembler *d;

		t->order = kind & 1 ? ORDER_BIG : ORDER_LITTLE;
		d = disassembler_open(t);
		REQUIRE(d);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct insn insn;
			uint8_t bytes[4];

			if (rows[i].word_size != t->word_size)
				continue;
			put_uint(bytes, 4, rows[i].code, t->order);
			REQUIRE(disassemble(d, bytes, 4, rows[i].address, &insn));
			CHECK_STR(insn.text, rows[i].text);
			CHECK_EQ_U64(insn.size, 4);
			/* what names a goal has it as a number too */
			if (rows[i].address != 0x1000)
				CHECK(insn.has_goal && !insn.goal_is_data &&
				      strtoull(strstr(rows[i].text, "0x"), NULL, 16) == insn.goal);
		}
		disassembler_close(d);
		arena_free(&arena);
	}
}

int main(void)
{
	RUN(spells_as_objdump);
	return check_done();
}
