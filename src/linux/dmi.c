/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linux/dmi.h"

#include <string.h>

#include "base/error.h"

bool dmi_read(struct kernel *k, struct arena *a, struct dmi_line **lines, size_t *n)
{
	struct target *t = k->target;
	const struct type *fields = type_find(t->types, TYPE_ENUM, "dmi_field");
	const struct type_enumerator *list;
	uint64_t table;
	size_t total;

	if (!target_symbol(t, "dmi_ident", &table))
		return fail("this kernel has no DMI identification (symbol dmi_ident)");
	if (!fields || !type_enumerators(t->types, fields, &list, &total))
		return fail("enum dmi_field is not known");
	*lines = arena_new_n(a, total, struct dmi_line);
	*n = 0;
	for (size_t i = 0; i < total; i++) {
		struct dmi_line *line = &(*lines)[*n];
		char value[256];
		uint64_t at;

		/* what stands behind the end is matched, but not kept (DMI_OEM_STRING) */
		if (strcmp(list[i].name, "DMI_STRING_MAX") == 0)
			break;
		if (list[i].value <= 0)
			continue; /* DMI_NONE */
		line->key = list[i].name;
		line->status = target_read_word(t, table + (uint64_t)list[i].value * t->word_size, &at);
		/* strings that only select machines, and those the firmware lacks, have no text */
		if (line->status == READ_OK && !at)
			continue;
		if (line->status == READ_OK)
			line->status = target_read_string(t, at, value, sizeof(value));
		if (line->status == READ_OK)
			line->value = arena_strdup(a, value);
		(*n)++;
	}
	return true;
}
