/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gdb and objdump write MIPS code without $ before registers, offsets and small
 * numbers in decimal, bit patterns in hexadecimal, registers of coprocessor 0 by
 * name, and registers 8 to 15 as the ABI of the word size calls them.
 */
#include <capstone/capstone.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "mips.h"

static const char *const names_32[32] = {
	"zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7",
	"s0",   "s1", "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp", "s8", "ra",
};
/* n32 and n64 pass eight arguments in registers. */
static const char *const names_64[8] = {"a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3"};

/* MIPS32 and MIPS64 Privileged Resource Architecture, table 9.1, as binutils spells them. */
static const char *const cp0[32] = {
	"c0_index",  "c0_random",   "c0_entrylo0", "c0_entrylo1", "c0_context", "c0_pagemask", "c0_wired",
	"c0_hwrena", "c0_badvaddr", "c0_count",    "c0_entryhi",  "c0_compare", "c0_status",   "c0_cause",
	"c0_epc",    "c0_prid",     "c0_config",   "c0_lladdr",   "c0_watchlo", "c0_watchhi",  "c0_xcontext",
	"$21",       "$22",         "c0_debug",    "c0_depc",     "c0_perfcnt", "c0_errctl",   "c0_cacheerr",
	"c0_taglo",  "c0_taghi",    "c0_errorepc", "c0_desave",
};
static const struct {
	uint8_t reg, sel;
	const char *name;
} cp0_selected[] = {
	{4, 1, "c0_contextconfig"}, {5, 1, "c0_pagegrain"},   {12, 1, "c0_intctl"},  {12, 2, "c0_srsctl"},
	{12, 3, "c0_srsmap"},       {15, 1, "c0_ebase"},      {16, 1, "c0_config1"}, {16, 2, "c0_config2"},
	{16, 3, "c0_config3"},      {27, 1, "c0_cacheerr,1"}, {28, 1, "c0_datalo"},  {29, 1, "c0_datahi"},
};

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++) {
		if (strcmp(word, *list) == 0)
			return true;
	}
	return false;
}

struct spelling {
	csh handle;
	const cs_insn *insn;
	const cs_mips *mips;
	bool wide;
	struct text *out;
};

static void put_reg(const struct spelling *s, unsigned reg)
{
	const char *name;

	if (reg >= MIPS_REG_0 && reg <= MIPS_REG_31) {
		unsigned n = reg - MIPS_REG_0;

		text_puts(s->out, s->wide && n >= 8 && n < 16 ? names_64[n - 8] : names_32[n]);
		return;
	}
	name = cs_reg_name(s->handle, reg);
	/* of coprocessor 1, the vector unit and the accumulators */
	if (name && (((name[0] == 'f' || name[0] == 'w') && name[1] >= '0' && name[1] <= '9') ||
		     strncmp(name, "ac", 2) == 0))
		text_putc(s->out, '$');
	text_puts(s->out, name ? name : "?");
}

static unsigned reg_number(unsigned reg)
{
	return reg >= MIPS_REG_0 && reg <= MIPS_REG_31 ? reg - MIPS_REG_0 : 32;
}

/* "mfc0 v1,c0_status": the last operand selects one of several registers. */
static bool put_cp0(const struct spelling *s)
{
	static const char *const moves[] = {"mfc0", "mtc0", "dmfc0", "dmtc0", NULL};
	const cs_mips_op *op = s->mips->operands;
	unsigned reg;
	int64_t sel;

	if (!is_one_of(s->insn->mnemonic, moves) || s->mips->op_count != 3 || op[2].type != MIPS_OP_IMM)
		return false;
	reg = reg_number(op[1].reg);
	sel = op[2].imm;
	if (reg > 31)
		return false;
	put_reg(s, op[0].reg);
	text_putc(s->out, ',');
	for (size_t i = 0; sel && i < sizeof cp0_selected / sizeof *cp0_selected; i++) {
		if (cp0_selected[i].reg == reg && cp0_selected[i].sel == sel) {
			text_puts(s->out, cp0_selected[i].name);
			return true;
		}
	}
	if (sel)
		text_printf(s->out, "%s,%" PRId64, cp0[reg], sel);
	else
		text_puts(s->out, cp0[reg]);
	return true;
}

/* Which the last operand of is an address in the code. */
static bool is_branch(const cs_insn *insn)
{
	/* in no group of capstone's */
	static const char *const jumps[] = {"j", "jal", "jalx", "b", "bal", NULL};
	const cs_mips *m = &insn->detail->mips;

	if (m->op_count == 0 || m->operands[m->op_count - 1].type != MIPS_OP_IMM)
		return false;
	for (unsigned i = 0; i < insn->detail->groups_count; i++) {
		unsigned group = insn->detail->groups[i];

		if (group == CS_GRP_JUMP || group == CS_GRP_CALL || group == CS_GRP_BRANCH_RELATIVE)
			return true;
	}
	return is_one_of(insn->mnemonic, jumps);
}

/* capstone keeps the low 32 bits of where it goes, which is near the instruction's own address. */
static uint64_t goal_of(const cs_insn *insn, bool wide)
{
	const cs_mips *m = &insn->detail->mips;
	uint32_t low = (uint32_t)m->operands[m->op_count - 1].imm;

	return wide ? (insn->address & ~0xffffffffULL) | low : low;
}

static void put_number(const struct spelling *s, int64_t value)
{
	static const char *const decimal[] = {"addiu", "daddiu", "addi", "daddi", "slti",  "sltiu", "li",
					      "teqi",  "tnei",   "tgei", "tlti",  "tltiu", "tgeiu", NULL};

	if (is_branch(s->insn))
		text_printf(s->out, "0x%" PRIx64, goal_of(s->insn, s->wide));
	else if (is_one_of(s->insn->mnemonic, decimal))
		text_printf(s->out, "%" PRId64, value);
	else
		text_printf(s->out, "0x%" PRIx64, (uint64_t)value & 0xffffffff);
}

static void put_operands(const struct spelling *s)
{
	for (unsigned i = 0; i < s->mips->op_count; i++) {
		const cs_mips_op *op = &s->mips->operands[i];

		if (i > 0)
			text_putc(s->out, ',');
		switch (op->type) {
		case MIPS_OP_REG: put_reg(s, op->reg); break;
		case MIPS_OP_IMM: put_number(s, op->imm); break;
		case MIPS_OP_MEM:
			text_printf(s->out, "%" PRId64 "(", op->mem.disp);
			put_reg(s, op->mem.base);
			text_putc(s->out, ')');
			break;
		default: text_putc(s->out, '?'); break;
		}
	}
}

/* Operations that are written as another, where one operand is $0. */
static bool put_alias(const struct spelling *s)
{
	static const struct {
		const char *name, *alias;
		unsigned zero; /* which operand */
	} aliases[] = {{"addiu", "li", 1}, {"ori", "li", 1}, {"subu", "negu", 1}, {"dsubu", "dnegu", 1}};
	const cs_mips_op *op = s->mips->operands;

	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		if (s->mips->op_count != 3 || strcmp(s->insn->mnemonic, aliases[i].name) != 0 ||
		    op[1].type != MIPS_OP_REG || op[1].reg != MIPS_REG_0)
			continue;
		text_printf(s->out, "%-6s ", aliases[i].alias);
		put_reg(s, op[0].reg);
		text_putc(s->out, ',');
		if (op[2].type == MIPS_OP_REG)
			put_reg(s, op[2].reg);
		else
			text_printf(s->out, i == 0 ? "%" PRId64 : "0x%" PRIx64, op[2].imm);
		return true;
	}
	return false;
}

/* Bit fields in the upper half of a doubleword have instructions of their own, written as the plain ones. */
static bool put_field(const struct spelling *s)
{
	static const struct {
		const char *name, *plain;
		unsigned position, size; /* to add */
	} fields[] = {{"dextu", "dext", 32, 0},
		      {"dextm", "dext", 0, 32},
		      {"dinsu", "dins", 32, 0},
		      {"dinsm", "dins", 0, 32}};
	const cs_mips_op *op = s->mips->operands;

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (s->mips->op_count != 4 || strcmp(s->insn->mnemonic, fields[i].name) != 0)
			continue;
		text_printf(s->out, "%-6s ", fields[i].plain);
		put_reg(s, op[0].reg);
		text_putc(s->out, ',');
		put_reg(s, op[1].reg);
		text_printf(s->out, ",0x%" PRIx64 ",0x%" PRIx64, op[2].imm + fields[i].position,
			    op[3].imm + fields[i].size);
		return true;
	}
	return false;
}

/* binutils' name where it is another one. */
static const char *mnemonic(const char *name)
{
	static const char *const names[][2] = {
		{"rotr", "ror"},     {"rotrv", "rorv"},     {"drotr", "dror"},
		{"drotrv", "drorv"}, {"drotr32", "dror32"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i][0], name) == 0)
			return names[i][1];
	}
	return name;
}

static void spell(const struct spelling *s)
{
	static const char *const divisions[] = {"div", "divu", "ddiv", "ddivu", NULL};

	if (put_alias(s) || put_field(s))
		return;
	text_puts(s->out, mnemonic(s->insn->mnemonic));
	if (s->mips->op_count == 0)
		return;
	text_fill(s->out, ' ', s->out->n < 6 ? 7 - s->out->n : 1);
	/* the result goes to hi and lo */
	if (s->mips->op_count == 2 && is_one_of(s->insn->mnemonic, divisions))
		text_puts(s->out, "zero,");
	if (!put_cp0(s))
		put_operands(s);
}

static bool spell_as(uint64_t handle, const void *insn, struct text *out, bool wide)
{
	const cs_insn *i = insn;
	struct spelling s = {(csh)handle, i, &i->detail->mips, wide, out};

	spell(&s);
	return false; /* nothing is relative to the pc but branches */
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of arch->spell */
bool mips_spell(uint64_t handle, const void *insn, struct text *out, uint64_t *goal)
{
	(void)goal;
	return spell_as(handle, insn, out, false);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of arch->spell */
bool mips64_spell(uint64_t handle, const void *insn, struct text *out, uint64_t *goal)
{
	(void)goal;
	return spell_as(handle, insn, out, true);
}

bool mips_insn_goal(const void *insn, uint64_t *goal)
{
	*goal = is_branch(insn) ? goal_of(insn, false) : 0;
	return *goal != 0;
}

bool mips64_insn_goal(const void *insn, uint64_t *goal)
{
	*goal = is_branch(insn) ? goal_of(insn, true) : 0;
	return *goal != 0;
}
