/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions about names that have more than one answer. */
#include <string.h>

#include "type/type.h"

struct wanted {
	const char *file; /* NULL: by address */
	uint64_t address;
	struct type_symbol symbol;
	bool found;
};

/* Does @path end in @end, as whole names of folders and files? */
static bool ends_in(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	return m && m <= n && memcmp(path + n - m, end, m) == 0 &&
	       (m == n || path[n - m - 1] == '/' || end[0] == '/');
}

static bool is_wanted(void *context, const struct type_symbol *symbol)
{
	struct wanted *w = context;

	if (w->file ? !symbol->file || !ends_in(symbol->file, w->file)
		    : !symbol->has_address || symbol->address != w->address)
		return true;
	w->symbol = *symbol;
	w->found = true;
	return false;
}

const struct type *type_of_symbol_at(struct types *ts, const char *name, uint64_t address)
{
	struct wanted w = {.address = address};
	struct type_source *const *sources;
	const struct type *same_name = NULL;
	size_t n = types_sources(ts, &sources);

	for (size_t i = 0; name && *name && i < n; i++) {
		struct type_source *s = sources[i];

		if (s->ops->each_definition)
			s->ops->each_definition(s, name, is_wanted, &w);
		if (w.found)
			return w.symbol.type;
		if (!same_name && s->ops->symbol)
			same_name = s->ops->symbol(s, name);
		if (same_name && !s->ops->each_definition)
			break; /* it knows one of that name only: no reason to open more files */
	}
	return same_name;
}

bool type_symbol_in_file(struct types *ts, const char *file, const char *name, struct type_symbol *found)
{
	struct wanted w = {.file = file};
	struct type_source *const *sources;
	size_t n = types_sources(ts, &sources);

	for (size_t i = 0; file && *file && name && *name && i < n && !w.found; i++) {
		if (sources[i]->ops->each_definition)
			sources[i]->ops->each_definition(sources[i], name, is_wanted, &w);
	}
	*found = w.symbol;
	return w.found;
}

void types_each_prefix(struct types *ts, const char *prefix, unsigned kinds, type_name_fn *fn, void *context)
{
	struct type_source *const *sources;
	size_t n = types_sources(ts, &sources);

	for (size_t i = 0; i < n; i++) {
		const struct type_source_ops *ops = sources[i]->ops;

		if (ops->each_name && !ops->each_name(sources[i], prefix, kinds, fn, context))
			return;
	}
}
