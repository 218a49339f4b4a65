/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/exidx.h"

#include <string.h>

#include "base/search.h"

enum { ENTRY_SIZE = 8, CANTUNWIND = 1 };
enum { SP = 13, LR = 14, PC = 15, N_CORE = 16 };
/* The compact models: a first word, and of personality routines 1 and 2 up to 255 more. */
enum { LONGEST = 256 * 4 };

static uint32_t entry_word(const struct exidx *x, size_t i, unsigned word)
{
	return get_u32(x->index + i * ENTRY_SIZE + (size_t)word * 4, x->order);
}

/* An offset of 31 bits from where it stands (IHI 0038, 5.1). */
static uint32_t prel31(uint32_t word, uint64_t address)
{
	int32_t offset = (int32_t)(word << 1) / 2;

	return (uint32_t)address + (uint32_t)offset;
}

static uint32_t function_of(const struct exidx *x, size_t i)
{
	return prel31(entry_word(x, i, 0), x->address + i * ENTRY_SIZE);
}

void exidx_check(struct exidx *x)
{
	x->unsorted = false;
	for (size_t i = 1; i < x->n && !x->unsorted; i++)
		x->unsorted = function_of(x, i) < function_of(x, i - 1);
}

/* The entry of the function that @pc is in; n when it is in none. */
static size_t find_entry(const struct exidx *x, uint32_t pc)
{
	size_t best = x->n;

	if (!x->unsorted) {
		size_t after = partition_point(x->n, i, function_of(x, i) <= pc);

		return after ? after - 1 : x->n;
	}
	for (size_t i = 0; i < x->n; i++) {
		if (function_of(x, i) <= pc && (best == x->n || function_of(x, i) >= function_of(x, best)))
			best = i;
	}
	return best;
}

/*
 * The machine that the instructions are for: a virtual stack pointer, and where
 * registers are. The pointer is a register of the frame, or a word that lies on
 * its stack, plus a distance.
 */
struct machine {
	const uint8_t *at, *end;
	uint16_t reg;
	int64_t offset;
	bool loaded; /* from memory: the word at register + loaded_from */
	int64_t loaded_from;
	struct unwind_rule regs[N_CORE];
};

static bool next(struct machine *m, uint8_t *byte)
{
	if (m->at == m->end)
		return false;
	*byte = *m->at++;
	return true;
}

/* Rules by the loaded word are relative to it until the end is known. */
static struct unwind_rule here(const struct machine *m)
{
	return (struct unwind_rule){
		.kind = m->loaded ? RULE_AT_CFA : RULE_AT_REG, .reg = m->reg, .offset = m->offset};
}

/* The stack pointer goes on from the saved word that @rule names. One such change is all that a row can say.
 */
static bool load(struct machine *m, const struct unwind_rule *rule)
{
	if (m->loaded || rule->kind != RULE_AT_REG)
		return false;
	m->loaded = true;
	m->reg = rule->reg;
	m->loaded_from = rule->offset;
	m->offset = 0;
	return true;
}

static bool pop(struct machine *m, unsigned mask)
{
	struct unwind_rule stack_pointer = {0};

	for (unsigned r = 0; r < N_CORE; r++) {
		if (!(mask >> r & 1))
			continue;
		if (r == SP)
			stack_pointer = here(m);
		else
			m->regs[r] = here(m);
		m->offset += 4;
	}
	return !(mask >> SP & 1) || load(m, &stack_pointer);
}

static bool set_stack_pointer(struct machine *m, unsigned r)
{
	if (m->regs[r].kind == RULE_AT_REG)
		return load(m, &m->regs[r]);
	if (m->loaded || r == SP || r == PC)
		return false;
	m->reg = (uint16_t)r;
	m->offset = 0;
	return true;
}

/* Registers that this unwinder does not keep: what they take on the stack. */
static bool skip(struct machine *m, unsigned bytes)
{
	m->offset += bytes;
	return true;
}

/* FSTMFDX leaves a word of its own (IHI 0038, 10.3, remark e). */
static bool skip_vfp_x(struct machine *m, unsigned count)
{
	return skip(m, count * 8 + 4);
}

static bool uleb128(struct machine *m, uint64_t *value)
{
	uint8_t byte;

	*value = 0;
	for (unsigned shift = 0; shift < 35; shift += 7) {
		if (!next(m, &byte))
			return false;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* 1011xxxx, but for 10111nnn. */
static bool op_b(struct machine *m, uint8_t op)
{
	uint64_t value;
	uint8_t byte;

	switch (op) {
	case 0xb1: return next(m, &byte) && byte && !(byte & 0xf0) && pop(m, byte);
	case 0xb2:
		if (!uleb128(m, &value))
			return false;
		m->offset += 0x204 + (int64_t)(value << 2);
		return true;
	case 0xb3: return next(m, &byte) && skip_vfp_x(m, (byte & 0xfU) + 1);
	case 0xb4: return skip(m, 4); /* a return address's authentication code */
	case 0xb5: return true;       /* ... is made with the stack pointer of here */
	default: return false;
	}
}

/* 11xxxxxx: coprocessors' registers. */
static bool op_c(struct machine *m, uint8_t op)
{
	uint8_t byte;

	switch (op) {
	case 0xc6: return next(m, &byte) && skip(m, ((byte & 0xfU) + 1) * 8); /* iWMMXt data ... */
	case 0xc7:                                                            /* ... and control registers */
		return next(m, &byte) && byte && !(byte & 0xf0) &&
		       skip(m, 4U * (unsigned)__builtin_popcount(byte));
	case 0xc8:
	case 0xc9: return next(m, &byte) && skip(m, ((byte & 0xfU) + 1) * 8);
	default: break;
	}
	if (op <= 0xc5 || (op & 0xf8) == 0xd0)
		return skip(m, ((op & 7U) + 1) * 8);
	return false;
}

/* One instruction of table 4 in IHI 0038, 10.3; *@finished at the one that says so. */
static bool step(struct machine *m, uint8_t op, bool *finished)
{
	uint8_t byte;

	if (op < 0x40) {
		m->offset += ((op & 0x3f) << 2) + 4;
		return true;
	}
	if (op < 0x80) {
		m->offset -= ((op & 0x3f) << 2) + 4;
		return true;
	}
	switch (op >> 4) {
	case 0x8: {
		unsigned mask;

		if (!next(m, &byte))
			return false;
		mask = (unsigned)(op & 0xf) << 12 | (unsigned)byte << 4;
		return mask && pop(m, mask); /* no registers at all: refuse to unwind */
	}
	case 0x9: return set_stack_pointer(m, op & 0xf);
	case 0xa: return pop(m, ((0x10U << ((op & 7) + 1)) - 0x10U) | (op & 8 ? 1U << LR : 0));
	case 0xb:
		if (op == 0xb0) {
			*finished = true;
			return true;
		}
		return op & 8 ? skip_vfp_x(m, (op & 7U) + 1) : op_b(m, op);
	default: return op_c(m, op);
	}
}

static void make_row(const struct machine *m, struct unwind_row *row)
{
	row->kind = FRAME_CALL;
	row->signal = false;
	row->cfa = (struct unwind_rule){
		.kind = RULE_REG_PLUS, .reg = m->reg, .offset = m->loaded ? m->loaded_from : m->offset};
	row->cfa_deref = m->loaded;
	row->cfa_add = m->loaded ? m->offset : 0;
	row->return_reg = m->regs[PC].kind == RULE_AT_REG || m->regs[PC].kind == RULE_AT_CFA ? PC : LR;
	row->n_regs = N_CORE;
	for (unsigned r = 0; r < N_CORE; r++) {
		row->regs[r] = m->regs[r];
		if (row->regs[r].kind == RULE_AT_CFA)
			row->regs[r].offset -= m->offset;
	}
	row->origin = "EXIDX";
}

static bool run(const uint8_t *code, size_t size, struct unwind_row *row)
{
	struct machine m = {.at = code, .end = code + size, .reg = SP};
	bool finished = false;
	uint8_t op;

	/* Not mentioned: r4 to r11 are preserved, the return address still in lr, the others lost. */
	for (unsigned r = 4; r < N_CORE - 1; r++)
		m.regs[r].kind = r == 12 ? RULE_UNDEFINED : RULE_ABI;
	while (!finished && next(&m, &op)) {
		if (!step(&m, op, &finished))
			return false;
	}
	make_row(&m, row);
	return true;
}

/* The instructions of a function, most significant byte of each word first. */
static size_t unpack(uint8_t *code, size_t size, uint32_t word, unsigned bytes)
{
	for (unsigned i = bytes; i-- > 0;)
		code[size++] = (uint8_t)(word >> i * 8);
	return size;
}

/*
 * An entry of the other table (IHI 0038, 6.2 and 6.3): of the compact model, or
 * one for a personality routine of its own. Of these only what GCC's have in
 * common is known: their instructions begin as routine 1's do, a word further.
 */
static bool read_code(const struct exidx *x, uint32_t at, uint8_t code[LONGEST], size_t *size)
{
	uint8_t bytes[LONGEST];
	unsigned more = 0;
	uint32_t word;

	if (!x->read || !x->read(x->context, at, bytes, 4))
		return false;
	word = get_u32(bytes, x->order);
	if (!(word >> 31)) {
		at += 4;
		if (!x->read(x->context, at, bytes, 4))
			return false;
		word = get_u32(bytes, x->order);
		more = word >> 24;
		*size = unpack(code, 0, word, 3);
	} else {
		switch (word >> 24) {
		case 0x80: *size = unpack(code, 0, word, 3); break;
		case 0x81:
		case 0x82:
			more = word >> 16 & 0xff;
			*size = unpack(code, 0, word, 2);
			break;
		default: return false;
		}
	}
	if (more && !x->read(x->context, at + 4, bytes, (size_t)more * 4))
		return false;
	for (unsigned i = 0; i < more; i++)
		*size = unpack(code, *size, get_u32(bytes + (size_t)i * 4, x->order), 4);
	return true;
}

enum exidx_answer exidx_row(const struct exidx *x, uint64_t pc, struct unwind_row *row, uint64_t *start)
{
	size_t i = find_entry(x, (uint32_t)pc), size = 0;
	uint8_t code[LONGEST];
	uint32_t word;

	if (i == x->n)
		return EXIDX_NONE;
	if (start)
		*start = function_of(x, i);
	word = entry_word(x, i, 1);
	if (word == CANTUNWIND)
		return EXIDX_CANNOT;
	if (word >> 24 == 0x80)
		size = unpack(code, 0, word, 3);
	else if (word >> 31 || !read_code(x, prel31(word, x->address + i * ENTRY_SIZE + 4), code, &size))
		return EXIDX_NONE;
	return run(code, size, row) ? EXIDX_UNWINDS : EXIDX_NONE;
}
