/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/taint.h"

#include "base/error.h"
#include "base/text.h"
#include "linux/fields.h"

/* Documentation/admin-guide/tainted-kernels.rst; bit 0 is 'P' or 'G', the others a letter or nothing. */
static const char known[] = "PFSRMBUDAWCIOELKXTNJ";

enum { FLAG_TRUE, FLAG_FALSE, FLAG_MODULE, N_FLAG };

/*
 * The table is so since 7fd8329ba502 (v4.10), where c_true and c_false were called true and false at first;
 * the module flag went with 37ade54f386c (v6.19).
 */
static const char *const flag_names[N_FLAG] = {
	[FLAG_TRUE] = "c_true|true",
	[FLAG_FALSE] = "c_false|false",
	[FLAG_MODULE] = "module",
};

static char letter_of(struct kernel *k, const struct fields *f, uint64_t table, unsigned bit)
{
	uint64_t c;

	if (table && field_read(k->target, f, FLAG_TRUE, table + bit * f->size, &c) == READ_OK && c >= 'A' &&
	    c <= 'Z')
		return (char)c;
	return bit < sizeof(known) - 1 ? known[bit] : '?';
}

const char *taint_letters(struct kernel *k, struct arena *a, uint64_t mask, bool module)
{
	struct text letters = {0};
	struct fields f = {0};
	uint64_t table = 0;
	const char *copy;

	if (!mask)
		return "";
	if (!target_symbol(k->target, "taint_flags", &table) ||
	    !fields_resolve(k->target, &f, "taint_flag", flag_names, N_FLAG) || !f.size)
		table = 0;
	fail_clear();
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t concerns = 1;

		if (!(mask >> bit & 1))
			continue;
		if (module && table && f.list[FLAG_MODULE].there)
			field_read(k->target, &f, FLAG_MODULE, table + bit * f.size, &concerns);
		if (concerns)
			text_putc(&letters, letter_of(k, &f, table, bit));
	}
	copy = arena_strdup(a, text_str(&letters));
	text_free(&letters);
	return copy;
}

bool taint_mask(struct kernel *k, uint64_t *mask)
{
	/* older kernels (2.6.24 is one) have a plain integer of another name */
	if (target_variable(k->target, "tainted_mask", 0, mask))
		return true;
	return target_variable(k->target, "tainted", 4, mask);
}
