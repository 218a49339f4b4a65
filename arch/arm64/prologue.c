/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function has done with its stack so far, read from its instructions.
 * Compilers keep x29 pointing to a frame record, the pair of the caller's x29
 * and the return address (aapcs64, 6.4.6), but not at a fixed distance from the
 * caller's stack pointer: that is in how the function made room for it.
 */
#include "arm64.h"

enum { MOST_INSNS = 512 };

/* What an instruction does, as far as it matters here; encodings by the Arm ARM, C4.1. */
static const struct pattern {
	uint32_t mask, value;
	enum {
		PUSH_RECORD,  /* stp x29, x30, [sp, #imm7]! */
		STORE_RECORD, /* stp x29, x30, [sp, #imm7] */
		POP_RECORD,   /* ldp x29, x30, [sp], #imm7 */
		LOAD_RECORD,  /* ldp x29, x30, [sp, #imm7] */
		PUSH,         /* stp or str of others to [sp, #imm]! */
		PUSH_ONE,     /* str Xt, [sp, #imm9]! */
		GROW,         /* sub sp, sp, #imm12 */
		SHRINK,       /* add sp, sp, #imm12 */
		SET_FP,       /* add x29, sp, #imm12; "mov x29, sp" with 0 */
		LEAVE,        /* ret, retaa, retab, b */
	} what;
} patterns[] = {
	{0xffc07fff, 0xa9807bfd, PUSH_RECORD}, {0xffc07fff, 0xa9007bfd, STORE_RECORD},
	{0xffc07fff, 0xa8c07bfd, POP_RECORD},  {0xffc07fff, 0xa9407bfd, LOAD_RECORD},
	{0xffc003e0, 0xa98003e0, PUSH},        {0xffe00fe0, 0xf8000fe0, PUSH_ONE},
	{0xff8003ff, 0xd10003ff, GROW},        {0xff8003ff, 0x910003ff, SHRINK},
	{0xff8003ff, 0x910003fd, SET_FP},      {0xffffffff, 0xd65f03c0, LEAVE},
	{0xfffffbff, 0xd65f0bff, LEAVE},       {0xfc000000, 0x14000000, LEAVE},
};

/* The signed offset of a pair, and the immediate of an addition. */
static int64_t imm7(uint32_t insn)
{
	return ((int64_t)(insn >> 15 & 0x7f) ^ 0x40) * 8 - 0x40 * 8;
}

static int64_t imm9(uint32_t insn)
{
	return ((int64_t)(insn >> 12 & 0x1ff) ^ 0x100) - 0x100;
}

static int64_t imm12(uint32_t insn)
{
	return (int64_t)(insn >> 10 & 0xfff) << (insn >> 22 & 1 ? 12 : 0);
}

static void execute(uint32_t insn, struct arm64_prologue *p, struct arm64_prologue *body)
{
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		if ((insn & patterns[i].mask) != patterns[i].value)
			continue;
		switch (patterns[i].what) {
		case PUSH_RECORD:
			p->sp_below -= imm7(insn);
			p->record = -p->sp_below;
			p->saved = true;
			break;
		case STORE_RECORD:
			p->record = imm7(insn) - p->sp_below;
			p->saved = true;
			break;
		case POP_RECORD:
			p->sp_below -= imm7(insn);
			p->saved = p->fp_is_set = false;
			break;
		case LOAD_RECORD: p->saved = p->fp_is_set = false; break;
		case PUSH: p->sp_below -= imm7(insn); break;
		case PUSH_ONE: p->sp_below -= imm9(insn); break;
		case GROW: p->sp_below += imm12(insn); break;
		case SHRINK: p->sp_below -= imm12(insn); break;
		case SET_FP: p->fp_is_set = p->saved && imm12(insn) - p->sp_below == p->record; break;
		case LEAVE:
			/* What follows is reached from elsewhere: from the body, once there is one. */
			*p = *body;
			break;
		}
		if (p->fp_is_set && !body->fp_is_set)
			*body = *p;
		return;
	}
}

bool arm64_prologue(struct target *t, uint64_t start, uint64_t pc, bool after_call, struct arm64_prologue *p)
{
	struct arm64_prologue body = {0};
	uint8_t code[MOST_INSNS * 4];
	size_t size = pc - start;

	*p = body;
	if (pc < start || (start & 3))
		return false;
	/* What comes later in a long function is its body. */
	if (size > sizeof code) {
		size = sizeof code;
		after_call = true;
	}
	if (target_read(t, start, code, size) != READ_OK)
		return false;
	/* Instructions are little-endian whatever the data are (Arm ARM, B2.6.2). */
	for (size_t i = 0; i + 4 <= size; i += 4)
		execute(get_u32(code + i, ORDER_LITTLE), p, &body);
	/* A call overwrites x30: the function that makes one has saved it. */
	if (after_call && !p->saved)
		*p = body;
	return !after_call || p->saved;
}
