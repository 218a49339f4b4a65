/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions as gdb and objdump spell them: compressed ones as those that they
 * are short for, branches with the address where they go, which capstone gives as a distance.
 */
#include <capstone/capstone.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "riscv64.h"
#include "target/insn.h"

/* RISC-V unprivileged ISA, 1.5 "Base Instruction-Length Encoding": the two lowest bits. */
unsigned riscv64_insn_length(const uint8_t *code)
{
	return (code[0] & 3) == 3 ? 4 : 2;
}

static const char *last_operand(const cs_insn *insn)
{
	const char *comma = strrchr(insn->op_str, ',');

	return comma ? comma + 1 + strspn(comma + 1, " ") : insn->op_str;
}

/* Without the prefix of compressed instructions. */
static const char *plain_name(const cs_insn *insn)
{
	return strncmp(insn->mnemonic, "c.", 2) == 0 ? insn->mnemonic + 2 : insn->mnemonic;
}

bool riscv64_insn_goal(const void *instruction, uint64_t *goal)
{
	static const char *const names[] = {"beq",  "bne",  "blt",  "bge",  "bltu", "bgeu", "bgt",
					    "ble",  "bgtu", "bleu", "beqz", "bnez", "blez", "bgez",
					    "bltz", "bgtz", "j",    "jal",  NULL};
	const cs_insn *insn = instruction;
	const char *last = last_operand(insn);
	bool back = *last == '-';
	uint64_t distance;

	for (const char *const *name = names; *name; name++) {
		if (strcmp(plain_name(insn), *name) != 0)
			continue;
		if (!parse_number(last + back, 0, &distance))
			return false;
		*goal = back ? insn->address - distance : insn->address + distance;
		return true;
	}
	return false;
}

/* Compressed instructions whose first operand is a source too, and the names of the others. */
static const struct short_form {
	const char *name, *full;
	bool twice;
} short_forms[] = {
	{"addi", "addi", true}, {"addiw", "addiw", true},   {"slli", "slli", true},
	{"srli", "srli", true}, {"srai", "srai", true},     {"andi", "andi", true},
	{"add", "add", true},   {"addw", "addw", true},     {"sub", "sub", true},
	{"subw", "subw", true}, {"and", "and", true},       {"or", "or", true},
	{"xor", "xor", true},   {"addi16sp", "addi", true}, {"addi4spn", "addi", false},
	{"sdsp", "sd", false},  {"ldsp", "ld", false},      {"swsp", "sw", false},
	{"lwsp", "lw", false},  {"fldsp", "fld", false},    {"fsdsp", "fsd", false},
};

static const struct short_form *find_short(const char *name)
{
	for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
		if (strcmp(short_forms[i].name, name) == 0)
			return &short_forms[i];
	return NULL;
}

/* Where objdump keeps hexadecimal: amounts of shifts, and the upper part of an address. */
static bool is_hexadecimal(const char *name)
{
	static const char *const names[] = {"slli",  "srli",  "srai", "slliw", "srliw",
					    "sraiw", "auipc", "lui",  NULL};

	for (const char *const *n = names; *n; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

static void put_hexadecimal(struct text *out, const char *operands)
{
	const char *comma = strrchr(operands, ',');
	uint64_t value;

	spell_operands(out, operands, comma ? (size_t)(comma + 1 - operands) : 0);
	comma = comma ? comma + 1 + strspn(comma + 1, " ") : operands;
	if (parse_number(comma, 0, &value)) {
		text_puts(out, "0x");
		text_hex(out, value, 0);
	} else {
		text_puts(out, comma);
	}
}

static void put_operands(struct text *out, const cs_insn *insn, const char *name, bool twice)
{
	const char *operands = insn->op_str;
	uint64_t goal;

	if (twice)
		spell_operands(out, operands, strcspn(operands, ",") + 1);
	if (riscv64_insn_goal(insn, &goal)) {
		spell_operands(out, operands, (size_t)(last_operand(insn) - operands));
		text_puts(out, "0x");
		text_hex(out, goal, 0);
	} else if (is_hexadecimal(name)) {
		put_hexadecimal(out, operands);
	} else {
		spell_operands(out, operands, strlen(operands));
	}
}

/* Two that have names of their own: the addition of a constant to zero, and of zero in 32 bits. */
static bool put_alias(struct text *out, const char *name, const char *operands, bool twice)
{
	char to[16], from[16], number[24];
	int n = sscanf(operands, "%15[^,], %15[^,], %23s", to, from, number);

	if (strcmp(name, "addi") == 0 && n == 3 && strcmp(from, "zero") == 0) {
		text_printf(out, "li     %s,", to);
		spell_operands(out, number, strlen(number));
		return true;
	}
	if (strcmp(name, "addiw") != 0 || strcmp(n == 3 ? number : from, "0") != 0 || n != (twice ? 2 : 3))
		return false;
	text_printf(out, "sext.w %s,%s", to, twice ? to : from);
	return true;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of arch->spell */
bool riscv64_spell(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	const cs_insn *insn = instruction;
	bool compressed = plain_name(insn) != insn->mnemonic;
	const char *name = plain_name(insn);
	const struct short_form *form = compressed ? find_short(name) : NULL;
	char base[16], link[16], distance[24];

	(void)handle;
	(void)goal;
	if (form)
		name = form->full;
	if (compressed && strcmp(name, "jr") == 0 && strcmp(insn->op_str, "ra") == 0) {
		text_puts(out, "ret");
		return false;
	}
	/* "jalr ra, t1, 0x28" */
	if (strcmp(name, "jalr") == 0 &&
	    sscanf(insn->op_str, "%15[^,], %15[^,], %23s", link, base, distance) == 3) {
		text_puts(out, strcmp(link, "zero") == 0 ? "jr     " : "jalr   ");
		if (strcmp(link, "zero") != 0 && strcmp(link, "ra") != 0)
			text_printf(out, "%s,", link);
		spell_operands(out, distance, strlen(distance));
		text_printf(out, "(%s)", base);
		return false;
	}
	if (put_alias(out, name, insn->op_str, form && form->twice))
		return false;
	text_printf(out, insn->op_str[0] ? "%-6s " : "%s", name);
	put_operands(out, insn, name, form && form->twice);
	return false;
}
