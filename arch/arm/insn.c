/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capstone's spelling differs from that of gdb and objdump in its numbers, which
 * they write in decimal and again in hexadecimal where they are large; in the
 * names of r9, of two conditions and of coprocessors' registers; and in pushing
 * and popping one register.
 */
#include <capstone/capstone.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arm.h"

static bool is_coprocessor_move(const char *mnemonic)
{
	return strncmp(mnemonic, "mrc", 3) == 0 || strncmp(mnemonic, "mcr", 3) == 0;
}

/* "hs" and "lo" have other names, cs and cc. */
static void put_mnemonic(const cs_insn *insn, struct text *out)
{
	const cs_arm *arm = &insn->detail->arm;
	const char *name = insn->mnemonic, *dot = strchr(name, '.');
	size_t n = dot ? (size_t)(dot - name) : strlen(name);
	const char *other = arm->cc == ARM_CC_HS ? "cs" : arm->cc == ARM_CC_LO ? "cc" : NULL;

	if (other && n > 2 && (strncmp(name + n - 2, "hs", 2) == 0 || strncmp(name + n - 2, "lo", 2) == 0)) {
		text_put(out, name, n - 2);
		text_puts(out, other);
		text_puts(out, name + n);
	} else {
		text_puts(out, name);
	}
	if (insn->op_str[0])
		text_fill(out, ' ', strlen(name) < 6 ? 7 - strlen(name) : 1);
}

/* One operand's number; *@comment is what is to be said again in hexadecimal. */
static const char *put_number(const char *at, struct text *out, int64_t *comment)
{
	char *end;
	int64_t value = strtoll(at, &end, 0);

	/* of 32 bits: a large one is negative */
	value = value > INT32_MAX ? (int32_t)(uint32_t)value : value;
	text_printf(out, "#%" PRId64, value);
	if (value > 16 || value < -16)
		*comment = value;
	return end;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static void put_operands(const cs_insn *insn, bool thumb, struct text *out, int64_t *comment)
{
	const char *start = insn->op_str;
	bool pair = strncmp(insn->mnemonic, "ldrd", 4) == 0 || strncmp(insn->mnemonic, "strd", 4) == 0;

	pair &= !thumb && insn->detail->arm.op_count > 2;
	for (const char *at = start; *at;) {
		bool word = at == start || !is_word(at[-1]);

		if (*at == '#' && strchr("-0123456789", at[1]) && at[1] && !strchr(at, '.')) {
			at = put_number(at + 1, out, comment);
			continue;
		}
		if (word && strncmp(at, "sb", 2) == 0 && !is_word(at[2])) {
			text_puts(out, "r9");
			at += 2;
			continue;
		}
		/* the status registers by their own names */
		if (word && (strncmp(at, "apsr", 4) == 0 || strncmp(at, "cpsr", 4) == 0 ||
			     strncmp(at, "spsr", 4) == 0)) {
			text_puts(out, *at == 's' ? "SPSR" : "CPSR");
			at += 4;
			continue;
		}
		/* the second register of a pair is known by the first */
		if (pair && *at == ',') {
			at += 1 + strcspn(at + 1, ",");
			pair = false;
			continue;
		}
		text_putc(out, *at++);
	}
}

/* "p15, #0, r1, c13, c0, #3": 15, 0, r1, cr13, cr0, {3} */
static void put_coprocessor(const cs_insn *insn, struct text *out)
{
	unsigned n = 0;

	for (const char *at = insn->op_str; *at; n++) {
		size_t size = strcspn(at, ",");

		if (n == 0 && *at == 'p')
			text_put(out, at + 1, size - 1);
		else if (n == 1 && *at == '#')
			text_put(out, at + 1, size - 1);
		else if (*at == '#')
			text_printf(out, "{%.*s}", (int)size - 1, at + 1);
		else if (*at == 'c')
			text_printf(out, "cr%.*s", (int)size - 1, at + 1);
		else if (size == 2 && strncmp(at, "sb", 2) == 0)
			text_puts(out, "r9");
		else
			text_put(out, at, size);
		at += size;
		if (*at == ',') {
			text_puts(out, ", ");
			at += 1 + strspn(at + 1, " ");
		}
	}
}

/* A load or store of one register that moves the stack pointer by a word. */
static bool one_register(const cs_insn *insn, struct text *out)
{
	static const char *const forms[][3] = {
		{"str", ", [sp, #-4]!", "push"},
		{"ldr", ", [sp], #4", "pop"},
	};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strcspn(insn->op_str, ",");

		if (strncmp(insn->mnemonic, forms[i][0], 3) != 0 ||
		    strcmp(insn->op_str + n, forms[i][1]) != 0)
			continue;
		/* with the condition, but not of another size */
		if (insn->mnemonic[3] && strlen(insn->mnemonic) != 5)
			continue;
		text_printf(out, "%s%s", forms[i][2], insn->mnemonic + 3);
		text_fill(out, ' ', out->n < 6 ? 7 - out->n : 1);
		text_printf(out, "{%.*s}\t\t@ (%s %s)", (int)n,
			    n == 2 && strncmp(insn->op_str, "sb", 2) == 0 ? "r9" : insn->op_str,
			    insn->mnemonic, insn->op_str);
		return true;
	}
	return false;
}

/* What a load relative to the pc names. */
static bool data_goal(const cs_insn *insn, uint64_t *goal)
{
	const cs_arm *arm = &insn->detail->arm;

	for (unsigned i = 0; i < arm->op_count; i++) {
		const cs_arm_op *op = &arm->operands[i];

		if (op->type != ARM_OP_MEM || op->mem.base != ARM_REG_PC || op->mem.index != ARM_REG_INVALID)
			continue;
		*goal = ((insn->address & ~3ULL) + (insn->size == 2 ? 4 : 8) +
			 (uint64_t)(int64_t)op->mem.disp) &
			UINT32_MAX;
		return true;
	}
	return false;
}

bool arm_spell(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	const cs_insn *insn = instruction;
	const char *op = insn->op_str;
	bool thumb = !cs_insn_group(handle, insn, ARM_GRP_ARM);
	int64_t comment = 0;

	if (!thumb && one_register(insn, out))
		return false;
	if (strcmp(insn->mnemonic, "mov") == 0 && strcmp(op, "r0, r0") == 0) {
		text_puts(out, "nop\t\t\t@ (mov r0, r0)");
		return false;
	}
	if (strcmp(insn->mnemonic, "nop") == 0 && !thumb) {
		text_puts(out, "nop    {0}");
		return false;
	}
	put_mnemonic(insn, out);
	if (is_coprocessor_move(insn->mnemonic) && op[0] == 'p') {
		put_coprocessor(insn, out);
		return false;
	}
	/* where a branch goes is an address */
	if (op[0] == '#' &&
	    (cs_insn_group(handle, insn, CS_GRP_JUMP) || cs_insn_group(handle, insn, CS_GRP_CALL) ||
	     cs_insn_group(handle, insn, CS_GRP_BRANCH_RELATIVE))) {
		text_puts(out, op + 1);
		return false;
	}
	put_operands(insn, thumb, out, &comment);
	if (data_goal(insn, goal))
		return true;
	if (comment)
		text_printf(out, "\t@ 0x%" PRIx32, (uint32_t)comment);
	return false;
}
