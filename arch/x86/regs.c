/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, NT_PRSTATUS, QEMU's CPU state, and what a switched-out task left on its stack. */
#include "x86.h"

#include "base/error.h"
#include "x86_state.h"

/*
 * arch/x86/include/asm/ptrace.h, struct pt_regs of 32-bit kernels; user_32.h, struct user_regs_struct, which
 * NT_PRSTATUS holds, is the same. QEMU writes it in cores of both classes (target/i386/arch_dump.c,
 * x86_elf_prstatus). Selectors are 16 bits wide: the kernel keeps other things above CS, and a function's
 * address where GS was.
 */
static const struct reg_slot slots[] = {
	{"ebx", X86_EBX, 0, 4},
	{"ecx", X86_ECX, 4, 4},
	{"edx", X86_EDX, 8, 4},
	{"esi", X86_ESI, 12, 4},
	{"edi", X86_EDI, 16, 4},
	{"ebp", X86_EBP, 20, 4},
	{"eax", X86_EAX, 24, 4},
	[X86_SLOT_DS] = {"ds", X86_DS, 28, 2},
	[X86_SLOT_ES] = {"es", X86_ES, 32, 2},
	[X86_SLOT_FS] = {"fs", X86_FS, 36, 2},
	{"gs", X86_GS, 40, 2},
	{"orig_eax", -1, 44, 4},
	[X86_SLOT_EIP] = {"eip", X86_EIP, 48, 4},
	[X86_SLOT_CS] = {"cs", X86_CS, 52, 2},
	[X86_SLOT_EFLAGS] = {"eflags", X86_EFLAGS, 56, 4},
	[X86_SLOT_ESP] = {"esp", X86_ESP, 60, 4},
	[X86_SLOT_SS] = {"ss", X86_SS, 64, 2},
};

const struct reg_layout x86_pt_regs = {slots, sizeof slots / sizeof *slots, 68};

/* In the order of gdb. */
const struct reg_name x86_reg_names[] = {
	{"eax", X86_EAX, NULL}, {"ecx", X86_ECX, NULL},       {"edx", X86_EDX, NULL}, {"ebx", X86_EBX, NULL},
	{"esp", X86_ESP, NULL}, {"ebp", X86_EBP, NULL},       {"esi", X86_ESI, NULL}, {"edi", X86_EDI, NULL},
	{"eip", X86_EIP, NULL}, {"eflags", X86_EFLAGS, "ps"}, {"cs", X86_CS, NULL},   {"ss", X86_SS, NULL},
	{"ds", X86_DS, NULL},   {"es", X86_ES, NULL},         {"fs", X86_FS, NULL},   {"gs", X86_GS, NULL},
	{NULL, 0, NULL},
};

bool x86_user_mode(const struct target *t, const struct regs *r)
{
	if (regs_known(r, X86_EFLAGS) && r->value[X86_EFLAGS] & EFLAGS_VM)
		return true;
	/* The privilege level is in the selector; without it the address tells. */
	if (regs_known(r, X86_CS) && r->value[X86_CS])
		return (r->value[X86_CS] & 3) == 3;
	return regs_known(r, X86_EIP) && x86_is_user(t, r->value[X86_EIP]);
}

/* Kernels whose registers are whole, be they marked or not, by functions that came later. */
static bool always_whole(struct target *t)
{
	uint64_t address;

	return target_symbol(t, "asm_exc_page_fault", &address) ||
	       target_symbol(t, "doublefault_shim", &address);
}

/*
 * An exception in kernel mode pushes neither SS nor ESP: the stack goes on where they would be. Since
 * 3c88c692c287 (x86/stackframe/32: Provide consistent pt_regs) the entry code makes room and puts them there,
 * and marks that with a bit above CS. A double fault's registers, which come from a task state segment, are
 * not marked.
 */
void x86_fix_pt_regs(struct target *t, uint64_t address, struct regs *r, uint64_t *values)
{
	enum { CS_FROM_KERNEL = 1 << 29 };
	uint64_t cs, esp = address + slots[X86_SLOT_ESP].offset;

	/* a function's address, a zero, or GS, as kernels went */
	regs_forget(r, X86_GS);
	if (!regs_known(r, X86_CS) || !r->value[X86_CS] || x86_user_mode(t, r) ||
	    target_read_uint(t, address + slots[X86_SLOT_CS].offset, 4, &cs) != READ_OK ||
	    cs & CS_FROM_KERNEL || always_whole(t))
		return;
	regs_set(r, X86_ESP, esp);
	regs_set(r, X86_SS, KERNEL_DS);
	if (values) {
		values[X86_SLOT_ESP] = esp;
		values[X86_SLOT_SS] = KERNEL_DS;
	}
}

bool x86_qemu_regs(struct target *t, const uint8_t *desc, size_t size, struct regs *r)
{
	/* QEMU's order; it has room for r8 to r15 between these and the last two */
	static const uint8_t general[] = {X86_EAX, X86_EBX, X86_ECX, X86_EDX,
					  X86_ESI, X86_EDI, X86_ESP, X86_EBP};
	static const uint8_t segments[] = {X86_CS, X86_DS, X86_ES, X86_FS, X86_GS, X86_SS};

	if (!x86_is_qemu_state(desc, size))
		return fail("QEMU's CPU state is of an unknown layout (%zu bytes)", size);
	for (unsigned i = 0; i < sizeof general; i++)
		regs_set(r, general[i], x86_qemu_general(desc, i) & target_word_mask(t));
	regs_set(r, X86_EIP, x86_qemu_general(desc, X86_QEMU_GENERAL - 2) & target_word_mask(t));
	regs_set(r, X86_EFLAGS, x86_qemu_general(desc, X86_QEMU_GENERAL - 1));
	for (unsigned i = 0; i < sizeof segments; i++)
		regs_set(r, segments[i], x86_qemu_selector(desc, (enum x86_qemu_segment)i));
	return true;
}

bool x86_task_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	static const struct x86_saved saved[] = {{"si", X86_ESI}, {"di", X86_EDI},       {"bx", X86_EBX},
						 {"bp", X86_EBP}, {"ret_addr", X86_EIP}, {NULL, 0}};
	struct x86_data *d = t->arch_data;

	if (!d)
		return fail("the kernel's memory was not found");
	return x86_switched_out(t, task, saved, &d->switch_frame, r);
}
