/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exception frames: their names, and how they look in a stack that nobody has unwound. */
#include "ppc64.h"

/* Places in ppc64_pt_regs. */
enum { SLOT_R1 = 1, SLOT_NIP = 32, SLOT_MSR = 33, SLOT_TRAP = 40 };

/* Power ISA 3.0B, book III, 6.5: the vectors; 0x3000 is system call vectored (scv). */
static const struct {
	uint16_t trap;
	const char *name;
} vectors[] = {
	{0x100, "System Reset"},
	{0x200, "Machine Check"},
	{0x300, "Data Access"},
	{0x380, "Data SLB Access"},
	{0x400, "Instruction Access"},
	{0x480, "Instruction SLB Access"},
	{0x500, "Hardware Interrupt"},
	{0x600, "Alignment"},
	{0x700, "Program Check"},
	{0x800, "FPU Unavailable"},
	{0x900, "Decrementer"},
	{0x980, "Hypervisor Decrementer"},
	{0xa00, "Doorbell"},
	{0xb00, "reserved"},
	{0xc00, "System Call"},
	{0xd00, "Single Step"},
	{0xe00, "Hypervisor Data Access"},
	{0xe20, "Hypervisor Instruction Access"},
	{0xe40, "Emulation Assist"},
	{0xe60, "HMI"},
	{0xe80, "Hypervisor Doorbell"},
	{0xea0, "Hypervisor Virtualization"},
	{0xf00, "Performance Monitor"},
	{0xf20, "Altivec Unavailable"},
	{0xf40, "VSX Unavailable"},
	{0xf60, "Facility Unavailable"},
	{0xf80, "Hypervisor Facility Unavailable"},
	{0x1300, "Instruction Breakpoint"},
	{0x1500, "Denormalisation"},
	{0x1700, "Altivec Assist"},
	{0x3000, "System Call Vectored"},
};

/* The low four bits of trap are the kernel's own (TRAP() in asm/ptrace.h). */
const char *ppc64_eframe_title(const uint64_t slots[64])
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		if ((slots[SLOT_TRAP] & ~0xfULL) == vectors[i].trap)
			return vectors[i].name;
	}
	return NULL;
}

bool ppc64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t nip = slots[SLOT_NIP], sp = slots[SLOT_R1], msr = slots[SLOT_MSR];

	/* Linux runs with MSR[ME] and MSR[RI] set, but for moments; bits 32 to 46 and above are few. */
	if (!ppc64_eframe_title(slots) || !(msr & 0x1000) || nip & 3)
		return false;
	*user = msr & MSR_PR;
	if (*user)
		return ppc64_is_user(t, nip) && ppc64_is_user(t, sp);
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return sp >= linear_map && !(sp & 15) && symbols_is_text(t->symbols, nip);
}
