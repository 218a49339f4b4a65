/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register sets: pt_regs, NT_PRSTATUS, and what cpu_switch_to() saved in a task. */
#include "arm64.h"

#include <string.h>

#include "base/error.h"

#define X(n)                                                                                                 \
	{                                                                                                    \
		"x" #n, (n), (n)*8, 8                                                                        \
	}

/*
 * arch/arm64/include/asm/ptrace.h, struct pt_regs: as far as syscallno the same since 3.7.
 * struct user_pt_regs, in NT_PRSTATUS, is the part up to pstate. syscallno has been half a word
 * since 35d0e6fb4d21 (4.14), the lower one in both byte orders.
 */
enum { PRSTATUS_REGS = 34 };
static const struct reg_slot slots[] = {
	X(0),
	X(1),
	X(2),
	X(3),
	X(4),
	X(5),
	X(6),
	X(7),
	X(8),
	X(9),
	X(10),
	X(11),
	X(12),
	X(13),
	X(14),
	X(15),
	X(16),
	X(17),
	X(18),
	X(19),
	X(20),
	X(21),
	X(22),
	X(23),
	X(24),
	X(25),
	X(26),
	X(27),
	X(28),
	X(29),
	{"lr", ARM64_LR, 240, 8},
	{"sp", ARM64_SP, 248, 8},
	{"pc", ARM64_PC, 256, 8},
	{"pstate", ARM64_PSTATE, 264, 8},
	{"orig_x0", -1, 272, 8},
	{"syscallno", -1, 280, SLOT_LOW32},
};

const struct reg_layout arm64_pt_regs = {slots, sizeof slots / sizeof *slots, 288};
const struct reg_layout arm64_prstatus = {slots, PRSTATUS_REGS, 272};

/* In the order of gdb. */
const struct reg_name arm64_reg_names[] = {
	{"x0", 0, NULL},         {"x1", 1, NULL},
	{"x2", 2, NULL},         {"x3", 3, NULL},
	{"x4", 4, NULL},         {"x5", 5, NULL},
	{"x6", 6, NULL},         {"x7", 7, NULL},
	{"x8", 8, NULL},         {"x9", 9, NULL},
	{"x10", 10, NULL},       {"x11", 11, NULL},
	{"x12", 12, NULL},       {"x13", 13, NULL},
	{"x14", 14, NULL},       {"x15", 15, NULL},
	{"x16", 16, NULL},       {"x17", 17, NULL},
	{"x18", 18, NULL},       {"x19", 19, NULL},
	{"x20", 20, NULL},       {"x21", 21, NULL},
	{"x22", 22, NULL},       {"x23", 23, NULL},
	{"x24", 24, NULL},       {"x25", 25, NULL},
	{"x26", 26, NULL},       {"x27", 27, NULL},
	{"x28", 28, NULL},       {"x29", ARM64_FP, NULL},
	{"x30", ARM64_LR, NULL}, {"sp", ARM64_SP, NULL},
	{"pc", ARM64_PC, NULL},  {"cpsr", ARM64_PSTATE, "ps"},
	{NULL, 0, NULL},
};

bool arm64_user_mode(const struct target *t, const struct regs *r)
{
	if (regs_known(r, ARM64_PSTATE))
		return (r->value[ARM64_PSTATE] & PSTATE_EL_MASK) == 0;
	return regs_known(r, ARM64_PC) && arm64_is_user(t, r->value[ARM64_PC]);
}

/* struct cpu_context (arch/arm64/include/asm/processor.h): what follows one another since 3.7. */
static const uint8_t switch_regs[] = {ARM64_X19, 20, 21, 22,       23,       24,      25,
				      26,        27, 28, ARM64_FP, ARM64_SP, ARM64_PC};
enum { SWITCH_SIZE = sizeof switch_regs * 8 };

struct arm64_regs {
	bool has_context, has_record, has_size;
	uint64_t context; /* of thread.cpu_context in task_struct */
	uint64_t record;  /* of the frame record in pt_regs */
	uint64_t size;    /* of pt_regs */
};

static const struct arm64_regs *find_regs(struct target *t)
{
	struct arm64_data *d = t->arch_data;
	const struct type *type;
	struct arm64_regs *found;
	uint64_t size;

	if (!d)
		return NULL;
	if (d->regs)
		return d->regs;
	found = arena_new(t->arena, struct arm64_regs);
	found->has_context =
		target_member(t, TYPE_STRUCT, "task_struct", "thread.cpu_context", &found->context, &size) &&
		size >= SWITCH_SIZE;
	/* Since 732674980139 (4.14). */
	found->has_record = target_member(t, TYPE_STRUCT, "pt_regs", "stackframe", &found->record, &size);
	type = type_find(t->types, TYPE_STRUCT, "pt_regs");
	found->size = type ? type_size(t->types, type) : 0;
	found->has_size = found->size >= arm64_pt_regs.size && found->size < 1024;
	fail_clear();
	return d->regs = found;
}

bool arm64_switched_out(struct target *t, uint64_t task, struct regs *r)
{
	const struct arm64_regs *f = find_regs(t);
	uint8_t bytes[SWITCH_SIZE];
	enum read_status status;
	uint64_t offset;

	if (!f)
		return fail("the kernel's memory was not found");
	if (!f->has_context)
		return fail("task_struct.thread.cpu_context is not known");
	status = target_read(t, task + f->context, bytes, sizeof bytes);
	if (status != READ_OK)
		return target_read_failed(t, "the task's saved registers", task + f->context, status);
	for (size_t i = 0; i < sizeof switch_regs; i++)
		regs_set(r, switch_regs[i], get_u64(bytes + i * 8, t->order));
	regs_set(r, ARM64_PC, arm64_untag(t, r->value[ARM64_PC]));
	/* A task that never ran starts at ret_from_fork, and not behind a call. */
	r->pc_is_return = !symbol_at(t->symbols, r->value[ARM64_PC], &offset) || offset != 0;
	return true;
}

uint64_t arm64_pt_regs_size(struct target *t)
{
	const struct arm64_regs *f = find_regs(t);

	return f && f->has_size ? f->size : 0;
}

uint64_t arm64_user_regs(struct target *t, const struct stack *task_stack)
{
	uint64_t size = arm64_pt_regs_size(t);

	return size ? task_stack->end - size : 0;
}

bool arm64_record_offset(struct target *t, uint64_t record, uint64_t *offset)
{
	const struct arm64_regs *f = find_regs(t);
	uint64_t type;

	/* struct frame_record_meta since 6.13: the layout that came with it, without types. */
	enum { META_RECORD = 296, META_FINAL = 1, META_PT_REGS = 2 };

	if (f && f->has_record) {
		*offset = f->record;
		return true;
	}
	*offset = META_RECORD;
	return target_read_word(t, record + 16, &type) == READ_OK &&
	       (type == META_FINAL || type == META_PT_REGS);
}
