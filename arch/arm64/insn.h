/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ARM64_INSN_H
#define ARM64_INSN_H

#include "base/text.h"

/* struct arch, spell. */
bool arm64_spell(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal);

#endif
