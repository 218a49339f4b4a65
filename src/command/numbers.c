/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval, ascii, btop and ptob: conversions that need no memory. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "command/options.h"
#include "command/session.h"
#include "command/table.h"

/* ---- eval ---- */

/* "4GB" when it is a whole number of some unit, as crash adds behind the hexadecimal value; NULL: none. */
static const char *sized(struct session *s, uint64_t value)
{
	static const struct {
		unsigned shift;
		const char *name;
	} units[] = {{30, "GB"}, {20, "MB"}, {10, "KB"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		uint64_t unit = 1ULL << units[i].shift;

		if (value >= unit && value % unit == 0)
			return arena_printf(&s->scratch, "%llu%s",
					    (unsigned long long)(value >> units[i].shift), units[i].name);
	}
	return NULL;
}

static const struct shape eval_shape = {
	"hexadecimal: {hexadecimal:x}{?size}  ({size}){/}\n"
	"    decimal: {decimal}{?signed}  ({signed}){/}\n"
	"      octal: {octal}\n"
	"     binary: {binary}\n"
	"{?bits}   bits set: {bits}\n{/}",
	NULL,
};

static bool eval(struct session *s, int argc, char **argv)
{
	const char *expression = argc > 1 ? argv[1] : "";
	unsigned width = 64;
	struct text bits = {0};
	bool show_bits = false, wide = false;
	char binary[65];
	uint64_t value;

	/* the words are one expression: its own minus signs are no options */
	while (expression[0] == '-' && strchr("bl", expression[1]) &&
	       (expression[2] == ' ' || expression[2] == '\t')) {
		show_bits |= expression[1] == 'b';
		wide |= expression[1] == 'l';
		expression += 2;
		expression += strspn(expression, " \t");
	}
	if (!*expression)
		return command_usage(s, &command_eval);
	if (!session_arithmetic(s, expression, &value))
		return out_error(s->out, "%s", fail_text());
	if (s->target && s->target->word_size == 4 && value <= UINT32_MAX && !wide)
		width = 32;
	for (unsigned i = 0; i < width; i++)
		binary[i] = value >> (width - 1 - i) & 1 ? '1' : '0';
	binary[width] = '\0';
	for (unsigned i = 64; show_bits && i--;)
		if (value >> i & 1)
			text_printf(&bits, "%s%u", bits.n ? " " : "", i);

	rec_begin(s->out, &eval_shape);
	put_hex(s->out, "hexadecimal", value);
	put_str(s->out, "size", sized(s, value));
	put_u64(s->out, "decimal", value);
	if (value >> (width - 1))
		put_i64(s->out, "signed", width == 32 ? (int32_t)value : (int64_t)value);
	put_fmt(s->out, "octal", "%llo", (unsigned long long)value);
	put_str(s->out, "binary", binary);
	if (show_bits)
		put_str(s->out, "bits", text_str(&bits));
	rec_end(s->out);
	text_free(&bits);
	return true;
}

const struct command command_eval = {
	.name = "eval",
	.summary = "evaluate an expression; show the value in all bases",
	.synopsis = "[-b] [-l] expression",
	.help = "  Computes with 64 bits: + - * / % & | ^ ~ << >> and parentheses over decimal and\n"
		"  0x hexadecimal numbers, sizes (4k, 1M, 2G) and symbols. An expression that holds\n"
		"  | or > must stand in parentheses.\n"
		"    -b  list the bits that are set\n"
		"    -l  show 64 bits also of a 32-bit kernel's numbers\n",
	.example = "  inquest> eval -b (1 << 32 | 3)\n"
		   "  hexadecimal: 100000003\n"
		   "      decimal: 4294967299\n"
		   "        octal: 40000000003\n"
		   "       binary: 0000000000000000000000000000000100000000000000000000000000000011\n"
		   "     bits set: 32 1 0\n",
	.flags = COMMAND_MINIMAL | COMMAND_RAW,
	.run = eval,
};

/* ---- ascii ---- */

static const struct shape ascii_shape = {"{value:x}: {text}\n", NULL};

static bool ascii_table(struct session *s)
{
	static const char names[33][4] = {"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",
					  "HT",  "LF",  "VT",  "FF",  "CR",  "SO",  "SI",  "DLE", "DC1",
					  "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM",  "SUB",
					  "ESC", "FS",  "GS",  "RS",  "US",  "SP"};

	static const struct shape first = {"  {row} | {text:>3}", NULL}, next = {" {text:>3}", NULL},
				  last = {" {text:>3}\n", NULL};
	bool chart = out_view(s->out) == OUT_TEXT;

	out_title(s->out, "\n      0    1   2   3   4   5   6   7\n    +-------------------------------");
	list_begin(s->out, "characters");
	for (unsigned i = 0; i < 128; i++) {
		/* the chart goes from line to line, of which each has every sixteenth */
		unsigned c = chart ? i % 8 * 16 + i / 8 : i;

		rec_begin(s->out, i % 8 == 0 ? &first : i % 8 == 7 ? &last : &next);
		if (chart && i % 8 == 0)
			put_fmt(s->out, "row", "%X", i / 8);
		put_u64(s->out, "code", c);
		if (c <= 32 || c == 127)
			put_str(s->out, "text", c == 127 ? "DEL" : names[c]);
		else
			put_fmt(s->out, "text", chart ? "%c " : "%c", (int)c);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

static bool ascii(struct session *s, int argc, char **argv)
{
	bool big = s->target && s->target->order == ORDER_BIG;

	if (argc == 1)
		return ascii_table(s);
	list_begin(s->out, "values");
	for (int i = 1; i < argc; i++) {
		uint64_t value;
		char text[9] = "";
		size_t n = 0;

		if (!parse_number(argv[i], 16, &value)) {
			out_error(s->out, "not a hexadecimal value: %s", argv[i]);
			list_end(s->out);
			return false;
		}
		/* as the bytes lie in the target's memory */
		for (unsigned k = 0; k < 8; k++) {
			unsigned char c = (unsigned char)(value >> 8 * (big ? 7 - k : k));

			if (value >> 8 * (big ? 0 : k) == 0 && !big)
				break;
			if (big && !n && !c)
				continue;
			text[n++] = isprint(c) ? (char)c : '.';
		}
		rec_begin(s->out, &ascii_shape);
		put_hex(s->out, "value", value);
		put_strn(s->out, "text", text, n);
		rec_end(s->out);
	}
	list_end(s->out);
	return true;
}

const struct command command_ascii = {
	.name = "ascii",
	.summary = "characters of hexadecimal values",
	.synopsis = "[value ...]",
	.help = "  Shows the characters of each value in the order they have in the target's\n"
		"  memory; without a value, the table of all ASCII characters.\n",
	.example = "  inquest> ascii 62696c2f7273752f\n"
		   "  62696c2f7273752f: /usr/lib\n",
	.flags = COMMAND_MINIMAL,
	.run = ascii,
};

/* ---- btop, ptob ---- */

static const struct shape btop_shape = {"{bytes:x}: {page:x}\n", NULL};
static const struct shape ptob_shape = {"{page:x}: {bytes:x}\n", NULL};

static bool pages(struct session *s, int argc, char **argv, bool to_bytes)
{
	unsigned shift = s->target && s->target->page_shift ? s->target->page_shift : 12;
	bool ok = true;

	if (argc == 1)
		return command_usage(s, to_bytes ? &command_ptob : &command_btop);
	list_begin(s->out, "values");
	for (int i = 1; i < argc; i++) {
		uint64_t value;

		if (!(to_bytes ? session_number(s, argv[i], &value) : session_address(s, argv[i], &value))) {
			ok = out_error(s->out, "%s", fail_text());
			continue;
		}
		rec_begin(s->out, to_bytes ? &ptob_shape : &btop_shape);
		put_hex(s->out, "bytes", to_bytes ? value << shift : value);
		put_hex(s->out, "page", to_bytes ? value : value >> shift);
		rec_end(s->out);
	}
	list_end(s->out);
	return ok;
}

static bool btop(struct session *s, int argc, char **argv)
{
	return pages(s, argc, argv, false);
}

static bool ptob(struct session *s, int argc, char **argv)
{
	return pages(s, argc, argv, true);
}

const struct command command_btop = {
	.name = "btop",
	.summary = "page frame number of a physical address",
	.synopsis = "address ...",
	.help = "  Translates hexadecimal byte addresses to page frame numbers.\n",
	.example = "  inquest> btop 1000000\n"
		   "  1000000: 1000\n",
	.flags = COMMAND_MINIMAL,
	.run = btop,
};

const struct command command_ptob = {
	.name = "ptob",
	.summary = "physical address of a page frame number",
	.synopsis = "pfn ...",
	.help = "  Translates page frame numbers (decimal, or hexadecimal with 0x) to byte addresses.\n",
	.example = "  inquest> ptob 1000\n"
		   "  3e8: 3e8000\n",
	.flags = COMMAND_MINIMAL,
	.run = ptob,
};
