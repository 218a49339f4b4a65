/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X86_INSN_H
#define X86_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/*
 * An instruction as gdb and objdump spell it in AT&T syntax: "mov    %gs:0x28,%rax".
 * @handle is the open disassembler (AT&T syntax, with details), @insn its cs_insn.
 * True when an operand is relative to %rip: *@goal is the address it names.
 */
bool x86_spell_64(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);
/* The same of 32-bit mode. */
bool x86_spell_32(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);

#endif
