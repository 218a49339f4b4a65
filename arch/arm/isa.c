/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of the two instruction sets code is in. A kernel is built for one of them
 * (CONFIG_THUMB2_KERNEL), but for pieces of its entry code; linkers leave symbols
 * where it changes, and where data lies between code: $a, $t and $d (ELF for the
 * ARM Architecture, IHI 0044, 4.5.5).
 */
#include <capstone/capstone.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "arm.h"
#include "base/error.h"
#include "base/search.h"
#include "base/vec.h"
#include "debuginfo/elf_symtab.h"

struct mark {
	uint32_t address;
	uint8_t kind; /* enum arm_code */
};

struct arm_isa {
	bool thumb;
	enum byte_order order; /* of instructions */
	bool marks_read;
	VEC(struct mark) marks; /* sorted */
};

enum { NOTE_PRSTATUS = 1 };

/* Without a vmlinux: what a CPU ran that was in the kernel. */
static bool thumb_by_notes(struct target *t)
{
	const struct dump_note *notes;
	size_t n = t->dump ? dump_notes(t->dump, &notes) : 0, at = t->arch->prstatus_offset;

	for (size_t i = 0; i < n; i++) {
		struct regs r = {0};

		if (notes[i].type != NOTE_PRSTATUS || strcmp(notes[i].name, "CORE") != 0 ||
		    notes[i].size < at + arm_pt_regs.size)
			continue;
		regs_from_layout(&arm_pt_regs, notes[i].desc + at, t->order, &r, NULL);
		if ((r.value[ARM_CPSR] & PSR_MODE) == PSR_SVC && !arm_is_user(t, r.value[ARM_PC]))
			return r.value[ARM_CPSR] & PSR_THUMB;
	}
	return false;
}

static struct elf_file *with_symbols(const struct target *t)
{
	if (t->vmlinux && !elf_file_has_symbols(t->vmlinux))
		return t->debug_file;
	return t->vmlinux;
}

static struct arm_isa *isa_of(struct target *t)
{
	struct arm_data *d = t->arch_data;
	struct elf_file *e = with_symbols(t);
	uint64_t address;

	if (d->isa)
		return d->isa;
	d->isa = arena_new(t->arena, struct arm_isa);
	if (e && elf_file_symbol(e, "start_kernel", &address))
		d->isa->thumb = address & 1;
	else
		d->isa->thumb = thumb_by_notes(t);
	/* BE8, big-endian data and little-endian code, is all that ARMv6 and later have; the linker says so
	 */
	d->isa->order = ORDER_LITTLE;
	if (t->order == ORDER_BIG && e && !(elf_file_flags(e) & EF_ARM_BE8))
		d->isa->order = ORDER_BIG;
	return d->isa;
}

static int compare(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static void read_marks(struct target *t, struct arm_isa *isa)
{
	struct elf_symtab table;
	struct elf_sym sym;

	isa->marks_read = true;
	if (!with_symbols(t) || !elf_symtab_open(with_symbols(t), &table)) {
		fail_clear();
		return;
	}
	for (size_t i = 1; i < table.n; i++) {
		const char *name;

		elf_symtab_get(&table, i, &sym);
		if (sym.type != STT_NOTYPE || sym.binding != STB_LOCAL || sym.section == SHN_UNDEF)
			continue;
		name = elf_symtab_name(&table, &sym);
		if (name[0] != '$' || (name[2] && name[2] != '.') || !strchr("atd", name[1]))
			continue;
		*vec_push(t->arena, &isa->marks) =
			(struct mark){(uint32_t)sym.value, name[1] == 'a'   ? ARM_CODE
							   : name[1] == 't' ? ARM_THUMB
									    : ARM_DATA};
	}
	if (isa->marks.n)
		qsort(isa->marks.items, isa->marks.n, sizeof *isa->marks.items, compare);
}

enum arm_code arm_code_at(struct target *t, uint64_t address)
{
	const struct arm_data *d = t->arch_data;
	enum arm_code usual = ARM_CODE;
	const struct symbol *symbol;
	struct arm_isa *isa;
	size_t n;

	if (!d)
		return usual;
	isa = isa_of(t);
	if (isa->thumb)
		usual = ARM_THUMB;
	if (!isa->marks_read)
		read_marks(t, isa);
	symbol = symbol_at(t->symbols, address, NULL);
	if (!symbol || symbol->module)
		return usual;
	n = partition_point(isa->marks.n, i, isa->marks.items[i].address <= address);
	return n ? isa->marks.items[n - 1].kind : usual;
}

bool arm_is_thumb(struct target *t, uint64_t address)
{
	const struct arm_data *d = t->arch_data;

	return d && isa_of(t)->thumb && arm_code_at(t, address) == ARM_THUMB;
}

enum byte_order arm_code_order(struct target *t)
{
	const struct arm_data *d = t->arch_data;

	return d ? isa_of(t)->order : t->order;
}

int arm_insn_mode(struct target *t, uint64_t address)
{
	unsigned mode = arm_code_order(t) == ORDER_BIG ? (unsigned)CS_MODE_BIG_ENDIAN : 0;

	switch (arm_code_at(t, address)) {
	case ARM_CODE: break;
	case ARM_THUMB: mode |= CS_MODE_THUMB; break;
	case ARM_DATA: return -1;
	}
	return (int)(mode | CS_MODE_ARM);
}

uint64_t arm_code_address(const struct target *t, uint64_t address)
{
	(void)t;
	return address & ~1ULL;
}

/* The last four bytes before a return address: BL and BLX have all of them, BLX by register the last two. */
bool arm_is_thumb_call(const uint8_t bytes[4], enum byte_order order)
{
	uint16_t first = get_u16(bytes, order), second = get_u16(bytes + 2, order);

	/* ARM ARM, A6.3.4, and A6.2.3 */
	return ((first & 0xf800) == 0xf000 && (second & 0xc000) == 0xc000) || (second & 0xff80) == 0x4780;
}
