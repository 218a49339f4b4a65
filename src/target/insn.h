/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machine code as text, for the architecture of a dump. */
#ifndef TARGET_INSN_H
#define TARGET_INSN_H

#include "base/text.h"
#include "target/target.h"

struct disassembler;

struct insn {
	uint64_t address;
	uint8_t size; /* bytes; of a bad one: the shortest step of the architecture */
	bool bad;     /* no instruction that the disassembler knows: the text is "(bad)" */
	bool has_goal;
	bool goal_is_data; /* the goal is what a pc-relative operand names, not where the code goes */
	uint64_t goal;     /* of a direct branch or call, or of a pc-relative operand */
	char text[192];    /* "mov    %gs:0x28,%rax" */
};

/* NULL with a message when this build knows no such code. */
struct disassembler *disassembler_open(struct target *t);
void disassembler_close(struct disassembler *d);
/* Longest instruction, in bytes: what to read at least to decode one. */
enum { INSN_LONGEST = 16 };
/* Decode the instruction at the start of @bytes, which stand at @address. False when @size is 0. */
bool disassemble(struct disassembler *d, const uint8_t *bytes, size_t size, uint64_t address,
		 struct insn *insn);
/*
 * For arch->spell: operands as capstone writes them ("%r6, 0x48(%r15)") in the way of gdb for most machines,
 * with numbers in decimal and without blanks.
 */
void spell_operands(struct text *out, const char *operands, size_t n);

#endif
