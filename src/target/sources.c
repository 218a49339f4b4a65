/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types of the kernel: BTF first, for it is there at once; DWARF when BTF does not do. */
#include "target/sources.h"

#include <inttypes.h>

#include "base/error.h"
#include "debuginfo/btf.h"
#include "debuginfo/dwarf.h"
#include "debuginfo/elf_file.h"
#include "debuginfo/wellknown.h"

struct dwarf *target_dwarf(struct target *t)
{
	if (t->dwarf_tried) {
		if (!t->dwarf)
			fail("there is no DWARF debug information of the kernel");
		return t->dwarf;
	}
	t->dwarf_tried = true;
	if (!t->debug_file) {
		fail("no vmlinux, so no DWARF debug information");
		return NULL;
	}
	if (!elf_file_has_dwarf(t->debug_file)) {
		fail("%s has no DWARF debug information", t->debug_path);
		return NULL;
	}
	t->dwarf = dwarf_open(t->debug_file, t->slide, NULL, NULL);
	return t->dwarf;
}

/*
 * A source that stands for DWARF without opening it. BTF describes every type
 * of the kernel by name, so a type that it lacks is not worth reading hundreds
 * of megabytes for: where BTF is there, only what it cannot have (the types of
 * variables) is asked of DWARF, and types once DWARF has been opened anyway.
 */
struct late_dwarf {
	struct target *t;
	struct arena *arena;
	bool has_btf;
	struct type_source *source; /* NULL: not opened, or none */
	bool tried;
};

static struct type_source *opened(struct late_dwarf *late)
{
	struct dwarf *d;

	if (late->tried)
		return late->source;
	late->tried = true;
	d = target_dwarf(late->t);
	if (d)
		late->source = dwarf_types(d, late->arena, "vmlinux");
	else
		fail_clear();
	return late->source;
}

static const struct type *late_find(struct type_source *s, enum type_kind kind, const char *name)
{
	struct late_dwarf *late = s->data;
	struct type_source *d = late->has_btf && !late->tried ? NULL : opened(late);

	return d ? d->ops->find(d, kind, name) : NULL;
}

static const struct type *late_symbol(struct type_source *s, const char *name)
{
	struct type_source *d = opened(s->data);

	return d && d->ops->symbol ? d->ops->symbol(d, name) : NULL;
}

static bool late_enumerator(struct type_source *s, const char *name, int64_t *value, const struct type **type)
{
	struct late_dwarf *late = s->data;
	struct type_source *d = late->has_btf && !late->tried ? NULL : opened(late);

	return d && d->ops->enumerator && d->ops->enumerator(d, name, value, type);
}

static void late_each(struct type_source *s, bool (*fn)(void *context, const struct type *t), void *context)
{
	struct late_dwarf *late = s->data;
	struct type_source *d = late->has_btf && !late->tried ? NULL : opened(late);

	if (d && d->ops->each)
		d->ops->each(d, fn, context);
}

static bool late_each_name(struct type_source *s, const char *prefix, unsigned kinds, type_name_fn *fn,
			   void *context)
{
	struct late_dwarf *late = s->data;
	struct type_source *d = late->has_btf && !late->tried ? NULL : opened(late);

	return !d || !d->ops->each_name || d->ops->each_name(d, prefix, kinds, fn, context);
}

static void late_each_definition(struct type_source *s, const char *name, type_symbol_fn *fn, void *context)
{
	struct type_source *d = opened(s->data);

	if (d && d->ops->each_definition)
		d->ops->each_definition(d, name, fn, context);
}

/* The types themselves name the real source; these are never asked through this one. */
static bool no_members(struct type_source *s, const struct type *t, const struct type_member **list,
		       size_t *n)
{
	(void)s;
	(void)t;
	*list = NULL;
	*n = 0;
	return false;
}

static bool no_enumerators(struct type_source *s, const struct type *t, const struct type_enumerator **list,
			   size_t *n)
{
	(void)s;
	(void)t;
	*list = NULL;
	*n = 0;
	return false;
}

static bool no_parameters(struct type_source *s, const struct type *t, const struct type_parameter **list,
			  size_t *n)
{
	(void)s;
	(void)t;
	*list = NULL;
	*n = 0;
	return false;
}

static const struct type_source_ops late_ops = {
	.name = "DWARF",
	.find = late_find,
	.members = no_members,
	.enumerators = no_enumerators,
	.parameters = no_parameters,
	.symbol = late_symbol,
	.enumerator = late_enumerator,
	.each = late_each,
	.each_name = late_each_name,
	.each_definition = late_each_definition,
};

static struct type_source *btf_of_file(struct target *t)
{
	struct elf_section section;
	const uint8_t *data;
	size_t size;

	if (!t->vmlinux || !elf_file_section(t->vmlinux, ".BTF", &section))
		return NULL;
	data = elf_file_data(t->vmlinux, &section, &size);
	return data ? btf_source(t->arena, data, size, t->word_size, NULL, "vmlinux") : NULL;
}

/* The kernel keeps it for itself, in read-only data that no dump filter leaves out. */
static struct type_source *btf_of_memory(struct target *t)
{
	enum { MOST = 64 << 20 };
	uint64_t start, stop;
	uint8_t *data;

	if (!target_symbol(t, "__start_BTF", &start) || !target_symbol(t, "__stop_BTF", &stop) ||
	    stop <= start || stop - start > MOST)
		return NULL;
	data = arena_alloc(t->arena, stop - start);
	if (target_read(t, start, data, stop - start) != READ_OK)
		return NULL;
	return btf_source(t->arena, data, stop - start, t->word_size, NULL, "vmlinux");
}

static bool add_dwarf(struct target *t, bool has_btf)
{
	struct late_dwarf *late;
	struct type_source *source;

	if (!t->debug_file || !elf_file_has_dwarf(t->debug_file))
		return false;
	late = arena_new(t->arena, struct late_dwarf);
	*late = (struct late_dwarf){.t = t, .arena = t->arena, .has_btf = has_btf};
	source = arena_new(t->arena, struct type_source);
	*source = (struct type_source){&late_ops, "vmlinux", late};
	types_add(t->types, source);
	return true;
}

void target_add_type_sources(struct target *t)
{
	struct type_source *btf = btf_of_file(t);
	const char *from = "the vmlinux's .BTF section";

	if (!btf) {
		btf = btf_of_memory(t);
		from = "the kernel's memory";
	}
	if (btf) {
		types_add(t->types, btf);
		target_evidence(t, "types", from, "BTF");
	}
	fail_clear();
	if (add_dwarf(t, btf != NULL) && !btf)
		target_evidence(t, "types", t->debug_path, "DWARF");
	/* last: what debug information tells of a variable is better than what we know by heart */
	types_add(t->types, wellknown_source(t->arena, t->types));
}
