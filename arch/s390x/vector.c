/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vector registers, which only notes of a dump keep. */
#include <string.h>

#include "s390x.h"

/* include/uapi/linux/elf.h */
enum { NT_PRSTATUS = 1, NT_PRFPREG = 2, NT_S390_VXRS_LOW = 0x309, NT_S390_VXRS_HIGH = 0x30a };
/* s390_fp_regs of uapi/asm/ptrace.h: fpc and a pad before the registers. */
enum { FPRS = 8, HALF = 8, WHOLE = 16, N_LOW = 16, N_HIGH = 16 };

static bool is_note(const struct dump_note *n, const char *name, uint32_t type, size_t size)
{
	return n->type == type && strcmp(n->name, name) == 0 && n->size >= size;
}

size_t s390x_vector_regs(struct target *t, unsigned cpu, uint8_t regs[VECTOR_REGS_MAX][VECTOR_REG_SIZE])
{
	const struct dump_note *notes;
	size_t n = dump_notes(t->dump, &notes), seen = 0;
	bool low = false, high = false;

	memset(regs, 0, (size_t)VECTOR_REGS_MAX * VECTOR_REG_SIZE);
	for (size_t i = 0; i < n; i++) {
		const struct dump_note *note = &notes[i];

		/* a CPU's notes begin with this one */
		seen += note->type == NT_PRSTATUS && strcmp(note->name, "CORE") == 0;
		if (seen != cpu + 1UL)
			continue;
		/* Of the first 16 the left halves are the floating point registers. */
		for (size_t v = 0; v < N_LOW; v++) {
			if (is_note(note, "CORE", NT_PRFPREG, FPRS + N_LOW * HALF))
				memcpy(regs[v], note->desc + FPRS + v * HALF, HALF);
			if (is_note(note, "LINUX", NT_S390_VXRS_LOW, N_LOW * HALF))
				memcpy(regs[v] + HALF, note->desc + v * HALF, HALF);
		}
		low |= is_note(note, "LINUX", NT_S390_VXRS_LOW, N_LOW * HALF);
		if (is_note(note, "LINUX", NT_S390_VXRS_HIGH, N_HIGH * WHOLE)) {
			memcpy(regs[N_LOW], note->desc, N_HIGH * WHOLE);
			high = true;
		}
	}
	return low && high ? N_LOW + N_HIGH : 0;
}
