/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The few instructions that unwinding looks at (Power ISA, book I). */
#include "ppc64.h"

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
