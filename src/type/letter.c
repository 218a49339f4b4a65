/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leaves by gdb's format letters: p/x, p/d ... */
#include "type/node.h"

static void put_binary(struct text *out, uint64_t number)
{
	unsigned bits = 1;

	while (bits < 64 && number >> bits)
		bits++;
	while (bits)
		text_putc(out, (char)('0' + (number >> --bits & 1)));
}

/* Only the character of the lowest byte counts. */
static void put_as_character(struct text *out, struct node *n, uint64_t number, bool is_signed)
{
	n->number = is_signed ? (uint64_t)sign_extend(number & 0xff, 8) : number & 0xff;
	text_printf(out, "%lld '", (long long)n->number);
	put_character(out, (uint8_t)number, '\'');
	text_putc(out, '\'');
}

bool leaf_letter(struct tree *tree, struct node *n, const struct type *t, uint64_t number, unsigned bits)
{
	char letter = tree->options->format;
	bool as_float = bits == 32 || bits == 64;
	struct text out = {0};

	if (!letter || letter == 's')
		return false;
	if (bits < 64)
		number &= (1ULL << bits) - 1;
	if (letter == 'a') {
		leaf_pointer(tree, n, NULL, number);
		return true;
	}
	if (letter == 'f' && as_float) {
		leaf_float(tree, n, number, bits / 8);
		return true;
	}
	if (letter == 'f')
		letter = type_is_signed(tree->ts, t) ? 'd' : 'u';
	n->kind = NODE_NUMBER;
	n->number = number;
	n->is_signed = letter == 'd' || letter == 'c';
	switch (letter) {
	case 'd':
		n->number = (uint64_t)sign_extend(number, bits);
		text_printf(&out, "%lld", (long long)n->number);
		break;
	case 'u': text_dec(&out, number); break;
	case 'o': text_printf(&out, number ? "0%llo" : "0", (unsigned long long)number); break;
	case 't': put_binary(&out, number); break;
	case 'c': put_as_character(&out, n, number, type_is_signed(tree->ts, t)); break;
	default:
		text_puts(&out, "0x");
		text_hex(&out, number, letter == 'z' ? (bits + 3) / 4 : 0);
		break;
	}
	n->text = arena_strndup(tree->env->arena, text_str(&out), out.n);
	text_free(&out);
	return true;
}
