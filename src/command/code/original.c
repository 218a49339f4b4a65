/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command/code/original.h"

#include <elf.h>
#include <string.h>

#include "base/error.h"
#include "base/search.h"
#include "command/code/code.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/elf_sites.h"
#include "linux/module.h"
#include "target/arch.h"

enum {
	MOST_AHEAD = 1 << 20, /* from the start of a function, where the file's instructions are in step */
	TRACE_CALL_MAX = 32,  /* bytes of the longest sequence that calls for a trace */
};

struct original {
	struct session *s;
	struct disassembler *d;
	const uint8_t *code;          /* the bytes of the section, from @start on */
	uint64_t start, size;         /* run-time address */
	uint64_t slide;               /* of the kernel; 0: a module's */
	const struct elf_site *sites; /* of a module, by offset in the section */
	size_t n_sites;
	uint16_t machine;
	uint64_t at; /* the next instruction of the file */
};

/* ---- where the code is ---- */

struct original_section {
	struct original_section *next;
	const struct elf_file *file;
	size_t index, size;
	const uint8_t *code; /* NULL: it cannot be read */
};

/* The bytes of a section, asked for once: on hosts that cannot map the file they are a copy. */
static const uint8_t *section_code(struct session *s, struct elf_file *file,
				   const struct elf_section *section, uint64_t *size)
{
	struct original_section *known = s->originals;

	while (known && (known->file != file || known->index != section->index))
		known = known->next;
	if (!known) {
		known = arena_new(&s->arena, struct original_section);
		known->file = file;
		known->index = section->index;
		known->code = elf_file_data(file, section, &known->size);
		known->next = s->originals;
		s->originals = known;
	}
	*size = known->size;
	return known->code;
}

static bool kernel_code(struct original *o, uint64_t address)
{
	struct target *t = o->s->target;
	struct elf_file *files[] = {t->vmlinux, t->debug_file};
	const struct elf_section *list;
	uint64_t linked = address - t->slide;

	for (size_t f = 0; f < sizeof(files) / sizeof(*files); f++) {
		size_t n = files[f] ? elf_file_sections(files[f], &list) : 0;

		for (size_t i = 0; i < n; i++) {
			if (list[i].type == SHT_NOBITS || !(list[i].flags & SHF_EXECINSTR) ||
			    linked < list[i].address || linked - list[i].address >= list[i].size)
				continue;
			o->code = section_code(o->s, files[f], &list[i], &o->size);
			o->start = list[i].address + t->slide;
			o->slide = t->slide;
			o->machine = elf_file_machine(files[f]);
			return o->code != NULL;
		}
	}
	return false;
}

static bool module_code(struct original *o, uint64_t address)
{
	struct kernel *k = o->s->kernel;
	struct module *m = k ? module_at(k, address) : NULL;
	struct elf_section section;
	struct elf_file *file;

	if (!m || !module_code_at(m, address, &file, &section, &o->start))
		return false;
	o->code = section_code(o->s, file, &section, &o->size);
	if (!o->code)
		return false;
	o->machine = elf_file_machine(file);
	return elf_sites(file, &section, &o->s->scratch, &o->sites, &o->n_sites);
}

struct original *original_open(struct session *s, struct disassembler *d, uint64_t start)
{
	struct original *o = arena_new(&s->scratch, struct original);
	const struct symbol *symbol;
	uint64_t offset;

	o->s = s;
	o->d = d;
	if (!kernel_code(o, start) && !module_code(o, start)) {
		fail_clear();
		return NULL;
	}
	symbol = symbol_text_at(s->target->symbols, start, &offset);
	o->at = symbol && offset < MOST_AHEAD && symbol->address >= o->start ? symbol->address : start;
	return o;
}

/* The file's bytes from @address on; how many there are in *@left. */
static const uint8_t *bytes_at(const struct original *o, uint64_t address, size_t *left)
{
	if (address < o->start || address - o->start >= o->size)
		return NULL;
	*left = (size_t)(o->size - (address - o->start));
	return o->code + (address - o->start);
}

/* The file's instruction at @address, if one begins there. */
static bool insn_at(struct original *o, uint64_t address, struct insn *insn)
{
	while (o->at <= address) {
		size_t left;
		const uint8_t *bytes = bytes_at(o, o->at, &left);

		if (!bytes || !disassemble(o->d, bytes, left, o->at, insn) || !insn->size)
			return false;
		if (o->at == address)
			return true;
		o->at += insn->size;
	}
	return false;
}

/* ---- what relocation does ---- */

/* x86: fields of four or eight bytes anywhere in an instruction, moved with the kernel or against it. */
static bool moved_fields(const uint8_t *was, const uint8_t *is, size_t n, uint64_t slide)
{
	if (!n)
		return true;
	for (size_t size = 8; size >= 4; size /= 2) {
		uint64_t mask = size == 8 ? ~0ULL : 0xffffffffULL, change;

		if (n < size)
			continue;
		change = (get_uint(is, size, ORDER_LITTLE) - get_uint(was, size, ORDER_LITTLE)) & mask;
		if ((change == (slide & mask) || change == ((0 - slide) & mask)) &&
		    moved_fields(was + size, is + size, n - size, slide))
			return true;
	}
	return *was == *is && moved_fields(was + 1, is + 1, n - 1, slide);
}

/* MIPS: the upper half of an address, and the goal of a jump (R_MIPS_HI16, R_MIPS_26). */
static bool moved_mips(const uint8_t *was, const uint8_t *is, uint64_t slide, enum byte_order order)
{
	uint32_t a = get_u32(was, order), b = get_u32(is, order);

	if (((b - a) & 0xffff) == (slide >> 16 & 0xffff) && a >> 16 == b >> 16)
		return true;
	return a >> 26 == b >> 26 && ((b - a) & 0x3ffffff) == (slide >> 2 & 0x3ffffff);
}

/* An address that stands between the code. */
static bool moved_word(const struct original *o, uint64_t address)
{
	struct target *t = o->s->target;
	uint64_t at = address & ~(uint64_t)(t->word_size - 1), is;
	size_t left;
	const uint8_t *was = bytes_at(o, at, &left);

	return was && left >= t->word_size && target_read_word(t, at, &is) == READ_OK &&
	       ((is - get_uint(was, t->word_size, t->order)) & target_word_mask(t)) ==
		       (o->slide & target_word_mask(t));
}

static bool only_moved(const struct original *o, const struct insn *insn, const uint8_t *was,
		       const uint8_t *is)
{
	if (!o->slide)
		return false;
	switch (o->machine) {
	case EM_386:
	case EM_X86_64: return moved_fields(was, is, insn->size, o->slide);
	case EM_MIPS:
		if (insn->size == 4 && moved_mips(was, is, o->slide, o->s->target->order))
			return true;
		break;
	default: break;
	}
	return moved_word(o, insn->address);
}

/* The relocation of a module's that touches the instruction. */
static const struct elf_site *site_of(const struct original *o, const struct insn *insn)
{
	uint64_t offset = insn->address - o->start;
	size_t i = partition_point(o->n_sites, k, o->sites[k].offset < offset + insn->size);

	while (i && o->sites[i - 1].offset + ELF_SITE_LONGEST > offset) {
		const struct elf_site *site = &o->sites[--i];

		if (site->offset + site->size > offset)
			return site;
	}
	return NULL;
}

static size_t mnemonic(const char *text)
{
	return strcspn(text, " \t");
}

/* ---- the comparison ---- */

/* Are the two the same instruction, whose operand the loader filled in? */
static bool only_filled_in(const struct original *o, const struct insn *was, const uint8_t *there,
			   const struct insn *is, const uint8_t *bytes)
{
	/* by the opcode: what is spelled "mv" becomes an "addi" with a number */
	if (o->machine == EM_RISCV && was->size == 4 && is->size == 4) {
		uint32_t a = get_u32(there, ORDER_LITTLE), b = get_u32(bytes, ORDER_LITTLE);
		/* auipc, lui and jal have the operand where others have more of the opcode */
		bool upper = (a & 0x7f) == 0x17 || (a & 0x7f) == 0x37 || (a & 0x7f) == 0x6f;

		return ((a ^ b) & (upper ? 0x7f : 0x707f)) == 0;
	}
	return mnemonic(was->text) == mnemonic(is->text) &&
	       strncmp(was->text, is->text, mnemonic(was->text)) == 0;
}

/* What the compiler calls at the start of functions that can be traced. */
static bool is_trace_call(const char *name)
{
	static const char *const names[] = {"__fentry__", "_mcount", "mcount", "__gnu_mcount_nc"};

	for (size_t i = 0; name && i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Nobody traces: no call stands there, or (MIPS) a jump over the rest of it. s390x puts another goal into its
 * nop. */
static bool is_trace_nop(const struct insn *was, const char *called, const struct insn *is)
{
	if (strncmp(was->text, "jgnop", 5) == 0)
		return strncmp(is->text, "jgnop", 5) == 0;
	/* riscv64's room for the call: short nops become long ones */
	if (strncmp(was->text, "nop", 3) == 0 && strncmp(is->text, "nop", 3) == 0)
		return true;
	return is_trace_call(called) &&
	       (!is->has_goal || (is->goal > is->address && is->goal - is->address <= TRACE_CALL_MAX));
}

/* The text of the file's instruction, and in *@called the name of what it calls. */
static const char *spell(struct original *o, const struct insn *insn, const char **called)
{
	const struct elf_site *site = site_of(o, insn);
	const char *place;

	if (site) {
		*called = site->symbol;
		return *site->symbol && *site->symbol != '.'
			       ? arena_printf(&o->s->scratch, "%.*s %s", (int)mnemonic(insn->text),
					      insn->text, site->symbol)
			       : arena_strndup(&o->s->scratch, insn->text, mnemonic(insn->text));
	}
	place = insn->has_goal ? code_place(o->s, insn->goal, false) : NULL;
	*called = insn->has_goal && !insn->goal_is_data ? place : NULL;
	return place ? arena_printf(&o->s->scratch, "%s <%s>", insn->text, place)
		     : arena_strdup(&o->s->scratch, insn->text);
}

bool original_differs(struct original *o, const struct insn *insn, const uint8_t *bytes, const char **text,
		      bool *traced)
{
	const struct elf_site *site;
	const char *called;
	struct insn was;
	size_t left;
	const uint8_t *there = bytes_at(o, insn->address, &left);
	bool begins;

	*text = NULL;
	*traced = false;
	if (!there || left < insn->size || memcmp(there, bytes, insn->size) == 0)
		return false;
	site = site_of(o, insn);
	if (site ? site->loader : only_moved(o, insn, there, bytes))
		return false;
	begins = insn_at(o, insn->address, &was);
	if (site && begins && only_filled_in(o, &was, there, insn, bytes))
		return false;
	if (begins) {
		*text = spell(o, &was, &called);
		*traced = is_trace_nop(&was, called, insn);
	}
	return true;
}
