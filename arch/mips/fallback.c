/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prologue analysis: where a function's frame is, read off its instructions. The
 * ABI has no chain of frames and the stack pointer rarely moves but at a
 * function's start and end, so the code from the start up to the pc tells how far
 * it moved, and what was stored before it could change.
 */
#include "mips.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "debuginfo/elf_file.h"

/* Fields of an instruction (MIPS32 Architecture, volume II). */
static unsigned op(uint32_t i)
{
	return i >> 26;
}
static unsigned rs(uint32_t i)
{
	return i >> 21 & 31;
}
static unsigned rt(uint32_t i)
{
	return i >> 16 & 31;
}
static unsigned rd(uint32_t i)
{
	return i >> 11 & 31;
}
static int64_t immediate(uint32_t i)
{
	return (int16_t)(i & 0xffff);
}

enum {
	OP_SPECIAL = 0,
	OP_REGIMM = 1,
	OP_J = 2,
	OP_JAL = 3,
	OP_BEQ = 4,
	OP_ADDIU = 9,
	OP_ORI = 13,
	OP_LUI = 15,
	OP_DADDIU = 25,
	OP_SW = 43,
	OP_SD = 63,
	FUNCT_JR = 8,
	FUNCT_JALR = 9,
	FUNCT_ADDU = 33,
	FUNCT_SUBU = 35,
	FUNCT_OR = 37,
	FUNCT_DADDU = 45,
	FUNCT_DSUBU = 47,
};

struct scan {
	struct mips_frame frame, body; /* now, and before the stack pointer last went up */
	bool has_body, returned;       /* @returned: code that left the function lies behind */
	int64_t constant[32];          /* that lui, ori, addiu put into a register */
	uint32_t known;                /* bit per register: constant[] holds */
	unsigned store;                /* the opcode that stores a register: SW or SD */
};

static void set_constant(struct scan *s, unsigned reg, int64_t value)
{
	s->constant[reg] = value;
	s->known |= 1U << reg;
}

/* The stack pointer moves by @by. */
static void move_sp(struct scan *s, int64_t by)
{
	if (by < 0) {
		/* behind a way out, another way in that came past the first frame's beginning */
		if (s->returned)
			s->frame = (struct mips_frame){0};
		s->returned = false;
		s->frame.size += (uint64_t)-by;
		return;
	}
	if (!s->has_body || s->body.size < s->frame.size)
		s->body = s->frame;
	s->has_body = true;
	s->frame.size = (uint64_t)by < s->frame.size ? s->frame.size - (uint64_t)by : 0;
	if (s->frame.size == 0)
		s->frame.saved = 0; /* nothing below the stack pointer can be relied on */
}

static bool is_saved_register(unsigned reg)
{
	return (reg >= MIPS_S0 && reg <= 23) || reg == 28 || reg == MIPS_S8 || reg == MIPS_RA;
}

/* The first store of a register that calls preserve is that of the caller's value. */
static void store(struct scan *s, unsigned reg, int64_t offset)
{
	struct mips_frame *f = &s->frame;

	if (!is_saved_register(reg) || (f->saved >> reg & 1) || f->moved)
		return;
	f->offset[reg] = offset - (int64_t)f->size;
	/* at or above the frame are the caller's own */
	if (f->offset[reg] < 0 && f->offset[reg] >= -(int64_t)f->size)
		f->saved |= 1U << reg;
}

static void special(struct scan *s, uint32_t i)
{
	unsigned funct = i & 63;
	bool add = funct == FUNCT_ADDU || funct == FUNCT_DADDU,
	     subtract = funct == FUNCT_SUBU || funct == FUNCT_DSUBU;

	if ((add || funct == FUNCT_OR) && rd(i) == MIPS_S8 && rs(i) == MIPS_SP && rt(i) == 0) {
		s->frame.has_pointer = true;
		s->frame.pointer_size = s->frame.size;
	} else if ((add || funct == FUNCT_OR) && rd(i) == MIPS_SP && rs(i) == MIPS_S8 && rt(i) == 0) {
		if (!s->has_body)
			s->body = s->frame;
		s->has_body = true;
		if (s->frame.has_pointer)
			s->frame.size = s->frame.pointer_size;
		s->frame.moved = false;
	} else if ((add || subtract) && rd(i) == MIPS_SP && rs(i) == MIPS_SP) {
		if (s->known >> rt(i) & 1)
			move_sp(s, add ? s->constant[rt(i)] : -s->constant[rt(i)]);
		else
			s->frame.moved = true;
	}
	if (funct != FUNCT_JR && funct != FUNCT_JALR)
		s->known &= ~(1U << rd(i));
}

static void one(struct scan *s, uint32_t i)
{
	if (op(i) == s->store) {
		if (rs(i) == MIPS_SP)
			store(s, rt(i), immediate(i));
		return;
	}
	switch (op(i)) {
	case OP_SPECIAL: special(s, i); return;
	case OP_ADDIU:
	case OP_DADDIU:
		if (rt(i) == MIPS_SP && rs(i) == MIPS_SP)
			move_sp(s, immediate(i));
		else if (rs(i) == 0)
			set_constant(s, rt(i), immediate(i));
		else if (s->known >> rs(i) & 1)
			set_constant(s, rt(i), s->constant[rs(i)] + immediate(i));
		else
			s->known &= ~(1U << rt(i));
		return;
	case OP_ORI:
		if (rs(i) == 0)
			set_constant(s, rt(i), i & 0xffff);
		else if (s->known >> rs(i) & 1)
			set_constant(s, rt(i), s->constant[rs(i)] | (i & 0xffff));
		else
			s->known &= ~(1U << rt(i));
		return;
	case OP_LUI: set_constant(s, rt(i), immediate(i) * 65536); return;
	default:
		/* loads and other arithmetic */
		if (op(i) > OP_LUI && op(i) < OP_SW - 3)
			s->known &= ~(1U << rt(i));
		return;
	}
}

/* Control does not come behind its delay slot: jr, j, b (beq $0, $0). */
static bool leaves(uint32_t i)
{
	return (op(i) == OP_SPECIAL && (i & 63) == FUNCT_JR) || op(i) == OP_J ||
	       (op(i) == OP_BEQ && rs(i) == rt(i));
}

/* jal, jalr, bal and their like */
static bool is_call_insn(uint32_t i)
{
	return op(i) == OP_JAL || (op(i) == OP_SPECIAL && (i & 63) == FUNCT_JALR) ||
	       (op(i) == OP_REGIMM && (rt(i) & 0x1c) == 0x10);
}

static bool is_sp_down(uint32_t i)
{
	return (op(i) == OP_ADDIU || op(i) == OP_DADDIU) && rt(i) == MIPS_SP && rs(i) == MIPS_SP &&
	       immediate(i) < 0;
}

void mips_prologue(const uint32_t *code, size_t n, unsigned word_size, struct mips_frame *frame)
{
	struct scan s = {.store = word_size == 8 ? OP_SD : OP_SW};
	size_t left = 0; /* the jump whose delay slot is next, plus one */

	for (size_t i = 0; i < n; i++) {
		/* A call to _mcount pushes two words in its delay slot, which that function takes off again.
		 */
		if (i == 0 || !is_call_insn(code[i - 1]) || !is_sp_down(code[i]))
			one(&s, code[i]);
		/* What follows a return belongs to the function's body again: it is reached by a branch. */
		if (left == i && i) {
			if (s.has_body)
				s.frame = s.body;
			s.has_body = false;
			s.returned = true;
		}
		if (leaves(code[i]))
			left = i + 1;
	}
	*frame = s.frame;
}

enum { MOST_CODE = 16 << 10 }; /* instructions */

/*
 * In the vmlinux: the code of start-up, where idle tasks' stacks begin, is no longer in memory. What the
 * running kernel changes in its code is no part of a prologue.
 */
static bool read_code(struct target *t, uint64_t address, uint8_t *bytes, size_t size)
{
	uint64_t link = (address - t->slide) & target_word_mask(t);
	const uint8_t *file = t->vmlinux ? elf_file_at_address(t->vmlinux, link, size) : NULL;

	if (file)
		memcpy(bytes, file, size);
	return file || target_read(t, address, bytes, size) == READ_OK;
}

static struct unwind_rule at_cfa(int64_t offset)
{
	return (struct unwind_rule){.kind = RULE_AT_CFA, .offset = offset};
}

static void fill(const struct mips_frame *f, struct unwind_row *row)
{
	*row = (struct unwind_row){
		.kind = FRAME_CALL, .return_reg = MIPS_RA, .n_regs = 32, .origin = "prologue"};
	row->cfa = (struct unwind_rule){.kind = RULE_REG_PLUS,
					.reg = f->moved ? MIPS_S8 : MIPS_SP,
					.offset = (int64_t)(f->moved ? f->pointer_size : f->size)};
	for (unsigned reg = 0; reg < 32; reg++)
		row->regs[reg].kind = RULE_ABI;
	for (unsigned reg = 0; reg < 32; reg++) {
		if (f->saved >> reg & 1)
			row->regs[reg] = at_cfa(f->offset[reg]);
	}
}

bool mips_fallback_row(struct target *t, const struct regs *r, struct unwind_row *row)
{
	uint64_t pc = r->value[MIPS_EPC], offset;
	const struct symbol *function = symbol_text_at(t->symbols, r->pc_is_return ? pc - 1 : pc, NULL);
	struct mips_frame frame;
	uint32_t *code;
	bool good;

	/* Bit 0 says MIPS16 or microMIPS, whose instructions are others. */
	if (!function || ((pc | function->address) & 3))
		return false;
	offset = pc - function->address;
	if (offset / 4 > MOST_CODE)
		return false;
	code = xcalloc(offset / 4 + 1, sizeof *code);
	good = read_code(t, function->address, (uint8_t *)code, (size_t)offset);
	for (size_t i = 0; good && i < offset / 4; i++)
		code[i] = get_u32(&code[i], t->order);
	if (good) {
		mips_prologue(code, (size_t)(offset / 4), t->word_size, &frame);
		/* Whoever made a call must have kept its own return address. */
		good = ((frame.saved >> MIPS_RA & 1) || !r->pc_is_return) &&
		       (frame.has_pointer || !frame.moved);
	}
	free(code);
	if (good)
		fill(&frame, row);
	return good;
}

/* Two instructions before: the one between is in the delay slot. */
bool mips_is_call(struct target *t, uint64_t return_address, uint64_t callee)
{
	uint8_t bytes[4];
	uint32_t i;

	if ((return_address & 3) || !read_code(t, return_address - 8, bytes, sizeof bytes))
		return true;
	i = get_u32(bytes, t->order);
	if (op(i) == OP_JAL && callee) /* within 256 MB */
		return callee == (((return_address - 4) & ~0xfffffffULL) | (uint64_t)(i & 0x3ffffff) << 2);
	return is_call_insn(i);
}
