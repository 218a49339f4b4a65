/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "target/insn.h"

#include <capstone/capstone.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "target/arch.h"

struct disassembler {
	struct target *target;
	csh handle;
	cs_insn *insn;
	unsigned mode;
};

struct disassembler *disassembler_open(struct target *t)
{
	struct disassembler *d = xcalloc(1, sizeof(*d));
	unsigned mode = (unsigned)t->arch->capstone_mode;
	cs_err error;

	if (t->order == ORDER_BIG && !t->arch->little_code)
		mode |= (unsigned)CS_MODE_BIG_ENDIAN;
	d->target = t;
	d->mode = mode;
	error = cs_open((cs_arch)t->arch->capstone_arch, (cs_mode)mode, &d->handle);
	if (error != CS_ERR_OK) {
		fail("cannot disassemble %s code: %s", t->arch->name, cs_strerror(error));
		free(d);
		return NULL;
	}
	cs_option(d->handle, CS_OPT_DETAIL, CS_OPT_ON);
	/* only x86 has more than one syntax; the others refuse, and that is fine */
	cs_option(d->handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
	d->insn = cs_malloc(d->handle);
	return d;
}

void disassembler_close(struct disassembler *d)
{
	if (!d)
		return;
	cs_free(d->insn, 1);
	cs_close(&d->handle);
	free(d);
}

/* Where a direct branch or call goes: its last operand, when that is a bare number in every syntax. */
static bool branch_goal(struct disassembler *d, uint64_t *goal)
{
	const char *last = d->insn->op_str, *at;

	if (!cs_insn_group(d->handle, d->insn, CS_GRP_JUMP) &&
	    !cs_insn_group(d->handle, d->insn, CS_GRP_CALL) &&
	    !cs_insn_group(d->handle, d->insn, CS_GRP_BRANCH_RELATIVE))
		return false;
	for (at = last; *at; at++)
		if (*at == ' ' || *at == ',')
			last = at + 1;
	if (*last == '#')
		last++;
	/* capstone keeps a branch of 64-bit MIPS in 32 bits, with a sign */
	if (last[0] == '-' && last[1] == '0' && last[2] == 'x' && parse_number(last + 1, 16, goal)) {
		*goal = (d->insn->address & ~0xffffffffULL) | (uint32_t) - *goal;
		return true;
	}
	return last[0] == '0' && last[1] == 'x' && parse_number(last, 16, goal);
}

void spell_operands(struct text *out, const char *operands, size_t n)
{
	for (const char *s = operands, *end = operands + n; s < end;) {
		uint64_t value = 0;
		const char *digits = s + 2;

		if (*s == ' ') {
			s++;
			continue;
		}
		if (end - s < 3 || s[0] != '0' || s[1] != 'x' || !isxdigit((unsigned char)s[2])) {
			text_putc(out, *s++);
			continue;
		}
		for (; digits < end && isxdigit((unsigned char)*digits); digits++)
			value = value << 4 |
				(unsigned)(*digits <= '9' ? *digits - '0' : (*digits | 32) - 'a' + 10);
		text_dec(out, value);
		s = digits;
	}
}

static bool find_goal(struct disassembler *d, uint64_t *goal)
{
	const struct arch *arch = d->target->arch;

	return arch->insn_goal ? arch->insn_goal(d->insn, goal) : branch_goal(d, goal);
}

/* Set the mode of the code at @address. False: that is data. */
static bool set_mode(struct disassembler *d, uint64_t address)
{
	const struct arch *arch = d->target->arch;
	int mode = arch->insn_mode ? arch->insn_mode(d->target, address) : (int)d->mode;

	/* not any negative number: the bit of big-endian code is the highest */
	if (mode == -1)
		return false;
	if ((unsigned)mode != d->mode) {
		cs_option(d->handle, CS_OPT_MODE, (unsigned)mode);
		d->mode = (unsigned)mode;
	}
	return true;
}

/* Data between the code, as gdb and objdump show it: words where they fit. */
static void show_data(struct disassembler *d, const uint8_t *bytes, size_t size, struct insn *insn)
{
	insn->size = size >= 4 && !(insn->address & 3) ? 4 : size >= 2 && !(insn->address & 1) ? 2 : 1;
	snprintf(insn->text, sizeof(insn->text), "%s 0x%0*llx",
		 insn->size == 4   ? ".word "
		 : insn->size == 2 ? ".short"
				   : ".byte ",
		 insn->size * 2, (unsigned long long)get_uint(bytes, insn->size, d->target->order));
}

/* Does the text name the address itself already? */
static bool ends_with(const char *text, uint64_t address)
{
	const char *last = strrchr(text, ' ');
	uint64_t value;

	if (!last)
		last = strrchr(text, '\t');
	return last && parse_number(last + 1, 0, &value) && value == address;
}

static uint8_t unknown_size(const struct arch *arch, const uint8_t *bytes, size_t size)
{
	uint8_t step = arch->insn_step ? arch->insn_step : 1;

	return arch->insn_length && size >= step ? (uint8_t)arch->insn_length(bytes) : step;
}

bool disassemble(struct disassembler *d, const uint8_t *bytes, size_t size, uint64_t address,
		 struct insn *insn)
{
	const uint8_t *at = bytes;
	uint64_t next = address;
	size_t left = size;
	struct text text = {0};

	*insn = (struct insn){.address = address};
	if (!size)
		return false;
	if (!set_mode(d, address)) {
		show_data(d, bytes, size, insn);
		return true;
	}
	if (!cs_disasm_iter(d->handle, &at, &left, &next, d->insn)) {
		insn->bad = true;
		insn->size = unknown_size(d->target->arch, bytes, size);
		if (insn->size > size)
			insn->size = (uint8_t)size;
		snprintf(insn->text, sizeof(insn->text), "(bad)");
		return true;
	}
	insn->size = (uint8_t)d->insn->size;
	insn->has_goal = find_goal(d, &insn->goal);
	if (d->target->arch->spell) {
		if (d->target->arch->spell(d->handle, d->insn, &text, &insn->goal)) {
			insn->has_goal = true;
			insn->goal_is_data = !ends_with(text_str(&text), insn->goal);
		}
		snprintf(insn->text, sizeof(insn->text), "%s", text_str(&text));
		text_free(&text);
	} else {
		snprintf(insn->text, sizeof(insn->text), "%-6s %s", d->insn->mnemonic, d->insn->op_str);
	}
	return true;
}
