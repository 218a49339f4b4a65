/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dump/vmcoreinfo.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "dump/vmcoreinfo_private.h"

struct vmcoreinfo {
	const char *text;
	bool scanned;
	enum byte_order order;
	struct str_map lines; /* key to address of the value */
};

enum { LONGEST_KEY = 128 };

struct vmcoreinfo *vmcoreinfo_make(struct arena *a, const char *text, bool scanned, enum byte_order order)
{
	struct vmcoreinfo *v = arena_new(a, struct vmcoreinfo);
	char *line;

	v->text = arena_strdup(a, text);
	v->scanned = scanned;
	v->order = order;
	/* a second copy, cut into keys and values */
	line = arena_strdup(a, text);
	while (*line) {
		size_t n = strcspn(line, "\n");
		bool last = !line[n];
		char *equals = memchr(line, '=', n);

		line[n] = '\0';
		if (equals && equals != line) {
			*equals = '\0';
			/* the first of two lines with one key counts */
			str_map_put(a, &v->lines, line, (uint64_t)(uintptr_t)(equals + 1));
		}
		if (last)
			break;
		line += n + 1;
	}
	return v;
}

struct vmcoreinfo *vmcoreinfo_parse(struct arena *a, const char *text)
{
	return vmcoreinfo_make(a, text, false, ORDER_LITTLE);
}

const char *vmcoreinfo_text(const struct vmcoreinfo *v)
{
	return v->text;
}

bool vmcoreinfo_was_scanned(const struct vmcoreinfo *v)
{
	return v->scanned;
}

enum byte_order vmcoreinfo_order(const struct vmcoreinfo *v)
{
	return v->order;
}

const char *vmcoreinfo_get(const struct vmcoreinfo *v, const char *key)
{
	uint64_t value;

	if (!v || !str_map_get(&v->lines, key, &value))
		return NULL;
	return (const char *)(uintptr_t)value;
}

/* The value of KIND(name). */
static const char *get_named(const struct vmcoreinfo *v, const char *kind, const char *name)
{
	char key[LONGEST_KEY];
	int n = snprintf(key, sizeof(key), "%s(%s)", kind, name);

	return n > 0 && (size_t)n < sizeof(key) ? vmcoreinfo_get(v, key) : NULL;
}

bool vmcoreinfo_symbol(const struct vmcoreinfo *v, const char *name, uint64_t *value)
{
	const char *s = get_named(v, "SYMBOL", name);

	return s && parse_number(s, 16, value);
}

bool vmcoreinfo_number(const struct vmcoreinfo *v, const char *name, int64_t *value)
{
	const char *s = get_named(v, "NUMBER", name);
	bool hex = s && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	bool negative = s && s[0] == '-';
	uint64_t n;

	if (!s || !parse_number(s + negative, hex ? 16 : 10, &n))
		return false;
	*value = (int64_t)(negative ? 0 - n : n);
	return true;
}

bool vmcoreinfo_measure(const struct vmcoreinfo *v, const char *kind, const char *name, uint64_t *value)
{
	const char *s = get_named(v, kind, name);

	return s && parse_number(s, 10, value);
}

bool vmcoreinfo_kernel_offset(const struct vmcoreinfo *v, uint64_t *value)
{
	const char *s = vmcoreinfo_get(v, "KERNELOFFSET");

	return s && parse_number(s, 16, value);
}
