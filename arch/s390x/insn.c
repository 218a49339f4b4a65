/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions as gdb and objdump spell them: "stmg   %r6,%r15,72(%r15)". */
#include <capstone/capstone.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "s390x.h"
#include "target/insn.h"

/* Principles of Operation, "Instruction Formats": the first two bits. */
unsigned s390x_insn_length(const uint8_t *code)
{
	return code[0] < 0x40 ? 2 : code[0] < 0xc0 ? 4 : 6;
}

static const char *last_operand(const cs_insn *insn)
{
	const char *comma = strrchr(insn->op_str, ',');

	return comma ? comma + 1 + strspn(comma + 1, " ") : insn->op_str;
}

/* Its last operand is an address, which no register is added to. */
static bool is_relative(const cs_insn *insn, uint64_t *goal)
{
	const char *last = last_operand(insn);

	return strncmp(last, "0x", 2) == 0 && parse_number(last, 16, goal);
}

/*
 * Branches relative to the pc, which capstone does not tell from other instructions: they are all those whose
 * names begin so, and larl and its like, which name data, do not.
 */
bool s390x_insn_goal(const void *instruction, uint64_t *goal)
{
	static const char *const starts[] = {"j",    "bras",  "brc", "brx",  "cij",  "clij",
					     "cgij", "clgij", "crj", "clrj", "cgrj", "clgrj"};
	const cs_insn *insn = instruction;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncmp(insn->mnemonic, starts[i], strlen(starts[i])) == 0)
			return is_relative(insn, goal);
	return false;
}

/* Instructions that name data relative to the pc: "load relative long" and so on. */
static bool names_data(const cs_insn *insn, uint64_t *goal)
{
	static const char *const names[] = {"larl",   "lrl",   "lgrl",   "lgfrl", "llgfrl", "lhrl",
					    "lghrl",  "llhrl", "llghrl", "strl",  "stgrl",  "sthrl",
					    "exrl",   "crl",   "cgrl",   "cgfrl", "clrl",   "clgrl",
					    "clgfrl", "chrl",  "cghrl",  "clhrl", "clghrl", NULL};

	for (const char *const *name = names; *name; name++)
		if (strcmp(insn->mnemonic, *name) == 0)
			return is_relative(insn, goal);
	return false;
}

/* Conditions of compare-and-branch: capstone says "low or high" where objdump says "not equal", and so on. */
static void usual_condition(char *name)
{
	static const char *const pairs[][2] = {{"lh", "ne"}, {"le", "nh"}, {"he", "nl"}};
	size_t n = strlen(name);

	if (name[0] != 'c' || n < 4)
		return;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (strcmp(name + n - 2, pairs[i][0]) == 0 && name[n - 3] == 'j') {
			memcpy(name + n - 2, pairs[i][1], 2);
			return;
		}
}

bool s390x_spell(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	const cs_insn *insn = instruction;
	const char *operands = insn->op_str, *last = last_operand(insn);
	char name[sizeof insn->mnemonic];
	bool data = names_data(insn, goal);
	uint64_t ignored;

	(void)handle;
	snprintf(name, sizeof name, "%s", insn->mnemonic);
	usual_condition(name);
	/* A branch that is never taken: room for one that is (arch/s390/include/asm/ftrace.h). */
	if (operands[0] == '0' && operands[1] == ',' &&
	    (strcmp(name, "brcl") == 0 || strcmp(name, "brc") == 0)) {
		snprintf(name, sizeof name, "%s", name[3] ? "jgnop" : "jnop");
		operands = last;
	}
	text_printf(out, *operands ? "%-6s " : "%s", name);
	if (!data && !s390x_insn_goal(insn, &ignored)) {
		spell_operands(out, operands, strlen(operands));
		return false;
	}
	/* Addresses stay as they are. */
	spell_operands(out, operands, (size_t)(last - operands));
	text_puts(out, last);
	return data;
}
