/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x86_state.h"

#include "base/error.h"

/* Version, size, 18 general registers, ten segments of 24 bytes, cr0 to cr4, since 2.12 kernel_gs_base. */
enum {
	GENERAL = 8,
	SEGMENTS = GENERAL + X86_QEMU_GENERAL * 8,
	SEGMENT_SIZE = 24,
	SEGMENT_BASE = 16,
	CONTROL = SEGMENTS + 10 * SEGMENT_SIZE,
	SIZE = CONTROL + 5 * 8,
	VERSION = 1,
};

bool x86_is_qemu_state(const uint8_t *desc, size_t size)
{
	return size >= SIZE && get_u32(desc, ORDER_LITTLE) == VERSION;
}

uint64_t x86_qemu_general(const uint8_t *desc, unsigned n)
{
	return get_u64(desc + GENERAL + (size_t)n * 8, ORDER_LITTLE);
}

uint16_t x86_qemu_selector(const uint8_t *desc, enum x86_qemu_segment segment)
{
	return get_u16(desc + SEGMENTS + (size_t)segment * SEGMENT_SIZE, ORDER_LITTLE);
}

uint64_t x86_qemu_base(const uint8_t *desc, enum x86_qemu_segment segment)
{
	return get_u64(desc + SEGMENTS + (size_t)segment * SEGMENT_SIZE + SEGMENT_BASE, ORDER_LITTLE);
}

uint64_t x86_qemu_control(const uint8_t *desc, unsigned n)
{
	return get_u64(desc + CONTROL + (size_t)n * 8, ORDER_LITTLE);
}

bool x86_is_call(struct target *t, uint64_t return_address, uint64_t callee)
{
	uint8_t code[7];

	if (target_read(t, return_address - sizeof code, code, sizeof code) != READ_OK)
		return true;
	if (code[2] == 0xe8) {
		uint64_t goal = return_address + (uint64_t)get_int(code + 3, 4, ORDER_LITTLE);

		return !callee || (goal & target_word_mask(t)) == callee;
	}
	for (size_t i = 0; i + 1 < sizeof code; i++) {
		if (code[i] == 0xff && (code[i + 1] >> 3 & 7) == 2)
			return true;
	}
	return false;
}

enum { MOST_OFFSET = 256, MOST_SAVED = 8 };

struct x86_switch_frame {
	bool known;
	uint64_t sp; /* of thread.sp in task_struct */
	uint64_t size;
	struct {
		uint16_t reg;
		uint16_t offset;
	} regs[MOST_SAVED];
	size_t n;
	bool has_ip; /* thread.ip: 32-bit kernels before 4.9 keep there where the task goes on */
	uint64_t ip;
};

/*
 * struct inactive_task_frame since 0100301bfdf5 (4.9). Some kernels have "flags" in it too, which nobody
 * needs.
 */
static bool find_frame(struct target *t, const struct x86_saved *saved, struct x86_switch_frame *f)
{
	uint64_t offset, size;

	if (!target_member(t, TYPE_STRUCT, "task_struct", "thread.sp", &f->sp, &size))
		return false;
	f->has_ip = target_member(t, TYPE_STRUCT, "task_struct", "thread.ip", &f->ip, &size);
	for (; saved->name && f->n < MOST_SAVED; saved++) {
		if (!target_member(t, TYPE_STRUCT, "inactive_task_frame", saved->name, &offset, &size) ||
		    offset > MOST_OFFSET)
			continue;
		f->known |= saved->reg == t->arch->pc;
		f->regs[f->n].reg = saved->reg;
		f->regs[f->n++].offset = (uint16_t)offset;
		if (f->size < offset + t->word_size)
			f->size = offset + t->word_size;
	}
	fail_clear();
	return true;
}

/*
 * Before 4.9 the macro switch_to() pushed flags and the frame pointer; the task goes on at thread.ip (32
 * bits) or at the label thread_return.
 */
static bool by_macro(struct target *t, const struct x86_switch_frame *f, uint64_t task, uint64_t sp,
		     struct regs *r)
{
	uint64_t fp, pc;
	enum read_status status;

	if (f->has_ip ? target_read_word(t, task + f->ip, &pc) != READ_OK
		      : !target_symbol(t, "thread_return", &pc))
		return fail("struct inactive_task_frame is not known, so neither is where this task goes on");
	status = target_read_word(t, sp, &fp);
	if (status != READ_OK)
		return target_read_failed(t, "the frame of the task switch", sp, status);
	regs_set(r, t->arch->fp, fp);
	regs_set(r, t->arch->sp, sp + 2U * t->word_size);
	regs_set(r, t->arch->pc, pc);
	return true;
}

bool x86_switched_out(struct target *t, uint64_t task, const struct x86_saved *saved,
		      struct x86_switch_frame **frame, struct regs *r)
{
	uint8_t bytes[MOST_OFFSET + 8];
	const struct x86_switch_frame *f = *frame;
	uint64_t sp, offset;
	enum read_status status;

	if (!f) {
		struct x86_switch_frame *new = arena_new(t->arena, struct x86_switch_frame);

		if (!find_frame(t, saved, new))
			return false;
		f = *frame = new;
	}
	status = target_read_word(t, task + f->sp, &sp);
	if (status != READ_OK)
		return target_read_failed(t, "the task's saved stack pointer", task + f->sp, status);
	if (!f->known)
		return by_macro(t, f, task, sp, r);
	status = target_read(t, sp, bytes, f->size);
	if (status != READ_OK)
		return target_read_failed(t, "the frame of the task switch", sp, status);
	for (size_t i = 0; i < f->n; i++)
		regs_set(r, f->regs[i].reg, get_uint(bytes + f->regs[i].offset, t->word_size, t->order));
	regs_set(r, t->arch->sp, sp + f->size);
	/* A task that never ran starts at ret_from_fork, and not behind a call. */
	r->pc_is_return = !symbol_at(t->symbols, r->value[t->arch->pc], &offset) || offset != 0;
	return true;
}
