/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions of a real 32-bit kernel, spelled as objdump spells them (with gdb's 0x at goals of branches).
 */
#include "check.h"
#include "target/arch.h"
#include "target/insn.h"

extern const struct arch arch_x86;

static struct disassembler *d;

static const struct {
	uint64_t address;
	size_t n;
	const char *bytes, *text;
} rows[] = {
	{0xc1029760, 5, "\xe8\xdb\x5f\x03\x00", "call   0xc105f740"},
	{0xc1029765, 1, "\x55", "push   %ebp"},
	{0xc1029766, 2, "\x89\xe5", "mov    %esp,%ebp"},
	{0xc102976e, 2, "\x87\xdc", "xchg   %ebx,%esp"},
	{0xc1029770, 2, "\xff\xd7", "call   *%edi"},
	{0xc10297ab, 4, "\x8d\x74\x26\x00", "lea    0x0(%esi,%eiz,1),%esi"},
	{0xc1029854, 7, "\x8d\xb4\x26\x00\x00\x00\x00", "lea    0x0(%esi,%eiz,1),%esi"},
	{0xc1029854, 8, "\x3e\x8d\xb4\x26\x00\x00\x00\x00", "lea    %ds:0x0(%esi,%eiz,1),%esi"},
	{0xc10297c5, 7, "\x8b\x04\x85\xa0\x76\xbd\xc1", "mov    -0x3e428960(,%eax,4),%eax"},
	{0xc102986b, 7, "\x64\x8b\x15\xb4\x01\xe8\xc1", "mov    %fs:0xc1e801b4,%edx"},
	{0xc1029878, 6, "\x89\xa2\x00\xe0\xff\xff", "mov    %esp,-0x2000(%edx)"},
	{0xc10298a5, 2, "\x75\x11", "jne    0xc10298b8"},
	{0xc1001671, 6, "\x89\xa0\xdc\x08\x00\x00", "mov    %esp,0x8dc(%eax)"},
	{0xc100166f, 1, "\x9c", "pushf"},
	{0xc1001750, 1, "\x9d", "popf"},
	{0xc1001785, 8, "\xc7\x44\x24\x18\x00\x00\x00\x00", "movl   $0x0,0x18(%esp)"},
	{0xc1932668, 8, "\x81\x64\x24\x10\xff\xff\x00\x00", "andl   $0xffff,0x10(%esp)"},
	{0xc1932753, 4, "\x0f\xb2\x24\x24", "lss    (%esp),%esp"},
	{0xc1932768, 1, "\xcf", "iret"},
	{0xc1932768, 1, "\xcb", "lret"},
	{0xc1932768, 2, "\x0f\x35", "sysexit"},
	{0xc1000000, 6, "\x8b\x0d\x40\xee\xc5\xc1", "mov    0xc1c5ee40,%ecx"},
	{0xc1000000, 6, "\xff\x15\x60\x2b\xd6\xc1", "call   *0xc1d62b60"},
	{0xc1000000, 7, "\xc6\x05\x00\xf2\xe9\xc1\x04", "movb   $0x4,0xc1e9f200"},
	{0xc1000000, 7, "\x83\x3d\x20\xf2\xe9\xc1\xff", "cmpl   $0xffffffff,0xc1e9f220"},
	{0xc1000000, 7, "\x0f\x01\x15\x4e\xee\xc5\xc1", "lgdtl  0xc1c5ee4e"},
	{0xc1000000, 7, "\x0f\x00\x0d\x14\xe0\xc6\xc1", "str    0xc1c6e014"},
	{0xc1000000, 7, "\xea\xbb\x01\x00\xc1\x60\x00", "ljmp   $0x60,$0xc10001bb"},
	{0xc1000000, 3, "\x0f\x21\xf7", "mov    %db6,%edi"},
	{0xc1000000, 3, "\x0f\x23\xf8", "mov    %eax,%db7"},
	{0xc1000000, 3, "\x0f\x22\xd8", "mov    %eax,%cr3"},
	{0xc1000000, 2, "\xf3\xab", "rep stos %eax,%es:(%edi)"},
	{0xc1000000, 2, "\xf3\xa5", "rep movsl %ds:(%esi),%es:(%edi)"},
	{0xc1000000, 1, "\xa4", "movsb  %ds:(%esi),%es:(%edi)"},
	{0xc1000000, 2, "\xf2\xae", "repnz scas %es:(%edi),%al"},
	{0xc1000000, 2, "\xf3\xa6", "repz cmpsb %es:(%edi),%ds:(%esi)"},
};

static void spells_as_objdump(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct insn insn;

		REQUIRE(disassemble(d, (const uint8_t *)rows[i].bytes, rows[i].n, rows[i].address, &insn));
		if (strcmp(insn.text, rows[i].text) != 0)
			FAIL("row %zu is \"%s\", not \"%s\"", i, insn.text, rows[i].text);
	}
}

/* One byte less than in 64-bit mode, where it is a prefix. */
static void one_byte_increments(void)
{
	struct insn insn;

	REQUIRE(disassemble(d, (const uint8_t *)"\x40\x89\xc8", 3, 0xc1000000, &insn));
	CHECK_EQ_U64(insn.size, 1);
}

static void goals_wrap_at_32_bits(void)
{
	struct insn insn;

	REQUIRE(disassemble(d, (const uint8_t *)"\xe8\x10\x00\x00\x00", 5, 0xfffffff8, &insn));
	CHECK(insn.has_goal && !insn.goal_is_data);
	CHECK_EQ_U64(insn.goal, 0xd);
	REQUIRE(disassemble(d, (const uint8_t *)"\xe9\x00\x00\x00\x80", 5, 0xc1000000, &insn));
	CHECK_EQ_U64(insn.goal, 0x41000005);
}

int main(void)
{
	struct target t = {.order = ORDER_LITTLE, .word_size = 4, .arch = &arch_x86};

	d = disassembler_open(&t);
	if (!CHECK(d))
		return check_done();
	RUN(spells_as_objdump);
	RUN(one_byte_increments);
	RUN(goals_wrap_at_32_bits);
	disassembler_close(d);
	return check_done();
}
