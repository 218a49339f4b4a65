/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capstone's AT&T syntax differs from that of gdb and objdump: it always writes
 * the size letter behind the mnemonic, small numbers in decimal, and leaves out
 * displacements of zero that are encoded. Scripts and eyes know gdb's.
 */
#include "x86_insn.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <string.h>

enum { MAX_OPERANDS = 8 };

struct spelling {
	csh handle;
	const cs_insn *insn;
	const cs_x86 *x86;
	bool is_32;        /* mode, not operands */
	unsigned segment;  /* by a prefix, where capstone's operands do not tell; 32 bits only */
	const char *name;  /* the mnemonic without size letter */
	char mnemonic[32]; /* capstone's, without prefixes */
	char prefixes[64]; /* "lock ", "rep ", ... */
	char operands[MAX_OPERANDS][96]; /* capstone's text */
	size_t n;
	bool matched;   /* the details are of the same operands, in the same order ... */
	size_t skipped; /* ... but for so many in front */
};

static bool is_one_of(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(s, *list) == 0)
			return true;
	return false;
}

static void add_prefix(struct spelling *p, const char *prefix)
{
	size_t n = strlen(p->prefixes);

	snprintf(p->prefixes + n, sizeof(p->prefixes) - n, "%s", prefix);
}

/* "lock cmpxchgq" and the like: prefixes apart. */
static void split_mnemonic(struct spelling *p)
{
	static const char *const renamed[][2] = {{"repe ", "repz "}, {"repne ", "repnz "}};
	const char *s = p->insn->mnemonic, *blank;

	while ((blank = strchr(s, ' ')) &&
	       (size_t)(blank - s) + strlen(p->prefixes) + 2 < sizeof(p->prefixes)) {
		size_t n = (size_t)(blank - s) + 1, known = 0;

		while (known < 2 && strncmp(s, renamed[known][0], n) != 0)
			known++;
		if (known < 2)
			add_prefix(p, renamed[known][1]);
		else
			strncat(p->prefixes, s, n);
		s = blank + 1;
	}
	snprintf(p->mnemonic, sizeof(p->mnemonic), "%s", s);
}

static bool reads_memory(const struct spelling *p)
{
	for (unsigned i = 0; i < p->x86->op_count; i++) {
		if (p->x86->operands[i].type == X86_OP_MEM)
			return true;
	}
	return false;
}

/*
 * "cs call", "data16 cs nopw": prefixes without an effect, where gdb shows them. With an operand in memory a
 * segment has an effect in 32-bit mode, and is a part of the operand.
 */
static void ignored_prefixes(struct spelling *p)
{
	const char *prefix = NULL;
	unsigned sizes = 0, segment = X86_REG_INVALID;

	for (unsigned i = 0; i < p->insn->size; i++) {
		switch (p->insn->bytes[i]) {
		case 0x66: sizes++; continue;
		case 0x2e: prefix = "cs ", segment = X86_REG_CS; continue;
		case 0x36: prefix = "ss ", segment = X86_REG_SS; continue;
		case 0x3e: prefix = "ds ", segment = X86_REG_DS; continue;
		case 0x26: prefix = "es ", segment = X86_REG_ES; continue;
		case 0xf0:
		case 0xf2:
		case 0xf3: continue;
		default: break;
		}
		break;
	}
	if (p->is_32 && reads_memory(p)) {
		p->segment = segment;
		return;
	}
	if (!prefix || strstr(p->prefixes, "notrack") || strlen(p->prefixes) > 16)
		return;
	/* the first operand-size prefix counts, the others are only there to fill */
	for (unsigned i = 1; i < sizes && i < 5; i++)
		add_prefix(p, "data16 ");
	add_prefix(p, prefix);
}

/* At commas outside parentheses, blanks removed. */
static void split_operands(struct spelling *p)
{
	unsigned depth = 0;
	size_t length = 0;

	if (!p->insn->op_str[0])
		return;
	for (const char *s = p->insn->op_str; *s && p->n < MAX_OPERANDS; s++) {
		if (*s == '(')
			depth++;
		else if (*s == ')' && depth)
			depth--;
		if (*s == ',' && !depth) {
			p->n++;
			length = 0;
		} else if (*s != ' ' && length + 1 < sizeof(p->operands[0])) {
			p->operands[p->n][length++] = *s;
		}
	}
	p->n++;
}

static bool same_kind(const char *text, const cs_x86_op *op)
{
	if (*text == '*')
		text++;
	switch (op->type) {
	case X86_OP_REG: return *text == '%' && !strchr(text, ':') && !strchr(text, '(');
	case X86_OP_IMM: return *text == '$' || (*text >= '0' && *text <= '9') || *text == '-';
	case X86_OP_MEM: return *text != '$' && (strchr(text, '(') || strchr(text, ':') || *text != '%');
	default: return false;
	}
}

static void put_signed(struct text *out, int64_t value)
{
	if (value < 0)
		text_putc(out, '-');
	text_puts(out, "0x");
	text_hex(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 0);
}

static void put_register(const struct spelling *p, unsigned reg, struct text *out)
{
	text_putc(out, '%');
	text_puts(out, cs_reg_name(p->handle, reg));
}

/* Segments that 64-bit mode does not look at: gdb shows their prefix as such. */
static bool is_ignored(const struct spelling *p, unsigned segment)
{
	return !p->is_32 && (segment == X86_REG_CS || segment == X86_REG_DS || segment == X86_REG_ES ||
			     segment == X86_REG_SS);
}

/* An index byte that names no index, although the base would do without: gdb shows "%eiz", "%riz". */
static const char *no_index(const struct spelling *p, const x86_op_mem *m)
{
	bool has_sib = p->x86->modrm >> 6 != 3 && (p->x86->modrm & 7) == 4;

	if (!has_sib || (p->x86->sib >> 3 & 7) != 4 || m->base == X86_REG_INVALID || m->base == X86_REG_ESP ||
	    m->base == X86_REG_RSP || m->base == X86_REG_R12 || m->base == X86_REG_R12D)
		return NULL;
	return p->x86->addr_size == 4 ? "%eiz" : "%riz";
}

static void put_memory(const struct spelling *p, const char *text, const cs_x86_op *op, struct text *out)
{
	const x86_op_mem *m = &op->mem;
	unsigned segment = m->segment != X86_REG_INVALID ? m->segment : p->segment;
	const char *index;

	if (*text == '*')
		text_putc(out, '*');
	if (segment != X86_REG_INVALID && !is_ignored(p, segment)) {
		put_register(p, segment, out);
		text_putc(out, ':');
	}
	if (m->base == X86_REG_INVALID && m->index == X86_REG_INVALID) {
		text_puts(out, "0x");
		text_hex(out, p->is_32 ? (uint32_t)m->disp : (uint64_t)m->disp, 0);
		return;
	}
	if (m->disp || m->base == X86_REG_INVALID || p->x86->encoding.disp_size)
		put_signed(out, m->disp);
	text_putc(out, '(');
	if (m->base != X86_REG_INVALID)
		put_register(p, m->base, out);
	if (m->index != X86_REG_INVALID) {
		text_putc(out, ',');
		put_register(p, m->index, out);
		text_printf(out, ",%d", m->scale);
	} else if ((index = no_index(p, m))) {
		text_printf(out, ",%s,%d", index, 1 << (p->x86->sib >> 6));
	}
	text_putc(out, ')');
}

static void put_immediate(const struct spelling *p, const char *text, const cs_x86_op *op, struct text *out)
{
	uint64_t value = (uint64_t)op->imm;

	if (*text == '$') {
		text_putc(out, '$');
		if (op->size && op->size < 8)
			value &= (1ULL << 8 * op->size) - 1;
		/* shifts by one have no immediate in their encoding */
		if (!p->x86->encoding.imm_size && value == 1) {
			text_putc(out, '1');
			return;
		}
	}
	text_puts(out, "0x");
	text_hex(out, value, 0);
}

static void put_operand(const struct spelling *p, size_t i, struct text *out)
{
	const char *text = p->operands[i];
	const cs_x86_op *op = p->matched && i >= p->skipped ? &p->x86->operands[i - p->skipped] : NULL;

	const char *colon = strchr(text, ':');

	/* the port of in and out */
	if (strcmp(text, "%dx") == 0 && (strcmp(p->name, "in") == 0 || strcmp(p->name, "out") == 0))
		text_puts(out, "(%dx)");
	else if (*text == '$' && colon) /* a far address, which capstone takes for one operand */
		text_printf(out, "%.*s,%s", (int)(colon - text), text, colon + 1);
	else if (strncmp(text, "%dr", 3) == 0 && !strchr("x", text[3]))
		text_printf(out, "%%db%s", text + 3);
	else if (!op || op->type == X86_OP_REG)
		text_puts(out, text);
	else if (op->type == X86_OP_MEM)
		put_memory(p, text, op, out);
	else
		put_immediate(p, text, op, out);
}

/* The size letter is only there where no register tells the size. */
static bool register_tells(const struct spelling *p)
{
	static const char *const shifts[] = {"shl", "shr", "sar",  "sal",  "rol", "ror",
					     "rcl", "rcr", "shld", "shrd", NULL};
	bool any = false;

	for (size_t i = 0; i < p->n; i++) {
		const char *text = p->operands[i];

		if (*text != '%' || strchr(text, ':') || strchr(text, '('))
			continue;
		/* the count of a shift says nothing about what is shifted */
		if (strcmp(text, "%cl") == 0 && i == 0 && p->n > 1 && is_one_of(p->name, shifts))
			continue;
		any = true;
	}
	return any;
}

static void mnemonic(const struct spelling *p, char *to, size_t size)
{
	/* 64 bits (or the mode's size) without saying so */
	static const char *const plain[] = {"push",  "pop",  "call",  "ret",  "jmp",  "leave",
					    "pushf", "popf", "enter", "lgdt", "lidt", "sgdt",
					    "sidt",  "str",  "sldt",  "lldt", "ltr",  NULL};
	/* to whose width 32-bit mode adds a letter */
	static const char *const tables[] = {"lgdt", "lidt", "sgdt", "sidt", NULL};
	static const char *const far[][2] = {
		{"ljmpl", "ljmp"}, {"ljmpq", "ljmp"}, {"lcalll", "lcall"}, {"lcallq", "lcall"}};
	size_t n = strlen(p->name);

	snprintf(to, size, "%s", p->mnemonic);
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		if (strcmp(to, far[i][0]) == 0)
			snprintf(to, size, "%s", far[i][1]);
	if (strncmp(to, p->name, n) == 0 && to[n] && strchr("bwlq", to[n]) && !to[n + 1] &&
	    (register_tells(p) || is_one_of(p->name, plain)))
		to[n] = '\0';
	if (p->is_32 && is_one_of(to, tables))
		snprintf(to, size, "%sl", p->name);
}

/* Between the 64-bit and the 32-bit names of the registers that string instructions use: "(%rsi)", "(%esi)".
 */
static void change_width(char *text, char from, char to)
{
	for (char *at = text; (at = strchr(at, '%')); at++) {
		if (at[1] == from && (strncmp(at + 2, "si", 2) == 0 || strncmp(at + 2, "di", 2) == 0))
			at[1] = to;
	}
}

/* What cannot be had by rules: capstone's text => gdb's, in 64-bit mode. */
static const char *exception(const struct spelling *p)
{
	static const struct {
		const char *name, *operands, *text;
	} rows[] = {
		{"retq", "", "ret"},
		{"pushfq", "", "pushf"},
		{"popfq", "", "popf"},
		{"pushfl", "", "pushf"},
		{"popfl", "", "popf"},
		{"iretl", "", "iret"},
		{"lretl", "", "lret"},
		{"sysexitl", "", "sysexit"},
		{"insb", NULL, "insb   (%dx),%es:(%rdi)"},
		{"insl", NULL, "insl   (%dx),%es:(%rdi)"},
		{"insw", NULL, "insw   (%dx),%es:(%rdi)"},
		{"outsb", NULL, "outsb  %ds:(%rsi),(%dx)"},
		{"outsw", NULL, "outsw  %ds:(%rsi),(%dx)"},
		{"outsl", NULL, "outsl  %ds:(%rsi),(%dx)"},
		{"stosb", NULL, "stos   %al,%es:(%rdi)"},
		{"stosw", NULL, "stos   %ax,%es:(%rdi)"},
		{"stosl", NULL, "stos   %eax,%es:(%rdi)"},
		{"stosq", NULL, "stos   %rax,%es:(%rdi)"},
		{"lodsb", NULL, "lods   %ds:(%rsi),%al"},
		{"lodsw", NULL, "lods   %ds:(%rsi),%ax"},
		{"lodsl", NULL, "lods   %ds:(%rsi),%eax"},
		{"lodsq", NULL, "lods   %ds:(%rsi),%rax"},
		{"scasb", NULL, "scas   %es:(%rdi),%al"},
		{"scasl", NULL, "scas   %es:(%rdi),%eax"},
		{"scasq", NULL, "scas   %es:(%rdi),%rax"},
		{"cmpsb", NULL, "cmpsb  %es:(%rdi),%ds:(%rsi)"},
		{"cmpsl", NULL, "cmpsl  %es:(%rdi),%ds:(%rsi)"},
		{"wait", NULL, "fwait"},
		{"cmpsq", NULL, "cmpsq  %es:(%rdi),%ds:(%rsi)"},
		{"movsb", "(%rsi),(%rdi)", "movsb  %ds:(%rsi),%es:(%rdi)"},
		{"movsb", "(%rsi),%es:(%rdi)", "movsb  %ds:(%rsi),%es:(%rdi)"},
		{"movsw", "(%rsi),(%rdi)", "movsw  %ds:(%rsi),%es:(%rdi)"},
		{"movsw", "(%rsi),%es:(%rdi)", "movsw  %ds:(%rsi),%es:(%rdi)"},
		{"movsl", "(%rsi),(%rdi)", "movsl  %ds:(%rsi),%es:(%rdi)"},
		{"movsl", "(%rsi),%es:(%rdi)", "movsl  %ds:(%rsi),%es:(%rdi)"},
		{"movsq", "(%rsi),(%rdi)", "movsq  %ds:(%rsi),%es:(%rdi)"},
	};
	char joined[256] = "";

	for (size_t i = 0; i < p->n; i++) {
		if (i)
			strncat(joined, ",", sizeof(joined) - strlen(joined) - 1);
		strncat(joined, p->operands[i], sizeof(joined) - strlen(joined) - 1);
	}
	if (p->is_32)
		change_width(joined, 'e', 'r');
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(p->mnemonic, rows[i].name) == 0 &&
		    (!rows[i].operands || strcmp(joined, rows[i].operands) == 0))
			return rows[i].text;
	if (p->insn->size == 2 && memcmp(p->insn->bytes, "\x66\x90", 2) == 0)
		return "xchg   %ax,%ax";
	return NULL;
}

static void spell(const struct spelling *p, struct text *out)
{
	const char *known = exception(p);
	char name[32], other_text[64], *other = other_text;

	text_puts(out, p->prefixes);
	if (known) {
		snprintf(other_text, sizeof(other_text), "%s", known);
		if (p->is_32)
			change_width(other_text, 'r', 'e');
		if (p->prefixes[0]) {
			/* columns only without prefix */
			size_t n = strcspn(other, " ");

			text_put(out, other, n);
			other += n + strspn(other + n, " ");
			if (*other)
				text_putc(out, ' ');
		}
		text_puts(out, other);
		return;
	}
	mnemonic(p, name, sizeof(name));
	text_puts(out, name);
	if (!p->n)
		return;
	text_fill(out, ' ',
		  strlen(name) + strlen(p->prefixes) < 6 ? 7 - strlen(name) - strlen(p->prefixes) : 1);
	for (size_t i = 0; i < p->n; i++) {
		if (i)
			text_putc(out, ',');
		put_operand(p, i, out);
	}
}

/* What an operand relative to %rip names. */
static bool data_goal(const struct spelling *p, uint64_t *goal)
{
	for (unsigned i = 0; i < p->x86->op_count; i++) {
		const cs_x86_op *op = &p->x86->operands[i];

		if (op->type == X86_OP_MEM && op->mem.base == X86_REG_RIP) {
			*goal = p->insn->address + p->insn->size + (uint64_t)op->mem.disp;
			return true;
		}
	}
	return false;
}

static bool spell_in(bool is_32, uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	struct spelling p = {.handle = handle, .insn = instruction, .is_32 = is_32};

	p.x86 = &p.insn->detail->x86;
	p.name = cs_insn_name(p.handle, p.insn->id);
	if (!p.name)
		p.name = "";
	split_mnemonic(&p);
	split_operands(&p);
	/* the details leave out the count of "shl %cl,..." */
	p.skipped = p.n && p.n == p.x86->op_count + 1U && strcmp(p.operands[0], "%cl") == 0;
	p.matched = p.n == p.x86->op_count + p.skipped;
	for (size_t i = p.skipped; i < p.n && p.matched; i++)
		p.matched = same_kind(p.operands[i], &p.x86->operands[i - p.skipped]);
	ignored_prefixes(&p);
	spell(&p, out);
	return data_goal(&p, goal);
}

bool x86_spell_64(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	return spell_in(false, handle, instruction, out, goal);
}

bool x86_spell_32(uint64_t handle, const void *instruction, struct text *out, uint64_t *goal)
{
	return spell_in(true, handle, instruction, out, goal);
}
