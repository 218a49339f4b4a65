/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo/orc.h"

#include <stdlib.h>
#include <string.h>

#include "base/search.h"

enum { ENTRY_SIZE = 6, HASH_SIZE = 20 };

/* DWARF numbers of x86_64 (psABI, figure 3.36). */
enum { RAX = 0, RDX = 1, RDI = 5, RBP = 6, RSP = 7, R10 = 10, R13 = 13, RIP = 16, N_REGS = 17 };

/* What the 4-bit register codes stand for. */
enum orc_base {
	BASE_NONE, /* undefined, or no such code */
	BASE_PREV_SP,
	BASE_AX,
	BASE_DX,
	BASE_DI,
	BASE_BP,
	BASE_SP,
	BASE_R10,
	BASE_R13,
	BASE_BP_INDIRECT,
	BASE_SP_INDIRECT,
};

/* 4.14, 39358a033b2e */
static const uint8_t bases_old[16] = {
	BASE_NONE, BASE_PREV_SP, BASE_DX,  BASE_DI,          BASE_BP,
	BASE_SP,   BASE_R10,     BASE_R13, BASE_BP_INDIRECT, BASE_SP_INDIRECT,
};

/* 7.1 */
static const uint8_t bases_new[16] = {
	BASE_NONE, BASE_AX,  BASE_DX,      BASE_SP,          BASE_BP,          BASE_DI,
	BASE_R10,  BASE_R13, BASE_PREV_SP, BASE_SP_INDIRECT, BASE_BP_INDIRECT,
};

enum orc_kind { KIND_UNDEFINED, KIND_END, KIND_CALL, KIND_REGS, KIND_REGS_PARTIAL, KIND_UNKNOWN };

struct orc_entry {
	int16_t sp_offset, bp_offset;
	uint8_t sp_base, bp_base;
	enum orc_kind kind;
	bool signal;
};

enum orc_version orc_version_of_header(const uint8_t *hash, size_t size)
{
	/* SHA-1 of the definition of struct orc_entry (scripts/orc_hash.sh, since 6.4, b9f174c811e3) */
	static const struct {
		enum orc_version version;
		uint8_t hash[HASH_SIZE];
	} known[] = {
		{ORC_V2, {0xdb, 0x84, 0xae, 0xd4, 0x10, 0x3b, 0x31, 0xdd, 0x51, 0xe0,
			  0x17, 0xf8, 0xf7, 0x97, 0x83, 0xca, 0x98, 0x5c, 0x2c, 0x51}},
		{ORC_V3, {0xfe, 0x5d, 0x32, 0xbf, 0x58, 0x1b, 0xd6, 0x3b, 0x2c, 0xa9,
			  0xa5, 0xc6, 0x5b, 0xa5, 0xa6, 0x25, 0xea, 0xb3, 0xfe, 0x24}},
		{ORC_V4, {0x13, 0x7c, 0x36, 0xad, 0x76, 0x27, 0xc4, 0xdd, 0x55, 0x93,
			  0x21, 0x76, 0xbb, 0x0e, 0xcd, 0xbd, 0x50, 0x41, 0xfc, 0x82}},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known) && size == HASH_SIZE; i++) {
		if (memcmp(known[i].hash, hash, HASH_SIZE) == 0)
			return known[i].version;
	}
	return ORC_UNKNOWN;
}

enum orc_version orc_version_of_release(const char *release)
{
	char *end;
	unsigned long major = strtoul(release, &end, 10), minor = 0;

	if (end == release)
		return ORC_UNKNOWN;
	if (*end == '.')
		minor = strtoul(end + 1, &end, 10);
	if (major > 7 || (major == 7 && minor >= 1))
		return ORC_V4;
	if (major == 7 || (major == 6 && minor >= 4))
		return ORC_V3;
	if (major == 6 && minor == 3)
		return ORC_V2;
	/* RHEL 9 took the layout of 6.4, without its header */
	if (strncmp(release, "5.14.0-", 7) == 0 && strstr(release, ".el9") &&
	    strtoul(release + 7, NULL, 10) >= 517)
		return ORC_V3;
	if (major > 4 || (major == 4 && minor >= 18))
		return ORC_V1;
	return major == 4 && minor >= 14 ? ORC_V1_NO_END : ORC_UNKNOWN;
}

enum orc_version orc_version_check(const struct orc_table *t, enum orc_version guess)
{
	size_t step = t->n / 512 + 1, split = 0, merged = 0, sp_is_5 = 0, sp_is_3 = 0;
	bool guess_is_split = guess == ORC_V3 || guess == ORC_V4;

	for (size_t i = 0; i < t->n; i += step) {
		unsigned bits = get_u16(t->entries + i * ENTRY_SIZE + 4, t->order);

		if (!(bits & 15))
			continue;
		/* nearly all entries are ordinary calls: type 2 since 6.4, type 0 before */
		split += (bits >> 8 & 7) == 2;
		merged += (bits >> 8 & 3) == 0;
		/* and nearly all of those go by the stack pointer */
		sp_is_5 += (bits & 15) == 5;
		sp_is_3 += (bits & 15) == 3;
	}
	if (split == merged)
		return guess;
	if (split > merged)
		return sp_is_5 > sp_is_3   ? ORC_V3
		       : sp_is_3 > sp_is_5 ? ORC_V4
		       : guess_is_split    ? guess
					   : ORC_V3;
	return guess_is_split || guess == ORC_UNKNOWN ? ORC_V1 : guess;
}

static enum orc_kind merged_kind(unsigned type, bool undefined, bool end)
{
	if (undefined)
		return end ? KIND_END : KIND_UNDEFINED;
	switch (type) {
	case 0: return KIND_CALL;
	case 1: return KIND_REGS;
	case 2: return KIND_REGS_PARTIAL;
	default: return KIND_UNKNOWN;
	}
}

static enum orc_kind split_kind(unsigned type)
{
	switch (type) {
	case 0: return KIND_UNDEFINED;
	case 1: return KIND_END;
	case 2: return KIND_CALL;
	case 3: return KIND_REGS;
	case 4: return KIND_REGS_PARTIAL;
	default: return KIND_UNKNOWN;
	}
}

/*
 * Bits of the last half word, from the lowest: sp_reg 4, bp_reg 4, and then
 *	v1	type 2, end 1		(end: 4.19, d31a580266ee)
 *	v2	type 2, signal 1, end 1	(6.3, ffb1b4a41016)
 *	v3, v4	type 3, signal 1	(6.4, fb799447ae29)
 */
static bool decode(const struct orc_table *t, size_t i, struct orc_entry *e)
{
	const uint8_t *p = t->entries + i * ENTRY_SIZE;
	unsigned bits = get_u16(p + 4, t->order);
	const uint8_t *bases = t->version == ORC_V4 ? bases_new : bases_old;
	bool undefined = !(bits & 15);

	e->sp_offset = (int16_t)get_u16(p, t->order);
	e->bp_offset = (int16_t)get_u16(p + 2, t->order);
	e->sp_base = bases[bits & 15];
	e->bp_base = bases[bits >> 4 & 15];
	switch (t->version) {
	case ORC_V1:
	case ORC_V1_NO_END:
		e->kind =
			merged_kind(bits >> 8 & 3, undefined, bits >> 10 & 1 || t->version == ORC_V1_NO_END);
		e->signal = e->kind == KIND_REGS || e->kind == KIND_REGS_PARTIAL;
		return true;
	case ORC_V2:
		e->kind = merged_kind(bits >> 8 & 3, undefined, bits >> 11 & 1);
		e->signal = bits >> 10 & 1;
		return true;
	case ORC_V3:
	case ORC_V4:
		e->kind = split_kind(bits >> 8 & 7);
		e->signal = bits >> 11 & 1;
		return true;
	default: return false;
	}
}

/* The caller's stack pointer, or the place of the saved registers (arch/x86/kernel/unwind_orc.c). */
static bool set_cfa(const struct orc_entry *e, struct unwind_row *row)
{
	struct unwind_rule *cfa = &row->cfa;

	cfa->kind = RULE_REG_PLUS;
	switch (e->sp_base) {
	case BASE_SP:
		cfa->reg = RSP;
		cfa->offset = e->sp_offset;
		return true;
	case BASE_BP:
		cfa->reg = RBP;
		cfa->offset = e->sp_offset;
		return true;
	case BASE_BP_INDIRECT:
		cfa->reg = RBP;
		cfa->offset = e->sp_offset;
		row->cfa_deref = true;
		return true;
	case BASE_SP_INDIRECT:
		/* the offset is added behind the load since 5.12 (87ccc826bf1c); before, it was always 0 */
		cfa->reg = RSP;
		row->cfa_deref = true;
		row->cfa_add = e->sp_offset;
		return true;
	/* the stack pointer itself is in the register, and the offset is not used */
	case BASE_AX: cfa->reg = RAX; return true;
	case BASE_DX: cfa->reg = RDX; return true;
	case BASE_DI: cfa->reg = RDI; return true;
	case BASE_R10: cfa->reg = R10; return true;
	case BASE_R13: cfa->reg = R13; return true;
	default: return false;
	}
}

static void set_registers(const struct orc_entry *e, struct unwind_row *row)
{
	struct unwind_rule *bp = &row->regs[RBP];

	row->regs[RSP] = (struct unwind_rule){.kind = RULE_CFA_PLUS};
	row->regs[RIP] = (struct unwind_rule){.kind = RULE_AT_CFA, .offset = -8};
	switch (e->bp_base) {
	case BASE_PREV_SP: *bp = (struct unwind_rule){.kind = RULE_AT_CFA, .offset = e->bp_offset}; break;
	case BASE_BP:
		*bp = (struct unwind_rule){.kind = RULE_AT_REG, .reg = RBP, .offset = e->bp_offset};
		break;
	default: bp->kind = RULE_SAME; break;
	}
}

static uint64_t ip_of(const struct orc_table *t, size_t i)
{
	return t->ip_address + 4 * i + (uint64_t)get_int(t->ip + 4 * i, 4, t->order);
}

bool orc_row(const struct orc_table *t, uint64_t address, struct unwind_row *row)
{
	/* the last entry at or before @address: of two at one place, the first only ends what came before */
	size_t n = partition_point(t->n, i, ip_of(t, i) <= address);
	struct orc_entry e;

	if (n == 0 || !decode(t, n - 1, &e) || e.kind == KIND_UNDEFINED || e.kind == KIND_UNKNOWN)
		return false;
	*row = (struct unwind_row){.origin = "ORC", .return_reg = RIP, .signal = e.signal, .n_regs = N_REGS};
	if (e.kind == KIND_END) {
		row->kind = FRAME_END;
		return true;
	}
	if (!set_cfa(&e, row))
		return false;
	row->kind = e.kind == KIND_CALL ? FRAME_CALL : e.kind == KIND_REGS ? FRAME_REGS : FRAME_REGS_PARTIAL;
	if (e.kind == KIND_CALL)
		set_registers(&e, row);
	return true;
}
