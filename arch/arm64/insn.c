/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capstone's spelling differs from that of gdb and objdump in its numbers: they write offsets and the
 * operands of shifts in decimal, other immediates in hexadecimal, and addresses without "#".
 */
#include "insn.h"

#include <capstone/capstone.h>
#include <stdlib.h>
#include <string.h>

#include "arm64.h"

static bool is_one_of(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(s, *list) == 0)
			return true;
	return false;
}

/* How an instruction's immediates are written, outside brackets. */
enum style { HEX, DECIMAL, ADDRESS, BIT_AND_ADDRESS, MOVE };

static enum style style_of(const cs_insn *insn)
{
	static const char *const decimal[] = {"lsl",    "lsr",    "asr",   "ror",   "extr",  "ubfx", "sbfx",
					      "bfi",    "bfxil",  "ubfiz", "sbfiz", "bfc",   "shl",  "sshr",
					      "ushr",   "sri",    "sli",   "ushll", "sshll", "ext",  "shrn",
					      "ushll2", "sshll2", "rmif",  "udf",   NULL};
	static const char *const address[] = {"b", "bl", "cbz", "cbnz", "adr", "adrp", NULL};
	const char *m = insn->mnemonic;

	if (is_one_of(m, address) || strncmp(m, "b.", 2) == 0 || strncmp(m, "bc.", 3) == 0)
		return ADDRESS;
	/* a load of a literal has no brackets */
	if ((strncmp(m, "ldr", 3) == 0 || strcmp(m, "prfm") == 0) && !strchr(insn->op_str, '['))
		return ADDRESS;
	if (strcmp(m, "tbz") == 0 || strcmp(m, "tbnz") == 0)
		return BIT_AND_ADDRESS;
	if (strcmp(m, "mov") == 0)
		return MOVE;
	return is_one_of(m, decimal) ? DECIMAL : HEX;
}

/* "lsl #12", "sxtw #3", in front of @at. */
static bool is_shift_amount(const char *start, const char *at)
{
	static const char *const words[] = {"lsl", "lsr", "asr", "ror", "msl",
					    "xtb", "xth", "xtw", "xtx", NULL};
	char word[4] = "";

	if (at - start < 4 || at[-1] != ' ')
		return false;
	memcpy(word, at - 4, 3);
	return is_one_of(word, words);
}

static void put_number(struct text *out, uint64_t value, enum style style, bool narrow)
{
	if (style == DECIMAL) {
		text_printf(out, "#%lld", (long long)value);
		return;
	}
	if (narrow)
		value &= UINT32_MAX;
	if (style == ADDRESS) {
		text_puts(out, "0x");
		text_hex(out, value, 0);
	} else if (style == MOVE) {
		text_printf(out, "#0x%-20llx\t// #%lld", (unsigned long long)value,
			    narrow ? (long long)(int32_t)value : (long long)value);
	} else {
		text_puts(out, "#0x");
		text_hex(out, value, 0);
	}
}

/* The carry conditions have two names each. */
static const char *condition(const char *name, const char *set, const char *clear, const char *cs,
			     const char *cc)
{
	return strcmp(name, set) == 0 ? cs : strcmp(name, clear) == 0 ? cc : name;
}

static void operands(const cs_insn *insn, struct text *out, uint64_t *goal, bool *has_goal)
{
	const char *start = insn->op_str;
	enum style style = style_of(insn);
	bool bracket = false, behind = false, narrow = start[0] == 'w' && style != ADDRESS;

	for (const char *at = start; *at;) {
		enum style now = style;
		uint64_t value;
		char *end;

		if (*at == '[')
			bracket = true;
		if (*at == ']') {
			bracket = false;
			behind = true;
		}
		if (*at == ' ') {
			const char *name = condition(at, " hs", " lo", " cs", " cc");

			if (name != at) {
				text_puts(out, name);
				break;
			}
		}
		if (*at != '#' || strchr("-0123456789", at[1]) == NULL || !at[1] || strchr(at, '.')) {
			text_putc(out, *at++);
			continue;
		}
		value = (uint64_t)strtoll(at + 1, &end, 0);
		if (at[1] != '-')
			value = strtoull(at + 1, &end, 0);
		if (style == BIT_AND_ADDRESS)
			now = strchr(at, ',') ? DECIMAL : ADDRESS;
		if (bracket || behind || is_shift_amount(start, at))
			now = DECIMAL;
		if (now == ADDRESS) {
			*goal = value;
			*has_goal = true;
		}
		put_number(out, value, now, narrow && now != ADDRESS);
		at = end;
	}
}

bool arm64_spell(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	const cs_insn *insn = instruction;
	bool has_goal = false;

	(void)handle;
	text_puts(out, condition(insn->mnemonic, "b.hs", "b.lo", "b.cs", "b.cc"));
	if (insn->op_str[0]) {
		text_putc(out, '\t');
		operands(insn, out, goal, &has_goal);
	}
	return has_goal;
}
