/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an architecture is to inquest. One folder under arch/ fills one of these
 * and is listed in arch/meson.build; nothing else names it. The comment at each
 * member says what it unlocks and what happens without it: fill them in order,
 * the tool works with what is there.
 */
#ifndef TARGET_ARCH_H
#define TARGET_ARCH_H

#include "base/text.h"
#include "debuginfo/unwind_row.h"
#include "target/target.h"
#include "target/unwind.h"

struct reg_slot {
	const char *name; /* lower case, as people say: "rip" */
	int16_t number;   /* DWARF number, or -1: only shown */
	uint16_t offset;  /* in struct pt_regs */
	uint8_t size;     /* bytes; SLOT_LOW32: of 8, the low four count, which lie elsewhere in each order */
};

enum { SLOT_LOW32 = 0x80 | 8 };

enum { VECTOR_REGS_MAX = 32, VECTOR_REG_SIZE = 16 };

/* Entry code: it runs, and calls C, with a struct pt_regs in a known place of its stack. */
struct entry_code {
	const char *symbol; /* the function or label that the return address is in */
	int64_t offset;     /* of the registers, from the stack pointer */
};

/* A register set as the kernel lays it out in memory. */
struct reg_layout {
	const struct reg_slot *slots;
	size_t n_slots;
	uint16_t size; /* of struct pt_regs */
};

/* A register as gdb calls it. */
struct reg_name {
	const char *name;
	int16_t number;   /* DWARF */
	const char *also; /* another name that gdb has for it, or NULL */
};

struct arch {
	/* ---- 1. Identity: needed to open a dump at all. ---- */
	const char *name;            /* --target, dist/…/inquest-NAME: "x86_64" */
	const char *const *machines; /* utsname.machine values, ends with NULL */
	uint16_t elf_machine;        /* EM_* of its vmlinux */
	uint8_t word_size;           /* 4 or 8 */
	uint8_t orders;              /* bit ORDER_LITTLE, bit ORDER_BIG: which byte orders exist */
	uint8_t page_shift;          /* when neither dump nor VMCOREINFO tells */
	uint8_t section_bits;        /* SECTION_SIZE_BITS of kernels whose VMCOREINFO does not tell; 0: 27 */
	/* Do these lines come from this architecture? For dumps that name no machine. NULL: cannot tell. */
	bool (*recognise)(const struct vmcoreinfo *v);

	/*
	 * ---- 2. Memory. ----
	 * Fill t->kernel (ranges and root) and t->slide from VMCOREINFO, symbols, notes
	 * and -m options, noting each as evidence. Called when dump, VMCOREINFO and the
	 * vmlinux's symbols (not slid yet: ask early_symbol()) are there; sets the
	 * slide itself; target/early.h has what most need for it. t->dump and t->symbols are never NULL;
	 * t->vmcoreinfo and t->vmlinux may be. False with a message: only physical reads will work.
	 */
	bool (*setup)(struct target *t);
	void (*cleanup)(struct target *t); /* of arch_data; may be NULL */
	/* Root and ranges of a user process by its pgd pointer. Without it: no user memory, vm, ps -a. */
	bool (*user_space)(struct target *t, uint64_t pgd, struct space *s);
	/* Remove tags and authentication codes. NULL: none exist. */
	uint64_t (*untag)(const struct target *t, uint64_t address);
	/* The address of code without the bit that tells its instruction set. NULL: there is none. */
	uint64_t (*code_address)(const struct target *t, uint64_t address);
	/* Is the address in user space? Without it: nothing is. */
	bool (*is_user)(const struct target *t, uint64_t address);

	/* ---- 3. Registers: needed for bt of running CPUs. ---- */
	const struct reg_layout *pt_regs;
	const struct reg_layout *prstatus; /* general registers inside NT_PRSTATUS; NULL: as pt_regs */
	uint16_t prstatus_offset;          /* of pr_reg in the note: 112 on 64-bit, 72 on 32-bit */
	/*
	 * Called after a struct pt_regs was read at @address, with what its slots say (@slots may be NULL):
	 * to correct what is not there in every case, as the stack pointer of an exception in kernel mode.
	 * NULL: the slots tell all.
	 */
	void (*fix_pt_regs)(struct target *t, uint64_t address, struct regs *r, uint64_t *slots);
	uint16_t pc, sp, fp; /* DWARF numbers */
	int16_t link;        /* return address register, -1: on the stack */
	/* Is this register set one of user mode? */
	bool (*user_mode)(const struct target *t, const struct regs *r);
	/* Registers of a QEMU CPU-state note. NULL: not understood. */
	bool (*qemu_regs)(struct target *t, const uint8_t *desc, size_t size, struct regs *r);
	/*
	 * Set right what a note says of a running CPU: quirks of the kernel (@by_kernel: it wrote the note,
	 * here or in crash_notes) or of the hypervisor. May set pc_is_return. NULL: notes are right.
	 */
	void (*mend_regs)(struct target *t, struct regs *r, bool by_kernel);
	/* Registers that a task saved when it was switched out. Without it: no bt of sleeping tasks. */
	bool (*switched_out)(struct target *t, uint64_t task, struct regs *r);

	/* ---- 4. Unwinding. ---- */
	/*
	 * How far the CFA of CFI lies above the stack pointer that the caller had before the call: 0 nearly
	 * everywhere, the register save area of 160 bytes on s390x.
	 */
	uint16_t cfa_above_sp;
	/* DWARF numbers that calls preserve, ends with -1: what CFI does not mention. NULL: none. */
	const int16_t *callee_saved;
	/*
	 * Those of them that entry code leaves as user mode had them when it calls a system call that returns
	 * to one of @returned_to, ends with -1. NULL: none are told.
	 */
	const int16_t *kept_by_syscalls;
	/*
	 * Tables of its own, tried before CFI: target_orc_row() for ORC. NULL: CFI only.
	 * @pc is inside the function: for return addresses one less than the address.
	 */
	bool (*row)(struct target *t, uint64_t pc, struct unwind_row *row);
	/*
	 * Entry code in assembly, which no table describes rightly; ends with a NULL symbol. Asked after @row
	 * and before CFI. The sp of the frame that this code called must be its CFA. NULL: none.
	 */
	const struct entry_code *entries;
	/* The same for labels that C returns to although no call stands before them: only at their first
	 * byte. */
	const struct entry_code *returned_to;
	/*
	 * Functions that nothing called, ends with NULL: what CPUs start in. Asked first. NULL: the tables
	 * say so themselves.
	 */
	const char *const *outermost;
	/*
	 * Change a row of @row, @entries or CFI where these registers show that it cannot be right: a
	 * function that calls another on another stack, say. NULL: rows stay as they are.
	 */
	void (*mend_row)(struct target *t, const struct regs *r, struct unwind_row *row);
	/* Where no table knows the pc: frame pointers, prologue analysis. NULL: the backtrace ends there. */
	bool (*fallback_row)(struct target *t, const struct regs *r, struct unwind_row *row);
	/*
	 * Stacks other than task stacks on @cpu: IRQ, NMI, double fault...; returns how many. Without it a
	 * backtrace ends where it leaves the task's stack.
	 */
	size_t (*stacks)(struct target *t, unsigned cpu, struct stack *list, size_t max);
	/*
	 * For code that changes stacks around a call where no table says so: the stack pointer of its frame
	 * before the change, when the call left @r on top of @stack. NULL, or false: the tables are right.
	 */
	bool (*sp_before)(struct target *t, const struct stack *stack, const struct regs *r, uint64_t *sp);
	/* Where the user registers of a task lie at the top of its stack; 0: nowhere. For bt -e. */
	uint64_t (*user_regs)(struct target *t, const struct stack *task_stack);
	/*
	 * Could the code before @return_address have called the function at @callee (0: any)? Keeps stale
	 * words of a stack from being taken for return addresses. NULL: anything could.
	 */
	bool (*is_call)(struct target *t, uint64_t return_address, uint64_t callee);
	/*
	 * Does the code in [@start, @end) return by an instruction that gives back the stack at once? Its
	 * call frame information then looks as if it never did. NULL: there are no such instructions.
	 */
	bool (*pops_pc)(struct target *t, uint64_t start, uint64_t end);
	/*
	 * Functions that a dying CPU runs after it saved its registers for the dump, ends with NULL: their
	 * frames are looked for below those registers, and shown when proven. NULL: none are.
	 */
	const char *const *ran_on;
	/*
	 * With a link register, where a function that calls keeps its return address, from its caller's stack
	 * pointer, if all do so. 0: not in one place; then @ran_on is of no use without @frame_records.
	 */
	uint8_t lr_save;
	/* Functions that call keep the caller's frame pointer and, a word above it, the return address. */
	bool frame_records;

	/*
	 * Functions that do not return save the registers that they change like all others. False: they may
	 * not, and what their call frame information does not mention is lost.
	 */
	bool noreturn_saves;
	/*
	 * Compilers are known to be wrong about places relative to the frame base where those come from
	 * location lists and from calls: these are not believed. False: they are right.
	 */
	bool mistold_frame_base;

	/* ---- 5. Display. ---- */
	/*
	 * gdb's names of the registers, in the order of its "info registers"; ends with a NULL name. Besides
	 * these the names of @pt_regs are understood, and pc, sp and fp. NULL: no more than those.
	 */
	const struct reg_name *reg_names;
	/*
	 * Template of an exception frame's lines, in output/out.h's shape language: registers by
	 * slot name, {user}, {partial}, {title}, and of the interrupted pc {function}, {offset}, {file},
	 * {line}, of the link register {link_function}, {link_offset}.
	 */
	const char *eframe_shape;
	/*
	 * What stands behind the number in a frame's line: as it is, with the offset, and with that in
	 * hexadecimal. Of {sp}, {pc}, {from} (where its caller goes on), {reliable}, {function}, {offset} and
	 * {module}. NULL: "[sp] function+offset at pc [module]".
	 */
	const char *frame_shape[3];
	/*
	 * A line above the memory of a frame (bt -f): of {return_address}, {memory_start}, {memory_end},
	 * {memory_size} and {last_word}, the address of the last word. NULL: there is none.
	 */
	const char *frame_memory_shape;
	/* It does not name the interrupted function: that gets a line of its own. */
	bool eframe_is_nameless;
	/* What kind of exception these values (by slot of @pt_regs) are of: {title}. NULL: never told. */
	const char *(*eframe_title)(const uint64_t slots[64]);
	/*
	 * May these values (by slot of @pt_regs), found in @stack, be an exception frame? Then also:
	 * of user mode? Without it: no bt -e and -E.
	 */
	bool (*is_eframe)(struct target *t, const struct stack *stack, const uint64_t slots[64], bool *user);
	/*
	 * Vector registers of @cpu as they lie in memory, from the dump's notes; returns how many, 0: no note
	 * has them. NULL: dumps do not keep them.
	 */
	size_t (*vector_regs)(struct target *t, unsigned cpu, uint8_t regs[VECTOR_REGS_MAX][VECTOR_REG_SIZE]);
	/* A variable that tells the processor's speed, and what it counts in a MHz. NULL: not known. */
	const char *speed_variable;
	uint32_t speed_per_mhz;
	/* Rows for `mach`. NULL: only the general ones. */
	void (*mach)(struct target *t, void (*row)(void *context, const char *key, const char *value),
		     void *context);
	int capstone_arch, capstone_mode; /* for dis; byte order is added */
	bool little_code;                 /* instructions are little-endian even where the data are not */
	/*
	 * The whole mode, byte order and all, where a kernel has code of more than one kind or in another
	 * order than its data. -1: data that lies between the code. NULL: @capstone_mode.
	 */
	int (*insn_mode)(struct target *t, uint64_t address);
	uint8_t insn_step; /* bytes to the next instruction behind one that is not known; 0: 1 */
	/* The same where the first @insn_step bytes tell how long any instruction is. NULL: @insn_step. */
	unsigned (*insn_length)(const uint8_t *code);
	/*
	 * Where a direct branch or call goes; @insn is capstone's cs_insn. False: it is none. NULL: what
	 * capstone says of it, whose last operand is then the address.
	 */
	bool (*insn_goal)(const void *insn, uint64_t *goal);
	/*
	 * Spell an instruction as gdb does; @handle is capstone's, @insn its cs_insn with
	 * details. True when an operand is relative to the pc: *@goal is the address it
	 * names, and what follows the text unless the text ends in it. NULL: capstone's own spelling.
	 */
	bool (*spell)(uint64_t handle, const void *insn, struct text *out, uint64_t *goal);
	/*
	 * The one instruction, as it is spelled, that stands at a function's start while nobody traces it:
	 * marked by dis. NULL: there is none, or it is not told from others.
	 */
	const char *trace_nop;
};

/* All modules in this binary; ends with NULL. Generated by arch/meson.build. */
extern const struct arch *const arch_table[];
/* Names of all folders of arch/ that there are, in this build or not: what another binary may support; ends
 * with NULL. */
extern const char *const arch_known[];

#endif
