/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86 instructions of a real kernel, spelled as objdump 2.40 spells them (with gdb's 0x at goals of
 * branches). */
#include "check.h"
#include "target/arch.h"
#include "target/insn.h"

static struct disassembler *d;

static const struct {
	uint64_t address;
	size_t n;
	const char *bytes, *text;
} rows[] = {
	{0xffffffff81000000, 7, "\x48\x8d\x25\x51\x3f\xa0\x01", "lea    0x1a03f51(%rip),%rsp"},
	{0xffffffff8100000e, 5, "\xb9\x01\x01\x00\xc0", "mov    $0xc0000101,%ecx"},
	{0xffffffff81000013, 7, "\x48\x8b\x05\xfe\x9c\xbf\x01", "mov    0x1bf9cfe(%rip),%rax"},
	{0xffffffff81000021, 3, "\x48\x29\xd0", "sub    %rdx,%rax"},
	{0xffffffff81000024, 3, "\x48\x01\xf8", "add    %rdi,%rax"},
	{0xffffffff8100002a, 4, "\x48\xc1\xea\x20", "shr    $0x20,%rdx"},
	{0xffffffff8100002e, 2, "\x0f\x30", "wrmsr"},
	{0xffffffff81000030, 1, "\x56", "push   %rsi"},
	{0xffffffff81000031, 5, "\xe8\xaa\x07\x00\x00", "call   0xffffffff810007e0"},
	{0xffffffff81000036, 1, "\x5e", "pop    %rsi"},
	{0xffffffff81000037, 2, "\x6a\x10", "push   $0x10"},
	{0xffffffff81000041, 2, "\x48\xcb", "lretq"},
	{0xffffffff81000047, 5, "\xe8\xd4\x19\x00\x00", "call   0xffffffff81001a20"},
	{0xffffffff81000066, 2, "\xeb\x1b", "jmp    0xffffffff81000083"},
	{0xffffffff81000068, 8, "\x0f\x1f\x84\x00\x00\x00\x00\x00", "nopl   0x0(%rax,%rax,1)"},
	{0xffffffff81000088, 6, "\x81\xc9\xa0\x00\x00\x00", "or     $0xa0,%ecx"},
	{0xffffffff8100008e, 10, "\xf7\x05\xd8\x68\x39\x01\x01\x00\x00\x00", "testl  $0x1,0x13968d8(%rip)"},
	{0xffffffff81000098, 2, "\x74\x06", "je     0xffffffff810000a0"},
	{0xffffffff810000bd, 7, "\x48\x81\xf1\x80\x00\x00\x00", "xor    $0x80,%rcx"},
	{0xffffffff810000d1, 2, "\xff\xe0", "jmp    *%rax"},
	{0xffffffff810000d3, 7, "\x0f\x01\x15\x26\x9f\xa1\x01", "lgdt   0x1a19f26(%rip)"},
	{0xffffffff8100010c, 2, "\x0f\xa2", "cpuid"},
	{0xffffffff81000115, 2, "\x0f\x32", "rdmsr"},
	{0xffffffff81000119, 4, "\x0f\xba\xe8\x00", "bts    $0x0,%eax"},
	{0xffffffff8100011d, 4, "\x0f\xba\xe7\x14", "bt     $0x14,%edi"},
	{0xffffffff81000121, 2, "\x73\x0d", "jae    0xffffffff81000130"},
	{0xffffffff81000127, 9, "\x48\x0f\xba\x2d\x90\x9f\xa1\x01\x3f", "btsq   $0x3f,0x1a19f90(%rip)"},
	{0xffffffff81000130, 2, "\x39\xd0", "cmp    %edx,%eax"},
	{0xffffffff81000142, 1, "\x9d", "popf"},
	{0xffffffff81000160, 1, "\x9c", "pushf"},
	{0xffffffff8100016e, 6, "\x0f\x82\xd2\x00\x00\x00", "jb     0xffffffff81000246"},
	{0xffffffff8100017d, 2, "\x75\x16", "jne    0xffffffff81000195"},
	{0xffffffff810001b6, 5, "\x25\x00\x0f\xf0\x0f", "and    $0xff00f00,%eax"},
	{0xffffffff810001c1, 2, "\x77\x10", "ja     0xffffffff810001d3"},
	{0xffffffff810001da, 4, "\x0f\xba\xf2\x02", "btr    $0x2,%edx"},
	{0xffffffff8100022f, 3, "\x66\x85\xff", "test   %di,%di"},
	{0xffffffff81000288, 4, "\x48\x0f\xc7\xf2", "rdrand %rdx"},
	{0xffffffff810002b4, 1, "\xf4", "hlt"},
	{0xffffffff81000332, 2, "\x48\xcf", "iretq"},
	{0xffffffff81000334, 1, "\xcc", "int3"},
	{0xffffffff81000365, 10, "\x48\xbb\x00\x00\x00\x00\x00\x00\x11\xff",
	 "movabs $0xff11000000000000,%rbx"},
	{0xffffffff81000375, 6, "\xc7\x00\x01\x00\x00\x00", "movl   $0x1,(%rax)"},
	{0xffffffff810003e5, 7, "\x83\x3d\x84\x65\x39\x01\x01", "cmpl   $0x1,0x1396584(%rip)"},
	{0xffffffff810003ef, 2, "\x19\xc9", "sbb    %ecx,%ecx"},
	{0xffffffff810004b6, 4, "\x49\xc1\xe3\x0c", "shl    $0xc,%r11"},
	{0xffffffff8100054f, 2, "\xf7\xf3", "div    %ebx"},
	{0xffffffff81000579, 3, "\xc1\xfb\x1f", "sar    $0x1f,%ebx"},
	{0xffffffff8100058d, 3, "\x48\x63\xc9", "movslq %ecx,%rcx"},
	{0xffffffff810005a5, 2, "\x48\x98", "cltq"},
	{0xffffffff81000661, 4, "\x48\x83\x20\xfe", "andq   $0xfffffffffffffffe,(%rax)"},
	{0xffffffff810006f7, 4, "\x49\x83\x3e\x00", "cmpq   $0x0,(%r14)"},
	{0xffffffff810007da, 6, "\x66\x0f\x1f\x44\x00\x00", "nopw   0x0(%rax,%rax,1)"},
	{0xffffffff8100083e, 3, "\x0f\x01\x1b", "lidt   (%rbx)"},
	{0xffffffff81000850, 1, "\xfc", "cld"},
	{0xffffffff81000873, 2, "\xf3\xa5", "rep movsl %ds:(%rsi),%es:(%rdi)"},
	{0xffffffff810008a1, 1, "\xa7", "cmpsl  %es:(%rdi),%ds:(%rsi)"},
	{0xffffffff81000902, 11, "\x66\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00",
	 "data16 cs nopw 0x0(%rax,%rax,1)"},
	{0xffffffff81000994, 2, "\x0f\x0b", "ud2"},
	{0xffffffff810009ba, 4, "\x48\x0f\x44\xf0", "cmove  %rax,%rsi"},
	{0xffffffff810009d6, 10, "\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00", "cs nopw 0x0(%rax,%rax,1)"},
	{0xffffffff81000a28, 4, "\x41\x0f\x92\xc3", "setb   %r11b"},
	{0xffffffff81000a4f, 2, "\x76\x09", "jbe    0xffffffff81000a5a"},
	{0xffffffff81000a82, 5, "\x48\x83\x79\x20\x00", "cmpq   $0x0,0x20(%rcx)"},
	{0xffffffff81000b0e, 5, "\x0f\xb6\x44\x24\x0c", "movzbl 0xc(%rsp),%eax"},
	{0xffffffff81000b66, 3, "\x0f\x45\xc2", "cmovne %edx,%eax"},
	{0xffffffff81000b9d, 8, "\x48\xc7\x43\x08\x00\x00\x00\x00", "movq   $0x0,0x8(%rbx)"},
	{0xffffffff81000bd5, 6, "\x0f\x89\x43\xff\xff\xff", "jns    0xffffffff81000b1e"},
	{0xffffffff81000c51, 7, "\x81\x4b\x10\x00\x00\x00\x08", "orl    $0x8000000,0x10(%rbx)"},
	{0xffffffff81000c7b, 3, "\x0f\x01\xd0", "xgetbv"},
	{0xffffffff81000d30, 3, "\x0f\x94\xc0", "sete   %al"},
	{0xffffffff81000db0, 4, "\x44\x0f\x42\xd1", "cmovb  %ecx,%r10d"},
	{0xffffffff81000e82, 8, "\x48\x83\x83\x80\x00\x00\x00\x02", "addq   $0x2,0x80(%rbx)"},
	{0xffffffff81000ec7, 3, "\xf6\x00\x04", "testb  $0x4,(%rax)"},
	{0xffffffff81000fc5, 3, "\xf3\x48\xa5", "rep movsq %ds:(%rsi),%es:(%rdi)"},
	{0xffffffff810010b3, 4, "\x49\x0f\xaf\xf9", "imul   %r9,%rdi"},
	{0xffffffff8100115e, 2, "\x66\x90", "xchg   %ax,%ax"},
	{0xffffffff8100140f, 7, "\x48\xf7\x02\x9f\xff\xff\xff", "testq  $0xffffffffffffff9f,(%rdx)"},
	{0xffffffff81001501, 3, "\x48\xf7\xd0", "not    %rax"},
	{0xffffffff81001aeb, 2, "\x78\xdd", "js     0xffffffff81001aca"},
	{0xffffffff81001b8c, 5, "\xc6\x44\x24\x09\x8e", "movb   $0x8e,0x9(%rsp)"},
	{0xffffffff81001b91, 5, "\x0f\xb7\x44\x24\x08", "movzwl 0x8(%rsp),%eax"},
	{0xffffffff81001bd1, 1, "\xc9", "leave"},
	{0xffffffff810024e5, 4, "\x80\x3c\x24\x00", "cmpb   $0x0,(%rsp)"},
	{0xffffffff81002530, 7, "\x65\xff\x05\x09\xd6\x01\x7f", "incl   %gs:0x7f01d609(%rip)"},
	{0xffffffff81002551, 7, "\x65\xff\x0d\xe8\xd5\x01\x7f", "decl   %gs:0x7f01d5e8(%rip)"},
	{0xffffffff810025f5, 8, "\x65\x0f\xb1\x15\x43\xd5\x01\x7f", "cmpxchg %edx,%gs:0x7f01d543(%rip)"},
	{0xffffffff810029ac, 4, "\x0f\xbe\x43\xff", "movsbl -0x1(%rbx),%eax"},
	{0xffffffff81002f2d, 5, "\x48\xf7\x74\x24\x10", "divq   0x10(%rsp)"},
	{0xffffffff81003082, 5, "\x48\xc1\x24\x24\x02", "shlq   $0x2,(%rsp)"},
	{0xffffffff81003147, 3, "\x0f\x95\xc0", "setne  %al"},
	{0xffffffff810046bb, 4, "\xf0\xff\x41\x34", "lock incl 0x34(%rcx)"},
	{0xffffffff810047bf, 3, "\x48\xf7\xda", "neg    %rdx"},
	{0xffffffff8100714b, 2, "\x7e\x30", "jle    0xffffffff8100717d"},
	{0xffffffff810072de, 2, "\x7f\x07", "jg     0xffffffff810072e7"},
	{0xffffffff81007a24, 2, "\x7d\x42", "jge    0xffffffff81007a68"},
	{0xffffffff81007aca, 7, "\x83\xab\x10\x13\x00\x00\x01", "subl   $0x1,0x1310(%rbx)"},
	{0xffffffff81007dcf, 7, "\xf0\xff\x8e\x78\x03\x00\x00", "lock decl 0x378(%rsi)"},
	{0xffffffff81007e86, 7, "\x83\x80\x30\x13\x00\x00\x01", "addl   $0x1,0x1330(%rax)"},
	{0xffffffff81007fdf, 5, "\xf3\x48\x0f\xbc\xc9", "tzcnt  %rcx,%rcx"},
	{0xffffffff810080b2, 2, "\x7c\xe5", "jl     0xffffffff81008099"},
	{0xffffffff8100c4b8, 9, "\x48\x81\x4c\x24\x40\x00\x08\x00\x00", "orq    $0x800,0x40(%rsp)"},
	{0xffffffff8100f2f7, 8, "\x66\x83\x3d\x21\x6f\xc2\x01\x06", "cmpw   $0x6,0x1c26f21(%rip)"},
	{0xffffffff8100f3e1, 2, "\x0f\x31", "rdtsc"},
	{0xffffffff8100f61b, 3, "\x48\xf7\xe7", "mul    %rdi"},
	{0xffffffff81011eb4, 7, "\x80\x25\xd6\x26\xc2\x01\x7f", "andb   $0x7f,0x1c226d6(%rip)"},
	{0xffffffff81011ebb, 9, "\x48\x0f\xba\x35\xc4\x26\xc2\x01\x30", "btrq   $0x30,0x1c226c4(%rip)"},
	{0xffffffff8101287e, 3, "\x48\xd3\xc2", "rol    %cl,%rdx"},
	{0xffffffff8101386c, 3, "\x0f\xae\xf8", "sfence"},
	{0xffffffff810144d7, 4, "\x48\x0f\xbd\xc6", "bsr    %rsi,%rax"},
	{0xffffffff81015682, 9, "\x66\x83\x84\x4c\x10\x01\x00\x00\x01", "addw   $0x1,0x110(%rsp,%rcx,2)"},
	{0xffffffff81015805, 9, "\x4a\x0f\xbf\xb4\x64\x70\x01\x00\x00", "movswq 0x170(%rsp,%r12,2),%rsi"},
	{0xffffffff81015869, 4, "\x45\x0f\xbf\xd6", "movswl %r14w,%r10d"},
	{0xffffffff81016b19, 7, "\x80\x0d\x78\xda\xc1\x01\x08", "orb    $0x8,0x1c1da78(%rip)"},
	{0xffffffff81019b5d, 6, "\x49\x0f\xbe\x6c\x35\x14", "movsbq 0x14(%r13,%rsi,1),%rbp"},
	{0xffffffff8101b0a0, 3, "\x49\x11\xc5", "adc    %rax,%r13"},
	{0xffffffff8101dd3d, 3, "\x66\xe5\x10", "in     $0x10,%ax"},
	{0xffffffff8101dd5e, 3, "\x66\xe7\x12", "out    %ax,$0x12"},
	{0xffffffff81020560, 2, "\x0f\x09", "wbinvd"},
	{0xffffffff8102059a, 10, "\x65\x66\xc7\x05\xc2\x5a\xfe\x7e\x88\x40",
	 "movw   $0x4088,%gs:0x7efe5ac2(%rip)"},
	{0xffffffff81020a51, 1, "\x6e", "outsb  %ds:(%rsi),(%dx)"},
	{0xffffffff8102610b, 2, "\x0f\x05", "syscall"},
	{0xffffffff81029a3c, 11, "\x65\x81\x25\xf9\x60\xff\x7e\xff\xff\xff\x7f",
	 "andl   $0x7fffffff,%gs:0x7eff60f9(%rip)"},
	{0xffffffff8102cbfa, 7, "\x66\xf7\x44\x24\x06\xc0\x03", "testw  $0x3c0,0x6(%rsp)"},
	{0xffffffff8102edd8, 5, "\xf3\x48\x0f\xae\xc0", "rdfsbase %rax"},
	{0xffffffff8102f335, 5, "\xf3\x48\x0f\xae\xd0", "wrfsbase %rax"},
	{0xffffffff8102fac2, 3, "\x0f\x02\xd2", "lar    %edx,%edx"},
	{0xffffffff8102fcf5, 8, "\x48\x83\xab\x80\x00\x00\x00\x02", "subq   $0x2,0x80(%rbx)"},
	{0xffffffff81034e16, 4, "\x66\x0f\xbe\xd2", "movsbw %dl,%dx"},
	{0xffffffff8103564a, 1, "\xec", "in     (%dx),%al"},
	{0xffffffff810359bc, 1, "\xee", "out    %al,(%dx)"},
	{0xffffffff81038c40, 2, "\xf3\x90", "pause"},
	{0xffffffff8103a87f, 4, "\x48\x0f\xad\xd0", "shrd   %cl,%rdx,%rax"},
	{0xffffffff8103b746, 3, "\xf7\x34\x24", "divl   (%rsp)"},
	{0xffffffff8103bdf0, 1, "\xc3", "ret"},
	{0xffffffff8103cfdb, 7, "\x0f\x00\x2d\x8e\x5a\xfc\x00", "verw   0xfc5a8e(%rip)"},
	{0xffffffff8103d40d, 2, "\xdb\xe3", "fninit"},
	{0xffffffff8103dde3, 4, "\x48\x0f\xae\x27", "xsave64 (%rdi)"},
	{0xffffffff8103de14, 5, "\x48\x0f\xae\x40\x40", "fxsave64 0x40(%rax)"},
	{0xffffffff8103de9e, 5, "\x0f\xae\x54\x24\x04", "ldmxcsr 0x4(%rsp)"},
	{0xffffffff8103df14, 2, "\xdb\xe2", "fnclex"},
	{0xffffffff8103df16, 2, "\x0f\x77", "emms"},
	{0xffffffff8103df18, 2, "\xdb\x07", "fildl  (%rdi)"},
	{0xffffffff8103df45, 4, "\x48\x0f\xae\x2f", "xrstor64 (%rdi)"},
	{0xffffffff8103df52, 5, "\x48\x0f\xae\x4b\x40", "fxrstor64 0x40(%rbx)"},
	{0xffffffff8103e68e, 1, "\x9b", "fwait"},
	{0xffffffff8103fa1c, 4, "\x48\x0f\xc7\x1f", "xrstors64 (%rdi)"},
	{0xffffffff810405a1, 3, "\x0f\x01\xd1", "xsetbv"},
	{0xffffffff81040c35, 4, "\x48\x0f\xc7\x2f", "xsaves64 (%rdi)"},
	{0xffffffff81042856, 6, "\x2e\xe8\x24\xf0\xdb\x00", "cs call 0xffffffff81e01880"},
	{0xffffffff810465bc, 1, "\x99", "cltd"},
	{0xffffffff810465bd, 2, "\xf7\xf9", "idiv   %ecx"},
	{0xffffffff81049009, 7, "\x48\xf7\x25\xb8\x66\x9e\x01", "mulq   0x19e66b8(%rip)"},
	{0xffffffff81052426, 7, "\x66\x81\x4c\x24\x04\x00\x80", "orw    $0x8000,0x4(%rsp)"},
	{0xffffffff810547af, 4, "\x44\x0f\xbc\xf8", "bsf    %eax,%r15d"},
	{0xffffffff81055d6f, 6, "\x0f\x80\xc4\x01\x00\x00", "jo     0xffffffff81055f39"},
	{0xffffffff81057c83, 3, "\x0f\xae\xe8", "lfence"},
	{0xffffffff81059a03, 4, "\x65\x48\xff\x08", "decq   %gs:(%rax)"},
	{0xffffffff8105d38a, 5, "\x66\x83\x63\x04\xfe", "andw   $0xfffe,0x4(%rbx)"},
	{0xffffffff810601d0, 3, "\xff\x68\x24", "ljmp   *0x24(%rax)"},
	{0xffffffff8106223d, 3, "\x0f\xae\xf0", "mfence"},
	{0xffffffff810625d6, 8, "\x66\x83\xa8\x08\x01\x00\x00\x01", "subw   $0x1,0x108(%rax)"},
	{0xffffffff81062b7c, 4, "\x0f\xae\x7d\x00", "clflush 0x0(%rbp)"},
	{0xffffffff8106d280, 7, "\x80\x87\xe8\x01\x00\x00\x01", "addb   $0x1,0x1e8(%rdi)"},
	{0xffffffff810721ef, 3, "\x0f\x01\xd9", "vmmcall"},
	{0xffffffff81072543, 3, "\x0f\x01\xc1", "vmcall"},
	{0xffffffff81072af9, 4, "\x4d\x0f\xa5\xc1", "shld   %cl,%r8,%r9"},
	{0xffffffff81073630, 3, "\x0f\x01\x17", "lgdt   (%rdi)"},
	{0xffffffff81073650, 3, "\x0f\x00\xc8", "str    %eax"},
	{0xffffffff81073703, 2, "\x0f\x33", "rdpmc"},
	{0xffffffff810738bc, 5, "\x0f\x01\x44\x24\x06", "sgdt   0x6(%rsp)"},
	{0xffffffff810738d4, 3, "\x0f\x00\xd8", "ltr    %ax"},
	{0xffffffff81073998, 3, "\x0f\x00\xd6", "lldt   %si"},
	{0xffffffff8107ecaa, 10, "\x65\x66\x44\x0f\xc1\x35\xde\x25\xfb\x7e",
	 "xadd   %r14w,%gs:0x7efb25de(%rip)"},
	{0xffffffff8107f789, 3, "\x0f\x01\x3f", "invlpg (%rdi)"},
	{0xffffffff8107f7b4, 6, "\x66\x0f\x38\x82\x04\x24", "invpcid (%rsp),%rax"},
	{0xffffffff8107fcd2, 4, "\x3e\x0f\xae\x38", "ds clflush (%rax)"},
	{0xffffffff81082427, 8, "\x65\x48\xff\x05\x49\xbd\xfa\x7e", "incq   %gs:0x7efabd49(%rip)"},
	{0xffffffff810b6a23, 3, "\xc1\xc8\x02", "ror    $0x2,%eax"},
	{0xffffffff810dca80, 3, "\xd1\x6a\x48", "shrl   0x48(%rdx)"},
	{0xffffffff810deadb, 2, "\x48\x99", "cqto"},
	{0xffffffff810f09fd, 5, "\x48\xd3\x6c\x24\x08", "shrq   %cl,0x8(%rsp)"},
	{0xffffffff8110f994, 3, "\x80\x2b\x01", "subb   $0x1,(%rbx)"},
	/* newer than that objdump: the count of a shift by one is shown */
	{0xffffffff81009e62, 3, "\x41\xd1\xf8", "sar    $1,%r8d"},
};

static void spells_as_objdump(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct insn insn;

		REQUIRE(disassemble(d, (const uint8_t *)rows[i].bytes, rows[i].n, rows[i].address, &insn));
		CHECK_EQ_U64(insn.size, rows[i].n);
		if (strcmp(insn.text, rows[i].text) != 0)
			FAIL("row %zu is \"%s\", not \"%s\"", i, insn.text, rows[i].text);
	}
}

static void goals(void)
{
	struct insn insn;

	REQUIRE(disassemble(d, (const uint8_t *)"\xe8\x10\x00\x00\x00", 5, 0xffffffff81000000, &insn));
	CHECK(insn.has_goal && !insn.goal_is_data);
	CHECK_EQ_U64(insn.goal, 0xffffffff81000015);
	REQUIRE(disassemble(d, (const uint8_t *)"\x74\xfe", 2, 0xffffffff81000000, &insn));
	CHECK_EQ_U64(insn.goal, 0xffffffff81000000);
	/* mov 0x10(%rip),%rax */
	REQUIRE(disassemble(d, (const uint8_t *)"\x48\x8b\x05\x10\x00\x00\x00", 7, 0xffffffff81000000,
			    &insn));
	CHECK(insn.has_goal && insn.goal_is_data);
	CHECK_EQ_U64(insn.goal, 0xffffffff81000017);
	/* call *%rax goes nowhere that is known */
	REQUIRE(disassemble(d, (const uint8_t *)"\xff\xd0", 2, 0, &insn));
	CHECK(!insn.has_goal);
}

static void what_is_no_code(void)
{
	struct insn insn;

	REQUIRE(disassemble(d, (const uint8_t *)"\x06\x90", 2, 0, &insn));
	CHECK(insn.bad);
	CHECK_EQ_U64(insn.size, 1);
	CHECK_STR(insn.text, "(bad)");
	/* cut off */
	REQUIRE(disassemble(d, (const uint8_t *)"\xe8\x10", 2, 0, &insn));
	CHECK(insn.bad);
	CHECK(!disassemble(d, (const uint8_t *)"", 0, 0, &insn));
}

int main(void)
{
	struct target t = {.order = ORDER_LITTLE, .word_size = 8};

	for (size_t i = 0; arch_table[i]; i++)
		if (strcmp(arch_table[i]->name, "x86_64") == 0)
			t.arch = arch_table[i];
	if (!t.arch) {
		printf("# this build has no x86_64\n");
		return 77;
	}
	d = disassembler_open(&t);
	if (!d)
		return 1;
	RUN(spells_as_objdump);
	RUN(goals);
	RUN(what_is_no_code);
	disassembler_close(d);
	return check_done();
}
