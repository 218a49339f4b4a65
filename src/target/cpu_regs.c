/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers of a CPU when the dump was made. The kernel's own crash_notes come
 * first: they are there for every CPU that took part in the panic, and in CPU
 * order. A dump's notes have to be matched.
 */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "target/arch.h"
#include "target/unwind.h"

enum {
	NOTE_PRSTATUS = 1,    /* NT_PRSTATUS, include/uapi/linux/elf.h */
	NOTE_PRFPREG = 2,     /* NT_PRFPREG */
	NOTE_ARM_VFP = 0x400, /* NT_ARM_VFP: what 32-bit ARM has instead, by the name of LINUX */
	NOTE_HEADER = 12,     /* n_namesz, n_descsz, n_type: 32 bits each for both classes */
};

static const struct reg_layout *prstatus_layout(const struct target *t)
{
	return t->arch->prstatus ? t->arch->prstatus : t->arch->pt_regs;
}

static bool from_prstatus(struct target *t, const uint8_t *desc, size_t size, enum byte_order order,
			  bool by_kernel, struct regs *r)
{
	const struct reg_layout *layout = prstatus_layout(t);

	if (!layout || size < (size_t)t->arch->prstatus_offset + layout->size)
		return fail("the NT_PRSTATUS note is too small");
	*r = (struct regs){0};
	regs_from_layout(layout, desc + t->arch->prstatus_offset, order, r, NULL);
	if (!regs_known(r, t->arch->pc) || (!r->value[t->arch->pc] && !r->value[t->arch->sp]))
		return fail("the NT_PRSTATUS note is empty");
	r->ran_on = by_kernel;
	if (t->arch->mend_regs)
		t->arch->mend_regs(t, r, by_kernel);
	return true;
}

/* pr_pid of struct elf_prstatus: after pr_info (12 bytes), pr_cursig and two words. */
static uint32_t prstatus_pid(const struct target *t, const struct dump_note *note)
{
	size_t at = 16 + 2U * t->word_size;

	return note->size >= at + 4 ? get_u32(note->desc + at, t->order) : 0;
}

/*
 * note_buf_t __percpu *crash_notes (kernel/crash_core.c): ELF notes, ended by an
 * empty one, in the kernel's own byte order.
 */
static bool from_crash_notes(struct target *t, unsigned cpu, struct regs *r)
{
	uint8_t buffer[1024];
	uint64_t notes, where;
	size_t got = 0, at = 0;
	enum read_status status;

	if (!prstatus_layout(t) || !target_variable(t, "crash_notes", t->word_size, &notes))
		return false;
	if (!notes)
		return fail("the kernel has no crash_notes");
	if (!target_percpu(t, cpu, notes, &where))
		return false;
	status = target_read_some(t, NULL, where, buffer, sizeof buffer, &got);
	if (got < NOTE_HEADER)
		return target_read_failed(t, "crash_notes", where, status);
	while (at + NOTE_HEADER <= got) {
		uint64_t name = get_u32(buffer + at, t->order), size = get_u32(buffer + at + 4, t->order);
		uint32_t type = get_u32(buffer + at + 8, t->order);

		if (name > sizeof buffer || size > sizeof buffer)
			break;
		name = (name + 3) & ~3ULL;
		if (size == 0 || at + NOTE_HEADER + name + size > got)
			break;
		if (type == NOTE_PRSTATUS)
			return from_prstatus(t, buffer + at + NOTE_HEADER + name, size, t->order, true, r);
		at += NOTE_HEADER + name + ((size + 3) & ~3ULL);
	}
	return fail("crash_notes of CPU %u are empty", cpu);
}

static bool is_prstatus(const struct dump_note *n)
{
	return n->type == NOTE_PRSTATUS && strcmp(n->name, "CORE") == 0;
}

static bool from_notes(struct target *t, unsigned cpu, struct regs *r, const char **from)
{
	const struct dump_note *notes;
	size_t n = dump_notes(t->dump, &notes), prstatus = 0, qemu = 0, floating = 0;
	const struct dump_note *by_pid = NULL, *by_index = NULL, *state = NULL;
	enum byte_order order = dump_info(t->dump)->order; /* not always the kernel's */
	bool pids = true, all, by_kernel;

	for (size_t i = 0; i < n; i++) {
		if (is_prstatus(&notes[i])) {
			uint32_t pid = prstatus_pid(t, &notes[i]);

			/* QEMU and the hypervisors that follow it number CPUs from 1 in pr_pid. */
			if (pid != prstatus + 1)
				pids = false;
			if (pid == cpu + 1)
				by_pid = &notes[i];
			if (prstatus++ == cpu)
				by_index = &notes[i];
		} else if (strcmp(notes[i].name, "QEMU") == 0) {
			if (qemu++ == cpu)
				state = &notes[i];
		} else if ((notes[i].type == NOTE_PRFPREG && strcmp(notes[i].name, "CORE") == 0) ||
			   (notes[i].type == NOTE_ARM_VFP && strcmp(notes[i].name, "LINUX") == 0)) {
			floating++;
		}
	}
	/*
	 * Whole sets of registers, floating point too, are a hypervisor's, and of all CPUs: QEMU's where it
	 * writes no notes of its own name (arm, ppc64, s390x), on some with nothing in pr_pid.
	 */
	all = prstatus && floating == prstatus;
	by_kernel = !qemu && !all;
	if (by_index && (qemu || pids || all || prstatus == 1)) {
		const struct dump_note *note = pids && by_pid ? by_pid : by_index;

		if (from_prstatus(t, note->desc, note->size, order, by_kernel, r)) {
			*from = arena_printf(t->arena, "NT_PRSTATUS of CPU %u", cpu);
			return true;
		}
	}
	if (state && t->arch->qemu_regs && t->arch->qemu_regs(t, state->desc, state->size, r)) {
		*from = arena_printf(t->arena, "QEMU's state of CPU %u", cpu);
		return true;
	}
	/* The kernel writes one note for each CPU that was online: in order, but some may be missing. */
	if (by_index && from_prstatus(t, by_index->desc, by_index->size, order, true, r)) {
		*from = arena_printf(t->arena, "NT_PRSTATUS number %u (which CPU's it is, is a guess)", cpu);
		return true;
	}
	return fail("no registers of CPU %u were saved", cpu);
}

bool target_cpu_regs(struct target *t, unsigned cpu, struct regs *r, const char **from)
{
	*r = (struct regs){0};
	if (from_crash_notes(t, cpu, r)) {
		r->ran_on = true;
		*from = "crash_notes";
		return true;
	}
	*r = (struct regs){0};
	if (from_notes(t, cpu, r, from)) {
		fail_clear();
		return true;
	}
	return false;
}
