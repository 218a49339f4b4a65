/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x: memory as gdb examines it. */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "command/code/code.h"
#include "command/gdb/gdb.h"
#include "command/table.h"
#include "type/unit.h"

enum { LONGEST_STRING = 200, MOST_UNITS = 1 << 20 };

static const struct shape row_shape = {"0x{address:x}{?place} <{place}>{/}:", "\n"};
static const struct shape unit_shape = {"\t{text}", NULL};
static const struct shape insn_shape = {
	"{?current}=> {/}{!current}   {/}0x{address:x}{?place} <{place}>{/}:\t{text}"
	"{?goal_place} <{goal_place}>{/}{?data}        # 0x{data:x}{?data_place} <{data_place}>{/}{/}\n",
	NULL,
};

struct examine {
	struct session *s;
	char letter;
	unsigned size;
	uint64_t address, count;
};

static const char *place(const struct examine *x, uint64_t address)
{
	return code_place(x->s, address, x->s->settings.radix == 16);
}

static void begin_row(const struct examine *x, uint64_t address)
{
	rec_begin(x->s->out, &row_shape);
	put_addr(x->s->out, "address", address);
	put_str(x->s->out, "place", place(x, address));
	list_begin(x->s->out, "units");
}

static void end_row(const struct examine *x)
{
	list_end(x->s->out);
	rec_end(x->s->out);
}

/* ---- numbers ---- */

static void put_unit(const struct examine *x, uint64_t value)
{
	struct session *s = x->s;
	struct text text = {0};
	const char *symbol;

	if (x->letter == 'a') {
		text_printf(&text, "0x%llx", (unsigned long long)value);
		symbol = value ? place(x, value) : NULL;
		if (symbol)
			text_printf(&text, " <%s>", symbol);
	} else {
		text_unit(&text, x->letter, value, x->size, true);
	}
	put_str(s->out, "text", text_str(&text));
	if (out_view(s->out) == OUT_JSON)
		put_hex(s->out, "value", value);
	text_free(&text);
}

/* False: nothing can be read there. */
static bool show_units(const struct examine *x, uint64_t *next)
{
	struct session *s = x->s;
	unsigned per_row = x->size == 8 ? 2 : x->size == 4 ? 4 : 8;
	uint64_t at = x->address, mask = target_word_mask(s->target);
	bool any = false;

	for (uint64_t i = 0; i < x->count && !interrupted() && !out_broken(s->out); i++) {
		enum read_status status;
		uint64_t value;

		if (i % per_row == 0)
			begin_row(x, at);
		status = target_read_uint(s->target, at, x->size, &value);
		any |= status == READ_OK;
		rec_begin(s->out, &unit_shape);
		if (status == READ_OK)
			put_unit(x, value);
		else
			put_none(s->out, "text", status);
		rec_end(s->out);
		at = (at + x->size) & mask;
		if (i + 1 == x->count || (i + 1) % per_row == 0)
			end_row(x);
	}
	*next = at;
	return any;
}

/* ---- strings ---- */

/* One string, or as much of it as is shown at once; *@n is how many bytes it takes. */
static enum read_status read_string(struct session *s, uint64_t at, uint8_t *bytes, size_t *n, bool *ended)
{
	enum read_status status = READ_OK;

	*ended = false;
	for (*n = 0; *n < LONGEST_STRING; (*n)++) {
		status = target_read(s->target, at + *n, bytes + *n, 1);
		if (status != READ_OK)
			break;
		if (!bytes[*n]) {
			*ended = true;
			break;
		}
	}
	return *n ? READ_OK : status;
}

static void put_quoted(struct text *text, const uint8_t *bytes, size_t n, bool ended)
{
	text_putc(text, '"');
	for (size_t i = 0; i < n; i++)
		text_unit_character(text, bytes[i], '"');
	text_putc(text, '"');
	if (!ended)
		text_puts(text, "...");
}

static bool show_strings(const struct examine *x, uint64_t *next)
{
	struct session *s = x->s;
	uint64_t at = x->address;
	bool any = false;

	for (uint64_t i = 0; i < x->count && !interrupted() && !out_broken(s->out); i++) {
		uint8_t bytes[LONGEST_STRING];
		enum read_status status;
		struct text text = {0};
		bool ended;
		size_t n;

		begin_row(x, at);
		status = read_string(s, at, bytes, &n, &ended);
		rec_begin(s->out, &unit_shape);
		if (status == READ_OK) {
			put_quoted(&text, bytes, n, ended);
			put_str(s->out, "text", text_str(&text));
			if (out_view(s->out) == OUT_JSON)
				put_strn(s->out, "value", (const char *)bytes, n);
			any = true;
		} else {
			put_none(s->out, "text", status);
		}
		rec_end(s->out);
		end_row(x);
		text_free(&text);
		if (status != READ_OK)
			break;
		at += n + ended;
	}
	*next = at;
	return any;
}

/* ---- instructions ---- */

static void show_insn(void *context, const struct code_insn *c)
{
	const struct examine *x = context;
	struct session *s = x->s;

	rec_begin(s->out, &insn_shape);
	put_addr(s->out, "address", c->insn.address);
	put_str(s->out, "place", place(x, c->insn.address));
	if (out_view(s->out) == OUT_JSON)
		put_str(s->out, "bytes", code_bytes(s, c, ""));
	put_str(s->out, "text", c->insn.text);
	code_put_goal(s, &c->insn, true, s->settings.radix == 16);
	put_bool(s->out, "current", gdb_is_pc(s, c->insn.address));
	rec_end(s->out);
}

static bool show_code(struct examine *x, uint64_t *next)
{
	struct code_walk w = {.s = x->s,
			      .start = x->address,
			      .end = UINT64_MAX,
			      .count = x->count,
			      .last = UINT64_MAX,
			      .show = show_insn,
			      .context = x};
	bool ok;

	symbol_code(x->s->target->symbols, &w.start);
	list_begin(x->s->out, "instructions");
	ok = code_walk(&w);
	list_end(x->s->out);
	*next = w.next;
	return ok;
}

/* ---- the command ---- */

/* Letter and size stay what they were; where they do not go together, the letter given decides. */
static void choose(struct session *s, const struct gdb_format *f, struct examine *x)
{
	const struct gdb_places *last = gdb_places(s);

	x->letter = f->letter ? f->letter : last->letter ? last->letter : 'x';
	x->size = f->size ? f->size : last->size ? last->size : 4;
	if (x->letter == 'a')
		x->size = s->target->word_size;
	else if (x->letter == 'c' && !f->size && f->letter)
		x->size = 1;
	else if (x->letter == 'f' && x->size < 4)
		x->size = 8;
	x->count = f->count ? f->count : 1;
}

static bool run(struct session *s, int argc, char **argv)
{
	struct gdb_places *places = gdb_places(s);
	const char *text = argc > 1 ? argv[1] : "";
	struct examine x = {.s = s};
	struct gdb_format f;
	bool ok;

	if (!session_target(s))
		return false;
	if (!gdb_format_take(&text, &f))
		return out_error(s->out, "%s", fail_text());
	if (f.backward || f.count > MOST_UNITS)
		return out_error(s->out, "a count from 1 to %d is needed", MOST_UNITS);
	choose(s, &f, &x);
	if (*text ? !session_address(s, text, &x.address) : !places->examined)
		return *text ? out_error(s->out, "%s", fail_text()) : command_usage(s, &command_x);
	if (!*text)
		x.address = places->next;
	places->letter = x.letter;
	if (x.letter != 's' && x.letter != 'i')
		places->size = x.size;
	places->examined = true;
	if (x.letter == 'i')
		return show_code(&x, &places->next);
	list_begin(s->out, "rows");
	ok = x.letter == 's' ? show_strings(&x, &places->next) : show_units(&x, &places->next);
	list_end(s->out);
	return ok || out_error(s->out, "cannot read memory at 0x%llx", (unsigned long long)x.address);
}

const struct command command_x = {
	.name = "x",
	.summary = "examine memory as gdb does",
	.synopsis = "[/FMT] [address | symbol | expression]",
	.help = "  Shows memory in the format behind the slash: a count, a letter and a size.\n"
		"    x z d u o t  hexadecimal, the same, signed, unsigned, octal, binary\n"
		"    c a f s i    characters, addresses with symbols, floating point, strings,\n"
		"                 instructions\n"
		"    b h w g      units of one, two, four, eight bytes\n"
		"  Letter and size stay for the next time. Without an address, goes on where the\n"
		"  last one ended. What the dump does not hold is shown as the reason.\n",
	.example = "  inquest> x/4xg &init_task\n"
		   "  0xffffffff9861aa40 <init_task>:\t0x0000000000004000\t0x0000000000000000\n"
		   "  0xffffffff9861aa50 <init_task+16>:\t0x0000000000000000\t0x0000000000000000\n"
		   "  inquest> x/2i schedule\n"
		   "     0xffffffff976070d0 <schedule>:\tnopl   0x0(%rax,%rax,1)\n"
		   "     0xffffffff976070d5 <schedule+5>:\tpush   %rbp\n"
		   "  inquest> x/5cb linux_banner\n"
		   "  0xffffffff97d1fa00 <linux_banner>:\t76 'L'\t105 'i'\t110 'n'\t117 'u'\t120 'x'\n",
	.flags = COMMAND_MINIMAL | COMMAND_RAW | COMMAND_FORMAT,
	.run = run,
};
