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

/*
 * Power ISA 3.0B, book III, 4.2.1, in bits from the right: 63 SF, 60 HV, 34 to 32 transactions, 25 VEC, 23
 * VSX, 22 S, 15 to 8 EE PR FP ME FE0 TE TE FE1, 5 IR, 4 DR, 2 PMM, 1 RI, 0 LE; the rest is 0. Linux runs with
 * ME, IR and DR set.
 */
static bool good_msr(const struct target *t, uint64_t msr)
{
	enum { ME = 0x1000, LE = 1 };
	const uint64_t defined = 0x900000070000ff37 | 1 << 25 | 1 << 23 | 1 << 22,
		       needed = ME | MSR_IR | MSR_DR;

	return !(msr & ~defined) && (msr & needed) == needed && !(msr & LE) == (t->order == ORDER_BIG);
}

bool ppc64_is_eframe(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user)
{
	uint64_t nip = slots[SLOT_NIP], sp = slots[SLOT_R1], msr = slots[SLOT_MSR];

	if (!ppc64_eframe_title(slots) || !good_msr(t, msr) || nip & 3)
		return false;
	*user = msr & MSR_PR;
	if (*user)
		return ppc64_is_user(t, nip) && ppc64_is_user(t, sp);
	if (!stack->name && (sp < stack->start || sp > stack->end))
		return false;
	return sp >= linear_map && !(sp & 15) && symbols_is_text(t->symbols, nip);
}
