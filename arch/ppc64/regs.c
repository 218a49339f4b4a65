/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs and NT_PRSTATUS, and what a switched-out task left on its stack. */
#include "ppc64.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define GPR(n)                                                                                               \
	{                                                                                                    \
		"r" #n, n, (n)*8, 8                                                                          \
	}

/* arch/powerpc/include/uapi/asm/ptrace.h, struct pt_regs; elf_gregset_t begins the same. */
static const struct reg_slot slots[] = {
	GPR(0),
	GPR(1),
	GPR(2),
	GPR(3),
	GPR(4),
	GPR(5),
	GPR(6),
	GPR(7),
	GPR(8),
	GPR(9),
	GPR(10),
	GPR(11),
	GPR(12),
	GPR(13),
	GPR(14),
	GPR(15),
	GPR(16),
	GPR(17),
	GPR(18),
	GPR(19),
	GPR(20),
	GPR(21),
	GPR(22),
	GPR(23),
	GPR(24),
	GPR(25),
	GPR(26),
	GPR(27),
	GPR(28),
	GPR(29),
	GPR(30),
	GPR(31),
	{"nip", PPC64_NIP, PT_NIP, 8},
	{"msr", PPC64_MSR, 264, 8},
	{"orig_gpr3", -1, 272, 8},
	{"ctr", PPC64_CTR, 280, 8},
	{"link", PPC64_LR, PT_LINK, 8},
	{"xer", -1, 296, 8},
	{"ccr", PPC64_CCR, 304, 8},
	{"softe", -1, 312, 8},
	{"trap", -1, 320, 8},
	{"dar", -1, 328, 8},
	{"dsisr", -1, 336, 8},
	{"result", -1, 344, 8},
};

const struct reg_layout ppc64_pt_regs = {slots, sizeof slots / sizeof *slots, PT_REGS_SIZE};

/* In the order of gdb. */
const struct reg_name ppc64_reg_names[] = {
	{"r0", 0, NULL},          {"r1", PPC64_SP, NULL},   {"r2", 2, NULL},         {"r3", 3, NULL},
	{"r4", 4, NULL},          {"r5", 5, NULL},          {"r6", 6, NULL},         {"r7", 7, NULL},
	{"r8", 8, NULL},          {"r9", 9, NULL},          {"r10", 10, NULL},       {"r11", 11, NULL},
	{"r12", 12, NULL},        {"r13", 13, NULL},        {"r14", 14, NULL},       {"r15", 15, NULL},
	{"r16", 16, NULL},        {"r17", 17, NULL},        {"r18", 18, NULL},       {"r19", 19, NULL},
	{"r20", 20, NULL},        {"r21", 21, NULL},        {"r22", 22, NULL},       {"r23", 23, NULL},
	{"r24", 24, NULL},        {"r25", 25, NULL},        {"r26", 26, NULL},       {"r27", 27, NULL},
	{"r28", 28, NULL},        {"r29", 29, NULL},        {"r30", 30, NULL},       {"r31", 31, NULL},
	{"pc", PPC64_NIP, NULL},  {"msr", PPC64_MSR, "ps"}, {"cr", PPC64_CCR, NULL}, {"lr", PPC64_LR, NULL},
	{"ctr", PPC64_CTR, NULL}, {NULL, 0, NULL},
};

bool ppc64_user_mode(const struct target *t, const struct regs *r)
{
	if (regs_known(r, PPC64_MSR) && r->value[PPC64_MSR])
		return r->value[PPC64_MSR] & MSR_PR;
	return regs_known(r, PPC64_NIP) && ppc64_is_user(t, r->value[PPC64_NIP]);
}

static bool word_is(struct target *t, uint64_t address, uint64_t value)
{
	uint64_t word;

	return target_read_word(t, address, &word) == READ_OK && word == value;
}

/*
 * ppc_save_regs(), with which the kernel fills crash_notes, stored its caller's
 * NIP but the stack pointer of the caller's caller, which belongs to LINK, until
 * b684c09f09e7 (6.5, and many a stable release). What the stack holds tells which
 * of the two it was: LINK is found at 16(r1) in the one, at 16 into the frame
 * above r1 in the other. With the size of the caller's frame, the stack pointer
 * can be set right; without, the registers are those of the caller's caller.
 */
static void mend_saved_by_kernel(struct target *t, struct regs *r)
{
	uint64_t sp = r->value[PPC64_SP], link = r->value[PPC64_LR], size;
	struct unwind_row row;

	if (!regs_known(r, PPC64_SP) || !regs_known(r, PPC64_LR) || ppc64_user_mode(t, r))
		return;
	if (!word_is(t, sp + LR_SAVE, link))
		return;
	memset(&row, 0, sizeof row);
	size = target_row(t, r->value[PPC64_NIP] - 1, &row) && row.kind == FRAME_CALL &&
			       row.cfa.kind == RULE_REG_PLUS && row.cfa.reg == PPC64_SP && !row.cfa_deref
		       ? (uint64_t)row.cfa.offset
		       : 0;
	fail_clear();
	if (size && word_is(t, sp - size, sp)) {
		regs_set(r, PPC64_SP, sp - size);
	} else {
		struct regs caller = {.ran_on = r->ran_on};

		regs_set(&caller, PPC64_SP, sp);
		regs_set(&caller, PPC64_NIP, link);
		if (regs_known(r, PPC64_MSR))
			regs_set(&caller, PPC64_MSR, r->value[PPC64_MSR]);
		*r = caller;
	}
	r->pc_is_return = true;
	regs_forget(r, PPC64_LR);
}

/* The kernel's view of an address that was used with translation off. */
static uint64_t virtual_of(uint64_t real)
{
	return real < linear_map_end - linear_map ? real + linear_map : real;
}

/*
 * A CPU that was in firmware, which the panicking one is when it told the
 * hypervisor (rtas_os_term()), runs without translation, on the kernel's stack;
 * the link register leads back to the kernel.
 */
static void mend_real_mode(struct target *t, struct regs *r)
{
	uint64_t nip = virtual_of(r->value[PPC64_NIP]), link = virtual_of(r->value[PPC64_LR]);

	regs_set(r, PPC64_NIP, nip);
	regs_set(r, PPC64_SP, virtual_of(r->value[PPC64_SP]));
	if (!regs_known(r, PPC64_LR))
		return;
	regs_set(r, PPC64_LR, link);
	if (!symbols_is_text(t->symbols, nip) && symbols_is_text(t->symbols, link)) {
		regs_set(r, PPC64_NIP, link);
		regs_forget(r, PPC64_LR);
		r->pc_is_return = true;
	}
}

void ppc64_mend_regs(struct target *t, struct regs *r, bool by_kernel)
{
	if (by_kernel)
		mend_saved_by_kernel(t, r);
	else if (regs_known(r, PPC64_MSR) && !(r->value[PPC64_MSR] & (MSR_IR | MSR_PR)))
		mend_real_mode(t, r);
}

static bool is_function(struct target *t, uint64_t pc, const char *name)
{
	const struct symbol *symbol = symbol_text_at(t->symbols, pc, NULL);
	const char *found = symbol ? symbol->name : "";

	return strcmp(*found == '.' ? found + 1 : found, name) == 0;
}

/* A new task's switch frame was made up by copy_thread(): it begins at one of these, and nothing called it.
 */
static bool is_first_code(struct target *t, uint64_t nip)
{
	static const char *const names[] = {"ret_from_fork", "ret_from_fork_scv", "ret_from_kernel_thread",
					    "ret_from_kernel_user_thread", "start_kernel_thread"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		uint64_t address;
		char dot[48];

		snprintf(dot, sizeof dot, ".%s", names[i]);
		if ((target_symbol(t, names[i], &address) && address == nip) ||
		    (target_symbol(t, dot, &address) && address == nip))
			return true;
	}
	return false;
}

/*
 * _switch() (arch/powerpc/kernel/entry_64.S, switch.S) keeps a struct pt_regs in
 * its frame, of which it fills r14 to r31 and nip: the return address. It lies
 * behind 112 bytes, with ELFv2 since 6.2 behind 48: where nip is right.
 */
static bool read_switch_frame(struct target *t, uint64_t ksp, uint64_t back, uint64_t lr, struct regs *r,
			      bool *first)
{
	static const uint8_t places[] = {112, 48};

	for (size_t i = 0; i < sizeof places; i++) {
		struct regs saved;
		uint64_t nip;

		if (target_pt_regs(t, ksp + places[i], &saved, NULL) != READ_OK)
			continue;
		nip = saved.value[PPC64_NIP];
		*first = is_first_code(t, nip);
		if (!*first && (nip != lr || !symbols_is_text(t->symbols, nip)))
			continue;
		for (unsigned n = PPC64_R14; n < 32; n++)
			regs_set(r, n, saved.value[n]);
		regs_set(r, PPC64_NIP, nip);
		regs_set(r, PPC64_SP, *first ? ksp + places[i] + ppc64_pt_regs_size(t) : back);
		return true;
	}
	return false;
}

bool ppc64_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	struct ppc64_data *d = t->arch_data;
	uint64_t ksp, size, back = 0, lr = 0;
	enum read_status status;
	struct unwind_step step;
	bool first = false;

	if (!d)
		return fail("the kernel's memory was not found");
	if (!d->ksp && !target_member(t, TYPE_STRUCT, "task_struct", "thread.ksp", &d->ksp, &size))
		return false;
	status = target_read_word(t, task + d->ksp, &ksp);
	if (status != READ_OK)
		return target_read_failed(t, "the task's saved stack pointer", task + d->ksp, status);
	status = target_read_word(t, ksp, &back);
	if (status != READ_OK)
		return target_read_failed(t, "the frame of the task switch", ksp, status);
	/* A made-up frame's back chain may be anything. */
	if (target_read_word(t, back + LR_SAVE, &lr) != READ_OK)
		lr = 0;
	if (!read_switch_frame(t, ksp, back, lr, r, &first)) {
		if (!lr || !symbols_is_text(t->symbols, lr))
			return fail("the frame of the task switch at 0x%" PRIx64 " is damaged", ksp);
		regs_set(r, PPC64_NIP, lr);
		regs_set(r, PPC64_SP, back);
	}
	r->pc_is_return = !first;
	if (first || !is_function(t, r->value[PPC64_NIP] - 1, "__switch_to"))
		return true;
	/* As on other machines, a sleeping task is in the function that gave the CPU away. */
	unwind_one(t, r, &step);
	if (step.kind == STEP_CALLER && symbols_is_text(t->symbols, step.regs.value[PPC64_NIP]))
		*r = step.regs;
	fail_clear();
	return true;
}
