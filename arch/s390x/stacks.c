/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks of a CPU beside the tasks' own: its lowcore has where each begins. */
#include "base/error.h"
#include "s390x.h"

enum { MAX_STACKS = 4 };

struct s390x_stacks {
	uint64_t lowcores; /* struct lowcore *lowcore_ptr[NR_CPUS]; 0: unknown */
	uint64_t size;     /* THREAD_SIZE: of all of them */
	uint64_t regs;     /* of struct pt_regs */
	struct {
		const char *name;
		uint64_t offset;
	} in[MAX_STACKS];
	size_t n;
};

static void find_offsets(struct target *t, struct s390x_stacks *s)
{
	/* asm/lowcore.h: struct _lowcore before 4.11; the panic stack became the nodat stack with 4.20. */
	static const struct {
		const char *member, *name;
	} members[] = {
		{"async_stack", "IRQ stack"},   {"nodat_stack", "NODAT stack"},
		{"panic_stack", "PANIC stack"}, {"restart_stack", "RESTART stack"},
		{"mcck_stack", "MCCK stack"},
	};
	static const char *const names[] = {"lowcore", "_lowcore"};
	uint64_t offset, size;

	for (size_t k = 0; k < 2 && s->n == 0; k++) {
		for (size_t i = 0; i < sizeof members / sizeof *members && s->n < MAX_STACKS; i++) {
			if (!target_member(t, TYPE_STRUCT, names[k], members[i].member, &offset, &size))
				continue;
			s->in[s->n].name = members[i].name;
			s->in[s->n++].offset = offset;
		}
	}
}

static const struct s390x_stacks *find_stacks(struct target *t)
{
	struct s390x_data *d = t->arch_data;
	const struct type *type;
	struct s390x_stacks *s;

	if (!d)
		return NULL;
	if (d->stacks)
		return d->stacks;
	s = arena_new(t->arena, struct s390x_stacks);
	type = type_find(t->types, TYPE_UNION, "thread_union");
	s->size = type ? type_size(t->types, type) : 0;
	if (s->size < 4096 || s->size > 1 << 20 || s->size & (s->size - 1))
		s->size = 16384;
	type = type_find(t->types, TYPE_STRUCT, "pt_regs");
	s->regs = type ? type_size(t->types, type) : 0;
	if (target_symbol(t, "lowcore_ptr", &s->lowcores))
		find_offsets(t, s);
	fail_clear();
	return d->stacks = s;
}

/* The word in the lowcore is a first stack pointer, below room for a frame and registers. */
size_t s390x_stacks(struct target *t, unsigned cpu, struct stack *list, size_t max)
{
	const struct s390x_stacks *s = find_stacks(t);
	uint64_t lowcore, sp, end;
	size_t n = 0;

	if (!s || !s->lowcores || target_read_word(t, s->lowcores + cpu * 8ULL, &lowcore) != READ_OK ||
	    !lowcore)
		return 0;
	for (size_t i = 0; i < s->n && n < max; i++) {
		if (target_read_word(t, lowcore + s->in[i].offset, &sp) != READ_OK || sp < s->size)
			continue;
		end = (sp + s->size - 1) & ~(s->size - 1);
		list[n++] = (struct stack){end - s->size, end, s->in[i].name};
	}
	return n;
}

/* task_pt_regs() (asm/processor.h): at the very end of the stack. Its size differs between releases. */
uint64_t s390x_user_regs(struct target *t, const struct stack *task_stack)
{
	const struct s390x_stacks *s = find_stacks(t);

	return s && s->regs ? task_stack->end - s->regs : 0;
}

/* Stacks are aligned to their size; STACK_INIT_OFFSET (asm/thread_info.h) leaves room above. */
bool s390x_is_initial_sp(struct target *t, uint64_t sp)
{
	const struct s390x_stacks *s = find_stacks(t);

	return s && s->regs && ((sp + STACK_FRAME_OVERHEAD + s->regs) & (s->size - 1)) == 0;
}
