/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The few instructions that unwinding looks at (Power ISA, book I), and how gdb writes them all. */
#include "ppc64.h"

#include <capstone/capstone.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ONE_MEGABYTE = 1 << 20,
};

static bool is_branch_and_link(uint32_t insn)
{
	/* bl, bla; bcl; bctrl, blrl and their conditional forms */
	return (insn & 0xfc000001) == 0x48000001 || (insn & 0xfc000001) == 0x40000001 ||
	       (insn & 0xfc0007ff) == 0x4c000421 || (insn & 0xfc0007ff) == 0x4c000021;
}

bool ppc64_is_call(struct target *t, uint64_t return_address, uint64_t callee)
{
	uint64_t word, goal;
	uint32_t insn;

	if (return_address & 3 || target_read_uint(t, return_address - 4, 4, &word) != READ_OK)
		return !(return_address & 3);
	insn = (uint32_t)word;
	if (!is_branch_and_link(insn))
		return false;
	if (!callee || (insn & 0xfc000003) != 0x48000001)
		return true;
	/* ELFv2: a call within the same module goes to the local entry, 8 or 16 bytes in, or by way of a stub
	 */
	goal = return_address - 4 + (uint64_t)((int64_t)(int32_t)((insn & 0x03fffffc) << 6) >> 6);
	return goal - callee <= 64 || goal - callee + ONE_MEGABYTE > 2 * (uint64_t)ONE_MEGABYTE;
}

struct ppc64_prologue ppc64_prologue(const uint8_t *code, size_t size, enum byte_order order)
{
	struct ppc64_prologue p = {0};

	for (size_t i = 0; i + 4 <= size; i += 4) {
		uint32_t insn = get_u32(code + i, order);
		int16_t low = (int16_t)insn;

		if ((insn & 0xffff0003) == 0xf8210001 && low < 0) /* stdu r1,-N(r1) */
			p.frame = true;
		else if ((insn & 0xffff0000) ==
			 0xf8010000) /* std r0,N(r1): N is 16, or 16 more than the frame */
			p.lr_saved |= p.frame ? low > LR_SAVE : low == LR_SAVE;
		else if ((insn & 0xffff0000) == 0x38210000 && low > 0) /* addi r1,r1,N */
			p.frame = false;
		else if (insn == 0x7c0803a6) /* mtlr r0 */
			p.lr_saved = false;
	}
	return p;
}

/*
 * Names for rotations and moves by what they do (Power ISA, book I, appendix C), of which capstone knows
 * fewer than binutils. False when it is none of these.
 */
static bool spell_extended(csh handle, const cs_insn *insn, struct text *out)
{
	const cs_ppc *ppc = &insn->detail->ppc;
	const cs_ppc_op *op = ppc->operands;
	const char *dot = strchr(insn->mnemonic, '.') ? "." : "", *name = NULL;
	size_t n = strcspn(insn->mnemonic, ".");
	int64_t number = -1;
	char mnemonic[16];

	if (n == 6 && strncmp(insn->mnemonic, "rldicl", n) == 0 && ppc->op_count == 4 &&
	    op[2].imm + op[3].imm == 64) {
		name = "srdi";
		number = op[3].imm;
	} else if (n == 6 && strncmp(insn->mnemonic, "rldicr", n) == 0 && ppc->op_count == 4 &&
		   op[2].imm == 0) {
		name = "clrrdi";
		number = 63 - op[3].imm;
	} else if (n == 6 && strncmp(insn->mnemonic, "rlwinm", n) == 0 && ppc->op_count == 5 &&
		   op[2].imm == 0 && op[3].imm == 0) {
		name = "clrrwi";
		number = 31 - op[4].imm;
	} else if (ppc->op_count == 3 && op[1].type == PPC_OP_REG && op[2].type == PPC_OP_REG &&
		   op[1].reg == op[2].reg) {
		name = n == 2 && strncmp(insn->mnemonic, "or", n) == 0    ? "mr"
		       : n == 3 && strncmp(insn->mnemonic, "nor", n) == 0 ? "not"
									  : NULL;
	}
	if (!name)
		return false;
	snprintf(mnemonic, sizeof mnemonic, "%s%s", name, dot);
	text_printf(out, "%-7s %s,%s", mnemonic, cs_reg_name(handle, (unsigned)op[0].reg),
		    cs_reg_name(handle, (unsigned)op[1].reg));
	if (number >= 0)
		text_printf(out, ",%" PRId64, number);
	return true;
}

/* gdb writes numbers in decimal, but for where a branch goes, and no blanks between operands. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of arch->spell */
bool ppc64_spell(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	const cs_insn *insn = instruction;
	bool branch = cs_insn_group((csh)handle, insn, CS_GRP_BRANCH_RELATIVE) || insn->mnemonic[0] == 'b';
	const char *at = insn->op_str;
	char *end;

	(void)goal;
	if (spell_extended((csh)handle, insn, out))
		return false;
	text_printf(out, *at ? "%-7s " : "%s",
		    strcmp(insn->mnemonic, "sync") == 0 && !*at ? "hwsync" : insn->mnemonic);
	while (*at) {
		if (!branch && at[0] == '0' && at[1] == 'x') {
			text_printf(out, "%" PRIu64, (uint64_t)strtoull(at, &end, 16));
			at = end;
		} else {
			if (*at != ' ')
				text_printf(out, "%c", *at);
			at++;
		}
	}
	return false;
}
